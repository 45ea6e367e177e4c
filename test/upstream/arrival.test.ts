// What an assertion leads to, in the room itself: once for many at a time, to the day, and never further than it may.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { authenticate, issueActivation } from '../../src/accounts/accounts.ts';
import { codeHash, useActivation } from '../../src/accounts/activation.ts';
import { accountOf, insertAccount } from '../../src/accounts/records.ts';
import { retireAccounts } from '../../src/accounts/retention.ts';
import { moveAccount, stateOf } from '../../src/accounts/states.ts';
import { holderOf } from '../../src/directory/persons.ts';
import { joinByUpstream, joinOnPaper, joinsWith, separate } from '../../src/families/families.ts';
import { purgeJoins } from '../../src/families/joins.ts';
import { type Db, inTransaction, onPostgres } from '../../src/storage/storage.ts';
import { arrivalOf, joinAll } from '../../src/upstream/arrival.ts';
import type { Assertion } from '../../src/upstream/assertion.ts';
import { referencesIn } from '../../src/upstream/assertion.ts';
import {
  keepAssertion,
  purgeAssertions,
  takeAssertion,
  takenAssertion,
  useAssertion,
} from '../../src/upstream/keeping.ts';
import { forgetLinksOf, keepLink, linkOf } from '../../src/upstream/links.ts';
import { openByUpstream } from '../../src/upstream/opening.ts';
import { endProvider, recordProvider } from '../../src/upstream/providers.ts';
import { newRequest, requestedAt } from '../../src/upstream/requests.ts';
import { openUpstream } from '../../src/upstream/upstream.ts';
import { ACADEMY, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { deliver, keysOf, open as openAccount, origin, type RelativeName } from '../families/world.ts';
import { newSigner } from './idp.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const key = Buffer.alloc(32, 5);
const { certificate } = newSigner();
const sheet = {
  id: 'educonnect',
  protocol: 'saml',
  name: 'ÉduConnect',
  label: 'Se connecter avec ÉduConnect',
  entityId: 'https://idp.example',
  signIn: 'https://idp.example/sso',
  certificates: [certificate],
  population: 'families',
  references: 'FrEduCtRefId',
  subject: 'FrEduCtId',
};

async function refused(act: Promise<unknown>, code: string): Promise<void> {
  await expect(act).rejects.toMatchObject({ name: 'Refusal', code });
}

/** What each of many at the same time gives, or is refused with. */
async function together<T>(count: number, act: (index: number) => Promise<T>): Promise<(T | Error)[]> {
  const settled = await Promise.allSettled(Array.from({ length: count }, (_, index) => act(index)));
  return settled.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Error)));
}

/** Until somebody waits for a row that another transaction holds. */
async function somebodyWaits(db: Db): Promise<void> {
  const sql = "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  for (let waiting = 0; waiting === 0; ) waiting = (await db.raw(sql)).rows.length;
}

