// Keys that nobody has: whatever text is given as a person, a resource, an action or a type, the answer is no.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Action, actionsOf, list, may, type ResourceType, who } from '../../src/rights/rights.ts';
import { type Executor, executorNames, openNamed } from './executors.ts';
import { dice, worldUnder } from './worlds.ts';

const types: readonly ResourceType[] = ['logbook', 'absence', 'lesson', 'school'];

/** A person and a logbook that everything is allowed to; `h` heads the school `s`. */
const world = worldUnder('', [
  {
    school: 0,
    at: 0,
    begin: (
      [
        ['p', 'owns', 'l'],
        ['p', 'heads', 's'],
        ['l', 'ofSchool', 's'],
        ['a', 'absenceAt', 's'],
        ['n', 'lessonAt', 's'],
      ] as const
    ).map(([subject, relation, object]) => ({ subject, relation, object, properties: {}, from: -9, to: 900 })),
    end: [],
  },
]);

const strange: readonly (readonly [name: string, key: string])[] = [
  ['nothing', ''],
  ['a NUL', '\u0000'],
  ['a key with a NUL behind', 'p\u0000'],
  ['a key with a NUL inside', 'p\u0000p'],
  ['a lone high surrogate', 'p\ud800'],
  ['a lone low surrogate', '\udfffp'],
  ['the replacement character', 'p\ufffd'],
  ['a very long one', 'p'.repeat(1_000_000)],
  ['a very long one of two units each', '\u{1f511}'.repeat(100_000)],
  ['another case', 'P'],
  ['a blank behind', 'p '],
  ['a tab behind', 'p\t'],
  ['a line feed behind', 'p\n'],
  ['a blank that has no width', 'p\u200b'],
  ['a mark of direction', '\u202ep'],
  ['a byte order mark', '\ufeffp'],
  ['a wide letter', '\uff50'],
  ['a wildcard', '%'],
  ['another wildcard', '_'],
  ['a quote', "p' or '1'='1"],
  ['a placeholder', '?'],
  ['a numbered placeholder', '$1'],
  ['a binding', ':person'],
  ['a number', '0'],
  ['JSON', '{"id":"p"}'],
  ['a name that objects have', '__proto__'],
  ['another name that objects have', 'constructor'],
  ['a backslash', 'p\\'],
];

describe.each(executorNames)('in %s', (name) => {
  let executor: Executor;
  let source: Executor['source'];
  beforeAll(async () => {
    executor = await openNamed(name);
    await executor.write([world]);
    source = executor.source;
    await executor.readyFor(world, { at: Date.now() });
  });
  afterAll(() => executor.close());

  const everyAction = types.flatMap((type) => actionsOf(type).map((action: Action) => ({ type, action })));

  it('the right keys are answered', async () => {
    const resource = { type: 'logbook', id: 'l' } as const;
    expect((await may(source, { person: 'p', action: 'read', resource })).allowed).toBe(true);
    expect(await list(source, { person: 'p', action: 'read', type: 'logbook' })).toHaveLength(1);
    expect(await who(source, { action: 'read', resource })).toHaveLength(1);
  });

  it.each(strange)('%s is nobody, and nothing', async (_, key) => {
    for (const { type, action } of everyAction) {
      const id = { logbook: 'l', absence: 'a', lesson: 'n', school: 's', offer: 'o' }[type];
      const asPerson = await may(source, { person: key, action, resource: { type, id } });
      expect(asPerson).toMatchObject({ allowed: false, reasons: [] });
      expect((await may(source, { person: 'p', action, resource: { type, id: key } })).allowed).toBe(false);
      expect(await list(source, { person: key, action, type })).toEqual([]);
      expect(await who(source, { action, resource: { type, id: key } })).toEqual([]);
    }
  });

  it.each(strange)('%s is no action, no type and no school', async (_, key) => {
    const resource = { type: 'logbook', id: 'l' } as const;
    const action = key as Action;
    expect((await may(source, { person: 'p', action, resource })).allowed).toBe(false);
    expect(await list(source, { person: 'p', action, type: 'logbook' })).toEqual([]);
    expect(await who(source, { action, resource })).toEqual([]);
    const type = key as ResourceType;
    expect((await may(source, { person: 'p', action: 'read', resource: { type, id: 'l' } })).allowed).toBe(false);
    expect(await list(source, { person: 'p', action: 'read', type })).toEqual([]);
    expect(await who(source, { action: 'read', resource: { type, id: 'l' } })).toEqual([]);
    expect(await list(source, { person: 'p', action: 'read', type: 'logbook', schools: [key] })).toEqual([]);
    expect(await who(source, { action: 'read', resource, schools: [key] })).toEqual([]);
  });

  it('of texts made of anything, none is somebody', async () => {
    const roll = dice(20261122);
    for (let count = 0; count < 300; count += 1) {
      const units = Array.from({ length: 1 + roll.below(6) }, () =>
        roll.one([112, 0, 0xd800 + roll.below(2048), roll.below(65_536)]),
      );
      const key = String.fromCharCode(...units);
      if (key === 'p' || key === 'l') continue;
      expect((await may(source, { person: key, action: 'read', resource: { type: 'logbook', id: 'l' } })).allowed).toBe(
        false,
      );
      expect((await may(source, { person: 'p', action: 'read', resource: { type: 'logbook', id: key } })).allowed).toBe(
        false,
      );
    }
  });

  it.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    1e300,
    -1e300,
    Number.MAX_SAFE_INTEGER,
  ])('at the instant %d nobody may do anything', async (at) => {
    const resource = { type: 'logbook', id: 'l' } as const;
    for (const when of [{ at }, { knownTodayOf: at }, { enforcedOn: at }])
      for (const action of actionsOf('logbook')) {
        // an engine may refuse such a number, and never takes it for a yes
        const answer = await may(source, { person: 'p', action, resource, when }).catch(() => ({ allowed: false }));
        expect(answer.allowed).toBe(false);
        expect(await who(source, { action, resource, when }).catch(() => [])).toEqual([]);
      }
  });

  it('an action of one type is none of another', async () => {
    expect(
      (await may(source, { person: 'p', action: 'read_today', resource: { type: 'logbook', id: 'l' } })).allowed,
    ).toBe(false);
    expect(await list(source, { person: 'p', action: 'visa', type: 'absence' })).toEqual([]);
    expect(await who(source, { action: 'write', resource: { type: 'lesson', id: 'n' } })).toEqual([]);
  });
});
