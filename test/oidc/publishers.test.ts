// Publishers: who may enter, by which name, and exactly what is sent; asked again at each step, and told when it is over.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { declinePublisher } from '../../src/acts/declining.ts';
import { changeFacts } from '../../src/facts/facts.ts';
import { closeModule } from '../../src/privacy/module-objections.ts';
import { takeBack } from '../../src/resources/licences.ts';
import { sentTo } from '../../src/resources/releases.ts';
import { removeSubscription } from '../../src/resources/subscriptions.ts';
import { COLLEGE, LYCEE } from '../cast.ts';
import { engines } from '../databases.ts';
import { ATLAS, assign, CARNET, DISTRIBUTOR, LEXIQUE, openBroker, publishers, subscribe } from './broker.ts';
import { Browser, basic, type House, openHouse, post, type Registered, request, signIn } from './harness.ts';

const HEX = /^[0-9a-f]{128}$/;

describe.each(engines)('publishers on $name', ({ open }) => {
  let house: House;
  let marronnier: Registered;
  let compas: Registered;
  let cas: Registered;
  let listener: Server;
  const heard: string[] = [];
  const people: Record<'paul' | 'ines' | 'zoe' | 'tom' | 'noe' | 'paula' | 'sylvie', string> = {} as never;

  beforeAll(async () => {
    listener = createServer((incoming, answer) => {
      let body = '';
      incoming.on('data', (part) => {
        body += part;
      });
      incoming.on('end', () => {
        heard.push(new URLSearchParams(body).get('logout_token') ?? '');
        answer.writeHead(200).end();
      });
    });
    await new Promise<void>((resolve) => listener.listen(0, 'localhost', resolve));
    const { port } = listener.address() as AddressInfo;
    house = await openHouse(open, { outgoingHosts: [`localhost:${port}`] });
    await openBroker(house.db, Date.now() - 500);
    const own = { scopes: ['openid', 'rights'], backchannelLogoutUri: `http://localhost:${port}/logout` };
    marronnier = await house.module({ ...own, resources: [ATLAS, LEXIQUE] });
    compas = await house.module({ ...own, resources: [CARNET] });
    cas = await house.module({ ...own, resources: [CARNET], attributes: 'cas' });
    for (const name of ['paul', 'ines', 'zoe', 'tom', 'noe', 'paula', 'sylvie'] as const)
      people[name] = await house.account(name);
  });
  afterAll(async () => {
    listener.closeAllConnections();
    listener.close();
    await house.close();
  });

  const userinfo = (registered: Registered, token: string) =>
    client.fetchUserInfo(registered.rp, token, client.skipSubjectCheck) as Promise<Record<string, unknown>>;
  const refused = async (registered: Registered, person: string, more: Record<string, string>, school?: string) => {
    const asked = await request(registered, more);
    const back = await new Browser(house).enter(asked.url, person, school);
    return back.searchParams.get('error');
  };
  const idOf = ({ id_token }: { id_token?: string | undefined }) => decodeJwt(id_token ?? '');
  const stamps = ['iss', 'aud', 'exp', 'iat', 'nonce', 'sid', 'auth_time', 'acr', 'amr', 'at_hash'];
  const sentIn = (claims: Record<string, unknown>) =>
    Object.keys(claims)
      .filter((name) => !stamps.includes(name))
      .sort();

  describe('what is sent', () => {
    it('a resource that declares the least receives the pseudonym, the school and the profile', async () => {
      const tokens = await signIn(house, marronnier, people.paul, { more: { resource: ATLAS } });
      const claims = idOf(tokens);
      expect(sentIn(claims)).toEqual(['IDO', 'PRO', 'UAI', 'sub']);
      expect(claims).toMatchObject({ IDO: claims.sub, UAI: [COLLEGE], PRO: 'National_elv' });
      expect(claims.sub).toMatch(HEX);
      const told = await userinfo(marronnier, tokens.access_token);
      expect(told).toEqual({ sub: claims.sub, IDO: claims.sub, UAI: [COLLEGE], PRO: 'National_elv' });
    });

    it('what was declared and not validated is not sent, whatever scopes and claims ask for', async () => {
      const taken = await assign(house.db, 'paul', Date.now());
      const more = {
        idRessource: LEXIQUE,
        scope: 'openid profile classes scope.gar',
        claims: JSON.stringify({ userinfo: { NOM: { essential: true }, birthdate: null }, id_token: { NOM: null } }),
      };
      const tokens = await signIn(house, marronnier, people.paul, { more });
      expect(sentIn(idOf(tokens))).toEqual(['DIV', 'IDO', 'PRE', 'PRO', 'UAI', 'divisions', 'sub']);
      const told = await userinfo(marronnier, tokens.access_token);
      expect(told).toMatchObject({ PRE: 'Paul', DIV: ['6A##6e A'], divisions: [{ code: '6A', label: '6e A' }] });
      expect(sentIn(told)).toEqual(['DIV', 'IDO', 'PRE', 'PRO', 'UAI', 'divisions', 'sub']);
      await vi.waitFor(async () => {
        await house.trail.flush();
        const [omitted] = await house.db('audit').where({ event: 'claims.omitted', client: marronnier.module.id });
        expect(omitted).toMatchObject({ actor: null, subject: null });
      }, 5_000);
      await takeBack(house.db, { id: taken, by: 'test', at: Date.now() });
    });

    it('a teacher is sent as one: subjects and classes of the school of the click, and no title that is not kept', async () => {
      await house.db('person').where({ id: people.tom }).update({ email: 'tom.garnier@ac-exemple.fr' });
      const tokens = await signIn(house, compas, people.tom);
      expect(await userinfo(compas, tokens.access_token)).toEqual({
        sub: idOf(tokens).sub,
        IDO: idOf(tokens).sub,
        UAI: [COLLEGE],
        PRO: 'National_ens',
        PRE: 'Tom',
        NOM: 'Garnier',
        P_MEL: 'tom.garnier@ac-exemple.fr',
        P_MAT: ['MATHS##Mathématiques'],
        subjects: [{ code: 'MATHS', label: 'Mathématiques' }],
        DIV: ['6A##6e A'],
        divisions: [{ code: '6A', label: '6e A' }],
        GRO: ['6LAT##6e latin'],
        teaching_groups: [{ code: '6LAT', label: '6e latin' }],
      });
    });

    it('an old connector reads the same at userinfo in the shape of CAS', async () => {
      const tokens = await signIn(house, cas, people.paul);
      const { sub, ...rest } = await userinfo(cas, tokens.access_token);
      expect(rest).toEqual({
        id: sub,
        attributes: {
          IDO: sub,
          UAI: [COLLEGE],
          PRO: 'National_elv',
          PRE: 'Paul',
          NOM: 'Bernard',
          DIV: ['6A##6e A'],
          GRO: ['6LAT##6e latin'],
        },
      });
    });

    it('what was sent is kept by name, with a hash that another person does not share', async () => {
      const mine = await sentTo(house.db, { person: people.paul, resources: [CARNET] });
      expect(mine[0]!.attributes).toEqual(['IDO', 'UAI', 'PRO', 'PRE', 'NOM', 'DIV', 'GRO']);
      expect(mine[0]).toMatchObject({ client: cas.module.id, school: COLLEGE, resource: CARNET });
      expect(JSON.stringify(mine)).not.toContain('Paul');
      await signIn(house, cas, people.zoe);
      const [hers] = await sentTo(house.db, { person: people.zoe, resources: [CARNET] });
      expect(hers!.hashes.UAI).toMatch(/^[0-9a-f]{32}$/);
      expect(hers!.hashes.UAI).not.toBe(mine[0]!.hashes.UAI);
    });
  });

  describe('by which name', () => {
    it('two publishers know one pupil by two names, and one publisher by one name in all its resources', async () => {
      const taken = await assign(house.db, 'zoe', Date.now());
      const subs: (string | undefined)[] = [];
      for (const resource of [ATLAS, LEXIQUE])
        subs.push(idOf(await signIn(house, marronnier, people.zoe, { more: { resource } })).sub);
      expect(new Set(subs).size).toBe(1);
      expect(idOf(await signIn(house, compas, people.zoe)).sub).not.toBe(subs[0]);
      await takeBack(house.db, { id: taken, by: 'test', at: Date.now() });
    });

    it('from two schools a publisher knows one person by the same name, and each time one school', async () => {
      await changeFacts(house.db, {
        school: LYCEE,
        at: Date.now(),
        source: 'aaf2d',
        actor: 'test',
        begin: [{ relation: 'post', subject: people.tom, object: LYCEE, properties: { function: 'teacher' } }],
      });
      const here = await signIn(house, marronnier, people.tom, { more: { resource: ATLAS }, school: COLLEGE });
      const there = await signIn(house, marronnier, people.tom, { more: { resource: ATLAS }, school: LYCEE });
      expect(idOf(here).UAI).toEqual([COLLEGE]);
      expect(idOf(there).UAI).toEqual([LYCEE]);
      expect(idOf(here).sub).toBe(idOf(there).sub);
    });

    it('the same name stands in introspection, in the logout token and for the checks of the publisher', async () => {
      const tokens = await signIn(house, marronnier, people.paul, { more: { resource: ATLAS } });
      const { sub } = idOf(tokens);
      const looked = await client.tokenIntrospection(marronnier.rp, tokens.access_token);
      expect(looked).toMatchObject({ active: true, sub, idRessource: ATLAS, UAI: [COLLEGE] });
      expect(await house.provider.subjectFor(marronnier.module.id, people.paul)).toBe(sub);
      expect(await house.provider.personBehind(marronnier.module.id, String(sub))).toBe(people.paul);
      expect(await house.provider.personBehind(compas.module.id, String(sub))).toBeUndefined();
      expect(await house.provider.personBehind(marronnier.module.id, 'f'.repeat(128))).toBeUndefined();
      heard.length = 0;
      await house.provider.endSessions(people.paul);
      await vi.waitFor(() => expect(heard.length).toBeGreaterThan(0), 5_000);
      expect(heard.map((token) => decodeJwt(token)).some((token) => token.sub === sub)).toBe(true);
    });

    it('without the secret nobody makes it of the key of the directory', async () => {
      const { createHash, createHmac } = await import('node:crypto');
      const sub = await house.provider.subjectFor(marronnier.module.id, people.paul);
      const { id } = publishers.marronnier;
      const guesses = [people.paul, `${id}${people.paul}`, `${id}\n${people.paul}`, `${people.paul}\n0`].flatMap(
        (text) => [
          createHash('sha512').update(text).digest('hex'),
          createHmac('sha512', id).update(text).digest('hex'),
        ],
      );
      expect(guesses).not.toContain(sub);
    });
  });

  it('signing out reaches each publisher that was entered, by the name it knows, and once', async () => {
    const browser = new Browser(house);
    const first = await signIn(house, marronnier, people.zoe, { browser, more: { resource: ATLAS } });
    const second = await signIn(house, compas, people.zoe, { browser });
    await signIn(house, compas, people.zoe, { browser });
    heard.length = 0;
    const page = await browser.send(client.buildEndSessionUrl(marronnier.rp, { id_token_hint: first.id_token ?? '' }));
    const html = await page.text();
    const [action = '', xsrf = ''] = [/action="([^"]+)"/, /name="xsrf" value="([^"]+)"/].map(
      (one) => one.exec(html)?.[1],
    );
    await browser.follow(action, { xsrf, logout: 'yes' });
    const told = () => heard.map((token) => decodeJwt(token)).map(({ aud, sub, sid }) => ({ aud, sub, sid }));
    const wanted = [
      { aud: marronnier.module.id, sub: idOf(first).sub, sid: idOf(first).sid },
      { aud: compas.module.id, sub: idOf(second).sub, sid: idOf(second).sid },
    ];
    await vi.waitFor(() => expect(told()).toEqual(expect.arrayContaining(wanted)), 5_000);
    expect(told().filter(({ sid }) => wanted.some((one) => one.sid === sid))).toHaveLength(2);
    await expect(userinfo(compas, second.access_token)).rejects.toThrow();
  });

  describe('which resource', () => {
    it.each([
      ['of another publisher', { resource: CARNET }],
      ['of another publisher, by its old name', { idRessource: CARNET }],
      ['that is none', { resource: 'ark:/99999/nothing' }],
      ['that is two at once', { resource: ATLAS, idRessource: LEXIQUE }],
      ['that is not said, where there are several', {}],
    ])('a resource %s is refused as a target', async (_which, more) => {
      expect(await refused(marronnier, people.paul, more as Record<string, string>)).toBe('invalid_target');
    });

    it('our own interfaces are no target of whoever opens a resource', async () => {
      expect(await refused(marronnier, people.paul, { resource: `${house.issuer}/api` })).toBe('invalid_target');
    });

    it('a code without PKCE is not given', async () => {
      const url = new URL((await request(compas)).url);
      for (const name of ['code_challenge', 'code_challenge_method']) url.searchParams.delete(name);
      const back = await new Browser(house).enter(url, people.paul);
      expect(back.searchParams.get('error')).toBe('invalid_request');
    });

    it('a token that names its resource is good for userinfo, and one that names another is refused', async () => {
      const asked = await request(marronnier, { resource: ATLAS });
      const codeOf = async () =>
        (await new Browser(house).enter(asked.url, people.paul)).searchParams.get('code') ?? '';
      const form = async (resource: string) => ({
        grant_type: 'authorization_code',
        code: await codeOf(),
        redirect_uri: marronnier.redirectUri,
        code_verifier: asked.verifier,
        resource,
      });
      const given = await post(house, '/token', await form(ATLAS), basic(marronnier));
      expect(await userinfo(marronnier, String(given.body.access_token))).toMatchObject({ UAI: [COLLEGE] });
      expect((await post(house, '/token', await form(LEXIQUE), basic(marronnier))).body.error).toBe('invalid_target');
      const url = `${house.issuer}/userinfo?idRessource=${encodeURIComponent(LEXIQUE)}`;
      const headers = { authorization: `Bearer ${given.body.access_token}` };
      expect((await fetch(url, { headers })).status).toBe(401);
    });
  });

  describe('from which school', () => {
    it('the click says it, for that person and resource, in that browser', async () => {
      const browser = new Browser(house);
      const click = new URLSearchParams({ resource: ATLAS, school: LYCEE, person: people.tom });
      await browser.send(`/click?${click}`);
      const tokens = await signIn(house, marronnier, people.tom, { browser, more: { resource: ATLAS } });
      expect(idOf(tokens).UAI).toEqual([LYCEE]);
      const again = await signIn(house, marronnier, people.tom, { browser, more: { resource: ATLAS } });
      expect(idOf(again).UAI).toEqual([LYCEE]);
    });

    it('the click of somebody else is nobody else’s', async () => {
      const browser = new Browser(house);
      await browser.send(`/click?${new URLSearchParams({ resource: ATLAS, school: LYCEE, person: people.tom })}`);
      const tokens = await signIn(house, marronnier, people.paul, { browser, more: { resource: ATLAS } });
      expect(idOf(tokens).UAI).toEqual([COLLEGE]);
    });

    it('a click at a school where it is closed opens nothing, and no other school instead', async () => {
      const browser = new Browser(house);
      await browser.send(`/click?${new URLSearchParams({ resource: ATLAS, school: LYCEE, person: people.paul })}`);
      const { url } = await request(marronnier, { resource: ATLAS });
      expect((await browser.enter(url, people.paul)).searchParams.get('error')).toBe('access_denied');
    });

    it('without a click, whoever may from several schools is asked, and takes none that was not offered', async () => {
      const browser = new Browser(house);
      const { url } = await request(marronnier, { resource: ATLAS });
      const { url: at } = await browser.follow(url);
      const { url: next, response } = await browser.follow(`${at.pathname}/login?person=${people.tom}`, {});
      const asked = (await response.json()) as { step: string; launch: { schools: string[] } };
      expect(asked).toMatchObject({ step: 'school', launch: { schools: [COLLEGE, LYCEE] } });
      const { response: other } = await browser.follow(`${next.pathname}/school?school=0900003C`, {});
      expect(await other.json()).toEqual({ refusal: 'bad_request' });
      const back = await browser.enter(next, people.tom, LYCEE);
      expect(back.searchParams.get('code')).toBeTruthy();
    });

    it('a module that serves one school opens its resources from there alone', async () => {
      const only = await house.module({ scopes: ['openid'], resources: [ATLAS], schools: [LYCEE] });
      expect(idOf(await signIn(house, only, people.tom)).UAI).toEqual([LYCEE]);
      expect(await refused(only, people.paul, {})).toBe('access_denied');
    });
  });

  describe('who may', () => {
    it('a parent never, nor whoever keeps the office, and nothing is sent of them', async () => {
      for (const name of ['paula', 'sylvie'] as const) {
        expect(await refused(compas, people[name], {})).toBe('access_denied');
        expect(await sentTo(house.db, { person: people[name] })).toEqual([]);
      }
    });

    it('without a licence nobody, and asked in silence the answer is the same', async () => {
      expect(await refused(marronnier, people.ines, { resource: LEXIQUE })).toBe('access_denied');
      const browser = new Browser(house);
      await signIn(house, marronnier, people.ines, { browser, more: { resource: ATLAS } });
      const { url } = await request(marronnier, { resource: LEXIQUE, prompt: 'none' });
      expect((await browser.follow(url)).url.searchParams.get('error')).toBe('access_denied');
    });

    it('a module is told the same of who may not and of who objected to it', async () => {
      const lexique = await house.module({ scopes: ['openid'], resources: [LEXIQUE] });
      const browser = new Browser(house);
      await signIn(house, marronnier, people.zoe, { browser, more: { resource: ATLAS } });
      const told = async () => {
        const { searchParams } = (await browser.follow((await request(lexique, { prompt: 'none' })).url)).url;
        return [searchParams.get('error'), searchParams.get('error_description')];
      };
      const closed = ['access_denied', 'the module is not open to the person'];
      expect(await told()).toEqual(closed);
      const client = lexique.module.id;
      await closeModule(house.db, { person: people.zoe, client, request: 'zoe', since: Date.now() });
      await vi.waitFor(async () => expect(await house.provider.isClosed(client, people.zoe)).toBe(true), 5_000);
      expect(await told()).toEqual(closed);
    });

    it('a licence that is taken back ends tokens at once, and the publisher is told', async () => {
      const taken = await assign(house.db, 'ines', Date.now());
      const browser = new Browser(house);
      const tokens = await signIn(house, marronnier, people.ines, { browser, more: { resource: LEXIQUE } });
      const other = await signIn(house, compas, people.ines, { browser });
      const asked = await request(marronnier, { resource: LEXIQUE });
      const code = await browser.enter(asked.url, people.ines);
      heard.length = 0;
      await takeBack(house.db, { id: taken, by: 'test', at: Date.now() });
      await expect(
        client.authorizationCodeGrant(marronnier.rp, code, {
          pkceCodeVerifier: asked.verifier,
          expectedState: asked.state,
          expectedNonce: asked.nonce,
        }),
      ).rejects.toMatchObject({ error: 'invalid_grant' });
      await expect(userinfo(marronnier, tokens.access_token)).rejects.toThrow();
      await expect(client.refreshTokenGrant(marronnier.rp, tokens.refresh_token ?? '')).rejects.toMatchObject({
        error: 'invalid_grant',
      });
      expect(await client.tokenIntrospection(marronnier.rp, tokens.access_token)).toEqual({ active: false });
      const { sub, sid } = idOf(tokens);
      const told = () => heard.map((token) => decodeJwt(token)).filter((token) => token.sid === sid);
      await vi.waitFor(() => expect(told()).toMatchObject([{ aud: marronnier.module.id, sub }]), 8_000);
      // what is open at another publisher goes on
      expect(await userinfo(compas, other.access_token)).toMatchObject({ UAI: [COLLEGE] });
      expect(await (await browser.send('/whoami')).json()).toMatchObject({ person: people.ines });
    }, 20_000);

    it('whoever declines to be known to a publisher is not, from that instant', async () => {
      const tokens = await signIn(house, compas, people.noe);
      await declinePublisher(house.db, {
        person: people.noe,
        publisher: publishers.compas.id,
        by: people.noe,
        at: Date.now(),
      });
      await expect(userinfo(compas, tokens.access_token)).rejects.toThrow();
      expect(await refused(compas, people.noe, {})).toBe('access_denied');
      expect(idOf(await signIn(house, marronnier, people.noe, { more: { resource: ATLAS } })).UAI).toEqual([LYCEE]);
    });

    it('a subscription that is removed closes what was open', async () => {
      await subscribe(house.db, {
        id: 'SHORT',
        resource: LEXIQUE,
        school: true,
        at: Date.now() - 10,
        schools: [LYCEE],
      });
      const tokens = await signIn(house, marronnier, people.noe, { more: { resource: LEXIQUE } });
      const refreshed = await client.refreshTokenGrant(marronnier.rp, tokens.refresh_token ?? '');
      expect(await userinfo(marronnier, refreshed.access_token)).toMatchObject({
        UAI: [LYCEE],
        DIV: ['T1##Terminale 1'],
      });
      await removeSubscription(house.db, { id: 'SHORT', distributor: DISTRIBUTOR, actor: 'test', at: Date.now() });
      await expect(userinfo(marronnier, refreshed.access_token)).rejects.toThrow();
    });
  });
});
