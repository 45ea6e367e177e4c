// The deputy head reads every logbook of the school, and writes none (r11); never the adjoint gestionnaire.
import { from, rule } from '../../path.ts';

export const deputy = rule('deputy', from('logbook').out('ofSchool').in('deputises'));
