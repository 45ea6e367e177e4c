// The head, own school (r10).
import { from, rule } from '../../path.ts';

export const head = rule('head', from('school').in('heads'));
