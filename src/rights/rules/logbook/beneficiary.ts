// Whoever was let in may give it up (C24b).
import { from, rule } from '../../path.ts';

export const beneficiary = rule('beneficiary', from('logbook').in('granted'), from('logbook').in('inspects'));
