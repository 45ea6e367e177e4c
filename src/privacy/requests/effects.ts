// What follows at once from an accepted request; what the law keeps stays, and the answer says so.
import { voidActivation } from '../../accounts/activation.ts';
import { reasons } from '../../accounts/retention.ts';
import { moveAccount, stateOf } from '../../accounts/states.ts';
import { withholdPerson } from '../../directory/holds.ts';
import { correctPerson, forgetDetails, holderOf } from '../../directory/persons.ts';
import { passGate } from '../../directory/restrictions.ts';
import { Refusal } from '../../errors.ts';
import { factsAbout } from '../../facts/facts.ts';
import type { Db } from '../../storage/storage.ts';
import { closeModule } from '../module-objections.ts';
import { type CorrectedHere, correctedHere, targetOf } from './kinds.ts';
import type { PersonRequest } from './records.ts';

interface Act {
  readonly by: string;
  readonly at: number;
}

/**
 * Does what an accepted request asks, in the decision's transaction. Refuses `logbook_kept`: a logbook is the record of
 * a class and a public archive, never erased because its author asks (RGPD 17(3)(b) and (d), code du patrimoine L212-2).
 */
export async function carryOut(tx: Db, request: PersonRequest, about: string, act: Act): Promise<void> {
  const { kind, target } = request;
  if (targetOf(target).logbook !== undefined)
    throw new Refusal('logbook_kept', 'expected no logbook: it is kept whoever asks (RGPD 17(3)(b) and (d))');
  if (kind === 'rectification') await rectify(tx, request, about, act);
  if (kind === 'erasure') await erase(tx, request, about, act);
  if (kind === 'objection') await object(tx, request, about, act);
}

/** Names are right here at once; all else is for the state's system, from which it comes back. */
async function rectify(tx: Db, { id, target, wanted }: PersonRequest, person: string, { at }: Act): Promise<void> {
  if (!isCorrectedHere(target)) return;
  if (wanted === null) throw new Refusal('correction_missing', 'expected a value that was not wiped');
  await correctPerson(tx, { person, what: target, value: wanted, request: id, at });
}

/** The account is closed; of the record, what no public task needs goes and stays away: the e-mail address. */
async function erase(tx: Db, { id, target }: PersonRequest, person: string, act: Act): Promise<void> {
  await closeAccount(tx, person, `request ${id}`, act);
  if (target === 'all') await correctPerson(tx, { person, what: 'email', value: null, request: id, at: act.at });
}

/**
 * The person is not at the school any more for Préau, or their address is not, or a module receives nothing of them; the
 * next delivery brings none of it back.
 */
async function object(tx: Db, { id, target, school }: PersonRequest, about: string, act: Act): Promise<void> {
  const { module } = targetOf(target);
  if (module !== undefined)
    return closeModule(tx, { person: await holderOf(tx, about), client: module, request: id, since: act.at });
  if (target === 'email')
    return correctPerson(tx, { person: about, what: 'email', value: null, request: id, at: act.at });
  await passGate(tx, 'restriction');
  // what a record that was joined meanwhile said stands under its holder
  const person = await holderOf(tx, about);
  await withholdPerson(tx, { person, school, request: id, ...act });
  if (await isSomewhere(tx, person, act.at)) return;
  await forgetDetails(tx, person, act.at);
  await closeAccount(tx, person, `request ${id}`, act);
  await voidActivation(tx, person);
}

/** Whether any school still gives the person a reason to hold an account. */
async function isSomewhere(tx: Db, person: string, at: number): Promise<boolean> {
  const live = await factsAbout(tx, 'subject', person, at, reasons);
  return live.length > 0;
}

async function closeAccount(tx: Db, person: string, why: string, { by, at }: Act): Promise<void> {
  const state = await stateOf(tx, person, at);
  if (state === 'active' || state === 'suspended')
    await moveAccount(tx, { person, to: 'closed', actor: by, why, from: 'school', at });
}

/** Whether a correction is applied here as well as forwarded. */
export function isCorrectedHere(target: string): target is CorrectedHere {
  return (correctedHere as readonly string[]).includes(target);
}
