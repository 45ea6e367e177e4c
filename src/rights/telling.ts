// Rights told on the command line, in French: what a resource is, who stands behind facts, and when, on the school's clock.
import { fr } from '../../views/text/fr.ts';
import { actionTitles } from '../../views/text/policy.ts';
import { ruleSentence } from '../../views/text/rules.ts';
import { listAudiences } from '../directory/audiences.ts';
import { findLogbook, listLogbooks } from '../directory/logbooks.ts';
import { fullName } from '../directory/naming.ts';
import { type Offer, offersOf } from '../directory/offers.ts';
import { listPersons } from '../directory/persons.ts';
import { findSchool, listSchools, type School } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { dayOf, isDay, localInstant, startOfDay } from '../facts/calendar.ts';
import { catalogue, isReflexive, type Relation } from '../facts/catalogue.ts';
import type { Fact, Properties } from '../facts/facts.ts';
import { type Db, FOREVER } from '../storage/storage.ts';
import type { Missing } from './explain.ts';
import {
  type Action,
  actionsOf,
  isActionOn,
  isResourceType,
  may,
  type Resource,
  type ResourceType,
  type RuleName,
} from './rights.ts';

/** Where an action is said otherwise than in the rules told as a whole. */
const spoken: Partial<Record<ResourceType, Partial<Record<Action, string>>>> = {
  absence: { read: 'voir', write: 'enregistrer' },
  lesson: { read: 'voir si le cours a lieu' },
};

/** What is asked about, in its school. */
export interface Subject {
  readonly resource: Resource;
  readonly school: School;
  /** One line that says what it is. */
  readonly line: string;
}

/** The resource of a key (a logbook's), or of `absence:KEY`, `lesson:KEY`, `offer:KEY`, `school:UAI`; refuses what does not exist. */
export async function subjectNamed(db: Db, name: string): Promise<Subject> {
  const colon = name.indexOf(':');
  const type = colon < 0 ? 'logbook' : name.slice(0, colon);
  if (!isResourceType(type))
    throw new Refusal(
      'bad_argument',
      'expected `KEY`, `absence:KEY`, `lesson:KEY`, `offer:KEY`, `resource:ARK` or `school:UAI`',
    );
  const resource: Resource = { type, id: name.slice(colon + 1) };
  if (type === 'logbook') return logbookNamed(db, resource);
  if (type === 'offer') return offerNamed(db, resource.id);
  const [first] = actionsOf(type);
  const { school: uai } = await may(db, { person: '', action: first!, resource });
  if (uai === undefined) throw new Refusal('not_found', `no ${type} has the key \`${resource.id}\``);
  const school = await findSchool(db, uai);
  if (type === 'school') return { resource, school, line: `Établissement : ${school.name} (${uai}).` };
  const what = type === 'absence' ? 'Absence' : 'Cours';
  return { resource, school, line: `${what} ${resource.id} : ${school.name} (${uai}).` };
}

/** What is asked about by name: one resource, or the offers of `resource:ARK`, at one school when it is said. */
export async function subjectsNamed(db: Db, name: string, school: string | undefined): Promise<Subject[]> {
  if (!name.startsWith(OFFERED)) {
    if (school === undefined) return [await subjectNamed(db, name)];
    throw new Refusal('bad_argument', 'expected `--school UAI` with `resource:ARK` only');
  }
  const resource = name.slice(OFFERED.length);
  const at = school === undefined ? {} : { school: (await findSchool(db, school)).uai };
  const offers = await offersOf(db, { resource, ...at });
  if (offers.length === 0) throw new Refusal('not_found', `the resource \`${resource}\` is offered nowhere there`);
  const subjects: Subject[] = [];
  for (const offer of offers) subjects.push(await offerTold(db, offer));
  return subjects;
}

const OFFERED = 'resource:';

async function offerNamed(db: Db, id: string): Promise<Subject> {
  const [offer] = await offersOf(db, { ids: [id] });
  if (!offer) throw new Refusal('not_found', `no offer has the key \`${id}\``);
  return offerTold(db, offer);
}

async function offerTold(db: Db, { id, resource, subscription, school: uai }: Offer): Promise<Subject> {
  const school = await findSchool(db, uai);
  const by = subscription === null ? 'gratuite' : `abonnement ${subscription}`;
  const line = `Ressource ${resource} (${by}, ${id}) : ${school.name} (${uai}).`;
  return { resource: { type: 'offer', id }, school, line };
}

async function logbookNamed(db: Db, resource: Resource): Promise<Subject> {
  const { id, school } = await findLogbook(db, resource.id);
  const [logbook] = await listLogbooks(db, [id]);
  const about = logbook!.subjectLabel ? `${logbook!.audienceLabel}, ${logbook!.subjectLabel}` : logbook!.audienceLabel;
  const line = `Cahier de textes ${id} : ${about}, ${logbook!.schoolName} (${school}).`;
  return { resource, school: await findSchool(db, school), line };
}

