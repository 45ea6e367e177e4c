// The resources that sessions have opened, and from which school: what their tokens go by.
import type { Statements } from '../storage/statements.ts';
import { type Db, inPieces, inTransaction } from '../storage/storage.ts';
import { BATCH, inBatches } from './batches.ts';
import { tellOfEnd } from './farewells.ts';
import { rowId } from './seal.ts';

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
           expires_at = excluded.expires_at, looked_at = excluded.looked_at
         where publisher_visit.school <> excluded.school or publisher_visit.person <> excluded.person`,
        [rowId('SessionUid', session), client, resource, school, person, at, expiresAt, at],
      );
      return written > 0;
    },
  };
}

/** The visits of a school that go on, or those of all schools that were looked at before an instant, the longest ago first. */
export async function visitsToLookAt(
  db: Db,
  { at, school, before }: { at: number; school?: string; before?: number },
): Promise<Visit[]> {
  const query = db('publisher_visit')
    .where('expires_at', '>', at)
    .orderBy(['looked_at', 'uid', 'client', 'resource'])
    .select('uid', 'client', 'resource', 'school', 'person');
  if (school !== undefined) query.where({ school });
  if (before !== undefined) query.where('looked_at', '<', before).limit(BATCH);
  return query;
}

/** The schools from which resources are open now. */
export async function schoolsVisited(db: Db, at: number): Promise<string[]> {
  const rows: { school: string }[] = await db('publisher_visit').where('expires_at', '>', at).distinct('school');
  return rows.map(({ school }) => school).sort();
}

/** Says that visits were looked at, and go on. */
export async function noteLook(db: Db, visits: readonly Visit[], at: number): Promise<void> {
  for (const piece of inPieces(visits, 200))
    await db('publisher_visit')
      .whereIn(
        ['uid', 'client', 'resource'],
        piece.map(({ uid, client, resource }) => [uid, client, resource]),
      )
      .update({ looked_at: at });
}

/** Ends a visit, and has its publisher told; whether this made an end of it. */
export async function endVisit(db: Db, { uid, client, resource, school, person }: Visit): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    // from another school it may have been opened again meanwhile
    const ended = await tx('publisher_visit').where({ uid, client, resource, school }).delete();
    if (ended > 0) await tellOfEnd(tx, { uid, client, account: person });
    return ended > 0;
  });
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
