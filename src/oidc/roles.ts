// Which role a fact gives, and what the state calls it. Roles are hints for a module's screens; rights are asked apart.
import type { SchoolFunction } from '../facts/catalogue.ts';
import type { Fact } from '../facts/facts.ts';

export type Role =
  | 'pupil'
  | 'teacher'
  | 'head'
  | 'deputy'
  | 'librarian'
  | 'school_life'
  | 'administrative'
  | 'inspector'
  | 'guardian'
  | 'collectivity';

/** The director of a first-degree school is a teacher who also holds a function, never another category. */
const roleByFunction: Record<SchoolFunction, Role> = {
  teacher: 'teacher',
  direction: 'teacher',
  head: 'head',
  deputy: 'deputy',
  librarian: 'librarian',
  school_life: 'school_life',
  assistant: 'school_life',
  administrative: 'administrative',
  inspector: 'inspector',
  collectivity: 'collectivity',
};

/** The codes of the SDET, as modules of the ENT world expect them. */
const profileByRole: Record<Role, string> = {
  pupil: 'National_ELV',
  guardian: 'National_TUT',
  teacher: 'National_ENS',
  head: 'National_DIR',
  deputy: 'National_DIR',
  librarian: 'National_DOC',
  school_life: 'National_EVS',
  administrative: 'National_ETA',
  inspector: 'National_ACA',
  collectivity: 'National_COL',
};

/** The role that a fact about a person gives them at the fact's school, if any. */
export function roleOf(fact: Fact): Role | undefined {
  switch (fact.relation) {
    case 'attends':
      return 'pupil';
    case 'guards':
      return 'guardian';
    case 'heads':
      return 'head';
    case 'deputises':
      return 'deputy';
    default: {
      const held = functionOf(fact);
      return held && roleByFunction[held];
    }
  }
}

/** The function that a post names. */
export function functionOf(fact: Fact): SchoolFunction | undefined {
  const held = fact.relation === 'post' ? String(fact.properties.function) : '';
  return Object.hasOwn(roleByFunction, held) ? (held as SchoolFunction) : undefined;
}

export function profileOf(role: Role): string {
  return profileByRole[role];
}
