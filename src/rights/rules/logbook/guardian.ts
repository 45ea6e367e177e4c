// A legal representative of an enrolled pupil reads what the pupil reads (r19, C16); both parents alike.
import { from, rule } from '../../path.ts';

export const guardian = rule('guardian', from('logbook').out('audience').in('enrolled').in('guards'));
