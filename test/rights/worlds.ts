// Small random worlds: two schools whose facts overlap, contradict, end, begin later and are corrected.
import fc from 'fast-check';
import type { Relation } from '../../src/facts/catalogue.ts';
import { changeFacts, currentFacts, type Fact, type NewFact } from '../../src/facts/facts.ts';
import { type Db, inTransaction } from '../../src/storage/storage.ts';
import type { World } from './oracle.ts';

export const DAY = 86_400_000;
const START = Date.parse('2026-09-01T00:00:00Z');

/** Instants at which random facts begin and end, and those just around them. */
export const day = (count: number): number => START + count * DAY;

const PERSONS = 6;
const CLASSES = 2;
const GROUPS = 2;
const LOGBOOKS = 3;

interface Drawn {
  readonly relation: Relation;
  readonly subject: number;
  readonly object: number;
  readonly from: number;
  readonly length: number;
  /** Whether the fact is stored with the other school. */
  readonly astray: boolean;
  readonly direction: boolean;
}

export interface Step {
  readonly school: number;
  readonly at: number;
  readonly begin: readonly Drawn[];
  /** Which of the current facts to end, by their place. */
  readonly end: readonly number[];
}

const drawn = (relation: Relation): fc.Arbitrary<Drawn> =>
  fc.record({
    relation: fc.constant(relation),
    subject: fc.nat(5),
    object: fc.nat(5),
    from: fc.constantFrom(-3, -2, -1, 0, 0, 1, 2, 4, 6),
    length: fc.constantFrom(1, 3, 5, 7, 9, 11, 13),
    astray: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
    direction: fc.boolean(),
  });

const fact = fc.oneof(
  { weight: 9, arbitrary: drawn('enrolled') },
  { weight: 5, arbitrary: drawn('teaches') },
  { weight: 5, arbitrary: drawn('audience') },
  { weight: 4, arbitrary: drawn('ofSchool') },
  { weight: 2, arbitrary: drawn('guards') },
  { weight: 2, arbitrary: drawn('owns') },
  { weight: 1, arbitrary: drawn('heads') },
  { weight: 1, arbitrary: drawn('deputises') },
  { weight: 3, arbitrary: drawn('directs') },
  { weight: 4, arbitrary: drawn('post') },
  { weight: 1, arbitrary: drawn('attends') },
);

/** How a world comes to be: changes of one school or the other, in order. */
export const history: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    school: fc.integer({ min: 0, max: 4 }).map((one) => (one === 0 ? 1 : 0)),
    at: fc.constantFrom(0, 1, 2, 3, 4, 5, 6),
    begin: fc.array(fact, { minLength: 25, maxLength: 60, size: 'max' }),
    end: fc.array(fc.nat(50), { maxLength: 6 }),
  }),
  { minLength: 1, maxLength: 4, size: 'max' },
);

/** What a world is made of, by name; names are its own, so that worlds share a database without meeting. */
export interface Named {
  readonly schools: readonly string[];
  readonly persons: readonly string[];
  readonly logbooks: readonly string[];
}

export function namesOf(prefix: string): Named & { classes: string[]; groups: string[] } {
  const many = (letter: string, count: number) => Array.from({ length: count }, (_, one) => `${prefix}${letter}${one}`);
  return {
    schools: many('s', 2),
    persons: many('p', PERSONS),
    classes: many('c', CLASSES * 2),
    groups: many('g', GROUPS * 2),
    logbooks: many('l', LOGBOOKS * 2),
  };
}

/** Writes a world under a prefix, and gives back every row that was written. */
export async function build(db: Db, prefix: string, steps: readonly Step[]): Promise<World> {
  const names = namesOf(prefix);
  const at = (list: readonly string[], place: number, school: number): string => {
    const half = list.length / 2;
    return list[(place % half) + school * half]!;
  };
  await inTransaction(db, async (tx) => {
    await tx('school').insert(
      names.schools.map((uai) => ({
        uai,
        name: uai,
        kind: 'collège',
        degree: 2,
        siren: null,
        academy: '090',
        year_start: '08-15',
        zone: 'Europe/Paris',
      })),
    );
    const kinds = { class: names.classes, group: names.groups } as const;
    for (const kind of ['class', 'group'] as const)
      await tx('audience').insert(
        kinds[kind].map((id, place) => ({
          id,
          school: names.schools[place < kinds[kind].length / 2 ? 0 : 1],
          year: 2026,
          kind,
          code: id,
          label: id,
        })),
      );
    await tx('logbook').insert(
      names.logbooks.map((id, place) => ({
        id,
        school: names.schools[place < LOGBOOKS ? 0 : 1],
        year: 2026,
        audience: names.classes[0],
        subject: id,
        client: null,
        created_at: START,
      })),
    );
    for (const { school, at: instant, begin, end } of steps) {
      const uai = names.schools[school]!;
      const ends = (one: Drawn): { subject: string; object: string } => {
        const home = one.astray ? 1 - school : school;
        const audience = one.object % 2 === 0 ? names.classes : names.groups;
        const person = names.persons[one.subject]!;
        if (one.relation === 'enrolled' || one.relation === 'teaches')
          return { subject: person, object: at(audience, one.object >> 1, home) };
        if (one.relation === 'audience')
          return { subject: at(names.logbooks, one.subject, home), object: at(audience, one.object >> 1, home) };
        if (one.relation === 'ofSchool')
          return { subject: at(names.logbooks, one.subject, home), object: names.schools[home]! };
        if (one.relation === 'owns') return { subject: person, object: at(names.logbooks, one.object, home) };
        if (one.relation === 'guards') return { subject: person, object: names.persons[one.object]! };
        return { subject: person, object: names.schools[home]! };
      };
      const present = await currentFacts(tx, { school: uai });
      await changeFacts(tx, {
        school: uai,
        at: day(instant),
        source: 'local',
        actor: 'test',
        begin: begin.map(
          (one): NewFact => ({
            relation: one.relation,
            ...ends(one),
            properties: one.relation === 'post' ? { function: one.direction ? 'direction' : 'teacher' } : {},
            validFrom: day(one.from),
            validTo: day(one.from + one.length),
          }),
        ),
        end: [...new Set(end)].flatMap((place) => present[place] ?? []),
      });
    }
  });
  return read(db, names);
}

/** Reads back everything that a world holds. */
export async function read(db: Db, names: ReturnType<typeof namesOf>): Promise<World> {
  const rows = await db('fact').whereIn('school', names.schools).orderBy('id');
  const revisions = await db('fact_revision').whereIn('school', names.schools);
  return {
    facts: rows.map(
      (row): Fact => ({
        id: Number(row.id),
        school: row.school,
        relation: row.relation,
        subject: row.subject,
        object: row.object,
        validFrom: row.valid_from,
        validTo: row.valid_to,
        knownFrom: row.known_from,
        knownTo: row.known_to,
        source: row.source,
        actor: row.actor,
        properties: JSON.parse(row.properties),
      }),
    ),
    revisions: revisions.map(({ school, revision, at }) => ({ school, revision, at })),
    kinds: new Map([
      ...names.classes.map((id) => [id, 'class'] as const),
      ...names.groups.map((id) => [id, 'group'] as const),
    ]),
    logbooks: new Map(
      names.logbooks.map((id, place) => [id, { school: names.schools[place < LOGBOOKS ? 0 : 1]! }] as const),
    ),
  };
}
