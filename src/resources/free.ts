// Free resources: open at a school by its own act, to the audiences that it names, until it closes them. No licence is counted.
import { audit } from '../audit/audit.ts';
import { type ResourceAudience, resourceAudiences } from '../directory/offers.ts';
import { Refusal } from '../errors.ts';
import { lockSchool } from '../facts/facts.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { arkOf } from './ark.ts';
import { deriveOffers } from './offers.ts';
import { openingsAt, writeOpenings } from './records/openings.ts';
import { keepResources, listResources, type Resource } from './records/resources.ts';

interface Act {
  /** A UAI. */
  readonly school: string;
  /** An ARK, however it is written. */
  readonly resource: string;
  /** The key of a person, or `operator`. */
  readonly by: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

/**
 * Opens a free resource to some audiences of a school, and to no other of them any more: whoever is of an audience may
 * launch it, now and later, as long as it is free for that audience and all other gates are passed. The same again
 * changes nothing. Refuses `free_refused` for one that is not validated, for an audience that it is not free for, and
 * for none.
 */
export async function openFree(
  db: Db,
  { audiences, ...act }: Act & { readonly audiences: readonly ResourceAudience[] },
): Promise<void> {
  await change(db, act, (found) => {
    const wanted = resourceAudiences.filter((one) => audiences.includes(one));
    const isFree = wanted.every((one) => found?.free.includes(one));
    if (found?.state !== 'validated' || wanted.length === 0 || !isFree)
      throw new Refusal('free_refused', 'expected a validated resource that is free for each audience');
    return wanted;
  });
}

/** Closes a free resource at a school, to everybody, at once. Twice is once. */
export async function closeFree(db: Db, act: Act): Promise<void> {
  await change(db, act, () => []);
}

async function change(
  db: Db,
  { school, by, at, ...act }: Act,
  wanted: (found: Resource | undefined) => readonly ResourceAudience[],
): Promise<void> {
  const resource = arkOf(act.resource);
  await inTransaction(db, async (tx) => {
    await keepResources(tx, [resource]);
    await lockSchool(tx, school);
    const [found] = await listResources(tx, { ids: [resource] });
    const audiences = wanted(found);
    if (!(await writeOpenings(tx, { school, resource, audiences, at }))) return;
    await deriveOffers(tx, { school, at, by });
    const event = audiences.length > 0 ? 'free.opened' : 'free.closed';
    await audit(tx, { at, event, actor: by, school, details: { resource, audiences: audiences.join(' ') } });
  });
}

/** A resource that is free for somebody, and what a school has opened of it. */
export interface FreeAt {
  readonly resource: Resource;
  /** To whom it is open there, as far as it is free for them; nobody where it is closed. */
  readonly open: readonly ResourceAudience[];
  /** UTC milliseconds: since when it is open to the first of them. */
  readonly since: number | undefined;
}

/** What is validated and free, and what a school has opened of it: what is open first, then by name. */
export async function freeAt(db: Db, school: string): Promise<FreeAt[]> {
  const free = (await listResources(db, { free: true })).filter(({ state }) => state === 'validated');
  const openings = await openingsAt(db, school);
  return free
    .map((resource) => {
      const own = openings.filter((one) => one.resource === resource.id && resource.free.includes(one.audience));
      const dates = own.map(({ openedAt }) => openedAt);
      return {
        resource,
        open: own.map(({ audience }) => audience),
        since: dates.length > 0 ? Math.min(...dates) : undefined,
      };
    })
    .sort((a, b) => rank(a) - rank(b) || a.resource.name.localeCompare(b.resource.name, 'fr'));
}

function rank({ open }: FreeAt): number {
  return open.length > 0 ? 0 : 1;
}
