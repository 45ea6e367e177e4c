// Sessions on a shared workstation: short, ended for the modules too as soon as nobody is there.
import { unmarkWorkstation } from '../directory/shared-workstations.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { sayFarewell } from './farewells.ts';
import { removeSharedSessions } from './session-rows.ts';

/** Ends the sessions that nobody has used on a shared workstation; their modules are told within a second. */
export async function endIdleWorkstations(db: Db, at: number): Promise<number> {
  return inTransaction(db, async (tx) => sayFarewell(tx, await removeSharedSessions(tx, { endedBy: at })));
}

/** A browser is marked no more, and whoever is signed in there is signed out. Refuses `nothing_to_end`. */
export async function closeWorkstation(
  db: Db,
  asked: { id: string; school: string; by: string; at: number },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    await unmarkWorkstation(tx, asked);
    await sayFarewell(tx, await removeSharedSessions(tx, { workstation: asked.id }));
  });
}
