// Every rule of launching a resource, by its offer at a school: parents, offices and agents are on no path (r9, r9b, r13 to r28).
import type { ActionRules } from '../path.ts';
import { assigned } from './offer/assigned.ts';
import { declined } from './offer/declined.ts';
import { site } from './offer/site.ts';

export const offerRules = {
  launch: { allow: [assigned, site], forbid: [declined] },
} as const satisfies Record<string, ActionRules>;
