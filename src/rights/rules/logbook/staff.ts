// Who may ask for an opening, which opens nothing (r3, r5 to r7, r13, C22): teachers, librarians and CPE, not their assistants (r8);
// inspectors of the territory.
import { from, rule } from '../../path.ts';

const school = from('logbook').out('ofSchool');

export const staff = rule(
  'staff',
  school.in('post', ['function', 'teacher']),
  school.in('post', ['function', 'librarian']),
  school.in('post', ['function', 'school_life']),
);
export const territory = rule('territory', school.in('territory'));
