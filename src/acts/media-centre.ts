// The media centre of a person: at each of their schools what they may open, and what is closed for now, with why.
import { isActive } from '../accounts/accounts.ts';
import { offersOf } from '../directory/offers.ts';
import { listSchools, type School } from '../directory/schools.ts';
import { currentFacts, factsAbout, factsNaming } from '../facts/facts.ts';
import { isConnected } from '../resources/agreements.ts';
import { seatsAwaitedBy } from '../resources/licences/records.ts';
import { audiencesOf, readRoll } from '../resources/licences/roll.ts';
import { listResources, type Resource } from '../resources/registry.ts';
import type { Source } from '../rights/rights.ts';
import type { Db } from '../storage/storage.ts';
import { type Launchable, launchable } from './launching.ts';

/**
 * Why something that would be open is not: the person does not want it, no agreement is in force, it is under review, or
 * no licence is left for now.
 */
export type WhyClosed = 'declined' | 'agreement' | 'review' | 'waiting';

/** A school of the person's, as pupil or staff. */
export interface Shelf {
  readonly school: School;
  /** Whether an agreement is in force there. */
  readonly connected: boolean;
  /** Each resource once, by name. */
  readonly open: readonly Launchable[];
  readonly closed: readonly { readonly resource: Resource; readonly why: WhyClosed }[];
}

export interface MediaCentre {
  readonly shelves: readonly Shelf[];
  /** Whether the person is somebody's representative: resources are opened by the pupils themselves. */
  readonly represents: boolean;
}

interface Asked {
  readonly db: Db;
  readonly person: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

/** What a person finds there; nothing for whoever has no active account. */
export async function mediaCentreOf(rights: Source, asked: Asked): Promise<MediaCentre> {
  const { db, person, at } = asked;
  if (!(await isActive(db, person))) return { shelves: [], represents: false };
  const relations = ['attends', 'post', 'heads', 'deputises', 'guards', 'declines'] as const;
  const live = (await factsNaming(db, 'subject', [person], { relations, endingAfter: at })).filter(
    ({ validFrom }) => validFrom <= at,
  );
  const of = (...wanted: readonly string[]) => live.filter(({ relation }) => wanted.includes(relation));
  const open = await launchable(rights, asked);
  const declined = new Set(of('declines').map(({ object }) => object));
  const places = [...of('attends', 'post', 'heads', 'deputises'), ...open];
  const shelves: Shelf[] = [];
  for (const school of await listSchools(db, [...new Set(places.map((place) => place.school))]))
    shelves.push(await shelfAt(school, { ...asked, open, declined }));
  return { shelves, represents: of('guards').length > 0 };
}

/** How many resources are open to somebody, each once a school; nothing for whoever has no place where any could be. */
export async function countOpenTo(rights: Source, asked: Asked): Promise<number | undefined> {
  const { db, person, at } = asked;
  const open = await launchable(rights, asked);
  if (open.length > 0) return new Set(open.map(({ school, resource }) => `${school} ${resource.id}`)).size;
  const places = await factsAbout(db, 'subject', person, at, ['attends', 'post', 'heads', 'deputises']);
  return places.length > 0 && (await isActive(db, person)) ? 0 : undefined;
}

async function shelfAt(
  school: School,
  { db, person, at, open, declined }: Asked & { open: readonly Launchable[]; declined: ReadonlySet<string> },
): Promise<Shelf> {
  const here = onceEach(open.filter((one) => one.school === school.uai));
  const connected = await isConnected(db, school.uai, at);
  const { granted, awaited } = await meantFor(db, { person, school: school.uai, at });
  const opened = new Set(here.map(({ resource }) => resource.id));
  const meant = await offersOf(db, { ids: [...granted, ...awaited] });
  const offers = meant.filter(({ resource }) => !opened.has(resource));
  const resources = await listResources(db, { ids: offers.map(({ resource }) => resource) });
  const closed = resources.flatMap((resource) => {
    const own = offers.filter((offer) => offer.resource === resource.id);
    const why = whyClosed({
      connected,
      resource,
      declined: own.some(({ id }) => declined.has(id)),
      waits: own.every(({ id }) => !granted.includes(id)),
    });
    return why ? [{ resource, why }] : [];
  });
  return { school, connected, open: here, closed: closed.sort((a, b) => byName(a.resource, b.resource)) };
}

/**
 * The keys of the offers that are for somebody, whatever closes them: a licence was given, or all those like them have
 * it; and of those that they wait for a licence of.
 */
async function meantFor(
  db: Db,
  { person, school, at }: { person: string; school: string; at: number },
): Promise<{ granted: string[]; awaited: string[] }> {
  const where = { school, endingAfter: at };
  const own = await currentFacts(db, { ...where, relations: ['assigned'], subject: person });
  const roll = await readRoll(db, { school, at, person });
  const audiences: readonly string[] = audiencesOf(roll, person);
  const live = (await currentFacts(db, { ...where, relations: ['openTo', 'subscribed'] })).filter(
    ({ validFrom }) => validFrom <= at,
  );
  const shared = live.filter(
    ({ relation, properties }) => relation === 'openTo' && audiences.includes(String(properties.audience)),
  );
  const subscribed = new Set(live.filter(({ relation }) => relation === 'subscribed').map(({ object }) => object));
  const waits = (await seatsAwaitedBy(db, person)).filter((seat) => seat.school === school);
  const awaited = await offersOf(db, { school, subscriptions: waits.map(({ subscription }) => subscription) });
  return {
    granted: [...own, ...shared].filter(({ validFrom }) => validFrom <= at).map(({ object }) => object),
    awaited: awaited.map(({ id }) => id).filter((id) => subscribed.has(id)),
  };
}

function whyClosed(state: {
  connected: boolean;
  resource: Resource;
  declined: boolean;
  waits: boolean;
}): WhyClosed | undefined {
  if (state.resource.state === 'withdrawn') return undefined;
  if (state.declined) return 'declined';
  if (!state.connected) return 'agreement';
  if (state.resource.state !== 'validated') return 'review';
  return state.waits ? 'waiting' : undefined;
}

/** A resource that several offers open is one tile, and no free one where somebody has paid. */
function onceEach(open: readonly Launchable[]): Launchable[] {
  const found = new Map<string, Launchable>();
  for (const one of open) {
    const before = found.get(one.resource.id);
    if (!before || (isFree(before) && !isFree(one))) found.set(one.resource.id, one);
  }
  return [...found.values()].sort((a, b) => byName(a.resource, b.resource));
}

/** Whether it is open without a subscription: free, and opened by the school. */
export function isFree({ offer }: Pick<Launchable, 'offer'>): boolean {
  return offer.subscription === null;
}

function byName(a: Resource, b: Resource): number {
  return a.name.localeCompare(b.name, 'fr') || (a.id < b.id ? -1 : 1);
}
