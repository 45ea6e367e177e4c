// One opening from end to end in a real browser: offered, validated, read in the module, ended, read no more.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Demo, openDemo } from '../../src/demo/demo.ts';
import { DEMO_PASSWORD, identifierOf } from '../../src/demo/people.ts';
import { dayOf } from '../../src/facts/calendar.ts';
import type { SampleCastName } from '../../src/feed/sample/cast.ts';
import { accessibilityFaults, chromiumPath, openBrowser, withAxe } from '../browser.ts';
import { passFactor } from '../second-factor.ts';

const sizes = [
  { name: 'at a desk', width: 1280, height: 800 },
  { name: 'on a telephone', width: 360, height: 740 },
] as const;

describe.skipIf(!chromiumPath)('in Chromium', () => {
  let demo: Demo;
  let browser: Browser;
  const kept = new Map<SampleCastName, Awaited<ReturnType<BrowserContext['storageState']>>>();

  beforeAll(async () => {
    demo = await openDemo({ port: 0 });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.close();
  });

  describe.each(sizes)('$name', ({ width, height }) => {
    const contexts: BrowserContext[] = [];
    afterAll(async () => {
      for (const context of contexts) await context.close();
    });

    /** Somebody's window: they sign in the first time, and come back with what their browser kept. */
    async function signedIn(who: SampleCastName): Promise<Page> {
      const storageState = kept.get(who);
      const context = await withAxe(
        await browser.newContext({
          viewport: { width, height },
          locale: 'fr-FR',
          ...(storageState && { storageState }),
        }),
      );
      contexts.push(context);
      const page = await context.newPage();
      if (storageState) {
        await page.goto(`${demo.module}/cahiers`);
        return page;
      }
      await page.goto(demo.module);
      await page.click('#sign-in');
      await page.fill('#login', identifierOf(who));
      await page.fill('#password', DEMO_PASSWORD);
      await page.click('#submit');
      await passFactor(page, demo.db, identifierOf(who));
      if (await page.locator('.received').count()) await page.click('#submit');
      await page.waitForURL(`${demo.module}/cahiers`);
      kept.set(who, await context.storageState());
      return page;
    }

    /** What a page must be, whichever it is. */
    async function looksRight(page: Page): Promise<void> {
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    }

    it('the teacher opens to a colleague, the head validates, the colleague reads; the teacher ends it', async () => {
      const tom = await signedIn('tom');
      const carla = await signedIn('carla');
      const helene = await signedIn('helene');
      expect(await carla.locator('#none').textContent()).toContain('Aucun cahier ne vous est ouvert');

      await tom.goto(demo.issuer);
      await looksRight(tom);
      await tom.click('#to-ownLogbooks');
      await looksRight(tom);
      await tom.locator('#kept a', { hasText: '6EME A' }).click();
      await looksRight(tom);
      const logbook = tom.url();
      const label = await tom.locator('#colleague option', { hasText: 'Carla Simon' }).textContent();
      // by keyboard: the name is typed in the list, the day in its field
      await tom.focus('#colleague');
      await tom.keyboard.type(label ?? '');
      await tom.fill('#until', dayOf(Date.now()));
      await tom.focus('#offer-submit');
      await tom.keyboard.press('Enter');
      await tom.waitForSelector('#done');
      expect(await tom.locator('#openings .standing').last().textContent()).toContain('en attente de la direction');
      await looksRight(tom);

      await helene.goto(demo.issuer);
      await helene.click('#to-validations');
      await looksRight(helene);
      await helene.locator('.pending summary').click();
      await looksRight(helene);
      await helene.locator('.pending button', { hasText: 'Valider' }).click();
      await helene.waitForSelector('#done');
      await looksRight(helene);

      await carla.goto(`${demo.module}/cahiers`);
      await carla.locator('a.title').first().click();
      expect(await carla.locator('#why').textContent()).toContain('votre collègue vous l’a ouvert');
      expect(await carla.locator('#write').count()).toBe(0);
      const read = carla.url();
      await carla.goto(`${demo.issuer}/logbooks`);
      expect(await carla.locator('#received .what').last().textContent()).toContain('6EME A');
      await looksRight(carla);

      await tom.goto(logbook);
      expect(await tom.locator('[data-rule=colleague]').textContent()).toContain('Carla Simon');
      await tom.locator('#openings button', { hasText: 'Mettre fin' }).click();
      await tom.waitForSelector('#done');
      expect(await tom.locator('[data-rule=colleague]').count()).toBe(0);

      expect((await carla.goto(read))?.status()).toBe(403);
      await helene.goto(`${demo.issuer}/validations`);
      expect(await helene.locator('.active .opening').count()).toBe(0);
    });

    it('what is refused is read first, and a past moment is told', async () => {
      const tom = await signedIn('tom');
      await tom.goto(`${demo.module}/cahiers`);
      await tom.locator('a.title', { hasText: 'Mathématiques' }).first().click();
      await tom.click('#readers');
      expect(tom.url()).toMatch(`${demo.issuer}/logbooks/`);
      await tom.evaluate('document.querySelector("#offer-form").noValidate = true');
      await tom.click('#offer-submit');
      await tom.waitForSelector('#fault:focus');
      await looksRight(tom);
      await tom.fill('#day', '2020-11-12');
      await tom.locator('#past-form button').click();
      expect(await tom.locator('#past').textContent()).toContain('Personne ne pouvait lire ce cahier à ce moment');
      await looksRight(tom);
    });
  });
});
