// School life reads the logbooks of a class only where the head has opened them to a named person (r7, C7).
import { from, rule } from '../../path.ts';

export const schoolLife = rule('school_life', from('logbook').out('audience').in('opened'));
