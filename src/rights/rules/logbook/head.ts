// The head reads every logbook of the school, and writes none (r10).
import { from, rule } from '../../path.ts';

export const head = rule('head', from('logbook').out('ofSchool').in('heads'));
