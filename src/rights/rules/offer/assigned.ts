// Those who were given a licence, one each, as long as they have a place in the school (C31).
import { from, rule } from '../../path.ts';

/** What every way to a resource goes through (I13): its subscription, the agreement of the school, its validation. */
export const open = from('offer').in('subscribed').in('agreed').in('cleared');

export const assigned = rule('assigned', open.in('assigned'));
