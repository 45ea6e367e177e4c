// Whoever replaces the teacher of a logbook, within the recorded dates (r4, C4): reads it, and writes a section of their own.
import { from, rule } from '../../path.ts';

export const substitute = rule('substitute', from('logbook').in('substitutes'));
