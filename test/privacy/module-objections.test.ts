// Objections to one module: accepted by a decision, it receives nothing of the person until they come back on it; the rest goes on.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  closeModule,
  everyModuleObjection,
  modulesClosedTo,
  openModuleAgain,
  openModuleObjections,
} from '../../src/privacy/module-objections.ts';
import { decideRequest, withdrawRequest } from '../../src/privacy/requests/deciding.ts';
import { fileRequest } from '../../src/privacy/requests/filing.ts';
import { findRequests, type PersonRequest } from '../../src/privacy/requests/records.ts';
import { purgeRequests } from '../../src/privacy/requests/retention.ts';
import { refused } from '../acts/acts.ts';
import { type CastName, COLLEGE, deliverCast, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { Browser, type House, openHouse, type Registered, request, signIn } from '../oidc/harness.ts';

const YES = 'Vous expliquez ce que ce service a montré de vous, et vous aurez les mêmes documents sur papier.';
const NO = 'Vous dites craindre ce service en général, et rien de ce qu’il a fait de vous ni de votre enfant.';

describe.each(engines)('an objection to one module, on $name', ({ open }) => {
  let house: House;
  let agenda: Registered;
  let other: Registered;
  let listener: Server;
  const heard: string[] = [];
  const key = (name: CastName) => personOf(house.db, name);

  beforeAll(async () => {
    listener = createServer((incoming, answer) => {
      incoming.resume();
      heard.push(incoming.url ?? '');
      answer.writeHead(200).end();
    });
    await new Promise<void>((resolve) => listener.listen(0, 'localhost', resolve));
    const host = `localhost:${(listener.address() as AddressInfo).port}`;
    house = await openHouse(open, { outgoingHosts: [host] });
    agenda = await house.module({ backchannelLogoutUri: `http://${host}/agenda` });
    other = await house.module({ backchannelLogoutUri: `http://${host}/other` });
    await house
      .db('person')
      .where({ id: await key('paul') })
      .update({ birth_date: '2014-03-12' });
  });
  afterAll(async () => {
    listener.closeAllConnections();
    listener.close();
    await house?.close();
  });

  const objects = async (by: CastName, about = by, { module } = agenda): Promise<PersonRequest> =>
    fileRequest(house.db, {
      school: COLLEGE,
      by: await key(by),
      about: await key(about),
      kind: 'objection',
      target: `module:${module.id}`,
      words: 'Ce service montre mes retards à toute la classe.',
      at: Date.now(),
    });
  const answers = async ({ id }: PersonRequest, outcome: 'accepted' | 'refused') =>
    decideRequest(house.db, {
      id,
      by: await key('helene'),
      at: Date.now(),
      outcome,
      reason: outcome === 'accepted' ? YES : NO,
      ground: 'no_own_reason',
    });
  const takesBack = async ({ id }: PersonRequest, by: CastName) =>
    withdrawRequest(house.db, { id, by: await key(by), at: Date.now() });
  /** What a person is told at the door of a module. */
  const atTheDoor = async ({ rp, redirectUri, module }: Registered, person: string, browser = new Browser(house)) => {
    const { url } = await request({ rp, redirectUri, module, secret: '' });
    return (await browser.enter(url, person)).searchParams.get('error');
  };

  it('closes its sign-in, its tokens and its claims, tells it once, and leaves every other module', async () => {
    const tom = await house.account('tom');
    const tokens = await signIn(house, agenda, tom);
    const { browser } = tokens;
    const elsewhere = await signIn(house, other, tom, { browser });
    const inHand = await request(agenda);
    const back = await browser.enter(inHand.url, tom);
    const subject = tokens.claims()!.sub;
    const asked = await objects('tom');
    expect((await client.tokenIntrospection(agenda.rp, tokens.access_token)).active).toBe(true);
    heard.length = 0;

    await answers(asked, 'accepted');
    await vi.waitFor(() => expect(heard).toEqual(['/agenda']), 5_000);
    expect(await client.tokenIntrospection(agenda.rp, tokens.access_token)).toEqual({ active: false });
    await expect(client.fetchUserInfo(agenda.rp, tokens.access_token, subject)).rejects.toThrow();
    await expect(client.refreshTokenGrant(agenda.rp, tokens.refresh_token ?? '')).rejects.toThrow();
    await expect(
      client.authorizationCodeGrant(agenda.rp, back, {
        pkceCodeVerifier: inHand.verifier,
        expectedState: inHand.state,
        expectedNonce: inHand.nonce,
      }),
    ).rejects.toThrow();
    expect(await house.provider.personBehind(agenda.module.id, subject)).toBeUndefined();
    const another = await house.another();
    expect(await another.personBehind(agenda.module.id, subject)).toBeUndefined();
    expect(await atTheDoor(agenda, tom, browser)).toBe('access_denied');
    expect(await atTheDoor(agenda, tom)).toBe('access_denied');

    expect((await client.tokenIntrospection(other.rp, elsewhere.access_token)).active).toBe(true);
    const theirs = elsewhere.claims()!.sub;
    expect(await house.provider.personBehind(other.module.id, theirs)).toBe(tom);
    expect((await client.refreshTokenGrant(other.rp, elsewhere.refresh_token ?? '')).access_token).toBeTruthy();
    expect(heard).toEqual(['/agenda']);
  });

  it('stays so at the next import, and for nobody else', async () => {
    await deliverCast(house.db, Date.now());
    expect(await atTheDoor(agenda, await key('tom'))).toBe('access_denied');
    const tania = await house.account('tania');
    expect(await atTheDoor(agenda, tania)).toBeNull();
  });

  it('opens again at once when the person comes back on it', async () => {
    const [asked] = await findRequests(house.db, { about: await key('tom'), state: 'accepted' });
    await refused('unknown_request', takesBack(asked!, 'tania'));
    await refused('not_allowed', takesBack(asked!, 'helene'));
    await takesBack(asked!, 'tom');
    await takesBack(asked!, 'tom');
    await vi.waitFor(async () => expect(await atTheDoor(agenda, await key('tom'))).toBeNull(), 5_000);
    expect(await modulesClosedTo(house.db, [await key('tom')])).toEqual([]);
  });

  it('closes nothing while it waits, nor when it is refused', async () => {
    const asked = await objects('tania');
    expect(await everyModuleObjection(house.db)).toEqual([]);
    await answers(asked, 'refused');
    expect(await everyModuleObjection(house.db)).toEqual([]);
    expect(await atTheDoor(agenda, await key('tania'))).toBeNull();
  });

  it('a parent asks it for a minor: the child is not told of to the module, and comes back on it once of age', async () => {
    const [paul, paula] = [await house.account('paul'), await house.account('paula')];
    await refused('not_allowed', objects('tania', 'paul'));
    const childrenIn = async (registered: Registered): Promise<string[]> => {
      const tokens = await signIn(house, registered, paula);
      return ((tokens.claims()!.children ?? []) as { given_name: string }[]).map((one) => one.given_name);
    };
    expect(await childrenIn(agenda)).toContain('Paul');
    const asked = await objects('paula', 'paul');
    await answers(asked, 'accepted');
    await vi.waitFor(async () => expect(await atTheDoor(agenda, paul)).toBe('access_denied'), 5_000);
    expect(await childrenIn(agenda)).not.toContain('Paul');
    expect(await childrenIn(other)).toContain('Paul');
    expect(await atTheDoor(agenda, paula)).toBeNull();
    await refused('unknown_request', takesBack(asked, 'paul'));
    await refused('unknown_request', takesBack(asked, 'pierre'));
    const eighteen = new Date();
    const birthday = (days: number) =>
      new Date(Date.UTC(eighteen.getUTCFullYear() - 18, eighteen.getUTCMonth(), eighteen.getUTCDate() + days))
        .toISOString()
        .slice(0, 10);
    await house
      .db('person')
      .where({ id: paul })
      .update({ birth_date: birthday(2) });
    await refused('unknown_request', takesBack(asked, 'paul'));
    await house
      .db('person')
      .where({ id: paul })
      .update({ birth_date: birthday(-1) });
    // whoever is of age speaks for themselves: the parent does not open it again against their will
    await refused('unknown_request', takesBack(asked, 'paula'));
    expect((await takesBack(asked, 'paul')).state).toBe('withdrawn');
    await vi.waitFor(async () => expect(await atTheDoor(agenda, paul)).toBeNull(), 5_000);
  });

  it('the line of the register stays as long as it is honoured, and goes five years after it is not', async () => {
    const asked = await objects('tania');
    await answers(asked, 'accepted');
    const years = (count: number) => new Date().setUTCFullYear(new Date().getUTCFullYear() + count) + 86_400_000;
    await purgeRequests(house.db, years(6));
    const kept = await findRequests(house.db, { about: await key('tania') });
    expect(kept.map(({ id }) => id)).toEqual([asked.id]);
    await takesBack(asked, 'tania');
    await purgeRequests(house.db, years(4));
    expect(await house.db('module_objection').where({ request: asked.id })).toHaveLength(1);
    await purgeRequests(house.db, years(6));
    expect(await house.db('module_objection').where({ request: asked.id })).toEqual([]);
  });

  it('what a record objected to holds for whoever it was joined to, and memory that is old asks again', async () => {
    const { db } = house;
    const [record, holder] = [await key('pierre'), await key('paula')];
    let now = Date.now();
    const objections = await openModuleObjections(db, { clock: () => now });
    await closeModule(db, { person: record, client: 'agenda', request: 'r1', since: 1 });
    expect(objections.has(record, 'agenda')).toBe(false);
    await objections.look();
    expect(objections.has(record, 'agenda')).toBe(true);
    expect(objections.has(holder, 'agenda')).toBe(false);
    await db('external_identity').where({ person: record }).update({ person: holder, record });
    await objections.look();
    expect(objections.has(holder, 'agenda')).toBe(true);
    expect(objections.has(holder, 'agenda2')).toBe(false);
    await openModuleAgain(db, 'r1', 2);
    now += 3_000;
    let looks = 0;
    db.on('query', ({ sql }: { sql: string }) => {
      if (sql.includes('module_objection')) looks += 1;
    });
    const asked = Array.from({ length: 500 }, (_, n) => objections.has(holder, `agenda${n + 3}`));
    expect(await Promise.all(asked)).toEqual(Array(500).fill(false));
    // the provider of this house looks by itself, now and then
    expect(looks).toBeLessThan(10);
    expect(objections.has(holder, 'agenda')).toBe(false);
  });
});
