// A restriction on a child, or an adult pupil's objection as far as it goes through them, closes the lessons too (I1, C16).
import { forbid, forbidThrough, from } from '../../path.ts';

const enrolled = from('lesson').out('lessonFor').in('enrolled');

export const barred = forbid('barred', 'all', enrolled.in('barred'));
export const objection = forbidThrough('objection', ['guardian'], enrolled.out('objected'));
