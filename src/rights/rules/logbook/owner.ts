// The teacher or teachers who keep a logbook (r1, r2): they read it whole, and write in it (C1, C3).
import { from, rule } from '../../path.ts';

export const owner = rule('owner', from('logbook').in('owns'));
