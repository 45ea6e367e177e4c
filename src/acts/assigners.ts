// Who gives a school's licences: named by the head, and only once they have accepted (C32). Nobody is by their function.
import { findPerson } from '../directory/persons.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { assigningFunctions } from '../facts/catalogue.ts';
import { changeFacts, currentFacts, factsAbout, lockSchool } from '../facts/facts.ts';
import { queueMail } from '../mail/mail.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { type Act, auditAct } from './acts.ts';
import {
  answerDesignation,
  closeDesignation,
  type Designation,
  forgetDesignations,
  insertDesignation,
  readDesignations,
} from './assigner-records.ts';
import { datesWithinYear } from './dates.ts';
import { holdsOffice, type Office, requireOffice } from './offices.ts';

export type { Designation } from './assigner-records.ts';

const DAY = 86_400_000;

/** How long a designation waits for an answer. */
export const WAITS_FOR = 30 * DAY;

/** How long one that is over stays to be seen by whoever named. */
const KEPT_FOR = 365 * DAY;

/** Who names: the head, and where a decision is on record the director of an école (C9). */
const naming: readonly Office[] = ['head', 'direction'];

/**
 * How a designation stands at an instant: `waiting`, `live`, `refused`, `expired` when nobody answered in time, or `over`.
 * What the person has left, or what was ended, is over.
 */
export type Standing = 'waiting' | 'live' | 'refused' | 'expired' | 'over';

export interface Standed extends Designation {
  readonly standing: Standing;
}

/**
 * The head, or a director with a decision on record (C9), names somebody of the school. It gives no right: the person is
 * told by mail and on their page, and answers. It lasts until a day within the school year, by default to its end.
 * Refuses `not_allowed`, `assigner_unfit`, `dates_refused`, and `assigner_exists` while one is under way.
 */
export async function nameAssigner(
  db: Db,
  asked: Act & { readonly school: string; readonly person: string; readonly until?: number | undefined },
): Promise<Designation> {
  return inTransaction(db, async (tx) => {
    const { school, person, until, by, at } = asked;
    await findSchool(tx, school);
    await lockSchool(tx, school);
    await requireOffice(tx, { school, by, at }, naming);
    if (by === person || !(await isFit(tx, asked))) throw notFit();
    await findPerson(tx, person);
    const { validTo: endsAt } = await datesWithinYear(tx, school, { until }, at);
    for (const before of await standingOf(tx, await readDesignations(tx, { school, person }), at)) {
      if (before.standing === 'waiting' || before.standing === 'live')
        throw new Refusal('assigner_exists', 'expected nobody who is named already');
      // what is over by itself makes room
      if (before.state === 'waiting') await closeDesignation(tx, before.id, { state: 'withdrawn', by: 'system', at });
      if (before.state === 'accepted') await closeDesignation(tx, before.id, { state: 'ended', by: 'system', at });
    }
    const waitsUntil = Math.min(at + WAITS_FOR, endsAt);
    const named = await insertDesignation(tx, { school, person, namedBy: by, namedAt: at, waitsUntil, endsAt });
    await queueMail(tx, { person, template: 'assignerNamed', data: {}, at });
    return traced(tx, asked, 'assigner.named', named);
  });
}

/**
 * The person named accepts, and may give licences from now on; or refuses, and may be named again. Refuses
 * `assigner_closed` for another's, one that waits no more, and one whose holder is no longer of the school, alike.
 */
export async function answerNaming(
  db: Db,
  { designation, accepts, ...act }: Act & { readonly designation: string; readonly accepts: boolean },
): Promise<void> {
  await onDesignation(db, { designation, ...act }, async (tx, { standing, ...found }) => {
    const { by, at } = act;
    if (found.person !== by) throw closed();
    // a double click is one answer
    if (accepts && standing === 'live') return;
    if (standing !== 'waiting' || !(await isFit(tx, { ...found, at }))) throw closed();
    await answerDesignation(tx, found.id, { state: accepts ? 'accepted' : 'refused', at });
    if (accepts) {
      const { school, person: subject, endsAt: validTo } = found;
      const fact = {
        relation: 'assigns',
        subject,
        object: school,
        properties: { decision: found.id },
        validTo,
      } as const;
      await changeFacts(tx, { school, at, source: 'local', actor: by, begin: [fact] });
    }
    await traced(tx, act, accepts ? 'assigner.accepted' : 'assigner.refused', found);
  });
}

/**
 * Ends a designation at once, or takes back one that waits: whoever may name, or the person, who gives no reason.
 * Refuses `assigner_closed` where nothing is under way, and to anybody else.
 */
