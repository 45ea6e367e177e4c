// The publishers that know a person, or could: what each was sent, when it asked about them, and whether it may still.
import { isForAnother } from '../../acts/declining.ts';
import { launchable } from '../../acts/launching.ts';
import type { AttributeName } from '../../resources/attributes.ts';
import { type Decline, declinesOf } from '../../resources/declines.ts';
import { pseudonymsOf } from '../../resources/pseudonyms.ts';
import { listResources, type Resource, releasable } from '../../resources/registry.ts';
import { type Sent, sentTo } from '../../resources/releases.ts';
import type { Db } from '../../storage/storage.ts';
import { type LaunchCheck, launchChecksOf } from '../launch-checks.ts';

/** A resource of a publisher, as it concerns one person. */
export interface ResourceKnown {
  /** An ARK. */
  readonly id: string;
  readonly name: string;
  /** Whether the person can open it today. */
  readonly open: boolean;
  /** What it would be sent today. */
  readonly attributes: readonly AttributeName[];
  /** Whether the school of the click is told alone, or all of them. */
  readonly schools: Resource['schools'];
}

export interface PublisherKnown {
  /** SIREN_ISNI. */
  readonly id: string;
  readonly name: string;
  /** Whether it holds a name for the person: it was opened once, or the name was brought from elsewhere. */
  readonly knows: boolean;
  readonly resources: readonly ResourceKnown[];
  /** What was sent, the newest day first; as long as it is kept. */
  readonly sent: readonly Sent[];
  /** All that was sent at least once, of what is kept. */
  readonly attributes: readonly AttributeName[];
  /** When it asked, the newest first. */
  readonly checks: readonly LaunchCheck[];
  /** Whose choice it is: each is taken back by whose it is alone. */
  readonly declined?: { readonly since: number; readonly by: 'self' | 'representative' | 'both' };
}

/** How long before today is looked at: all that is kept. */
const ALL = 400 * 86_400_000;

/** By name. Whoever was sent nothing, holds no name and opens nothing to the person is left out, unless declined. */
export async function publishersKnowing(
  db: Db,
  { person, at }: { person: string; at: number },
): Promise<PublisherKnown[]> {
  const [sent, checks, open, declines, names] = [
    await sentTo(db, { person }),
    await launchChecksOf(db, { person, from: at - ALL, to: at + 1 }),
    await launchable(db, { db, person, at }),
    await declinesOf(db, person),
    await pseudonymsOf(db, person),
  ];
  const others = new Set<Decline>();
  for (const one of declines) if (await isForAnother(db, one, at)) others.add(one);
  const opens = new Set(open.map(({ resource }) => resource.id));
  const sectors = new Set(names.map(({ sector }) => sector));
  const named = [...sent, ...checks].map(({ resource }) => resource);
  const concerned = (one: Resource): boolean =>
    named.includes(one.id) ||
    opens.has(one.id) ||
    sectors.has(one.id) ||
    sectors.has(one.publisher.id) ||
    declines.some(({ publisher }) => publisher === one.publisher.id);
  const publishers = new Map<string, Resource[]>();
  for (const one of (await listResources(db)).filter(concerned))
    publishers.set(one.publisher.id, [...(publishers.get(one.publisher.id) ?? []), one]);
  return [...publishers]
    .map(([id, resources]) => {
      const own = new Map(resources.map((one) => [one.id, one]));
      const chosen = declines.filter(({ publisher }) => publisher === id);
      const toIt = sent.filter(({ resource }) => own.has(resource));
      return {
        id,
        name: resources.at(-1)!.publisher.name,
        knows: toIt.length > 0 || sectors.has(id) || resources.some((one) => sectors.has(one.id)),
        resources: resources
          .filter((one) => opens.has(one.id) || named.includes(one.id) || sectors.has(one.id))
          .map((one) => ({
            id: one.id,
            name: one.name,
            open: opens.has(one.id),
            attributes: releasable(one),
            schools: one.schools,
          })),
        sent: toIt,
        attributes: [...new Set(toIt.flatMap(({ attributes }) => attributes))],
        checks: checks.filter(({ resource }) => own.has(resource)),
        ...(chosen.length > 0 && { declined: chosenBy(chosen, others) }),
      };
    })
    .sort((a, b) => a.name.localeCompare(b.name, 'fr') || (a.id < b.id ? -1 : 1));
}

function chosenBy(chosen: readonly Decline[], others: ReadonlySet<Decline>): NonNullable<PublisherKnown['declined']> {
  const theirs = chosen.filter((one) => others.has(one)).length;
  const by = theirs === 0 ? 'self' : theirs === chosen.length ? 'representative' : 'both';
  return { since: Math.min(...chosen.map(({ since }) => since)), by };
}

/** The first and the last day on which a publisher was sent something, of what is kept; YYYY-MM-DD. */
export function daysSent({ sent }: Pick<PublisherKnown, 'sent'>): { first: string; last: string } | undefined {
  const [newest] = sent;
  const oldest = sent.at(-1);
  return newest && oldest && { first: oldest.day, last: newest.day };
}
