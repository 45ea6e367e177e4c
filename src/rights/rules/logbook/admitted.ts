// A parent who does not exercise authority reads only by a documented decision of the head (r20, C16b).
import { from, rule } from '../../path.ts';

export const admitted = rule('admitted', from('logbook').out('audience').in('enrolled').in('admitted'));
