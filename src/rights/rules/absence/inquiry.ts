// The hierarchy, by one named and approved inquiry with an end (r13, r25, C14).
import { from, rule } from '../../path.ts';

export const inquiry = rule('inquiry', from('absence').in('inquires'));