describe.each(engines)('an assertion, on $name', ({ open }) => {
  let test: TestDatabase;
  let keys: Record<RelativeName, string>;
  beforeAll(async () => {
    test = await open();
    await deliver(test.db);
    keys = await keysOf(test.db);
    await recordProvider(test.db, sheet, { actor: 'operator', at: Date.now() });
  });
  afterAll(() => test?.close());
  afterEach(async () => {
    for (const { id, survivor } of await joinsWith(test.db, keys.paula))
      await separate(test.db, { join: id, by: survivor, at: NOW });
    await test.db('family_join').delete();
    await test.db('family_apart').delete();
    await test.db('upstream_link').delete();
    for (const table of ['credential', 'account_move', 'account', 'activation']) await test.db(table).delete();
  });

  const says = (...ids: string[]): Assertion => ({
    provider: 'educonnect',
    subject: 'somebody',
    references: ids.map((id) => ({ academy: ACADEMY, id })),
    at: NOW,
  });
  const leads = (assertion: Assertion, more: Partial<Parameters<typeof arrivalOf>[1]> = {}) =>
    arrivalOf(test.db, { assertion, population: 'families', key, at: NOW, ...more });
  let made = 0;
  const kept = async (assertion: Assertion, at = NOW) => {
    made += 1;
    const request = newRequest(key, at);
    const handle = (await keepAssertion(test.db, key, { assertion, id: `_${made}`, request, at })) ?? '';
    return { handle, request, id: `_${made}` };
  };
  const taken = async (assertion: Assertion) => {
    const { handle, request } = await kept(assertion);
    return (await takeAssertion(test.db, { handle, requests: [request], at: NOW }))!.id;
  };
  const pair = (survivor: string, record: string) => ({ ...origin, at: NOW, survivor, record, provider: 'educonnect' });

  describe('leads', () => {
    it('to nobody, for records that are unknown, of another academy, or of people at work', async () => {
      expect(await leads(says('9999'))).toEqual({ kind: 'nobody' });
      expect(await leads({ ...says(), references: [{ academy: '091', id: '3001' }] })).toEqual({ kind: 'nobody' });
      expect(await leads(says('1001'))).toEqual({ kind: 'nobody' });
      expect(await leads(says('3001'), { population: 'staff' })).toEqual({ kind: 'nobody' });
    });

    it('a member of staff to their account where the provider is theirs, and to no family’s', async () => {
      const helene = await personOf(test.db, 'helene');
      await openAccount(test.db, helene, 'helene.marchand');
      expect(await leads(says('1001'), { population: 'staff' })).toMatchObject({
        kind: 'enter',
        person: helene,
        join: [],
      });
      expect(await leads(says('1001', '3001'))).toMatchObject({ kind: 'open', person: keys.paula });
    });

    it('to opening, for records of one parent together; of two people, to a choice', async () => {
      const both = await leads(says('3001', '3101', '3102'));
      expect(both.kind).toBe('open');
      const two = await leads(says('3001', '3002'));
      expect(two).toEqual({ kind: 'choose', among: [keys.paula, keys.pierre].sort() });
      expect(await leads(says('3001', '3002'), { chosen: keys.pierre })).toEqual({
        kind: 'open',
        person: keys.pierre,
        join: [],
      });
      expect(await leads(says('3001', '3002'), { chosen: keys.other })).toMatchObject({ kind: 'choose' });
    });

    it('to a pupil or a parent, and never to one of both', async () => {
      const [ines, paula] = [await personOf(test.db, 'ines'), keys.paula];
      expect(await leads(says('2002', '3001'))).toMatchObject({ kind: 'choose' });
      await openAccount(test.db, ines, 'ines.amrani');
      expect(await leads(says('2002', '3001'))).toEqual({ kind: 'enter', person: ines, join: [], others: [] });
      await openAccount(test.db, paula, 'paula.bernard');
      expect(await leads(says('2002', '3001'))).toMatchObject({ kind: 'choose', among: [ines, paula].sort() });
    });

    it('to the one of two accounts that was chosen before, or to a choice', async () => {
      await openAccount(test.db, keys.paula, 'paula.bernard');
      await openAccount(test.db, keys.paulaAtEcole, 'paula.ecole');
      const assertion = says('3001', '3101', '3102');
      expect(await leads(assertion)).toMatchObject({ kind: 'choose' });
      await keepLink(test.db, key, { ...assertion, person: keys.paulaAtEcole, others: [keys.paula], at: NOW });
      expect(await leads(assertion)).toEqual({
        kind: 'enter',
        person: keys.paulaAtEcole,
        join: [],
        others: [keys.paula],
      });
      expect(await leads({ ...assertion, subject: 'somebody else' })).toMatchObject({ kind: 'choose' });
      expect(await linkOf(test.db, Buffer.alloc(32, 6), assertion)).toBeUndefined();
    });
  });

  describe('joins', () => {
    it('once, of many at the same time, and the whole of it can be undone', async () => {
      await openAccount(test.db, keys.paula, 'paula.bernard');
      const outcomes = await together(30, () =>
        joinAll(test.db, {
          survivor: keys.paula,
          records: [keys.paulaAtEcole],
          provider: 'educonnect',
          from: { ...origin, at: NOW },
        }),
      );
      expect(outcomes.flat().filter(Boolean).length).toBeGreaterThan(0);
      expect(await joinsWith(test.db, keys.paula)).toHaveLength(1);
      const [join] = await joinsWith(test.db, keys.paula);
      await separate(test.db, { join: join!.id, by: keys.paula, at: NOW + MINUTE });
      expect(await holderOf(test.db, keys.paulaAtEcole)).toBe(keys.paulaAtEcole);
    });

    it('nobody whose account stands, whatever else is said', async () => {
      await openAccount(test.db, keys.paula, 'paula.bernard');
      await openAccount(test.db, keys.paulaAtEcole, 'paula.ecole');
      await refused(joinByUpstream(test.db, pair(keys.paula, keys.paulaAtEcole)), 'join_refused');
      expect(await stateOf(test.db, keys.paulaAtEcole, NOW)).toBe('active');
    });

    it('nobody who opens the account of the record at that moment, by the code that they were given', async () => {
      await openAccount(test.db, keys.paula, 'paula.bernard');
      const { code } = await issueActivation(test.db, { person: keys.paulaAtEcole, actor: 'system', at: NOW - 1 });
      let joining: Promise<unknown> = Promise.resolve();
      await inTransaction(test.db, async (tx) => {
        await useActivation(tx, codeHash(code), NOW);
        await insertAccount(tx, { person: keys.paulaAtEcole, identifier: 'paula.ecole', at: NOW });
        joining = joinByUpstream(test.db, pair(keys.paula, keys.paulaAtEcole)).catch((error: unknown) => error);
        if (onPostgres(test.db)) await somebodyWaits(test.db);
      });
      expect(await joining).toMatchObject({ code: 'join_refused' });
      expect(await holderOf(test.db, keys.paulaAtEcole)).toBe(keys.paulaAtEcole);
    });

    it('nobody of another name, nor a pupil, nor who works at a school', async () => {
      await openAccount(test.db, keys.paula, 'paula.bernard');
      for (const record of [keys.pierre, await personOf(test.db, 'ines'), await personOf(test.db, 'helene')])
        await refused(joinByUpstream(test.db, pair(keys.paula, record)), 'join_refused');
    });

    it('not again what was undone, a year and longer after; her own proof does', async () => {
      await openAccount(test.db, keys.paula, 'paula.bernard');
      const { join } = await joinByUpstream(test.db, pair(keys.paula, keys.paulaAtEcole));
      await separate(test.db, { join: join.id, by: keys.paula, at: NOW + 1 });
      const later = NOW + 800 * DAY;
      await purgeJoins(test.db, later);
      await refused(joinByUpstream(test.db, pair(keys.paula, keys.paulaAtEcole)), 'join_refused');
      expect(await leads(says('3001', '3101'))).toMatchObject({ kind: 'enter', join: [] });
      // the other way round neither, nor through a third record
      await joinByUpstream(test.db, pair(keys.paula, keys.paulaAtLycee));
      expect(await leads(says('3101', '3102'))).toMatchObject({ kind: 'enter', person: keys.paula, join: [] });
      await joinOnPaper(test.db, {
        survivor: keys.paula,
        record: keys.paulaAtEcole,
        reference: 'courrier du 12',
        at: NOW + 2,
      });
      expect(await holderOf(test.db, keys.paulaAtEcole)).toBe(keys.paula);
    });
  });

  describe('is used', () => {
    it('by the browser whose request it answers, once, within two minutes', async () => {
      const { handle, request } = await kept(says('3001'));
      const take = (asked: Partial<Parameters<typeof takeAssertion>[1]> = {}) =>
        takeAssertion(test.db, { handle, requests: [request], at: NOW, ...asked });
      expect(await take({ requests: [newRequest(key, NOW)] })).toBeUndefined();
      expect(await take({ requests: [] })).toBeUndefined();
      expect(await take({ handle: 'another' })).toBeUndefined();
      expect(await take({ at: NOW + 2 * MINUTE })).toBeUndefined();
      const outcomes = await together(30, () => take({ at: NOW + 2 * MINUTE - 1 }));
      expect(outcomes.filter(Boolean)).toHaveLength(1);
    });

    it('once to let in, however many ask', async () => {
      const id = await taken(says('3001'));
      const outcomes = await together(50, () => useAssertion(test.db, { id, person: keys.paula, at: NOW }));
      expect(outcomes.filter((used) => used === true)).toHaveLength(1);
      expect(await takenAssertion(test.db, key, { id, at: NOW + MINUTE - 1 })).toMatchObject({ person: keys.paula });
      expect(await takenAssertion(test.db, key, { id, at: NOW + MINUTE })).toMatchObject({ person: undefined });
    });

    it('within half an hour of being fetched, and not before', async () => {
      const { handle, request } = await kept(says('3001'));
      const row = await test.db('upstream_assertion').orderBy('received_at', 'desc').orderBy('id').first();
      expect(await useAssertion(test.db, { id: row.id, person: keys.paula, at: NOW })).toBe(false);
      const { id } = (await takeAssertion(test.db, { handle, requests: [request], at: NOW }))!;
      expect(await takenAssertion(test.db, key, { id, at: NOW + 30 * MINUTE - 1 })).toMatchObject({ id });
      expect(await takenAssertion(test.db, key, { id, at: NOW + 30 * MINUTE })).toBeUndefined();
    });

    it('and let go of: what it said within the hour, that it came after a day', async () => {
      const { id: own } = await kept(says('3001'));
      await purgeAssertions(test.db, NOW + 33 * MINUTE);
      const rows = await test.db('upstream_assertion').where({ received_at: NOW }).whereNotNull('payload');
      expect(rows).toEqual([]);
      const again = { assertion: says('3001'), id: own, request: newRequest(key, NOW), at: NOW };
      expect(await keepAssertion(test.db, key, again)).toBeUndefined();
      await purgeAssertions(test.db, NOW + DAY);
      expect(await test.db('upstream_assertion').where({ received_at: NOW })).toEqual([]);
    });
  });

  describe('opens an account', () => {
    it('once of two hundred, without a password, and voids the code that waited', async () => {
      await issueActivation(test.db, { person: keys.paula, actor: 'system', at: NOW - 1 });
      const assertion = await taken(says('3001'));
      const opening = { person: keys.paula, assertion, provider: 'educonnect', at: NOW };
      const outcomes = await together(200, () => openByUpstream(test.db, opening));
      const failed = outcomes.filter((outcome) => outcome !== undefined);
      expect(failed).toHaveLength(199);
      for (const outcome of failed) expect(outcome).toMatchObject({ code: 'upstream_over' });
      expect(await accountOf(test.db, keys.paula)).toMatchObject({ state: 'active', secret: null });
      expect(await test.db('activation').where({ person: keys.paula })).toEqual([]);
      await refused(authenticate(test.db, { ...origin, identifier: 'paula.bernard', password: '' }), 'sign_in_failed');
    });

    it('for as many assertions as there are, one account', async () => {
      const ids = [await taken(says('3001')), await taken(says('3001'))];
      const outcomes = await together(2, (index) =>
        openByUpstream(test.db, { person: keys.paula, assertion: ids[index] ?? '', provider: 'educonnect', at: NOW }),
      );
      expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(1);
    });

    it('of two who have one name, each under an identifier of their own', async () => {
      const asked = [keys.paula, keys.homonym];
      const ids = [await taken(says('3001')), await taken(says('3104'))];
      await together(2, (index) =>
        openByUpstream(test.db, {
          person: asked[index] ?? '',
          assertion: ids[index] ?? '',
          provider: 'educonnect',
          at: NOW,
        }),
      );
      const identifiers = await Promise.all(
        asked.map(async (person) => (await accountOf(test.db, person))?.identifier),
      );
      expect(identifiers.sort()).toEqual(['paula.bernard', 'paula.bernard2']);
    });

    it('never of a record that is joined to another', async () => {
      await openAccount(test.db, keys.paula, 'paula.bernard');
      await joinByUpstream(test.db, pair(keys.paula, keys.paulaAtEcole));
      const assertion = await taken(says('3101'));
      const opening = { person: keys.paulaAtEcole, assertion, provider: 'educonnect', at: NOW };
      await refused(openByUpstream(test.db, opening), 'upstream_over');
    });
  });

  it('is remembered as long as the account it let into, and no longer', async () => {
    await openAccount(test.db, keys.paula, 'paula.bernard');
    await keepLink(test.db, key, { ...says('3001'), person: keys.paula, others: [], at: NOW });
    await retireAccounts(test.db, NOW + 200 * DAY, undefined, [forgetLinksOf]);
    expect(await linkOf(test.db, key, says('3001'))).toMatchObject({ person: keys.paula });
    const closing = {
      person: keys.paula,
      to: 'closed',
      actor: keys.paula,
      why: 'holder',
      from: 'here',
      at: NOW,
    } as const;
    await moveAccount(test.db, closing);
    await retireAccounts(test.db, NOW + 200 * DAY, undefined, [forgetLinksOf]);
    expect(await linkOf(test.db, key, says('3001'))).toBeUndefined();
  });

  it('of a provider that ends while somebody comes in is not kept: they are not let in, and no account is opened', async () => {
    await openAccount(test.db, keys.paula, 'paula.bernard');
    const upstream = openUpstream(test.db, { issuer: 'https://ici.example', keyFor: () => key });
    const [known, fresh] = [await taken(says('3001')), await taken(says('3103'))];
    await upstream.providers(); // and goes on with them for a second
    await endProvider(test.db, 'educonnect', { actor: 'operator', at: NOW });
    await refused(upstream.enter({ ...origin, assertion: known, since: 0 }), 'upstream_over');
    const { pierreAtEcole: person } = keys;
    await refused(upstream.open({ ...origin, assertion: fresh, person, since: 0 }), 'upstream_over');
    expect(await test.db('upstream_link')).toEqual([]);
    expect(await accountOf(test.db, person)).toBeUndefined();
    await recordProvider(test.db, sheet, { actor: 'operator', at: Date.now() });
    expect(await upstream.open({ ...origin, assertion: fresh, person, since: 0 })).toMatchObject({ person });
  });

  it('of a provider that ended is forgotten with it', async () => {
    await keepLink(test.db, key, { ...says('3001'), person: keys.paula, others: [], at: NOW });
    await endProvider(test.db, 'educonnect', { actor: 'operator', at: NOW });
    expect(await linkOf(test.db, key, says('3001'))).toBeUndefined();
    await refused(endProvider(test.db, 'educonnect', { actor: 'operator', at: NOW }), 'unknown_upstream');
    await recordProvider(test.db, sheet, { actor: 'operator', at: Date.now() });
  });
});

