// Every page under one look: axe finds nothing, nothing overflows, nothing is blocked or fetched elsewhere.
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults, withAxe } from '../browser.ts';
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
    // one page that goes from one to the next, as a person's does: to open another costs more than the visit
    let page: Page;
    let blocked: string[];
    let elsewhere: string[];
    beforeAll(async () => {
      const { browser, served } = opened();
      context = await withAxe(await browser.newContext(options));
      page = await context.newPage();
      page.on('console', (message) => /Content.Security.Policy/i.test(message.text()) && blocked.push(message.text()));
      page.on('request', (request) => new URL(request.url()).origin !== served.origin && elsewhere.push(request.url()));
    });
    afterAll(() => context?.close());

    it.each(Object.keys(gallery))('the page %s is for everybody', async (name) => {
      [blocked, elsewhere] = [[], []];
      const answer = await page.goto(`${opened().served.origin}/gallery/${name}`);
      expect(answer?.headers()['content-type']).toMatch(/^text\/html/);
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBe(
        true,
      );
      expect(await page.evaluate('[...document.styleSheets].length')).toBe(1);
      expect({ blocked, elsewhere }).toEqual({ blocked: [], elsewhere: [] });
    });
  });
}
