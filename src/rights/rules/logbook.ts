// Every rule of the logbook, by what it allows. A rule is one line here and one small file beside.
import { deputy } from './logbook/deputy.ts';
import { direction } from './logbook/direction.ts';
import { guardian } from './logbook/guardian.ts';
import { head } from './logbook/head.ts';
import { owner } from './logbook/owner.ts';
import { pupil } from './logbook/pupil.ts';
import { team } from './logbook/team.ts';

/** Of two reasons that last equally long, the first in the list is told first. */
export const logbookRules = {
  write: [owner],
  read: [owner, team, head, deputy, direction, pupil, guardian],
} as const;
