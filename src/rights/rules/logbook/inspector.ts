// An inspector whose request was approved, on the logbooks that it named, archived ones included (r14, C19).
import { from, rule } from '../../path.ts';

export const inspector = rule('inspector', from('logbook').in('inspects'));
