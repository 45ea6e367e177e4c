// The deputy head, own school (r11); never the adjoint gestionnaire.
import { from, rule } from '../../path.ts';

export const deputy = rule('deputy', from('school').in('deputises'));
