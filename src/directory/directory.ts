// Persons, schools, classes, groups, subjects and logbooks; and the one way in for a delivery of changes.
import { type AuditEvent, audit } from '../audit/audit.ts';
import { schoolYear, schoolYearAt } from '../facts/calendar.ts';
import type { Relation, Source } from '../facts/catalogue.ts';
import {
  changedAt,
  currentFacts,
  type Fact,
  lockSchool,
  type NewFact,
  type Properties,
  replaceFacts,
} from '../facts/facts.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { ensureAudiences } from './audiences.ts';
import { withheldAt } from './holds.ts';
import { endRightsOfLeavers } from './leavers.ts';
import { ensureLevelCodes, type LevelCode } from './level-codes.ts';
import { type DeliveredLevel, noteLevels } from './levels.ts';
import { deriveLogbooks } from './logbooks.ts';
import { type Civility, ensurePersons, personsByExternalId, recordsNamed } from './persons.ts';
import { externalIdsAt, noteDelivered } from './record-facts.ts';
import { carryRestrictions, passGate } from './restrictions.ts';
import { ensureSchool } from './schools.ts';
import { ensureSubjects } from './subjects.ts';
import { endTeachingOfLeavers } from './teaching.ts';

/** A school as a delivery gives it. */
export interface DeliveredSchool {
  /** Seven digits and a letter. */
  readonly uai: string;
  readonly name: string;
  /** The kind's label: école, collège, lycée. */
  readonly kind: string;
  readonly degree: 1 | 2;
  readonly siren?: string | undefined;
  readonly academy: string;
}

/** A person as a delivery gives them; known by the academy and an id that is unique inside it. */
export interface DeliveredPerson {
  readonly academy: string;
  readonly externalId: string;
  readonly givenName: string;
  readonly familyName: string;
  /** YYYY-MM-DD */
  readonly birthDate?: string | undefined;
  readonly email?: string | undefined;
  /** Of staff alone. */
  readonly civility?: Civility | undefined;
}

export interface DeliveredAudience {
  readonly kind: 'class' | 'group';
  readonly code: string;
  readonly label: string;
}

/** One end of a delivered fact, by what the delivery knows: an external id, a code, or the school itself. */
export type End =
  | { readonly person: string }
  | { readonly class: string }
  | { readonly group: string }
  | { readonly school: true };

export interface DeliveredFact {
  readonly relation: Relation;
  readonly subject: End;
  readonly object: End;
  readonly properties?: Properties;
  /** UTC milliseconds; by default the delivery's instant, and the end of the school year. */
  readonly validFrom?: number;
  readonly validTo?: number;
}

/** Everything one source says of one school. */
export interface SchoolDelivery {
  readonly source: Extract<Source, 'aaf1d' | 'aaf2d'>;
  /** Names the batch in the facts' `actor` and in the trail. */
  readonly batch: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
  readonly school: DeliveredSchool;
  readonly subjects: readonly { readonly code: string; readonly label: string }[];
  readonly audiences: readonly DeliveredAudience[];
  readonly persons: readonly DeliveredPerson[];
  readonly facts: readonly DeliveredFact[];
  readonly levels?: readonly DeliveredLevel[];
  /** What those levels are in the national statistics, as far as the source says it. */
  readonly levelCodes?: readonly LevelCode[];
  /** External ids of persons whose own record could not be read: what is known from such records stays as it is. */
  readonly silent?: readonly string[];
  /** External ids of persons named and not delivered: a fact that names one holds only if the person is known already. */
  readonly strangers?: readonly string[];
  /** External ids, of strangers, that may be somebody else's by now: what is said of one stays so, and nothing more begins. */
  readonly doubted?: readonly string[];
}

export interface Applied {
  readonly school: string;
  readonly revision: number;
  readonly begun: number;
  readonly ended: number;
  /** External ids of the persons created, and of those changed. */
  readonly created: readonly string[];
  readonly changed: readonly string[];
  /** External ids of those for whom anything was written: the person, or a fact that names them. */
  readonly touched: readonly string[];
  /** Whether the school itself, its classes or its groups were written. */
  readonly schoolWritten: boolean;
  /** Codes of the subjects written. */
  readonly subjectsWritten: readonly string[];
  /** The levels whose code in the national statistics was written. */
  readonly levelsWritten: readonly string[];
}

/** The relations that a delivery is complete for: what it does not name, ends. */
export const deliveredRelations = [
  'attends',
  'enrolled',
  'guards',
  'post',
  'teaches',
  'leads',
  'heads',
  'deputises',
] as const satisfies readonly Relation[];

/**
 * Applies what a source says of one school, in one transaction: the school is wholly old or wholly new.
 * Facts of other sources are not touched, but to end what they say of those who teach there no more.
 * Saying the same again writes nothing.
 */
