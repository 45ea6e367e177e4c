// What stands in a database, told by names: facts as short sentences, and a measure that any write would change.
import { currentFacts } from '../../src/facts/facts.ts';
import { importFeed } from '../../src/feed/feed.ts';
import type { FeedReport } from '../../src/feed/report.ts';
import type { Db } from '../../src/storage/storage.ts';
import { engines } from '../databases.ts';
import { AT, type Export, type Spoiling, write } from './exports.ts';

/** Facts of a school that come from an export and hold at an instant: `101 enrolled class 6A`. */
export async function sentences(db: Db, school: string, at = AT): Promise<string[]> {
  const facts = await currentFacts(db, { school, endingAfter: at });
  const persons = new Map<string, string>(
    (await db('external_identity').select('person', 'external_id')).map((row) => [row.person, row.external_id]),
  );
  const audiences = new Map<string, string>((await db('audience')).map((row) => [row.id, `${row.kind} ${row.code}`]));
  return facts
    .filter((fact) => fact.source !== 'derived')
    .map((fact) => {
      const object = persons.get(fact.object) ?? audiences.get(fact.object) ?? 'here';
      const more = Object.values(fact.properties).join(' ');
      return [persons.get(fact.subject), fact.relation, object, more].filter(Boolean).join(' ');
    })
    .sort();
}

/** Counts and heads of every table that an import may write. */
export async function measure(db: Db): Promise<Record<string, unknown>> {
  const measured: Record<string, unknown> = {};
  const tables = ['fact', 'fact_revision', 'person', 'external_identity', 'school', 'audience', 'subject', 'logbook'];
  const levels = ['pupil_level', 'level_code'];
  for (const table of [
    ...tables,
    ...levels,
    'audit',
    'feed_batch',
    'feed_school',
    'feed_quarantine',
    'account',
    'credential',
  ])
    measured[table] = Number((await db(table).count({ count: '*' }).first())?.count);
  measured.days = await db('audit_day').orderBy('day');
  measured.updated = await db('person').max({ at: 'updated_at' }).first();
  measured.heads = await db('fact_head').orderBy('school');
  measured.batches = await db('feed_batch').orderBy('id');
  return measured;
}

/** Writes an export, applies it, removes it. */
export async function deliver(
  db: Db,
  wanted: Export,
  options: { at?: number; accept?: boolean; same?: readonly string[]; dryRun?: boolean; spoiling?: Spoiling } = {},
): Promise<FeedReport> {
  const folder = write(wanted, options.spoiling);
  try {
    const { at = AT, accept = false, dryRun = false, same } = options;
    return await importFeed(db, { path: folder.path, at, accept, dryRun, same });
  } finally {
    folder.remove();
  }
}

/** Runs a piece of work on a fresh database of an engine. */
export async function on(
  engine: (typeof engines)[number],
  work: (db: Db, url: string) => Promise<void>,
): Promise<void> {
  const { db, url, close } = await engine.open();
  try {
    await work(db, url);
  } finally {
    await close();
  }
}

/** Runs a piece of work on a fresh SQLite file: what does not depend on the database. */
export const onSqlite = (work: (db: Db, url: string) => Promise<void>) => on(engines[0]!, work);

/** How often each code came. */
export function codes(report: FeedReport): Record<string, number> {
  return Object.fromEntries(report.problems.map(({ code, count }) => [code, count]));
}
