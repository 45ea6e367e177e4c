// Every page in a real browser, by night, in English, on a narrow screen, without JavaScript of any kind.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
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

  const narrow = { locale: 'en-GB', viewport: { width: 320, height: 600 }, colorScheme: 'dark' as const };
  pagesFor('by night, on a narrow screen', narrow, () => ({ browser, served }));
});
