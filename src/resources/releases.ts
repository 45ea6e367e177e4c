// What publishers were sent: which attributes, of whom, when; of each value a keyed hash, and never the value.
import { createHash, createHmac } from 'node:crypto';
import { dayOf } from '../facts/calendar.ts';
import { inBatches } from '../storage/batches.ts';
import type { Statements } from '../storage/statements.ts';
import type { Db } from '../storage/storage.ts';
import { type AttributeName, attributeNames } from './attributes.ts';

export interface Release {
  readonly person: string;
  /** The module of the publisher. */
  readonly client: string;
  /** An ARK. */
  readonly resource: string;
  /** The UAI of the click. */
  readonly school: string;
  /** The claims that were sent. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** UTC milliseconds. */
  readonly at: number;
}

/** Keeps what is about to be sent. The same again on the same day is counted. `key`: `config.keyFor('releases')`. */
export async function recordRelease(statements: Statements, key: Buffer, release: Release): Promise<void> {
  const { person, client, resource, school, at } = release;
  const hashes = hashesOf(key, release);
  const text = JSON.stringify(hashes);
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 32);
  const names = Object.keys(hashes).join(' ');
  await statements.run(
    `insert into release (day, person, client, resource, school, digest, names, hashes, times, first_at, last_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)
     on conflict (day, person, client, resource, school, digest)
     do update set times = release.times + 1, last_at = excluded.last_at`,
    [dayOf(at), person, client, resource, school, digest, names, text, at, at],
  );
}

/** By attribute; whoever has the value and the key can say whether it was sent, and nobody reads it out of here. */
function hashesOf(key: Buffer, { person, claims }: Release): Partial<Record<AttributeName, string>> {
  const hashes: Partial<Record<AttributeName, string>> = {};
  for (const name of attributeNames)
    if (name in claims)
      hashes[name] = createHmac('sha256', key)
        .update(JSON.stringify([person, name, claims[name]]))
        .digest('hex')
        .slice(0, 32);
  return hashes;
}

/** What was sent of a person to a publisher on a day. */
export interface Sent {
  /** YYYY-MM-DD */
  readonly day: string;
  readonly person: string;
  readonly client: string;
  readonly resource: string;
  readonly school: string;
  readonly attributes: readonly AttributeName[];
  /** By attribute: keyed, and different for another person. */
  readonly hashes: Readonly<Partial<Record<AttributeName, string>>>;
  readonly times: number;
  /** UTC milliseconds. */
  readonly firstAt: number;
  readonly lastAt: number;
}

export interface SentWhere {
  readonly person?: string;
  readonly resources?: readonly string[];
  readonly schools?: readonly string[];
  /** Days, YYYY-MM-DD, both inside. */
  readonly from?: string;
  readonly to?: string;
}

interface Row {
  day: string;
  person: string;
  client: string;
  resource: string;
  school: string;
  names: string;
  hashes: string;
  times: number;
  first_at: number;
  last_at: number;
}

/** What was sent, the newest day first. */
export async function sentTo(db: Db, where: SentWhere): Promise<Sent[]> {
  const rows = (await matching(db, where).orderBy([
    { column: 'day', order: 'desc' },
    { column: 'resource' },
    { column: 'school' },
    { column: 'person' },
    { column: 'digest' },
  ])) as Row[];
  return rows.map((row) => ({
    day: row.day,
    person: row.person,
    client: row.client,
    resource: row.resource,
    school: row.school,
    attributes: namesIn(row.names),
    hashes: JSON.parse(row.hashes),
    times: Number(row.times),
    firstAt: Number(row.first_at),
    lastAt: Number(row.last_at),
  }));
}

/** What was sent to each resource: sets of attributes, and of how many persons, each counted once. Names nobody. */
export async function sentInSum(
  db: Db,
  where: SentWhere,
): Promise<
  {
    readonly resource: string;
    readonly attributes: readonly AttributeName[];
    readonly persons: number;
    readonly times: number;
    readonly firstDay: string;
    readonly lastDay: string;
  }[]
> {
  const group = ['resource', 'names'] as const;
  const rows = (await matching(db, where)
    .select(...group)
    .countDistinct({ persons: 'person' })
    .sum({ times: 'times' })
    .min({ first: 'day' })
    .max({ last: 'day' })
    .groupBy(...group)
    .orderBy([...group])) as Record<string, string>[];
  return rows.map((row) => ({
    resource: row.resource!,
    attributes: namesIn(row.names!),
    persons: Number(row.persons),
    times: Number(row.times),
    firstDay: row.first!,
    lastDay: row.last!,
  }));
}

function matching(db: Db, { person, resources, schools, from, to }: SentWhere) {
  const query = db('release');
  if (person !== undefined) query.where({ person });
  if (resources) query.whereIn('resource', [...resources]);
  if (schools) query.whereIn('school', [...schools]);
  if (from !== undefined) query.where('day', '>=', from);
  if (to !== undefined) query.where('day', '<=', to);
  return query;
}

function namesIn(text: string): AttributeName[] {
  return attributeNames.filter((name) => text.split(' ').includes(name));
}

const KEY = ['day', 'person', 'client', 'resource', 'school', 'digest'] as const;
const PURGED_AT_ONCE = 1_000;

/** Lets go of what was sent before a day, YYYY-MM-DD: a few rows at a time, until it is told to stop. */
export async function purgeReleases(
  db: Db,
  { firstDay, stop }: { firstDay: string; stop?: AbortSignal },
): Promise<number> {
  const old = db('release')
    .where('day', '<', firstDay)
    .limit(PURGED_AT_ONCE)
    .select(...KEY);
  return inBatches(() => db('release').whereIn(KEY, old.clone()).delete(), stop);
}
