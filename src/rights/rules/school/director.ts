// A first-degree director, by the function: no decision is needed to look after the accounts of one's own school (r12, I9).
import { from, rule } from '../../path.ts';

export const director = rule('director', from('school').in('post', ['function', 'direction']));
