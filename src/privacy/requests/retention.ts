// How long requests are kept: what persons wrote a year after the answer, the line of the register five.
import { audit } from '../../audit/audit.ts';
import { liveRequestsOfHolds } from '../../directory/holds.ts';
import { inBatches } from '../../storage/batches.ts';
import { type Db, inTransaction } from '../../storage/storage.ts';
import { liveModuleRequests, purgeModuleObjections } from '../module-objections.ts';
import { dropDocuments, WAITS_FOR } from './mandates.ts';
import { removeClosed, wipeWords } from './records.ts';

/** How many years after the answer a request loses its words and its mandate, and then goes. */
export const WORDS_YEARS = 1;
export const LINE_YEARS = 5;

/**
 * Wipes and removes what is past its time; an objection or a correction that is still honoured keeps its line. The
 * document of a mandate goes with the last request that names it. Told to stop, it leaves words for the next time.
 */
export async function purgeRequests(
  db: Db,
  at: number,
  stop?: AbortSignal,
): Promise<{ wiped: number; removed: number; documents: number }> {
  const wipeSome = () => inTransaction(db, (tx) => wipeWords(tx, yearsBefore(at, WORDS_YEARS)));
  const wiped = await inBatches(wipeSome, stop);
  return inTransaction(db, async (tx) => {
    const honoured = new Set([...(await liveRequestsOfHolds(tx)), ...(await liveModuleRequests(tx))]);
    const removed = await removeClosed(tx, yearsBefore(at, LINE_YEARS), honoured);
    await purgeModuleObjections(tx, yearsBefore(at, LINE_YEARS));
    const documents = await dropDocuments(tx, at - WAITS_FOR);
    if (wiped + removed + documents > 0)
      await audit(tx, { at, event: 'request.purged', actor: 'system', details: { wiped, removed, documents } });
    return { wiped, removed, documents };
  });
}

/** The same day some years before. */
function yearsBefore(at: number, years: number): number {
  const day = new Date(at);
  return day.setUTCFullYear(day.getUTCFullYear() - years);
}
