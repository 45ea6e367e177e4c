// Every word of the policy counts: drop a rule, a restriction, a path or a step, turn one round, name another relation or
// property, widen or narrow what a restriction closes, flip a bound, and some world notices.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue, isReflexive, type Relation } from '../../src/facts/catalogue.ts';
import type { Path, Property, Question, Reached, Step } from '../../src/facts/paths.ts';
import type { ActionRules, Forbid, Rule } from '../../src/rights/path.ts';
import { policy, rulesOf } from '../../src/rights/policy.ts';
import { verdictOn, type WrittenQuestion, writeRules } from '../../src/rights/questions.ts';
import { type Action, actionsOf, type ResourceType } from '../../src/rights/rights.ts';
import { openStatements, type Statements } from '../../src/storage/statements.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { decide, liveFacts } from './oracle.ts';
import { day, drawWorlds, edgeWorlds, plainWorlds, worldUnder, writeWorlds } from './worlds.ts';

const WORLDS = 200;
const AT = day(2);

const questions = (Object.keys(policy) as ResourceType[]).flatMap((type) =>
  actionsOf(type).map((action: Action) => ({ type, action, rules: rulesOf(type, action) })),
);

interface Mutant {
  readonly name: string;
  /** The rule or the restriction that is no longer what it was. */
  readonly of: string;
  readonly rules: ActionRules;
}

