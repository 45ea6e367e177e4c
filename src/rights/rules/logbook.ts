// Every rule of the logbook, by what it allows. A rule is one line here and one small file beside.
import type { ActionRules } from '../path.ts';
import { admitted } from './logbook/admitted.ts';
import { archiveDeputy, archiveDirection, archiveHead } from './logbook/archive.ts';
import { author } from './logbook/author.ts';
import { barred } from './logbook/barred.ts';
import { beneficiary } from './logbook/beneficiary.ts';
import { colleague } from './logbook/colleague.ts';
import { revokeDelegate, validateDelegate, visaDelegate } from './logbook/delegate.ts';
import { deputy } from './logbook/deputy.ts';
import { direction } from './logbook/direction.ts';
import { guardian } from './logbook/guardian.ts';
import { head } from './logbook/head.ts';
import { inspector } from './logbook/inspector.ts';
import { objection } from './logbook/objection.ts';
import { owner } from './logbook/owner.ts';
import { pupil } from './logbook/pupil.ts';
import { readersDeputy, readersDirection, readersHead } from './logbook/readers.ts';
import { schoolLife } from './logbook/school-life.ts';
import { staff, territory } from './logbook/staff.ts';
import { substitute } from './logbook/substitute.ts';
import { team } from './logbook/team.ts';
import { ticket } from './logbook/ticket.ts';

/** Of two reasons that last equally long, the first in the list is told first. */
export const logbookRules = {
  read: {
    allow: [
      owner,
      substitute,
      team,
      colleague,
      inspector,
      head,
      deputy,
      direction,
      schoolLife,
      pupil,
      guardian,
      admitted,
    ],
    forbid: [barred, objection],
  },
  write: { allow: [owner, substitute], forbid: [barred] },
  visa: { allow: [head, visaDelegate], forbid: [barred] },
  read_archive: { allow: [author, inspector, archiveHead, archiveDeputy, archiveDirection], forbid: [barred] },
  grant: { allow: [owner], forbid: [barred] },
  request: { allow: [staff, territory], forbid: [barred] },
  validate: { allow: [head, validateDelegate, direction], forbid: [barred] },
  revoke: { allow: [owner, head, revokeDelegate, direction, beneficiary], forbid: [barred] },
  see_readers: { allow: [owner, author, readersHead, readersDeputy, readersDirection, ticket], forbid: [barred] },
} as const satisfies Record<string, ActionRules>;
