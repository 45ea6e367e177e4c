// What is free: nowhere by itself, open to the audiences that a school chose, through every gate that a subscription has, until it closes it.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openAccount } from '../../src/accounts/accounts.ts';
import { declinePublisher } from '../../src/acts/declining.ts';
import { closeFreeAt, freeFor, openFreeAt } from '../../src/acts/free.ts';
import { launchable } from '../../src/acts/launching.ts';
import { verifyAudit } from '../../src/audit/audit.ts';
import { offersOf, type ResourceAudience } from '../../src/directory/offers.ts';
import { changeFacts, currentFacts, revisionOf } from '../../src/facts/facts.ts';
import { endAgreement } from '../../src/resources/agreements.ts';
import { freeAt } from '../../src/resources/free.ts';
import { deriveOffers } from '../../src/resources/offers.ts';
import { findResource, recordResource, suspendResource, validateResource } from '../../src/resources/registry.ts';
import { writeReports } from '../../src/resources/reports.ts';
import { may, who } from '../../src/rights/rights.ts';
import { ark, type Market, openMarket, PUBLISHER } from '../api/publishers.ts';
import { type CastName, COLLEGE, cast, deliverCast, ECOLE, LYCEE, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { goodResource } from './good-resource.ts';

const FREE = ark.cahier;
const relations = ['subscribed', 'agreed', 'cleared', 'openTo'] as const;
const everybody = Object.keys(cast) as CastName[];

describe.each(engines)('what is free, on $name', ({ open }) => {
  let base: TestDatabase;
  let market: Market;
  const key = {} as Record<CastName, string>;
  const by = 'operator';

  beforeAll(async () => {
    base = await open();
    await deliverCast(base.db, Date.now() - 3_600_000);
    for (const name of everybody) key[name] = await personOf(base.db, name);
    market = await openMarket(base.db);
    for (const name of ['paul', 'tom', 'paula'] as const)
      await openAccount(base.db, {
        person: key[name],
        identifier: `${name}.libre`,
        password: 'ardoise-mappemonde',
        actor: by,
        at: Date.now(),
      }).catch(() => undefined); // some have one already
  });
  afterAll(() => base?.close());
  beforeEach(async () => {
    for (const table of ['free_opening', 'offer', 'publisher_decline']) await base.db(table).delete();
    await base
      .db('fact')
      .whereIn('relation', [...relations, 'declines'])
      .delete();
    await market.agree([COLLEGE, LYCEE]);
    await freeFrom(['pupil', 'teacher']);
  });

  /** Its sheet says for whom it is free; it is validated. */
  const freeFrom = async (free: readonly ResourceAudience[]) => {
    await recordResource(base.db, { ...goodResource, id: FREE, name: FREE, free, by, at: Date.now() });
    await validateResource(base.db, { id: FREE, attributes: ['PRE'], by, at: Date.now() });
  };
  const opening = (audiences: readonly ResourceAudience[], as: CastName = 'helene', school = COLLEGE) =>
    openFreeAt(base.db, { school, resource: FREE, audiences, by: key[as], at: Date.now() });
  const closing = (as: CastName = 'helene', school = COLLEGE) =>
    closeFreeAt(base.db, { school, resource: FREE, by: key[as], at: Date.now() });
  const offerOf = async (school = COLLEGE) => (await offersOf(base.db, { school, resource: FREE }))[0];
  const launch = async (name: CastName, at = Date.now()) => {
    const offer = await offerOf();
    if (!offer) return false;
    const resource = { type: 'offer', id: offer.id } as const;
    return (await may(base.db, { person: key[name], action: 'launch', resource, when: { at } })).allowed;
  };
  /** All who may, by name. */
  const launching = async () => {
    const offer = await offerOf();
    if (!offer) return [];
    const resource = { type: 'offer', id: offer.id } as const;
    const found = await who(base.db, { action: 'launch', resource, when: { at: Date.now() } });
    return found.map(({ person }) => everybody.find((name) => key[name] === person)).sort();
  };
  const refused = (code: string) => ({ code });

  it('is open to nobody by itself, however it is derived', async () => {
    await deriveOffers(base.db, { school: COLLEGE, at: Date.now(), by });
    expect(await offersOf(base.db, { resource: FREE })).toEqual([]);
    expect(await launching()).toEqual([]);
    expect((await freeAt(base.db, COLLEGE)).map(({ resource, open }) => [resource.id, open])).toEqual([[FREE, []]]);
  });

  it('the head opens it to pupils, and to nobody else; then to teachers too, and closes it', async () => {
    await opening(['pupil']);
    const pupils = ['ines', 'lucas', 'paul', 'zoe'];
    expect(await launching()).toEqual(pupils);
    await opening(['teacher', 'pupil']);
    expect(await launching()).toEqual([...pupils, 'olga', 'tania', 'theo', 'tom'].sort());
    await opening(['teacher']);
    expect(await launching()).toEqual(['olga', 'tania', 'theo', 'tom']);
    await closing();
    expect(await launching()).toEqual([]);
    expect(await offersOf(base.db, { resource: FREE })).toHaveLength(1);
  });

  it('the offer is the one it was when it is opened again, and has no subscription', async () => {
    await opening(['pupil']);
    const before = await offerOf();
    expect(before).toMatchObject({ subscription: null, school: COLLEGE, resource: FREE });
    await closing();
    await opening(['teacher']);
    expect(await offerOf()).toEqual(before);
    expect((await freeAt(base.db, COLLEGE))[0]).toMatchObject({ open: ['teacher'], since: expect.any(Number) });
  });

  it('who could open it is told of the day before, of the instant, and of the day after', async () => {
    await opening(['pupil']);
    const { id } = (await offerOf())!;
    const [opened] = await currentFacts(base.db, { school: COLLEGE, relations: ['openTo'] });
    const could = async (at: number) =>
      (await who(base.db, { action: 'launch', resource: { type: 'offer', id }, when: { knownTodayOf: at } })).length;
    expect(await could(opened!.validFrom - 86_400_000)).toBe(0);
    expect(await could(opened!.validFrom)).toBe(4);
    await closeFreeAt(base.db, { school: COLLEGE, resource: FREE, by: key.helene, at: opened!.validFrom + 60_000 });
    expect(await could(opened!.validFrom + 30_000)).toBe(4);
    expect(await could(opened!.validFrom + 86_400_000)).toBe(0);
  });

  it.each([
    ['tom', COLLEGE],
    ['paul', COLLEGE],
    ['paula', COLLEGE],
    ['david', COLLEGE],
    ['henri', COLLEGE],
    ['helene', LYCEE],
    ['denise', ECOLE],
    ['helene', '9999999X'],
  ] as const)('%s opens and closes nothing at %s, and is not told what there is', async (as, school) => {
    await expect(opening(['pupil'], as, school)).rejects.toMatchObject(refused('not_allowed'));
    await expect(closing(as, school)).rejects.toMatchObject(refused('not_allowed'));
    await expect(freeFor(base.db, { school, by: key[as], at: Date.now() })).rejects.toMatchObject(
      refused('not_allowed'),
    );
    expect(await base.db('free_opening')).toEqual([]);
  });

  it('is refused for whom it is not free, for nobody, and where it is unknown, not free, or not validated', async () => {
    await expect(opening(['pupil', 'librarian'])).rejects.toMatchObject(refused('free_refused'));
    await expect(opening([])).rejects.toMatchObject(refused('free_refused'));
    for (const resource of [ark.atlas, 'ark:/99999/personne']) {
      const act = { school: COLLEGE, resource, by: key.helene, at: Date.now() };
      await expect(openFreeAt(base.db, { ...act, audiences: ['pupil'] })).rejects.toMatchObject(
        refused('free_refused'),
      );
      await closeFreeAt(base.db, act);
    }
    await suspendResource(base.db, { id: FREE, by, at: Date.now() });
    await expect(opening(['pupil'])).rejects.toMatchObject(refused('free_refused'));
    expect(await base.db('free_opening')).toEqual([]);
    expect(await base.db('offer')).toEqual([]);
  });

  it('waits for the agreement of the school, and closes with it that minute', async () => {
    await endAgreement(base.db, { reference: 'CONV-1', by, at: Date.now() });
    await opening(['pupil']);
    expect(await launch('paul')).toBe(false);
    await market.agree([COLLEGE], 'CONV-2');
    expect(await launch('paul')).toBe(true);
    await endAgreement(base.db, { reference: 'CONV-2', by, at: Date.now() });
    expect(await launch('paul')).toBe(false);
    await base.db('agreement_school').delete();
    await base.db('agreement').delete();
  });

  it('closes while it is suspended, and opens again to the same', async () => {
    await opening(['pupil']);
    await suspendResource(base.db, { id: FREE, by, at: Date.now() });
    expect(await launching()).toEqual([]);
    await validateResource(base.db, { id: FREE, attributes: [], by, at: Date.now() });
    expect(await launch('paul')).toBe(true);
  });

  it('what is no longer free for an audience is closed to it at once, everywhere', async () => {
    await opening(['pupil', 'teacher']);
    await opening(['pupil', 'teacher'], 'henri', LYCEE);
    await freeFrom(['teacher']);
    expect(await launching()).toEqual(['olga', 'tania', 'theo', 'tom']);
    expect((await freeAt(base.db, COLLEGE))[0]).toMatchObject({ open: ['teacher'] });
    await freeFrom([]);
    expect(await launching()).toEqual([]);
    expect(await freeAt(base.db, COLLEGE)).toEqual([]);
    for (const school of [COLLEGE, LYCEE])
      expect(await currentFacts(base.db, { school, relations, source: 'derived', endingAfter: Date.now() })).toEqual(
        [],
      );
  });

  it('free again for an audience, it opens to nobody before the school opens it again', async () => {
    await opening(['pupil', 'teacher']);
    await freeFrom(['teacher']);
    await freeFrom(['pupil', 'teacher']);
    expect(await launching()).toEqual(['olga', 'tania', 'theo', 'tom']);
    expect((await freeAt(base.db, COLLEGE))[0]).toMatchObject({ open: ['teacher'] });
    await opening(['pupil', 'teacher']);
    expect(await launch('paul')).toBe(true);
  });

  it('whoever does not want to be known to the publisher is not, however free it is', async () => {
    const choice = { person: key.zoe, publisher: PUBLISHER, by: key.zoe, at: Date.now() };
    await declinePublisher(base.db, choice);
    await opening(['pupil']);
    expect(await launch('zoe')).toBe(false);
    await declinePublisher(base.db, { ...choice, person: key.ines, by: key.ines, at: Date.now() });
    expect(await launching()).toEqual(['lucas', 'paul']);
  });

  it('an account is needed, and a parent never opens it', async () => {
    await opening(['pupil', 'teacher']);
    const open = async (name: CastName) =>
      (await launchable(base.db, { db: base.db, person: key[name], at: Date.now() })).map(({ offer, rule }) => [
        offer.subscription,
        rule,
      ]);
    expect([await open('paul'), await open('tom')]).toEqual([[[null, 'site']], [[null, 'site']]]);
    expect([await open('paula'), await open('lucas')]).toEqual([[], []]);
  });

  it('whoever comes later may open it, and whoever leaves may not', async () => {
    await opening(['pupil']);
    const begin = [{ relation: 'attends', subject: key.noe, object: COLLEGE }] as const;
    const change = { school: COLLEGE, source: 'aaf2d', actor: 'feed' } as const;
    await changeFacts(base.db, { ...change, at: Date.now() - 1, begin });
    expect(await launch('noe')).toBe(true);
    const [place] = await currentFacts(base.db, { school: COLLEGE, relations: ['attends'], subject: key.noe });
    await changeFacts(base.db, { ...change, at: Date.now(), end: [place!] });
    expect(await launch('noe', Date.now() + 1)).toBe(false);
  });

  it('fifty clicks at once open it once, with one line in the trail; so do fifty that close it', async () => {
    const lines = async (event: string) => Number((await base.db('audit').where({ event }).count({ n: '*' }))[0]!.n);
    const [opened, closed] = [await lines('free.opened'), await lines('free.closed')];
    await Promise.all(Array.from({ length: 50 }, () => opening(['pupil'])));
    expect(await base.db('free_opening')).toHaveLength(1);
    expect(await offersOf(base.db, { resource: FREE })).toHaveLength(1);
    expect(await currentFacts(base.db, { school: COLLEGE, relations: ['openTo'] })).toHaveLength(1);
    const revision = await revisionOf(base.db, COLLEGE);
    await opening(['pupil']);
    expect(await revisionOf(base.db, COLLEGE)).toBe(revision);
    await Promise.all(Array.from({ length: 50 }, () => closing()));
    expect([await lines('free.opened'), await lines('free.closed')]).toEqual([opened + 1, closed + 1]);
    const last = await base.db('audit').where({ event: 'free.opened' }).orderBy('seq', 'desc').first();
    expect(last).toMatchObject({ actor: key.helene, school: COLLEGE });
    expect(JSON.parse(last.details)).toEqual({ resource: FREE, audiences: 'pupil' });
    expect((await verifyAudit(base.db)).firstBad).toBeUndefined();
  });

  it('a subscription beside it is another offer, and either opens; no report of a distributor tells of what is free', async () => {
    const id = await market.subscribe(FREE, [COLLEGE], { publicCible: ['DOCUMENTALISTE'] });
    await opening(['pupil']);
    expect((await offersOf(base.db, { resource: FREE })).map(({ subscription }) => subscription).sort()).toEqual(
      [id, null].sort(),
    );
    await market.remove(id);
    const free = (await offersOf(base.db, { resource: FREE, subscription: null }))[0]!;
    const wish = { person: key.paul, action: 'launch', resource: { type: 'offer', id: free.id } } as const;
    expect((await may(base.db, wish)).allowed).toBe(true);
    await writeReports(base.db, Date.now());
    expect(await base.db('assignment_report')).toEqual([]);
    await base
      .db('fact')
      .whereIn('relation', [...relations])
      .delete();
    await base.db('offer').delete();
    for (const table of ['subscription_school', 'subscription']) await base.db(table).delete();
  });

  it('a sheet that is free for nobody known is refused, and one that says nothing is free for nobody', async () => {
    const sheet = { ...goodResource, id: 'ark:/49591/Autrement', by, at: Date.now() };
    await expect(recordResource(base.db, { ...sheet, free: ['parent' as never] })).rejects.toMatchObject({
      code: 'resource_refused',
      details: { member: 'free' },
    });
    await recordResource(base.db, sheet);
    expect((await findResource(base.db, sheet.id)).free).toEqual([]);
  });
});
