// Every way in which somebody may do something, and every way in which they may not after all, in words: one line each.
import type { Relation } from '../../src/facts/catalogue.ts';
import type { Properties } from '../../src/facts/facts.ts';
import type { Action, ForbidName, ResourceType, RuleName } from '../../src/rights/rights.ts';

/** A fact in words: `me post school function=direction`. The words are those of `Cast`. */
export interface Line {
  readonly subject: Word;
  readonly relation: Relation;
  readonly object: Word;
  readonly properties: Properties;
}

export type Word =
  | 'me'
  | 'child'
  | 'other'
  | 'school'
  | 'school2'
  | 'class'
  | 'class2'
  | 'group'
  | 'group2'
  | 'logbook'
  | 'absence'
  | 'lesson'
  | 'offer';

export interface Way {
  readonly type: ResourceType;
  readonly rule: RuleName;
  readonly actions: readonly Action[];
  /** All of them are needed. */
  readonly lines: readonly Line[];
}

export interface Bar extends Omit<Way, 'rule'> {
  readonly forbid: ForbidName;
}

export function lineOf(text: string): Line {
  const [subject, relation, object, property] = text.trim().split(' ');
  const [name, value] = property?.split('=') ?? [];
  return {
    subject: subject as Word,
    relation: relation as Relation,
    object: object as Word,
    properties: name && value ? { [name]: value } : {},
  };
}

const linesOf = (text: string): Line[] => text.split(', ').map(lineOf);

const way =
  (type: ResourceType) =>
  ([rule, actions, text]: readonly [rule: string, actions: string, lines: string]): Way => ({
    type,
    rule: rule as RuleName,
    actions: actions.split(' ') as Action[],
    lines: linesOf(text),
  });

const logbook = (
  [
    ['owner', 'read write grant revoke see_readers', 'me owns logbook'],
    ['substitute', 'read write', 'me substitutes logbook'],
    ['author', 'read_archive see_readers', 'me authored logbook'],
    ['team', 'read', 'logbook audience class, me teaches class'],
    ['team', 'read', 'logbook audience class, child enrolled class, child enrolled group, me teaches group'],
    ['team', 'read', 'logbook audience group, child enrolled group, child enrolled class, me teaches class'],
    [
      'team',
      'read',
      'logbook audience group, child enrolled group, child enrolled class, other enrolled class, other enrolled group2, me teaches group2',
    ],
    ['colleague', 'read', 'me granted logbook'],
    ['inspector', 'read read_archive', 'me inspects logbook'],
    ['ticket', 'see_readers', 'me ticketed logbook'],
    ['beneficiary', 'revoke', 'me granted logbook'],
    ['beneficiary', 'revoke', 'me inspects logbook'],
    ['head', 'read visa validate revoke see_readers', 'logbook ofSchool school, me heads school'],
    ['head', 'read_archive see_readers', 'logbook archivedAt school, me heads school'],
    ['deputy', 'read see_readers', 'logbook ofSchool school, me deputises school'],
    ['deputy', 'read_archive see_readers', 'logbook archivedAt school, me deputises school'],
    ['delegate', 'visa', 'logbook ofSchool school, me deputises school, me delegated school act=visa'],
    ['delegate', 'validate', 'logbook ofSchool school, me deputises school, me delegated school act=validate'],
    ['delegate', 'revoke', 'logbook ofSchool school, me deputises school, me delegated school act=revoke'],
    [
      'direction',
      'read validate revoke see_readers',
      'logbook ofSchool school, me directs school, me post school function=direction',
    ],
    [
      'direction',
      'read_archive see_readers',
      'logbook archivedAt school, me directs school, me post school function=direction',
    ],
    ['staff', 'request', 'logbook ofSchool school, me post school function=teacher'],
    ['staff', 'request', 'logbook ofSchool school, me post school function=librarian'],
    ['staff', 'request', 'logbook ofSchool school, me post school function=school_life'],
    ['territory', 'request', 'logbook ofSchool school, me territory school'],
    ['school_life', 'read', 'logbook audience class, me opened class'],
    ['pupil', 'read', 'logbook audience class, me enrolled class'],
    ['pupil', 'read', 'logbook audience group, me enrolled group'],
    ['guardian', 'read', 'logbook audience class, child enrolled class, me guards child'],
    ['admitted', 'read', 'logbook audience class, child enrolled class, me admitted child'],
  ] as const
).map(way('logbook'));

