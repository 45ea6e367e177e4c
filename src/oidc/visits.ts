// The resources that sessions have opened, and from which school: what their tokens go by.
import type { Knex } from 'knex';
import { inBatches } from '../storage/batches.ts';
import type { Statements } from '../storage/statements.ts';
import { type Db, inPieces, inTransaction, onPostgres } from '../storage/storage.ts';
import { takingTurns } from '../storage/turns.ts';
import { BATCH } from './batches.ts';
import { tellOfEnds } from './farewells.ts';
import { rowId, type Seal } from './seal.ts';

/** A node that took visits to look at, and says nothing more of them, has lost them after this, milliseconds. */
const HELD_FOR = 10_000;

/** Which visit is meant. */
export interface VisitKey {
  /** The `uid` of the session. */
  readonly session: string;
  readonly client: string;
  /** An ARK. */
  readonly resource: string;
}

/** A visit that goes on, as a watch looks at it. */
export interface Visit {
  readonly uid: string;
  readonly client: string;
  readonly resource: string;
  readonly school: string;
  readonly person: string;
}

/** What somebody looks at who watches: what rests on an older revision of a school, or ends by its date; or what was looked at before an instant. */
export type Due =
  | { readonly at: number; readonly school: string; readonly revision: number }
  | { readonly at: number; readonly before: number };

export interface Visits {
  /** The school from which a session has opened a resource, and opens it still. */
  schoolOf(visit: VisitKey): Promise<string | undefined>;
  /** Keeps from where a session opens a resource; whether that is new. */
  open(visit: VisitKey & { school: string; person: string; at: number; expiresAt: number }): Promise<boolean>;
}

export function openVisits(statements: Statements): Visits {
  return {
    schoolOf: async ({ session, client, resource }) => {
      const row = await statements.get<{ school: string }>(
        'select school from publisher_visit where uid = ? and client = ? and resource = ?',
        [rowId('SessionUid', session), client, resource],
      );
      return row?.school;
    },
    open: async ({ session, client, resource, school, person, at, expiresAt }) => {
      const written = await statements.run(
        `insert into publisher_visit (uid, client, resource, school, person, opened_at, expires_at, looked_at)
         values (?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (uid, client, resource) do update
         set school = excluded.school, person = excluded.person, opened_at = excluded.opened_at,
           expires_at = excluded.expires_at, looked_at = excluded.looked_at, revision = 0, valid_until = 0
         where publisher_visit.school <> excluded.school or publisher_visit.person <> excluded.person`,
        [rowId('SessionUid', session), client, resource, school, person, at, expiresAt, at],
      );
      return written > 0;
    },
  };
}

/** The schools from which resources are open now: the oldest revision that an answer rests on there, and the first end. */
export async function schoolsVisited(
  db: Db,
  at: number,
): Promise<{ school: string; revision: number; validUntil: number }[]> {
  return db('publisher_visit')
    .where('expires_at', '>', at)
    .where('held_until', '<=', at)
    .groupBy('school')
    .orderBy('school')
    .select('school')
    .min({ revision: 'revision', validUntil: 'valid_until' });
}

/** Takes some visits to look at; whoever else looks meanwhile takes others. */
export async function holdVisits(db: Db, due: Due): Promise<Visit[]> {
  if (!(await dueIn(db, due).first('uid'))) return []; // most turns: no lock for nothing
  return inTransaction(db, async (tx) => {
    const some = dueIn(tx, due).limit(BATCH).select('uid', 'client', 'resource', 'school', 'person');
    const held = (await (onPostgres(tx) ? some.forUpdate().skipLocked() : some)) as Visit[];
    for (const piece of inPieces(held, 200)) await among(tx, piece).update({ held_until: due.at + HELD_FOR });
    return held;
  });
}

function dueIn(db: Db, due: Due): Knex.QueryBuilder {
  const open = db('publisher_visit').where('expires_at', '>', due.at).where('held_until', '<=', due.at);
  if ('before' in due) return open.where('looked_at', '<', due.before).orderBy('looked_at');
  return open
    .where({ school: due.school })
    .where((row) => row.where('revision', '<', due.revision).orWhere('valid_until', '<=', due.at));
}

/** Says that visits were looked at and go on: until when, as far as is known at a revision of their schools. */
export async function noteLook(
  db: Db,
  going: readonly { readonly visit: Visit; readonly until: number }[],
  { at, revision }: { at: number; revision: number },
): Promise<void> {
  const byEnd = new Map<number, Visit[]>();
  for (const { visit, until } of going) byEnd.set(until, [...(byEnd.get(until) ?? []), visit]);
  for (const [until, alike] of byEnd)
    for (const piece of inPieces(alike, 200))
      await among(db, piece).update({ looked_at: at, revision, valid_until: until, held_until: 0 });
}

/** Ends visits, and has their publishers told, until it is told to stop; how many this made an end of. */
export async function endVisits(db: Db, seal: Seal, visits: readonly Visit[], stop?: AbortSignal): Promise<number> {
  const inTurn = takingTurns(db);
  let ended = 0;
  for (const piece of inPieces(visits, 100)) {
    if (stop?.aborted) break;
    ended += await inTurn(() =>
      inTransaction(db, async (tx) => {
        const open: Visit[] = await among(tx, piece).forUpdate().select('uid', 'client', 'person');
        await among(tx, piece).delete();
        await tellOfEnds(
          tx,
          seal,
          open.map(({ uid, client, person }) => ({ uid, client, account: person })),
        );
        return open.length;
      }),
    );
  }
  return ended;
}

/** The rows of visits; not those that were opened again from another school meanwhile. */
function among(db: Db, visits: readonly Visit[]): Knex.QueryBuilder {
  return db('publisher_visit').whereIn(
    ['uid', 'client', 'resource', 'school'],
    visits.map(({ uid, client, resource, school }) => [uid, client, resource, school]),
  );
}

/** Removes visits whose session is over for certain. */
export async function purgeVisits(db: Db, at: number, stop?: AbortSignal): Promise<number> {
  const over = db('publisher_visit').where('expires_at', '<', at).limit(BATCH).select('uid');
  return inBatches(
    () => db('publisher_visit').whereIn('uid', over.clone()).where('expires_at', '<', at).delete(),
    stop,
  );
}

/** What a person has open at publishers: since when, and from which school. */
export async function resourcesOpen(
  db: Db,
  person: string,
  at: number,
): Promise<
  { readonly client: string; readonly resource: string; readonly school: string; readonly openedAt: number }[]
> {
  const rows = (await db('publisher_visit')
    .where({ person })
    .where('expires_at', '>', at)
    .orderBy(['opened_at', 'resource'])) as (Visit & { opened_at: number })[];
  return rows.map(({ client, resource, school, opened_at }) => ({ client, resource, school, openedAt: opened_at }));
}
