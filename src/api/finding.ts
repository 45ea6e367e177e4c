// The searches of the policy of schools: all that an evaluation would allow to the same caller, and nothing else.
import { Refusal } from '../errors.ts';
import { actionsOf, list, who } from '../rights/rights.ts';
import { decide, type Hearing, type Outcome, oursIn, sourceOf, withMotive } from './deciding.ts';
import { isPlain } from './gate.ts';
import { decideLaunch, LAUNCHED } from './launching.ts';
import { logSearch } from './log.ts';
import type { Found } from './paging.ts';
import type { Asked, Searched } from './policy.ts';

export interface Quest {
  readonly searched: Searched;
  readonly asked: Asked;
  /** The instant that is asked about, UTC milliseconds. */
  readonly at: number;
}

/** What is found, and the person it was found for, when it was for one. */
export interface Yield {
  readonly found: Found[];
  readonly person?: string | undefined;
}

const NOTHING: Yield = { found: [] };

export async function find(hearing: Hearing, quest: Quest): Promise<Found[]> {
  const start = performance.now();
  const finding = hearing.caller.resources ? publisherFinders : finders;
  const result = await finding[quest.searched](hearing, quest);
  logSearch(hearing, quest, { ...result, start });
  return result.found;
}

const finders: Record<Searched, (hearing: Hearing, quest: Quest) => Promise<Yield>> = {
  subject: findSubjects,
  resource: findResources,
  action: findActions,
};

/** A publisher finds what it may launch for somebody whom it knows; never whom: that would be a directory. */
const publisherFinders: typeof finders = {
  subject: async () => {
    throw new Refusal('not_allowed', 'expected a resource or an action to be searched: publishers are told of nobody');
  },
  resource: findLaunchable,
  action: async (hearing, { asked, at }) => {
    const outcome = await decideLaunch(hearing, { ...asked, action: { name: LAUNCHED.action } }, at);
    requireKnown([outcome]);
    const { allowed, person } = outcome;
    return { found: allowed ? [{ key: LAUNCHED.action, entity: { name: LAUNCHED.action } }] : [], person };
  },
};

async function findLaunchable(hearing: Hearing, { asked, at }: Quest): Promise<Yield> {
  const { resources = [] } = hearing.caller;
  const of = (id: string) => decideLaunch(hearing, { ...asked, resource: { ...asked.resource, id } }, at);
  const outcomes = await Promise.all(resources.map(async (id) => ({ id, ...(await of(id)) })));
  requireKnown(outcomes);
  return {
    found: outcomes
      .filter(({ allowed }) => allowed)
      .map(({ id }) => ({ key: id, entity: { type: LAUNCHED.type, id } })),
    person: outcomes.find(({ person }) => person)?.person,
  };
}

/** A search is whole, or it is not answered. */
function requireKnown(outcomes: readonly Pick<Outcome, 'denial'>[]): void {
  if (outcomes.some(({ denial }) => denial === 'revision_unknown'))
    throw new Refusal('unavailable', 'the revision of `context.min_revision` is not known here yet');
}

/** In the order of their pseudonyms: that of our keys would let two modules find out who is who. */
async function findSubjects({ api, caller }: Hearing, { asked, at }: Quest): Promise<Yield> {
  const ours = oursIn(asked);
  const { id } = asked.resource;
  if (!ours?.action || !isPlain(id)) return NOTHING;
  const { type, action } = ours;
  const readers = await who(sourceOf(api), {
    action,
    resource: { type, id },
    when: { at },
    schools: caller.schools,
    atLeast: reachedFor(caller, asked),
  });
  const persons = readers
    .filter(({ reasons }) => withMotive(action, reasons, asked.context).length > 0)
    .map((one) => one.person)
    .filter((one) => !caller.person || one === caller.person);
  const away = await Promise.all(
    persons.map(async (one) => (await api.withdrawn?.has(one)) || api.provider.isClosed(caller.client, one)),
  );
  const there = persons.filter((_, place) => !away[place]);
  const subs = await Promise.all(there.map((person) => api.provider.subjectFor(caller.client, person)));
  return { found: subs.map((sub) => ({ key: sub, entity: { type: 'user', id: sub } })) };
}

async function findResources({ api, caller }: Hearing, { asked, at }: Quest): Promise<Yield> {
  const ours = oursIn(asked);
  const person = ours?.action && (await caller.personAsked(asked.subject.id));
  if (!ours?.action || !person) return NOTHING;
  const { type, action } = ours;
  const reached = await list(sourceOf(api), {
    person,
    action,
    type,
    when: { at },
    schools: caller.schools,
    atLeast: reachedFor(caller, asked),
  });
  const found = reached
    .filter(({ reasons }) => withMotive(action, reasons, asked.context).length > 0)
    .map(({ id }) => ({ key: id, entity: { type, id } }));
  return { found, person };
}

/** In the order in which actions are told everywhere: the key is the place in it. */
async function findActions(hearing: Hearing, { asked, at }: Quest): Promise<Yield> {
  const { type } = oursIn(asked) ?? {};
  if (!type) return NOTHING;
  const outcomes = await Promise.all(
    actionsOf(type).map(async (name) => ({ name, ...(await decide(hearing, { ...asked, action: { name } }, at)) })),
  );
  requireKnown(outcomes);
  const found = outcomes.flatMap(({ name, allowed }, place) =>
    allowed ? [{ key: String(place).padStart(4, '0'), entity: { name } }] : [],
  );
  return { found, person: outcomes[0]?.person };
}

/** The revision that must be reached; that of a school which the module does not serve tells nothing, and is not waited for. */
function reachedFor(caller: Hearing['caller'], { context }: Asked): string | undefined {
  const wanted = context?.min_revision as string | undefined;
  return wanted !== undefined && caller.serves(wanted.slice(0, wanted.indexOf(':'))) ? wanted : undefined;
}