describe('mutants of the policy', () => {
  let base: TestDatabase;
  let statements: Statements;
  const plain = [...plainWorlds, ...edgeWorlds(2)];
  const worlds = [
    ...plain.map(({ history }, place) => worldUnder(`p${place}-`, history)),
    ...drawWorlds(
      'm',
      Array.from({ length: WORLDS }, (_, place) => 700_000 + place),
    ),
  ];
  /** The places of the worlds that are about an action, then of the random ones. */
  const placesFor = (type: ResourceType, action: Action): number[] =>
    [...worlds.keys()].filter((place) => {
      const about = plain[place];
      return !about || (about.type === type && about.actions.includes(action));
    });
  /** By type, action and place of a world: what that world holds, by person and resource. */
  const expected = new Map<string, ReadonlyMap<string, string>>();

  beforeAll(async () => {
    base = await engines[0]!.open();
    await writeWorlds(base.db, worlds);
    // what is asked all the time is planned well with statistics, here as everywhere
    await base.db.raw('analyze');
    statements = await openStatements(base.db);
  }, 120_000);
  afterAll(async () => {
    await statements.close();
    await base.close();
  });

  describe.each(questions)('$type $action', ({ type, action, rules }) => {
    // each mutant is a long statement, kept as long as its connection
    afterAll(async () => {
      await statements.close();
      statements = await openStatements(base.db);
    });
    const write = (changed: ActionRules, question: Question = 'persons') =>
      writeRules(changed, { type, question, knowledge: 'then' });

    it.each([
      'persons',
      'resources',
      'check',
    ] as const)('as it stands differs from the oracle nowhere: %s', async (question) => {
      const limit = question === 'check' ? 40 : worlds.length;
      expect(await noticed(write(rules, question), { type, action, question, limit })).toBe(false);
    });

    it.each(mutantsOf(rules))('$name: noticed', async ({ rules: changed, of }) => {
      const asked = { type, action, question: 'persons', limit: worlds.length, of } as const;
      expect(await noticed(write(changed), asked)).toBe(true);
    });
  });

  const bounds = [
    ['the first instant of a fact', 'f.valid_from <= ', 'f.valid_from < '],
    ['the last instant of a fact', 'f.valid_to > ', 'f.valid_to >= '],
    ['the revision that begins a fact', 'f.known_from <= ', 'f.known_from < '],
    ['the revision that ends a fact', 'f.known_to - s.known > 0', 'f.known_to - s.known >= 0'],
    ['the first instant of the post beside', 'g.valid_from <= ', 'g.valid_from < '],
    ['the last instant of the post beside', 'g.valid_to > ', 'g.valid_to >= '],
    ['the instant of a revision', 'v.at <= ', 'v.at < '],
    ['the school of a fact', 'f.school = s.school', 'f.school = f.school'],
    ['the school of the post beside', 'g.school = s.school', 'g.school = g.school'],
    ['the school of the post beside, by its object', 'g.object = f.object', 'g.object = g.object'],
    ['whose post is beside', 'g.subject = f.subject', 'g.subject = g.subject'],
    ['the way that lasts longest', 'max(', 'min('],
    ['the end that comes first', 'when substr(s.trail, 1, 16) < ', 'when substr(s.trail, 1, 16) > '],
    ['the property of the post beside', '"function":"direction"', '"function":"teacher"'],
  ] as const;

  describe.each(['persons', 'resources', 'check'] as const)('%s', (question) => {
    it.each(bounds)('%s: noticed', async (_, from, to) => {
      const asked = { type: 'logbook', action: 'read', question, limit: worlds.length } as const;
      const written = writeRules(rulesOf('logbook', 'read'), { ...asked, knowledge: 'then' });
      expect(written.sql).toContain(from);
      // the revision's own maximum is not the way's
      const sql = written.sql.replaceAll(from, to).replaceAll('min(v.revision)', 'max(v.revision)');
      expect(await noticed({ ...written, sql }, asked)).toBe(true);
    });
  });

  it('the end of a check, where two walks meet, and the school they meet in: noticed', async () => {
    const asked = { type: 'logbook', action: 'read', question: 'check', limit: worlds.length } as const;
    const written = writeRules(rulesOf('logbook', 'read'), { ...asked, knowledge: 'then' });
    const earlier = 'case when substr(l.trail, 1, 16) < substr(r.trail, 1, 16)';
    expect(written.sql).toContain(earlier);
    const later = written.sql.replaceAll(earlier, earlier.replace('<', '>'));
    expect(await noticed({ ...written, sql: later }, asked)).toBe(true);
  });

  it('the school of what a list finds: noticed', async () => {
    const asked = { type: 'logbook', action: 'read', question: 'resources', limit: worlds.length } as const;
    const written = writeRules(rulesOf('logbook', 'read'), { ...asked, knowledge: 'then' });
    expect(written.sql).toContain('own.school = r.school');
    const sql = written.sql.replaceAll('own.school = r.school', 'own.school = own.school');
    expect(await noticed({ ...written, sql }, asked)).toBe(true);
  });

  type Asked = { type: ResourceType; action: Action; question: Question; limit: number; of?: string };

  /** Whether any of the first worlds is answered otherwise than the oracle does; those about what was changed come first. */
  async function noticed(written: WrittenQuestion, { type, action, question, limit, of }: Asked): Promise<boolean> {
    const places = placesFor(type, action).slice(0, limit);
    const isAbout = (place: number) => of !== undefined && plain[place]?.about === of;
    const sorted = [...places.filter(isAbout), ...places.filter((place) => !isAbout(place))];
    // some at once, and more and more: most mutants are noticed soon
    for (let first = 0, count = 8; first < sorted.length; first += count, count = Math.min(count * 2, 64)) {
      const some = sorted.slice(first, first + count);
      const found = await Promise.all(some.map((place) => differs(written, { type, action, question }, place)));
      if (found.includes(true)) return true;
    }
    return false;
  }

  async function differs(
    written: WrittenQuestion,
    { type, action, question }: Omit<Asked, 'limit'>,
    place: number,
  ): Promise<boolean> {
    const { names, world } = worlds[place]!;
    const wanted = expectedIn(place, type, action);
    const found = new Map<string, string>();
    const put = async (person: string, resource: string) => {
      const rows = await statements.all<Reached>(written.sql, [AT, person, resource]);
      const nodeOf = (row: Reached) => (question === 'check' ? '' : String(row.node));
      for (const node of new Set(rows.map(nodeOf))) {
        const { reasons } = verdictOn(
          written,
          rows.filter((row) => nodeOf(row) === node),
        );
        const pair = [question === 'persons' ? node : person, question === 'resources' ? node : resource];
        const answer = told(reasons.map((one) => [one.rule, one.validUntil]));
        if (answer) found.set(pair.join(' > '), answer);
      }
    };
    // a world of one scene is about one person and one resource
    const alone = place < plain.length;
    const ids = [...world.resources[type].keys()].slice(0, alone ? 1 : undefined);
    const persons = names.persons.slice(0, alone ? 1 : undefined);
    if (question === 'persons') await Promise.all(ids.map((id) => put('', id)));
    if (question === 'resources') await Promise.all(persons.map((person) => put(person, '')));
    if (question === 'check') await Promise.all(persons.flatMap((person) => ids.map((id) => put(person, id))));
    const right = [...wanted].filter(([pair]) => {
      const [person = '', id = ''] = pair.split(' > ');
      return (question === 'persons' || persons.includes(person)) && (question === 'resources' || ids.includes(id));
    });
    return found.size !== right.length || right.some(([pair, answer]) => found.get(pair) !== answer);
  }

  function expectedIn(place: number, type: ResourceType, action: Action): ReadonlyMap<string, string> {
    const name = `${type} ${action} ${place}`;
    const before = expected.get(name);
    if (before) return before;
    const { names, world } = worlds[place]!;
    const right = new Map<string, string>();
    for (const [id, school] of world.resources[type]) {
      const live = { facts: liveFacts(world, school, { enforcedOn: AT }), kinds: world.kinds };
      for (const person of names.persons) {
        const answer = told([...decide(live, person, action, { type, id }).reasons]);
        if (answer) right.set([person, id].join(' > '), answer);
      }
    }
    expected.set(name, right);
    return right;
  }
});

function told(found: readonly (readonly [string, number])[]): string {
  return found
    .map(([rule, end]) => `${rule} ${end}`)
    .sort()
    .join(', ');
}

