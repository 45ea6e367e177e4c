// A first-degree director, only while a decision on record gives it to the function (r12, C9).
import { from, rule } from '../../path.ts';

export const direction = rule(
  'direction',
  from('absence').out('absenceAt').in('directs').alongside('post', ['function', 'direction']),
);
