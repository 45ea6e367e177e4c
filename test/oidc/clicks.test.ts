// The clicks that a browser carries to publishers: on a shared one, that of whoever came before is nobody else's.
import { randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeFacts } from '../../src/facts/facts.ts';
import { openClicks } from '../../src/oidc/clicks.ts';
import { sealWith } from '../../src/oidc/seal.ts';
import { COLLEGE, LYCEE } from '../cast.ts';
import { engines } from '../databases.ts';
import { ATLAS, openBroker } from './broker.ts';
import { Browser, type House, openHouse, type Registered, request, signIn } from './harness.ts';

describe('the clicks that fit in a cookie', () => {
  it('the last one always does, however long the names of resources are; the oldest give way', () => {
    const clicks = openClicks(sealWith(randomBytes(32)), { secure: false });
    const at = Date.now();
    const long = (name: string) => `ark:/99999/${name.repeat(1000)}`;
    let cookies = '';
    for (const name of ['a', 'b', 'c', 'd']) {
      const header = clicks.carry(cookies, { resource: long(name), school: COLLEGE, person: undefined, at });
      cookies = header.slice(0, header.indexOf(';'));
      expect(cookies.length).toBeLessThan(4000);
      const found = clicks.find(cookies, { resource: long(name), person: 'p', at });
      expect(found?.click.school).toBe(COLLEGE);
    }
    expect(clicks.find(cookies, { resource: long('a'), person: 'p', at })).toBeUndefined();
  });
});

describe.each(engines)('clicks of a shared browser, on $name', ({ open }) => {
  let house: House;
  let atlas: Registered;
  const key: Record<'tom' | 'paul' | 'ines', string> = {} as never;

  beforeAll(async () => {
    house = await openHouse(open);
    const at = Date.now() - 500;
    await openBroker(house.db, at);
    for (const name of ['tom', 'paul', 'ines'] as const) key[name] = await house.account(name);
    await changeFacts(house.db, {
      school: LYCEE,
      at,
      source: 'aaf2d',
      actor: 'test',
      begin: [{ relation: 'post', subject: key.tom, object: LYCEE, properties: { function: 'teacher' } }],
    });
    atlas = await house.module({ scopes: ['openid'], resources: [ATLAS] });
  });
  afterAll(() => house.close());

  const clicked = async (): Promise<Browser> => {
    const browser = new Browser(house);
    await browser.send(`/click?${new URLSearchParams({ resource: ATLAS, school: LYCEE })}`);
    return browser;
  };
  const schoolOf = async (browser: Browser, person: string) =>
    decodeJwt((await signIn(house, atlas, person, { browser })).id_token ?? '').UAI;

  it('a click from before the sign-in is that of whoever signs in first', async () => {
    const browser = await clicked();
    expect(await schoolOf(browser, key.tom)).toEqual([LYCEE]);
    await house.provider.endSessions(key.tom);
    expect(await schoolOf(browser, key.paul)).toEqual([COLLEGE]);
    await house.provider.endSessions(key.paul);
    expect(await schoolOf(browser, key.tom)).toEqual([LYCEE]);
  });

  it('even where it opened nothing for them', async () => {
    const browser = await clicked();
    const { url } = await request(atlas, {});
    expect((await browser.enter(url, key.paul)).searchParams.get('error')).toBe('access_denied');
    await house.provider.endSessions(key.paul);
    expect(await schoolOf(browser, key.ines)).toEqual([COLLEGE]);
  });
});
