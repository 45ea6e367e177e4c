// A first-degree director reads school-wide only while a decision on record gives it to the function (r12, C9).
import { from, rule } from '../../path.ts';

/** The decision is given to the function: it stops with the function, whatever its own dates say. */
export const direction = rule(
  'direction',
  from('logbook').out('ofSchool').in('directs').alongside('post', ['function', 'direction']),
);
