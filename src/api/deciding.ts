// Decisions of the policy of schools on the wire: what is a module's to ask, and what an allow still asks for.
import type { Active } from '../accounts/active.ts';
import type { Gate } from '../audit/decisions.ts';
import { Refusal } from '../errors.ts';
import {
  type Action,
  type ActionOn,
  type Decision,
  isActionOn,
  may,
  type Reason,
  type ResourceType,
  type RuleName,
  type Wish,
} from '../rights/rights.ts';
import { badMember, type Json } from './body.ts';
import { type Api, type Askable, type Caller, isAskable, isPlain } from './gate.ts';
import type { Offers } from './offers.ts';
import type { Asked } from './policy.ts';
import type { Denial } from './reasons.ts';

/** One request of one caller. */
export interface Hearing {
  readonly api: Api;
  readonly caller: Caller;
  /** The number of the request. */
  readonly request: string;
  /** The revisions that are waited for, and whether they came. */
  readonly waits: Map<string, Promise<boolean>>;
  /** What is offered at schools, and who can sign in: for publishers. */
  readonly offers: Offers;
  readonly active: Active;
}

/** What came of a question: a decision on what is this module's to ask, and why it is a no all the same. */
export interface Outcome {
  readonly allowed: boolean;
  readonly person?: string | undefined;
  readonly decision?: Decision | undefined;
  /** The reason that is told of a yes. */
  readonly best?: Reason | undefined;
  readonly denial?: Denial | undefined;
  /** Why it came to a no before the rules. */
  readonly gate?: Gate | undefined;
  /** What the rules were asked about, where it is not what was named. */
  readonly about?: { readonly type: ResourceType; readonly action: Action; readonly resource: string };
  /** What a publisher named: a resource of its own, and the school if it named one. */
  readonly asked?: { readonly resource: string; readonly school?: string };
}

/**
 * What is unknown here, what is not this module's to ask, and what no rule allows are one answer. It comes at once when
 * the person and the school are in memory: a promise for each of fifty questions would cost more than their answers.
 * `at` is the instant that is asked about, UTC milliseconds, and the one that is logged: a replay asks about the same.
 */
export function decide(hearing: Hearing, asked: Asked, at: number): Outcome | Promise<Outcome> {
  const ours = oursIn(asked);
  if (!ours?.action || !isPlain(asked.resource.id)) return UNKNOWN;
  const about = { action: ours.action, resource: { type: ours.type, id: asked.resource.id }, when: { at } };
  const ask = (one: string) => decideOne(hearing, asked, about, one);
  const person = hearing.caller.personBehind(asked.subject.id);
  return person instanceof Promise
    ? person.then((found) => decideFrom(hearing, found, ask))
    : decideFrom(hearing, person, ask);
}

/** Asks about a person whom the caller knows and may ask about. */
export function decideFrom(
  { api, caller }: Hearing,
  person: string | undefined,
  ask: (person: string) => Outcome | Promise<Outcome>,
): Outcome | Promise<Outcome> {
  if (!person) return UNKNOWN;
  if (caller.person !== undefined && caller.person !== person)
    return { allowed: false, person, gate: 'not_its_person' };
  const withdrawn = api.withdrawn?.has(person) ?? false;
  if (withdrawn instanceof Promise) return withdrawn.then((is) => (is ? withdrawnOutcome(person) : ask(person)));
  return withdrawn ? withdrawnOutcome(person) : ask(person);
}

/** Whoever's account is suspended or closed may nothing, whatever facts say of them. */
export function withdrawnOutcome(person: string): Outcome {
  return { allowed: false, person, gate: 'withdrawn' };
}

/** What the rules say of one resource, as far as it is the module's to know. */
export function decideOne(
  hearing: Hearing,
  asked: Asked,
  { action, resource, when }: Omit<Wish, 'person'>,
  person: string,
): Outcome | Promise<Outcome> {
  const { api } = hearing;
  const wish: Wish = { person, action, resource, when };
  const source = sourceOf(api);
  const decision = 'may' in source ? source.may(wish) : may(source, wish);
  return decision instanceof Promise
    ? decision.then((made) => judge(hearing, asked, wish, made))
    : judge(hearing, asked, wish, decision);
}

function judge(hearing: Hearing, asked: Asked, wish: Wish, decision: Decision): Outcome | Promise<Outcome> {
  const { person } = wish;
  if (decision.school === undefined) return { ...UNKNOWN, person };
  if (!hearing.caller.serves(decision.school)) return { allowed: false, person, gate: 'not_served' };
  const wanted = asked.context?.min_revision as string | undefined;
  if (wanted === undefined || !isBehind(decision.revision, wanted)) return outcomeOf(asked, wish, decision);
  return decideLater(hearing, wish, wanted).then((later) =>
    later ? outcomeOf(asked, wish, later) : { allowed: false, person, decision, denial: 'revision_unknown' },
  );
}

function outcomeOf({ context }: Asked, { person, action }: Wish, decision: Decision): Outcome {
  const [best] = withMotive(action, decision.reasons, context);
  if (best) return { allowed: true, person, decision, best };
  return { allowed: false, person, decision, denial: decision.allowed ? 'motive_missing' : undefined };
}

/** What is told of what nobody here knows. */
export const UNKNOWN: Outcome = { allowed: false, gate: 'unknown' };

/** How many revisions one request may have waited for. */
const MOST_WAITS = 4;

/**
 * Asks again, from a revision on; nothing when it does not come in time. Each is waited for once a request, however
 * many of its questions ask for it, so that a batch of bogus ones costs no more than a few.
 */
export async function decideLater({ api, waits }: Hearing, wish: Wish, atLeast: string): Promise<Decision | undefined> {
  const under = waits.get(atLeast);
  if (!under && waits.size >= MOST_WAITS) return undefined;
  if (under && !(await under)) return undefined;
  const later = may(sourceOf(api), { ...wish, atLeast }).catch((error) => {
    if (error instanceof Refusal && error.code === 'unavailable') return undefined;
    throw error;
  });
  if (!under)
    waits.set(
      atLeast,
      later.then(
        (decision) => decision !== undefined,
        () => false,
      ),
    );
  return later;
}

/** Whether why is said with the answer; to a publisher never: why not would be something about the person. */
export function isExplained({ resources, reasons }: Caller, { context }: Asked): boolean {
  return resources === undefined && (reasons !== 'none' || context?.explain === true);
}

/** What of a question is ours to answer: nothing of another type; no action when the type does not know it. */
export function oursIn({
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
export function withMotive(action: Action, reasons: readonly Reason[], context: Json | undefined): readonly Reason[] {
  if (action !== 'read_archive' || isMotive(context?.motive)) return reasons;
  return reasons.filter(({ rule }) => readArchiveFreely.includes(rule));
}

function isMotive(motive: unknown): motive is string {
  return typeof motive === 'string' && motive.trim() !== '';
}

const REVISION = /^(\d{7}[A-Z]):(0|[1-9]\d{0,14})$/;
const LONGEST_MOTIVE = 1_000;

/** Refuses, naming the member, what of a context is ours and is not written as it must be. */
export function checkContext({ min_revision: revision, motive }: Json): void {
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
function isBehind(decided: string, wanted: string): boolean {
  const [, school, revision] = REVISION.exec(wanted) ?? [];
  const [at, known] = decided.split(':');
  return school !== undefined && school === at && Number(known) < Number(revision);
}

export function sourceOf(api: Api) {
  return api.rights ?? api.db;
}
