// Sessions end with the epoch of their account: on every node, whoever ends them and from where, and their modules hear of it.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { turnEpoch } from '../../src/accounts/records.ts';
import { moveAccount } from '../../src/accounts/states.ts';
import { jobsOf } from '../../src/app/jobs.ts';
import { accountCommand } from '../../src/oidc/account-command.ts';
import { resetPupils, resetPupilsCommand } from '../../src/oidc/reset-pupils.ts';
import { openStanding } from '../../src/oidc/standing.ts';
import { COLLEGE } from '../cast.ts';
import { engines } from '../databases.ts';
import { Browser, type House, openHouse, type Registered, request, signIn } from './harness.ts';

/** Longer than an account found active is taken to be so. */
const MOMENT = 1_200;

const moment = () => new Promise((resolve) => setTimeout(resolve, MOMENT));

describe.each(engines)('the end of sessions, on $name', ({ open }) => {
  let house: House;
  let module: Registered;
  let listener: Server;
  const heard: string[] = [];

  beforeAll(async () => {
    listener = createServer((incoming, answer) => {
      incoming.resume();
      heard.push(incoming.url ?? '');
      answer.writeHead(200).end();
    });
    await new Promise<void>((resolve) => listener.listen(0, 'localhost', resolve));
    const host = `localhost:${(listener.address() as AddressInfo).port}`;
    house = await openHouse(open, { outgoingHosts: [host] });
    module = await house.module({ backchannelLogoutUri: `http://${host}/logout` });
  });
  afterAll(async () => {
    listener.closeAllConnections();
    listener.close();
    await house?.close();
  });

  /** Until this node has heard of it: an account found active is taken to be so for a second. */
  const over = (browser: Browser): Promise<void> =>
    vi.waitFor(async () => expect(await whoami(browser)).toEqual({}), 5_000);
  const whoami = async (browser: Browser): Promise<unknown> => (await browser.send('/whoami')).json();

  it('no pupil of a school that is reset goes on: no session, no token, no refresh, and each module hears it once', async () => {
    const [paul, tom] = [await house.account('paul'), await house.account('tom')];
    const pupil = await signIn(house, module, paul);
    const again = await signIn(house, module, paul);
    const teacher = await signIn(house, module, tom);
    heard.length = 0;
    const done = await resetPupils(house.db, { schools: [COLLEGE], actor: 'head', at: Date.now() });
    expect(done).toEqual({ schools: 1, accounts: 1 });
    for (const { browser, access_token, refresh_token } of [pupil, again]) {
      await over(browser);
      expect(await client.tokenIntrospection(module.rp, access_token)).toEqual({ active: false });
      await expect(client.refreshTokenGrant(module.rp, refresh_token ?? '')).rejects.toThrow();
    }
    expect(await whoami(teacher.browser)).toMatchObject({ person: tom });
    expect((await client.tokenIntrospection(module.rp, teacher.access_token)).active).toBe(true);
    await vi.waitFor(() => expect(heard).toHaveLength(2), 5_000);
    await vi.waitFor(async () => expect(await house.db('oidc_farewell')).toEqual([]), 5_000);
    expect(heard).toHaveLength(2);
  });

  it('lets the same pupil in again, with a session that goes on', async () => {
    const ines = await house.account('ines');
    await resetPupils(house.db, { schools: [COLLEGE], actor: 'head', at: Date.now() });
    await moment();
    const { browser } = await signIn(house, module, ines);
    await moment();
    expect(await whoami(browser)).toMatchObject({ person: ines });
  });

  it('a code in hand when all ends is worth nothing', async () => {
    const lucas = await house.account('lucas');
    const asked = await request(module);
    const back = await new Browser(house).enter(asked.url, lucas);
    await resetPupils(house.db, { schools: [COLLEGE], actor: 'head', at: Date.now() });
    const exchange = client.authorizationCodeGrant(module.rp, back, {
      pkceCodeVerifier: asked.verifier,
      expectedState: asked.state,
      expectedNonce: asked.nonce,
    });
    await expect(exchange).rejects.toThrow();
  });

  it('a session that was open before a suspension does not come back with the account', async () => {
    const lise = await house.account('lise');
    const { browser, refresh_token } = await signIn(house, module, lise);
    const by = { person: lise, actor: 'operator', why: 'essai', from: 'operator', at: Date.now() } as const;
    await moveAccount(house.db, { ...by, to: 'suspended' });
    await moveAccount(house.db, { ...by, to: 'active' });
    await over(browser);
    await expect(client.refreshTokenGrant(module.rp, refresh_token ?? '')).rejects.toThrow();
  });

  it('a token for our interfaces ends with the session it came from, whatever ended that', async () => {
    const ali = await house.account('ali');
    const resource = `${house.issuer}/api`;
    const asked = await request(module, { scope: 'openid rights', resource });
    const back = await new Browser(house).enter(asked.url, ali);
    const { access_token: token } = await client.authorizationCodeGrant(
      module.rp,
      back,
      { pkceCodeVerifier: asked.verifier, expectedState: asked.state, expectedNonce: asked.nonce },
      { resource },
    );
    const verified = () => house.provider.verifyAccessToken(token, { scope: 'rights' });
    expect(await verified()).toMatchObject({ person: ali });
    // as a class card that replaces another does, and a new password: nobody has told the provider
    await turnEpoch(house.db, ali);
    await vi.waitFor(() => expect(verified()).rejects.toMatchObject({ code: 'token_invalid' }), 5_000);
  });

  it('a session that was open before an account was erased does not come back when it is opened again', async () => {
    const { db } = house;
    const lea = await house.account('lea');
    const { browser, access_token, refresh_token } = await signIn(house, module, lea);
    await db('account').where({ person: lea }).update({ state: 'closed', changed_at: 0 });
    heard.length = 0;
    const retire = jobsOf(house.config).find(({ name }) => name === 'accounts.retire');
    await retire!.run(db, Date.now(), new AbortController().signal);
    expect(await db('account').where({ person: lea })).toEqual([]);
    await house.account('lea');
    await over(browser);
    expect(await client.tokenIntrospection(module.rp, access_token)).toEqual({ active: false });
    await expect(client.refreshTokenGrant(module.rp, refresh_token ?? '')).rejects.toThrow();
    expect(await db('oidc_grant').where({ account: lea })).toEqual([]);
    await vi.waitFor(() => expect(heard).toHaveLength(1), 5_000);
  });

  it('holds on another node as well, within the second', async () => {
    const theo = await house.account('theo');
    const { browser } = await signIn(house, module, theo);
    const other = await house.another();
    expect(await whoami(browser)).toMatchObject({ person: theo });
    await other.endSessions(theo);
    await over(browser);
  });

  it('by command: an account is shown, suspended, reopened and closed, and its modules hear of it', async () => {
    const { db } = house;
    const olga = await house.account('olga');
    const { browser } = await signIn(house, module, olga);
    const said: string[] = [];
    const run = (...args: string[]) =>
      accountCommand({ db, config: house.config, args, print: (line) => said.push(line) });
    heard.length = 0;
    await run('suspend', olga, '--reason', 'poste volé');
    expect(said.at(-1)).toBe('Compte de Olga Petit : suspendu');
    await vi.waitFor(() => expect(heard).toHaveLength(1), 5_000);
    await over(browser);
    await run('reopen', olga, '--reason', 'poste retrouvé');
    await run('close', olga, '--reason', 'à sa demande');
    said.length = 0;
    await run('show', olga);
    expect(said[0]).toBe('Compte de Olga Petit : fermé');
    expect(said.join('\n')).toContain('actif → suspendu, par l’exploitant');
    for (const args of [[], ['suspend', olga], ['toString', olga, '--reason', 'x'], ['show', olga, 'more']])
      await expect(run(...args)).rejects.toMatchObject({ code: 'bad_argument' });
    await expect(run('reopen', olga, '--reason', 'x')).rejects.toMatchObject({ code: 'account_move_refused' });
  });

  it('by command: all the pupils of a school are reset, and how many is said', async () => {
    const { db, config } = house;
    const said: string[] = [];
    const run = (...args: string[]) => resetPupilsCommand({ db, config, args, print: (line) => said.push(line) });
    await run(COLLEGE);
    expect(said[0]).toBe(`${COLLEGE}  3`);
    for (const args of [[], ['--academy', '090', COLLEGE], ['--school', COLLEGE]])
      await expect(run(...args)).rejects.toMatchObject({ code: 'bad_argument' });
  });
});

describe('what is remembered of an account', () => {
  it('may be an epoch late, never early: a session newer than what is remembered goes on', async () => {
    let epoch: number | undefined = 3;
    const standing = openStanding({
      goingOn: async () => (epoch === undefined ? undefined : { epoch, factors: 0 }),
      signingIn: async () => undefined,
      noticeDue: async () => false,
      mustHoldFactor: async () => false,
    });
    expect([await standing.goesOn('tom', 2), await standing.goesOn('tom', 3)]).toEqual([false, true]);
    epoch = 4;
    expect([await standing.goesOn('tom', 4), await standing.goesOn('tom', 3)]).toEqual([true, true]);
    standing.forget('tom');
    expect([await standing.goesOn('tom', 4), await standing.goesOn('tom', 3)]).toEqual([true, false]);
    epoch = undefined;
    standing.forget('tom');
    expect([await standing.goesOn('tom', 4), await standing.isActive('tom')]).toEqual([false, false]);
  });
});