describe('a request', () => {
  it('is known again for half an hour, and by its own key alone', () => {
    const id = newRequest(key, NOW);
    expect(id).toMatch(/^_[\w.-]{60,90}$/);
    expect(requestedAt(key, id, NOW + 30 * MINUTE - 1)).toBe(NOW);
    expect(requestedAt(key, id, NOW + 30 * MINUTE)).toBeUndefined();
    expect(requestedAt(key, id, NOW - MINUTE - 1)).toBeUndefined();
    expect(requestedAt(Buffer.alloc(32, 6), id, NOW)).toBeUndefined();
    expect(requestedAt(key, `${id}x`, NOW)).toBeUndefined();
    expect(requestedAt(key, id.replace(/^_./, '_0'), NOW)).toBeUndefined();
  });
});

describe('references', () => {
  it('are read as EduConnect writes them, each once, whatever the academy is called', () => {
    const values = [
      '{AAF}090|x|3001',
      ' {AAF}90||3001 ',
      '{AAF}ORL|abc|77',
      '{AAF}XYZ|x|78',
      '{AAF}090|x|',
      '{AAF}090|3001',
      '{AAF}090|x|30 01',
      'ECT-ENT|x|3001',
      `{AAF}090|x|${'9'.repeat(61)}`,
    ];
    expect(referencesIn(values, { ORL: '018' })).toEqual([
      { academy: '090', id: '3001' },
      { academy: '018', id: '77' },
    ]);
    expect(
      referencesIn(
        Array.from({ length: 80 }, (_, id) => `{AAF}090|x|${id}`),
        {},
      ),
    ).toHaveLength(50);
  });
});
