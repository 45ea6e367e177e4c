// Every page in a real browser, by day; and what a keyboard and a screen reader meet first.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openBrowser } from '../browser.ts';
import { galleryRoutes } from './gallery.ts';
import { pagesFor } from './looks.ts';
import { type Served, serve } from './server.ts';

describe.skipIf(!chromiumPath)('in Chromium', () => {
  let served: Served;
  let browser: Browser;

  beforeAll(async () => {
    served = await serve(galleryRoutes);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  pagesFor('by day', { locale: 'fr-FR', viewport: { width: 1280, height: 800 } }, () => ({ browser, served }));

  it('what was refused gets the focus, so that it is read first', async () => {
    const page = await browser.newPage();
    await page.goto(`${served.origin}/gallery/login-refused`);
    await page.waitForSelector('#fault:focus');
    await page.close();
  });

  it('the keyboard goes from the top of the page straight to the content', async () => {
    const page = await browser.newPage();
    await page.goto(`${served.origin}/gallery/privacy`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
    await page.close();
  });
});
