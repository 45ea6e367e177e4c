// The policy of schools on the wire: modules ask, stored facts alone decide, and no module asks about another's school.
import { Refusal } from '../errors.ts';
import { factsByKey, revisionOf } from '../facts/facts.ts';
import { wordsOf } from '../http/pages.ts';
import {
  type Action,
  type ActionOn,
  actionsOf,
  type Decision,
  isActionOn,
  list,
  may,
  type Reason,
  type RuleName,
  who,
} from '../rights/rights.ts';
import { badMember, type Json } from './body.ts';
import { type Api, type Askable, type Caller, callerOf, isAskable, isPlain } from './gate.ts';
import type { Found } from './paging.ts';
import type { Answer, Asked, Policy, Searched, Session } from './policy.ts';
import { type Denial, reasonsOf } from './reasons.ts';

/** The policy of the schools that modules serve. */
export function schoolPolicy(api: Api): Policy {
  return {
    admit: async (ctx) => sessionOf(api, await callerOf(ctx, api, 'rights')),
    checkContext,
  };
}

function sessionOf(api: Api, caller: Caller): Session {
  return {
    client: caller.client,
    person: caller.person,
    evaluate: async (asked) => answerOf(api, caller, asked, await decide(api, caller, asked)),
    find: async (searched, asked, at) => {
      await requireReached(api, caller, asked.context);
      return finders[searched](api, caller, asked, at);
    },
  };
}

/** What came of a question: a decision on what is this module's to ask, and why it is a no all the same. */
interface Outcome {
  readonly decision?: Decision;
  readonly allowed: boolean;
  /** The reason that is told of a yes. */
  readonly best?: Reason;
  readonly denial?: Denial;
}

const NOTHING: Outcome = { allowed: false };

/** What is unknown here, what is not this module's to ask, and what no rule allows are one answer. */
async function decide(api: Api, caller: Caller, asked: Asked): Promise<Outcome> {
  const ours = oursIn(asked);
  if (!ours?.action || !isPlain(asked.resource.id)) return NOTHING;
  const person = await caller.personAsked(asked.subject.id);
  if (!person) return NOTHING;
  const { type, action } = ours;
  const decision = await may(sourceOf(api), { person, action, resource: { type, id: asked.resource.id } });
  if (decision.school === undefined || !caller.serves(decision.school)) return NOTHING;
  if (isBehind(decision.revision, asked.context?.min_revision))
    return { decision, allowed: false, denial: 'revision_unknown' };
  const [best] = withMotive(action, decision.reasons, asked.context);
  if (best) return { decision: { ...decision, rule: best.rule, validUntil: best.validUntil }, best, allowed: true };
  return { decision, allowed: false, ...(decision.allowed && { denial: 'motive_missing' }) };
}

async function answerOf(api: Api, caller: Caller, asked: Asked, outcome: Outcome): Promise<Answer> {
  const { allowed, decision, denial, best } = outcome;
  if (caller.reasons === 'none' && asked.context?.explain !== true) return { decision: allowed };
  const { type } = asked.resource;
  const { name: action } = asked.action;
  const facts = caller.reasons === 'admin' && best ? await factsByKey(api.db, best.facts) : undefined;
  return {
    decision: allowed,
    context: reasonsOf({
      type,
      action,
      decision: allowed ? decision : undefined,
      denial,
      facts,
      revision: caller.reasons === 'admin' ? decision?.revision : undefined,
      words: { fr: wordsOf('fr'), en: wordsOf('en') },
    }),
  };
}

type Finder = (api: Api, caller: Caller, asked: Asked, at: number) => Promise<Found[]>;

const finders: Record<Searched, Finder> = { subject: findSubjects, resource: findResources, action: findActions };

/** In the order of their pseudonyms: that of our keys would let two modules find out who is who. */
async function findSubjects(api: Api, caller: Caller, asked: Asked, at: number): Promise<Found[]> {
  const ours = oursIn(asked);
  const { id } = asked.resource;
  if (!ours?.action || !isPlain(id)) return [];
  const { type, action } = ours;
  const readers = await who(sourceOf(api), { action, resource: { type, id }, when: { at }, schools: caller.schools });
  const persons = readers
    .filter(({ reasons }) => withMotive(action, reasons, asked.context).length > 0)
    .map((one) => one.person)
    .filter((one) => !caller.person || one === caller.person);
  const subs = await Promise.all(persons.map((person) => api.provider.subjectFor(caller.client, person)));
  return subs.map((sub) => ({ key: sub, entity: { type: 'user', id: sub } }));
}

