// What a person may launch: every gate at once, asked each time, of the list, of the click, and of each step after it.
import { activeAmong, isActive } from '../accounts/accounts.ts';
import { type Offer, offersOf } from '../directory/offers.ts';
import { arkOf } from '../resources/ark.ts';
import { declinesAmong, declinesOf } from '../resources/declines.ts';
import { listResources, type Resource } from '../resources/registry.ts';
import { list, may, type RuleName, type Source, who } from '../rights/rights.ts';
import type { Db } from '../storage/storage.ts';

/** An offer that a person may launch now. */
export interface Launchable {
  readonly offer: Offer;
  readonly resource: Resource;
  /** A UAI. */
  readonly school: string;
  /** The rule that opens it. */
  readonly rule: RuleName;
}

/**
 * What a person may launch at an instant, in the order of school, resource and offer: everywhere, at one school, or of
 * one resource. Nothing for whoever has no active account, and nothing of what is not validated (C31).
 */
export async function launchable(
  rights: Source,
  {
    db,
    person,
    at,
    atLeast,
    school,
    resource,
  }: {
    db: Db;
    person: string;
    at: number;
    /** A revision of a school that is known to have come: memory that has not heard of it is not asked. */
    atLeast?: string | undefined;
    school?: string | undefined;
    /** An ARK, however it is written. */
    resource?: string | undefined;
  },
): Promise<Launchable[]> {
  if (!(await isActive(db, person))) return [];
  const reachable = await list(rights, {
    person,
    action: 'launch',
    type: 'offer',
    ...(school !== undefined && { schools: [school] }),
    when: { at },
    atLeast,
  });
  const rules = new Map(reachable.map(({ id, reasons }) => [id, reasons[0]?.rule]));
  const wanted = resource === undefined ? undefined : arkOf(resource);
  const offers = (await offersOf(db, { ids: [...rules.keys()] })).filter(
    (offer) => wanted === undefined || offer.resource === wanted,
  );
  const known = await listResources(db, { ids: offers.map((offer) => offer.resource) });
  // asked of the choice itself too: the facts that follow it come a moment later where one has just arrived
  const declined = new Set((await declinesOf(db, person)).map(({ publisher }) => publisher));
  const open = known.filter(({ state, publisher }) => state === 'validated' && !declined.has(publisher.id));
  const resources = new Map(open.map((one) => [one.id, one]));
  return offers.flatMap((offer) => {
    const [found, rule] = [resources.get(offer.resource), rules.get(offer.id)];
    return found && rule ? [{ offer, resource: found, school: offer.school, rule }] : [];
  });
}

/** Somebody, and the ARK of a resource as the registry writes it. */
interface Launching {
  readonly person: string;
  readonly resource: string;
}

/**
 * The same of many at once, from one school: until when each of those asked about may launch what they are asked with, as
 * far as is known; nothing of whoever may not. They may for longer, should more be opened to them by then.
 */
export async function launchableUntil(
  rights: Source,
  {
    db,
    school,
    asked,
    at,
    atLeast,
  }: { db: Db; school: string; asked: readonly Launching[]; at: number; atLeast?: string | undefined },
): Promise<(one: Launching) => number | undefined> {
  const active = await activeAmong(
    db,
    asked.map(({ person }) => person),
  );
  const declined = new Set((await declinesAmong(db, [...active])).map((one) => `${one.person} ${one.publisher}`));
  const ids = [...new Set(asked.map(({ resource }) => resource))];
  const ends = new Map<string, number>();
  for (const { id: resource, state, publisher } of await listResources(db, { ids })) {
    if (state !== 'validated') continue;
    const mayBe = (person: string) => active.has(person) && !declined.has(`${person} ${publisher.id}`);
    const persons = [...new Set(asked.flatMap((one) => (one.resource === resource ? one.person : [])))].filter(mayBe);
    for (const { id } of await offersOf(db, { school, resource }))
      for (const [person, end] of await endsOf(rights, { offer: id, persons, at, atLeast })) {
        const key = `${person} ${resource}`;
        ends.set(key, Math.max(end, ends.get(key) ?? 0));
      }
  }
  return ({ person, resource }) => ends.get(`${person} ${resource}`);
}

/** So many are asked about one by one; of more, it is asked once who may. */
const FEW = 4;

/** Those of some persons who may launch an offer, each with the end of it. */
async function endsOf(
  rights: Source,
  {
    offer,
    persons,
    at,
    atLeast,
  }: { offer: string; persons: readonly string[]; at: number; atLeast: string | undefined },
): Promise<[person: string, end: number][]> {
  const asked = { action: 'launch', resource: { type: 'offer', id: offer }, when: { at }, atLeast } as const;
  if (persons.length > FEW) {
    const among = new Set(persons);
    return (await who(rights, asked))
      .filter(({ person }) => among.has(person))
      .map(({ person, reasons }) => [person, reasons[0]!.validUntil]);
  }
  const found: [string, number][] = [];
  for (const person of persons) {
    const { validUntil } = await may(rights, { ...asked, person });
    if (validUntil !== undefined) found.push([person, validUntil]);
  }
  return found;
}
