// What every way to a resource goes through (I13, C31): its subscription, the agreement of the school, its validation.
import { from } from '../../path.ts';

/** An offer whose three conditions hold. */
export const open = from('offer').in('subscribed').in('agreed').in('cleared');
