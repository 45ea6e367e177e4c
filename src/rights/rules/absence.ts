// Every rule of a staff absence, by what it allows: no module, pupil, family or collectivity is ever on a path (I6).
import type { ActionRules } from '../path.ts';
import { deputy } from './absence/deputy.ts';
import { direction } from './absence/direction.ts';
import { head } from './absence/head.ts';
import { inquiry } from './absence/inquiry.ts';
import { replacement } from './absence/replacement.ts';
import { schoolLife } from './absence/school-life.ts';
import { scribe } from './absence/scribe.ts';
import { secretariat } from './absence/secretariat.ts';
import { self } from './absence/self.ts';

export const absenceRules = {
  read: { allow: [self, replacement, secretariat, head, deputy, direction, inquiry], forbid: [] },
  /** That a lesson of a class is not covered today, and nothing else. */
  read_today: { allow: [schoolLife], forbid: [] },
  write: { allow: [self, scribe, head, deputy, direction], forbid: [] },
} as const satisfies Record<string, ActionRules>;
