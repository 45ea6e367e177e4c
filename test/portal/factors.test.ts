// The step after the password, and the page of one's second factors: over real HTTP, in every order that a person might try.
import { generateSync } from 'otplib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { factorsOf } from '../../src/accounts/factors/factors.ts';
import { askFactorCode, signFactorCode } from '../../src/accounts/factors/school-codes.ts';
import { moveAccount } from '../../src/accounts/states.ts';
import { changeFacts } from '../../src/facts/facts.ts';
import { softKey } from '../accounts/factors/soft-key.ts';
import { type CastName, COLLEGE, LYCEE, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { recoveryCodeOf } from '../second-factor.ts';
import { openWalker, type Visited, type Walker } from '../ways/walker.ts';
import { identifierOf, type Opened, openPortal, PASSWORD } from './portal.ts';

const MFA = 'https://refeds.org/profile/mfa';
const SFA = 'https://refeds.org/profile/sfa';
const MINUTE = 60_000;

describe.each(engines)('second factors, on $name', ({ open }) => {
  let portal: Opened;
  const key: Partial<Record<CastName, string>> = {};
  beforeAll(async () => {
    const accounts = ['helene', 'david', 'henri', 'tom', 'olga', 'paula', 'sylvie'] as const;
    portal = await openPortal(open, { accounts });
    for (const name of accounts) key[name] = await personOf(portal.db, name);
    await changeFacts(portal.db, {
      school: COLLEGE,
      at: Date.now(),
      source: 'local',
      actor: 'system',
      begin: [{ relation: 'secretary', subject: key.sylvie!, object: COLLEGE }],
      end: [],
    });
  });
  afterAll(() => portal?.close());
  afterEach(async () => {
    await portal.db('fact').where({ relation: 'administers' }).delete();
    for (const table of [
      'factor',
      'recovery_code',
      'recovery_sheet',
      'factor_code',
      'throttle',
      'factor_proof',
      'factor_code_ask',
      'code_hand',
    ])
      await portal.db(table).delete();
  });

  const secretOn = (page: Visited) => (/id="secret">([^<]+)</.exec(page.html)?.[1] ?? '').replaceAll(' ', '');
  const codeOf = (secret: string, steps = 0) =>
    generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + steps * 30 });
  const codesOn = (page: Visited) =>
    [...page.html.matchAll(/<code>([A-Z0-9]{4}(?:-[A-Z0-9]{4}){3})<\/code>/g)].map(([, one]) => one!);
  const optionsOn = (page: Visited) =>
    JSON.parse(
      (/data-options="([^"]+)"/.exec(page.html)?.[1] ?? '').replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
    );

  /** The page after the right password, with nothing answered yet. */
  const password = async (name: CastName, more: Record<string, string> = {}, walker = openWalker({ byHand: true })) => {
    const login = await walker.visit(portal.authorize(more));
    return { walker, page: await walker.submit(login, 'password', { login: identifierOf(name), password: PASSWORD }) };
  };
  /** Past the notice where there is one, to the module. */
  const arrive = async (walker: Walker, page: Visited) =>
    page.html.includes('class="received"') ? walker.submit(page, 'submit') : page;
  const hasArrived = (page: Visited) => page.url.startsWith(`${portal.module}/callback`) && page.url.includes('code=');
  /** Adds an application on the way in; returns its secret and its codes. */
  const enrolled = async (name: CastName, more: Record<string, string> = {}) => {
    const { walker, page } = await password(name, more);
    const secret = secretOn(page);
    const sheet = await walker.submit(page, 'add-application', { code: codeOf(secret, -1), name: '' });
    const codes = codesOn(sheet);
    return { walker, secret, codes, page: await arrive(walker, await walker.submit(sheet, 'codes')) };
  };

  it('leads whoever must hold one to add it, right after the password and before anything else', async () => {
    const { walker, page } = await password('helene');
    expect(page.text).toContain('Ajouter un second moyen de connexion');
    expect(page.text).toContain('Votre fonction ouvre beaucoup de dossiers');
    expect(page.html).not.toContain('id="later"');
    expect((await walker.visit(portal.origin)).text).not.toContain('Hélène');
    const sheet = await walker.submit(page, 'add-application', { code: codeOf(secretOn(page)), name: 'Mon téléphone' });
    expect(codesOn(sheet)).toHaveLength(10);
    expect((await walker.visit(portal.origin)).text).not.toContain('Hélène');
    expect(hasArrived(await arrive(walker, await walker.submit(sheet, 'codes')))).toBe(true);
    expect((await walker.visit(portal.origin)).text).toContain('Hélène');
    expect(await factorsOf(portal.db, key.helene!)).toMatchObject([{ kind: 'totp', name: 'Mon téléphone' }]);
  });

  it('asks the others for none, unless they hold one', async () => {
    const first = await password('tom');
    expect(first.page.text).toContain('va recevoir');
    await recoveryCodeOf(portal.db, 'tom.garnier');
    expect((await password('tom')).page.text).toContain('Montrez que c’est bien vous');
  });

  it('cannot be passed by leaving, by another form, or by going back to the module', async () => {
    const { walker, page } = await password('david');
    const token = /name="token" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
    for (const fields of [{ act: 'kept' }, { act: 'later' }, { act: '' }, { act: 'totp', code: '000000' }, {}]) {
      const answer = await walker.post(page.url, { token, ...fields });
      expect(answer.url.startsWith(portal.module)).toBe(false);
      expect((await walker.visit(portal.origin)).text).not.toContain('David');
    }
    const uid = page.url.split('/').at(-1);
    expect((await walker.visit(`${portal.origin}/auth/${uid}`)).html).toContain('name="password"');
    expect((await walker.visit(portal.authorize())).html).toContain('name="password"');
    expect(await factorsOf(portal.db, key.david!)).toEqual([]);
  });

  it('is added by nobody who showed the password before all sessions were ended', async () => {
    const { walker, page } = await password('david');
    const move = { person: key.david!, actor: 'operator', why: 'test', from: 'operator' } as const;
    await moveAccount(portal.db, { ...move, to: 'suspended', at: Date.now() });
    await moveAccount(portal.db, { ...move, to: 'active', at: Date.now() });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const late = await walker.submit(page, 'add-application', { code: codeOf(secretOn(page)), name: 'Mine' });
    expect(late.status).toBe(403);
    expect(await factorsOf(portal.db, key.david!)).toEqual([]);
    expect((await walker.visit(page.url)).html).toContain('name="password"');
  });

  it('keeps nothing of a password for another browser', async () => {
    const { page } = await password('david');
    expect((await openWalker({ byHand: true }).visit(page.url)).status).toBe(403);
  });

  it('opens with the code of the moment, once; a wrong one and a used one look the same', async () => {
    const { secret } = await enrolled('helene');
    const { walker, page } = await password('helene');
    expect(page.html).toContain('autocomplete="one-time-code"');
    const code = codeOf(secret);
    const wrong = await walker.submit(page, 'factor', { code: code === '000000' ? '000001' : '000000' });
    expect(wrong.status).toBe(422);
    expect(wrong.html).toContain('<code>factor_refused</code>');
    expect(hasArrived(await arrive(walker, await walker.submit(wrong, 'factor', { code })))).toBe(true);
    const again = await password('helene');
    const used = await again.walker.submit(again.page, 'factor', { code });
    const bare = (html: string) =>
      html
        .replace(/value="[^"]*"/g, '')
        .replace(/interaction\/[\w-]+/g, '')
        .replace(/(?:data-options|nonce)="[^"]*"/g, '');
    expect(used.status).toBe(422);
    expect(bare(used.html)).toBe(bare(wrong.html));
  });

  it('opens with a recovery code, once, when the telephone is not at hand', async () => {
    const { codes } = await enrolled('helene');
    const { walker, page } = await password('helene');
    expect(hasArrived(await arrive(walker, await walker.submit(page, 'by-recovery', { recovery: codes[0]! })))).toBe(
      true,
    );
    const again = await password('helene');
    const used = await again.walker.submit(again.page, 'by-recovery', { recovery: codes[0]! });
    expect(used.html).toContain('factor_refused');
    expect(hasArrived(await again.walker.submit(used, 'by-recovery', { recovery: codes[1]! }))).toBe(true);
  });

  it('with everything lost, opens with a code from the school and leads to a new factor at once', async () => {
    await enrolled('helene');
    await askFactorCode(portal.db, { person: key.helene!, by: 'operator', at: Date.now() });
    await recoveryCodeOf(portal.db, 'david.roux');
    const { code } = await signFactorCode(portal.db, { person: key.helene!, by: key.david!, at: Date.now() });
    const { walker, page } = await password('helene');
    const adding = await walker.submit(page, 'by-school', { school: code });
    expect(adding.text).toContain('Ajouter un second moyen de connexion');
    expect((await walker.visit(portal.origin)).text).not.toContain('Hélène');
    const sheet = await walker.submit(adding, 'add-application', { code: codeOf(secretOn(adding)) });
    expect(hasArrived(await arrive(walker, await walker.submit(sheet, 'codes')))).toBe(true);
  });

  it('shows the recovery codes again while they are not kept, and never after', async () => {
    const { walker, page } = await password('helene');
    const sheet = await walker.submit(page, 'add-application', { code: codeOf(secretOn(page)) });
    expect(codesOn(await walker.visit(sheet.url))).toEqual(codesOn(sheet));
    await walker.submit(sheet, 'codes');
    expect(codesOn(await walker.visit(`${portal.origin}/account/factors/codes`))).toEqual([]);
  });

  it('adds once by a double click, and the codes are still shown', async () => {
    const { walker, page } = await password('henri');
    const fields = { code: codeOf(secretOn(page)) };
    const both = await Promise.all([1, 2].map(() => walker.submit(page, 'add-application', fields)));
    expect(await factorsOf(portal.db, key.henri!)).toHaveLength(1);
    const sheet = both.find((one) => codesOn(one).length > 0) ?? (await walker.visit(page.url));
    expect(codesOn(sheet)).toHaveLength(10);
  });

  it('opens with a passkey, made and proven on these pages', async () => {
    const soft = softKey(portal.origin);
    const { walker, page } = await password('helene');
    const policy = page.headers.get('content-security-policy') ?? '';
    const nonce = /script-src 'nonce-([\w-]+)'/.exec(policy)?.[1];
    expect(page.html).toContain(`nonce="${nonce}"`);
    const sheet = await walker.submit(page, 'add-passkey', { answer: soft.make(optionsOn(page)) });
    expect(codesOn(sheet)).toHaveLength(10);
    await arrive(walker, await walker.submit(sheet, 'codes'));
    const again = await password('helene');
    const answer = soft.prove(optionsOn(again.page));
    expect(hasArrived(await arrive(again.walker, await again.walker.submit(again.page, 'factor', { answer })))).toBe(
      true,
    );
    const third = await password('helene');
    expect((await third.walker.submit(third.page, 'factor', { answer })).html).toContain('factor_refused');
  });

  describe('what a module asks', () => {
    it('is a second factor: whoever holds none adds one, or goes back', async () => {
      const { walker, page } = await password('paula', { acr_values: MFA });
      expect(page.text).toContain('Le service que vous ouvrez demande un second moyen');
      const back = await walker.submit(page, 'cancel');
      expect(new URL(back.url).searchParams.get('error')).toBe('access_denied');
      expect(hasArrived((await enrolled('paula', { acr_values: MFA })).page)).toBe(true);
    });

    it('raises a session that was opened by the password alone', async () => {
      const { walker, page } = await password('tom');
      await arrive(walker, page);
      const before = [...walker.cookies.values()].find(({ name }) => name === 'preau')?.value;
      const recovery = await recoveryCodeOf(portal.db, 'tom.garnier');
      const asked = await walker.visit(portal.authorize({ acr_values: MFA }));
      expect(asked.text).toContain('Montrez que c’est bien vous');
      expect(asked.html).not.toContain('name="password"');
      expect(asked.html).not.toContain('by-school');
      expect(hasArrived(await walker.submit(asked, 'by-recovery', { recovery }))).toBe(true);
      expect([...walker.cookies.values()].find(({ name }) => name === 'preau')?.value).not.toBe(before);
      expect(hasArrived(await walker.visit(portal.authorize({ acr_values: MFA })))).toBe(true);
    });

    it('asks the password again before a first factor is added in an open session', async () => {
      const { walker, page } = await password('olga');
      await arrive(walker, page);
      const asked = await walker.visit(portal.authorize({ acr_values: MFA }));
      expect(asked.html).toContain('name="password"');
    });

    it.each([SFA, `${MFA} ${SFA}`, 'urn:example:unknown', ''])('is no second factor with `%s`', async (values) => {
      const { walker, page } = await password('olga', { acr_values: values });
      expect(hasArrived(await arrive(walker, page))).toBe(true);
    });

    it('without a word, answers that somebody has to be asked', async () => {
      const { walker, page } = await password('olga');
      await arrive(walker, page);
      const silent = await walker.visit(portal.authorize({ acr_values: MFA, prompt: 'none' }));
      expect(new URL(silent.url).searchParams.get('error')).toMatch(/^(login|interaction)_required$/);
    });
  });

  it('asks for one from whoever comes to lead a school while they are signed in', async () => {
    const { walker, page } = await password('olga');
    await arrive(walker, page);
    const fact = {
      relation: 'administers',
      subject: key.olga!,
      object: COLLEGE,
      properties: { decision: 'n° 4' },
    } as const;
    const dates = { validFrom: Date.now(), validTo: Date.now() + MINUTE * 60 };
    const change = { school: COLLEGE, source: 'local', actor: 'system' } as const;
    await changeFacts(portal.db, { ...change, at: Date.now(), begin: [{ ...fact, ...dates }], end: [] });
    await expect
      .poll(async () => (await walker.visit(portal.authorize())).html.includes('name="password"'), { timeout: 10_000 })
      .toBe(true);
  });

  describe('somebody who comes to run a school while signed in', () => {
    const offices = async (name: CastName) => {
      const fact = {
        relation: 'administers',
        subject: key[name]!,
        object: COLLEGE,
        properties: { decision: 'n° 4' },
      } as const;
      const change = { school: COLLEGE, source: 'local', actor: 'system', end: [] } as const;
      await changeFacts(portal.db, { ...change, at: Date.now(), begin: [fact] });
    };
    const powers = [
      '/school/letters',
      '/school/factors',
      '/school/workstations',
      '/validations',
      '/logbooks',
      '/report',
    ];

    it('is led to add a factor before any page of a school opens or takes anything, and back', async () => {
      const { walker, page } = await password('olga');
      await arrive(walker, page);
      await offices('olga');
      for (const path of powers) {
        const led = await walker.visit(`${portal.origin}${path}`);
        expect([path, led.url]).toEqual([path, `${portal.origin}/account/factors/add?to=${encodeURIComponent(path)}`]);
        expect(led.text).toContain('il faut un second moyen de vous connecter');
        if (path === '/report') continue; // takes nothing
        expect((await walker.post(`${portal.origin}${path}`, { act: 'issue', school: COLLEGE })).url).toBe(led.url);
      }
      expect((await walker.visit(portal.origin)).text).toContain('Olga');
      const add = await walker.visit(`${portal.origin}/school/letters`);
      const sheet = await walker.submit(add, 'add-application', { code: codeOf(secretOn(add)) });
      expect(codesOn(sheet)).toHaveLength(10);
      const there = await walker.submit(sheet, 'codes');
      expect(there.url).toBe(`${portal.origin}/school/letters`);
      expect(there.status).toBe(200);
      // a module that asks is told no more than what the session was opened with
      expect((await walker.visit(portal.authorize({ acr_values: MFA }))).text).toContain('Montrez que c’est bien vous');
    });

    it('proves the one they hold already', async () => {
      const { walker, page } = await password('tom');
      await arrive(walker, page);
      const recovery = await recoveryCodeOf(portal.db, 'tom.garnier');
      await offices('tom');
      const led = await walker.visit(`${portal.origin}/school/letters`);
      expect(led.url).toBe(`${portal.origin}/account/prove?to=%2Fschool%2Fletters`);
      const there = await walker.submit(led, 'by-recovery', { recovery });
      expect(there.url).toBe(`${portal.origin}/school/letters`);
    });

    it('leads nobody else anywhere', async () => {
      const { walker, page } = await password('paula');
      await arrive(walker, page);
      expect((await walker.visit(`${portal.origin}/school/letters`)).status).toBe(403);
      expect((await openWalker().visit(`${portal.origin}/school/letters`)).status).toBe(401);
      expect((await walker.visit(`${portal.origin}/account/factors/add?to=//evil.example`)).html).not.toContain('evil');
    });
  });

  describe('the page of one’s own', () => {
    const inside = async (name: CastName) => {
      const { walker, page } = await password(name);
      await arrive(walker, page);
      return { walker, list: () => walker.visit(`${portal.origin}/account/factors`) };
    };
    /** As if the session had been opened an hour ago. */
    const later = async (walker: Walker) => {
      await portal.db('factor_proof').update({ at: Date.now() - 60 * MINUTE });
      return walker;
    };

    it('is for whoever is signed in', async () => {
      for (const path of ['', '/add', '/codes'])
        expect((await openWalker().visit(`${portal.origin}/account/factors${path}`)).status).toBe(401);
      expect((await openWalker().visit(`${portal.origin}/account/prove`)).status).toBe(401);
    });

    it('lists, adds, renames, renews and removes', async () => {
      const { walker, list } = await inside('tom');
      expect((await list()).text).toContain('Vous n’en avez pas pour l’instant.');
      const add = await walker.follow(await list(), 'Ajouter un second moyen');
      const refused = await walker.submit(add, 'add-application', { code: '000000', name: 'Tablette' });
      expect(refused.status).toBe(422);
      expect(refused.html).toContain('value="Tablette"');
      expect(secretOn(refused)).toBe(secretOn(add));
      const secret = secretOn(add);
      const sheet = await walker.submit(refused, 'add-application', { code: codeOf(secret, -1), name: 'Tablette' });
      expect(codesOn(sheet)).toHaveLength(10);
      const kept = await walker.submit(sheet, 'codes');
      expect(kept.text).toContain('Tablette');
      expect(kept.text).toContain('Il vous reste 10 codes de secours.');
      // from here on there is a factor, asked for again after a while
      await later(walker);
      const prove = await walker.submit(kept, `name-${(await factorsOf(portal.db, key.tom!))[0]!.id}`, { name: 'Tel' });
      expect(prove.url).toContain('/account/prove?to=');
      expect(prove.html).not.toContain('type="password"');
      const back = await walker.submit(prove, 'factor', { code: codeOf(secret) });
      expect(back.url).toBe(`${portal.origin}/account/factors`);
      const renamed = await walker.submit(back, `name-${(await factorsOf(portal.db, key.tom!))[0]!.id}`, {
        name: 'Tel',
      });
      expect(renamed.text).toContain('Le nom est changé.');
      const fresh = await walker.submit(renamed, 'renew');
      expect(codesOn(fresh)).toHaveLength(10);
      expect(codesOn(fresh)).not.toContain(codesOn(sheet)[0]);
      const token = /name="token" value="([^"]+)"/.exec(renamed.html)?.[1] ?? '';
      const { id } = (await factorsOf(portal.db, key.tom!))[0]!;
      const removed = await walker.post(renamed.url, { token, act: 'remove', factor: id });
      expect(removed.text).toContain('Ce moyen de connexion est retiré.');
      expect(await factorsOf(portal.db, key.tom!)).toEqual([]);
    });

    it('keeps the last one of somebody who must hold one', async () => {
      const { walker } = await enrolled('helene');
      const list = await walker.visit(`${portal.origin}/account/factors`);
      expect(list.text).toContain('le dernier ne se retire pas');
      const { id } = (await factorsOf(portal.db, key.helene!))[0]!;
      const token = /name="token" value="([^"]+)"/.exec(list.html)?.[1] ?? '';
      const refused = await walker.post(list.url, { token, act: 'remove', factor: id });
      expect(refused.html).toContain('factor_required');
      expect(await factorsOf(portal.db, key.helene!)).toHaveLength(1);
    });

    it('touches nobody else’s', async () => {
      await recoveryCodeOf(portal.db, 'olga.petit');
      const { id } = (await factorsOf(portal.db, key.olga!))[0]!;
      const { walker } = await enrolled('tom', { acr_values: MFA });
      const page = await walker.visit(`${portal.origin}/account/factors`);
      const token = /name="token" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
      for (const act of ['remove', 'rename'])
        expect((await walker.post(page.url, { token, act, factor: id, name: 'x' })).html).toContain('unknown_factor');
      expect(await factorsOf(portal.db, key.olga!)).toHaveLength(1);
    });

    it('takes no form of another site, browser or person', async () => {
      const { walker } = await enrolled('tom', { acr_values: MFA });
      const page = await walker.visit(`${portal.origin}/account/factors`);
      const token = /name="token" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
      expect(token).not.toBe('');
      const olga = await inside('olga');
      expect((await olga.walker.post(page.url, { token, act: 'renew' })).status).toBe(403);
      expect((await walker.post(page.url, { act: 'renew' })).status).toBe(403);
      expect((await walker.post(page.url, { token, act: 'renew' }, 'http://evil.example')).status).toBe(403);
    });

    it('asks again after a while, and leads back to where one was, and nowhere else', async () => {
      const { walker, secret } = await enrolled('helene');
      expect((await walker.visit(`${portal.origin}/account/factors/add`)).html).toContain('add-application');
      await later(walker);
      for (const to of [
        '//evil.example/',
        'https://evil.example',
        '/\\evil.example',
        '/.//evil.example',
        'javascript:1',
        '/\t/evil',
      ])
        expect((await walker.visit(`${portal.origin}/account/prove?to=${encodeURIComponent(to)}`)).html).not.toMatch(
          /action="[^"]*evil/,
        );
      const prove = await walker.visit(`${portal.origin}/account/prove?to=%2Faccount%2Ffactors%2Fadd`);
      const back = await walker.submit(prove, 'factor', { code: codeOf(secret) });
      expect(back.url).toBe(`${portal.origin}/account/factors/add`);
    });

    it('is not opened by the password of somebody who holds a factor', async () => {
      const { walker } = await inside('tom');
      await recoveryCodeOf(portal.db, 'tom.garnier');
      const prove = await walker.visit(`${portal.origin}/account/factors/add`);
      expect(prove.url).toContain('/account/prove');
      const token = /name="token" value="([^"]+)"/.exec(prove.html)?.[1] ?? '';
      expect((await walker.post(prove.url, { token, act: 'password', password: PASSWORD })).html).toContain(
        'factor_refused',
      );
    });
  });

  describe('a code from the school', () => {
    const codeGiven = (page: Visited) => /class="code-given">([^<]+)</.exec(page.html)?.[1] ?? '';

    it('is issued by whoever looks after its accounts, shown once, and lets the person in', async () => {
      const { codes } = await enrolled('tom', { acr_values: MFA });
      const { walker } = await enrolled('helene');
      const page = await walker.visit(`${portal.origin}/school/factors`);
      expect(page.html).not.toContain(`value="${key.helene}"`);
      const issued = await walker.submit(page, `issue-${COLLEGE}`, { school: COLLEGE, person: key.tom! });
      const code = codeGiven(issued);
      expect(code).toMatch(/^(?:[A-Z0-9]{4}-){6}[A-Z0-9]{4}$/);
      expect((await walker.visit(issued.url)).html).not.toContain(code);
      const tom = await password('tom');
      const adding = await tom.walker.submit(tom.page, 'by-school', { school: code });
      expect(codesOn(adding)).toEqual([]);
      expect(await factorsOf(portal.db, key.tom!)).toEqual([]);
      expect(codes).toHaveLength(10);
    });

    it('for who runs a school, is asked for by one and signed by another, who is shown it; the holder is told each time', async () => {
      const { walker: david } = await enrolled('david');
      const { walker: helene } = await enrolled('helene');
      const page = await helene.visit(`${portal.origin}/school/factors`);
      const asked = await helene.submit(page, `issue-${COLLEGE}`, { school: COLLEGE, person: key.david! });
      expect(asked.text).toContain('Une autre personne habilitée doit la contresigner');
      expect(codeGiven(asked)).toBe('');
      const token = /name="token" value="([^"]+)"/.exec(asked.html)?.[1] ?? '';
      const alone = { token, act: 'sign', school: COLLEGE, person: key.david! };
      expect((await helene.post(page.url, alone)).html).toContain('second_agent_needed');
      // the holder, signed in, reads of it, and reaches none of it at school
      expect((await david.visit(portal.origin)).html).toContain('id="to-factorCode"');
      expect((await david.visit(`${portal.origin}/account/factors`)).text).toContain(
        'Une autre doit encore le contresigner',
      );
      expect((await david.visit(page.url)).html).not.toContain(`sign-${COLLEGE}`);
      const { walker: sylvie } = await enrolled('sylvie', { acr_values: MFA });
      expect((await sylvie.visit(portal.origin)).text).toContain('Un code attend une contre-signature.');
      const waiting = await sylvie.visit(page.url);
      expect(waiting.text).toContain('Demandé par Hélène Marchand');
      const issued = await sylvie.submit(waiting, `sign-${COLLEGE}-${key.david}`);
      expect(codeGiven(issued)).toMatch(/^(?:[A-Z0-9]{4}-){6}[A-Z0-9]{4}$/);
      const own = await david.visit(`${portal.origin}/account/factors`);
      expect(own.text).toContain('votre établissement a délivré un code');
      expect((await david.submit(own, 'stop')).text).toContain('C’est arrêté');
      const late = await password('david');
      const refused = await late.walker.submit(late.page, 'by-school', { school: codeGiven(issued) });
      expect(refused.html).toContain('factor_refused');
    });

    it('is signed by nobody without a factor, and can be refused', async () => {
      await enrolled('david');
      const { walker: helene } = await enrolled('helene');
      const page = await helene.visit(`${portal.origin}/school/factors`);
      await helene.submit(page, `issue-${COLLEGE}`, { school: COLLEGE, person: key.david! });
      const sylvie = await password('sylvie');
      await arrive(sylvie.walker, sylvie.page);
      const waiting = await sylvie.walker.visit(page.url);
      const refused = await sylvie.walker.submit(waiting, `sign-${COLLEGE}-${key.david}`);
      expect(refused.html).toContain('signer_factor_missing');
      expect(await portal.db('factor_code')).toEqual([]);
      expect((await sylvie.walker.submit(refused, `drop-${COLLEGE}-${key.david}`)).text).toContain(
        'La demande est retirée.',
      );
      expect(await portal.db('factor_code_ask')).toEqual([]);
    });

    it('is not for oneself, for somebody of another school, nor issued by anybody else', async () => {
      await enrolled('henri');
      await enrolled('david');
      const { walker } = await enrolled('helene');
      const page = await walker.visit(`${portal.origin}/school/factors`);
      expect(page.text).not.toContain('Henri Vidal');
      for (const person of [key.helene!, key.henri!, key.tom!, 'nobody']) {
        const refused = await walker.submit(page, `issue-${COLLEGE}`, { school: COLLEGE, person });
        expect(refused.html).toContain('unknown_person');
      }
      const elsewhere = await walker.submit(page, `issue-${COLLEGE}`, { school: LYCEE, person: key.henri! });
      expect(elsewhere.status).toBe(403);
      expect(await portal.db('factor_code')).toEqual([]);
      const tom = await enrolled('tom', { acr_values: MFA });
      expect((await tom.walker.visit(`${portal.origin}/school/factors`)).status).toBe(403);
    });
  });

  it('leaves no code and no secret in the log', async () => {
    const { secret, codes } = await enrolled('helene');
    for (const one of [secret, ...codes, codeOf(secret)]) expect(portal.logged()).not.toContain(one);
  });
});
