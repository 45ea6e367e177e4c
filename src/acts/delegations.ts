// Delegations of signature: the head gives a deputy one act, personally and for a time; a recorded suppléance gives them all (C8).
import { isDeepStrictEqual } from 'node:util';
import { audit } from '../audit/audit.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { schoolYear, schoolYearAt } from '../facts/calendar.ts';
import {
  changeFacts,
  currentFacts,
  type Fact,
  factsAbout,
  factsNaming,
  lockSchool,
  revisionAt,
} from '../facts/facts.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { type Act, OPERATOR } from './offices.ts';

/** What a head may have signed by a deputy. */
export const delegatedActs = ['visa', 'validate', 'revoke', 'absences', 'families'] as const;

export type DelegatedAct = (typeof delegatedActs)[number];

export interface Delegation {
  /** The UAI. */
  readonly school: string;
  readonly deputy: string;
  readonly act: DelegatedAct;
  /** The reference of the decision. */
  readonly decision: string;
  /** Whether it is a suppléance: the deputy stands in for an absent head, for every act. */
  readonly standingIn: boolean;
  /** UTC milliseconds. */
  readonly from: number;
  readonly until: number;
}

/**
 * Records that a deputy signs for the head: one act, or every act when it is a suppléance. Only the head gives it, or
 * an operator who writes down the head's decision: a deputy never passes on what was delegated. Giving it again
 * replaces its dates and its reference; where they are the same, nothing is written. Refuses `not_head` and
 * `delegation_refused`.
 */
export async function delegate(
  db: Db,
  given: Act & {
    readonly deputy: string;
    readonly acts: readonly DelegatedAct[] | 'all';
    readonly decision: string;
    /** UTC milliseconds; by default at once, and until the year's end. */
    readonly from?: number | undefined;
    readonly until?: number | undefined;
    /** The module through which it is done. */
    readonly client?: string | undefined;
  },
): Promise<Delegation[]> {
  const { school: uai, by, at, deputy, decision } = given;
  return inTransaction(db, async (tx) => {
    const school = await findSchool(tx, uai);
    await lockSchool(tx, uai);
    const giver = await requireHead(tx, given);
    const last = schoolYear(schoolYearAt(at, school.yearStart, school.zone), school.yearStart, school.zone).to;
    const { from = at, until = last } = given;
    if (!(from >= at && until > from && until <= last))
      throw new Refusal('delegation_refused', 'expected dates to come, within the school year', { member: 'until' });
    if (decision.trim() === '' || decision.length > 200)
      throw new Refusal('delegation_refused', 'expected the reference of the decision', { member: 'decision' });
    if (!(await holds(tx, deputy, 'deputises', given)))
      throw new Refusal('delegation_refused', `expected a deputy head of school \`${uai}\``, { member: 'deputy' });
    const standingIn = given.acts === 'all';
    const acts: readonly DelegatedAct[] = given.acts === 'all' ? delegatedActs : given.acts;
    const live = await liveFacts(tx, given, deputy);
    const begin = acts.map((act) => ({
      relation: 'delegated' as const,
      subject: deputy,
      object: uai,
      properties: { act, decision: decision.trim(), head: giver, standing_in: standingIn },
      validFrom: from,
      validTo: until,
    }));
    // what overlaps is replaced; a suppléance and a delegation of one act stand side by side
    const end = live.filter(
      ({ properties }) => acts.some((act) => act === properties.act) && properties.standing_in === standingIn,
    );
    if (await areGiven(tx, begin, { ...given, live: end })) return end.map(toDelegation);
    const { revision } = await changeFacts(tx, { school: uai, at, source: 'local', actor: by, begin, end });
    const details = { acts: acts.join(' '), standing_in: standingIn, revision };
    const { client } = given;
    await audit(tx, { at, event: 'delegation.given', actor: by, subject: deputy, school: uai, client, details });
    return (await liveFacts(tx, given, deputy)).filter(({ knownFrom }) => knownFrom === revision).map(toDelegation);
  });
}

/** Whether what is to begin is what stands already, so that a second click gives nothing again. */
async function areGiven(
  tx: Db,
  begin: readonly Pick<Fact, 'properties' | 'validTo'>[],
  { live, from, at }: { live: readonly Fact[]; from?: number | undefined; at: number },
): Promise<boolean> {
  if (live.length !== begin.length) return false;
  for (const { properties, validTo } of begin) {
    const same = live.find((fact) => fact.validTo === validTo && isDeepStrictEqual(fact.properties, properties));
    if (!same) return false;
    const began =
      from === undefined ? same.validFrom <= at || (await beganWhenGiven(tx, same)) : same.validFrom === from;
    if (!began) return false;
  }
  return true;
}

