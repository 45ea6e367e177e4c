// A pupil enrolled in the class or the group reads its logbooks (r15, r16, C15).
import { from, rule } from '../../path.ts';

export const pupil = rule('pupil', from('logbook').out('audience').in('enrolled'));
