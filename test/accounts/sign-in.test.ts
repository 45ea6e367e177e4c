// Signing in: one answer for every no, tries counted as they are made, and nobody locked out by others.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authenticate, issueActivation, openAccount } from '../../src/accounts/accounts.ts';
import { hashingWork } from '../../src/accounts/hashing.ts';
import { addressHash, purgeThrottle, release, reserve, type Scope, scopeOf } from '../../src/accounts/throttle.ts';
import { openTrail, verifyAudit } from '../../src/audit/audit.ts';
import { type CastName, deliverCast, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { eventsOf, from, HOME, outcomes, PASSWORD, refusalOf, SCHOOL, WRONG } from './people.ts';

const HOUR = 3_600_000;
const { key } = from();

describe.each(engines)('a sign-in on $name', ({ open }) => {
  let opened: TestDatabase;
  beforeAll(async () => {
    opened = await open();
    await deliverCast(opened.db);
  });
  afterAll(() => opened.close());

  const accountOf = async (name: CastName) => {
    const person = await personOf(opened.db, name);
    await openAccount(opened.db, { person, identifier: name, password: PASSWORD, actor: 'system', at: NOW });
    return person;
  };
  const countOf = async (kind: 'pair' | 'account' | 'address', ...parts: string[]) =>
    (await opened
      .db('throttle')
      .where({ scope: scopeOf(key, kind, ...parts).key })
      .first('tries', 'failures')) as {
      tries: number;
      failures: number;
    };

  it('knows its holder whatever the capitals, accents and spaces of the identifier', async () => {
    const person = await accountOf('helene');
    for (const identifier of ['helene', ' HELENE', 'Hélène '])
      expect(await authenticate(opened.db, { ...from(), identifier, password: PASSWORD })).toEqual({
        person,
        epoch: expect.any(Number),
      });
  });

  it('reads a password byte for byte, in one normal form', async () => {
    const person = await personOf(opened.db, 'ines');
    const long = `${'Zq7é¤xW-'.repeat(16)}`;
    await openAccount(opened.db, { person, identifier: 'ines', password: long, actor: 'system', at: NOW });
    const asked = { ...from(), identifier: 'ines' };
    expect(await authenticate(opened.db, { ...asked, password: long.normalize('NFD') })).toEqual({
      person,
      epoch: expect.any(Number),
    });
    for (const password of [long.slice(0, -1), `${long} `, long.toLowerCase(), ''])
      expect((await refusalOf(authenticate(opened.db, { ...asked, password }))).code).toBe('sign_in_failed');
  });

  it('answers the same, after the same work, for unknown, wrong, waiting, suspended and not activated', async () => {
    const { db } = opened;
    await accountOf('tom');
    const suspended = await accountOf('tania');
    await db('account').where({ person: suspended }).update({ state: 'suspended' });
    await issueActivation(db, { person: await personOf(db, 'theo'), actor: 'system', at: NOW });
    await accountOf('olga');
    for (let tries = 0; tries < 6; tries += 1)
      await refusalOf(authenticate(db, { ...from(), identifier: 'olga', password: WRONG }));
    const asked = [
      { identifier: 'nobody.at.all', password: PASSWORD },
      { identifier: '', password: '' },
      { identifier: 'to\u0000m', password: PASSWORD },
      { identifier: '\ud800', password: '\ud800\u0000' },
      { identifier: 'x'.repeat(100_000), password: 'y'.repeat(100_000) },
      { identifier: 'tom', password: WRONG },
      { identifier: 'tania', password: PASSWORD },
      { identifier: 'theo.blanc', password: PASSWORD },
      { identifier: 'olga', password: PASSWORD },
      { identifier: 'olga', password: WRONG },
    ];
    for (const one of asked) {
      const before = hashingWork();
      const refused = await refusalOf(authenticate(db, { ...from(), ...one }));
      expect(refused).toEqual({
        code: 'sign_in_failed',
        status: 401,
        message: 'expected the identifier and the password of an active account',
        details: {},
      });
      expect(hashingWork()).toEqual({ ...before, verified: before.verified + 1 });
    }
  });

  it('counts two hundred tries at once as two hundred, and lets five through', async () => {
    const { db } = opened;
    const person = await accountOf('carla');
    const tries = Array.from({ length: 200 }, () =>
      authenticate(db, { ...from(SCHOOL), identifier: 'carla', password: WRONG }),
    );
    expect(await outcomes(tries)).toEqual({ sign_in_failed: 200 });
    const address = addressHash(key, SCHOOL);
    expect(await countOf('pair', 'carla', address)).toEqual({ tries: 200, failures: 5 });
    expect(await countOf('account', 'carla')).toEqual({ tries: 200, failures: 5 });
    expect((await eventsOf(db, person)).filter((event) => event === 'sign_in.failed')).toHaveLength(200);
    expect(await verifyAudit(db)).not.toHaveProperty('firstBad');
  });

  it('is not held up by a flood of tries from another address', async () => {
    const { db } = opened;
    const person = await accountOf('theo');
    let ended = 0;
    const flood = Array.from({ length: 50 }, (_, number) =>
      authenticate(db, { ...from('203.0.113.66'), identifier: `nobody${number}`, password: WRONG }).finally(() => {
        ended += 1;
      }),
    );
    const counted = outcomes(flood);
    const entered = authenticate(db, { ...from(), identifier: 'theo', password: PASSWORD }).then((found) => ({
      found,
      before: ended,
    }));
    const { found, before } = await entered;
    expect(found.person).toBe(person);
    expect(before).toBeLessThan(42);
    expect(await counted).toEqual({ sign_in_failed: 50 });
  });

  it('counts an identifier that nobody has in the same way', async () => {
    const tries = Array.from({ length: 50 }, () =>
      authenticate(opened.db, { ...from(SCHOOL), identifier: 'unknown', password: WRONG }),
    );
    expect(await outcomes(tries)).toEqual({ sign_in_failed: 50 });
    expect(await countOf('pair', 'unknown', addressHash(key, SCHOOL))).toEqual({ tries: 50, failures: 5 });
    expect(await countOf('account', 'unknown')).toEqual({ tries: 50, failures: 5 });
  });

  it('counts tries on one account from two hundred addresses, and slows them after thirty', async () => {
    const { db } = opened;
    const person = await accountOf('diane');
    expect(await authenticate(db, { ...from(), identifier: 'diane', password: PASSWORD })).toEqual({
      person,
      epoch: expect.any(Number),
    });
    const tries = Array.from({ length: 200 }, (_, number) =>
      authenticate(db, { ...from(`203.0.113.${number}`), identifier: 'diane', password: WRONG }),
    );
    expect(await outcomes(tries)).toEqual({ sign_in_failed: 200 });
    expect(await countOf('account', 'diane')).toEqual({ tries: 201, failures: 30 });
    const asked = { identifier: 'diane', password: PASSWORD };
    expect((await refusalOf(authenticate(db, { ...from('203.0.113.250'), ...asked }))).code).toBe('sign_in_failed');
    expect(await authenticate(db, { ...from(HOME), ...asked })).toEqual({ person, epoch: expect.any(Number) });
    expect(await authenticate(db, { ...from('203.0.113.250', NOW + 2_000), ...asked })).toEqual({
      person,
      epoch: expect.any(Number),
    });
  });

  it('lets somebody known in from a school where others have used up the tries of the address', async () => {
    const { db } = opened;
    const busy = '198.51.100.99';
    const known = await accountOf('david');
    const newcomer = await accountOf('sylvie');
    expect(await authenticate(db, { ...from(busy), identifier: 'david', password: PASSWORD })).toEqual({
      person: known,
      epoch: expect.any(Number),
    });
    const address = scopeOf(key, 'address', addressHash(key, busy));
    for (let tries = 0; tries < 305; tries += 1) await reserve(db, [address], NOW);
    const asked = { ...from(busy), password: PASSWORD };
    expect(await authenticate(db, { ...asked, identifier: 'david' })).toEqual({
      person: known,
      epoch: expect.any(Number),
    });
    expect((await refusalOf(authenticate(db, { ...asked, identifier: 'sylvie' }))).code).toBe('sign_in_failed');
    const later = { ...from(busy, NOW + 10_001), password: PASSWORD, identifier: 'sylvie' };
    expect(await authenticate(db, later)).toEqual({ person: newcomer, epoch: expect.any(Number) });
  });

  it('gives no try back where none was taken: whoever signs in lightens no wait of others', async () => {
    const { db } = opened;
    const shared = '198.51.100.98';
    await accountOf('zoe');
    const asked = { ...from(shared), identifier: 'zoe', password: PASSWORD };
    await authenticate(db, asked);
    const address = addressHash(key, shared);
    for (let tries = 0; tries < 305; tries += 1) await reserve(db, [scopeOf(key, 'address', address)], NOW);
    const { failures } = await countOf('address', address);
    for (let times = 0; times < 3; times += 1) await authenticate(db, asked);
    expect((await countOf('address', address)).failures).toBe(failures);
  });

  it('makes each wait twice the last, to a minute, and hammering does not lengthen it', async () => {
    const { db } = opened;
    const scope = scopeOf(key, 'pair', 'waits', 'here');
    const admitted = async (at: number) => (await reserve(db, [scope], at))[0];
    let at = NOW;
    for (let tries = 0; tries < 5; tries += 1) expect(await admitted(at)).toBe(true);
    for (const wait of [1, 2, 4, 8, 16, 32, 60, 60]) {
      expect(await admitted(at)).toBe(false);
      expect(await admitted(at + wait * 1_000 - 1)).toBe(false);
      at += wait * 1_000;
      expect(await admitted(at)).toBe(true);
    }
    expect(await admitted(NOW + HOUR)).toBe(true);
    expect(await admitted(NOW + HOUR)).toBe(true);
  });

  it('gives a try back that was never judged, and lifts a wait that a clock put back would make endless', async () => {
    const { db } = opened;
    const scope = scopeOf(key, 'pair', 'unjudged', 'here');
    for (let tries = 0; tries < 20; tries += 1) {
      expect(await reserve(db, [scope], NOW)).toEqual([true]);
      await release(db, { returned: [scope] });
    }
    for (let tries = 0; tries < 5; tries += 1) expect(await reserve(db, [scope], NOW)).toEqual([true]);
    expect(await reserve(db, [scope], NOW)).toEqual([false]);
    expect(await reserve(db, [scope], NOW - 30_000)).toEqual([false]);
    expect(await reserve(db, [scope], NOW - 2 * HOUR)).toEqual([true]);
  });

  it('lets two tries at once through, whichever of them is counted first', async () => {
    const { db } = opened;
    const scope = scopeOf(key, 'pair', 'two at once');
    for (const at of [NOW, NOW - 5, NOW - 1, NOW - 9]) expect(await reserve(db, [scope], at)).toEqual([true]);
  });

  it('starts afresh after a right password, and gives the try back to the address', async () => {
    const { db } = opened;
    const person = await accountOf('henri');
    const place = '192.0.2.77';
    for (let tries = 0; tries < 4; tries += 1)
      await refusalOf(authenticate(db, { ...from(place), identifier: 'henri', password: WRONG }));
    expect(await authenticate(db, { ...from(place), identifier: 'henri', password: PASSWORD })).toEqual({
      person,
      epoch: expect.any(Number),
    });
    const address = addressHash(key, place);
    expect(await countOf('pair', 'henri', address)).toEqual({ tries: 5, failures: 0 });
    expect(await countOf('account', 'henri')).toEqual({ tries: 5, failures: 4 });
    expect(await countOf('address', address)).toEqual({ tries: 5, failures: 4 });
  });

  it('takes an IPv6 subscriber for one address, and an IPv4 address for itself however it is written', () => {
    const hash = (address: string) => addressHash(key, address);
    expect(hash('2001:db8:1:2:3:4:5:6')).toBe(hash('2001:0DB8:1:2::9'));
    expect(hash('2001:db8::1')).toBe(hash('2001:db8:0:0:ffff::1'));
    expect(hash('2001:db8:1:2::1')).not.toBe(hash('2001:db8:1:3::1'));
    expect(hash('::ffff:192.0.2.1')).toBe(hash('192.0.2.1'));
    expect(hash('192.0.2.1')).not.toBe(hash('192.0.2.2'));
    expect(hash('192.0.2.1:50123')).toBe(hash('192.0.2.1'));
    expect(hash('[2001:db8:1:2::9]:443')).toBe(hash('2001:db8:1:2::1'));
  });

  it('forgets counts after an hour and addresses after half a year, when purged', async () => {
    const { db } = opened;
    const person = await accountOf('lise');
    await authenticate(db, { ...from('192.0.2.200'), identifier: 'lise', password: PASSWORD });
    await purgeThrottle(db, NOW + HOUR - 1);
    expect(await countOf('pair', 'lise', addressHash(key, '192.0.2.200'))).toMatchObject({ tries: 1 });
    await purgeThrottle(db, NOW + 2 * HOUR);
    expect(await db('throttle')).toEqual([]);
    expect(await db('known_address').where({ person })).toHaveLength(1);
    await purgeThrottle(db, NOW + 181 * 24 * HOUR);
    expect(await db('known_address').where({ person })).toEqual([]);
  });

  it('purges all that has ended, however much there is', async () => {
    const { db } = opened;
    for (let from = 0; from < 2_500; from += 100)
      await reserve(
        db,
        Array.from({ length: 100 }, (_, one) => scopeOf(key, 'pair', 'flood', String(from + one))),
        NOW,
      );
    expect(await purgeThrottle(db, NOW + 2 * HOUR)).toBeGreaterThanOrEqual(2_500);
    expect(await db('throttle')).toEqual([]);
  });

  it('fails nobody when one account is tried and found right from one address many times at once', async () => {
    const { db } = opened;
    const [pair, ...wide] = [
      scopeOf(key, 'pair', 'crowd', 'school'),
      scopeOf(key, 'account', 'crowd'),
      scopeOf(key, 'address', 'school'),
    ];
    const turns = Array.from({ length: 10 }, async () => {
      for (let turn = 0; turn < 60; turn += 1) {
        await reserve(db, [pair as Scope], NOW);
        await reserve(db, wide, NOW);
        await release(db, { cleared: pair, returned: wide });
      }
    });
    await expect(Promise.all(turns)).resolves.toHaveLength(10);
  });

  it('hands its traces to a trail when there is one', async () => {
    const { db } = opened;
    const person = await accountOf('marc');
    const trail = openTrail(db, { everyMs: 60_000 });
    const asked = { ...from(), identifier: 'marc', trail };
    await refusalOf(authenticate(db, { ...asked, password: WRONG }));
    await authenticate(db, { ...asked, password: PASSWORD });
    expect(trail.waiting).toBe(2);
    await trail.close();
    expect(await eventsOf(db, person)).toEqual(['account.opened', 'sign_in.failed', 'sign_in.succeeded']);
  });
});
