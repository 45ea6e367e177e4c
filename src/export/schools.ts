// The schools that are exported to the national GAR: by the operator's act, one idENT for each.
import { audit } from '../audit/audit.ts';
import { listSchools, type School } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { type Db, inPieces, inTransaction } from '../storage/storage.ts';

const TABLE = 'gar_school';

export interface ExportedSchool {
  readonly school: School;
  readonly ent: string;
  /** UTC milliseconds. */
  readonly since: number;
  /** The last archive that holds it, and the last time it was held back. */
  readonly sentAt: number | null;
  readonly heldAt: number | null;
}

interface Row {
  school: string;
  ent: string;
  since: number;
  actor: string;
  sent_at: number | null;
  held_at: number | null;
}

interface Act {
  readonly ent: string;
  readonly schools: readonly string[];
  readonly by: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

/**
 * Exports schools under an idENT from now on, all or none; says how many were not before. An agreement is asked for at
 * each export, not here. `unknown_school`; `export_other_ent` for one that another idENT answers for.
 */
export async function addSchools(db: Db, { ent, schools, by, at }: Act): Promise<number> {
  return inTransaction(db, async (tx) => {
    const wanted = [...new Set(schools)].sort();
    const known = new Set((await listSchools(tx, wanted)).map(({ uai }) => uai));
    const stranger = wanted.find((uai) => !known.has(uai));
    if (stranger !== undefined) throw new Refusal('unknown_school', `no school has the UAI \`${stranger}\``);
    const rows = wanted.map((school): Row => ({ school, ent, since: at, actor: by, sent_at: null, held_at: null }));
    let added = 0;
    for (const row of rows) {
      const written = await tx(TABLE).insert(row).onConflict('school').ignore().returning('school');
      if (written.length > 0) {
        added += 1;
        await audit(tx, { at, event: 'gar_export.added', actor: by, school: row.school, details: { ent } });
      }
    }
    const others = await tx(TABLE).whereIn('school', wanted).whereNot({ ent }).orderBy('school').first('school');
    if (others) throw new Refusal('export_other_ent', `another idENT answers for \`${others.school}\``);
    return added;
  });
}

/** Exports schools no more; says how many were. */
export async function removeSchools(db: Db, { ent, schools, by, at }: Act): Promise<number> {
  return inTransaction(db, async (tx) => {
    let removed = 0;
    for (const school of [...new Set(schools)].sort()) {
      if ((await tx(TABLE).where({ school, ent }).delete()) === 0) continue;
      removed += 1;
      await audit(tx, { at, event: 'gar_export.removed', actor: by, school, details: { ent } });
    }
    return removed;
  });
}

/** The schools exported under an idENT, in the order of their UAI; of one degree, when it is said. */
export async function exportedSchools(
  db: Db,
  { ent, degree }: { ent: string; degree?: 1 | 2 },
): Promise<ExportedSchool[]> {
  const found = await joined(db, (await db(TABLE).where({ ent }).orderBy('school')) as Row[]);
  return found.filter(({ school }) => degree === undefined || school.degree === degree);
}

async function joined(db: Db, rows: readonly Row[]): Promise<ExportedSchool[]> {
  const found: ExportedSchool[] = [];
  for (const piece of inPieces(rows)) {
    const byUai = new Map(piece.map((row) => [row.school, row]));
    for (const school of await listSchools(db, [...byUai.keys()]))
      found.push(toExported(school, byUai.get(school.uai)!));
  }
  return found;
}

/** Every school that is exported, whatever the idENT. */
export async function schoolsExported(db: Db): Promise<ReadonlySet<string>> {
  return new Set(await db(TABLE).pluck('school'));
}

/** Those of some schools that are exported, whatever the idENT, in the order of their UAI. */
export async function exportsOf(db: Db, uais: readonly string[]): Promise<ExportedSchool[]> {
  return joined(
    db,
    (await db(TABLE)
      .whereIn('school', [...uais])
      .orderBy('school')) as Row[],
  );
}

/** Keeps what became of schools, in the transaction that tells the trail. */
export async function keepOutcome(
  tx: Db,
  { schools, became, at }: { schools: readonly string[]; became: 'sent' | 'held'; at: number },
): Promise<void> {
  const column = became === 'sent' ? 'sent_at' : 'held_at';
  for (const piece of inPieces(schools))
    await tx(TABLE)
      .whereIn('school', piece)
      .update({ [column]: at });
}

function toExported(school: School, { ent, since, sent_at, held_at }: Row): ExportedSchool {
  return { school, ent, since, sentAt: sent_at, heldAt: held_at };
}
