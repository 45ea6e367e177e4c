// The way to a module in a real browser, by keyboard, without JavaScript: what the CSP lets through is what is needed.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults, chromiumPath, openBrowser } from '../browser.ts';
import { engines } from '../databases.ts';
import { passFactor } from '../second-factor.ts';
import { type Opened, openPortal, PASSWORD } from './portal.ts';

describe.skipIf(!chromiumPath).each(engines.filter(({ name }) => name === 'SQLite'))(
  'in Chromium, on $name',
  ({ open }) => {
    let portal: Opened;
    let browser: Browser;
    let context: BrowserContext;
    beforeAll(async () => {
      portal = await openPortal(open, { accounts: ['paula', 'tom', 'helene'] });
      browser = await openBrowser();
      context = await browser.newContext({ locale: 'fr-FR', javaScriptEnabled: false });
    });
    afterAll(async () => {
      await browser?.close();
      await portal?.close();
    });

    async function watched(): Promise<{ page: Page; blocked: string[] }> {
      const page = await context.newPage();
      const blocked: string[] = [];
      page.on('console', (message) => {
        if (/Content.Security.Policy/i.test(message.text())) blocked.push(message.text());
      });
      return { page, blocked };
    }

    it('one types, presses Enter, reads, presses Enter, and is there', async () => {
      const { page, blocked } = await watched();
      await page.goto(portal.authorize());
      await page.waitForSelector('#login:focus');
      await page.keyboard.type('paula.bernard');
      await page.keyboard.press('Tab');
      await page.keyboard.type('a wrong password');
      await page.keyboard.press('Enter');
      await page.waitForSelector('#fault:focus');
      expect(await page.inputValue('#login')).toBe('paula.bernard');
      expect(await page.inputValue('#password')).toBe('');
      await page.fill('#password', PASSWORD);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.received');
      await page.click('#submit');
      await page.waitForURL(`${portal.module}/callback**`);
      expect(blocked).toEqual([]);
      await page.close();
    });

    it('one leaves, and comes back to the module', async () => {
      const { page, blocked } = await watched();
      await page.goto(portal.origin);
      expect(await page.textContent('#person')).toBe('Bonjour Paula Bernard');
      await page.goto(
        `${portal.origin}/session/end?client_id=logbook&post_logout_redirect_uri=${encodeURIComponent(`${portal.module}/bye`)}`,
      );
      await page.click('#submit');
      await page.waitForURL(`${portal.module}/bye`);
      expect(blocked).toEqual([]);
      await page.goto(portal.origin);
      expect(await page.locator('#person').count()).toBe(0);
      await page.close();
    });

    it('one gives up, and the module is told', async () => {
      const { page } = await watched();
      await page.goto(portal.authorize());
      await page.click('#cancel');
      await page.waitForURL(`${portal.module}/callback?error=access_denied**`);
      await page.close();
    });

    it('somebody else takes over the same browser, with a session of their own', async () => {
      const shared = await browser.newContext({ locale: 'fr-FR', javaScriptEnabled: false });
      const page = await shared.newPage();
      const blocked: string[] = [];
      page.on('console', (message) => blocked.push(message.text()));
      for (const [login, name, before] of [
        ['helene.marchand', 'Hélène Marchand', 'nobody'],
        ['tom.garnier', 'Tom Garnier', 'somebody'],
      ] as const) {
        await page.goto(portal.authorize({ prompt: 'login' }));
        await page.fill('#login', login);
        await page.fill('#password', PASSWORD);
        await page.click('#submit');
        await passFactor(page, portal.db, login);
        if (before === 'somebody') {
          await page.waitForSelector('input[name=xsrf]', { state: 'attached' });
          await page.click('#submit');
        }
        await page.waitForSelector('.received');
        await page.click('#submit');
        await page.waitForURL(`${portal.module}/callback**`);
        await page.goto(portal.origin);
        expect(await page.textContent('#person')).toBe(`Bonjour ${name}`);
      }
      expect(blocked).toEqual([]);
      await shared.close();
    });

    it('the provider’s own error is a page for everybody', async () => {
      const page = await browser.newPage({ locale: 'fr-FR' });
      await page.goto(portal.authorize({ redirect_uri: 'http://localhost:1/elsewhere' }));
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.close();
    });
  },
);
