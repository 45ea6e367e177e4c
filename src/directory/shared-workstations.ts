// The browsers that a school has marked as shared workstations, where families and pupils without a device of their own sign in.
import { audit } from '../audit/audit.ts';
import { Refusal } from '../errors.ts';
import { type Db, inTransaction, newKey } from '../storage/storage.ts';
import { recordWorkstation } from './workstations.ts';

/** A marked browser. */
export interface SharedWorkstation {
  readonly id: string;
  /** The UAI. */
  readonly school: string;
  /** Where it is, and when it is open. */
  readonly place: string;
  /** UTC milliseconds. */
  readonly markedAt: number;
}

interface Row {
  id: string;
  school: string;
  place: string;
  marked_at: number;
}

/**
 * Marks one more browser of a school; its key is what the browser keeps. The place is recorded as one where families may
 * read, if it is not yet. Refuses `bad_argument` without a place, `unknown_school`.
 */
export async function markWorkstation(
  db: Db,
  { school, place, by, at }: { school: string; place: string; by: string; at: number },
): Promise<string> {
  return inTransaction(db, async (tx) => {
    const where = place.replace(/[\s\p{Cc}]+/gu, ' ').trim();
    await recordWorkstation(tx, { school, where, by, at });
    const id = newKey();
    const row = { id, school, place: where, marked_by: by, marked_at: at, ended_by: null, ended_at: null };
    await tx('shared_workstation').insert(row);
    await audit(tx, { at, event: 'workstation.marked', actor: by, school, details: { workstation: id } });
    return id;
  });
}

/** The marked browser of a key; none when it is marked no more. */
export async function findWorkstation(db: Db, id: string): Promise<SharedWorkstation | undefined> {
  const row = (await db('shared_workstation').where({ id }).whereNull('ended_at').first()) as Row | undefined;
  return row && toWorkstation(row);
}

/** The marked browsers of a school, by place. */
export async function workstationsAt(db: Db, school: string): Promise<SharedWorkstation[]> {
  const rows = (await db('shared_workstation').where({ school }).whereNull('ended_at').orderBy('marked_at')) as Row[];
  return rows.map(toWorkstation).sort((a, b) => a.place.localeCompare(b.place, 'fr'));
}

/** A browser is marked no more. Refuses `nothing_to_end`. */
export async function unmarkWorkstation(
  tx: Db,
  { id, school, by, at }: { id: string; school: string; by: string; at: number },
): Promise<void> {
  const ended = await tx('shared_workstation')
    .where({ id, school })
    .whereNull('ended_at')
    .update({ ended_at: at, ended_by: by });
  if (ended === 0) throw new Refusal('nothing_to_end', 'expected a browser that is marked');
  await audit(tx, { at, event: 'workstation.unmarked', actor: by, school, details: { workstation: id } });
}

function toWorkstation({ id, school, place, marked_at }: Row): SharedWorkstation {
  return { id, school, place, markedAt: marked_at };
}
