// Through a provider of another site in a real browser, without JavaScript: its cookies stay at home on a post from there.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults, chromiumPath, openBrowser } from '../browser.ts';
import { engines } from '../databases.ts';
import { aaf } from './idp.ts';
import { openWorld, type World } from './world.ts';

describe.skipIf(!chromiumPath).each(engines.filter(({ name }) => name === 'SQLite'))(
  'in Chromium, on $name',
  ({ open }) => {
    let world: World;
    let browser: Browser;
    beforeAll(async () => {
      world = await openWorld(open);
      browser = await openBrowser();
    });
    afterAll(async () => {
      await browser?.close();
      await world?.close();
    });

    async function watched(): Promise<{ context: BrowserContext; page: Page; blocked: string[] }> {
      const context = await browser.newContext({ locale: 'fr-FR', javaScriptEnabled: false });
      const page = await context.newPage();
      const blocked: string[] = [];
      page.on('console', (message) => {
        if (/Content.Security.Policy/i.test(message.text())) blocked.push(message.text());
      });
      return { context, page, blocked };
    }

    it('one opens an account by one’s own click, and is at the module; leaving says what is left', async () => {
      world.idp.says({ subject: 'pierre', references: [aaf('3002'), aaf('3103')] });
      const { context, page, blocked } = await watched();
      await page.goto(world.authorize());
      await page.focus('#with-educonnect');
      await page.keyboard.press('Enter');
      await page.waitForURL(`${world.idp.origin}/**`);
      await page.click('#back');
      await page.waitForSelector('#opened');
      expect(await page.textContent('h1')).toMatch(/^Ouvrir votre compte/);
      expect(await page.textContent('#opened')).toContain('École Jules-Verne');
      await page.focus('#submit');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.received');
      await page.click('#submit');
      await page.waitForURL(`${world.module}/callback**`);
      await page.goto(`${world.origin}/session/end`);
      await page.click('#submit');
      await page.waitForSelector('#elsewhere');
      await page.click('#elsewhere a');
      await page.waitForURL(`${world.idp.origin}/leave`);
      expect(blocked).toEqual([]);
      await context.close();
    });

    it('one reads what was joined, goes on, and finds it undone for good once separated', async () => {
      world.idp.says({ subject: 'paula', references: ['3001', '3101', '3102'].map((id) => aaf(id)) });
      const { context, page, blocked } = await watched();
      const comeIn = async () => {
        await page.goto(world.authorize());
        await page.click('#with-educonnect');
        await page.click('#back');
      };
      await comeIn();
      await page.waitForSelector('#joined');
      await page.click('#continue');
      await page.click('#submit');
      await page.waitForURL(`${world.module}/callback**`);
      await page.goto(`${world.origin}/family`);
      expect(await page.locator('#records form').count()).toBe(2);
      await page.locator('#records details summary').first().click();
      await page.locator('#records form button').first().click();
      await page.waitForSelector('#done');
      await page.goto(`${world.origin}/session/end`);
      await page.click('#submit');
      await comeIn();
      await page.waitForURL(`${world.module}/callback**`);
      await page.goto(`${world.origin}/family`);
      expect(await page.locator('#records form').count()).toBe(1);
      expect(blocked).toEqual([]);
      await context.close();
    });

    it('the pages of the way are accessible', async () => {
      world.idp.says({ subject: 'nobody', references: [] });
      const context = await browser.newContext({ locale: 'fr-FR' });
      const page = await context.newPage();
      await page.goto(world.authorize());
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.click('#with-educonnect');
      await page.click('#back');
      await page.waitForSelector('#otherwise');
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.click('#otherwise');
      await page.waitForSelector('#login');
      await context.close();
    });
  },
);
