// What publishers receive from a school: declared, validated, really sent; and who could open what, on any day.

import { fullName } from '../../directory/naming.ts';
import { type Offer, offersOf } from '../../directory/offers.ts';
import { listPersons } from '../../directory/persons.ts';
import { factsByKey } from '../../facts/facts.ts';
import type { AttributeName } from '../../resources/attributes.ts';
import { declineCounts } from '../../resources/declines.ts';
import { listResources, type Resource, releasable } from '../../resources/registry.ts';
import { sentInSum, sentTo } from '../../resources/releases.ts';
import { type When, who } from '../../rights/rights.ts';
import type { Db } from '../../storage/storage.ts';
import { SMALL } from '../cells.ts';

/** What was sent alike: a set of attributes, of how many persons and when; neither is said where they are fewer than ten. */
export interface SentAlike {
  readonly attributes: readonly AttributeName[];
  readonly many?: {
    readonly persons: number;
    /** YYYY-MM-DD, of what is kept. */
    readonly first: string;
    readonly last: string;
  };
}

export interface ResourceReport {
  readonly resource: Pick<Resource, 'id' | 'name' | 'state' | 'declared' | 'url' | 'schools' | 'asked'>;
  /** What it may be sent, now: never less than pseudonym, school and profile. */
  readonly validated: readonly AttributeName[];
  readonly sent: readonly SentAlike[];
}

export interface PublisherReport {
  /** SIREN_ISNI. */
  readonly id: string;
  readonly name: string;
  readonly resources: readonly ResourceReport[];
  /** How many persons, all schools together, chose not to be known to it; none said below ten. */
  readonly declines: number | 'few' | 'none';
}

/** The publishers with something on offer at a school, past offers among them, by name; or all, without a school. */
export async function publishersReport(db: Db, { school }: { school?: string }): Promise<PublisherReport[]> {
  const offered = school === undefined ? undefined : await offersOf(db, { school });
  const ids = offered && [...new Set(offered.map(({ resource }) => resource))];
  const resources = await listResources(db, ids && { ids });
  const sums = await sentInSum(db, {
    ...(ids && { resources: ids }),
    ...(school !== undefined && { schools: [school] }),
  });
  const declines = await declineCounts(db);
  const publishers = new Map<string, Resource[]>();
  for (const one of resources) publishers.set(one.publisher.id, [...(publishers.get(one.publisher.id) ?? []), one]);
  return [...publishers]
    .map(([id, own]) => ({
      id,
      name: own.at(-1)!.publisher.name,
      declines: countTold(declines.get(id) ?? 0),
      resources: own.map((resource) => ({
        resource,
        validated: resource.state === 'declared' ? [] : releasable(resource),
        sent: sums.filter((sum) => sum.resource === resource.id).map(alike),
      })),
    }))
    .sort((a, b) => a.name.localeCompare(b.name, 'fr') || (a.id < b.id ? -1 : 1));
}

function countTold(count: number): PublisherReport['declines'] {
  if (count === 0) return 'none';
  return count < SMALL ? 'few' : count;
}

function alike({ attributes, persons, firstDay, lastDay }: Awaited<ReturnType<typeof sentInSum>>[number]): SentAlike {
  return { attributes, ...(persons >= SMALL && { many: { persons, first: firstDay, last: lastDay } }) };
}

/**
 * From where somebody sees what publishers receive of a school: from `afar`, who protects its data; from `near`, who
 * directs it and knows who works there; and so, told besides who may open what, by `name`.
 */
export type Sight = 'afar' | 'near' | 'name';

/**
 * What of it those may see who are near: of ten persons or more. That something was sent at all would tell them, of the
 * one teacher who can open a resource, that this one did.
 */
export function sentToMany(sent: readonly SentAlike[]): readonly SentAlike[] {
  return sent.filter(({ many }) => many);
}

/** For whom a resource is open: the audiences of the GAR. */
export const openerCategories = ['pupil', 'teacher', 'librarian', 'staff'] as const;

export type OpenerCategory = (typeof openerCategories)[number];

export interface Openers {
  /** In the order of the categories; one without anybody is left out. Pupils below ten are `few`. */
  readonly counts: readonly { readonly category: OpenerCategory; readonly count: number | 'few' }[];
  /** Staff by name, for those alone who see by name. */
  readonly staff?: readonly string[];
}

/**
 * Who could open a resource at a school: by category and in number, over all its subscriptions there. Whoever does not
 * want to be known to the publisher is told with the others to those who are near: they would miss that one.
 */
export async function openersOf(
  db: Db,
  { school, resource, when, sight }: { school: string; resource: string; when: When; sight: Sight },
): Promise<Openers> {
  const categories = new Map<string, OpenerCategory>();
  for (const offer of await offersOf(db, { school, resource }))
    for (const [person, category] of await openersByOffer(db, offer, { when, sight })) categories.set(person, category);
  const counts = openerCategories.flatMap((category) => {
    const count = [...categories.values()].filter((one) => one === category).length;
    if (count === 0) return [];
    return [{ category, count: category === 'pupil' && count < SMALL ? ('few' as const) : count }];
  });
  if (sight !== 'name') return { counts };
  const staff = [...categories].filter(([, category]) => category !== 'pupil').map(([person]) => person);
  const names = (await listPersons(db, staff)).map(fullName).sort((a, b) => a.localeCompare(b, 'fr'));
  return { counts, staff: names };
}

/** Each person with the audience as which they open it: the last fact of the way says so. */
async function openersByOffer(
  db: Db,
  offer: Offer,
  { when, sight }: { when: When; sight: Sight },
): Promise<[string, OpenerCategory][]> {
  const readers = await who(db, {
    action: 'launch',
    resource: { type: 'offer', id: offer.id },
    when,
    ...(sight !== 'afar' && { despite: 'declined' }),
  });
  const lastFacts = readers.map(({ reasons }) => reasons[0]!.facts.at(-1)!);
  const facts = new Map((await factsByKey(db, lastFacts)).map((fact) => [fact.id, fact]));
  return readers.map(({ person }, place) => {
    const last = facts.get(lastFacts[place]!);
    if (last?.relation === 'attends') return [person, 'pupil'];
    const said = last?.relation === 'assigned' ? last.properties.audience : last?.properties.function;
    return [person, openerCategories.find((one) => one === said) ?? 'staff'];
  });
}

/**
 * The prints of what was sent of a resource from a school, the newest first; of sets of attributes alone that ten persons
 * or more are behind. For those who see from afar alone: the prints of somebody are the same every day.
 */
export async function printsOf(
  db: Db,
  { school, resource, most }: { school: string; resource: string; most: number },
): Promise<{ readonly day: string; readonly hashes: Readonly<Partial<Record<AttributeName, string>>> }[]> {
  const sent = await sentTo(db, { resources: [resource], schools: [school] });
  const behind = new Map<string, Set<string>>();
  for (const { attributes, person } of sent)
    behind.set(attributes.join(' '), (behind.get(attributes.join(' ')) ?? new Set()).add(person));
  // in the order of the prints: that of the days would follow somebody
  return sent
    .filter(({ attributes }) => behind.get(attributes.join(' '))!.size >= SMALL)
    .map(({ day, hashes }) => ({ day, hashes }))
    .sort((a, b) => (a.day === b.day ? order(a.hashes, b.hashes) : a.day < b.day ? 1 : -1))
    .slice(0, most);
}

function order(a: object, b: object): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
