// Somebody who administers the school, oversees it or answers for it from outside, on a written ask and for days (C27).
import { from, rule } from '../../path.ts';

export const ticket = rule('ticket', from('logbook').in('ticketed'));
