// A walk over every state and every verb, in any order and with others' codes: no password is ever set without the code, the mail or the one before.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  activate,
  authenticate,
  epochOf,
  findActivation,
  issueActivation,
  openAccount,
} from '../../src/accounts/accounts.ts';
import { resetMany } from '../../src/accounts/bulk.ts';
import { confirmEmail } from '../../src/accounts/contact.ts';
import { changePassword, closeAccount, giveOwnEmail } from '../../src/accounts/holding.ts';
import { answerResets, askReset, findReset, finishReset, startReset } from '../../src/accounts/resets.ts';
import { moveAccount, moves, stateOf } from '../../src/accounts/states.ts';
import type { Db } from '../../src/storage/storage.ts';
import { COLLEGE, deliverCast, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { codeSent, from, KEYS, outcomes, PASSWORD, takeMails, WRONG } from './people.ts';

const people = ['tom', 'paula', 'paul'] as const;
type Name = (typeof people)[number];

/** Two share a family name, so that the check of one is right for the other: the code alone must tell them apart. */
const checks: Record<Name, string> = { tom: 'Garnier', paula: 'Bernard', paul: 'Bernard' };

const WEAK = 'motdepasse2026';

/** Longer than any wait for one's turn to try again. */
const STEP = 11 * 60_000;

const verbs = [
  'issue',
  'find',
  'activate',
  'open',
  'signIn',
  'suspend',
  'reopen',
  'close',
  'start',
  'ask',
  'findReset',
  'finish',
  'change',
  'leave',
  'email',
  'pupils',
  'months',
] as const;

/** What the walk must have met, or it proves little. */
const worthReaching = [
  'activate ok',
  'activate activation_invalid',
  'activate without the check',
  'finish ok',
  'finish reset_invalid',
  'finish without the check',
  'change ok',
  'change password_wrong',
  'leave ok',
  'email ok',
  'signIn ok',
  'pupils ok',
  'issue account_exists',
  'start account_not_active',
];

const most = (value: boolean) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: fc.constant(!value) });

const step = fc.record({
  // those that need another before them come more often
  verb: fc.constantFrom(...verbs, 'open', 'open', 'start', 'start', 'change', 'finish', 'finish', 'finish'),
  who: fc.constantFrom(...people),
  /** Among all codes ever given, and one that never was; most often the newest. */
  code: fc.oneof({ weight: 3, arbitrary: fc.constant(-1) }, { weight: 2, arbitrary: fc.nat(40) }),
  /** What is told as the holder's check; most often the right one. */
  check: fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(...people) },
  ),
  right: most(true),
  weak: most(false),
});
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

interface Account {
  state: 'active' | 'suspended' | 'closed';
  password: string | undefined;
  address: boolean;
}

interface Code {
  readonly kind: 'activation' | 'mail' | 'school';
  readonly of: Name;
  readonly code: string;
  readonly ends: number;
  good: boolean;
}

interface Model {
  now: number;
  chosen: number;
  readonly codes: Code[];
  readonly accounts: Map<Name, Account>;
  /** What somebody who knows a good code, and not its holder, has tried. */
  readonly tried: Set<string>;
}

interface Plan {
  readonly expected: string;
  /** Whose password this sets. */
  readonly sets?: Name;
  readonly act: () => Promise<unknown>;
}

interface World {
  readonly db: Db;
  readonly keys: Record<Name, string>;
  readonly model: Model;
}

describe.each(engines)('whatever the order, on $name', ({ open }) => {
  let opened: TestDatabase;
  let keys: Record<Name, string>;
  beforeAll(async () => {
    opened = await open();
    const { db } = opened;
    await deliverCast(db);
    keys = { tom: await personOf(db, 'tom'), paula: await personOf(db, 'paula'), paul: await personOf(db, 'paul') };
  });
  afterAll(() => opened?.close());

  it('a password is set by its holder’s good code, mail or earlier password, in a state that allows it, and never otherwise', async () => {
    const { db } = opened;
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 30, size: 'max' }), async (steps) => {
        await startAfresh(db);
        const model: Model = { now: NOW, chosen: 0, codes: [], accounts: new Map(), tried: seen };
        for (const one of steps) {
          model.now += STEP;
          const before = await secrets(db);
          const { expected, sets, act } = plans[one.verb]({ db, keys, model }, one);
          const [outcome = ''] = Object.keys(await outcomes([act()]));
          seen.add(`${one.verb} ${outcome}`);
          expect(`${one.verb} ${outcome}`).toBe(`${one.verb} ${expected}`);
          await compare({ db, keys, model }, before, outcome === 'ok' ? sets : undefined);
        }
      }),
      { numRuns: 30, seed: 20261112 },
    );
    expect(worthReaching.filter((one) => !seen.has(one))).toEqual([]);
  }, 240_000);
});

