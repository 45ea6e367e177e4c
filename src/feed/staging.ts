// The scratch database of one import: records are staged as they are read, so that memory does not grow with them.
import { Refusal } from '../errors.ts';
import { openScratch } from '../storage/statements.ts';
import type { Category } from './aaf/attributes.ts';
import type { Problem } from './aaf/problems.ts';
import type { ReadRecord } from './aaf/records.ts';
import { limits } from './limits.ts';

/** What became of a record. One that nothing was done with has none, and counts as ignored. */
export type Fate = 'applied' | 'unchanged' | 'quarantined' | 'ignored';

export interface StagedRecord<T> {
  readonly id: string;
  readonly body: T;
  readonly file: string;
  readonly line: number;
}

export interface StagedProblem {
  readonly code: Problem['code'];
  readonly category: Category;
  readonly id: string;
  readonly attribute: string;
  readonly file: string;
  readonly line: number;
}

/** What one record is, besides what was read of it. */
export interface Origin {
  readonly category: Category;
  readonly file: string;
  readonly line: number;
}

export interface Staging {
  add(record: ReadRecord, origin: Origin): void;
  note(problem: Pick<Problem, 'code' | 'attribute'>, about: Origin & { id: string }): void;
  /** Writes what waits when there is much of it. Call it often while reading; every question asked does it too. */
  relieve(): Promise<void>;
  /**
   * Sets aside what stands twice, and notes the schools that are named and not there. Call once, after reading.
   * Refuses, as feed_hostile, what could not be held in memory school by school.
   */
  settle(): Promise<void>;
  /** Sets aside good records of a category for a reason that only the directory knows. */
  setAside(code: Problem['code'], category: Category, ids: readonly string[]): Promise<void>;
  /** All good records of a category; for the few of schools, subjects and levels. */
  all<T>(category: Category): Promise<StagedRecord<T>[]>;
  /** The good records of those that a school holds. */
  inSchool<T>(category: Category, school: string): Promise<StagedRecord<T>[]>;
  byId<T>(category: Category, ids: readonly string[]): Promise<StagedRecord<T>[]>;
  /** Which of these persons have a record that was set aside. */
  quarantinedAmong(ids: readonly string[]): Promise<string[]>;
  quarantinedIds(category: Category): Promise<string[]>;
  mark(fate: 'applied' | 'unchanged', categories: readonly Category[], ids: readonly string[]): Promise<void>;
  /** How many of these ids were not counted before: a person of two schools is one person. */
  countNew(ids: readonly string[]): Promise<number>;
  /** Names the relatives whom no pupil's guardianship reached. */
  noteOrphans(): Promise<void>;
  counts(): Promise<{ category: Category; fate: Fate; count: number }[]>;
  problems(): Promise<{ code: Problem['code']; count: number; examples: StagedProblem[] }[]>;
  quarantine(after: number, limit: number): Promise<(StagedProblem & { seq: number })[]>;
  close(): Promise<void>;
}

const SCHEMA = [
  `create table record (category text, id text, other text, body text, name text, file text, line integer, quarantined integer, fate text)`,
  'create table counted (id text primary key) without rowid',
  'create table member (category text, id text, school text, loose integer, letters integer)',
  'create table problem (code text, category text, id text, attribute text, file text, line integer, quarantine integer)',
];

/** Sorting and grouping happen on disk too, so that memory stays the same whatever the size of the export. */
const FRUGAL = ['pragma journal_mode = off', 'pragma temp_store = file', 'pragma cache_size = -8192'];

/** Rows, and letters, that wait in memory before they are written: each of the few worker threads keeps room for as many. */
const ROWS = 400;
const LETTERS = 2 ** 18;

const INDEXES = [
  'create index record_id on record (id, category)',
  'create index record_other on record (other) where other is not null',
  "create index record_category on record (category) where category in ('EtabEducNat', 'MatiereEducNat', 'MefEducNat')",
  'create index member_school on member (school, category, letters)',
];

