// Who holds an office of a school today: what decides whether an act is theirs.
import { Refusal } from '../errors.ts';
import { type Fact, factsAbout } from '../facts/facts.ts';
import type { Db } from '../storage/storage.ts';

/**
 * - `head`: of the second degree, and `deputy` beside;
 * - `director`: a teacher of the first degree with the function, and `direction` when a decision on record gives it the
 *   powers of C9;
 * - `secretary`: named by the head;
 * - `authority`: the DASEN's designate for a school of the first degree.
 */
export type Office = 'head' | 'deputy' | 'director' | 'direction' | 'secretary' | 'authority';

/** Who does an act: the key of a person, or this, who does what persons have asked for on paper. */
export const OPERATOR = 'operator';

/** An act at a school. */
export interface Act {
  /** The UAI. */
  readonly school: string;
  /** Who does it: the key of a person, or `operator`. */
  readonly by: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

/** The offices of a person at a school, and the acts for which they hold a signature there. */
export async function officesOf(
  db: Db,
  { person, school, at }: { person: string; school: string; at: number },
): Promise<{ readonly held: ReadonlySet<Office>; readonly signs: ReadonlySet<string> }> {
  const relations = ['heads', 'deputises', 'post', 'directs', 'secretary', 'authority', 'delegated'] as const;
  const facts = (await factsAbout(db, 'subject', person, at, relations)).filter(
    (fact) => fact.school === school && fact.object === school,
  );
  const has = (relation: (typeof relations)[number]) => facts.some((fact) => fact.relation === relation);
  const director = facts.some((fact) => fact.relation === 'post' && fact.properties.function === 'direction');
  const holds: Record<Office, boolean> = {
    head: has('heads'),
    deputy: has('deputises'),
    director,
    direction: director && has('directs'),
    secretary: has('secretary'),
    authority: has('authority'),
  };
  const signs = facts.filter((fact) => fact.relation === 'delegated').map((fact) => String(fact.properties.act));
  return { held: new Set((Object.keys(holds) as Office[]).filter((office) => holds[office])), signs: new Set(signs) };
}

/** A deputy or a secretary who signs for the head, and the act that the delegation must name. */
export interface Delegated {
  readonly office: 'deputy' | 'secretary';
  readonly act: string;
}

/** Whether somebody holds one of the offices, or signs for the head; the operator holds all. */
export async function holdsOffice(
  db: Db,
  { school, by, at }: Act,
  offices: readonly Office[],
  delegated?: Delegated,
): Promise<boolean> {
  if (by === OPERATOR) return true;
  const { held, signs } = await officesOf(db, { person: by, school, at });
  if (offices.some((office) => held.has(office))) return true;
  return delegated !== undefined && held.has(delegated.office) && signs.has(delegated.act);
}

/** Refuses, with `not_allowed`, whoever does not. */
export async function requireOffice(
  db: Db,
  act: Act,
  offices: readonly Office[],
  delegated?: Delegated,
): Promise<void> {
  if (!(await holdsOffice(db, act, offices, delegated)))
    throw new Refusal('not_allowed', `expected one who holds the office for it at school \`${act.school}\``);
}

/**
 * Refuses, with `not_staff`, a pupil, and who is known here as a family alone: no act puts either in a teacher's place
 * (I2, I6). Whoever has no post yet may be sent all the same.
 */
export async function requireNoFamily(db: Db, person: string, at: number): Promise<void> {
  const facts = await factsAbout(db, 'subject', person, at, ['attends', 'enrolled', 'guards', 'admitted', 'post']);
  const has = (...relations: Fact['relation'][]) => facts.some(({ relation }) => relations.includes(relation));
  if (has('attends', 'enrolled') || (has('guards', 'admitted') && !has('post')))
    throw new Refusal('not_staff', 'expected somebody of staff');
}
