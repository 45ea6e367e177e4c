// Gathers everything an export says of one school into the delivery that the directory applies.
import type { DeliveredAudience, DeliveredFact, DeliveredPerson, End, SchoolDelivery } from '../directory/directory.ts';
import type { LevelCode } from '../directory/level-codes.ts';
import type { DeliveredLevel } from '../directory/levels.ts';
import { dayAfter, schoolYear, schoolYearAt, startOfDay } from '../facts/calendar.ts';
import type { LevelBody, PersonBody, Place, PupilBody, SchoolBody, StaffBody, SubjectBody } from './aaf/bodies.ts';
import { functionsOf } from './aaf/functions.ts';
import type { StagedRecord, Staging } from './staging.ts';

/** What is the same for every school of a batch. */
export interface Batch {
  readonly id: string;
  readonly source: SchoolDelivery['source'];
  readonly degree: 1 | 2;
  /** Three digits. */
  readonly academy: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
  /** Good schools by their id in the export. */
  readonly schools: ReadonlyMap<string, SchoolBody>;
  readonly subjects: ReadonlyMap<string, SubjectBody>;
  /** Levels by their MEF. */
  readonly levels: ReadonlyMap<string, LevelBody>;
  /** Ids of the subjects whose record was set aside: taught as before, under the label they had. */
  readonly silentSubjects: ReadonlySet<string>;
}

export interface Gathered {
  readonly delivery: SchoolDelivery;
  /** External ids by category, of those the delivery speaks of. */
  readonly pupils: readonly string[];
  readonly relatives: readonly string[];
  readonly staff: readonly string[];
  /** Writes down what was found wrong on the way; call it once per school. */
  readonly note: () => void;
}

/** The delivery of one school, by its id in the export. */
export async function gather(staging: Staging, batch: Batch, id: string): Promise<Gathered> {
  const school = batch.schools.get(id);
  if (!school) throw new Error(`a school that is not in the export: ${id}`);
  const work = new Work(staging, batch, id);
  await work.pupils();
  await work.staff();
  return work.result(school);
}

const SCHOOL: End = { school: true };

/** Days, YYYY-MM-DD, the last one inside. */
interface Stay {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

class Work {
  readonly #staging: Staging;
  readonly #batch: Batch;
  readonly #id: string;
  readonly #year: { from: number; to: number };
  readonly #audiences = new Map<string, DeliveredAudience>();
  readonly #persons = new Map<string, DeliveredPerson>();
  readonly #facts: DeliveredFact[] = [];
  readonly #levels: DeliveredLevel[] = [];
  readonly #levelCodes = new Map<string, LevelCode>();
  readonly #subjects = new Map<string, string>();
  readonly #problems: (() => void)[] = [];
  readonly #kinds = { pupils: [] as string[], relatives: [] as string[], staff: [] as string[] };
  readonly #days = new Map<string, number>();
  #strangers: readonly string[] = [];

  constructor(staging: Staging, batch: Batch, id: string) {
    this.#staging = staging;
    this.#batch = batch;
    this.#id = id;
    this.#year = schoolYear(schoolYearAt(batch.at));
    const { classes, groups } = batch.schools.get(id) ?? { classes: [], groups: [] };
    for (const [code, label] of classes) this.#audience('class', code, label);
    for (const [code, label] of groups) this.#audience('group', code, label);
  }

