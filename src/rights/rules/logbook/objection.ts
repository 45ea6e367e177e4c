// An adult pupil's objection closes what a legal representative reads through them (r17, r19, C16, C18).
import { forbid, from } from '../../path.ts';

export const objection = forbid(
  'objection',
  ['guardian', 'admitted'],
  from('logbook').out('audience').in('enrolled').out('objected'),
);
