// The deputy head, own school (r11).
import { from, rule } from '../../path.ts';

export const deputy = rule('deputy', from('absence').out('absenceAt').in('deputises'));
