// A walk over every state and every verb, in any order and with others' codes: no password is ever set without the holder's code and check.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  activate,
  authenticate,
  findActivation,
  isActive,
  issueActivation,
  openAccount,
} from '../../src/accounts/accounts.ts';
import { expiryOf } from '../../src/accounts/activation.ts';
import type { Db } from '../../src/storage/storage.ts';
import { deliverCast, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { from, outcomes, PASSWORD, WRONG } from './people.ts';

const people = ['tom', 'paula', 'paul'] as const;
type Name = (typeof people)[number];

/** Two share a family name, so that the check of one is right for the other: the code alone must tell them apart. */
const checks: Record<Name, string> = { tom: 'Garnier', paula: 'Bernard', paul: 'Bernard' };

const who = fc.constantFrom(...people);
const step = fc.oneof(
  fc.record({ verb: fc.constant('issue'), who }),
  fc.record({ verb: fc.constant('find'), who, code: fc.nat(), check: who }),
  fc.record({ verb: fc.constant('activate'), who, code: fc.nat(), check: who, fault: fc.boolean() }),
  fc.record({
    verb: fc.constant('activate'),
    who,
    code: fc.constant(-1),
    check: fc.constant(undefined),
    fault: fc.constant(false),
  }),
  fc.record({ verb: fc.constant('find'), who, code: fc.constant(-1), check: fc.constant(undefined) }),
  fc.record({ verb: fc.constant('open'), who }),
  fc.record({ verb: fc.constant('signIn'), who, right: fc.boolean() }),
  fc.record({ verb: fc.constant('state'), who, state: fc.constantFrom('active', 'suspended', 'closed') }),
  fc.record({ verb: fc.constant('months'), who }),
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

type CodeStep = Extract<Step, { code: number }>;

interface Model {
  now: number;
  readonly codes: { readonly of: Name; readonly code: string; readonly ends: number; good: boolean }[];
  readonly accounts: Map<Name, string>;
}

describe.each(engines)('whatever the order on $name', ({ open }) => {
  let opened: TestDatabase;
  let keys: Record<Name, string>;
  beforeAll(async () => {
    opened = await open();
    const { db } = opened;
    await deliverCast(db);
    keys = { tom: await personOf(db, 'tom'), paula: await personOf(db, 'paula'), paul: await personOf(db, 'paul') };
  });
  afterAll(() => opened.close());

  it('a password is set by its holder’s good code and check, for somebody who has no account, and never otherwise', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        await startAfresh(opened.db);
        const model: Model = { now: NOW, codes: [], accounts: new Map() };
        for (const one of steps) {
          model.now += 120_000;
          const before = await secrets(opened.db);
          const { expected, sets, act } = plan(opened.db, keys, model, one);
          const [outcome = ''] = Object.keys(await outcomes([act()]));
          seen.add(`${one.verb} ${outcome}`);
          expect(`${one.verb} ${outcome}`).toBe(`${one.verb} ${expected}`);
          const after = await secrets(opened.db);
          const changed = Object.values(keys).filter((person) => before.get(person) !== after.get(person));
          expect(changed).toEqual(outcome === 'ok' && sets ? [keys[sets]] : []);
          for (const name of people)
            expect(await isActive(opened.db, keys[name])).toBe(model.accounts.get(name) === 'active');
        }
      }),
      { numRuns: 50, seed: 20261112 },
    );
    for (const reached of [
      'activate ok',
      'activate activation_invalid',
      'activate password_too_weak',
      'issue account_exists',
      'signIn ok',
    ])
      expect(seen).toContain(reached);
  });
});

interface Plan {
  readonly expected: string;
  /** Whose password this may set. */
  readonly sets?: Name;
  readonly act: () => Promise<unknown>;
}

/** What the model expects of a step, moving the model on. */
function plan(db: Db, keys: Record<Name, string>, model: Model, one: Step): Plan {
  const { now, accounts } = model;
  const person = keys[one.who];
  const actor = 'system';
  if (one.verb === 'months') {
    model.now += 60 * 24 * 3_600_000;
    return { expected: 'ok', act: async () => undefined };
  }
  if (one.verb === 'issue') return planIssue(db, person, model, one.who);
  if (one.verb === 'open') {
    const expected = accounts.has(one.who) ? 'account_exists' : 'ok';
    if (expected === 'ok') accounts.set(one.who, 'active');
    const asked = { person, identifier: one.who, password: PASSWORD, actor, at: now };
    return { expected, sets: one.who, act: () => openAccount(db, asked) };
  }
  if (one.verb === 'state' && 'state' in one) {
    if (accounts.has(one.who)) accounts.set(one.who, one.state);
    return { expected: 'ok', act: async () => db('account').where({ person }).update({ state: one.state }) };
  }
  if (one.verb === 'signIn' && 'right' in one) {
    const right = one.right && accounts.get(one.who) === 'active';
    const asked = { ...from(undefined, now), identifier: one.who, password: one.right ? PASSWORD : WRONG };
    return { expected: right ? 'ok' : 'sign_in_failed', act: () => authenticate(db, asked) };
  }
  return planCode(db, model, one as CodeStep);
}

function planIssue(db: Db, person: string, model: Model, name: Name): Plan {
  const { now, accounts, codes } = model;
  const act = async () => {
    const { code, expiresAt } = await issueActivation(db, { person, actor: 'system', at: now });
    for (const earlier of codes) if (earlier.of === name) earlier.good = false;
    expect(expiresAt).toBe(expiryOf(now));
    codes.push({ of: name, code, ends: expiresAt, good: true });
  };
  return { expected: accounts.has(name) ? 'account_exists' : 'ok', act };
}

/** `code` picks among all codes ever given, and one that never was; -1 the newest. */
function planCode(db: Db, model: Model, one: CodeStep): Plan {
  const { now, accounts, codes } = model;
  const never = { of: 'tom' as Name, code: 'ACDE-FGHJ-KLMN-PRTV-WXY3-4679-ACDE', ends: 0, good: false };
  const chosen = (one.code < 0 ? codes.at(-1) : [...codes, never][one.code % (codes.length + 1)]) ?? never;
  const check = checks[one.check ?? chosen.of];
  const right = chosen.good && now < chosen.ends && check === checks[chosen.of] && !accounts.has(chosen.of);
  const asked = { ...from(undefined, now), code: chosen.code, check };
  if (!('fault' in one)) return { expected: right ? 'ok' : 'activation_invalid', act: () => findActivation(db, asked) };
  const password = one.fault ? 'motdepasse2026' : PASSWORD;
  const act = () => activate(db, { ...asked, identifier: chosen.of, password });
  if (right && one.fault) return { expected: 'password_too_weak', act };
  if (!right) return { expected: 'activation_invalid', act };
  accounts.set(chosen.of, 'active');
  chosen.good = false;
  return { expected: 'ok', sets: chosen.of, act };
}

async function startAfresh(db: Db): Promise<void> {
  for (const table of ['credential', 'account', 'activation', 'throttle', 'known_address']) await db(table).delete();
}

async function secrets(db: Db): Promise<Map<string, string>> {
  const rows = (await db('credential').select('person', 'secret')) as { person: string; secret: string }[];
  return new Map(rows.map(({ person, secret }) => [person, secret]));
}