const absence = (
  [
    ['self', 'read write', 'absence absenceOf me'],
    ['replacement', 'read', 'me covers absence'],
    ['secretariat', 'read', 'absence absenceAt school, me secretary school'],
    ['scribe', 'write', 'absence absenceAt school, me secretary school, me delegated school act=absences'],
    ['head', 'read write', 'absence absenceAt school, me heads school'],
    ['deputy', 'read write', 'absence absenceAt school, me deputises school'],
    ['direction', 'read write', 'absence absenceAt school, me directs school, me post school function=direction'],
    ['inquiry', 'read', 'me inquires absence'],
    ['school_life', 'read_today', 'absence watched class, me inCharge class'],
  ] as const
).map(way('absence'));

const lesson = (
  [
    ['team', 'read', 'lesson lessonFor class, me teaches class'],
    ['head', 'read', 'lesson lessonAt school, me heads school'],
    ['deputy', 'read', 'lesson lessonAt school, me deputises school'],
    ['direction', 'read', 'lesson lessonAt school, me directs school, me post school function=direction'],
    ['school_life', 'read', 'lesson lessonFor class, me inCharge class'],
    ['secretariat', 'read', 'lesson lessonAt school, me secretary school'],
    ['pupil', 'read', 'lesson lessonFor class, me enrolled class'],
    ['pupil', 'read', 'lesson lessonFor group, me enrolled group'],
    ['guardian', 'read', 'lesson lessonFor class, child enrolled class, me guards child'],
  ] as const
).map(way('lesson'));

const school = (
  [
    ['head', 'activate inform file decide protect convene', 'me heads school'],
    ['deputy', 'activate inform file convene', 'me deputises school'],
    ['director', 'activate inform file decide protect convene', 'me post school function=direction'],
    ['secretariat', 'activate inform file convene', 'me secretary school'],
    ['administrator', 'activate protect convene', 'me administers school'],
    ['staff', 'convene', 'me post school function=teacher'],
    ['staff', 'convene', 'me post school function=librarian'],
    ['staff', 'convene', 'me post school function=school_life'],
    ['territory', 'convene', 'me territory school'],
    ['authority', 'convene', 'me authority school'],
    ['dpo', 'file oversee', 'me protects school'],
    ['head', 'assign', 'me heads school'],
    ['direction', 'assign', 'me directs school, me post school function=direction'],
    ['assigner', 'assign', 'me assigns school'],
  ] as const
).map(way('school'));

/** I13, C31: what every way to a resource goes through. */
const OPEN = 'offer subscribed offer, offer agreed offer, offer cleared offer';

const offer = (
  [
    ['assigned', 'launch', `${OPEN}, me assigned offer audience=pupil`],
    ['assigned', 'launch', `${OPEN}, me assigned offer audience=teacher`],
    ['assigned', 'launch', `${OPEN}, me assigned offer audience=staff`],
    ['site', 'launch', `${OPEN}, school openTo offer audience=pupil, me attends school`],
    ['site', 'launch', `${OPEN}, school openTo offer audience=teacher, me post school function=teacher`],
    ['site', 'launch', `${OPEN}, school openTo offer audience=librarian, me post school function=librarian`],
    ['site', 'launch', `${OPEN}, school openTo offer audience=staff, me heads school`],
    ['site', 'launch', `${OPEN}, school openTo offer audience=staff, me deputises school`],
    ['site', 'launch', `${OPEN}, school openTo offer audience=staff, me post school function=head`],
    ['site', 'launch', `${OPEN}, school openTo offer audience=staff, me post school function=deputy`],
    ['site', 'launch', `${OPEN}, school openTo offer audience=staff, me post school function=direction`],
    ['site', 'launch', `${OPEN}, school openTo offer audience=staff, me post school function=school_life`],
    ['site', 'launch', `${OPEN}, school openTo offer audience=staff, me post school function=assistant`],
  ] as const
).map(way('offer'));

