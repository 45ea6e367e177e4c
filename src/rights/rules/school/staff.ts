// Who teaches there, keeps its library, or is its CPE (r1 to r7); assistants, bursars and agents are not (r8, r9b, r24).
import { from, rule } from '../../path.ts';

const school = from('school');

export const staff = rule(
  'staff',
  school.in('post', ['function', 'teacher']),
  school.in('post', ['function', 'librarian']),
  school.in('post', ['function', 'school_life']),
);
