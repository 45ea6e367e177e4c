// What publishers ask: may the person behind one of their pseudonyms launch one of their resources?
import { list } from '../rights/rights.ts';
import { isObject } from './body.ts';
import {
  decideFrom,
  decideLater,
  decideOne,
  type Hearing,
  type Outcome,
  sourceOf,
  UNKNOWN,
  withdrawnOutcome,
} from './deciding.ts';
import type { Asked } from './policy.ts';

/** The only type and action that a publisher asks about. */
export const LAUNCHED = { type: 'resource', action: 'launch' } as const;

const RESOLVED = /^https?:\/\/[^\s/]{1,255}\/(ark:\/\S{1,1000})$/;
const UAI = /^\d{7}[A-Z]$/;

interface Launch {
  readonly asked: Asked;
  /** The ARK, one of the publisher's own. */
  readonly resource: string;
  /** The school that was named, a UAI; every school of the person when none was. */
  readonly school: string | undefined;
  readonly at: number;
}

/**
 * A publisher learns of its own resources and its own pseudonyms alone: whatever else it names is the no of a stranger.
 * `resource.properties.uai` says at which school it would be launched. It comes at once when all is in memory.
 */
export function decideLaunch(hearing: Hearing, asked: Asked, at: number): Outcome | Promise<Outcome> {
  const launch = launchIn(hearing, asked, at);
  if (!launch) return UNKNOWN;
  const person = hearing.caller.personBehind(asked.subject.id);
  const wanted = asked.context?.min_revision as string | undefined;
  if (wanted !== undefined) return decideInTime(hearing, launch, { person, wanted });
  const outcome =
    person instanceof Promise
      ? person.then((found) => decideFor(hearing, launch, found))
      : decideFor(hearing, launch, person);
  return outcome instanceof Promise ? outcome.then((made) => told(made, launch)) : told(outcome, launch);
}

/**
 * The caller knows of a change: what is offered is read once it has arrived here. It is waited for before anything is
 * known of the person, and for nobody alike: the wait would say otherwise at which schools somebody stands.
 */
async function decideInTime(
  hearing: Hearing,
  launch: Launch,
  { person, wanted }: { person: ReturnType<Hearing['caller']['personBehind']>; wanted: string },
): Promise<Outcome> {
  const { school: named = wanted.slice(0, wanted.indexOf(':')) } = launch;
  const matters = wanted.startsWith(`${named}:`) && hearing.caller.serves(named);
  const nothing = { type: 'offer', id: 'none' } as const;
  const wish = { person: 'none', action: LAUNCHED.action, resource: nothing, when: { at: launch.at } };
  const arrived = !matters || (await decideLater(hearing, wish, wanted)) !== undefined;
  const found = await person;
  if (arrived) return told(await decideFor(hearing, launch, found), launch);
  return told({ allowed: false, person: found, denial: 'revision_unknown' }, launch);
}

/** With what was asked, unless it says so already. */
function told(outcome: Outcome, { resource, school }: Launch): Outcome {
  return outcome.asked ? outcome : { ...outcome, asked: school === undefined ? { resource } : { resource, school } };
}

/** What of a question is the caller's to ask; none when it is not. */
function launchIn({ caller }: Hearing, asked: Asked, at: number): Launch | undefined {
  const { subject, action, resource } = asked;
  if (subject.type !== 'user' || resource.type !== LAUNCHED.type || action.name !== LAUNCHED.action) return undefined;
  const own = ownResource(caller.resources, resource.id);
  const school = isObject(resource.properties) ? resource.properties.uai : undefined;
  if (own === undefined || (school !== undefined && !(typeof school === 'string' && UAI.test(school))))
    return undefined;
  return { asked, resource: own, school, at };
}

/** The same ARK may come with the address of whoever resolves it. */
function ownResource(resources: readonly string[] = [], id: string): string | undefined {
  let own = looked.get(resources);
  if (!own) {
    own = new Set(resources);
    looked.set(resources, own);
  }
  if (own.has(id)) return id;
  const [, ark = ''] = RESOLVED.exec(id) ?? [];
  return own.has(ark) ? ark : undefined;
}

/** The resources of publishers, to look in: one may have thousands. */
const looked = new WeakMap<readonly string[], ReadonlySet<string>>();

/** It takes an account that can sign in (C31): of a record that was brought from elsewhere, nothing is open. */
function decideFor(hearing: Hearing, launch: Launch, person: string | undefined): Outcome | Promise<Outcome> {
  return decideFrom(hearing, person, (one) => {
    const active = hearing.active.has(one);
    if (active === true) return decideSomewhere(hearing, launch, one);
    return Promise.resolve(active).then((is) => (is ? decideSomewhere(hearing, launch, one) : withdrawnOutcome(one)));
  });
}

