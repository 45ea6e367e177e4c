// How long what is kept of consultations, of incident files and of the trail is kept.
import { purgeTrail } from '../audit/audit.ts';
import { firstDayKept } from '../audit/chain.ts';
import type { Db } from '../storage/storage.ts';
import { purgeConsultations } from './consultations.ts';
import { purgeOpenings } from './file-openings.ts';
import { purgeIncidents } from './incident-files.ts';
import { purgeLaunchChecks } from './launch-checks.ts';

/** Lets go of consultations, of openings of files, what publishers asked, closed incident files and the trail once they are `months` old. */
export async function purgeLogs(
  db: Db,
  { at, months, stop }: { at: number; months: number; stop?: AbortSignal },
): Promise<void> {
  const firstDay = firstDayKept(at, months);
  await purgeConsultations(db, { firstDay });
  await purgeOpenings(db, { firstDay });
  await purgeLaunchChecks(db, { firstDay });
  await purgeIncidents(db, Date.parse(`${firstDay}T00:00:00Z`));
  await purgeTrail(db, { months, at, actor: 'system', stop });
}