/** Opens an empty staging. It holds names, so it lives in a private file that is gone with the process. */
export async function openStaging(): Promise<Staging> {
  const scratch = await openScratch();
  // nothing here outlives the process: no journal, and one transaction that is never ended
  for (const statement of [...FRUGAL, 'begin', ...SCHEMA]) await scratch.run(statement);
  const waiting = { record: [] as unknown[][], member: [] as unknown[][], problem: [] as unknown[][] };

  let letters = 0;

  const flush = async (): Promise<void> => {
    letters = 0;
    for (const [table, rows] of Object.entries(waiting)) {
      const [first] = rows;
      if (!first) continue;
      const columns = first.map((_, index) => `value ->> ${index}`).join(', ');
      await scratch.run(`insert into ${table} select ${columns} from json_each(?)`, [JSON.stringify(rows)]);
      rows.length = 0;
    }
  };
  const select = async <T>(where: string, values: readonly string[]): Promise<StagedRecord<T>[]> => {
    await flush();
    const rows = await scratch.all<{ id: string; body: string; file: string; line: number }>(
      `select record.id, body, file, line from ${where}`,
      values,
    );
    return rows.map((row) => ({ ...row, body: JSON.parse(row.body) as T }));
  };
  return {
    add: ({ id, otherId = null, body, quarantined, problems, schools }, { category, file, line }) => {
      const name = 'familyName' in body ? `${body.givenName}\n${body.familyName}` : '';
      const text = JSON.stringify(body);
      letters += text.length;
      waiting.record.push([category, id, otherId, text, name, file, line, quarantined ? 1 : 0, null]);
      for (const school of schools) waiting.member.push([category, id, school.id, school.loose ? 1 : 0, text.length]);
      for (const { code, attribute = '', quarantine } of problems)
        waiting.problem.push([code, category, id, attribute, file, line, quarantine ? 1 : 0]);
    },
    note: ({ code, attribute = '' }, { category, id, file, line }) => {
      waiting.problem.push([code, category, id, attribute, file, line, 0]);
    },
    relieve: async () => {
      const fullest = Math.max(...Object.values(waiting).map((rows) => rows.length));
      if (fullest >= ROWS || letters >= LETTERS) await flush();
    },
    settle: async () => {
      await flush();
      for (const statement of INDEXES) await scratch.run(statement);
      if ((await scratch.all(ENDLESS, [limits.school, limits.listed])).length > 0)
        throw new Refusal('feed_hostile', 'the export says far too much of a school, or names far too many');
      for (const statement of SETTLING) await scratch.run(statement);
    },
    setAside: async (code, category, ids) => {
      const which = `category = ? and ${GOOD} and id in (select value from json_each(?))`;
      const values = [category, JSON.stringify(ids)];
      await scratch.run(`insert into problem select ?, category, id, '', file, line, 1 from record where ${which}`, [
        code,
        ...values,
      ]);
      await scratch.run(`update record set quarantined = 1 where ${which}`, values);
    },
    all: (category) => select(`record where category = ? and ${GOOD}`, [category]),
    inSchool: (category, school) =>
      select(
        `member join record on record.id = member.id and record.category = member.category
         where member.school = ? and member.category = ? and ${GOOD} order by record.rowid`,
        [school, category],
      ),
    byId: (category, ids) =>
      select(`record where id in (select value from json_each(?)) and category = ? and ${GOOD}`, [
        JSON.stringify(ids),
        category,
      ]),
    quarantinedAmong: async (ids) => {
      await flush();
      const rows = await scratch.all<{ id: string }>(
        `select id from record where ${ASIDE} and id in (select value from json_each(?1))
         union select other from record where ${ASIDE} and other in (select value from json_each(?1))`,
        [JSON.stringify(ids)],
      );
      return rows.map((row) => row.id);
    },
    quarantinedIds: async (category) => {
      await flush();
      const rows = await scratch.all<{ id: string }>(
        `select id from record where quarantined = 1 and category = ?1
         union select other from record where quarantined = 1 and category = ?1 and other is not null`,
        [category],
      );
      return rows.map((row) => row.id);
    },
    mark: async (fate, categories, ids) => {
      if (ids.length === 0) return;
      const weaker = fate === 'applied' ? "(fate is null or fate = 'unchanged')" : 'fate is null';
      await scratch.run(
        `update record set fate = '${fate}' where id in (select value from json_each(?))
         and category in (select value from json_each(?)) and quarantined = 0 and ${weaker}`,
        [JSON.stringify(ids), JSON.stringify(categories)],
      );
    },
    countNew: (ids) =>
      scratch.run('insert or ignore into counted select value from json_each(?)', [JSON.stringify(ids)]),
    noteOrphans: async () => {
      await flush();
      await scratch.run(ORPHANS);
    },
    counts: async () => {
      await flush();
      return scratch.all(
        `select category, case when quarantined = 1 then 'quarantined' else coalesce(fate, 'ignored') end as fate,
         count(*) as count from record group by 1, 2 order by 1, 2`,
      );
    },
    problems: async () => {
      await flush();
      const counted = await scratch.all<{ code: Problem['code']; count: number }>(
        'select code, count(*) as count from problem group by code order by code',
      );
      return Promise.all(
        counted.map(async (one) => ({
          ...one,
          examples: await scratch.all<StagedProblem>(
            'select code, category, id, attribute, file, line from problem where code = ? order by rowid limit 10',
            [one.code],
          ),
        })),
      );
    },
    quarantine: (after, limit) =>
      scratch.all(
        `select rowid as seq, code, category, id, attribute, file, line from problem
         where quarantine = 1 and rowid > ? order by rowid limit ?`,
        [after, limit],
      ),
    close: () => scratch.close(),
  };
}

