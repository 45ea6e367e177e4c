// What is open at a school: made out of its subscriptions, what it opened of what is free, its agreement and the registry, whenever one of them changes.
import { ensureOffers, type Offer, offersOf, type ResourceAudience } from '../directory/offers.ts';
import { listSchools } from '../directory/schools.ts';
import { closeFacts } from '../facts/closing.ts';
import { currentFacts, lockSchool, type NewFact, type Outcome, replaceFacts } from '../facts/facts.ts';
import { type Db, FOREVER, inTransaction, onPostgres } from '../storage/storage.ts';
import { arkOf } from './ark.ts';
import { settleDeclines } from './declines.ts';
import { naturesOf } from './natures.ts';
import { askDerivation } from './records/due.ts';
import { type Opening, openingsAt } from './records/openings.ts';
import { keepResources, listResources, type Resource } from './records/resources.ts';
import { type Subscription, subscriptionsAt, subscriptionsTo } from './records/subscriptions.ts';
import { type Audience, publics } from './sheet.ts';

interface By {
  /** The key of whoever's act it follows from; `system` when nobody acted. */
  readonly by: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

/** What the facts of an offer are made of: the source `derived` says these of a school, and nobody else does. */
const relations = ['subscribed', 'agreed', 'cleared', 'openTo'] as const;

/** How many schools one act changes at once; those that come after follow within seconds. */
export const MOST_AT_ONCE = 200;

/** What opens a resource at a school: a subscription, or that it is free and the school has opened it. */
interface Ground {
  /** The `idAbonnement`; none of what is free. */
  readonly subscription: string | null;
  /** An ARK. */
  readonly resource: string;
  /** Whom it is open to, all of them; nobody where licences are given one by one. */
  readonly audiences: readonly ResourceAudience[];
  readonly validFrom: number;
  readonly validTo: number;
}

/**
 * Makes what is open at a school be what its subscriptions, its own openings, its agreements and the registry say, from an
 * instant on. What begins or ends on its own date does so without anybody: facts are dated. Writes nothing when nothing
 * has changed.
 */
export async function deriveOffers(tx: Db, { school, at, by }: { school: string } & By): Promise<Outcome> {
  if (!tx.isTransaction) return inTransaction(tx, (inside) => deriveOffers(inside, { school, at, by }));
  await lockSchool(tx, school);
  const subscriptions = await subscribedAt(tx, school, at);
  const openings = await openingsAt(tx, school);
  const named = [...subscriptions.map(resourceOf), ...openings.map(({ resource }) => resource)];
  const known = await listResources(tx, { ids: [...new Set(named)] });
  const grounds = [
    ...subscriptions.map((subscription) => subscribed(subscription, at)),
    ...known.flatMap((resource) => opened(resource, openings, at)),
  ];
  const offers = await ensureOffers(
    tx,
    grounds.map(({ subscription, resource }) => ({ subscription, school, resource })),
  );
  const clear = new Set(known.filter(({ state }) => state === 'validated').map(({ id }) => id));
  const connected = await currentFacts(tx, { school, relations: ['connected'], endingAfter: at });
  const agreements = connected.map(({ validFrom, validTo, properties }) => ({
    ...between(validFrom, validTo, at),
    properties: { agreement: String(properties.agreement) },
  }));
  const wanted = grounds.flatMap(({ resource, audiences, validFrom, validTo }, place): NewFact[] => {
    const { id } = offers[place]!;
    const self = { subject: id, object: id };
    return [
      { relation: 'subscribed', ...self, validFrom, validTo },
      ...agreements.map((agreement) => ({ relation: 'agreed', ...self, ...agreement }) as const),
      ...(clear.has(resource) ? [{ relation: 'cleared', ...self } as const] : []),
      ...audiences.map(
        (audience) =>
          ({
            relation: 'openTo',
            subject: school,
            object: id,
            properties: { audience },
            validFrom,
            validTo,
          }) as const,
      ),
    ];
  });
  const outcome = await replaceFacts(tx, { school, at, source: 'derived', actor: by, relations, wanted });
  if (outcome.begun === 0) return outcome;
  // what is newly open is not so to those who do not want to be known to its publisher
  const settled = await settleDeclines(tx, { school, at, by });
  return { revision: settled.revision, begun: outcome.begun + settled.begun, ended: outcome.ended + settled.ended };
}

function subscribed(subscription: Subscription, at: number): Ground {
  const { id, startsAt, endsAt } = subscription;
  const audiences = audiencesOf(subscription);
  return { subscription: id, resource: resourceOf(subscription), audiences, ...between(startsAt, endsAt, at) };
}

/** Open to those for whom it is free still, of those whom the school opened it to. */
function opened({ id, free }: Resource, openings: readonly Opening[], at: number): Ground[] {
  const audiences = free.filter((one) =>
    openings.some(({ resource, audience }) => resource === id && audience === one),
  );
  return audiences.length > 0 ? [{ subscription: null, resource: id, audiences, validFrom: at, validTo: FOREVER }] : [];
}

/**
 * Keeps what may be offered at schools from being changed until the end of the transaction, as `keepResources` does. To
 * be called before any of them is locked.
 */
export async function keepOffered(tx: Db, { schools, at }: { schools: readonly string[]; at: number }): Promise<void> {
  if (!onPostgres(tx)) return; // transactions follow each other there
  const named = new Set<string>();
  for (const school of schools) {
    for (const subscription of await subscribedAt(tx, school, at)) named.add(resourceOf(subscription));
    for (const { resource } of await openingsAt(tx, school)) named.add(resource);
  }
  await keepResources(tx, [...named]);
}

/** Makes out what is open at several schools, in the order of their UAI: the first ones at once, the others within seconds. */
export async function deriveAt(tx: Db, { schools, at, by }: { schools: readonly string[] } & By): Promise<void> {
  const sorted = [...new Set(schools)].sort();
  for (const school of sorted.slice(0, MOST_AT_ONCE)) await deriveOffers(tx, { school, at, by });
  await askDerivation(tx, sorted.slice(MOST_AT_ONCE), at);
}

/** Wherever a resource is offered. */
export async function deriveForResource(tx: Db, { resource, ...act }: { resource: string } & By): Promise<void> {
  const offers = await offersOf(tx, { resource: arkOf(resource) });
  await deriveAt(tx, { schools: offers.map(({ school }) => school), ...act });
}

/** Closes a resource wherever it is offered: at once, however many schools that is. Whoever calls this holds the resource. */
export async function closeResource(tx: Db, { resource, at, by }: { resource: string } & By): Promise<void> {
  const offers = await offersOf(tx, { resource: arkOf(resource) });
  await close(tx, offers, { relations: ['cleared'], at, by });
  await lookAgain(tx, await subscriptionsTo(tx, { resource: arkOf(resource), at }), { offers, at });
}

/** Where subscriptions were just about to be offered, by somebody else whose act is not seen yet: the job looks again. */
async function lookAgain(
  tx: Db,
  subscriptions: readonly Subscription[],
  { offers, at }: { offers: readonly Offer[]; at: number },
): Promise<void> {
  const known = new Set(offers.map(({ school, subscription }) => `${school} ${subscription}`));
  const others = new Set<string>();
  for (const subscription of subscriptions)
    for (const school of await schoolsFor(tx, subscription))
      if (!known.has(`${school} ${subscription.id}`)) others.add(school);
  await askDerivation(tx, [...others].sort(), at);
}

/** Closes what a subscription has opened: at once, however many schools that is. */
export async function closeSubscription(
  tx: Db,
  { subscription, at, by }: { subscription: Subscription } & By,
): Promise<void> {
  const offers = await offersOf(tx, { subscription: subscription.id });
  await close(tx, offers, { relations, at, by });
  await lookAgain(tx, [subscription], { offers, at });
}

async function close(
  tx: Db,
  offers: readonly Offer[],
  { relations: ending, at, by }: { relations: readonly (typeof relations)[number][] } & By,
): Promise<void> {
  const [schools, objects] = [offers.map(({ school }) => school), offers.map(({ id }) => id)];
  await closeFacts(tx, { schools, objects, relations: ending, source: 'derived', actor: by, at });
}

/** Wherever a subscription is for: the schools that it names, or those of its nature. */
export async function deriveForSubscription(
  tx: Db,
  { subscription, ...act }: { subscription: Subscription } & By,
): Promise<void> {
  await deriveAt(tx, { schools: await schoolsFor(tx, subscription), ...act });
}

/** The UAI of the schools that a subscription names, or those of its nature. */
async function schoolsFor(tx: Db, { sheet }: Subscription): Promise<readonly string[]> {
  return sheet.uaiEtab ?? schoolsOfNature(tx, sheet.codeNatureUAI ?? '');
}

/** The UAI of the schools of a nature, in their order. */
export async function schoolsOfNature(db: Db, nature: string): Promise<string[]> {
  return (await listSchools(db)).filter((school) => naturesOf(school).includes(nature)).map(({ uai }) => uai);
}

/** What may open something at a school from an instant on, by its name or its nature. */
async function subscribedAt(tx: Db, uai: string, at: number): Promise<Subscription[]> {
  const [school] = await listSchools(tx, [uai]);
  return subscriptionsAt(tx, { school: uai, natures: school ? naturesOf(school) : [], at });
}

function resourceOf({ sheet }: Subscription): string {
  return arkOf(sheet.idRessource ?? '');
}

/** Whom a school's licence is for; nobody where licences are given one by one. */
function audiencesOf({ sheet }: Subscription): ResourceAudience[] {
  if (sheet.typeAffectation !== 'ETABL') return [];
  return (sheet.publicCible ?? []).map((each) => publics[each as Audience]);
}

/** What was before an instant is history, and is not said anew. */
function between(from: number, to: number, at: number): { validFrom: number; validTo: number } {
  return { validFrom: Math.max(from, at), validTo: to };
}
