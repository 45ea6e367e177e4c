// Those who organise the day see every lesson of the school.
import { from, rule } from '../../path.ts';

const school = from('lesson').out('lessonAt');

export const head = rule('head', school.in('heads'));
export const deputy = rule('deputy', school.in('deputises'));
export const direction = rule('direction', school.in('post', ['function', 'direction']));
export const schoolLife = rule('school_life', school.in('post', ['function', 'school_life']));
export const secretariat = rule('secretariat', school.in('secretary'));
