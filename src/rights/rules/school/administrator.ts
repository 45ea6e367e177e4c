// The ENT administrator named for the school (r23): accounts, and nothing that anybody wrote.
import { from, rule } from '../../path.ts';

export const administrator = rule('administrator', from('school').in('administers'));
