// What a person may launch: every gate at once, asked each time, of the list, of the click, and of each step after it.
import { isActive } from '../accounts/accounts.ts';
import { type Offer, offersOf } from '../directory/offers.ts';
import { arkOf } from '../resources/ark.ts';
import { declinesOf } from '../resources/declines.ts';
import { listResources, type Resource } from '../resources/registry.ts';
import { list, type RuleName, type Source } from '../rights/rights.ts';
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
