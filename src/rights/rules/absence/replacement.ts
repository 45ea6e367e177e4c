// Whoever replaces in the slot reads it (C10): the slot and the other's name.
import { from, rule } from '../../path.ts';

export const replacement = rule('replacement', from('absence').in('covers'));
