// How long what this room keeps is kept, and the jobs that see to it.
import { purgeTrail } from '../audit/audit.ts';
import { firstDayKept } from '../audit/chain.ts';
import type { Db } from '../storage/storage.ts';
import { purgeConsultations } from './consultations.ts';
import { purgeIncidents } from './incident-files.ts';
import { endDueIncidents } from './incidents.ts';

/** Lets go of consultations, closed incident files and the trail once they are `months` old. */
export async function purgeLogs(db: Db, { at, months }: { at: number; months: number }): Promise<void> {
  const firstDay = firstDayKept(at, months);
  await purgeConsultations(db, { firstDay });
  await purgeIncidents(db, Date.parse(`${firstDay}T00:00:00Z`));
  await purgeTrail(db, { months, at, actor: 'system' });
}

/** The jobs of this room, for the list of the server. `months`: how long logs are kept. */
export function logJobs({ months }: { months: number }) {
  return [
    { name: 'incidents.end', everyMs: 60_000, run: (db: Db, at: number) => endDueIncidents(db, at) },
    { name: 'logs.purge', everyMs: 3_600_000, run: (db: Db, at: number) => purgeLogs(db, { at, months }) },
  ] as const;
}
