// Those who organise the day see the lessons of the school (r9 to r12), or of the classes they follow (r7, r8, C11).
import { from, rule } from '../../path.ts';

const school = from('lesson').out('lessonAt');

export const head = rule('head', school.in('heads'));
export const deputy = rule('deputy', school.in('deputises'));
/** School-wide only while a decision on record gives it to the function (C9). */
export const direction = rule('direction', school.in('directs').alongside('post', ['function', 'direction']));
export const secretariat = rule('secretariat', school.in('secretary'));
export const schoolLife = rule('school_life', from('lesson').out('lessonFor').in('inCharge'));
