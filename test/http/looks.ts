// Every page under one look: axe finds nothing, nothing overflows, nothing is blocked or fetched elsewhere.
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults } from '../browser.ts';
import { gallery } from './gallery.ts';
import type { Served } from './server.ts';

/** Tests of all pages; what is open is asked for once they run. */
export function pagesFor(
  look: string,
  options: BrowserContextOptions,
  opened: () => { readonly browser: Browser; readonly served: Served },
): void {
  describe(look, () => {
    let context: BrowserContext;
    beforeAll(async () => {
      context = await opened().browser.newContext(options);
    });
    afterAll(() => context?.close());

    it.each(Object.keys(gallery))('the page %s is for everybody', async (name) => {
      const { origin } = opened().served;
      const page = await context.newPage();
      const blocked: string[] = [];
      const elsewhere: string[] = [];
      page.on('console', (message) => /Content.Security.Policy/i.test(message.text()) && blocked.push(message.text()));
      page.on('request', (request) => new URL(request.url()).origin !== origin && elsewhere.push(request.url()));
      await page.goto(`${origin}/gallery/${name}`);
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBe(
        true,
      );
      expect(await page.evaluate('[...document.styleSheets].length')).toBe(1);
      expect({ blocked, elsewhere }).toEqual({ blocked: [], elsewhere: [] });
      await page.close();
    });
  });
}
