// A publisher's module: what may be bound to it, what it is known by, and the watch that signs people out of it.
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { standsSince, versionSaying } from '../../src/accounts/notices.ts';
import { insertAccount } from '../../src/accounts/records.ts';
import { moveAccount } from '../../src/accounts/states.ts';
import { declinePublisher } from '../../src/acts/declining.ts';
import { launchable, launchableUntil } from '../../src/acts/launching.ts';
import { offersOf } from '../../src/directory/offers.ts';
import { changeFacts, currentFacts, revisionsOf } from '../../src/facts/facts.ts';
import { watchEntitlements } from '../../src/oidc/endings.ts';
import type { NewModule } from '../../src/oidc/modules.ts';
import { findModule } from '../../src/oidc/modules.ts';
import { sealWith } from '../../src/oidc/seal.ts';
import { openEntry } from '../../src/oidc/sessions.ts';
import { holdVisits, purgeVisits, resourcesOpen } from '../../src/oidc/visits.ts';
import { recordResource, validateResource } from '../../src/resources/registry.ts';
import { purgeReleases, sentInSum, sentTo } from '../../src/resources/releases.ts';
import { openGraphs } from '../../src/rights/graph/graphs.ts';
import { list } from '../../src/rights/rights.ts';
import { openStatements } from '../../src/storage/statements.ts';
import { type Db, inPieces, openDatabase } from '../../src/storage/storage.ts';
import { COLLEGE, LYCEE, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { goodResource } from '../resources/good-resource.ts';
import { ATLAS, CARNET, openBroker, publishers, subscribe } from './broker.ts';
import { Browser, basic, type House, openHouse, post, type Registered, request, signIn } from './harness.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SPHERE = 'ark:/99999/sphere';
const PRISME = 'ark:/99999/prisme';

describe.each(engines)('what is bound to publishers on $name', ({ open }) => {
  let house: House;
  let tom: string;
  let paul: string;

  beforeAll(async () => {
    house = await openHouse(open);
    const at = Date.now() - 500;
    await openBroker(house.db, at);
    for (const [id, more] of [
      [SPHERE, { sector: 'resource', schools: 'all' }],
      [PRISME, { sector: 'resource' }],
    ] as const) {
      const publisher = publishers.compas;
      await recordResource(house.db, { ...goodResource, id, publisher, declared: [], ...more, by: 'operator', at });
      await validateResource(house.db, { id, attributes: ['IDO', 'UAI', 'PRO'], by: 'operator', at });
      await subscribe(house.db, { id: id.slice(11), resource: id, school: true, at });
    }
    tom = await house.account('tom');
    paul = await house.account('paul');
    await changeFacts(house.db, {
      school: LYCEE,
      at,
      source: 'aaf2d',
      actor: 'test',
      begin: [{ relation: 'post', subject: tom, object: LYCEE, properties: { function: 'teacher' } }],
    });
  });
  afterAll(() => house.close());

  const register = (more: Partial<NewModule>): Promise<Registered> =>
    house.module({ scopes: ['openid', 'rights'], ...more });
  const faultsOf = (more: Partial<NewModule>): Promise<string[]> =>
    register(more).then(
      () => [],
      (error) => error.details.faults,
    );
  const idOf = ({ id_token }: { id_token?: string | undefined }) => decodeJwt(id_token ?? '');

  describe('registration', () => {
    it('takes resources of one publisher, however their ARK is written, and knows persons by that one’s pseudonyms', async () => {
      const { module } = await register({ resources: [`https://ark.example/${ATLAS}`, ATLAS] });
      expect(module.resources).toEqual([ATLAS]);
      expect(module.sector).toBe(publishers.marronnier.id);
      expect((await findModule(house.db, module.id)).resources).toEqual([ATLAS]);
    });

    it.each([
      ['a resource that nobody registered', { resources: ['ark:/99999/nothing'] }, 'resources'],
      ['what is no ARK', { resources: ['nothing'] }, 'resources'],
      ['resources of two publishers', { resources: [ATLAS, CARNET] }, 'resources'],
      ['a resource with pseudonyms of its own beside another', { resources: [SPHERE, CARNET] }, 'resources'],
      ['a scope about persons', { resources: [ATLAS], scopes: ['openid', 'profile'] }, 'scopes'],
      ['a scope of what modules of a school read', { resources: [ATLAS], scopes: ['openid', 'logbooks'] }, 'scopes'],
      ['the keys of the directory as names', { resources: [ATLAS], subject: 'public' }, 'subject'],
      ['another shape', { resources: [ATLAS], attributes: 'saml' }, 'attributes'],
      ['a shape, and no resource', { attributes: 'cas' }, 'attributes'],
      ['no persons', { resources: [ATLAS], redirectUris: [], scopes: ['rights'] }, 'resources'],
    ] as const)('does not take %s', async (_what, more, member) => {
      const faults = await faultsOf(more as unknown as Partial<NewModule>);
      expect(faults.some((fault) => fault.startsWith(`${member}:`))).toBe(true);
    });
  });

  it('a resource with pseudonyms of its own knows a person by another name than its publisher’s others', async () => {
    const subs: unknown[] = [];
    for (const resources of [[SPHERE], [PRISME], [CARNET]])
      subs.push(idOf(await signIn(house, await register({ resources }), paul)).sub);
    expect(new Set(subs).size).toBe(3);
  });

  it('a resource of several schools is told of all from which it is open, the one of the click first', async () => {
    const sphere = await register({ resources: [SPHERE] });
    const tokens = await signIn(house, sphere, tom, { school: LYCEE });
    expect(idOf(tokens).UAI).toEqual([LYCEE, COLLEGE]);
    expect(idOf(await signIn(house, sphere, paul)).UAI).toEqual([COLLEGE]);
  });

  it('a pushed request names its resource as any other, and a foreign one is refused there', async () => {
    const atlas = await register({ resources: [ATLAS] });
    const asked = await request(atlas, {});
    const form = { ...Object.fromEntries(asked.url.searchParams), idRessource: ATLAS };
    const pushed = await post(house, '/request', form, basic(atlas));
    expect(pushed.status).toBe(201);
    const url = new URL('/auth', house.issuer);
    url.searchParams.set('client_id', atlas.module.id);
    url.searchParams.set('request_uri', String(pushed.body.request_uri));
    const back = await new Browser(house).enter(url, paul);
    expect(back.searchParams.get('code')).toBeTruthy();
    const foreign = await post(house, '/request', { ...form, idRessource: CARNET }, basic(atlas));
    expect(foreign).toMatchObject({ status: 400, body: { error: 'invalid_target' } });
  });

  it('an opening is traced by its offer, once the person is let in', async () => {
    const atlas = await register({ resources: [ATLAS] });
    const opened = async () => {
      await house.trail.flush();
      return house.db('audit').where({ event: 'resource.opened', client: atlas.module.id });
    };
    const browser = new Browser(house);
    const { url } = await request(atlas, {});
    const { url: login } = await browser.follow(url);
    const { url: notice } = await browser.follow(`${login.pathname}/login?person=${paul}`, {});
    expect(await opened()).toEqual([]);
    await browser.enter(notice, paul);
    const [one, ...more] = await opened();
    expect(more).toEqual([]);
    expect(one.actor).toBe(paul);
    const [offer] = await offersOf(house.db, { resource: ATLAS, school: COLLEGE });
    expect(JSON.parse(one.details)).toEqual({ offer: offer!.id });
  });

  it('the day from which a notice stands is told whatever it says', () => {
    const second = Math.floor(Date.parse('2026-11-22T10:00:00Z') / 1000);
    for (const version of [second, versionSaying(second, 0), versionSaying(second, 0xffffffff)])
      expect(standsSince(version)).toBe(second * 1000);
    expect(Number.isSafeInteger(versionSaying(second, 0xffffffff))).toBe(true);
  });

  it('what is validated once the notice was read is sent when it was told, and not before', async () => {
    const at = Date.now();
    const told = { ...goodResource, id: 'ark:/99999/cube', publisher: publishers.compas, declared: ['PRE'] } as const;
    await recordResource(house.db, { ...told, by: 'operator', at });
    await validateResource(house.db, { id: told.id, attributes: [], by: 'operator', at });
    await subscribe(house.db, { id: 'CUBE', resource: told.id, school: true, at: at - 10 });
    const cube = await register({ resources: [told.id] });
    const tokens = await signIn(house, cube, paul);
    const read = (token: string) => client.fetchUserInfo(cube.rp, token, client.skipSubjectCheck);
    expect(await read(tokens.access_token)).not.toHaveProperty('PRE');
    await validateResource(house.db, { id: told.id, attributes: ['PRE'], by: 'operator', at: Date.now() });
    await expect(read(tokens.access_token)).rejects.toThrow();
    expect(await client.tokenIntrospection(cube.rp, tokens.access_token)).toEqual({ active: false });
    await expect(client.refreshTokenGrant(cube.rp, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    expect(await sentTo(house.db, { person: paul, resources: [told.id] })).toMatchObject([{ attributes: ['IDO'] }]);
    expect(await read((await signIn(house, cube, paul)).access_token)).toMatchObject({ PRE: 'Paul' });
  });

  it('what is declared anew goes nowhere before it is validated: neither the other schools, nor another address', async () => {
    const at = Date.now();
    const mappe = { ...goodResource, id: 'ark:/99999/mappe', publisher: publishers.compas, by: 'operator' } as const;
    const attributes = ['IDO', 'UAI'] as const;
    await recordResource(house.db, { ...mappe, at });
    await validateResource(house.db, { id: mappe.id, attributes, by: 'operator', at });
    await subscribe(house.db, { id: 'MAPPE', resource: mappe.id, school: true, at: at - 10 });
    const module = await register({ resources: [mappe.id] });
    const told = async () => {
      const { UAI, PRO } = idOf(await signIn(house, module, tom, { school: COLLEGE }));
      return [UAI, PRO];
    };
    expect(await told()).toEqual([[COLLEGE], undefined]);
    await recordResource(house.db, { ...mappe, schools: 'all', at: Date.now() });
    expect(await told()).toEqual([[COLLEGE], undefined]);
    await validateResource(house.db, { id: mappe.id, attributes, schools: 'all', by: 'operator', at: Date.now() });
    expect(await told()).toEqual([[COLLEGE, LYCEE], undefined]);
  });

  it('a resource that asks for the pseudonym alone is told no school, by a token either', async () => {
    const at = Date.now();
    const boule = { ...goodResource, id: 'ark:/99999/boule', publisher: publishers.compas } as const;
    await recordResource(house.db, { ...boule, declared: ['IDO'], by: 'operator', at });
    await validateResource(house.db, { id: boule.id, attributes: ['IDO'], by: 'operator', at });
    await subscribe(house.db, { id: 'BOULE', resource: boule.id, school: true, at: at - 10 });
    const module = await register({ resources: [boule.id] });
    const tokens = await signIn(house, module, tom, { school: LYCEE });
    const { sub } = idOf(tokens);
    expect(await client.fetchUserInfo(module.rp, tokens.access_token, String(sub))).toEqual({ sub, IDO: sub });
    const looked = await client.tokenIntrospection(module.rp, tokens.access_token);
    expect(looked).toMatchObject({ active: true, sub, idRessource: boule.id });
    expect(looked).not.toHaveProperty('UAI');
    expect(JSON.stringify([idOf(tokens), looked])).not.toContain(LYCEE);
  });

  it('a publisher speaks for itself at our interfaces, and never for who opens its resource', async () => {
    const atlas = await register({ resources: [ATLAS] });
    const own = await client.clientCredentialsGrant(atlas.rp, { scope: 'rights' });
    expect(decodeJwt(own.access_token)).toMatchObject({ sub: atlas.module.id, scope: 'rights' });
    const tokens = await signIn(house, atlas, paul);
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
    const refused = await post(house, '/token', { ...form, resource: `${house.issuer}/api` }, basic(atlas));
    expect(refused.body.error).toBe('invalid_target');
  });

  describe('the watch', () => {
    const modulesOf = (db: Db) => ({
      get: async (id: string) => ({ ...(await findModule(db, id)), secretHash: undefined }),
    });
    const sealOf = () => sealWith(house.config.keyFor('storage'));
    const watchWith = (clock: () => number, modules = modulesOf(house.db)) =>
      watchEntitlements(house.db, { rights: house.db, modules, seal: sealOf(), clock });
    const turn = (clock: () => number) => watchWith(clock)();
    const open_ = async (person: string, at: number) =>
      (await resourcesOpen(house.db, person, at)).map(({ resource }) => resource);

    it('leaves what may go on, and ends what has ended by its date alone, once', async () => {
      const atlas = await register({ resources: [ATLAS] });
      await house.db('publisher_visit').delete();
      await signIn(house, atlas, paul);
      await turn(Date.now);
      expect(await open_(paul, Date.now())).toEqual([ATLAS]);
      await house.db('oidc_farewell').delete();
      const later = Date.now() + 101 * DAY;
      await house.db('publisher_visit').update({ expires_at: later + DAY });
      await Promise.all([turn(() => later), turn(() => later), turn(() => later)]);
      await vi.waitFor(async () => expect(await open_(paul, later)).toEqual([]));
      // nobody is told twice: whoever takes the news tells it
      expect((await house.db('oidc_farewell').where({ client: atlas.module.id })).length).toBeLessThanOrEqual(1);
    });

    it('ends, within a minute or so, those of an account that is suspended', async () => {
      const atlas = await register({ resources: [ATLAS] });
      await signIn(house, atlas, tom, { school: COLLEGE });
      await moveAccount(house.db, {
        person: tom,
        to: 'suspended',
        actor: 'test',
        why: 'test',
        from: 'operator',
        at: Date.now(),
      });
      await turn(() => Date.now() + 61_000);
      await vi.waitFor(async () => expect(await open_(tom, Date.now())).toEqual([]));
    });

    /** Visits of one person that began an hour from now, so that nobody else looks at them. */
    const openMany = async (client: string, count: number, at: number): Promise<void> => {
      const rows = Array.from({ length: count }, (_, index) => ({
        ...{ uid: `many${index}`, client, resource: ATLAS, school: COLLEGE, person: paul },
        ...{ opened_at: at, looked_at: at, held_until: at, expires_at: at + 200 * DAY },
      }));
      await house.db('publisher_visit').delete();
      for (const piece of inPieces(rows, 200)) await house.db('publisher_visit').insert(piece);
    };
    const manyLeft = async () => (await house.db('publisher_visit').where('uid', 'like', 'many%')).length;

    it('one turn ends all that ends on one day, however much of it there is', async () => {
      const atlas = await register({ resources: [ATLAS] });
      let at = Date.now() + HOUR;
      await openMany(atlas.module.id, 520, at);
      const watch = watchWith(() => at);
      await watch();
      expect(await manyLeft()).toBe(520);
      const [{ valid_until: until }] = await house.db('publisher_visit').limit(1);
      at = Number(until) - 1;
      await watch();
      expect(await manyLeft()).toBe(520);
      at = Number(until);
      await watch();
      expect(await manyLeft()).toBe(0);
    });

    /** Modules that are read as ever, and something done first at each time. */
    const modulesAfter = (first: (times: number) => Promise<void>) => {
      let times = 0;
      const { get } = modulesOf(house.db);
      return {
        get: async (id: string) => {
          await first(times);
          times += 1;
          return get(id);
        },
      };
    };

    it('one that is told to stop leaves the rest to the others', async () => {
      const atlas = await register({ resources: [ATLAS] });
      const at = Date.now() + HOUR;
      await openMany(atlas.module.id, 520, at);
      const stopping = new AbortController();
      await watchWith(
        () => at,
        modulesAfter(async () => stopping.abort()),
      )(stopping.signal);
      expect(await house.db('publisher_visit').where({ revision: 0 })).toHaveLength(20);
    });

    it('what a long turn takes is its own for as long as what it took at first', async () => {
      const atlas = await register({ resources: [ATLAS] });
      let now = Date.now() + HOUR;
      await openMany(atlas.module.id, 520, now);
      let held: unknown[] = [];
      const modules = modulesAfter(async (times) => {
        if (times === 0) now += 31_000;
        if (times === 500) held = await house.db('publisher_visit').where('held_until', '>', now);
      });
      await watchWith(() => now, modules)();
      expect(held).toHaveLength(20);
    });

    it('what was given and used since the turn began goes on', async () => {
      const atlas = await register({ resources: [ATLAS] });
      let now = Date.now() + HOUR;
      await openMany(atlas.module.id, 1, now);
      const [visit] = await house.db('publisher_visit');
      const change = { school: COLLEGE, source: 'aaf2d', actor: 'test' } as const;
      const stands = await currentFacts(house.db, { school: COLLEGE, relations: ['attends'], subject: paul });
      const again = stands.map(({ relation, subject, object, properties }) => ({
        ...{ relation, subject, object, properties },
      }));
      await changeFacts(house.db, { ...change, at: Date.now(), end: stands });
      const modules = modulesAfter(async (times) => {
        if (times > 0) return;
        const begin = again.map((fact) => ({ ...fact, validFrom: now + 1_000 }));
        await changeFacts(house.db, { ...change, at: Date.now(), begin });
        now += 2_000;
        await house.db('publisher_visit').insert({ ...visit, uid: 'many, later', held_until: now });
      });
      await watchWith(() => now, modules)();
      const revision = (await revisionsOf(house.db, [COLLEGE])).get(COLLEGE);
      const left = await house.db('publisher_visit').where({ uid: 'many, later' });
      const later = await currentFacts(house.db, { school: COLLEGE, relations: ['attends'], subject: paul });
      await changeFacts(house.db, { ...change, at: Date.now(), end: later, begin: again });
      expect(left.map((one) => Number(one.revision))).toEqual([revision]);
    });

    it('whoever enters again has another session there: news of the first, told late, ends nothing of it', async () => {
      const atlas = await register({ resources: [ATLAS], backchannelLogoutUri: 'https://atlas.invalid/logout' });
      const client = atlas.module.id;
      const kept = async () => {
        const rows = await house.db('oidc_farewell').where({ client });
        return rows.map((row) => openEntry(sealOf(), row).sid).sort();
      };
      const browser = new Browser(house);
      const first = idOf(await signIn(house, atlas, paul, { browser })).sid;
      expect(idOf(await signIn(house, atlas, paul, { browser })).sid).toBe(first);
      const change = { school: COLLEGE, source: 'aaf2d', actor: 'test' } as const;
      const stands = await currentFacts(house.db, { school: COLLEGE, relations: ['attends'], subject: paul });
      await changeFacts(house.db, { ...change, at: Date.now(), end: stands });
      await turn(Date.now);
      await vi.waitFor(async () => expect(await kept()).toEqual([first])); // another node's watch may be at it
      const begin = stands.map(({ relation, subject, object, properties }) => ({
        ...{ relation, subject, object, properties },
      }));
      await changeFacts(house.db, { ...change, at: Date.now(), begin });
      const second = idOf(await signIn(house, atlas, paul, { browser })).sid;
      expect(second).not.toBe(first);
      await house.provider.endSessions(paul);
      expect(await kept()).toEqual([first, second].sort());
    });

    it('nodes share what there is to look at, and take over from one that is gone', async () => {
      const atlas = await register({ resources: [ATLAS] });
      const at = Date.now() + HOUR;
      await openMany(atlas.module.id, 520, at);
      const due = { at, school: COLLEGE, revision: 1 };
      const taken = await Promise.all([1, 2, 3].map(() => holdVisits(house.db, due)));
      expect(new Set(taken.flat().map(({ uid }) => uid)).size).toBe(taken.flat().length);
      expect(taken.flat().length + (await holdVisits(house.db, due)).length).toBe(520);
      expect(await holdVisits(house.db, { ...due, at: at + 9_999 })).toEqual([]);
      expect(await holdVisits(house.db, { ...due, at: at + 10_000 })).toHaveLength(500);
    });

    it('what is open for many is decided as for each: who may, and until when', async () => {
      const at = Date.now();
      for (const name of ['ines', 'lucas', 'zoe', 'theo', 'helene', 'sylvie', 'noe', 'paula'] as const)
        await insertAccount(house.db, { person: await personOf(house.db, name), identifier: name, at });
      const zoe = await personOf(house.db, 'zoe');
      await declinePublisher(house.db, { person: zoe, publisher: publishers.marronnier.id, by: zoe, at });
      const everybody = ((await house.db('person').select('id')) as { id: string }[]).map(({ id }) => id);
      const asked = everybody.map((person) => ({ person, resource: ATLAS }));
      const together = await launchableUntil(house.db, { db: house.db, school: COLLEGE, asked, at });
      for (const one of asked) {
        const alone = await launchableUntil(house.db, { db: house.db, school: COLLEGE, asked: [one], at });
        const listed = await launchable(house.db, { db: house.db, ...one, school: COLLEGE, at });
        expect([one, together(one), together(one) !== undefined]).toEqual([one, alone(one), listed.length > 0]);
      }
      const may = asked.filter((one) => together(one) !== undefined).map(({ person }) => person);
      const keys = ['paul', 'ines', 'lucas', 'theo'] as const;
      const wanted = await Promise.all(keys.map((name) => personOf(house.db, name)));
      expect(may.sort()).toEqual(wanted.sort());
    });

    it('what another node took away is ended by the next turn that may look, whatever memory still holds', async () => {
      const atlas = await register({ resources: [ATLAS] });
      await house.db('publisher_visit').delete();
      await signIn(house, atlas, paul);
      const db = openDatabase(house.config.database);
      const statements = await openStatements(db);
      const rights = openGraphs(db, { statements, memory: 2 ** 24, onError: () => undefined });
      const watch = watchEntitlements(db, { rights, modules: modulesOf(db), seal: sealOf() });
      await expect
        .poll(async () => {
          await list(rights, { person: paul, action: 'launch', type: 'offer' });
          return rights.answered.memory;
        })
        .toBeGreaterThan(0);
      await watch();
      expect(await open_(paul, Date.now())).toEqual([ATLAS]);
      const stands = await currentFacts(house.db, { school: COLLEGE, relations: ['attends'], subject: paul });
      const change = { school: COLLEGE, source: 'aaf2d', actor: 'test' } as const;
      await changeFacts(house.db, { ...change, at: Date.now(), end: stands });
      // another node's watch may be at it, with what was known before
      await vi.waitFor(async () => {
        await watch();
        expect(await open_(paul, Date.now())).toEqual([]);
      });
      const begin = stands.map(({ relation, subject, object, properties }) => ({
        relation,
        subject,
        object,
        properties,
      }));
      await changeFacts(house.db, { ...change, at: Date.now(), begin });
      await rights.close();
      await statements.close();
      await db.destroy();
    });

    it('what is over for certain leaves the database', async () => {
      await house.db('publisher_visit').delete();
      await signIn(house, await register({ resources: [ATLAS] }), paul);
      expect(await purgeVisits(house.db, Date.now())).toBe(0);
      expect(await purgeVisits(house.db, Date.now() + DAY)).toBe(1);
    });
  });

  describe('what was sent', () => {
    it('is summed without a name, and goes with its day', async () => {
      const [first] = await sentTo(house.db, { person: paul, resources: [ATLAS] });
      const sums = await sentInSum(house.db, { resources: [ATLAS], schools: [COLLEGE] });
      expect(sums.every((sum) => sum.attributes.join(' ') === 'IDO UAI PRO' && sum.persons >= 1)).toBe(true);
      expect(JSON.stringify(sums)).not.toContain(paul);
      expect(await sentTo(house.db, { person: paul, from: first!.day, to: first!.day })).not.toEqual([]);
      expect(await sentTo(house.db, { person: paul, to: '2000-01-01' })).toEqual([]);
      expect(await purgeReleases(house.db, { firstDay: first!.day })).toBe(0);
      expect(await purgeReleases(house.db, { firstDay: '9999-01-01' })).toBeGreaterThan(0);
      expect(await sentTo(house.db, { person: paul })).toEqual([]);
    });
  });
});
