// What a recorded restriction closes, whatever else opens it (I1): a logbook, or everything that concerns a child.
import { forbid, from } from '../../path.ts';

export const barred = forbid(
  'barred',
  'all',
  from('logbook').in('barred'),
  from('logbook').out('audience').in('enrolled').in('barred'),
);