/** Of two clicks the one that is served first may be the later: what it gave at once is what the other asks for. */
async function beganWhenGiven(tx: Db, { school, validFrom, knownFrom }: Fact): Promise<boolean> {
  return (await revisionAt(tx, school, validFrom - 1)) < knownFrom;
}

/**
 * Ends at once what a deputy signs for the head: some acts, or all of them; where it is said, by suppléance alone, or by
 * delegation alone. Refuses `not_head`, `unknown_delegation`.
 */
export async function endDelegation(
  db: Db,
  ended: Act & {
    readonly deputy: string;
    readonly acts: readonly DelegatedAct[] | 'all';
    readonly standingIn?: boolean | undefined;
    /** The module through which it is done. */
    readonly client?: string | undefined;
  },
): Promise<number> {
  const { school, by, at, deputy, acts, standingIn, client } = ended;
  return inTransaction(db, async (tx) => {
    await findSchool(tx, school);
    await lockSchool(tx, school);
    await requireHead(tx, ended);
    const live = (await liveFacts(tx, ended, deputy)).filter(
      ({ properties }) => standingIn === undefined || (properties.standing_in === true) === standingIn,
    );
    const end = acts === 'all' ? live : live.filter(({ properties }) => acts.some((act) => act === properties.act));
    if (end.length === 0) throw new Refusal('unknown_delegation', 'expected a delegation that has not ended');
    const { revision } = await changeFacts(tx, { school, at, source: 'local', actor: by, end });
    const details = { acts: end.map(({ properties }) => properties.act).join(' '), revision };
    await audit(tx, { at, event: 'delegation.ended', actor: by, subject: deputy, school, client, details });
    return end.length;
  });
}

/** The delegations of a school that have not ended, by deputy, then act. */
export async function listDelegations(
  db: Db,
  { school, at }: { readonly school: string; readonly at: number },
): Promise<Delegation[]> {
  return inOrder(await liveFacts(db, { school, at }));
}

/** Those that concern a person: of the schools that they head, and what they hold themselves; none that has ended. */
export async function delegationsFor(
  db: Db,
  { person, at }: { readonly person: string; readonly at: number },
): Promise<Delegation[]> {
  const held = await factsNaming(db, 'subject', [person], { relations: ['delegated'], endingAfter: at });
  const found = new Map(held.map((fact) => [fact.id, fact]));
  for (const { school } of await factsAbout(db, 'subject', person, at, ['heads']))
    for (const fact of await liveFacts(db, { school, at })) found.set(fact.id, fact);
  return inOrder([...found.values()]);
}

function inOrder(facts: readonly Fact[]): Delegation[] {
  const order = (one: Delegation) => `${one.school} ${one.deputy} ${one.act} ${one.from}`;
  return facts.map(toDelegation).sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** The head in whose name it is given: who acts, or the one whose decision the operator writes down. */
async function requireHead(tx: Db, { school, by, at }: Act): Promise<string> {
  if (by !== OPERATOR) {
    if (await holds(tx, by, 'heads', { school, at })) return by;
    throw new Refusal('not_head', `expected the head of school \`${school}\``);
  }
  const heads = await currentFacts(tx, { school, relations: ['heads'], object: school, endingAfter: at });
  return heads.find(({ validFrom }) => validFrom <= at)?.subject ?? '';
}

async function holds(
  tx: Db,
  person: string,
  relation: 'heads' | 'deputises',
  { school, at }: { school: string; at: number },
): Promise<boolean> {
  const held = await factsAbout(tx, 'subject', person, at, [relation]);
  return held.some((fact) => fact.object === school && fact.school === school);
}

function liveFacts(db: Db, { school, at }: { school: string; at: number }, subject?: string): Promise<Fact[]> {
  const whose = subject === undefined ? {} : { subject };
  return currentFacts(db, { school, relations: ['delegated'], object: school, ...whose, endingAfter: at });
}

function toDelegation({ school, subject, properties, validFrom, validTo }: Fact): Delegation {
  return {
    school,
    deputy: subject,
    act: properties.act as DelegatedAct,
    decision: String(properties.decision),
    standingIn: properties.standing_in === true,
    from: validFrom,
    until: validTo,
  };
}