/** Every way of every rule, from the tables of rights.md. */
export const ways: readonly Way[] = [...logbook, ...absence, ...lesson, ...school, ...offer];

const EVERY = 'read write visa read_archive grant request validate revoke see_readers';

/** Every way of every restriction (I1, C16, C18). */
export const bars: readonly Bar[] = (
  [
    ['logbook', 'barred', EVERY, 'me barred logbook'],
    ['logbook', 'barred', EVERY, 'logbook audience class, child enrolled class, me barred child'],
    ['logbook', 'objection', 'read', 'logbook audience class, child enrolled class, child objected me'],
    ['lesson', 'barred', 'read', 'lesson lessonFor class, child enrolled class, me barred child'],
    ['lesson', 'objection', 'read', 'lesson lessonFor class, child enrolled class, child objected me'],
    ['offer', 'declined', 'launch', 'me declines offer'],
  ] as const
).map(([type, forbid, actions, text]) => ({
  type,
  forbid,
  actions: actions.split(' ') as Action[],
  lines: linesOf(text),
}));

/** What an objection leaves: the other child has not objected (C16). */
export const twins: readonly Omit<Way, 'rule'>[] = (
  [
    ['logbook', 'logbook audience class, child enrolled class, me guards child'],
    ['logbook', 'logbook audience class, child enrolled class, me admitted child'],
    ['lesson', 'lesson lessonFor class, child enrolled class, me guards child'],
  ] as const
).map(([type, text]) => ({
  type,
  actions: ['read'],
  lines: linesOf(`${text}, child objected me, other enrolled class, me guards other`),
}));

const AT_SCHOOL = 'activate inform file decide oversee protect';

