// Who gives the licences: the person whom the head named and who accepted (C32), or a school by its decision on record (C9).
import { from, rule } from '../../path.ts';

export const assigner = rule('assigner', from('school').in('assigns'));
/** A first-degree director, only while a decision on record gives it to the function (r12). */
export const direction = rule('direction', from('school').in('directs').alongside('post', ['function', 'direction']));
