// What a password must be: long, hard to guess, and not made of what anybody near the person knows. No composition rule.
import { findPerson, listPersons, type Person } from '../directory/persons.ts';
import { listSchools } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { type Relation, serving } from '../facts/catalogue.ts';
import { factsAbout } from '../facts/facts.ts';
import type { Db } from '../storage/storage.ts';
import { commonWords } from './common.ts';
import { normalPassword } from './hashing.ts';
import { ascii } from './identifiers.ts';
import { estimate } from './strength.ts';

/** Characters, for a person without a second factor. */
const SHORTEST = 12;
const SHORTEST_FOR_STAFF = 15;
/** For who administers the accounts of a school, who holds a second factor as well. */
const SHORTEST_FOR_ADMINISTRATORS = 16;
const LONGEST = 128;

/** Who works at a school, or for it, whatever the directory calls what they do there. */
const staff = [...serving, 'assigns'] as const satisfies readonly Relation[];

/** What a password must withstand, given that tries are slowed down. */
const BITS = 50;

/** Why a password is refused; the pages word each. */
export type PasswordFault =
  | 'too_short'
  | 'too_long'
  | 'too_common'
  | 'contains_name'
  | 'contains_school'
  | 'contains_identifier'
  | 'contains_product'
  | 'too_predictable';

/** What holds for one person. Words are folded. */
export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly names: ReadonlySet<string>;
  readonly schools: ReadonlySet<string>;
}

/** What a person's password must be: longer for staff, and longest for administrators. */
export async function passwordPolicyFor(db: Db, person: string, at: number): Promise<PasswordPolicy> {
  const facts = await factsAbout(db, 'subject', person, at, [...staff, 'attends', 'guards']);
  const children = facts.filter(({ relation }) => relation === 'guards').map(({ object }) => object);
  const persons = [await findPerson(db, person), ...(await listPersons(db, children))];
  const schools = await listSchools(db, [...new Set(facts.map(({ school }) => school))]);
  return {
    minimumLength: Math.max(SHORTEST, ...facts.map(shortestFor)),
    names: new Set(persons.flatMap(namesOf)),
    schools: new Set(schools.flatMap(({ name, uai }) => [...wordsOf(name), ascii(uai)])),
  };
}

function shortestFor({ relation }: { readonly relation: Relation }): number {
  if (relation === 'administers') return SHORTEST_FOR_ADMINISTRATORS;
  return (staff as readonly Relation[]).includes(relation) ? SHORTEST_FOR_STAFF : SHORTEST;
}

/** `password_too_weak`, with every reason that holds, the shortest length and the longest. */
export function requireGoodPassword(password: string, policy: PasswordPolicy, identifier: string): void {
  const reasons = passwordFaults(normalPassword(password), policy, identifier);
  if (reasons.length > 0)
    throw new Refusal('password_too_weak', `expected a password that is harder to guess: ${reasons.join(', ')}`, {
      reasons,
      minimumLength: policy.minimumLength,
      maximumLength: LONGEST,
    });
}

function passwordFaults(password: string, policy: PasswordPolicy, identifier: string): PasswordFault[] {
  const length = [...password].length;
  if (length > LONGEST) return ['too_long'];
  const near = contextOf(policy, identifier);
  const { bits, common, context } = estimate(password, new Set(near.keys()));
  const faults = new Set<PasswordFault>();
  if (length < policy.minimumLength) faults.add('too_short');
  if (commonWords.has(ascii(password))) faults.add('too_common');
  if (bits < BITS) {
    for (const word of context) faults.add(near.get(word) ?? 'too_predictable');
    if (common.length > 0) faults.add('too_common');
    if (faults.size === 0) faults.add('too_predictable');
  }
  return [...faults];
}

/** Words near the person, each with the reason it gives. They count for almost nothing, wherever they stand. */
function contextOf(policy: PasswordPolicy, identifier: string): Map<string, PasswordFault> {
  const near = new Map<string, PasswordFault>();
  for (const word of [...wordsOf(identifier), ascii(identifier)]) near.set(word, 'contains_identifier');
  for (const word of policy.schools) near.set(word, 'contains_school');
  for (const word of policy.names) near.set(word, 'contains_name');
  near.set('preau', 'contains_product');
  return near;
}

function namesOf({ givenName, familyName, birthDate }: Person): string[] {
  const [year = '', month = '', day = ''] = birthDate?.split('-') ?? [];
  const dates = birthDate
    ? [`${day}${month}${year}`, `${year}${month}${day}`, `${day}${month}${year.slice(2)}`, year]
    : [];
  return [...wordsOf(givenName), ...wordsOf(familyName), ...wordsOf(`${givenName}${familyName}`), ...dates];
}

/** The words of a name of three letters or more, and all of them in one. */
function wordsOf(name: string): string[] {
  const words = ascii(name)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length >= 3);
  return words.length > 1 ? [...words, words.join('')] : words;
}
