// The secretariat named by the head (r9); never by function.
import { from, rule } from '../../path.ts';

export const secretariat = rule('secretariat', from('school').in('secretary'));
