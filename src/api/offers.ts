// The offers of schools in memory, by resource: which may be launched where, without a query for each question.
import { offersOf } from '../directory/offers.ts';
import type { Graphs } from '../rights/graph/graphs.ts';
import type { Db } from '../storage/storage.ts';

/*
 * An offer never becomes another and is never taken back: whether it opens anything is for the facts to say, and these
 * are asked each time. What is remembered here can therefore allow nothing too much; it could only lack an offer that
 * is new. None opens anything before a fact says so, and a fact moves the revision of its school: what was read at the
 * revision on which memory answers lacks nothing.
 */

/** The keys of offers. */
type Keys = readonly string[];

export interface Offers {
  /** Those of a resource at a school; at once when nothing has happened there since they were read. */
  at(school: string, resource: string): Keys | Promise<Keys>;
  /** The same, read now. */
  read(school: string, resource: string): Promise<Keys>;
}

/** How many offers are remembered, and how many schools; those of the school that was read longest ago go first. */
const MOST_OFFERS = 400_000;
const MOST_SCHOOLS = 20_000;

const NONE: Keys = [];

interface Known {
  readonly revision: number;
  readonly size: number;
  readonly byResource: ReadonlyMap<string, Keys>;
}

/** Opens the memory, empty. Without graphs nothing is remembered: nobody says when a school has changed. */
export function openOffers(db: Db, graphs: Pick<Graphs, 'revisionOf'> | undefined): Offers {
  const known = new Map<string, Known>();
  let remembered = 0;

  const forget = (school: string): void => {
    remembered -= known.get(school)?.size ?? 0;
    known.delete(school);
  };
  const remember = (school: string, entry: Known): void => {
    forget(school);
    known.set(school, entry);
    remembered += entry.size;
    while (remembered > MOST_OFFERS || known.size > MOST_SCHOOLS) forget(known.keys().next().value!);
  };
  const readSchool = async (school: string): Promise<Known['byResource']> => {
    const revision = graphs?.revisionOf(school); // before what is read: it is at least as new
    const byResource = new Map<string, string[]>();
    const offers = await offersOf(db, { school });
    for (const { id, resource } of offers) {
      const before = byResource.get(resource);
      if (before) before.push(id);
      else byResource.set(resource, [id]);
    }
    if (revision !== undefined && revision >= (known.get(school)?.revision ?? 0))
      remember(school, { revision, size: offers.length, byResource });
    return byResource;
  };
  const readings = openReadings(readSchool);
  const read: Offers['read'] = async (school, resource) => (await readings(school)).get(resource) ?? NONE;
  return {
    at: (school, resource) => {
      const entry = known.get(school);
      const revision = graphs?.revisionOf(school);
      if (!entry || revision === undefined || entry.revision < revision) return read(school, resource);
      return entry.byResource.get(resource) ?? NONE;
    },
    read,
  };
}

/** Readings that begin after they are asked for; those who ask while one is under way share the one that follows it. */
function openReadings<T>(readOne: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const running = new Map<string, Promise<T>>();
  const next = new Map<string, Promise<T>>();
  const start = (name: string): Promise<T> => {
    const reading = readOne(name).finally(() => {
      if (running.get(name) === reading) running.delete(name);
    });
    running.set(name, reading);
    return reading;
  };
  return (name) => {
    const under = running.get(name);
    if (!under) return start(name);
    const waiting = next.get(name);
    if (waiting) return waiting;
    const after = under
      .catch(() => undefined)
      .then(() => {
        next.delete(name);
        return start(name);
      });
    next.set(name, after);
    return after;
  };
}
