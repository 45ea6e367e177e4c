// A shared workstation (S0.12): marked by who looks after the accounts, short sessions that end for the modules too, nothing remembered.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { issueActivation } from '../../src/accounts/accounts.ts';
import { workstationsAt } from '../../src/directory/shared-workstations.ts';
import { workstationsOf } from '../../src/directory/workstations.ts';
import { changeFacts } from '../../src/facts/facts.ts';
import { kindOf, lifetimes, sessionLifetime } from '../../src/oidc/configuration.ts';
import { comesFrom } from '../../src/oidc/marked.ts';
import { addModule } from '../../src/oidc/modules.ts';
import { endIdleWorkstations } from '../../src/oidc/workstations.ts';
import { type CastName, COLLEGE, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { openWalker, type Visited, type Walker } from '../ways/walker.ts';
import { enterAs, keepTrying, type Opened, openPortal, PASSWORD, sheet } from './portal.ts';

const COOKIE = 'preau-workstation';
const MINUTE = 60_000;

describe('how long a session lives on a shared workstation', () => {
  const opened = 1_800_000_000;
  const left = (after: number) => sessionLifetime(opened, (opened + after) * 1000, 'shared');

  it('five minutes without use, and an hour in any case', () => {
    expect(left(0)).toBe(300);
    expect(left(3300)).toBe(300);
    expect(left(3301)).toBe(299);
    expect(left(3599)).toBe(1);
    expect([lifetimes.sharedIdle, lifetimes.sharedAbsolute]).toEqual([300, 3600]);
  });

  it('whatever it was opened with, and for requests of a marked browser only', () => {
    const [here, elsewhere] = [{}, {}];
    comesFrom(here, { id: 'w', school: COLLEGE, place: 'CDI', markedAt: 0 });
    expect(['usual', 'urn:preau:acr:class-card'].map((one) => kindOf(here, one))).toEqual(['shared', 'shared']);
    expect(kindOf(elsewhere, undefined)).toBe('usual');
    expect(kindOf(undefined, 'urn:preau:acr:class-card')).toBe('card');
  });
});

describe.each(engines)('a shared workstation on $name', ({ open }) => {
  let portal: Opened;
  let told: Server;
  let heard: string[];
  let office: Walker;
  let shared: Walker;

  beforeAll(async () => {
    heard = [];
    told = createServer((request, response) => {
      heard.push(request.url ?? '');
      request.resume();
      response.end();
    });
    await new Promise<void>((resolve) => told.listen(0, '127.0.0.1', resolve));
    const origin = `http://localhost:${(told.address() as AddressInfo).port}`;
    const accounts = ['sylvie', 'tom', 'paula', 'paul'] as const;
    const outgoingHosts = [new URL(origin).host];
    portal = await openPortal(open, { accounts, outgoingHosts, delivered: Date.now() - 3_600_000 });
    const secretary = { relation: 'secretary', subject: await personOf(portal.db, 'sylvie'), object: COLLEGE } as const;
    const change = { school: COLLEGE, at: Date.now() - 1000, source: 'local', actor: 'test' } as const;
    await changeFacts(portal.db, { ...change, begin: [secretary] });
    await addModule(
      portal.db,
      { ...sheet(origin), id: 'agenda', name: 'Agenda', backchannelLogoutUri: `${origin}/farewell` },
      { actor: 'test', at: Date.now() },
    );
    await new Promise((resolve) => setTimeout(resolve, 700)); // the module is taken up within the second
    office = await signedIn('sylvie');
    shared = await signedIn('sylvie');
  });
  afterAll(async () => {
    await portal?.close();
    told?.closeAllConnections();
    told?.close();
  });

  const signedIn = (name: CastName, walker?: Walker): Promise<Walker> => enterAs(portal, name, walker);
  const see = (walker: Walker, path: string): Promise<Visited> => walker.visit(`${portal.origin}${path}`);
  const sessionsIn = (account: string) => portal.db('oidc_session').where({ account });

  it('is not for those who do not look after accounts', async () => {
    for (const name of ['tom', 'paula', 'paul'] as const) {
      const walker = await signedIn(name);
      expect((await see(walker, '/')).text).not.toContain('Postes partagés');
      expect((await see(walker, '/school/workstations')).status).toBe(403);
    }
    expect((await see(openWalker(), '/school/workstations')).status).toBe(401);
  });

  it('wants a place, and says so first', async () => {
    const page = await see(shared, '/school/workstations');
    const refused = await shared.submit(page, 'mark-browser', { place: '  ' });
    expect([refused.status, refused.html.includes('place_missing')]).toEqual([422, true]);
    expect(refused.headers.getSetCookie().filter((line) => line.startsWith(COOKIE))).toEqual([]);
  });

  it('is marked by the office, whose own session ends there, and counts among the places where families read', async () => {
    const before = await sessionsIn(await personOf(portal.db, 'sylvie'));
    const home = await see(shared, '/');
    const page = await shared.follow(home, 'Postes partagés');
    const marked = await shared.submit(page, 'mark-browser', { place: 'CDI, de 8 h à 17 h' });
    expect(marked.text).toContain('Poste partagé : CDI, de 8 h à 17 h.');
    expect(marked.text).not.toContain('Bonjour Sylvie');
    expect(shared.cookies.has(COOKIE) || [...shared.cookies.keys()].some((key) => key.includes(COOKIE))).toBe(true);
    const after = await sessionsIn(await personOf(portal.db, 'sylvie'));
    expect(after.length).toBe(before.length - 1);
    const places = await workstationsOf(portal.db, COLLEGE, Date.now());
    expect(places.map(({ properties }) => properties.where)).toContain('CDI, de 8 h à 17 h');
    expect((await see(office, '/')).text).not.toContain('Poste partagé');
  });

  it('asks the browser to keep nothing of whoever signs in, and trusts no device', async () => {
    const login = await shared.visit(portal.authorize());
    expect(login.html).toMatch(/id="login"[^>]*autocomplete="off"/);
    expect(login.html).toMatch(/id="password"[^>]*autocomplete="off"/);
    const usual = await openWalker().visit(portal.authorize());
    expect(usual.html).toMatch(/id="login"[^>]*autocomplete="username"/);
    // what others of the school try, on their own browsers, holds nobody up here
    await keepTrying(portal, 'paula');
    const another = openWalker();
    const typed = { login: 'paula.bernard', password: PASSWORD };
    expect((await another.submit(await another.visit(portal.authorize()), 'password', typed)).status).toBe(422);
    await signedIn('paula', shared);
    expect((await sessionsIn(await personOf(portal.db, 'paula'))).some((one) => one.workstation !== null)).toBe(true);
    await portal.db('throttle').delete();
    const kept = [...shared.cookies.values()];
    expect(kept.filter(({ name }) => name.endsWith('-device'))).toEqual([]);
    // the session itself goes with the window
    const session = kept.find(({ name }) => name === 'preau')!;
    expect(session.attributes).not.toMatch(/max-age|expires/i);
  });

  it('shows on every page where one is and how to sign out, and leaves nothing on the screen', async () => {
    for (const path of ['/', '/circles', '/privacy', '/me']) {
      const page = await see(shared, path);
      expect(page.html, path).toContain('id="shared-sign-out"');
      expect(page.headers.get('refresh'), path).toBe('305; url=/');
    }
    const usual = await see(office, '/');
    expect([usual.headers.get('refresh'), usual.html.includes('id="shared"')]).toEqual([null, false]);
  });

  it('a session there ends five minutes after its last use, which pages of ours are', async () => {
    const paula = await personOf(portal.db, 'paula');
    const [session] = (await sessionsIn(paula)).filter(({ workstation }) => workstation !== null);
    expect(session.expires_at).toBeGreaterThan(Date.now() + 4 * MINUTE);
    expect(session.expires_at).toBeLessThan(Date.now() + 5 * MINUTE + 2000);
    // elsewhere hours, and no mark
    for (const other of await sessionsIn(await personOf(portal.db, 'sylvie'))) {
      expect(other.workstation).toBeNull();
      expect(other.expires_at).toBeGreaterThan(Date.now() + 60 * MINUTE);
    }
  });

  it('each use moves the end, from the first minute on', async () => {
    const paula = await personOf(portal.db, 'paula');
    const endOf = async () => (await sessionsIn(paula)).find(({ workstation }) => workstation !== null).expires_at;
    const before = await endOf();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + MINUTE });
    try {
      expect((await see(shared, '/')).text).toContain('Bonjour Paula');
    } finally {
      vi.useRealTimers();
    }
    expect(await endOf()).toBeGreaterThan(before + 50_000);
    await see(shared, '/');
    expect(await endOf()).toBeLessThan(before + 50_000);
  });

  it('when nobody is there any more the session ends, the modules are told, and others go on', async () => {
    const paula = await personOf(portal.db, 'paula');
    // a second module, in the same session
    const agenda = new URL(portal.authorize({ client_id: 'agenda', redirect_uri: `${originOfTold()}/callback` }));
    const entered = await shared.visit(agenda.href);
    if (!entered.url.startsWith(originOfTold())) await shared.submit(entered, 'submit');
    const elsewhere = await signedIn('paula');
    expect(await endIdleWorkstations(portal.db, Date.now() + 4 * MINUTE)).toBe(0);
    expect(await endIdleWorkstations(portal.db, Date.now() + 5 * MINUTE + 1000)).toBe(1);
    expect((await see(shared, '/')).text).not.toContain('Bonjour Paula');
    expect((await see(elsewhere, '/')).text).toContain('Bonjour Paula');
    await expect.poll(() => heard.filter((url) => url === '/farewell').length, { timeout: 5000 }).toBe(1);
    expect((await sessionsIn(paula)).filter(({ workstation }) => workstation !== null)).toEqual([]);
  });

  it('one after the other, nobody finds the one before; a child is not the parent', async () => {
    await signedIn('paula', shared);
    const out = await shared.visit(`${portal.origin}/session/end`);
    await shared.submit(out, 'xsrf', { logout: 'yes' });
    expect((await see(shared, '/')).text).not.toContain('Bonjour');
    await signedIn('paul', shared);
    const home = await see(shared, '/');
    expect(home.text).toContain('Bonjour Paul Bernard');
    expect(home.text).not.toContain('Paula');
  });

  it('what was begun without signing in is gone after five minutes, from the screen too', async () => {
    const { code } = await issueActivation(portal.db, {
      person: await personOf(portal.db, 'ali'),
      actor: 'test',
      at: Date.now(),
    });
    const start = await see(shared, '/activation');
    expect(start.headers.get('refresh')).toBe('305; url=/');
    const next = await shared.submit(start, 'code', { code, check: 'Amrani' });
    expect(next.url).toContain('/activation/account');
    const kept = [...shared.cookies.values()].find(({ name }) => name.endsWith('-activation'))!;
    expect(kept.attributes).toMatch(/Max-Age=300/);
    const usual = openWalker();
    await usual.submit(await see(usual, '/activation'), 'code', { code, check: 'Amrani' });
    expect([...usual.cookies.values()].find(({ name }) => name.endsWith('-activation'))!.attributes).toMatch(/=1800/);
  });

  it('a made-up or altered mark is none, and is taken back', async () => {
    const walker = openWalker();
    const sealed = [...shared.cookies.values()].find(({ name }) => name === COOKIE)!.value;
    for (const value of ['', 'x', `${sealed.slice(0, -2)}aa`, sealed.slice(3)]) {
      const response = await fetch(`${portal.origin}/`, {
        headers: { cookie: `${COOKIE}=${value}`, accept: 'text/html' },
      });
      expect(await response.text()).not.toContain('id="shared"');
      expect(response.headers.getSetCookie().join()).toMatch(/preau-workstation=;.*Max-Age=0/);
    }
    expect((await see(walker, '/')).html).not.toContain('id="shared"');
  });

  it('the office ends it from elsewhere: whoever is there is signed out, and the browser is like any other', async () => {
    const page = await see(office, '/school/workstations');
    expect(page.text).toContain('CDI, de 8 h à 17 h');
    const [{ id } = { id: '' }] = await workstationsAt(portal.db, COLLEGE);
    const ended = await office.submit(page, 'id', { id });
    expect(ended.text).toContain('n’est plus un poste partagé');
    const home = await see(shared, '/');
    expect(home.text).not.toContain('Bonjour');
    expect(home.text).not.toContain('Poste partagé');
    expect(await portal.db('oidc_session').whereNotNull('workstation')).toEqual([]);
    const again = await office.submit(page, 'id', { id });
    expect([again.status, again.html.includes('nothing_to_end')]).toEqual([422, true]);
  });

  function originOfTold(): string {
    return `http://localhost:${(told.address() as AddressInfo).port}`;
  }
});
