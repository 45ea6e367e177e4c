// Persons, schools, classes, groups, subjects and logbooks; and the one way in for a delivery of changes.
import { audit } from '../audit/audit.ts';
import { schoolYear, schoolYearAt } from '../facts/calendar.ts';
import type { Relation, Source } from '../facts/catalogue.ts';
import { type NewFact, type Properties, replaceFacts } from '../facts/facts.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { ensureAudiences } from './audiences.ts';
import { deriveLogbooks } from './logbooks.ts';
import { ensurePersons } from './persons.ts';
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
}

export interface Applied {
  readonly school: string;
  readonly revision: number;
  readonly begun: number;
  readonly ended: number;
  readonly personsCreated: number;
  readonly personsChanged: number;
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
 * Facts of other sources are not touched. Saying the same again writes nothing.
 */
export async function applyDelivery(db: Db, delivery: SchoolDelivery): Promise<Applied> {
  return inTransaction(db, async (tx) => {
    const { at, source, batch, school } = delivery;
    const kept = await ensureSchool(tx, school);
    const year = schoolYearAt(at, kept.yearStart, kept.zone);
    await ensureSubjects(tx, school.academy, delivery.subjects);
    const persons = await ensurePersons(tx, delivery.persons, at);
    const audiences = await ensureAudiences(tx, school.uai, year, delivery.audiences);
    const key = (end: End): string => {
      if ('school' in end) return school.uai;
      const found =
        'person' in end
          ? persons.ids.get(end.person)
          : audiences.get('class' in end ? `class ${end.class}` : `group ${end.group}`);
      if (found === undefined)
        throw new Error(`a delivered fact names an end that is not delivered: ${JSON.stringify(end)}`);
      return found;
    };
    const endOfYear = schoolYear(year, kept.yearStart, kept.zone).to;
    const wanted = delivery.facts.map(
      (fact): NewFact => ({
        relation: fact.relation,
        subject: key(fact.subject),
        object: key(fact.object),
        properties: fact.properties ?? {},
        validFrom: fact.validFrom ?? at,
        validTo: fact.validTo ?? endOfYear,
      }),
    );
    const outcome = await replaceFacts(tx, {
      school: school.uai,
      at,
      source,
      actor: batch,
      relations: deliveredRelations,
      wanted,
    });
    const leavers = await endTeachingOfLeavers(tx, { school: school.uai, at, actor: batch });
    const derived = await deriveLogbooks(tx, { school: school.uai, year, at, actor: batch, validTo: endOfYear });
    const applied = {
      school: school.uai,
      revision: Math.max(outcome.revision, derived.revision),
      begun: outcome.begun + derived.begun,
      ended: outcome.ended + leavers.ended + derived.ended,
      personsCreated: persons.created,
      personsChanged: persons.changed,
    };
    if (outcome.begun + outcome.ended + persons.created + persons.changed > 0)
      await audit(tx, {
        at,
        event: 'directory.delivered',
        actor: batch,
        school: school.uai,
        details: { begun: applied.begun, ended: applied.ended, created: persons.created, changed: persons.changed },
      });
    return applied;
  });
}