/** An action that the resource's type knows; `bad_argument` otherwise. */
export function actionNamed({ type }: Resource, text: string | undefined): Action {
  if (text !== undefined && isActionOn(type, text)) return text;
  const known = actionsOf(type).join('`, `');
  throw new Refusal('bad_argument', `expected one of the actions \`${known}\`, not \`${text}\``);
}

/** How an action is said; one that is only proposed, by its name. */
export function wordOf({ type }: Resource, action: Action): string {
  const titles: Readonly<Record<string, string>> = actionTitles;
  return spoken[type]?.[action] ?? titles[action] ?? action;
}

/** The sentence of a rule. */
export function ruleWorded({ type }: Resource, action: Action, rule: RuleName): string {
  return ruleSentence(fr.rules, { type, action, rule });
}

export type Names = ReadonlyMap<string, string>;

/** The names of keys; what has none keeps its key. */
export async function namesOf(db: Db, keys: readonly string[]): Promise<Names> {
  const names = new Map<string, string>();
  for (const person of await listPersons(db, keys)) names.set(person.id, fullName(person));
  for (const school of await listSchools(db, keys)) names.set(school.uai, school.name);
  for (const audience of await listAudiences(db, keys)) names.set(audience.id, audience.label);
  for (const logbook of await listLogbooks(db, keys)) names.set(logbook.id, 'ce cahier');
  for (const offer of await offersOf(db, { ids: keys })) names.set(offer.id, 'cette ressource');
  return names;
}

/** The keys at the ends of facts. */
export function endsOf(facts: readonly Fact[]): string[] {
  return facts.flatMap(({ subject, object }) => [subject, object]);
}

/** The keys of what rules lack. */
export function endsOfMissing(missing: readonly Missing[]): string[] {
  return missing.flatMap(({ matched, lapsed, lacks }) => [
    ...endsOf(lapsed ? [...matched, lapsed] : matched),
    ...[lacks.subject ?? [], lacks.object ?? []].flat(),
  ]);
}

export interface Setting {
  readonly names: Names;
  readonly school: School;
}

/** A fact with its dates and where it came from. */
export function factTold(fact: Fact, { names, school }: Setting): string {
  const dates = `depuis le ${clock(fact.validFrom, school)}${until(fact.validTo, school) || ', sans fin'}`;
  return `${sentenceOf(fact, names)}${detailsOf(fact)}, ${dates} [${fact.source}]`;
}

/** The fact that a rule lacks; `…` for an end that could be anything. */
export function lackTold({ lacks }: Missing, { names }: Setting): string {
  return `${sentenceOf(lacks, names)}${detailsOf(lacks)}`;
}

function sentenceOf(
  { relation, subject, object }: { relation: Relation; subject?: string; object?: string },
  names: Names,
): string {
  const { french } = catalogue[relation];
  if (isReflexive(relation)) return `${nameOf(subject ?? object, names)} ${french}`;
  return `${nameOf(subject, names)} ${french} ${nameOf(object, names)}`;
}

function nameOf(key: string | undefined, names: Names): string {
  return key === undefined ? '…' : (names.get(key) ?? key);
}

function detailsOf({ properties = {} }: { readonly properties?: Properties }): string {
  const details = Object.entries(properties).map(([name, value]) => `${name} ${value}`);
  return details.length > 0 ? ` (${details.join(', ')})` : '';
}

/** The end of what lasts: its last day when it ends at midnight, else the instant. */
export function until(instant: number, school: School): string {
  if (instant >= FOREVER) return '';
  const midnight = startOfDay(dayOf(instant, school.zone), school.zone) === instant;
  return ` jusqu’au ${midnight ? clock(startOfDay(dayOf(instant - 1, school.zone), school.zone), school) : clock(instant, school)}`;
}

/** A day and, unless it is midnight, an hour, in the school's zone. */
export function clock(instant: number, { zone }: Pick<School, 'zone'>): string {
  const time = new Intl.DateTimeFormat('fr-FR', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(instant);
  const [year, month, day] = dayOf(instant, zone).split('-');
  return `${day}/${month}/${year}${time === '00:00' ? '' : ` ${time}`}`;
}

/** A day, which stands for an instant of it as `ofDay` says; a day and a time on the school's clock; or an instant with its zone. */
export function instantNamed(
  text: string,
  { zone }: Pick<School, 'zone'>,
  ofDay = (day: string) => localInstant(day, '12:00', zone),
): number {
  if (isDay(text)) return ofDay(text);
  const [day = '', time = ''] = text.split('T');
  let instant = Number.NaN;
  if (isDay(day) && /^\d{2}:\d{2}$/.test(time)) instant = localInstant(day, time, zone);
  else if (isDay(day) && /^\d{2}:\d{2}.*(Z|[+-]\d{2}:\d{2})$/.test(time)) instant = Date.parse(text);
  if (Number.isNaN(instant))
    throw new Refusal('bad_argument', `expected a day such as 2026-11-12, or 2026-11-12T08:00, not \`${text}\``);
  return instant;
}
