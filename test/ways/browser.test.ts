// The same way in a real browser: what a person clicks and reads, at a desk and on a telephone.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Demo, openDemo } from '../../src/demo/demo.ts';
import { DEMO_PASSWORD, identifierOf } from '../../src/demo/people.ts';
import type { SampleCastName } from '../../src/feed/sample/cast.ts';
import { accessibilityFaults, chromiumPath, openBrowser } from '../browser.ts';
import { passFactor } from '../second-factor.ts';

const sizes = [
  { name: 'at a desk', width: 1280, height: 800 },
  { name: 'on a telephone', width: 360, height: 740 },
] as const;

describe.skipIf(!chromiumPath)('in Chromium', () => {
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

  describe.each(sizes)('$name', ({ width, height }) => {
    let context: BrowserContext;
    let page: Page;
    let noise: string[];

    /** A new window; notes what a browser complains of, and whatever is asked of another host. */
    async function openWindow(): Promise<void> {
      context = await browser.newContext({ viewport: { width, height }, locale: 'fr-FR' });
      page = await context.newPage();
      noise = [];
      page.on('console', (line) => line.type() === 'error' && !isStatus(line.text()) && noise.push(line.text()));
      page.on('pageerror', (error) => noise.push(error.message));
      page.on('request', (request) => {
        if (!request.url().startsWith('http://localhost:')) noise.push(request.url());
      });
    }

    async function signIn(who: SampleCastName): Promise<void> {
      await page.goto(demo.module);
      await page.click('#sign-in');
      await page.fill('#login', identifierOf(who));
      await page.fill('#password', DEMO_PASSWORD);
      await page.click('#submit');
      await passFactor(page, demo.db, identifierOf(who));
      if (await page.locator('.received').count()) await page.click('#submit');
      await page.waitForURL(`${demo.module}/cahiers`);
    }

    /** What a page must be, whichever it is. */
    async function looksRight(): Promise<void> {
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(await page.locator('.banner').textContent()).toBe('Démonstration\u00a0: données inventées');
    }

    it('the teacher signs in, writes in their own logbook, reads the team’s, and signs out of both', async () => {
      await openWindow();
      await page.goto(demo.module);
      await looksRight();
      await signIn('tom');
      await looksRight();
      await page.locator('a.title', { hasText: 'Mathématiques' }).first().click();
      await looksRight();
      expect(await page.locator('#why').textContent()).toContain('Vous lisez ce cahier parce que vous tenez ce cahier');
      await page.fill('#text', `Écrit ${width} pixels de large.`);
      await page.fill('#homework', 'Relire la leçon.');
      await page.click('#write button');
      expect(await page.locator('#due-fault').textContent()).toContain('Indiquez pour quand');
      await looksRight();
      await page.fill('#due', '2030-01-15');
      await page.click('#write button');
      expect(await page.locator('output.note').textContent()).toContain('La séance est inscrite');
      expect(await page.locator('.entry.new').textContent()).toContain(`Écrit ${width} pixels de large.`);
      await looksRight();
      await page.goto(`${demo.module}/cahiers`);
      await page.locator('a.title', { hasText: 'Français' }).first().click();
      expect(await page.locator('#write').count()).toBe(0);
      expect(await page.locator('#read-only').textContent()).toContain('Vous n’y écrivez pas.');
      await looksRight();
      await page.click('#sign-out');
      await page.click('[name=logout]');
      await page.waitForURL(/\/au-revoir/);
      expect(await page.locator('output.note').textContent()).toContain('Vous êtes déconnecté');
      await looksRight();
      await page.goto(`${demo.module}/cahiers`);
      expect(page.url().startsWith(demo.issuer)).toBe(true);
      expect(await page.locator('#password').count()).toBe(1);
      expect(noise).toEqual([]);
      await context.close();
    });

    it('the parent finds three children in three schools, after one sign-in', async () => {
      await openWindow();
      await signIn('paula');
      await looksRight();
      expect(await page.locator('.school > h2').allTextContents()).toEqual([
        expect.stringMatching(/^Paul .*Les Tilleuls.*6EME A/),
        expect.stringMatching(/^Noé .*Albert Camus.*TERMINALE 1/),
        expect.stringMatching(/^Léa .*Jules Verne.*CM2/),
      ]);
      for (const child of ['Léa', 'Paul', 'Noé']) {
        await page.goto(`${demo.module}/cahiers`);
        await page.locator('.school', { hasText: child }).locator('a.title').first().click();
        expect(await page.locator('#why').textContent()).toContain('vous êtes responsable légal d’un élève');
      }
      expect(noise).toEqual([]);
      await context.close();
    });

    it('the head reads all of it, and the bursar is told why she reads nothing', async () => {
      await openWindow();
      await signIn('helene');
      await looksRight();
      expect(await page.locator('a.title').count()).toBe(6);
      expect(await page.locator('.tag.writes').count()).toBe(0);
      const address = await page.locator('a.title').first().getAttribute('href');
      await context.close();
      await openWindow();
      await signIn('berthe');
      expect(await page.locator('#none').textContent()).toContain('Aucun cahier ne vous est ouvert');
      await looksRight();
      const answer = await page.goto(demo.module + address);
      expect(answer?.status()).toBe(403);
      expect(await page.locator('#refusal').textContent()).toContain('Décision de Préau\u00a0: refus');
      await looksRight();
      expect(noise).toEqual([]);
      await context.close();
    });
  });
});

/** Chromium also calls an answer of 403 or 422 an error. */
function isStatus(line: string): boolean {
  return line.startsWith('Failed to load resource: the server responded with a status of');
}
