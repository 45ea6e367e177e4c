// Where an inspector may ask, and who may approve in first degree: recorded by the operator, for the school year at most.

import { findPerson } from '../directory/persons.ts';
import { listSchools } from '../directory/schools.ts';
import { subjectLabels } from '../directory/subjects.ts';
import { Refusal } from '../errors.ts';
import { changeFacts, currentFacts, type Fact, lockSchool, type NewFact } from '../facts/facts.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { type Act, auditAct } from './acts.ts';
import { datesWithinYear, type Wished } from './dates.ts';
import { endInquiriesOf } from './inquiries.ts';
import { endInspectionsOf } from './inspections.ts';

export interface Territory extends Act, Wished {
  readonly person: string;
  /** UAIs. */
  readonly schools: readonly string[];
  /** The code of a subject; empty for all. */
  readonly specialty: string;
}

/** How many schools were written. */
export interface Written {
  readonly schools: readonly string[];
}

/**
 * An inspector may ask about these schools, for a subject or for all. Saying it again with other dates replaces them;
 * what was approved and would outlive a sooner end is ended, and all of it where the territory begins anew only later.
 * Refuses `unknown_school`, `unknown_subject`, `dates_refused`.
 */
export async function recordTerritory(db: Db, asked: Territory): Promise<Written> {
  return inTransaction(db, async (tx) => {
    const { person, specialty, at } = asked;
    await findPerson(tx, person);
    const written: string[] = [];
    for (const school of await heldSchools(tx, asked.schools)) {
      await requireSubject(tx, school, specialty);
      const dates = await datesWithinYear(tx, school, asked, at);
      const live = await territoriesOf(tx, person, school, at);
      const before = live.filter(({ properties }) => properties.specialty === specialty);
      const fact: NewFact = {
        relation: 'territory',
        subject: person,
        object: school,
        properties: { specialty },
        ...dates,
      };
      if (!(await replaced(tx, school, asked, before, fact))) continue;
      written.push(school);
      const interrupted = dates.validFrom > at && before.some(({ validFrom }) => validFrom <= at);
      if (!interrupted && before.every(({ validTo }) => validTo <= dates.validTo)) continue;
      // what was approved under the one that was longer, or that went on, is asked for again
      const lastingPast = dates.validTo;
      await endInspectionsOf(tx, { ...asked, inspector: person, school, ...(!interrupted && { lastingPast }) });
      await endInquiriesOf(tx, { ...asked, asker: person, school, lastingPast });
    }
    for (const school of written) await auditAct(tx, asked, { event: 'territory.recorded', subject: person, school });
    return { schools: written };
  });
}

/** An inspector may ask no more about these schools; what was approved there ends too. Refuses `nothing_to_end`. */
export async function endTerritory(db: Db, asked: Omit<Territory, 'specialty' | keyof Wished>): Promise<Written> {
  return inTransaction(db, async (tx) => {
    const { person, at, by } = asked;
    const ended: string[] = [];
    for (const school of await heldSchools(tx, asked.schools)) {
      const end = await territoriesOf(tx, person, school, at);
      if (end.length === 0) continue;
      await changeFacts(tx, { school, at, source: 'local', actor: by, end });
      await endInspectionsOf(tx, { ...asked, inspector: person, school });
      await endInquiriesOf(tx, { ...asked, asker: person, school });
      ended.push(school);
    }
    if (ended.length === 0) throw new Refusal('nothing_to_end', 'expected a territory that is recorded and not ended');
    for (const school of ended) await auditAct(tx, asked, { event: 'territory.ended', subject: person, school });
    return { schools: ended };
  });
}

export interface Authority extends Act, Wished {
  readonly person: string;
  readonly school: string;
  /** The reference of the DASEN's decision. */
  readonly decision: string;
}

/** The DASEN's designate approves inspections in a school of the first degree (C19). Refuses `decision_missing`. */
export async function recordAuthority(db: Db, asked: Authority): Promise<Written> {
  return inTransaction(db, async (tx) => {
    const { person, school, at } = asked;
    const decision = asked.decision.trim();
    if (decision === '' || decision.length > 200)
      throw new Refusal('decision_missing', 'expected the reference of the decision, 1 to 200 characters');
    const [held] = await heldSchools(tx, [school]);
    const [{ degree } = { degree: 2 }] = await listSchools(tx, [held!]);
    if (degree !== 1)
      throw new Refusal('not_allowed', `in school \`${school}\` the head approves: expected first degree`);
    await findPerson(tx, person);
    const dates = await datesWithinYear(tx, school, asked, at);
    const live = await authoritiesOf(tx, person, school, at);
    const fact: NewFact = {
      relation: 'authority',
      subject: person,
      object: school,
      properties: { decision },
      ...dates,
    };
    if (!(await replaced(tx, school, asked, live, fact))) return { schools: [] };
    await auditAct(tx, asked, { event: 'authority.recorded', subject: person, school });
    return { schools: [school] };
  });
}

/** Ends it at once; what was approved goes on to its end, but for what they had asked themselves. Refuses `nothing_to_end`. */
export async function endAuthority(db: Db, asked: Omit<Authority, 'decision' | keyof Wished>): Promise<Written> {
  return inTransaction(db, async (tx) => {
    const { person, school, at, by } = asked;
    await heldSchools(tx, [school]);
    const end = await authoritiesOf(tx, person, school, at);
    if (end.length === 0) throw new Refusal('nothing_to_end', 'expected an authority that is recorded and not ended');
    await changeFacts(tx, { school, at, source: 'local', actor: by, end });
    await endInquiriesOf(tx, { ...asked, asker: person, school });
    await auditAct(tx, asked, { event: 'authority.ended', subject: person, school });
    return { schools: [school] };
  });
}

async function heldSchools(tx: Db, uais: readonly string[]): Promise<string[]> {
  const wanted = [...new Set(uais)].sort();
  const known = new Set((await listSchools(tx, wanted)).map(({ uai }) => uai));
  const stranger = wanted.find((uai) => !known.has(uai));
  if (wanted.length === 0 || stranger !== undefined)
    throw new Refusal('unknown_school', `no school has the UAI \`${stranger ?? ''}\``, { uai: stranger ?? '' });
  for (const uai of wanted) await lockSchool(tx, uai);
  return wanted;
}

async function requireSubject(tx: Db, school: string, code: string): Promise<void> {
  if (code === '') return;
  const [found] = await listSchools(tx, [school]);
  const labels = await subjectLabels(tx, found!.academy, [code]);
  if (!labels.has(code)) throw new Refusal('unknown_subject', `no subject of the academy has the code \`${code}\``);
}

/** Puts a fact in the place of those before, unless one of them says it already. */
async function replaced(
  tx: Db,
  school: string,
  { by, at }: Act,
  before: readonly Fact[],
  fact: NewFact,
): Promise<boolean> {
  const same = before.find(
    (one) =>
      one.validTo === fact.validTo &&
      Math.max(one.validFrom, at) === fact.validFrom &&
      JSON.stringify(one.properties) === JSON.stringify(fact.properties),
  );
  if (same && before.length === 1) return false;
  await changeFacts(tx, { school, at, source: 'local', actor: by, begin: [fact], end: before });
  return true;
}

function territoriesOf(tx: Db, subject: string, school: string, at: number): Promise<Fact[]> {
  return currentFacts(tx, { school, relations: ['territory'], subject, endingAfter: at });
}

function authoritiesOf(tx: Db, subject: string, school: string, at: number): Promise<Fact[]> {
  return currentFacts(tx, { school, relations: ['authority'], subject, endingAfter: at });
}
