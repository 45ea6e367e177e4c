// Two publishers that compare what they hold: nothing in it says that two pseudonyms are one person.
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engines } from '../databases.ts';
import { ATLAS, CARNET, openBroker } from './broker.ts';
import { Browser, type House, openHouse, type Registered, signIn } from './harness.ts';

describe.each(engines)('what two publishers compare, on $name', ({ open }) => {
  let house: House;
  let atlas: Registered;
  let carnet: Registered;
  let paul: string;

  beforeAll(async () => {
    house = await openHouse(open);
    await openBroker(house.db, Date.now() - 500);
    paul = await house.account('paul');
    const own = { scopes: ['openid'], backchannelLogoutUri: 'https://editeur.example/logout' };
    atlas = await house.module({ ...own, resources: [ATLAS] });
    carnet = await house.module({ ...own, resources: [CARNET] });
  });
  afterAll(() => house.close());

  it('neither hears to the second when somebody signed in, nor how; one session has a name of its own for each', async () => {
    const browser = new Browser(house);
    const told = [];
    for (const publisher of [atlas, carnet]) {
      const tokens = await signIn(house, publisher, paul, { browser });
      const renewed = await client.refreshTokenGrant(publisher.rp, tokens.refresh_token ?? '');
      told.push([tokens, renewed].map(({ id_token }) => decodeJwt(id_token ?? '')));
    }
    for (const claims of told.flat())
      for (const name of ['auth_time', 'acr', 'amr']) expect(claims).not.toHaveProperty(name);
    const [here, there] = told.map(([first]) => first!);
    expect(here!.sid).toEqual(expect.any(String));
    expect(here!.sid).not.toBe(there!.sid);
    expect(here!.sub).not.toBe(there!.sub);
  });

  it('who asks for a recent sign-in is told the minute of it, and is told the same when tokens are renewed', async () => {
    const browser = new Browser(house);
    const more = { max_age: '600' };
    const before = Math.floor(Date.now() / 1000);
    for (const publisher of [atlas, carnet]) {
      const tokens = await signIn(house, publisher, paul, { browser, more });
      const renewed = await client.refreshTokenGrant(publisher.rp, tokens.refresh_token ?? '');
      const [told, again] = [tokens, renewed].map(({ id_token }) => Number(decodeJwt(id_token ?? '').auth_time));
      expect(told! % 60).toBe(0);
      expect(again).toBe(told);
      expect(before - told!).toBeLessThan(60);
    }
  });
});