function decideSomewhere(hearing: Hearing, launch: Launch, person: string): Outcome | Promise<Outcome> {
  const { caller } = hearing;
  const { school } = launch;
  if (school !== undefined && !caller.serves(school)) return { allowed: false, person, gate: 'not_served' };
  const offers = offersFor(hearing, launch, person);
  return offers instanceof Promise
    ? offers.then((found) => decideAmong(hearing, launch, { person, offers: found }))
    : decideAmong(hearing, launch, { person, offers });
}

/** The offers of the resource at the school that was named, or wherever the person stands. */
function offersFor(hearing: Hearing, launch: Launch, person: string): readonly string[] | Promise<readonly string[]> {
  if (launch.school !== undefined) return offersIn(hearing, launch, launch.school);
  const schools = schoolsFor(hearing, launch, person);
  if (schools instanceof Promise) return schools.then((found) => offersAt(hearing, launch, found));
  return offersAt(hearing, launch, schools);
}

/** Whoever knows of a change is not answered from what was read before it. */
function offersIn({ offers }: Hearing, { asked, resource }: Launch, school: string) {
  return asked.context?.min_revision === undefined ? offers.at(school, resource) : offers.read(school, resource);
}

function offersAt(
  hearing: Hearing,
  launch: Launch,
  schools: readonly string[],
): readonly string[] | Promise<readonly string[]> {
  const found = schools.map((school) => offersIn(hearing, launch, school));
  const [only] = found;
  if (found.length === 1 && only) return only;
  return found.every((one) => !(one instanceof Promise))
    ? (found as (readonly string[])[]).flat()
    : Promise.all(found).then((each) => each.flat());
}

/** The school that was named, or those that name the person and that the publisher serves. */
function schoolsFor(
  { api, caller }: Hearing,
  { school, at }: Launch,
  person: string,
): readonly string[] | Promise<readonly string[]> {
  if (school !== undefined) return [school];
  const source = sourceOf(api);
  if (!('homesOf' in source)) return schoolsOpen({ api, caller }, { person, at });
  const served = (homes: readonly { readonly name: string }[]): readonly string[] =>
    homes.map(({ name }) => name).filter(caller.serves);
  const homes = source.homesOf(person);
  return homes instanceof Promise ? homes.then(served) : served(homes);
}

/** Without memory: the schools where the person may launch something. */
async function schoolsOpen(
  { api, caller }: Pick<Hearing, 'api' | 'caller'>,
  { person, at }: { person: string; at: number },
): Promise<readonly string[]> {
  const { schools } = caller;
  const found = await list(sourceOf(api), { person, action: 'launch', type: 'offer', when: { at }, schools });
  return [...new Set(found.map(({ school }) => school))];
}

/** The first offer that opens; of those that do not, the first is the one that is told of in the log. */
function decideAmong(
  hearing: Hearing,
  launch: Launch,
  { person, offers }: { person: string; offers: readonly string[] },
): Outcome | Promise<Outcome> {
  let no: Outcome | undefined;
  for (const [place, offer] of offers.entries()) {
    const outcome = decideOffer(hearing, launch, { person, offer });
    if (outcome instanceof Promise)
      return decideOnward(hearing, launch, { person, offers: offers.slice(place + 1), no, outcome });
    if (outcome.allowed) return outcome;
    no ??= outcome;
  }
  return no ?? { ...UNKNOWN, person };
}

async function decideOnward(
  hearing: Hearing,
  launch: Launch,
  {
    person,
    offers,
    no,
    outcome,
  }: { person: string; offers: readonly string[]; no: Outcome | undefined; outcome: Promise<Outcome> },
): Promise<Outcome> {
  const first = await outcome;
  if (first.allowed) return first;
  const rest = offers.length > 0 ? await decideAmong(hearing, launch, { person, offers }) : undefined;
  return rest?.allowed ? rest : (no ?? first);
}

function decideOffer(
  hearing: Hearing,
  launch: Launch,
  { person, offer }: { person: string; offer: string },
): Outcome | Promise<Outcome> {
  const wish = { action: LAUNCHED.action, resource: { type: 'offer', id: offer }, when: { at: launch.at } } as const;
  const outcome = decideOne(hearing, launch.asked, wish, person);
  return outcome instanceof Promise
    ? outcome.then((made) => onOffer(made, launch, offer))
    : onOffer(outcome, launch, offer);
}

/** The outcome of an offer: written out member by member, for one is made for every question. */
function onOffer(outcome: Outcome, { resource, school }: Launch, offer: string): Outcome {
  const { allowed, person, decision, best, denial, gate } = outcome;
  return {
    allowed,
    person,
    decision,
    best,
    denial,
    gate,
    about: { type: 'offer', action: LAUNCHED.action, resource: offer },
    asked: school === undefined ? { resource } : { resource, school },
  };
}
