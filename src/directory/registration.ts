// A logbook that a module registers, kept by the teachers it names.
import { audit } from '../audit/audit.ts';
import { Refusal } from '../errors.ts';
import { schoolYear, schoolYearAt } from '../facts/calendar.ts';
import { changeFacts, currentFacts, type Fact, factsAbout, lockSchool, type NewFact } from '../facts/facts.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { findAudience } from './audiences.ts';
import { archiveLogbooks, ensureLogbook, type Logbook } from './logbooks.ts';
import { findSchool } from './schools.ts';

export interface Registration {
  readonly school: string;
  readonly audience: { readonly kind: 'class' | 'group'; readonly code: string };
  /** The code of a subject; empty when the audience is taught as a whole. */
  readonly subject: string;
  /** Keys of the persons who keep it: teachers of the school. */
  readonly owners: readonly string[];
  /** The module. */
  readonly client: string;
  /** The signed-in person whose act it is; none when the module does it by itself. */
  readonly by?: string | undefined;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

export interface Registered {
  readonly logbook: Logbook;
  readonly created: boolean;
  /** The school's revision, for who must see at least this. */
  readonly revision: number;
}

/**
 * Registers a logbook of this school year; there is one for an audience and a subject, so that saying it again gives
 * the same one. Its owners become those named, unless it is another's (it follows from teaching, or another module
 * registered it): then nothing changes. Refuses `unknown_class`, and `not_allowed` for an owner who does not teach there,
 * or for a person who takes what others keep.
 */
export async function registerLogbook(db: Db, registration: Registration): Promise<Registered> {
  return inTransaction(db, async (tx) => {
    const { client, at, subject, owners } = registration;
    const school = await findSchool(tx, registration.school);
    await lockSchool(tx, school.uai);
    const year = schoolYearAt(at, school.yearStart, school.zone);
    const audience = await findAudience(tx, { school: school.uai, year, ...registration.audience });
    for (const owner of owners) await requireTeacher(tx, owner, school.uai, at);
    const wanted = { school: school.uai, year, audience: audience.id, subject, client };
    const { logbook, created } = await ensureLogbook(tx, wanted, at);
    const validTo = schoolYear(year, school.yearStart, school.zone).to;
    const change = { school: school.uai, at, actor: client };
    const place = (relation: 'ofSchool' | 'audience', object: string): NewFact => ({
      relation,
      subject: logbook.id,
      object,
      validTo,
    });
    // what follows from the row itself is derived, as it is for every other logbook
    if (created)
      await changeFacts(tx, {
        ...change,
        source: 'derived',
        begin: [place('ofSchool', school.uai), place('audience', audience.id)],
      });
    const kept = await ownersToChange(tx, logbook, registration);
    const begin = kept.begin.map(
      (person): NewFact => ({ relation: 'owns', subject: person, object: logbook.id, validTo }),
    );
    const outcome = await changeFacts(tx, { ...change, source: 'module', begin, end: kept.end });
    const archived = await archiveLogbooks(tx, {
      ...change,
      year,
      source: 'module',
      kept: [...begin, ...(created ? [place('ofSchool', school.uai)] : [])],
    });
    if (created || outcome.begun + outcome.ended > 0)
      await audit(tx, {
        at,
        event: 'logbook.registered',
        actor: client,
        client,
        subject: logbook.id,
        school: school.uai,
        details: { created, begun: outcome.begun, ended: outcome.ended },
      });
    return { logbook, created, revision: Math.max(outcome.revision, archived.revision) };
  });
}

/** Who begins and who stops keeping a logbook; nobody when it is not this module's. */
async function ownersToChange(
  tx: Db,
  logbook: Logbook,
  { owners, client, by, at }: Registration,
): Promise<{ begin: string[]; end: Fact[] }> {
  if (logbook.client !== client) return { begin: [], end: [] };
  const present = await currentFacts(tx, {
    school: logbook.school,
    relations: ['owns'],
    source: 'module',
    object: logbook.id,
    endingAfter: at,
  });
  const named = new Set(owners);
  const before = new Set(present.map((fact) => fact.subject));
  if (by !== undefined && before.size > 0 && !before.has(by))
    throw new Refusal('not_allowed', 'expected a logbook that nobody keeps, or one of those who keep it');
  return {
    begin: [...named].filter((person) => !before.has(person)),
    end: present.filter((fact) => !named.has(fact.subject)),
  };
}

/** Refuses, with `not_allowed`, a person who is no teacher of the school today. */
export async function requireTeacher(db: Db, person: string, school: string, at: number): Promise<void> {
  const posts = await factsAbout(db, 'subject', person, at, ['post']);
  if (!posts.some((post) => post.object === school && post.school === school && isTeacher(post)))
    throw new Refusal('not_allowed', `expected a teacher of school \`${school}\``);
}

/** Whether a post is a teacher's. */
export function isTeacher({ properties }: Fact): boolean {
  return properties.function === 'teacher';
}
