// Every rule of a lesson's status, which is what families see instead of an absence.
import type { ActionRules } from '../path.ts';
import { barred, objection } from './lesson/barred.ts';
import { guardian, pupil, team } from './lesson/class.ts';
import { deputy, direction, head, schoolLife, secretariat } from './lesson/school.ts';

export const lessonRules = {
  read: {
    allow: [team, head, deputy, direction, schoolLife, secretariat, pupil, guardian],
    forbid: [barred, objection],
  },
} as const satisfies Record<string, ActionRules>;
