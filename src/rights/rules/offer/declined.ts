// Whoever does not want to be known to a publisher is not, whatever was assigned or opened.
import { forbid, from } from '../../path.ts';

export const declined = forbid('declined', 'all', from('offer').in('declines'));
