// Every page in a real browser: axe finds nothing, nothing overflows on a narrow screen, nothing is blocked or fetched elsewhere.
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults, chromiumPath, openBrowser } from '../browser.ts';
import { gallery, galleryRoutes } from './gallery.ts';
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

  const looks = [
    { look: 'by day', options: { locale: 'fr-FR', viewport: { width: 1280, height: 800 } } },
    {
      look: 'by night, in English, on a narrow screen, without JavaScript of any kind',
      options: { locale: 'en-GB', viewport: { width: 320, height: 600 }, colorScheme: 'dark' as const },
    },
  ];

  describe.each(looks)('$look', ({ options }) => {
    let context: BrowserContext;
    beforeAll(async () => {
      context = await browser.newContext(options);
    });
    afterAll(() => context?.close());

    it.each(Object.keys(gallery))('the page %s is for everybody', async (name) => {
      const page = await context.newPage();
      const blocked: string[] = [];
      const elsewhere: string[] = [];
      page.on('console', (message) => /Content.Security.Policy/i.test(message.text()) && blocked.push(message.text()));
      page.on('request', (request) => new URL(request.url()).origin !== served.origin && elsewhere.push(request.url()));
      await page.goto(`${served.origin}/gallery/${name}`);
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBe(
        true,
      );
      expect(await page.evaluate('[...document.styleSheets].length')).toBe(1);
      expect({ blocked, elsewhere }).toEqual({ blocked: [], elsewhere: [] });
      await page.close();
    });
  });

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