export async function endNaming(
  db: Db,
  { designation, ...act }: Act & { readonly designation: string },
): Promise<void> {
  await onDesignation(db, { designation, ...act }, async (tx, { standing, ...found }) => {
    const { by, at } = act;
    const { school, person } = found;
    const own = person === by;
    if (!own && !(await mayName(tx, { school, by, at }))) throw closed();
    if (standing !== 'live' && (own || standing !== 'waiting')) throw closed();
    await closeDesignation(tx, found.id, { state: standing === 'live' ? 'ended' : 'withdrawn', by, at });
    const end = await factsOf(tx, found, at);
    await changeFacts(tx, { school, at, source: 'local', actor: by, end });
    if (!own) await queueMail(tx, { person, template: 'assignerEnded', data: {}, at });
    await traced(tx, act, 'assigner.ended', found);
  });
}

/** Those named at a school, the newest first, as they stand. */
export async function assignersAt(db: Db, school: string, at: number): Promise<Standed[]> {
  return standingOf(db, await readDesignations(db, { school }), at);
}

/** What a person was named for, the newest first, as it stands. */
export async function namingsOf(db: Db, person: string, at: number): Promise<Standed[]> {
  return standingOf(db, await readDesignations(db, { person }), at);
}

/** Whether somebody may name the assigners of a school. */
export async function mayName(
  db: Db,
  { school, by, at }: { school: string; by: string; at: number },
): Promise<boolean> {
  return holdsOffice(db, { school, by, at }, naming);
}

/** The persons of a school who may be named there, by key. */
export async function whoMayBeNamed(db: Db, school: string, at: number): Promise<string[]> {
  const relations = ['post', 'deputises', 'secretary', 'administers'] as const;
  const facts = await currentFacts(db, { school, relations, endingAfter: at });
  const heads = await currentFacts(db, { school, relations: ['heads'], endingAfter: at });
  const leading = new Set(heads.filter(({ validFrom }) => validFrom <= at).map(({ subject }) => subject));
  const found = facts.filter((fact) => fact.validFrom <= at && makesFit(fact)).map(({ subject }) => subject);
  return [...new Set(found)].filter((person) => !leading.has(person)).sort();
}

/** The work of a job: forgets designations that have been over for a year. */
export async function purgeDesignations(db: Db, at: number): Promise<void> {
  await forgetDesignations(db, at - KEPT_FOR);
}

/** Holds the school of a designation, and reads it again: what is read decides. */
async function onDesignation(
  db: Db,
  { designation, at }: Act & { designation: string },
  work: (tx: Db, found: Standed) => Promise<void>,
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const [before] = await readDesignations(tx, { id: designation });
    if (!before) throw closed();
    await lockSchool(tx, before.school);
    const [found] = await standingOf(tx, await readDesignations(tx, { id: designation }), at);
    await work(tx, found!);
  });
}

/** A designation that was accepted stands as long as its fact: that ends with the person's last post at the school. */
async function standingOf(db: Db, all: readonly Designation[], at: number): Promise<Standed[]> {
  const found: Standed[] = [];
  for (const one of all) found.push({ ...one, standing: await standing(db, one, at) });
  return found;
}

async function standing(db: Db, one: Designation, at: number): Promise<Standing> {
  if (one.state === 'waiting') return one.waitsUntil > at ? 'waiting' : 'expired';
  if (one.state === 'refused') return 'refused';
  if (one.state !== 'accepted') return 'over';
  return (await factsOf(db, one, at)).length > 0 ? 'live' : 'over';
}

async function factsOf(db: Db, { id, school, person }: Designation, at: number) {
  const where = { school, relations: ['assigns'], subject: person, object: school, endingAfter: at } as const;
  return (await currentFacts(db, where)).filter(({ properties }) => properties.decision === id);
}

/** Whether somebody may be named at a school; pupils, families and who comes from elsewhere may not (r8, r13 to r28). */
async function isFit(db: Db, { person, school, at }: { person: string; school: string; at: number }): Promise<boolean> {
  const relations = ['post', 'deputises', 'secretary', 'administers'] as const;
  const facts = await factsAbout(db, 'subject', person, at, relations);
  return facts.some((fact) => fact.school === school && makesFit(fact));
}

function makesFit({
  relation,
  properties,
}: {
  relation: string;
  properties: Readonly<Record<string, unknown>>;
}): boolean {
  return relation !== 'post' || assigningFunctions.some((one) => one === properties.function);
}

async function traced(tx: Db, act: Act, event: string, named: Designation): Promise<Designation> {
  const { id, school, person } = named;
  await auditAct(tx, act, { event, subject: person, school, details: { designation: id } });
  return named;
}

function notFit(): Refusal {
  return new Refusal('assigner_unfit', 'expected somebody of staff of this school, other than who names');
}

function closed(): Refusal {
  return new Refusal('assigner_closed', 'expected a designation that is under way, of whoever asks');
}