export async function applyDelivery(db: Db, delivery: SchoolDelivery): Promise<Applied> {
  return inTransaction(db, async (tx) => {
    const { at, source, batch, school } = delivery;
    await passGate(tx, 'delivery');
    await lockSchool(tx, school.uai);
    const { school: kept, written: schoolWritten } = await ensureSchool(tx, school);
    const year = schoolYearAt(at, kept.yearStart, kept.zone);
    const subjectsWritten = await ensureSubjects(tx, school.academy, delivery.subjects);
    const levelsWritten = await ensureLevelCodes(tx, school.academy, delivery.levelCodes ?? []);
    const withheld = await withheldAt(tx, school.uai);
    const persons = await ensurePersons(tx, delivery.persons, at, withheld);
    const audiences = await ensureAudiences(tx, school.uai, year, delivery.audiences);
    const strangers = await personsByExternalId(tx, school.academy, delivery.strangers ?? []);
    const endOfYear = schoolYear(year, kept.yearStart, kept.zone).to;
    const known = { persons: new Map([...strangers, ...persons.ids]), audiences: audiences.ids, endOfYear };
    const heard = await withoutDoubted(tx, await withoutWithheld(tx, delivery, withheld), known.persons);
    const said = factsSaid(heard, known);
    const unsaid = await factsOfSilent(tx, { ...delivery, uai: school.uai, academy: school.academy });
    const outcome = await replaceFacts(tx, {
      school: school.uai,
      at,
      source,
      actor: batch,
      relations: deliveredRelations,
      wanted: [...said, ...unsaid].filter(({ subject, object }) => !withheld.has(subject) && !withheld.has(object)),
    });
    await noteDelivered(
      tx,
      { school: school.uai, academy: school.academy, source },
      await guardiansIn(tx, heard, known),
    );
    const levelled = await noteLevels(tx, delivery, { persons: persons.ids, withheld });
    const leavers = await endTeachingOfLeavers(tx, { school: school.uai, at, actor: batch });
    const leaving = await endRightsOfLeavers(tx, { school: school.uai, at, actor: batch });
    const derived = await deriveLogbooks(tx, { school: school.uai, year, at, actor: batch, validTo: endOfYear });
    const written = outcome.begun + outcome.ended > 0 ? await changedAt(tx, school.uai, outcome.revision) : [];
    const arrived = written.filter(({ relation }) => relation === 'attends').map(({ subject }) => subject);
    const carried = await carryRestrictions(tx, { school: school.uai, at, actor: batch, arrived });
    const touched = new Set([...persons.created, ...persons.changed, ...levelled]);
    for (const id of await namedIn(tx, school, written, persons.ids)) touched.add(id);
    const applied = {
      school: school.uai,
      revision: Math.max(outcome.revision, leaving.revision, derived.revision, carried.revision),
      begun: outcome.begun + derived.begun + carried.begun,
      ended: outcome.ended + leavers.ended + leaving.ended + derived.ended,
      created: persons.created,
      changed: persons.changed,
      touched: [...touched],
      schoolWritten: schoolWritten || audiences.written > 0,
      subjectsWritten,
      levelsWritten,
    };
    if (outcome.begun + outcome.ended + touched.size > 0) await audit(tx, eventOf(delivery, applied));
    return applied;
  });
}

/** The facts of a delivery between keys. One that names a stranger whom nobody knows is left out. */
function factsSaid(
  { school, at, facts, strangers = [] }: SchoolDelivery,
  known: { persons: ReadonlyMap<string, string>; audiences: ReadonlyMap<string, string>; endOfYear: number },
): NewFact[] {
  const named = new Set(strangers);
  const isUnknown = (end: End) => 'person' in end && named.has(end.person) && !known.persons.has(end.person);
  const key = (end: End): string => {
    if ('school' in end) return school.uai;
    const found =
      'person' in end
        ? known.persons.get(end.person)
        : known.audiences.get('class' in end ? `class ${end.class}` : `group ${end.group}`);
    if (found === undefined)
      throw new Error(`a delivered fact names an end that is not delivered: ${JSON.stringify(end)}`);
    return found;
  };
  return facts
    .filter((fact) => !isUnknown(fact.subject) && !isUnknown(fact.object))
    .map(({ relation, subject, object, properties = {}, validFrom = at, validTo = known.endOfYear }) => ({
      relation,
      subject: key(subject),
      object: key(object),
      properties,
      validFrom,
      validTo,
    }));
}

