// How many licences a subscription gives, and to whom: by audience, or for all of them together.
import type { ResourceAudience } from '../../directory/offers.ts';
import type { Subscription } from '../records/subscriptions.ts';
import { type Audience, audiences, licences, publics, type Sheet } from '../sheet.ts';

/** A number of licences, or as many as are wanted. */
export type Total = number | 'all';

/** What licences are counted in: those of an audience, or those of all (`nbLicenceGlobale`). */
export type Pool = ResourceAudience | 'shared';

/** Whether licences are given one by one, rather than to a whole school. */
export function isIndividual({ sheet }: Pick<Subscription, 'sheet'>): boolean {
  return sheet.typeAffectation === 'INDIV';
}

/** Whom a subscription is for (`publicCible`). */
export function audiencesTargeted({ publicCible = [] }: Sheet): ResourceAudience[] {
  return publicCible.map((each) => publics[each as Audience]);
}

export function poolOf({ nbLicenceGlobale }: Sheet, audience: ResourceAudience): Pool {
  return nbLicenceGlobale === undefined ? audience : 'shared';
}

/** How many licences there are for an audience; none where the sheet counts others and not this one. */
export function totalFor(sheet: Sheet, audience: ResourceAudience): Total {
  if (!audiencesTargeted(sheet).includes(audience)) return 0;
  const [, field] = Object.entries(audiences).find(([name]) => publics[name as Audience] === audience)!;
  return licences(sheet.nbLicenceGlobale ?? sheet[field] ?? '0') ?? 0;
}

/** How many of an audience's licences are taken: those of all, where they are counted together. */
export function takenFor(
  sheet: Sheet,
  audience: ResourceAudience,
  counts: ReadonlyMap<ResourceAudience, number>,
): number {
  if (poolOf(sheet, audience) !== 'shared') return counts.get(audience) ?? 0;
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** What is left: never less than none, even where the distributor lowered the number under what is taken. */
export function leftOf(total: Total, taken: number): Total {
  return total === 'all' ? 'all' : Math.max(0, total - taken);
}
