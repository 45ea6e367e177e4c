// Offers: one subscription at one school, or a free resource that it opened: what is launched there, and what rights on resources are about.
import { type Db, inPieces, newKey } from '../storage/storage.ts';

/** Whom a resource is for: pupils, teachers, librarians, other staff (`publicCible` of the GAR). */
export const resourceAudiences = ['pupil', 'teacher', 'librarian', 'staff'] as const;

export type ResourceAudience = (typeof resourceAudiences)[number];

/** Its key never changes: what was assigned, opened or told stays about the same thing. */
export interface Offer {
  readonly id: string;
  /** The `idAbonnement`; none of what is free, and opened by the school itself. */
  readonly subscription: string | null;
  /** A UAI. */
  readonly school: string;
  /** The `idRessource`, an ARK. */
  readonly resource: string;
}

/** SQL that gives the `id` and `school` of the offer whose key an expression gives. */
export function selectOffer(key: string): string {
  return `select offer.id as id, offer.school as school from offer where offer.id = ${key}`;
}

/** What is offered at schools, written where it is not yet; in the order asked, each once. */
export async function ensureOffers(tx: Db, wanted: readonly Omit<Offer, 'id'>[]): Promise<Offer[]> {
  const asked = new Map(wanted.map((one) => [nameOf(one), one]));
  const known = await offersNamed(tx, [...asked.values()]);
  const missing = [...asked].filter(([name]) => !known.has(name));
  if (missing.length === 0) return [...asked.keys()].map((name) => known.get(name)!);
  const rows = missing.map(([, { subscription, school, resource }]) => ({
    id: newKey(),
    subscription,
    school,
    resource,
  }));
  // whoever comes second finds the first one's key
  for (const piece of inPieces(rows)) await tx('offer').insert(piece).onConflict().ignore();
  const found = await offersNamed(tx, [...asked.values()]);
  return [...asked.keys()].map((name) => found.get(name)!);
}

/** Those that are there, by name: asked school by school, for a subscription may be offered at thousands. */
async function offersNamed(tx: Db, wanted: readonly Omit<Offer, 'id'>[]): Promise<Map<string, Offer>> {
  const found: Offer[] = [];
  for (const school of new Set(wanted.map((one) => one.school))) {
    const here = wanted.filter((one) => one.school === school);
    const subscriptions = here.flatMap(({ subscription }) => subscription ?? []);
    if (subscriptions.length > 0) found.push(...(await offersOf(tx, { school, subscriptions })));
    if (subscriptions.length < here.length) found.push(...(await offersOf(tx, { school, subscription: null })));
  }
  return new Map(found.map((offer) => [nameOf(offer), offer]));
}

/** Offers by any of what they are made of, in the order of school, then key. */
export async function offersOf(
  db: Db,
  where: {
    readonly ids?: readonly string[];
    readonly school?: string;
    readonly resource?: string;
    /** `null`: what is free. */
    readonly subscription?: string | null;
    readonly subscriptions?: readonly string[];
  },
): Promise<Offer[]> {
  const { ids, subscriptions, ...exactly } = where;
  const found: Offer[] = [];
  const column = ids ? 'id' : 'subscription';
  for (const piece of pieces(ids ?? subscriptions)) {
    const query = db('offer').where(exactly).select('id', 'subscription', 'school', 'resource');
    if (piece) query.whereIn(column, piece);
    found.push(...((await query) as Offer[]));
  }
  const kept =
    ids && subscriptions
      ? found.filter(({ subscription }) => subscription !== null && subscriptions.includes(subscription))
      : found;
  return kept.sort((a, b) => order(a.school, b.school) || order(a.id, b.id));
}

/** The keys of a list, each once, as many as a statement takes; one piece of everything when there is no list. */
function pieces(keys: readonly string[] | undefined): Iterable<readonly string[] | undefined> {
  return keys ? inPieces([...new Set(keys)]) : [undefined];
}

function nameOf({ subscription, school, resource }: Omit<Offer, 'id'>): string {
  return JSON.stringify(subscription === null ? [null, school, resource] : [subscription, school]);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
