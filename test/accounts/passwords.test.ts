// Which passwords are refused, and why.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commonWords } from '../../src/accounts/common.ts';
import { type PasswordPolicy, passwordPolicyFor, requireGoodPassword } from '../../src/accounts/passwords.ts';
import { estimate } from '../../src/accounts/strength.ts';
import type { Refusal } from '../../src/errors.ts';
import type { Relation } from '../../src/facts/catalogue.ts';
import { changeFacts, currentFacts } from '../../src/facts/facts.ts';
import { type CastName, COLLEGE, DELIVERED, deliverCast, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { bornOn } from './people.ts';

const DAY = 86_400_000;

const somebody: PasswordPolicy = {
  minimumLength: 12,
  names: new Set(['helene', 'marchand', 'helenemarchand']),
  schools: new Set(['college', 'tilleuls', 'lestilleuls', '0900001a']),
};

function reasonsAgainst(password: string, policy = somebody, identifier = 'h.marchand75'): unknown {
  try {
    requireGoodPassword(password, policy, identifier);
    return [];
  } catch (error) {
    expect((error as Refusal).code).toBe('password_too_weak');
    return (error as Refusal).details.reasons;
  }
}

describe('a password', () => {
  const refused: readonly (readonly [string, readonly string[]])[] = [
    ['motdepasse2026', ['too_common']],
    ['MotDePasse123!', ['too_common']],
    ['M0tD3P4ss3!2026', ['too_common']],
    ['azertyuiop123', ['too_predictable']],
    ['Azerty123456', ['too_predictable']],
    ['qsdfghjklmwxcvbn', ['too_predictable']],
    ['AllezLOM13013', ['too_common']],
    ['parissaintgermain', ['too_common']],
    ['camille14072009', ['too_common']],
    ['nathan2014nathan2014', ['too_common']],
    ['jetaimemaman2012', ['too_common']],
    ['Mathématiques', ['too_common']],
    ['soleil lune etoile amour', ['too_common']],
    ['Helene-Marchand-1975', ['contains_name']],
    ['hélène_marchand!', ['contains_name']],
    ['LesTilleuls-2026', ['contains_school']],
    ['0900001A0900001A', ['contains_school']],
    ['preau-preau-2026', ['contains_product']],
    ['h.marchand75!!', ['contains_identifier']],
    ['aaaaaaaaaaaaaaa', ['too_predictable']],
    ['abcabcabcabcabc', ['too_predictable']],
    ['123456789012', ['too_predictable']],
    ['31/12/2011 31/12/2011', ['too_predictable']],
    ['gT7#kLp9!xQ', ['too_short']],
    ['', ['too_short']],
    [`${'gT7#kLp9'.repeat(16)}x`, ['too_long']],
  ];

  it.each(refused)('%s is refused: %j', (password, reasons) => {
    expect(reasonsAgainst(password)).toEqual(reasons);
  });

  const accepted = [
    'gT7#kLp9!xQz',
    'qmzrtkwxhfgd',
    'cheval agrafe tortue nuage',
    'trois pommes sous un pont gris',
    'Marchand de sable, vitrail et moussaka',
    'Зимний-трамвай-на-мосту',
    '🦊🥖🚲🌋🧲🪗🦉🧵🪁🥁🧭🪀',
    'gT7#kLp9'.repeat(16),
  ];

  it.each(accepted)('%s is accepted', (password) => {
    expect(reasonsAgainst(password)).toEqual([]);
  });

  it('is held to no composition: letters alone, or digits alone, will do when there are enough of them', () => {
    expect(reasonsAgainst('xkwqzvtjbmhg')).toEqual([]);
    expect(reasonsAgainst('83920174650291736482')).toEqual([]);
  });

  it('is counted in characters, not in bytes, after normalisation', () => {
    expect(reasonsAgainst('é'.normalize('NFD').repeat(11))).toContain('too_short');
    expect(reasonsAgainst('ｇＴ７＃ｋＬｐ９！ｘＱｚ')).toEqual([]);
    expect(estimate('🦊🥖🚲', new Set()).bits).toBeLessThan(30);
  });

  it('is measured against a list that is folded, and long enough to matter', () => {
    expect(commonWords.size).toBeGreaterThan(500);
    expect([...commonWords].filter((word) => !/^[a-z0-9]+$/.test(word))).toEqual([]);
  });
});

describe.each(engines)('the policy of a person on $name', ({ open }) => {
  let opened: TestDatabase;
  beforeAll(async () => {
    opened = await open();
    await deliverCast(opened.db);
  });
  afterAll(() => opened.close());

  const policyOf = async (name: CastName) => passwordPolicyFor(opened.db, await personOf(opened.db, name), NOW);

  it('asks fifteen characters of staff, twelve of pupils and families', async () => {
    for (const name of ['helene', 'tom', 'berthe', 'denise'] as const)
      expect((await policyOf(name)).minimumLength).toBe(15);
    for (const name of ['paul', 'noe', 'paula', 'gina'] as const) expect((await policyOf(name)).minimumLength).toBe(12);
  });

  it.each<[relation: Relation, length: number, object: 'school' | 'class', properties?: Record<string, string>]>([
    ['heads', 15, 'school'],
    ['deputises', 15, 'school'],
    ['administers', 16, 'school', { decision: 'D1' }],
    ['protects', 15, 'school', { decision: 'D1' }],
    ['territory', 15, 'school'],
    ['authority', 15, 'school'],
    ['secretary', 15, 'school'],
    ['teaches', 15, 'class'],
  ])('asks of whoever %s %d characters, without a post on record, from the day they do to its end', async (relation, length, kind, properties) => {
    const { db } = opened;
    const person = await personOf(db, 'gina'); // a parent
    const object =
      kind === 'school' ? COLLEGE : (await currentFacts(db, { school: COLLEGE, relations: ['teaches'] }))[0]!.object;
    const fact = {
      relation,
      subject: person,
      object,
      validFrom: NOW,
      validTo: NOW + DAY,
      ...(properties && { properties }),
    };
    await changeFacts(db, { school: COLLEGE, at: DELIVERED, source: 'local', actor: 'test', begin: [fact] });
    const lengthAt = async (at: number) => (await passwordPolicyFor(db, person, at)).minimumLength;
    expect([
      await lengthAt(NOW - 1),
      await lengthAt(NOW),
      await lengthAt(NOW + DAY - 1),
      await lengthAt(NOW + DAY),
    ]).toEqual([12, length, length, 12]);
    expect((await passwordPolicyFor(db, person, NOW)).schools).toContain('tilleuls');
    await db('fact').where({ relation, subject: person }).delete();
  });

  it('asks sixteen of a teacher who administers too, and refuses one of fifteen, saying so', async () => {
    const { db } = opened;
    const person = await personOf(db, 'tom');
    expect((await policyOf('tom')).minimumLength).toBe(15);
    const properties = { decision: 'D1' };
    const days = { validFrom: NOW, validTo: NOW + DAY };
    const fact = { relation: 'administers', subject: person, object: COLLEGE, ...days, properties } as const;
    await changeFacts(db, { school: COLLEGE, at: DELIVERED, source: 'local', actor: 'test', begin: [fact] });
    const policy = await policyOf('tom');
    expect(reasonsAgainst('gT7#kLp9!xQzw4V', policy)).toEqual(['too_short']);
    expect(reasonsAgainst('gT7#kLp9!xQzw4Vm', policy)).toEqual([]);
    expect(policy.minimumLength).toBe(16);
    await db('fact').where({ relation: 'administers', subject: person }).delete();
  });

  it('knows the names, the birth date, the children and the schools of a person', async () => {
    await bornOn(opened.db, await personOf(opened.db, 'lea'), '2016-05-24');
    const { names, schools } = await policyOf('paula');
    for (const word of ['paula', 'bernard', 'paul', 'noe', 'lea', '24052016']) expect(names).toContain(word);
    for (const word of ['tilleuls', 'camus', 'jules', 'verne', 'ecolejulesverne', '0900003c'])
      expect(schools).toContain(word);
    expect(reasonsAgainst('Lea24052016Paul', await policyOf('paula'))).toEqual(['contains_name']);
    expect(reasonsAgainst('JulesVerneCamus', await policyOf('paula'))).toEqual(['contains_school']);
  });
});