function mutantsOf({ allow, forbid }: ActionRules): Mutant[] {
  const inAllow = (rule: Rule, ...put: Rule[]) => ({
    of: rule.name,
    rules: { allow: allow.flatMap((one) => (one === rule ? put : [one])), forbid },
  });
  const inForbid = (rule: Forbid, ...put: Forbid[]) => ({
    of: rule.name,
    rules: { allow, forbid: forbid.flatMap((one) => (one === rule ? put : [one])) },
  });
  return [
    ...allow.flatMap((rule) => [
      // an action that no rule allows is not even asked about
      ...(allow.length > 1 ? [{ name: `no rule ${rule.name}`, ...inAllow(rule) }] : []),
      ...ruleMutants(rule).map(({ name, paths }) => ({ name, ...inAllow(rule, { ...rule, paths }) })),
    ]),
    ...forbid.flatMap((rule) => [
      { name: `no restriction ${rule.name}`, ...inForbid(rule) },
      ...(rule.through ? [{ name: `${rule.name} closes its rules whole`, ...inForbid(rule, wholly(rule)) }] : []),
      ...ruleMutants(rule).map(({ name, paths }) => ({ name, ...inForbid(rule, { ...rule, paths }) })),
      ...defeatMutants(rule, allow).map(({ name, defeats }) => ({ name, ...inForbid(rule, { ...rule, defeats }) })),
    ]),
  ];
}

function wholly({ through: _, ...rule }: Forbid): Forbid {
  return rule;
}

/** What a restriction closes: one rule less, or one more. */
function defeatMutants(
  { name, defeats }: Forbid,
  allow: readonly Rule[],
): { name: string; defeats: readonly string[] }[] {
  const closed = allow.map((rule) => rule.name).filter((one) => defeats === 'all' || defeats.includes(one));
  const open = allow.map((rule) => rule.name).filter((one) => !closed.includes(one));
  return [
    ...closed.map((one) => ({ name: `${name} leaves ${one} open`, defeats: closed.filter((kept) => kept !== one) })),
    ...open.map((one) => ({ name: `${name} closes ${one} too`, defeats: [...closed, one] })),
  ];
}

function ruleMutants({ name, paths }: Rule): { name: string; paths: Path[] }[] {
  return paths
    .flatMap((path, at) =>
      pathMutants(path).map((mutant) => ({
        name: `${name}, path ${at + 1}: ${mutant.name}`,
        paths: paths.toSpliced(at, 1, ...mutant.paths),
      })),
    )
    .filter((mutant) => mutant.paths.length > 0);
}

function pathMutants(path: Path): { name: string; paths: Path[] }[] {
  const mutants: { name: string; paths: Path[] }[] = [{ name: 'dropped', paths: [] }];
  for (const [at, step] of path.entries()) {
    const put = (name: string, ...steps: Step[]) =>
      mutants.push({ name: `step ${at + 1} (${step.relation}) ${name}`, paths: [path.toSpliced(at, 1, ...steps)] });
    const { only, alongside, property, ...bare } = step;
    if (path.length > 1) put('dropped');
    // a condition is of its own subject, either way round
    if (!isReflexive(step.relation)) put('turned round', { ...step, way: step.way === 'in' ? 'out' : 'in' });
    for (const relation of likeness(step.relation)) put(`as ${relation}`, { ...step, relation });
    if (only) put('open to every type', { ...bare, ...(alongside && { alongside }) });
    if (only) put('of the other type', { ...step, only: only === 'class' ? 'group' : 'class' });
    if (property) put('without its property', bare);
    if (property) put('with another property', { ...step, property: otherThan(property) });
    if (alongside) {
      put('without the fact beside', bare);
      put('with another property beside', {
        ...step,
        alongside: { ...alongside, property: otherThan(alongside.property) },
      });
      for (const relation of likeness(alongside.relation))
        put(`beside ${relation}`, { ...step, alongside: { ...alongside, relation } });
    }
  }
  return mutants;
}

/** Another relation between the same types: the one that follows in the catalogue. */
function likeness(relation: Relation): Relation[] {
  const ends = (one: Relation) => JSON.stringify([catalogue[one].subject, catalogue[one].object]);
  const alike = (Object.keys(catalogue) as Relation[]).filter((one) => ends(one) === ends(relation));
  const next = alike[(alike.indexOf(relation) + 1) % alike.length]!;
  return next === relation ? [] : [next];
}

const values = ['direction', 'teacher', 'librarian', 'school_life', 'visa', 'validate', 'revoke', 'absences'];
const audiences = ['pupil', 'teacher', 'librarian', 'staff'];

function otherThan([name, value]: Property): Property {
  const kin = name === 'audience' ? audiences : name === 'function' ? values.slice(0, 4) : values.slice(4);
  return [name, kin[(kin.indexOf(value) + 1) % kin.length]!];
}
