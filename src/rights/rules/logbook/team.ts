// The teachers of the class team (r3, C5): in service this year on the class, or on a group that holds a pupil of it.
import { from, rule } from '../../path.ts';

const ofClass = from('logbook').out('audience', 'class');
const classesOfGroup = from('logbook').out('audience', 'group').in('enrolled').out('enrolled', 'class');

/** The logbook is the class's, or that of a group which holds a pupil of the class. */
export const team = rule(
  'team',
  ofClass.in('teaches'),
  ofClass.in('enrolled').out('enrolled', 'group').in('teaches'),
  classesOfGroup.in('teaches'),
  classesOfGroup.in('enrolled').out('enrolled', 'group').in('teaches'),
);
