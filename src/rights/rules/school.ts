// Every rule of what is done at a school for its people: codes and letters, notices, requests, the register. By what it allows.
import type { ActionRules } from '../path.ts';
import { administrator } from './school/administrator.ts';
import { assigner, direction } from './school/assigner.ts';
import { deputy } from './school/deputy.ts';
import { director } from './school/director.ts';
import { dpo } from './school/dpo.ts';
import { head } from './school/head.ts';
import { secretariat } from './school/secretariat.ts';
import { staff } from './school/staff.ts';
import { authority, territory } from './school/visitor.ts';

/** None of these reads anything of anybody: what an office handles, it handles one act at a time (r23, r28). */
export const schoolRules = {
  /** Issuing codes and letters, starting a reset, marking a shared workstation. */
  activate: { allow: [head, deputy, director, secretariat, administrator], forbid: [] },
  /** The notices: who is still to be told, the board's date, what share was reached. */
  inform: { allow: [head, deputy, director, secretariat], forbid: [] },
  /** Recording a request that came on paper. */
  file: { allow: [head, deputy, director, secretariat, dpo], forbid: [] },
  /** Deciding a request or a dispute. */
  decide: { allow: [head, director], forbid: [] },
  /** The register of processing and of requests, and the second signature of an incident file. */
  oversee: { allow: [dpo], forbid: [] },
  /** Resetting all the pupils at once. */
  protect: { allow: [head, director, administrator], forbid: [] },
  /** Creating a circle, a group that one joins by one's own act, and inviting to it (C33, C34). */
  convene: { allow: [staff, head, deputy, director, secretariat, administrator, territory, authority], forbid: [] },
  /** Giving the licences of the school's subscriptions, and taking them back (C32). */
  assign: { allow: [head, direction, assigner], forbid: [] },
} as const satisfies Record<string, ActionRules>;
