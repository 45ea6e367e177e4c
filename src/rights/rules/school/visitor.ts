// The hierarchy that is named for the school: an inspector of the territory, the DASEN's designate (r13, r14, r25).
import { from, rule } from '../../path.ts';

export const territory = rule('territory', from('school').in('territory'));
export const authority = rule('authority', from('school').in('authority'));
