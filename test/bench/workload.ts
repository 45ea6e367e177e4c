// The schools every figure on rights refers to: always the same, delivered through the directory's own door, and the
// right answer of every question known by how they are built.
import { applyDelivery, type DeliveredFact, type End, type SchoolDelivery } from '../../src/directory/directory.ts';
import { changeFacts, type NewFact } from '../../src/facts/facts.ts';
import type { Db } from '../../src/storage/storage.ts';

const PUPILS = 800;
const FAMILIES = 600;
const SECOND_CHILDREN = 200;
/** Second children of the first families go to the next school. */
const ELSEWHERE = 30;
const TEACHERS = 60;
const CLASSES = 30;
const SUBJECTS = 10;
const ACADEMY = '099';
/** In each school, half of them live and half of them ended; each lasts 40 days. */
const GRANTS = 20;
/** In each school, the last of them ended. */
const INSPECTIONS = 3;
const INSPECTORS = 100;
const DAY = 86_400_000;

export interface Check {
  readonly kind: string;
  readonly person: string;
  readonly action: 'read' | 'write';
  readonly logbook: string;
  readonly expected: boolean;
}

interface Pupil {
  readonly school: number;
  readonly class: number;
  readonly family: number;
  /** Where the family lives: its first child's school. */
  readonly home: number;
  readonly index: number;
}

/** What is asked, in percent: rights-engine.md, §8. */
const mix = [
  ['pupil, own class', 20],
  ['pupil, another class', 10],
  ['parent, own child', 20],
  ['parent, another class', 10],
  ['parent, in a second school', 5],
  ['owner writes', 5],
  ['team reads', 8],
  ['teacher outside the team', 5],
  ['head or deputy', 5],
  ['colleague, live', 3],
  ['colleague, ended', 2],
  ['inspector, live', 2],
  ['inspector, ended', 1],
  ['pupil writes', 2],
  ['stranger', 2],
] as const;

type Kind = (typeof mix)[number][0];

const hundred: readonly Kind[] = mix.flatMap(([kind, share]) => Array<Kind>(share).fill(kind));

export class Workload {
  readonly schools: number;
  readonly #pupils: Pupil[] = [];
  /** Key by external id, and key by school, class and subject; filled by `deliver`. */
  #persons = new Map<string, string>();
  #logbooks = new Map<string, string>();
  #schoolOf = new Map<string, string>();
  #random = seeded(1);
  /** The share of questions asked about the schools up to each, by Zipf's law with exponent 1.1. */
  #zipf: number[] = [];

  constructor(schools: number) {
    this.schools = schools;
    for (let home = 0; home < schools; home += 1)
      for (let index = 0; index < PUPILS; index += 1) {
        const second = index >= FAMILIES;
        const family = second ? index - FAMILIES : index;
        const away = second && family < ELSEWHERE;
        const school = away ? (home + 1) % schools : home;
        this.#pupils.push({ school, class: index % CLASSES, family, home, index });
      }
  }

