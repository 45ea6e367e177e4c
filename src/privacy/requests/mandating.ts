// A mandate that comes after the letters that it is for: given to one of them, or to all of its envelope.
import { Refusal } from '../../errors.ts';
import { type Db, inTransaction } from '../../storage/storage.ts';
import { keepTrace, type RequestAct, requireHandled, requireNotOwn } from './deciding.ts';
import { type MandateGiven, requireMandate } from './filing.ts';
import { claimDocument } from './mandates.ts';
import { changeRequest, findRequests, type PersonRequest } from './records.ts';
import { holdsOffice, isOwn } from './standing.ts';

/**
 * An agent adds the document of a mandate to a letter, and to the others of its envelope that have none when `to` says
 * so, but to none that concerns the agent. Returns how many have it now that had not. Refuses `unknown_request`,
 * `request_own`, `request_over` for one that did not come on paper, is answered or has its document, `mandate_other` for
 * a document that is not the one of which the hash was noted.
 */
export async function giveMandate(
  db: Db,
  { to, mandate: given, ...act }: RequestAct & { mandate: MandateGiven; to: 'one' | 'envelope' },
): Promise<number> {
  return inTransaction(db, async (tx) => {
    const request = await requireHandled(tx, act);
    const { school, batch } = request;
    if (!(await holdsOffice(tx, { school, ...act }, 'file')))
      throw new Refusal('not_allowed', `expected one who may file at school \`${school}\``);
    await requireNotOwn(tx, request, act);
    if (request.document === given.document) return 0;
    if (!lacksMandate(request)) throw new Refusal('request_over', 'expected an open letter whose mandate is not there');
    const mandate = await requireMandate(tx, given, act.by);
    if (request.mandate && request.mandate.hash !== mandate.hash)
      throw new Refusal('mandate_other', 'expected the document of which the hash was noted');
    await claimDocument(tx, { id: given.document, at: act.at });
    const others = to === 'one' ? [] : await findRequests(tx, { school, batch });
    let count = 0;
    for (const one of [request, ...others.filter(({ id }) => id !== request.id)]) {
      if (!lacksMandate(one) || (one.mandate && one.mandate.hash !== mandate.hash) || (await isOwn(tx, one, act)))
        continue;
      await changeRequest(tx, one.id, { mandate, document: given.document });
      await keepTrace(tx, one, act, 'mandated', {});
      count += 1;
    }
    return count;
  });
}

/** Whether a mandate may still be added: to a letter that waits for its answer. */
export function lacksMandate({ channel, state, document }: PersonRequest): boolean {
  return channel === 'paper' && state === 'open' && document === null;
}