  async pupils(): Promise<void> {
    const children = new Map<string, StagedRecord<PupilBody>[]>();
    for (const record of await this.#staging.inSchool<PupilBody>('Eleve', this.#id)) {
      if (!this.#pupil(record)) continue;
      for (const guardian of new Set(record.body.guardians))
        children.set(guardian, [...(children.get(guardian) ?? []), record]);
    }
    const named = [...children.keys()];
    const known = await this.#staging.byId<PersonBody>('PersRelEleve', named);
    for (const record of known) {
      this.#person(record, 'relatives');
      for (const child of children.get(record.id) ?? []) this.#guards(record.id, child);
      children.delete(record.id);
    }
    await this.#absent(children);
  }

  /** The guardians without a good record: who is known already is a guardian all the same, the pupil's record says so. */
  async #absent(children: ReadonlyMap<string, readonly StagedRecord<PupilBody>[]>): Promise<void> {
    this.#strangers = [...children.keys()];
    const quarantined = new Set(await this.#staging.quarantinedAmong(this.#strangers));
    const attribute = this.#batch.degree === 1 ? 'ENTEleveAutoriteParentale' : 'ENTElevePersRelEleve';
    for (const [guardian, of] of children)
      for (const child of of) {
        this.#guards(guardian, child);
        if (!quarantined.has(guardian)) this.#note('UNKNOWN_RELATIVE', attribute, 'Eleve', child);
      }
  }

  async staff(): Promise<void> {
    for (const record of await this.#staging.inSchool<StaffBody>('PersEducNat', this.#id)) {
      const facts = this.#staffFacts(record);
      if (facts.length === 0) continue;
      this.#person(record, 'staff');
      this.#facts.push(...facts);
    }
  }

  result(school: SchoolBody): Gathered {
    const { source, id: batch, academy, at, degree } = this.#batch;
    const { uai, name, kind, siren } = school;
    return {
      delivery: {
        source,
        batch,
        at,
        school: { uai, name, kind, siren, degree, academy },
        subjects: [...this.#subjects].map(([code, label]) => ({ code, label })),
        audiences: [...this.#audiences.values()],
        persons: [...this.#persons.values()],
        facts: this.#facts,
        levels: this.#levels,
        levelCodes: [...this.#levelCodes.values()],
        strangers: this.#strangers,
      },
      ...this.#kinds,
      note: () => {
        for (const note of this.#problems) note();
      },
    };
  }

  /** A pupil's places at this school; false when the pupil is here no more. */
  #pupil(record: StagedRecord<PupilBody>): boolean {
    const { body } = record;
    const places = body.places.filter((place) => place.school === this.#id);
    if (body.school !== this.#id && places.length === 0) return false;
    const stay = this.#stay(body);
    const own = this.#during(stay);
    if (!own) return false;
    this.#person(record, 'pupils');
    if (body.level) this.#level(record.id, body.level);
    const subject = { person: record.id };
    this.#facts.push({ relation: 'attends', subject, object: SCHOOL, ...own });
    for (const place of places) {
      const time = this.#during({ from: later(place.from, stay.from), to: sooner(place.to, stay.to) });
      if (time) this.#facts.push({ relation: 'enrolled', subject, object: this.#place(place), ...time });
    }
    return true;
  }

  #level(person: string, level: NonNullable<PupilBody['level']>): void {
    this.#levels.push({ person, ...level });
    const stat = this.#batch.levels.get(level.code)?.stat;
    if (stat !== undefined) this.#levelCodes.set(level.code, { code: level.code, stat });
  }

  /** The days of coming and leaving are those of the school that the pupil is attached to, and of no other. */
  #stay(body: PupilBody): Stay {
    return body.school === this.#id ? body : {};
  }

  /** A guardian is one for as long as the child is at the school. */
  #guards(guardian: string, { id, body }: StagedRecord<PupilBody>): void {
    const time = this.#during(this.#stay(body));
    if (time) this.#facts.push({ relation: 'guards', subject: { person: guardian }, object: { person: id }, ...time });
  }

  #staffFacts(record: StagedRecord<StaffBody>): DeliveredFact[] {
    const { body } = record;
    const subject = { person: record.id };
    const facts: DeliveredFact[] = [];
    const held = new Set(
      body.posts
        .filter((one) => one.school === this.#id)
        .flatMap((one) => functionsOf(this.#batch.degree, one.code, one.poste)),
    );
    const first = this.#batch.degree === 1;
    if (first && body.directs.includes(this.#id)) held.add('teacher').add('direction');
    if (first && held.size === 0 && body.teacher && body.managedBy.includes(this.#id)) held.add('teacher');
    if (!first) {
      facts.push(...this.#services(record));
      // who teaches here is a teacher here, a replacement without a post too
      if (facts.length > 0) held.add('teacher');
      if (held.has('head')) facts.push({ relation: 'heads', subject, object: SCHOOL });
      if (held.has('deputy')) facts.push({ relation: 'deputises', subject, object: SCHOOL });
    }
    for (const name of held) facts.push({ relation: 'post', subject, object: SCHOOL, properties: { function: name } });
    return facts;
  }

  #services(record: StagedRecord<StaffBody>): DeliveredFact[] {
    const facts: DeliveredFact[] = [];
    const subject = { person: record.id };
    for (const { kind, school, code, subject: taught } of record.body.services) {
      if (school !== this.#id) continue;
      const label = taught === undefined ? undefined : this.#batch.subjects.get(taught)?.label;
      if (taught !== undefined && label === undefined && !this.#batch.silentSubjects.has(taught)) {
        const attribute = kind === 'class' ? 'ENTAuxEnsClassesMatieres' : 'ENTAuxEnsGroupesMatieres';
        this.#note('UNKNOWN_SUBJECT', attribute, 'PersEducNat', record);
        continue;
      }
      if (taught !== undefined && label !== undefined) this.#subjects.set(taught, label);
      const properties = taught === undefined ? {} : { subject: taught };
      facts.push({ relation: 'teaches', subject, object: this.#audience(kind, code), properties });
    }
    for (const { school, code } of record.body.leads)
      if (school === this.#id) facts.push({ relation: 'leads', subject, object: this.#audience('class', code) });
    return facts;
  }

  #place({ kind, code, label }: Place): End {
    return this.#audience(kind, code, label);
  }

  /** Classes are known by what the school declares and by who is in them; a label is better than a code. */
  #audience(kind: 'class' | 'group', code: string, label = ''): End {
    const name = `${kind} ${code}`;
    const before = this.#audiences.get(name);
    if (!before || (before.label === code && label !== ''))
      this.#audiences.set(name, { kind, code, label: label || code });
    return kind === 'class' ? { class: code } : { group: code };
  }

  #person({ id, body }: StagedRecord<PersonBody>, kind: 'pupils' | 'relatives' | 'staff'): void {
    this.#kinds[kind].push(id);
    const { givenName, familyName, birthDate, email, civility } = body;
    const { academy } = this.#batch;
    this.#persons.set(id, { academy, externalId: id, givenName, familyName, birthDate, email, civility });
  }

  /** The part of a stay that falls in this school year; nothing when it is over. Days are whole, the last one inside. */
  #during(stay: Stay): { validFrom?: number; validTo?: number } | undefined {
    const { from: begin, to: end } = this.#year;
    const from = stay.from === undefined ? undefined : Math.max(this.#start(stay.from), begin);
    const to = stay.to === undefined ? end : Math.min(this.#start(dayAfter(stay.to)), end);
    if (to <= this.#batch.at || (from !== undefined && from >= to)) return undefined;
    return { ...(from === undefined ? {} : { validFrom: from }), ...(stay.to === undefined ? {} : { validTo: to }) };
  }

  /** Pupils come in and leave on few different days, and time zones are slow. */
  #start(day: string): number {
    const instant = this.#days.get(day) ?? startOfDay(day);
    this.#days.set(day, instant);
    return instant;
  }

  #note(
    code: 'UNKNOWN_RELATIVE' | 'UNKNOWN_SUBJECT',
    attribute: string,
    category: 'Eleve' | 'PersEducNat',
    { id, file, line }: StagedRecord<unknown>,
  ): void {
    this.#problems.push(() => this.#staging.note({ code, attribute }, { category, id, file, line }));
  }
}

function later(one: string | undefined, other: string | undefined): string | undefined {
  return one === undefined || (other !== undefined && other > one) ? other : one;
}

function sooner(one: string | undefined, other: string | undefined): string | undefined {
  return one === undefined || (other !== undefined && other < one) ? other : one;
}
