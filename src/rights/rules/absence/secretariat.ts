// The secretariat named by the head (r9).
import { from, rule } from '../../path.ts';

export const secretariat = rule('secretariat', from('absence').out('absenceAt').in('secretary'));