/** Ways that come near and lead nowhere: what nobody may do by them. */
export const misses: readonly Omit<Way, 'rule'>[] = (
  [
    // a pupil in two classes brings no teams together
    ['logbook', 'read', 'logbook audience class, child enrolled class, child enrolled class2, me teaches class2'],
    [
      'logbook',
      'read',
      'logbook audience class, child enrolled class, child enrolled class2, other enrolled class2, other enrolled group2, me teaches group2',
    ],
    [
      'logbook',
      'read',
      'logbook audience group, child enrolled group, child enrolled class, other enrolled class, other enrolled class2, me teaches class2',
    ],
    ['logbook', 'read', 'logbook audience group, me teaches group'],
    ['logbook', 'read', 'logbook audience class, me leads class'],
    ['logbook', 'read', 'logbook audience class, me inCharge class'],
    // the decision and the function, in one and the same school (C9)
    ['logbook', 'read', 'logbook ofSchool school, me directs school, me post school2 function=direction'],
    ['logbook', 'read', 'logbook ofSchool school, me directs school2, me post school function=direction'],
    ['logbook', 'read', 'logbook ofSchool school, me directs school, me post school function=teacher'],
    ['logbook', 'read', 'logbook ofSchool school, me directs school, other post school function=direction'],
    ['logbook', 'read', 'logbook ofSchool school, me post school function=direction'],
    // r8, r9, r9b, r13, r21, r23 to r25
    ['logbook', 'read write', 'logbook ofSchool school, me post school function=head'],
    ['logbook', 'read write', 'logbook ofSchool school, me post school function=deputy'],
    ['logbook', 'read write', 'logbook ofSchool school, me post school function=librarian'],
    ['logbook', 'read write', 'logbook ofSchool school, me post school function=school_life'],
    ['logbook', 'read write request', 'logbook ofSchool school, me post school function=assistant'],
    ['logbook', 'read write request', 'logbook ofSchool school, me post school function=administrative'],
    ['logbook', 'read write request', 'logbook ofSchool school, me post school function=inspector'],
    ['logbook', 'read write request', 'logbook ofSchool school, me post school function=collectivity'],
    ['logbook', 'read write request', 'logbook ofSchool school, me secretary school'],
    ['logbook', 'read write revoke', 'logbook ofSchool school, me territory school'],
    ['logbook', 'read write request validate', 'logbook ofSchool school, me authority school'],
    // another school's head; a child who would guard its parent; a grant to somebody of another logbook's
    ['logbook', 'read visa validate revoke see_readers', 'logbook ofSchool school, me heads school2'],
    ['logbook', 'read see_readers', 'logbook ofSchool school2, me deputises school'],
    ['logbook', 'read', 'logbook audience class, child enrolled class, child guards me'],
    ['logbook', 'read', 'logbook audience class, child enrolled class2, me guards child'],
    ['logbook', 'read', 'logbook audience class, child enrolled class, child admitted me'],
    ['logbook', 'read', 'logbook audience class, me attends school'],
    // nobody but an author writes (I2)
    ['logbook', 'write', 'me granted logbook'],
    ['logbook', 'write', 'me inspects logbook'],
    ['logbook', 'write', 'me authored logbook'],
    ['logbook', 'write', 'logbook ofSchool school, me heads school'],
    ['logbook', 'write', 'logbook ofSchool school, me deputises school, me delegated school act=visa'],
    ['logbook', 'write', 'logbook ofSchool school, me directs school, me post school function=direction'],
    ['logbook', 'write', 'logbook audience class, me teaches class'],
    ['logbook', 'write', 'logbook audience class, me enrolled class'],
    ['logbook', 'write', 'logbook audience class, child enrolled class, me guards child'],
    // a delegation names the act, and is a deputy's (C8)
    ['logbook', 'visa validate revoke', 'logbook ofSchool school, me deputises school'],
    ['logbook', 'visa', 'logbook ofSchool school, me delegated school act=visa'],
    ['logbook', 'validate', 'logbook ofSchool school, me delegated school act=validate'],
    ['logbook', 'revoke', 'logbook ofSchool school, me delegated school act=revoke'],
    ['logbook', 'validate revoke', 'logbook ofSchool school, me deputises school, me delegated school act=visa'],
    ['logbook', 'visa revoke', 'logbook ofSchool school, me deputises school, me delegated school act=validate'],
    ['logbook', 'visa validate', 'logbook ofSchool school, me deputises school, me delegated school act=revoke'],
    ['logbook', 'visa', 'logbook ofSchool school, me deputises school, me delegated school2 act=visa'],
    ['logbook', 'visa', 'logbook ofSchool school, me directs school, me post school function=direction'],
    ['logbook', 'visa validate', 'me owns logbook'],
    // the archive is not the logbook, nor the logbook the archive
    ['logbook', 'read_archive', 'logbook ofSchool school, me heads school'],
    ['logbook', 'read_archive', 'logbook ofSchool school, me deputises school'],
    ['logbook', 'read_archive', 'me owns logbook'],
    ['logbook', 'read_archive', 'me granted logbook'],
    ['logbook', 'read_archive', 'me substitutes logbook'],
    ['logbook', 'read_archive', 'logbook archivedAt school, logbook audience class, me enrolled class'],
    ['logbook', 'read_archive', 'logbook archivedAt school, logbook audience class, me teaches class'],
    ['logbook', 'read', 'logbook archivedAt school, me heads school'],
    ['logbook', 'read', 'me authored logbook'],
    // who opens, validates, ends and sees
    ['logbook', 'grant', 'logbook ofSchool school, me heads school'],
    ['logbook', 'grant', 'logbook audience class, me teaches class'],
    ['logbook', 'grant revoke see_readers', 'me substitutes logbook'],
    ['logbook', 'grant see_readers validate', 'me granted logbook'],
    ['logbook', 'request', 'logbook ofSchool school, me heads school'],
    ['logbook', 'request', 'logbook ofSchool school, me post school2 function=teacher'],
    ['logbook', 'see_readers', 'logbook audience class, me teaches class'],
    ['logbook', 'see_readers', 'me inspects logbook'],
    ['logbook', 'read read_archive revoke', 'me ticketed logbook'],
    // absences (I6)
    ['absence', 'read write', 'absence absenceAt school, me post school function=administrative'],
    ['absence', 'read write', 'absence absenceAt school, me post school function=direction'],
    ['absence', 'read write', 'absence absenceAt school, me heads school2'],
    ['absence', 'read', 'absence absenceAt school, me delegated school act=absences'],
    ['absence', 'read', 'absence watched class, me inCharge class'],
    ['absence', 'read read_today', 'absence watched class, me teaches class'],
    ['absence', 'read read_today', 'absence watched class, me enrolled class'],
    ['absence', 'read read_today', 'absence watched class, child enrolled class, me guards child'],
    ['absence', 'read_today', 'absence watched class, me inCharge class2'],
    ['absence', 'read_today', 'absence watched class, me opened class'],
    ['absence', 'read write', 'absence absenceAt school, me territory school'],
    ['absence', 'read write', 'absence absenceAt school, me authority school'],
    ['absence', 'read write', 'absence absenceOf child, me guards child'],
    ['absence', 'write', 'me covers absence'],
    ['absence', 'write', 'me inquires absence'],
    ['absence', 'write', 'absence absenceAt school, me secretary school'],
    ['absence', 'write', 'absence absenceAt school, me delegated school act=absences'],
    ['absence', 'write', 'absence absenceAt school, me secretary school, me delegated school act=visa'],
    ['absence', 'write', 'absence absenceAt school, me secretary school, me delegated school2 act=absences'],
    // lessons (C11, C17)
    ['lesson', 'read', 'lesson lessonAt school, me post school function=direction'],
    ['lesson', 'read', 'lesson lessonAt school, me post school function=school_life'],
    ['lesson', 'read', 'lesson lessonAt school, me post school function=teacher'],
    ['lesson', 'read', 'lesson lessonAt school, me attends school'],
    ['lesson', 'read', 'lesson lessonFor class, me inCharge class2'],
    ['lesson', 'read', 'lesson lessonFor class, me opened class'],
    ['lesson', 'read', 'lesson lessonFor class, child enrolled class, me admitted child'],
    ['lesson', 'read', 'lesson lessonFor class, child enrolled class, child enrolled group, me teaches group'],
    // what is done at a school: nobody by a function but a director, and nobody for another school (r5 to r9b, r13, r24)
    ['school', AT_SCHOOL, 'me post school function=teacher'],
    ['school', AT_SCHOOL, 'me post school function=head'],
    ['school', AT_SCHOOL, 'me post school function=deputy'],
    ['school', AT_SCHOOL, 'me post school function=school_life'],
    ['school', AT_SCHOOL, 'me post school function=administrative'],
    ['school', AT_SCHOOL, 'me post school function=collectivity'],
    ['school', AT_SCHOOL, 'me post school2 function=direction'],
    ['school', AT_SCHOOL, 'me directs school'],
    ['school', AT_SCHOOL, 'me heads school2'],
    ['school', AT_SCHOOL, 'me administers school2'],
    ['school', AT_SCHOOL, 'me protects school2'],
    ['school', AT_SCHOOL, 'me authority school'],
    ['school', AT_SCHOOL, 'me territory school'],
    ['school', AT_SCHOOL, 'me delegated school act=validate'],
    ['school', AT_SCHOOL, 'me attends school'],
    ['school', 'convene', 'me post school function=assistant'],
    ['school', 'convene', 'me post school function=administrative'],
    ['school', 'convene', 'me post school function=inspector'],
    ['school', 'convene', 'me post school function=collectivity'],
    ['school', 'convene', 'me post school function=head'],
    ['school', 'convene', 'me post school2 function=teacher'],
    ['school', 'convene', 'me territory school2'],
    ['school', 'convene', 'me protects school'],
    ['school', 'convene', 'me attends school'],
    ['school', 'convene', 'me directs school'],
    // each of them only what is theirs
    ['school', 'decide oversee protect', 'me deputises school'],
    ['school', 'decide oversee protect', 'me secretary school'],
    ['school', 'inform file decide oversee', 'me administers school'],
    ['school', 'activate inform decide protect', 'me protects school'],
    ['school', 'oversee', 'me heads school'],
    ['school', 'oversee', 'me post school function=direction'],
    // licences are given by who is named for it, not by a function, an office or a decision about something else (C32)
    ['school', 'assign', 'me deputises school'],
    ['school', 'assign', 'me secretary school'],
    ['school', 'assign', 'me administers school'],
    ['school', 'assign', 'me protects school'],
    ['school', 'assign', 'me directs school'],
    ['school', 'assign', 'me post school function=direction'],
    ['school', 'assign', 'me post school function=librarian'],
    ['school', 'assign', 'me post school function=teacher'],
    ['school', 'assign', 'me directs school, me post school2 function=direction'],
    ['school', 'assign', 'me directs school, me post school function=teacher'],
    ['school', 'assign', 'me assigns school2'],
    ['school', 'assign', 'me attends school'],
    ['school', `${AT_SCHOOL} convene`, 'me assigns school'],
    // no agreement, no subscription, no validation: nothing, whatever was assigned or opened (I13, C31)
    ['offer', 'launch', 'me assigned offer audience=pupil'],
    ['offer', 'launch', 'offer agreed offer, offer cleared offer, me assigned offer audience=pupil'],
    ['offer', 'launch', 'offer subscribed offer, offer cleared offer, me assigned offer audience=pupil'],
    ['offer', 'launch', 'offer subscribed offer, offer agreed offer, me assigned offer audience=pupil'],
    [
      'offer',
      'launch',
      'offer subscribed offer, offer cleared offer, school connected school, school openTo offer audience=pupil, me attends school',
    ],
    // nobody but for oneself: no parent by a child, nor by being one (r19, r20, r21)
    ['offer', 'launch', `${OPEN}, child assigned offer audience=pupil, me guards child`],
    ['offer', 'launch', `${OPEN}, child assigned offer audience=pupil, me admitted child`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=pupil, child attends school, me guards child`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=pupil, me enrolled class`],
    // each audience for itself
    ['offer', 'launch', `${OPEN}, school openTo offer audience=pupil, me post school function=teacher`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=teacher, me attends school`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=teacher, me post school function=librarian`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=teacher, me post school function=direction`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=teacher, me teaches class`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=librarian, me post school function=teacher`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=librarian, me post school function=school_life`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=staff, me post school function=teacher`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=staff, me post school function=librarian`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=staff, me attends school`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=pupil, me heads school`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=teacher, me deputises school`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=pupil, me post school function=head`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=pupil, me post school function=deputy`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=pupil, me post school function=assistant`],
    // r9, r9b, r13, r23 to r25, r28, and who gives the licences
    ['offer', 'launch', `${OPEN}, school openTo offer audience=staff, me post school function=administrative`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=staff, me post school function=inspector`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=staff, me post school function=collectivity`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=staff, me secretary school`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=staff, me administers school`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=staff, me protects school`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=staff, me territory school`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=staff, me assigns school`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=staff, me directs school`],
    // the school of the offer, and no other one
    ['offer', 'launch', `${OPEN}, school openTo offer audience=pupil, me attends school2`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=staff, me heads school2`],
    ['offer', 'launch', `${OPEN}, school openTo offer audience=teacher, me post school2 function=teacher`],
  ] as const
).map(([type, actions, text]) => ({ type, actions: actions.split(' ') as Action[], lines: linesOf(text) }));