  /** Delivers every school and learns the keys. Returns how many facts there are. */
  async deliver(db: Db, at: number): Promise<number> {
    for (let school = 0; school < this.schools; school += 1) await applyDelivery(db, this.#delivery(school, at));
    await this.learn(db);
    for (let school = 0; school < this.schools; school += 1)
      await changeFacts(db, {
        school: uai(school),
        at,
        source: 'local',
        actor: 'workload',
        begin: this.#opened(school, at),
      });
    const [counted] = await db('fact').count({ facts: '*' });
    return Number(counted?.facts);
  }

  /** Learns the keys of what was delivered before. */
  async learn(db: Db): Promise<void> {
    const persons = await db('external_identity').where('academy', ACADEMY).select('external_id', 'person');
    this.#persons = new Map(persons.map((row) => [row.external_id, row.person]));
    const logbooks = await db('logbook')
      .join('audience', 'audience.id', 'logbook.audience')
      .select('logbook.id', 'logbook.school', 'audience.code', 'logbook.subject');
    this.#logbooks = new Map(logbooks.map((row) => [`${row.school} ${row.code} ${row.subject}`, row.id]));
    this.#schoolOf = new Map(logbooks.map((row) => [row.id, row.school]));
  }

  /** The next question of the mix: about all schools alike, or about few of them mostly. */
  check(spread: 'uniform' | 'zipf' = 'uniform'): Check {
    const kind = hundred[this.#below(hundred.length)]!;
    return { kind, ...this.#question(kind, spread === 'zipf' ? this.#zipfSchool() : this.#below(this.schools)) };
  }

  /** A teacher and a logbook of their school that nothing opens to them. */
  closed(school: number): { school: string; person: string; logbook: string } {
    const klass = CLASSES - 1 - this.#below(5);
    const subject = this.#below(SUBJECTS);
    const person = this.#person(outsider(school, klass, this.#below(TEACHERS - SUBJECTS)));
    return { school: uai(school), person, logbook: this.#logbook(school, klass, subject) };
  }

  /** The school of a logbook. */
  schoolOf(logbook: string): string {
    return this.#schoolOf.get(logbook) ?? '';
  }

  /** Logbooks in the order in which a list tells them: by school, then by key. */
  bySchool(logbooks: readonly string[]): string[] {
    return logbooks
      .map((key) => ({ key, school: this.#schoolOf.get(key) ?? '' }))
      .sort((a, b) => (a.school === b.school ? (a.key < b.key ? -1 : 1) : a.school < b.school ? -1 : 1))
      .map(({ key }) => key);
  }

  /** A logbook of each school. */
  oneOfEach(): string[] {
    return range(this.schools).map((school) => this.#logbook(school, 0, 0));
  }

  /** A random parent and the keys of every logbook they read. */
  parentAndLogbooks(): { person: string; logbooks: Set<string> } {
    const family = { home: this.#below(this.schools), family: this.#below(FAMILIES) };
    const children = this.#childrenOf(family);
    const logbooks = children.flatMap((child) =>
      range(SUBJECTS).map((j) => this.#logbook(child.school, child.class, j)),
    );
    return { person: this.#parent(family), logbooks: new Set(logbooks) };
  }

  /** A random logbook and the keys of everyone who reads it. */
  logbookAndReaders(): { logbook: string; readers: Set<string> } {
    const school = this.#below(this.schools);
    const klass = this.#below(CLASSES);
    const readers = new Set([this.#person(`head${school}`), this.#person(`deputy${school}`)]);
    for (const subject of range(SUBJECTS)) readers.add(this.#person(`t${school}-${teacherOf(klass, subject)}`));
    for (const pupil of this.#pupilsAround(school, klass)) {
      readers.add(this.#person(nameOf(pupil)));
      for (const side of [0, 1]) readers.add(this.#person(parentName(pupil, side)));
    }
    const subject = this.#below(SUBJECTS);
    for (const { relation, place } of openings)
      if (isLive(relation, place) && place % CLASSES === klass && place % SUBJECTS === subject)
        readers.add(this.#person(relation === 'granted' ? colleague(school, place) : inspector(school, place)));
    return { logbook: this.#logbook(school, klass, subject), readers };
  }

  /** Keys of persons of the first school who can be given an account: pupils, parents and teachers. */
  somePersons(count: number): string[] {
    const names = range(count).map((n) => [`p0-${n}`, `g0-${n}-0`, `t0-${n % TEACHERS}`][n % 3] ?? '');
    return [...new Set(names)].map((name) => this.#person(name));
  }

  /** Everyone who can appear in a question. */
  everyone(): string[] {
    return [...this.#persons.values()];
  }

  #question(kind: Kind, home: number): Omit<Check, 'kind'> {
    const pupil = this.#pupils[home * PUPILS + this.#below(PUPILS)]!;
    const { school } = pupil;
    const subject = this.#below(SUBJECTS);
    const own = this.#logbook(school, pupil.class, subject);
    const other = this.#logbook(school, (pupil.class + 1 + this.#below(CLASSES - 1)) % CLASSES, subject);
    const outside = this.#below(TEACHERS - SUBJECTS);
    const read = (who: string, logbook: string, expected: boolean) =>
      ({ person: this.#person(who), action: 'read', logbook, expected }) as const;
    const write = (who: string, expected: boolean) => ({ ...read(who, own, expected), action: 'write' }) as const;
    switch (kind) {
      case 'pupil, own class':
        return read(nameOf(pupil), own, true);
      case 'pupil, another class':
        return read(nameOf(pupil), other, false);
      case 'parent, own child':
        return read(parentName(pupil, this.#below(2)), own, true);
      case 'parent, another class':
        return read(parentName(pupil, this.#below(2)), other, this.#familyReaches(pupil, other, subject));
      case 'parent, in a second school':
        return this.#acrossSchools(home, subject);
      case 'owner writes':
        return write(`t${school}-${teacherOf(pupil.class, subject)}`, true);
      case 'team reads':
        return read(`t${school}-${teacherOf(pupil.class, this.#below(SUBJECTS))}`, own, true);
      case 'teacher outside the team':
        return read(outsider(school, pupil.class, outside), own, isOpened(pupil.class, subject, outside));
      case 'head or deputy':
        return read(`${this.#below(2) ? 'head' : 'deputy'}${school}`, own, true);
      case 'colleague, live':
        return this.#opening(school, 'granted', this.#below(GRANTS / 2));
      case 'colleague, ended':
        return this.#opening(school, 'granted', GRANTS / 2 + this.#below(GRANTS / 2));
      case 'inspector, live':
        return this.#opening(school, 'inspects', this.#below(INSPECTIONS - 1));
      case 'inspector, ended':
        return this.#opening(school, 'inspects', INSPECTIONS - 1);
      case 'pupil writes':
        return write(nameOf(pupil), false);
      case 'stranger':
        return read(`p${(school + 2) % this.schools}-${this.#below(FAMILIES)}`, own, false);
    }
  }

  #opening(school: number, relation: Opening, place: number): Omit<Check, 'kind'> {
    const who = relation === 'granted' ? colleague(school, place) : inspector(school, place);
    const logbook = this.#logbook(school, place % CLASSES, place % SUBJECTS);
    return { person: this.#person(who), action: 'read', logbook, expected: isLive(relation, place) };
  }

  #acrossSchools(home: number, subject: number): Omit<Check, 'kind'> {
    const family = { home, family: this.#below(ELSEWHERE) };
    const child = this.#childrenOf(family)[1]!;
    const logbook = this.#logbook(child.school, child.class, subject);
    return { person: this.#parent(family), action: 'read', logbook, expected: true };
  }

  /** Whether another class of the same school is a brother's or a sister's. */
  #familyReaches(pupil: Pupil, logbook: string, subject: number): boolean {
    return this.#childrenOf(pupil).some((child) => this.#logbook(child.school, child.class, subject) === logbook);
  }

  #childrenOf({ home, family }: { home: number; family: number }): Pupil[] {
    const from = home * PUPILS;
    const children = [this.#pupils[from + family]!];
    if (family < SECOND_CHILDREN) children.push(this.#pupils[from + FAMILIES + family]!);
    return children;
  }

  /** Pupils of a class come from the school's own families and from those of the school before. */
  #pupilsAround(school: number, klass: number): Pupil[] {
    const before = (school + this.schools - 1) % this.schools;
    return [...new Set([school, before])]
      .flatMap((home) => this.#pupils.slice(home * PUPILS, (home + 1) * PUPILS))
      .filter((pupil) => pupil.school === school && pupil.class === klass);
  }

  #parent({ home, family }: { home: number; family: number }): string {
    return this.#person(`g${home}-${family}-${this.#below(2)}`);
  }

  #person(name: string): string {
    const key = this.#persons.get(name);
    if (!key) throw new Error(`the workload has no person ${name}`);
    return key;
  }

  #logbook(school: number, klass: number, subject: number): string {
    const key = this.#logbooks.get(`${uai(school)} C${klass} S${subject}`);
    if (!key) throw new Error(`the workload has no logbook of class ${klass} in school ${school}`);
    return key;
  }

  #zipfSchool(): number {
    if (this.#zipf.length === 0) {
      let sum = 0;
      for (let school = 1; school <= this.schools; school += 1) {
        sum += school ** -1.1;
        this.#zipf.push(sum);
      }
    }
    const drawn = this.#random() * this.#zipf.at(-1)!;
    let [low, high] = [0, this.schools - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#zipf[middle]! <= drawn) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** What the head of a school has validated, and what inspections were approved there. */
  #opened(school: number, at: number): NewFact[] {
    return openings.map(({ relation, place }) => {
      const from = at - (isLive(relation, place) ? 20 : 50) * DAY;
      const who = relation === 'granted' ? colleague(school, place) : inspector(school, place);
      const logbook = this.#logbook(school, place % CLASSES, place % SUBJECTS);
      return { relation, subject: this.#person(who), object: logbook, validFrom: from, validTo: from + 40 * DAY };
    });
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #delivery(school: number, at: number): SchoolDelivery {
    const pupils = this.#pupils.filter((pupil) => pupil.school === school);
    const parents = [...new Set(pupils.flatMap((pupil) => [parentName(pupil, 0), parentName(pupil, 1)]))];
    const teachers = range(TEACHERS).map((t) => `t${school}-${t}`);
    const here: End = { school: true };
    const facts: DeliveredFact[] = [
      { relation: 'heads', subject: { person: `head${school}` }, object: here },
      { relation: 'deputises', subject: { person: `deputy${school}` }, object: here },
    ];
    for (const teacher of teachers)
      facts.push({ relation: 'post', subject: { person: teacher }, object: here, properties: { function: 'teacher' } });
    for (const klass of range(CLASSES))
      for (const subject of range(SUBJECTS)) {
        const person = `t${school}-${teacherOf(klass, subject)}`;
        const properties = { subject: `S${subject}` };
        facts.push({ relation: 'teaches', subject: { person }, object: { class: `C${klass}` }, properties });
      }
    for (const pupil of pupils) {
      const subject = { person: nameOf(pupil) };
      facts.push({ relation: 'attends', subject, object: here });
      facts.push({ relation: 'enrolled', subject, object: { class: `C${pupil.class}` } });
      for (const side of [0, 1])
        facts.push({ relation: 'guards', subject: { person: parentName(pupil, side) }, object: subject });
    }
    const inspectors = school === 0 ? range(INSPECTORS).map((number) => `i${number}`) : [];
    const names = [`head${school}`, `deputy${school}`, ...teachers, ...pupils.map(nameOf), ...parents, ...inspectors];
    return {
      source: 'aaf2d',
      batch: 'workload',
      at,
      school: { uai: uai(school), name: `Collège ${school}`, kind: 'collège', degree: 2, academy: ACADEMY },
      subjects: range(SUBJECTS).map((subject) => ({ code: `S${subject}`, label: `Matière ${subject}` })),
      audiences: range(CLASSES).map((klass) => ({ kind: 'class', code: `C${klass}`, label: `Classe ${klass}` })),
      persons: names.map((name) => ({ academy: ACADEMY, externalId: name, givenName: name, familyName: 'Invention' })),
      facts,
    };
  }
}

export function uai(school: number): string {
  return `099${String(school).padStart(4, '0')}A`;
}

function teacherOf(klass: number, subject: number): number {
  return (klass * SUBJECTS + subject) % TEACHERS;
}

/** A teacher who is not of the team of a class: the team is ten teachers who follow each other. */
function outsider(school: number, klass: number, place: number): string {
  return `t${school}-${(klass * SUBJECTS + SUBJECTS + place) % TEACHERS}`;
}

type Opening = 'granted' | 'inspects';

/** The logbook of class and subject `place`, opened to one person, in each school. */
const openings: readonly { relation: Opening; place: number }[] = [
  ...range(GRANTS).map((place) => ({ relation: 'granted' as const, place })),
  ...range(INSPECTIONS).map((place) => ({ relation: 'inspects' as const, place })),
];

function colleague(school: number, place: number): string {
  return outsider(school, place % CLASSES, place);
}

function inspector(school: number, place: number): string {
  return `i${(school * INSPECTIONS + place) % INSPECTORS}`;
}

function isLive(relation: Opening, place: number): boolean {
  return relation === 'granted' ? place < GRANTS / 2 : place < INSPECTIONS - 1;
}

/** Whether a logbook is open to a teacher outside the team. */
function isOpened(klass: number, subject: number, outside: number): boolean {
  return openings.some(
    ({ relation, place }) =>
      relation === 'granted' &&
      isLive(relation, place) &&
      place % CLASSES === klass &&
      place % SUBJECTS === subject &&
      place === outside,
  );
}

function nameOf(pupil: Pupil): string {
  return `p${pupil.home}-${pupil.index}`;
}

function parentName(pupil: Pupil, side: number): string {
  return `g${pupil.home}-${pupil.family}-${side}`;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Mulberry32: the same numbers at every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
