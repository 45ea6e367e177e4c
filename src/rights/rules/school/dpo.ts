// The data protection officer named for the school (r28).
import { from, rule } from '../../path.ts';

export const dpo = rule('dpo', from('school').in('protects'));
