// An adult pupil's objection closes what a legal representative reads through them (r17, r19, C16, C18), and nothing of what
// the same one reads through another child of the class: C16 is of each child, and an objection is one's own (C18).
import { forbidThrough, from } from '../../path.ts';

export const objection = forbidThrough(
  'objection',
  ['guardian', 'admitted'],
  from('logbook').out('audience').in('enrolled').out('objected'),
);