/** What is kept agrees with the model; of passwords, only that which the step set is another. */
async function compare({ db, keys, model }: World, before: Map<string, string>, sets?: Name): Promise<void> {
  const after = await secrets(db);
  for (const name of people) {
    const account = model.accounts.get(name);
    const [was, is] = [before.get(keys[name]), after.get(keys[name])];
    expect([name, is !== undefined]).toEqual([name, account?.password !== undefined]);
    if (is !== undefined && is !== was) expect(name).toBe(sets);
    if (sets === name) expect(is).not.toBe(was);
    expect([name, (await epochOf(db, keys[name])) !== undefined]).toEqual([name, account?.state === 'active']);
    expect([name, await stateOf(db, keys[name], model.now)]).toEqual([name, stateIn(model, name)]);
  }
}

function stateIn({ accounts, codes, now }: Model, name: Name): string {
  const state = accounts.get(name)?.state;
  if (state === 'active' || state === 'suspended') return state;
  const invited = codes.some(({ kind, of, good, ends }) => kind === 'activation' && of === name && good && now < ends);
  return invited ? 'invited' : (state ?? 'record');
}

const never: Code = { kind: 'mail', of: 'tom', code: 'ACDE-FGHJ-KLMN-PRTV-WXY3-4679-ACDE', ends: 0, good: false };

/** The code a step shows, whatever it is for, and whether it opens what is asked of it. */
function shown({ model }: World, { verb, code, check }: Step, ...kinds: readonly Code['kind'][]) {
  const all = [...model.codes, never];
  const chosen = (code < 0 ? model.codes.at(-1) : all[code % all.length]) ?? never;
  const told = checks[check ?? chosen.of];
  const live = chosen.good && model.now < chosen.ends && kinds.includes(chosen.kind);
  const right = live && (chosen.kind === 'mail' || told === checks[chosen.of]);
  if (live && !right) model.tried.add(`${verb} without the check`);
  return { chosen, right, asked: { ...from(undefined, model.now), code: chosen.code, check: told } };
}

function newPassword(model: Model): string {
  model.chosen += 1;
  return `${PASSWORD}-${model.chosen}`;
}

function isOpen({ accounts }: Model, name: Name): boolean {
  return ['active', 'suspended'].includes(accounts.get(name)?.state ?? 'closed');
}

function spoil({ codes }: Model, name: Name, ...kinds: readonly Code['kind'][]): void {
  for (const code of codes) if (code.of === name && kinds.includes(code.kind)) code.good = false;
}

function keepCode(model: Model, code: Omit<Code, 'good'>): void {
  spoil(model, code.of, code.kind);
  model.codes.push({ ...code, good: true });
}