/** Of guardians who may be others by now, only what is so already; what their other records say, they say. */
async function withoutDoubted(
  tx: Db,
  delivery: SchoolDelivery,
  persons: ReadonlyMap<string, string>,
): Promise<SchoolDelivery> {
  const { school, source, at, doubted = [] } = delivery;
  if (doubted.length === 0) return delivery;
  const live = await currentFacts(tx, { school: school.uai, relations: ['guards'], source, endingAfter: at });
  const present = new Set(live.map(({ subject, object }) => `${subject} ${object}`));
  const isNew = ({ subject, object }: DeliveredFact) =>
    'person' in subject &&
    doubted.includes(subject.person) &&
    !('person' in object && present.has(`${persons.get(subject.person)} ${persons.get(object.person)}`));
  return { ...delivery, facts: delivery.facts.filter((fact) => !isNew(fact)) };
}

/** What is not said through a record that is withheld, though its holder is not. */
async function withoutWithheld(
  tx: Db,
  delivery: SchoolDelivery,
  withheld: ReadonlySet<string>,
): Promise<SchoolDelivery> {
  if (withheld.size === 0) return delivery;
  const guardians = delivery.facts.flatMap(({ relation, subject }) =>
    relation === 'guards' && 'person' in subject ? [subject.person] : [],
  );
  const records = await recordsNamed(tx, delivery.school.academy, guardians);
  const isHeld = ({ relation, subject }: DeliveredFact) =>
    relation === 'guards' && 'person' in subject && withheld.has(records.get(subject.person) ?? '');
  return { ...delivery, facts: delivery.facts.filter((fact) => !isHeld(fact)) };
}

/** The guardians of a delivery by external id, and the pupils whose own record could not be read. */
async function guardiansIn(
  tx: Db,
  { school, facts, silent = [] }: SchoolDelivery,
  known: { persons: ReadonlyMap<string, string>; endOfYear: number },
): Promise<Parameters<typeof noteDelivered>[2]> {
  const guardians = facts.flatMap(({ relation, subject, object, validFrom, validTo = known.endOfYear }) => {
    if (relation !== 'guards' || !('person' in subject) || !('person' in object)) return [];
    const child = known.persons.get(object.person);
    return child === undefined ? [] : [{ guardian: subject.person, child, validFrom, validTo }];
  });
  return { guardians, silent: new Set((await personsByExternalId(tx, school.academy, silent)).values()) };
}

function eventOf({ at, batch, school }: SchoolDelivery, applied: Applied): AuditEvent {
  const { begun, ended, created, changed } = applied;
  return {
    at,
    event: 'directory.delivered',
    actor: batch,
    school: school.uai,
    details: { begun, ended, created: created.length, changed: changed.length },
  };
}

/** External ids of the persons with a live fact at a school, from one source: whom a delivery may see leave. */
export async function personsPresent(
  db: Db,
  where: { school: string; academy: string; source: Source; at: number; relations?: readonly Relation[] },
): Promise<string[]> {
  const { school, academy, source, at, relations = deliveredRelations } = where;
  const live = await currentFacts(db, { school, relations, source, endingAfter: at });
  const ids = await externalIdsAt(db, { academy, school }, [...new Set(live.flatMap(personsOf))]);
  return [...new Set(ids.values())];
}

/** External ids of the persons whom the records that could not be read this time keep at a school. */
export async function personsKept(db: Db, where: Silence): Promise<string[]> {
  const kept = await factsOfSilent(db, where);
  const at = { academy: where.academy, school: where.uai };
  return [...(await externalIdsAt(db, at, [...new Set(kept.flatMap(personsOf))])).values()];
}

interface Silence {
  readonly uai: string;
  readonly academy: string;
  readonly source: Source;
  readonly at: number;
  readonly silent?: readonly string[];
}

/** What stands from records that could not be read this time: a child's record speaks of its guardians. */
async function factsOfSilent(db: Db, { uai, academy, source, at, silent = [] }: Silence): Promise<Fact[]> {
  if (silent.length === 0) return [];
  const keys = new Set((await personsByExternalId(db, academy, silent)).values());
  const live = await currentFacts(db, { school: uai, relations: deliveredRelations, source, endingAfter: at });
  return live.filter((fact) => keys.has(fact.relation === 'guards' ? fact.object : fact.subject));
}

/** External ids of the persons whom facts name. */
async function namedIn(
  tx: Db,
  school: DeliveredSchool,
  facts: readonly Fact[],
  delivered: ReadonlyMap<string, string>,
): Promise<string[]> {
  const keys = new Set(facts.flatMap(personsOf));
  const named: string[] = [];
  for (const [externalId, key] of delivered) if (keys.delete(key)) named.push(externalId);
  const at = { academy: school.academy, school: school.uai };
  return [...named, ...(await externalIdsAt(tx, at, [...keys])).values()];
}

function personsOf({ relation, subject, object }: Fact): string[] {
  return relation === 'guards' ? [subject, object] : [subject];
}
