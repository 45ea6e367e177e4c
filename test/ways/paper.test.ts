// Somebody without e-mail or telephone: a letter, the school's workstation, an account, and in.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Demo, openDemo } from '../../src/demo/demo.ts';
import { DEMO_PASSWORD, identifierOf } from '../../src/demo/people.ts';
import type { SampleCastName } from '../../src/feed/sample/cast.ts';
import { accessibilityFaults, chromiumPath, openBrowser } from '../browser.ts';
import { openBook, poppler } from '../letters/pdf.ts';
import { passFactor } from '../second-factor.ts';

const PASSWORD = 'la girafe lit un vieux journal';

describe.skipIf(!chromiumPath || !poppler)('with paper alone, in Chromium', () => {
  let demo: Demo;
  let browser: Browser;

  beforeAll(async () => {
    demo = await openDemo({ port: 0 });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.close();
  });

  const openWindow = async (javaScriptEnabled = true): Promise<Page> =>
    (await browser.newContext({ viewport: { width: 390, height: 760 }, locale: 'fr-FR', javaScriptEnabled })).newPage();

  async function signIn(page: Page, who: SampleCastName): Promise<void> {
    await page.goto(demo.module);
    await page.click('#sign-in');
    await page.fill('#login', identifierOf(who));
    await page.fill('#password', DEMO_PASSWORD);
    await page.click('#submit');
    await passFactor(page, demo.db, identifierOf(who));
    if (await page.locator('.received').count()) await page.click('#submit');
    await page.waitForURL(`${demo.module}/cahiers`);
  }

  /** What the school prints, as its reader holds it. */
  async function printedBy(page: Page, chosen: { kind: string; who: string; name?: string }): Promise<string> {
    await page.goto(`${demo.issuer}/school/letters`);
    await page.check(`#kind-${chosen.kind}`);
    await page.selectOption('#who', chosen.who);
    if (chosen.name) await page.fill('#name', chosen.name);
    await page.check('#again');
    await page.click('#submit');
    const address = await page.locator('#print').getAttribute('href');
    expect(await accessibilityFaults(page)).toEqual([]);
    const pdf = await page.context().request.get(`${demo.issuer}${address}`, { timeout: 120_000 });
    return (await openBook(await pdf.body())).text;
  }

  it('a parent gets a letter, opens an account at the school’s workstation, and reads the logbook', async () => {
    const school = await openWindow();
    await signIn(school, 'helene');
    const letters = await printedBy(school, { kind: 'activation', who: 'families', name: 'Amrani' });
    const [letter = ''] = letters.split('\f').filter((page) => page.includes('Votre code pour ouvrir votre compte'));
    expect(letter).toContain('Sans ordinateur ni téléphone');
    const [first = '', rest = ''] = [...letter.matchAll(/((?:[A-Z0-9]{4} - )+[A-Z0-9]{4})/g)].map(([groups]) => groups);
    const code = `${first} ${rest}`;
    const reader = /([\p{L}-]+) ([\p{Lu}'’ -]+)\n/u.exec(letter.slice(letter.indexOf('\n')));
    const familyName = reader?.[2]?.trim() ?? '';
    expect(familyName).not.toBe('');

    const parent = await openWindow(false); // without JavaScript, as an old workstation may be
    await parent.goto(demo.module);
    await parent.click('#sign-in');
    await parent.click('text=Activer mon compte');
    await parent.fill('#code', code);
    await parent.fill('#check', await checkOf(code, familyName));
    await parent.click('#submit');
    expect(await parent.locator('#login').count()).toBe(1);
    const identifier = await parent.inputValue('#login');
    await parent.fill('#password', PASSWORD);
    await parent.click('#submit');
    await parent.click('text=Me connecter');
    await parent.fill('#login', identifier);
    await parent.fill('#password', PASSWORD);
    await parent.click('#submit');
    if (await parent.locator('.received').count()) await parent.click('#submit');
    await parent.waitForURL(`${demo.module}/cahiers`);
    expect(await parent.locator('a.title').count()).toBeGreaterThan(0);
  });

  it('a pupil of six gets a card, types four words, and is in', async () => {
    const school = await openWindow();
    await signIn(school, 'denise');
    const cards = await printedBy(school, { kind: 'cards', who: 'pupils', name: 'Bernard' });
    const identifier = /\b([a-z]+\d{4,})\b/.exec(cards)?.[1] ?? '';
    const words = [...cards.matchAll(/^ *([a-z]{3,9}) +([a-z]{3,9}) *$/gm)].flatMap(([, one, two]) => [one!, two!]);
    expect(words).toHaveLength(4);
    const pupil = await openWindow();
    await pupil.goto(`${demo.issuer}/card?id=${identifier}`);
    expect(await accessibilityFaults(pupil)).toEqual([]);
    for (const [index, word] of words.entries()) await pupil.fill(`#word${index + 1}`, word);
    await pupil.click('#submit');
    expect(await pupil.locator('h1').textContent()).toMatch(/^Bonjour /);
    await pupil.click('a.button');
    await pupil.click('#sign-in');
    if (await pupil.locator('.received').count()) await pupil.click('#submit');
    await pupil.waitForURL(`${demo.module}/cahiers`);
    await pupil.goto(`${demo.issuer}/me`);
    expect(await pupil.locator('body').textContent()).toContain('Une carte de classe n’ouvre pas cette page');
  });

  /** The birth date, where the directory holds one: the parent knows it, and the letter does not say it. */
  async function checkOf(code: string, familyName: string): Promise<string> {
    const { codeHash } = await import('../../src/accounts/activation.ts');
    const row = await demo
      .db('activation')
      .where({ code_hash: codeHash(code) })
      .first('person');
    const { birth_date: birthDate, family_name: name } = await demo.db('person').where({ id: row.person }).first();
    expect(name.toLocaleUpperCase('fr')).toBe(familyName);
    return birthDate ?? name;
  }
});