async function findResources(api: Api, caller: Caller, asked: Asked, at: number): Promise<Found[]> {
  const ours = oursIn(asked);
  const person = ours?.action && (await caller.personAsked(asked.subject.id));
  if (!ours?.action || !person) return [];
  const { type, action } = ours;
  const reached = await list(sourceOf(api), { person, action, type, when: { at }, schools: caller.schools });
  return reached
    .filter(({ reasons }) => withMotive(action, reasons, asked.context).length > 0)
    .map(({ id }) => ({ key: id, entity: { type, id } }));
}

/** In the order in which actions are told everywhere: the key is the place in it. */
async function findActions(api: Api, caller: Caller, asked: Asked): Promise<Found[]> {
  const { type } = oursIn(asked) ?? {};
  if (!type) return [];
  const outcomes = await Promise.all(
    actionsOf(type).map(async (name) => ({
      name,
      ...(await decide(api, caller, { ...asked, action: { name } })),
    })),
  );
  return outcomes.flatMap(({ name, allowed }, place) =>
    allowed ? [{ key: String(place).padStart(4, '0'), entity: { name } }] : [],
  );
}

/** What of a question is ours to answer: nothing of another type; no action when the type does not know it. */
function oursIn({
  subject,
  action: { name },
  resource: { type },
}: Asked): { type: Askable; action?: ActionOn<Askable> } | undefined {
  if (subject.type !== 'user' || !isAskable(type)) return undefined;
  return isActionOn(type, name) ? { type, action: name } : { type };
}

/** Whoever kept a logbook, and whose inspection was approved for a reason already, read its archive without another. */
const readArchiveFreely: readonly RuleName[] = ['author', 'inspector'];

/**
 * The reasons that hold with what was sent: those who direct a school read its archive with a written motive only
 * (C20), which is `context.motive`.
 */
function withMotive(action: Action, reasons: readonly Reason[], context: Json | undefined): readonly Reason[] {
  if (action !== 'read_archive' || isMotive(context?.motive)) return reasons;
  return reasons.filter(({ rule }) => readArchiveFreely.includes(rule));
}

function isMotive(motive: unknown): motive is string {
  return typeof motive === 'string' && motive.trim() !== '';
}

const REVISION = /^(\d{7}[A-Z]):(\d{1,15})$/;
const LONGEST_MOTIVE = 1_000;

function checkContext({ min_revision: revision, motive }: Json): void {
  if (revision !== undefined && !(typeof revision === 'string' && REVISION.test(revision)))
    throw badMember(
      'context.min_revision',
      'expected `context.min_revision` to be a school and its revision, `UAI:12`',
    );
  if (
    motive !== undefined &&
    !(typeof motive === 'string' && /^[^\0]*$/.test(motive) && motive.length <= LONGEST_MOTIVE)
  )
    throw badMember(
      'context.motive',
      `expected \`context.motive\` to be a text of at most ${LONGEST_MOTIVE} characters`,
    );
}

/** Whether less was known to decide than the caller knows to have happened in that school. */
function isBehind(decided: string, wanted: unknown): boolean {
  const [, school, revision] = REVISION.exec(typeof wanted === 'string' ? wanted : '') ?? [];
  const [at, known] = decided.split(':');
  return school !== undefined && school === at && Number(known) < Number(revision);
}

/** A search is whole or is not answered: whoever knows of a change that is not known here asks again in a moment. */
async function requireReached(api: Api, caller: Caller, context: Json | undefined): Promise<void> {
  const [, school] = REVISION.exec(typeof context?.min_revision === 'string' ? context.min_revision : '') ?? [];
  if (school === undefined || !caller.serves(school)) return;
  if (isBehind(`${school}:${await revisionOf(api.db, school)}`, context?.min_revision))
    throw new Refusal('unavailable', 'the revision of `context.min_revision` is not known here yet');
}

function sourceOf(api: Api) {
  return api.rights ?? api.db;
}
