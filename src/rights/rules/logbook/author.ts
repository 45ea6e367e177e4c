// Whoever kept a logbook reads it again in the archive, as long as it is kept (C2).
import { from, rule } from '../../path.ts';

export const author = rule('author', from('logbook').in('authored'));
