// Not to be known to a publisher: once for all schools, at once, and wherever one arrives or something new is offered.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptPublisher, declinePublisher } from '../../src/acts/declining.ts';
import { verifyAudit } from '../../src/audit/audit.ts';
import { changeFacts, currentFacts, revisionOf } from '../../src/facts/facts.ts';
import { declineCounts, declinesOf, type Settled, settleAllDeclines } from '../../src/resources/declines.ts';
import { may } from '../../src/rights/rights.ts';
import { ark, type Market, OTHER_PUBLISHER, openMarket, PUBLISHER } from '../api/publishers.ts';
import { type CastName, COLLEGE, cast, LYCEE, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { openSchool } from '../rights/school.ts';

describe.each(engines)('declining a publisher, on $name', ({ open }) => {
  let test: TestDatabase;
  let market: Market;
  let offers: Record<'college' | 'lycee' | 'other', string>;
  const key = {} as Record<CastName, string>;
  beforeAll(async () => {
    test = await open();
    await openSchool(test.db, Date.now() - 3_600_000);
    for (const name of ['paul', 'zoe', 'ines', 'noe', 'paula', 'ali', 'gina'] as const)
      key[name] = await personOf(test.db, name);
    market = await openMarket(test.db);
    const both = await market.subscribe(ark.manuel, [COLLEGE, LYCEE]);
    const other = await market.subscribe(ark.autre, [COLLEGE]);
    offers = {
      college: await market.offer(both, COLLEGE),
      lycee: await market.offer(both, LYCEE),
      other: await market.offer(other, COLLEGE),
    };
  });
  afterAll(() => test?.close());

  const launch = async (name: CastName, offer: string) =>
    (await may(test.db, { person: key[name], action: 'launch', resource: { type: 'offer', id: offer } })).allowed;
  const choice = (name: CastName, publisher = PUBLISHER) => ({
    person: key[name],
    publisher,
    by: key[name],
    at: Date.now(),
  });
  const settle = (settled: Settled = new Map()) => settleAllDeclines(test.db, { settled, at: Date.now() });

  it('closes that publisher, and no other, for that person alone', async () => {
    expect(await launch('zoe', offers.college)).toBe(true);
    await declinePublisher(test.db, choice('zoe'));
    expect([await launch('zoe', offers.college), await launch('zoe', offers.other)]).toEqual([false, true]);
    expect(await launch('ines', offers.college)).toBe(true);
    expect((await declineCounts(test.db)).get(PUBLISHER)).toBe(1);
    await acceptPublisher(test.db, choice('zoe'));
    expect(await launch('zoe', offers.college)).toBe(true);
    expect(await declinesOf(test.db, key.zoe)).toEqual([]);
  });

  it('fifty at once are one choice, with one line in the trail', async () => {
    await Promise.all(Array.from({ length: 50 }, () => declinePublisher(test.db, choice('ines'))));
    expect(await declinesOf(test.db, key.ines)).toHaveLength(1);
    expect(await currentFacts(test.db, { school: COLLEGE, relations: ['declines'], subject: key.ines })).toHaveLength(
      1,
    );
    expect(await test.db('audit').where({ event: 'publisher.declined', subject: key.ines })).toHaveLength(1);
    await Promise.all(Array.from({ length: 20 }, () => acceptPublisher(test.db, choice('ines'))));
    expect(await test.db('audit').where({ event: 'publisher.accepted', subject: key.ines })).toHaveLength(1);
    expect((await verifyAudit(test.db)).firstBad).toBeUndefined();
  });

  it('is refused of a publisher that nobody registered', async () => {
    await expect(declinePublisher(test.db, choice('zoe', '000000000_0000000000000000'))).rejects.toMatchObject({
      code: 'unknown_publisher',
    });
    expect(await declinesOf(test.db, key.zoe)).toEqual([]);
  });

  it('holds where one arrives, and for what is offered later; the job writes nothing twice', async () => {
    const settled: Settled = new Map();
    await declinePublisher(test.db, choice('noe'));
    await declinePublisher(test.db, choice('noe', OTHER_PUBLISHER));
    expect(await settle(settled)).toBe(0);
    await changeFacts(test.db, {
      school: COLLEGE,
      at: Date.now() - 1,
      source: 'aaf2d',
      actor: 'feed',
      begin: [{ relation: 'attends', subject: key.noe, object: COLLEGE }],
    });
    expect(await launch('noe', offers.college)).toBe(true);
    expect(await settle(settled)).toBe(1);
    expect([await launch('noe', offers.college), await launch('noe', offers.other)]).toEqual([false, false]);
    // what is offered later is closed from the first instant
    const later = await market.offer(await market.subscribe(ark.cahier, [LYCEE]), LYCEE);
    expect(await launch('noe', later)).toBe(false);
    expect(await settle(settled)).toBe(0);
    const before = await revisionOf(test.db, COLLEGE);
    expect([await settle(settled), await settle()]).toEqual([0, 0]);
    expect(await revisionOf(test.db, COLLEGE)).toBe(before);
  });

  it('ends with the place in the school, and comes back with it', async () => {
    const [place] = await currentFacts(test.db, { school: COLLEGE, relations: ['attends'], subject: key.noe });
    await changeFacts(test.db, {
      school: COLLEGE,
      at: Date.now() - 1,
      source: 'aaf2d',
      actor: 'feed',
      end: [place!],
    });
    expect(await settle()).toBe(1);
    expect(
      await currentFacts(test.db, {
        school: COLLEGE,
        relations: ['declines'],
        subject: key.noe,
        endingAfter: Date.now(),
      }),
    ).toEqual([]);
    expect(await declinesOf(test.db, key.noe)).toHaveLength(2);
  });

  it('what a representative chose stays until they, or another one, take it back; or they represent nobody', async () => {
    const by = { ...choice('paul'), by: key.paula };
    await declinePublisher(test.db, by);
    await expect(acceptPublisher(test.db, choice('paul'))).rejects.toMatchObject({ code: 'decline_other' });
    expect(await launch('paul', offers.college)).toBe(false);
    const guards = await currentFacts(test.db, { school: COLLEGE, relations: ['guards'], subject: key.paula });
    await changeFacts(test.db, {
      school: COLLEGE,
      at: Date.now() - 1,
      source: 'aaf2d',
      actor: 'feed',
      end: guards.filter(({ object }) => object === key.paul),
    });
    await acceptPublisher(test.db, choice('paul'));
    expect(await launch('paul', offers.college)).toBe(true);
  });

  describe('a child and a parent, each with a choice of their own', () => {
    const parent = (name: CastName = 'paul') => ({ ...choice(name), by: key.ali });
    const ines = () => choice('ines');
    const both = async () => {
      await declinePublisher(test.db, ines());
      await declinePublisher(test.db, parent('ines'));
    };
    const none = async () => {
      await acceptPublisher(test.db, parent('ines')).catch(() => undefined);
      await acceptPublisher(test.db, ines()).catch(() => undefined);
      expect(await launch('ines', offers.college)).toBe(true);
    };

    it('a parent does not undo what the child chose, at any age; the child does', async () => {
      await declinePublisher(test.db, ines());
      await expect(acceptPublisher(test.db, parent('ines'))).rejects.toMatchObject({ code: 'decline_other' });
      expect(await launch('ines', offers.college)).toBe(false);
      expect(await acceptPublisher(test.db, ines())).toEqual({ known: true });
      await none();
    });

    it('the child who takes back theirs is not known as long as the parent wants so, and the other way round', async () => {
      await both();
      expect(await declinesOf(test.db, key.ines)).toHaveLength(2);
      expect((await declineCounts(test.db)).get(PUBLISHER)).toBe(2); // with noe
      expect(await acceptPublisher(test.db, ines())).toEqual({ known: false });
      expect(await launch('ines', offers.college)).toBe(false);
      await expect(acceptPublisher(test.db, ines())).rejects.toMatchObject({ code: 'decline_other' });
      expect(await acceptPublisher(test.db, parent('ines'))).toEqual({ known: true });
      expect(await launch('ines', offers.college)).toBe(true);
      await both();
      expect(await acceptPublisher(test.db, parent('ines'))).toEqual({ known: false });
      expect(await launch('ines', offers.college)).toBe(false);
      await none();
    });

    it('says the same twice without a second line, and takes back twice without a fault', async () => {
      const lines = async () => (await test.db('audit').where({ subject: key.ines })).length;
      await both();
      const before = await lines();
      await both();
      expect(await lines()).toBe(before);
      await none();
      expect(await acceptPublisher(test.db, ines())).toEqual({ known: true });
      expect(await acceptPublisher(test.db, parent('ines'))).toEqual({ known: true });
    });
  });

  it('a choice goes with a record that is joined to another, and stays with both once they are told apart', async () => {
    const joined = (holder: string | null) =>
      test
        .db('external_identity')
        .where({ external_id: cast.gina.id })
        .update({ person: holder ?? key.gina, record: holder === null ? null : key.gina });
    await declinePublisher(test.db, choice('gina', OTHER_PUBLISHER));
    await joined(key.zoe);
    expect((await declinesOf(test.db, key.zoe)).map(({ publisher, by }) => [publisher, by])).toEqual([
      [OTHER_PUBLISHER, key.zoe],
    ]);
    await settle();
    expect(await launch('zoe', offers.other)).toBe(false);
    const counted = async () => (await declineCounts(test.db)).get(PUBLISHER) ?? 0;
    const before = await counted();
    await declinePublisher(test.db, choice('zoe'));
    expect(await counted()).toBe(before + 1);
    await joined(null);
    await settle();
    expect(await launch('zoe', offers.other)).toBe(true);
    expect(await launch('zoe', offers.college)).toBe(false);
    expect((await declinesOf(test.db, key.gina)).map(({ publisher }) => publisher).sort()).toEqual(
      [PUBLISHER, OTHER_PUBLISHER].sort(),
    );
    await joined(key.zoe);
    for (const publisher of [PUBLISHER, OTHER_PUBLISHER]) await acceptPublisher(test.db, choice('zoe', publisher));
    await joined(null);
    expect([await declinesOf(test.db, key.zoe), await declinesOf(test.db, key.gina)]).toEqual([[], []]);
  });
});
