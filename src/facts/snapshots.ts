// Whole schools at once: every fact of one as it is known now, what has changed since, and the revisions of all.
import type { Source, Statements } from '../storage/statements.ts';
import { type Db, onPostgres } from '../storage/storage.ts';
import type { Relation } from './catalogue.ts';
import { revisionOf, STILL_KNOWN, spine } from './facts.ts';
import { isHoldable } from './paths.ts';

/** A fact without what decides nothing. `properties` is the canonical JSON text. */
export type LeanFact = readonly [
  id: number,
  relation: Relation,
  subject: string,
  object: string,
  validFrom: number,
  validTo: number,
  properties: string,
];

/** A school at a revision of it. */
export interface Snapshot {
  readonly revision: number;
  /** What the revision is dated, UTC milliseconds; 0 before the first fact. */
  readonly revised: number;
  readonly facts: readonly LeanFact[];
}

/** How a school came from one revision to another: the facts that are known now and were not, and the reverse. */
export interface Difference {
  readonly revision: number;
  /** What the later revision is dated. */
  readonly revised: number;
  readonly opened: readonly LeanFact[];
  /** The keys of facts. */
  readonly closed: readonly number[];
}

export interface Snapshots {
  /** The facts of a school that are known now and end after an instant; one statement, so all of one revision. */
  read(school: string, endingAfter: number): Promise<Snapshot>;
  /** What has changed in a school since a revision of it. */
  since(school: string, revision: number, endingAfter: number): Promise<Difference>;
  /** Changes when any school does, and never comes back to what it was. */
  pulse(): Promise<string>;
  /** The revision of every school that has one. */
  revisions(): Promise<Map<string, number>>;
}

const LEAN = 'f.id, f.relation, f.subject, f.object, f.valid_from, f.valid_to, f.properties';

/** Reads through prepared statements; rows come as one JSON text, four times as fast as one by one. */
export function openSnapshots(db: Db, statements: Pick<Statements, 'all'>): Snapshots {
  const [all, each] = onPostgres(db) ? ['json_agg', 'json_build_array'] : ['json_group_array', 'json_array'];
  const collect = (what: string, where: string): string =>
    `(select cast(${all}(${what}) as text) from ${spine.facts} f where f.school = ? and ${where})`;
  const lean = `${each}(${LEAN})`;
  const known = `f.known_to = ${STILL_KNOWN} and f.valid_to > cast(? as bigint)`;
  const revision = `coalesce((select h.revision from ${spine.heads} h where h.school = ?), 0) as revision,
  coalesce((select r.at from ${spine.heads} h join ${spine.revisions} r on r.school = h.school and r.revision = h.revision
    where h.school = ?), 0) as revised`;
  const whole = `select ${revision}, ${collect(lean, known)} as facts`;
  const changed = `select ${revision},
  ${collect(lean, `${known} and f.known_from > cast(? as bigint)`)} as opened,
  ${collect('f.id', `f.known_to > cast(? as bigint) and f.known_to < ${STILL_KNOWN}`)} as closed`;
  const one = async <Row>(sql: string, values: readonly (string | number)[]): Promise<Row> =>
    (await statements.all<Row>(sql, values))[0]!;
  return {
    read: async (school, endingAfter) => {
      const values = [school, school, school, endingAfter];
      const row = await one<{ revision: number; revised: number; facts: string | null }>(whole, values);
      return { revision: row.revision, revised: row.revised, facts: JSON.parse(row.facts ?? '[]') };
    },
    since: async (school, from, endingAfter) => {
      const values = [school, school, school, endingAfter, from, school, from];
      const row = await one<{ revision: number; revised: number; opened: string | null; closed: string | null }>(
        changed,
        values,
      );
      return {
        revision: row.revision,
        revised: row.revised,
        opened: JSON.parse(row.opened ?? '[]'),
        closed: JSON.parse(row.closed ?? '[]'),
      };
    },
    pulse: async () => {
      const sum = `select count(*) as schools, cast(coalesce(sum(h.revision), 0) as bigint) as changes from ${spine.heads} h`;
      const { schools, changes } = await one<{ schools: number; changes: number }>(sum, []);
      return `${schools} ${changes}`;
    },
    revisions: async () => {
      const rows = await statements.all<{ school: string; revision: number }>(
        `select h.school as school, h.revision as revision from ${spine.heads} h`,
      );
      return new Map(rows.map((row) => [row.school, row.revision]));
    },
  };
}

/** The revision that a school is at: 0 before its first fact. */
export async function revisionIn(source: Source, school: string): Promise<number> {
  if (typeof source === 'function') return revisionOf(source, school);
  const sql = `select h.revision as revision from ${spine.heads} h where h.school = ?`;
  const [row] = await source.all<{ revision: number }>(sql, [school]);
  return row?.revision ?? 0;
}

/** The schools whose facts name a key, today or once. */
export async function schoolsOf(statements: Pick<Statements, 'all'>, key: string): Promise<string[]> {
  if (!isHoldable(key)) return [];
  const sql = ['subject', 'object']
    .map((end) => `select f.school as school from ${spine.facts} f where f.${end} = ?`)
    .join(' union ');
  return (await statements.all<{ school: string }>(sql, [key, key])).map(({ school }) => school);
}
