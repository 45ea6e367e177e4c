// The absent person reads and declares their own absence (C10, C12).
import { from, rule } from '../../path.ts';

export const self = rule('self', from('absence').out('absenceOf'));
