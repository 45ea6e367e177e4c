// A colleague to whom the owner opened the logbook, once the head has validated it (r5 to r7, C6).
import { from, rule } from '../../path.ts';

export const colleague = rule('colleague', from('logbook').in('granted'));