const GOOD = "quarantined = 0 and fate is not 'ignored'";
const PERSON = "category in ('Eleve', 'PersRelEleve', 'PersEducNat')";
const ASIDE = `quarantined = 1 and ${PERSON}`;

/**
 * The same record twice is one record; two records under one id are both set aside, and so are persons of two
 * categories who share an id and not a name. A UAI that two schools claim belongs to neither.
 */
const SETTLING = [
  'create temp table suspect as select id from record group by id having count(*) > 1',
  `update record set fate = 'ignored' where quarantined = 0 and id in (select id from suspect) and rowid not in
     (select min(rowid) from record where quarantined = 0 and id in (select id from suspect) group by category, id, body)`,
  `insert into problem select 'ID_DUPLICATE_IN_BATCH', category, id, '', file, line, 0 from record where fate = 'ignored'`,
  `create temp table twice as
     select category, id from record where ${GOOD} and id in (select id from suspect) group by category, id having count(*) > 1
     union
     select category, id from record where ${GOOD} and ${PERSON}
       and id in (select id from record where ${GOOD} and ${PERSON} and id in (select id from suspect)
         group by id having count(distinct name) > 1)
     union
     select category, id from record where category = 'EtabEducNat' and ${GOOD} and body ->> 'uai' in
       (select body ->> 'uai' from record where category = 'EtabEducNat' and ${GOOD} group by 1 having count(*) > 1)`,
  `insert into problem select 'ID_DUPLICATE_IN_BATCH', record.category, record.id, '', file, line, 1 from record
     join twice on twice.category = record.category and twice.id = record.id where ${GOOD}`,
  `update record set quarantined = 1 where ${GOOD} and id in (select id from twice)
     and (category, id) in (select category, id from twice)`,
  `insert into problem select distinct 'UNKNOWN_ETAB', member.category, member.id, '', file, line, 0 from member
     join record on record.id = member.id and record.category = member.category and ${GOOD}
     where loose = 0 and member.school not in (select id from record where category = 'EtabEducNat')`,
];

/** A school is read whole, and so are the lists of schools, subjects and levels. */
const ENDLESS = `select 1 from (
  select sum(letters) as letters, 0 as listed from member group by school
  union all
  select sum(length(body)), count(*) from record where category in ('EtabEducNat', 'MatiereEducNat', 'MefEducNat')
    group by category
) where letters > ? or listed > ? limit 1`;

const ORPHANS = `insert into problem select 'ORPHAN_RELATIVE', category, id, '', file, line, 0 from record
  where category = 'PersRelEleve' and fate is null and quarantined = 0`;
