// School life sees which lessons of its own classes are not covered today: no reason, no length, no history (r7, r8, C11).
import { from, rule } from '../../path.ts';

export const schoolLife = rule('school_life', from('absence').out('watched').in('inCharge'));
