// How sure a module may be of who signs in: the profiles it is told, those it asks for, and sessions that are raised.
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { insertFactor } from '../../src/accounts/factors/keeping.ts';
import { acrOf, asksForFactor } from '../../src/oidc/assurance.ts';
import { sealWith } from '../../src/oidc/seal.ts';
import { rewriteSession } from '../../src/oidc/session-rows.ts';
import { engines } from '../databases.ts';
import { Browser, type House, openHouse, type Registered, request, signIn } from './harness.ts';

const SFA = 'https://refeds.org/profile/sfa';
const MFA = 'https://refeds.org/profile/mfa';

describe('what is asked', () => {
  it.each([
    [MFA, true],
    [`urn:other ${MFA}`, true],
    [`${MFA} ${SFA}`, false],
    [`${SFA} ${MFA}`, false],
    [SFA, false],
    ['urn:other', false],
    [MFA.toUpperCase(), false],
    ['', false],
    [undefined, false],
    [['a'], false],
  ])('by acr_values %j is a second factor: %s', (asked, is) => {
    expect(asksForFactor(asked)).toBe(is);
  });

  it('is given by methods that say so', () => {
    expect(acrOf(['pwd'])).toBe(SFA);
    expect(acrOf(['pwd', 'otp', 'mfa'])).toBe(MFA);
  });
});

describe.each(engines)('assurance on $name', ({ open }) => {
  let house: House;
  let module: Registered;
  let tom: string;
  let helene: string;
  beforeAll(async () => {
    house = await openHouse(open);
    module = await house.module();
    tom = await house.account('tom');
    helene = await house.account('helene');
    await insertFactor(house.db, { person: helene, kind: 'passkey', name: 'Clé', credential: 'h' }, Date.now());
  });
  afterAll(() => house.close());

  it('is told in the token, with the methods', async () => {
    expect((await signIn(house, module, tom)).claims()).toMatchObject({ acr: SFA, amr: ['pwd'] });
    expect((await signIn(house, module, helene)).claims()).toMatchObject({ acr: MFA, amr: ['pwd', 'otp', 'mfa'] });
  });

  it('of somebody who runs a school is never the password alone', async () => {
    const browser = new Browser(house);
    const { url } = await browser.follow((await request(module)).url);
    const next = await browser.follow(`${url.pathname}/login?person=${helene}&amr=pwd`, {});
    expect(await next.response.json()).toMatchObject({ step: 'factor', passed: { person: helene, amr: ['pwd'] } });
  });

  it('is raised in the session that is open, which keeps its age and changes its name', async () => {
    const { browser, claims } = await signIn(house, module, tom);
    await insertFactor(house.db, { person: tom, kind: 'passkey', name: 'Clé', credential: 't' }, Date.now());
    const before = browser.jar.get('preau')?.value;
    const signedInAt = Number(claims()?.auth_time);
    await vi.waitFor(() => expect(Math.floor(Date.now() / 1000)).toBeGreaterThan(signedInAt), 5_000);
    const asked = await request(module, { acr_values: MFA });
    const step = await browser.follow(asked.url);
    expect(await step.response.json()).toMatchObject({ step: 'factor', asksForFactor: true, person: tom });
    const { url } = await browser.follow(`${step.url.pathname}/factor?person=${tom}`, {});
    const raised = await client.authorizationCodeGrant(module.rp, url, {
      pkceCodeVerifier: asked.verifier,
      expectedState: asked.state,
      expectedNonce: asked.nonce,
    });
    expect(raised.claims()).toMatchObject({ acr: MFA, auth_time: claims()?.auth_time });
    expect(browser.jar.get('preau')?.value).not.toBe(before);
    const again = await browser.follow((await request(module, { acr_values: MFA })).url);
    expect(again.url.searchParams.get('code')).toBeTruthy();
  });

  it('is no recent sign-in where one is asked for: the password is asked again', async () => {
    const { browser } = await signIn(house, module, tom);
    const asked = await request(module, { acr_values: MFA, max_age: '600' });
    const step = await browser.follow(asked.url);
    expect(await step.response.json()).toMatchObject({ step: 'factor' });
    await olderBy(house, tom, 3_600);
    const late = await browser.follow(`${step.url.pathname}/factor?person=${tom}`, {});
    expect(await late.response.json()).toMatchObject({ step: 'login' });
    const { url } = await browser.follow(`${late.url.pathname}/login?person=${tom}&amr=pwd otp mfa`, {});
    const tokens = await client.authorizationCodeGrant(module.rp, url, {
      pkceCodeVerifier: asked.verifier,
      expectedState: asked.state,
      expectedNonce: asked.nonce,
      maxAge: 600,
    });
    expect(tokens.claims()).toMatchObject({ acr: MFA });
  });

  it('is not raised for another person than the one who is signed in', async () => {
    const { browser } = await signIn(house, module, tom);
    const { url } = await browser.follow((await request(module, { acr_values: MFA })).url);
    const { response } = await browser.follow(`${url.pathname}/factor?person=${helene}`, {});
    expect(await response.json()).toEqual({ refusal: 'form_expired' });
    expect(await (await browser.send('/whoami')).json()).toMatchObject({ person: tom, factor: false });
  });

  it('is refused, and nobody is asked, when the module wants no question', async () => {
    const { browser } = await signIn(house, module, tom);
    const { url } = await browser.follow((await request(module, { acr_values: MFA, prompt: 'none' })).url);
    expect(url.searchParams.get('error')).toBe('interaction_required');
  });
});

/** Makes the sessions of a person as old as if so many seconds had passed. */
async function olderBy({ db, config }: House, account: string, seconds: number): Promise<void> {
  const seal = sealWith(config.keyFor('storage'));
  for (const { uid } of await db('oidc_session').where({ account }).select('uid'))
    await rewriteSession(db, uid, ({ id, payload }) => {
      const kept = seal.open<{ loginTs: number }>(id, payload);
      return seal.close(id, { ...kept, loginTs: kept.loginTs - seconds });
    });
}
