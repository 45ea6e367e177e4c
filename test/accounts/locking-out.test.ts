// Nobody keeps anybody else out: what others try holds no browser that its person signs in from, and gives no guess away.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { authenticate, openAccount } from '../../src/accounts/accounts.ts';
import { DEVICE_KNOWN_FOR, deviceHash, noteDevice } from '../../src/accounts/factors/devices.ts';
import { hashingWork } from '../../src/accounts/hashing.ts';
import { addressHash, reserve, type Scope, scopeOf } from '../../src/accounts/throttle.ts';
import { openTrail } from '../../src/audit/audit.ts';
import { openDatabase } from '../../src/storage/storage.ts';
import { deliverCast, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { from, HOME, outcomes, PASSWORD, refusalOf, SCHOOL, WRONG } from './people.ts';

const { key } = from();
const LAPTOP = 'helene-laptop-22-chars';
/** Five that are free, then one at the end of each wait; the last one lasts a minute. */
const HAMMERED = [0, 0, 0, 0, 0, 1, 3, 7, 15, 31, 63];
const CAFE = '203.0.113.44';

describe.each(engines)('others who try an account, on $name', ({ open }) => {
  let opened: TestDatabase;
  let helene: string;
  beforeAll(async () => {
    opened = await open();
    await deliverCast(opened.db);
    helene = await personOf(opened.db, 'helene');
    await openAccount(opened.db, {
      person: helene,
      identifier: 'helene',
      password: PASSWORD,
      actor: 'system',
      at: NOW,
    });
  });
  afterAll(() => opened.close());
  beforeEach(async () => {
    for (const table of ['throttle', 'known_address', 'known_device']) await opened.db(table).delete();
  });

  /** Hers, in a browser that keeps a number or none, at an address. */
  const comes = (
    at: number,
    { device, address = SCHOOL, ...more }: { device?: string; address?: string; workstation?: string } = {},
  ) =>
    authenticate(opened.db, { ...from(address, at), device, ...more, identifier: 'helene', password: PASSWORD }).then(
      ({ person }) => person === helene,
      (error: { code: string }) => error.code,
    );
  const has = (device: string, at = NOW) => noteDevice(opened.db, { person: helene, device, key, at });
  const pair = (place = addressHash(key, SCHOOL), identifier = 'helene') => scopeOf(key, 'pair', identifier, place);
  /** Somebody else tries for two minutes: whenever a wait ends, the next try is theirs. */
  const hammer = async (scope: Scope, since = NOW): Promise<number> => {
    for (const seconds of HAMMERED) expect(await reserve(opened.db, [scope], since + seconds * 1_000)).toEqual([true]);
    return since + 120_000;
  };
  const spread = async (): Promise<void> => {
    for (let tries = 0; tries < 30; tries += 1) await reserve(opened.db, [scopeOf(key, 'account', 'helene')], NOW);
  };
  const browserScope = (device: string) => scopeOf(key, 'browser', deviceHash({ person: helene, device, key }));

  it('from her own address keep her out of no browser that she has signed in from', async () => {
    expect(await comes(NOW)).toBe(true);
    await has(LAPTOP);
    const now = await hammer(pair());
    expect(await comes(now)).toBe('sign_in_failed');
    expect(await comes(now, { device: 'somebody-elses-browser' })).toBe('sign_in_failed');
    expect(await comes(now, { device: LAPTOP })).toBe(true);
    expect(await comes(now)).toBe('sign_in_failed'); // her coming in lightens no wait of theirs
  });

  it('from everywhere at once keep her out of no browser that she has signed in from, wherever she takes it', async () => {
    await has(LAPTOP);
    await spread();
    expect(await comes(NOW, { address: CAFE })).toBe('sign_in_failed');
    expect(await comes(NOW, { address: CAFE, device: LAPTOP })).toBe(true);
  });

  it('who have used up the tries of a whole address keep nobody out of such a browser', async () => {
    await has(LAPTOP);
    const { key: scope, kind } = scopeOf(key, 'address', addressHash(key, CAFE));
    const waits = { tries: 310, failures: 310, admitted: 1, until: NOW + 10_000, expires_at: NOW + 3_600_000 };
    await opened.db('throttle').insert({ scope, kind, ...waits });
    expect(await comes(NOW, { address: CAFE })).toBe('sign_in_failed');
    expect(await comes(NOW, { address: CAFE, device: LAPTOP })).toBe(true);
  });

  it('with the number of her browser are slowed as from one address, from however many they try, at once, on two nodes', async () => {
    await has(LAPTOP);
    const other = openDatabase(opened.url);
    const tries = Array.from({ length: 20 }, (_, n) =>
      authenticate(n % 2 ? other : opened.db, {
        ...from(`203.0.113.${n}`),
        device: LAPTOP,
        identifier: 'helene',
        password: WRONG,
      }),
    );
    expect(await outcomes(tries)).toEqual({ sign_in_failed: 20 });
    await other.destroy();
    const counted = await opened
      .db('throttle')
      .where({ scope: browserScope(LAPTOP).key })
      .first('tries', 'failures');
    expect(counted).toEqual({ tries: 20, failures: 5 });
    expect(await comes(NOW, { device: LAPTOP })).toBe('sign_in_failed');
    expect(await comes(NOW + 999, { device: LAPTOP })).toBe('sign_in_failed');
    // nowhere else was anybody made to wait, and a wait ends
    expect(await comes(NOW, { address: HOME })).toBe(true);
    expect(await comes(NOW + 1_000, { device: LAPTOP })).toBe(true);
  });

  it('with the number of a browser are nobody else’s: it is good for her alone', async () => {
    await has(LAPTOP);
    const now = await hammer(pair(undefined, 'nobody'));
    const asked = { ...from(SCHOOL, now), device: LAPTOP, identifier: 'nobody', password: WRONG };
    await refusalOf(authenticate(opened.db, asked));
    const [row] = await opened
      .db('throttle')
      .where({ scope: pair(undefined, 'nobody').key })
      .select('tries');
    expect(row.tries).toBe(HAMMERED.length + 1);
    expect(await opened.db('throttle').where({ kind: 'browser' })).toEqual([]);
  });

  it('learn nothing from a number: known or not, hers or not, the answer and the work are the same', async () => {
    await has(LAPTOP);
    const asked: string[][] = [];
    const trail = openTrail(opened.db, { everyMs: 60_000 }); // traces are written when it closes
    for (const [identifier, device] of [
      ['nobody.at.all', LAPTOP],
      ['helene', 'somebody-elses-browser'],
      ['nobody.at.all', 'somebody-elses-browser'],
    ] as const) {
      const statements: string[] = [];
      const hear = ({ sql }: { sql: string }) => statements.push(sql);
      opened.db.on('query', hear);
      const before = hashingWork();
      const seen = await refusalOf(authenticate(opened.db, { ...from(), device, identifier, password: WRONG, trail }));
      opened.db.off('query', hear);
      expect(seen).toMatchObject({ code: 'sign_in_failed', details: {} });
      expect(hashingWork()).toEqual({ ...before, verified: before.verified + 1 });
      asked.push(statements);
    }
    await trail.close();
    expect(asked[0]?.length).toBeGreaterThan(2);
    expect(new Set(asked.map((statements) => statements.join('\n'))).size).toBe(1);
  });

  it('are held off for as long as the browser is remembered', async () => {
    await has(LAPTOP);
    const last = NOW + DEVICE_KNOWN_FOR - 1;
    await hammer(pair(), last - 120_000);
    expect(await comes(last, { device: LAPTOP })).toBe(true);
    expect(await comes(last + 1, { device: LAPTOP })).toBe('sign_in_failed');
  });

  it('are held off from browsers of since her password was set, and of no earlier one', async () => {
    const setAt = (at: number) => opened.db('credential').where({ person: helene }).update({ set_at: at });
    await has(LAPTOP, NOW - 1);
    const now = await hammer(pair());
    expect(await comes(now, { device: LAPTOP })).toBe('sign_in_failed');
    await has(LAPTOP, NOW);
    expect(await comes(now, { device: LAPTOP })).toBe(true);
    await setAt(NOW + 1);
    expect(await comes(now, { device: LAPTOP })).toBe('sign_in_failed');
    await setAt(NOW);
  });

  it('elsewhere in the school hold up no shared workstation, and those at one hold up no other', async () => {
    const now = await hammer(pair());
    expect(await comes(now, { workstation: 'library' })).toBe(true);
    await hammer(pair('workstation library'));
    expect(await comes(now, { workstation: 'library' })).toBe('sign_in_failed');
    expect(await comes(now, { workstation: 'office' })).toBe(true);
  });

  it('from many shared workstations at once, where she signs in from, guess no more than from one place', async () => {
    expect(await comes(NOW)).toBe(true); // the school's address is hers
    const other = openDatabase(opened.url);
    const guess = (workstation: string) => ({
      ...from(SCHOOL),
      workstation,
      identifier: 'helene',
      password: WRONG,
    });
    const before = hashingWork();
    const tries = Array.from({ length: 40 }, (_, n) => authenticate(n % 2 ? other : opened.db, guess(`pc-${n % 10}`)));
    expect(await outcomes(tries)).toEqual({ sign_in_failed: 40 });
    await other.destroy();
    expect(hashingWork().verified - before.verified).toBe(40);
    const shared = scopeOf(key, 'account', 'helene', `at ${addressHash(key, SCHOOL)}`);
    const counted = await opened.db('throttle').where({ scope: shared.key }).first('tries', 'failures');
    expect(counted).toEqual({ tries: 40, failures: 30 });
    // another of them opens no other budget; her own browsers there are held by none of it; and a wait ends
    expect(await comes(NOW, { workstation: 'pc-never-used' })).toBe('sign_in_failed');
    expect(await comes(NOW)).toBe(true);
    expect(await comes(NOW + 120_000, { workstation: 'pc-never-used' })).toBe(true);
  });

  it('elsewhere never fill what the shared workstations of her school have in common', async () => {
    expect(await comes(NOW)).toBe(true);
    await spread();
    expect(await comes(NOW, { address: CAFE, workstation: 'library' })).toBe('sign_in_failed');
    expect(await comes(NOW, { workstation: 'library' })).toBe(true);
  });

  it('are not let off because they sit at a shared workstation', async () => {
    await spread();
    expect(await comes(NOW, { address: CAFE, workstation: 'library' })).toBe('sign_in_failed');
  });
});
