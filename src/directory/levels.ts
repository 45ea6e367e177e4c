// The level of each pupil at a school: the national code (MEF) in the second degree, the name of the level in the first.
import { type Db, inPieces } from '../storage/storage.ts';
import { personsByExternalId } from './persons.ts';

const TABLE = 'pupil_level';

export interface Level {
  /** Eleven characters of a MEF, or `CP`, `CE1`… */
  readonly code: string;
  readonly label: string;
}

interface Row {
  school: string;
  person: string;
  level: string;
  label: string;
}

/** The code of the level of pupils at a school, by person; of one alone when said. Whoever left may still be there. */
export async function levelsOf(
  db: Db,
  where: { readonly school: string; readonly person?: string },
): Promise<ReadonlyMap<string, string>> {
  const rows = (await db(TABLE).where(where).select('person', 'level')) as Pick<Row, 'person' | 'level'>[];
  return new Map(rows.map(({ person, level }) => [person, level]));
}

/** The level of a person at each school, by UAI. */
export async function levelOf(db: Db, person: string): Promise<ReadonlyMap<string, Level>> {
  const rows = (await db(TABLE).where({ person }).orderBy('school')) as Row[];
  return new Map(rows.map(({ school, level: code, label }) => [school, { code, label }]));
}

/** The levels that a school has, in the order of their labels. */
export async function levelsAt(db: Db, school: string): Promise<Level[]> {
  const rows = (await db(TABLE).where({ school }).groupBy('level').select('level').min({ label: 'label' })) as Pick<
    Row,
    'level' | 'label'
  >[];
  return rows
    .map(({ level: code, label }) => ({ code, label }))
    .sort((one, other) => one.label.localeCompare(other.label, 'fr') || (one.code < other.code ? -1 : 1));
}

/** When the levels of each school were last changed, by UAI. */
export async function levelsChangedAt(db: Db, schools: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows: { school: string; changed_at: number }[] = [];
  for (const piece of inPieces(schools)) rows.push(...(await db('level_change').whereIn('school', piece)));
  return new Map(rows.map(({ school, changed_at }) => [school, changed_at]));
}

/** What level a pupil is in, by external id. */
export interface DeliveredLevel extends Level {
  readonly person: string;
}

/**
 * Makes the levels of a school be what a delivery says: whoever it does not name has none there any more, but for those
 * whose record could not be read. Writes nothing when nothing has changed; returns the external ids of those for whom
 * something was written.
 */
export async function noteLevels(
  tx: Db,
  delivery: {
    readonly school: { readonly uai: string; readonly academy: string };
    readonly at: number;
    readonly levels?: readonly DeliveredLevel[];
    readonly silent?: readonly string[];
  },
  known: { readonly persons: ReadonlyMap<string, string>; readonly withheld: ReadonlySet<string> },
): Promise<string[]> {
  const { school, at, levels = [], silent = [] } = delivery;
  const wanted = new Map<string, Level>();
  for (const { person, code, label } of levels) {
    const key = known.persons.get(person);
    if (key !== undefined && !known.withheld.has(key)) wanted.set(key, { code, label });
  }
  const unread = new Set((await personsByExternalId(tx, school.academy, silent)).values());
  const written = await replaceLevels(tx, school.uai, { wanted, unread });
  if (written.size > 0)
    await tx('level_change').insert({ school: school.uai, changed_at: at }).onConflict('school').merge();
  return [...known.persons].filter(([, key]) => written.has(key)).map(([externalId]) => externalId);
}

async function replaceLevels(
  tx: Db,
  school: string,
  { wanted, unread }: { wanted: ReadonlyMap<string, Level>; unread: ReadonlySet<string> },
): Promise<ReadonlySet<string>> {
  const present = new Map(((await tx(TABLE).where({ school })) as Row[]).map((row) => [row.person, row]));
  const fresh = [...wanted].filter(([person, { code, label }]) => {
    const before = present.get(person);
    return before?.level !== code || before.label !== label;
  });
  const gone = [...present.keys()].filter((person) => !wanted.has(person) && !unread.has(person));
  const over = [...gone, ...fresh.map(([person]) => person).filter((person) => present.has(person))];
  for (const piece of inPieces(over)) await tx(TABLE).where({ school }).whereIn('person', piece).delete();
  for (const piece of inPieces(fresh.map(([person, { code, label }]) => ({ school, person, level: code, label }))))
    await tx(TABLE).insert(piece);
  return new Set([...over, ...fresh.map(([person]) => person)]);
}
