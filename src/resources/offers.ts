// What is open at a school: made out of its subscriptions, its agreement and the registry, whenever one of them changes.
import { ensureOffers, type Offer, offersOf, type ResourceAudience } from '../directory/offers.ts';
import { listSchools } from '../directory/schools.ts';
import { currentFacts, lockSchool, type NewFact, type Outcome, replaceFacts } from '../facts/facts.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { arkOf } from './ark.ts';
import { settleDeclines } from './declines.ts';
import { naturesOf } from './natures.ts';
import { askDerivation } from './records/due.ts';
import { listResources } from './records/resources.ts';
import { type Subscription, subscriptionsAt } from './records/subscriptions.ts';
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

/**
 * Makes what is open at a school be what its subscriptions, its agreements and the registry say, from an instant on.
 * What begins or ends on its own date does so without anybody: facts are dated. Writes nothing when nothing has changed.
 */
export async function deriveOffers(tx: Db, { school, at, by }: { school: string } & By): Promise<Outcome> {
  if (!tx.isTransaction) return inTransaction(tx, (inside) => deriveOffers(inside, { school, at, by }));
  await lockSchool(tx, school);
  const subscriptions = await subscribedAt(tx, school, at);
  const offers = await offersFor(tx, school, subscriptions);
  const ids = [...new Set(offers.map(({ resource }) => resource))];
  const validated = (await listResources(tx, { ids })).filter(({ state }) => state === 'validated');
  const clear = new Set(validated.map(({ id }) => id));
  const connected = await currentFacts(tx, { school, relations: ['connected'], endingAfter: at });
  const agreements = connected.map(({ validFrom, validTo, properties }) => ({
    ...between(validFrom, validTo, at),
    properties: { agreement: String(properties.agreement) },
  }));
  const wanted = subscriptions.flatMap((subscription, place): NewFact[] => {
    const { id, resource } = offers[place]!;
    const self = { subject: id, object: id };
    const valid = between(subscription.startsAt, subscription.endsAt, at);
    return [
      { relation: 'subscribed', ...self, ...valid },
      ...agreements.map((agreement) => ({ relation: 'agreed', ...self, ...agreement }) as const),
      ...(clear.has(resource) ? [{ relation: 'cleared', ...self } as const] : []),
      ...audiencesOf(subscription).map(
        (audience) =>
          ({ relation: 'openTo', subject: school, object: id, properties: { audience }, ...valid }) as const,
      ),
    ];
  });
  const outcome = await replaceFacts(tx, { school, at, source: 'derived', actor: by, relations, wanted });
  if (outcome.begun === 0) return outcome;
  // what is newly open is not so to those who do not want to be known to its publisher
  const settled = await settleDeclines(tx, { school, at, by });
  return { revision: settled.revision, begun: outcome.begun + settled.begun, ended: outcome.ended + settled.ended };
}

/** The same of several schools, in the order of their UAI: the first ones at once, the others within seconds. */
export async function deriveAt(tx: Db, { schools, at, by }: { schools: readonly string[] } & By): Promise<void> {
  const sorted = [...new Set(schools)].sort();
  for (const school of sorted.slice(0, MOST_AT_ONCE)) await deriveOffers(tx, { school, at, by });
  await askDerivation(tx, sorted.slice(MOST_AT_ONCE), at);
}

/** Wherever a resource is subscribed to. */
export async function deriveForResource(tx: Db, { resource, ...act }: { resource: string } & By): Promise<void> {
  const offers = await offersOf(tx, { resource: arkOf(resource) });
  await deriveAt(tx, { schools: offers.map(({ school }) => school), ...act });
}

/** Wherever a subscription is for: the schools that it names, or those of its nature. */
export async function deriveForSubscription(
  tx: Db,
  { subscription, ...act }: { subscription: Subscription } & By,
): Promise<void> {
  const { uaiEtab, codeNatureUAI } = subscription.sheet;
  const schools = uaiEtab ?? (await schoolsOfNature(tx, codeNatureUAI ?? ''));
  await deriveAt(tx, { schools, ...act });
}

/** The UAI of the schools of a nature, in their order. */
export async function schoolsOfNature(db: Db, nature: string): Promise<string[]> {
  return (await listSchools(db)).filter((school) => naturesOf(school).includes(nature)).map(({ uai }) => uai);
}

/** What may open something at a school from an instant on, by its name or its nature. */
export async function subscribedAt(tx: Db, uai: string, at: number): Promise<Subscription[]> {
  const [school] = await listSchools(tx, [uai]);
  return subscriptionsAt(tx, { school: uai, natures: school ? naturesOf(school) : [], at });
}

/** The offer of each subscription, in the same order, written where there is none yet. */
async function offersFor(tx: Db, school: string, subscriptions: readonly Subscription[]): Promise<Offer[]> {
  const present = new Map((await offersOf(tx, { school })).map((offer) => [offer.subscription, offer]));
  const missing = subscriptions.filter(({ id }) => !present.has(id));
  const written = await ensureOffers(
    tx,
    missing.map(({ id, sheet }) => ({ subscription: id, school, resource: arkOf(sheet.idRessource ?? '') })),
  );
  for (const offer of written) present.set(offer.subscription, offer);
  return subscriptions.map(({ id }) => present.get(id)!);
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
