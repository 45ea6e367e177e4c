// Classes and teaching groups: whom a logbook is for.
import { Refusal } from '../errors.ts';
import { type Db, inPieces, newKey } from '../storage/storage.ts';

export interface Audience {
  readonly id: string;
  readonly school: string;
  readonly year: number;
  readonly kind: 'class' | 'group';
  readonly code: string;
  readonly label: string;
}

/** Audiences by key, in the order of school, kind and code. */
export async function listAudiences(db: Db, ids: readonly string[]): Promise<Audience[]> {
  const rows: Audience[] = [];
  for (const piece of inPieces([...new Set(ids)]))
    rows.push(...((await db('audience').whereIn('id', piece)) as Audience[]));
  return rows.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** The classes and groups of a school in a year. */
export async function audiencesOf(db: Db, school: string, year: number): Promise<Audience[]> {
  const rows = (await db('audience').where({ school, year })) as Audience[];
  return rows.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** One class or group by its code; `unknown_class` when there is none. */
export async function findAudience(
  db: Db,
  where: { school: string; year: number; kind: 'class' | 'group'; code: string },
): Promise<Audience> {
  const row = (await db('audience').where(where).first()) as Audience | undefined;
  if (!row)
    throw new Refusal(
      'unknown_class',
      `no ${where.kind} \`${where.code}\` in school \`${where.school}\` this year`,
      where,
    );
  return row;
}

/** Writes the audiences that are new or whose label has changed; returns keys by `kind code`, and how many were written. */
export async function ensureAudiences(
  tx: Db,
  school: string,
  year: number,
  audiences: readonly { kind: 'class' | 'group'; code: string; label: string }[],
): Promise<{ ids: Map<string, string>; written: number }> {
  const present = new Map((await audiencesOf(tx, school, year)).map((one) => [`${one.kind} ${one.code}`, one]));
  const created: Audience[] = [];
  let changed = 0;
  for (const { kind, code, label } of audiences) {
    const before = present.get(`${kind} ${code}`);
    if (!before) {
      const audience = { id: newKey(), school, year, kind, code, label };
      present.set(`${kind} ${code}`, audience);
      created.push(audience);
    } else if (before.label !== label) {
      await tx('audience').where({ id: before.id }).update({ label });
      changed += 1;
    }
  }
  for (const piece of inPieces(created)) await tx('audience').insert(piece);
  const ids = new Map([...present].map(([name, { id }]) => [name, id]));
  return { ids, written: created.length + changed };
}

/** SQL that tells whether the key in a column is that of a class, or of a group. */
export function isOfKind(column: string, kind: 'class' | 'group'): string {
  return `exists (select 1 from audience where audience.id = ${column} and audience.kind = '${kind}')`;
}

function order(audience: Audience): string {
  return [audience.school, audience.year, audience.kind, audience.code].join(' ');
}
