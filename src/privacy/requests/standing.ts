// Who stands where before a request: the schools that hold something of a person, and whoever handles requests there.
import { isForAnother, isSilenced } from '../../acts/declining.ts';
import { OPERATOR } from '../../acts/offices.ts';
import { isOwnCause } from '../../acts/own-cause.ts';
import { fullName } from '../../directory/naming.ts';
import { findPerson } from '../../directory/persons.ts';
import { Refusal } from '../../errors.ts';
import type { Relation } from '../../facts/catalogue.ts';
import { everyFactAbout } from '../../facts/history.ts';
import { list, may } from '../../rights/rights.ts';
import type { Db } from '../../storage/storage.ts';
import { bearsName } from './matching.ts';
import type { PersonRequest } from './records.ts';

/** `file` records and handles; `decide` answers; `oversee` reads the register. */
export type RequestOffice = 'file' | 'decide' | 'oversee';

const ofStaff = ['post', 'teaches', 'heads', 'deputises', 'secretary', 'inCharge', 'substitutes', 'authored'] as const;
const asSubject = [
  ...ofStaff,
  'attends',
  'enrolled',
  'guards',
  'admitted',
  'administers',
  'protects',
  'territory',
] as const;

/** The schools that hold, or held, something of a person, by UAI: whoever has left may still ask (C30). */
export async function schoolsOf(db: Db, person: string, as: 'all' | 'staff'): Promise<string[]> {
  const relations: readonly Relation[] = as === 'staff' ? ofStaff : asSubject;
  const facts = await everyFactAbout(db, 'subject', [person], relations);
  return [...new Set(facts.map(({ school }) => school))].sort();
}

/** The schools where somebody may do this to requests, today. */
export async function schoolsWhere(db: Db, person: string, action: RequestOffice, at: number): Promise<string[]> {
  const schools = await list(db, { person, action, type: 'school', when: { at } });
  return schools.map(({ school }) => school).sort();
}

/** Whether somebody may; the operator does what the school asks on paper. */
export async function holdsOffice(
  db: Db,
  { school, by, at }: { school: string; by: string; at: number },
  action: RequestOffice,
): Promise<boolean> {
  if (by === OPERATOR) return action !== 'decide';
  const { allowed } = await may(db, { person: by, action, resource: { type: 'school', id: school }, when: { at } });
  return allowed;
}

/** Refuses, with `not_allowed`, whoever may not. */
export async function requireOffice(
  db: Db,
  act: { school: string; by: string; at: number },
  ...actions: readonly RequestOffice[]
): Promise<void> {
  for (const action of actions) if (await holdsOffice(db, act, action)) return;
  throw new Refusal('not_allowed', `expected one who may ${actions.join(' or ')} at school \`${act.school}\``);
}

/**
 * Whether somebody is judge in their own cause: they ask, it is about them, or about a child of theirs; or about somebody
 * who may be themselves under another record, or whose letter bears their name.
 */
export async function isOwn(
  db: Db,
  { asker, about, name }: Pick<PersonRequest, 'asker' | 'about' | 'name'>,
  { by, at }: { by: string; at: number },
): Promise<boolean> {
  if (by === OPERATOR) return false;
  if (asker === by || about === by) return true;
  const concerned = [asker, about].flatMap((key) => key ?? []);
  if (concerned.length === 0) return name !== null && bearsName(name, fullName(await findPerson(db, by)));
  return isOwnCause(db, { by, about: concerned, pupils: about === null ? [] : [about], at });
}

/**
 * Whether a request is somebody's to follow and to take back: whoever asked; and, of an objection that is honoured, the
 * one for whom a legal representative asked, once they represent them no more.
 */
export async function isTheirs(
  db: Db,
  { asker, about, kind, state }: Pick<PersonRequest, 'asker' | 'about' | 'kind' | 'state'>,
  { by, at }: { by: string; at: number },
): Promise<boolean> {
  if (asker === by) return true;
  if (asker === null || about !== by || kind !== 'objection' || state !== 'accepted') return false;
  return !(await isForAnother(db, { person: by, by: asker }, at));
}

/**
 * Whether it is somebody's to take back: the same, but that nobody ends an objection that is honoured of whom they speak
 * for no more.
 */
export async function mayTakeBack(
  db: Db,
  request: Pick<PersonRequest, 'asker' | 'about' | 'kind' | 'state'>,
  { by, at }: { by: string; at: number },
): Promise<boolean> {
  if (!(await isTheirs(db, request, { by, at }))) return false;
  const { about, state } = request;
  return state === 'open' || about === null || !(await isSilenced(db, { person: about, by }, at));
}