const plans: Readonly<Record<Step['verb'], (world: World, one: Step) => Plan>> = {
  issue: ({ db, keys, model }, { who }) => ({
    expected: isOpen(model, who) ? 'account_exists' : 'ok',
    act: async () => {
      const { code, expiresAt } = await issueActivation(db, { person: keys[who], actor: 'system', at: model.now });
      keepCode(model, { kind: 'activation', of: who, code, ends: expiresAt });
    },
  }),
  find: (world, one) => {
    const { chosen, right, asked } = shown(world, one, 'activation');
    const expected = right && !isOpen(world.model, chosen.of) ? 'ok' : 'activation_invalid';
    return { expected, act: () => findActivation(world.db, asked) };
  },
  activate: (world, one) => {
    const { model, db } = world;
    const { chosen, right, asked } = shown(world, one, 'activation');
    const password = one.weak ? WEAK : newPassword(model);
    const act = () => activate(db, { ...asked, identifier: chosen.of, password });
    if (!right || isOpen(model, chosen.of)) return { expected: 'activation_invalid', act };
    if (one.weak) return { expected: 'password_too_weak', act };
    chosen.good = false;
    model.accounts.set(chosen.of, { state: 'active', password, address: false });
    return { expected: 'ok', sets: chosen.of, act };
  },
  open: ({ db, keys, model }, { who }) => {
    const password = newPassword(model);
    const asked = { person: keys[who], identifier: who, password, actor: 'system', at: model.now };
    const act = () => openAccount(db, asked);
    if (model.accounts.has(who)) return { expected: 'account_exists', act };
    model.accounts.set(who, { state: 'active', password, address: false });
    return { expected: 'ok', sets: who, act };
  },
  signIn: ({ db, model }, { who, right }) => {
    const { state, password } = model.accounts.get(who) ?? {};
    const good = right && state === 'active' && password !== undefined;
    const asked = { ...from(undefined, model.now), identifier: who, password: right ? (password ?? WRONG) : WRONG };
    return { expected: good ? 'ok' : 'sign_in_failed', act: () => authenticate(db, asked) };
  },
  suspend: (world, one) => move(world, one, 'suspended'),
  reopen: (world, one) => move(world, one, 'active'),
  close: (world, one) => move(world, one, 'closed'),
  start: ({ db, keys, model }, { who }) => ({
    expected: model.accounts.get(who)?.state === 'active' ? 'ok' : 'account_not_active',
    act: async () => {
      const { code, expiresAt } = await startReset(db, { person: keys[who], by: 'secretary', at: model.now });
      keepCode(model, { kind: 'school', of: who, code, ends: expiresAt });
    },
  }),
  ask: ({ db, model }, { who }) => {
    const { state, address } = model.accounts.get(who) ?? {};
    return {
      expected: 'ok',
      act: async () => {
        await takeMails(db, model.now);
        await askReset(db, { ...from(undefined, model.now), identifier: who });
        await answerResets(db, { keys: KEYS, at: model.now });
        if (state !== 'active' || !address) return expect(await takeMails(db, model.now)).toEqual([]);
        const code = await codeSent(db, 'reset', model.now);
        keepCode(model, { kind: 'mail', of: who, code, ends: model.now + 30 * 60_000 });
      },
    };
  },
  findReset: (world, one) => {
    const { chosen, right, asked } = shown(world, one, 'mail', 'school');
    const active = world.model.accounts.get(chosen.of)?.state === 'active';
    return { expected: right && active ? 'ok' : 'reset_invalid', act: () => findReset(world.db, asked) };
  },
  finish: (world, one) => {
    const { model, db } = world;
    const { chosen, right, asked } = shown(world, one, 'mail', 'school');
    const account = model.accounts.get(chosen.of);
    const password = one.weak ? WEAK : newPassword(model);
    const act = () => finishReset(db, { ...asked, password, keys: KEYS });
    if (!right || account?.state !== 'active') return { expected: 'reset_invalid', act };
    if (one.weak) return { expected: 'password_too_weak', act };
    account.password = password;
    spoil(model, chosen.of, 'mail', 'school');
    return { expected: 'ok', sets: chosen.of, act };
  },
  change: ({ db, keys, model }, { who, right, weak }) => {
    const account = model.accounts.get(who);
    const proven = right && account?.state === 'active' && account.password !== undefined;
    const old = right ? (account?.password ?? WRONG) : WRONG;
    const password = weak ? WEAK : newPassword(model);
    const asked = { ...from(undefined, model.now), person: keys[who], old, password, keys: KEYS };
    const act = () => changePassword(db, asked);
    if (!proven) return { expected: 'password_wrong', act };
    if (weak) return { expected: 'password_too_weak', act };
    account.password = password;
    spoil(model, who, 'mail', 'school');
    return { expected: 'ok', sets: who, act };
  },
  leave: ({ db, keys, model }, { who, right }) => {
    const account = model.accounts.get(who);
    const proven = right && account?.state === 'active' && account.password !== undefined;
    const password = right ? (account?.password ?? WRONG) : WRONG;
    const act = () => closeAccount(db, { ...from(undefined, model.now), person: keys[who], password, keys: KEYS });
    if (!proven) return { expected: 'password_wrong', act };
    shut(model, who);
    return { expected: 'ok', act };
  },
  email: ({ db, keys, model }, { who, right }) => {
    const account = model.accounts.get(who);
    const proven = right && account?.state === 'active' && account.password !== undefined;
    const password = right ? (account?.password ?? WRONG) : WRONG;
    const holder = { ...from(undefined, model.now), person: keys[who], keys: KEYS };
    if (proven) account.address = true;
    return {
      expected: proven ? 'ok' : 'password_wrong',
      act: async () => {
        await giveOwnEmail(db, { ...holder, email: `${who}@exemple.fr`, password });
        await confirmEmail(db, { ...holder, code: await codeSent(db, 'emailConfirm', model.now) });
      },
    };
  },
  pupils: ({ db, model }) => {
    const paul = model.accounts.get('paul');
    if (paul?.state === 'active') paul.password = undefined;
    spoil(model, 'paul', 'activation', 'mail', 'school');
    const asked = { schools: [COLLEGE], audience: 'pupils', actor: 'head', at: model.now } as const;
    return { expected: 'ok', act: () => resetMany(db, asked) };
  },
  months: ({ model }) => {
    model.now += 60 * 24 * 3_600_000;
    return { expected: 'ok', act: async () => undefined };
  },
};

function move({ db, keys, model }: World, { who }: Step, to: Account['state']): Plan {
  const account = model.accounts.get(who);
  const { now: at } = model;
  const act = () => moveAccount(db, { person: keys[who], to, actor: 'x', why: 'x', from: 'operator', at });
  if (!account || account.state === 'closed' || !moves[account.state].includes(to))
    return { expected: 'account_move_refused', act };
  spoil(model, who, 'mail', 'school');
  if (to === 'closed') shut(model, who);
  else account.state = to;
  return { expected: 'ok', act };
}

function shut(model: Model, who: Name): void {
  model.accounts.set(who, { state: 'closed', password: undefined, address: false });
  spoil(model, who, 'activation', 'mail', 'school');
}

async function startAfresh(db: Db): Promise<void> {
  for (const table of ['account', 'activation', 'throttle', 'account_reset_ask', 'mail']) await db(table).delete();
}

async function secrets(db: Db): Promise<Map<string, string>> {
  const rows = (await db('credential').select('person', 'secret')) as { person: string; secret: string }[];
  return new Map(rows.map(({ person, secret }) => [person, secret]));
}
