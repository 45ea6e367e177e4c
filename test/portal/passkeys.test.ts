// Passkeys in a real browser with a virtual authenticator: made at the first sign-in, proven at the next, refused when nobody is verified.
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { factorsOf } from '../../src/accounts/factors/factors.ts';
import { accessibilityFaults, chromiumPath, openBrowser } from '../browser.ts';
import { personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { type Opened, openPortal, PASSWORD } from './portal.ts';

describe.skipIf(!chromiumPath).each(engines)('in Chromium, on $name', ({ open }) => {
  let portal: Opened;
  let browser: Browser;
  beforeAll(async () => {
    portal = await openPortal(open, { accounts: ['helene'] });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await portal?.close();
  });

  interface Window {
    readonly context: BrowserContext;
    readonly page: Page;
    readonly device: CDPSession;
    readonly authenticator: string;
    readonly noise: string[];
  }

  /** A window on a device that holds passkeys, and unlocks by itself. */
  async function openWindow(): Promise<Window> {
    const context = await browser.newContext({ locale: 'fr-FR' });
    const page = await context.newPage();
    const noise: string[] = [];
    page.on('console', (line) => /Content.Security.Policy/i.test(line.text()) && noise.push(line.text()));
    page.on('pageerror', (error) => noise.push(error.message));
    const device = await context.newCDPSession(page);
    await device.send('WebAuthn.enable');
    const { authenticatorId } = await device.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return { context, page, device, authenticator: authenticatorId, noise };
  }

  async function typePassword(page: Page): Promise<void> {
    await page.goto(portal.authorize());
    await page.fill('#login', 'helene.marchand');
    await page.fill('#password', PASSWORD);
    await page.click('#submit');
  }

  it('one is made at the first sign-in, proves at the next, and refuses a device that verifies nobody', async () => {
    const { context, page, device, authenticator, noise } = await openWindow();
    await typePassword(page);
    await page.waitForSelector('#add-passkey button');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.click('#add-passkey button');
    await page.waitForSelector('.codes');
    expect(await page.locator('.codes li').count()).toBe(10);
    await page.click('#submit');
    await page.waitForSelector('.received');
    await page.click('#submit');
    await page.waitForURL(`${portal.module}/callback**`);
    expect(await factorsOf(portal.db, await personOf(portal.db, 'helene'))).toMatchObject([{ kind: 'passkey' }]);

    await context.clearCookies();
    await typePassword(page);
    await device.send('WebAuthn.setUserVerified', { authenticatorId: authenticator, isUserVerified: false });
    await page.click('#factor button');
    await page.waitForSelector('.passkey-failed:not([hidden]):focus');
    expect(await accessibilityFaults(page)).toEqual([]);
    await device.send('WebAuthn.setUserVerified', { authenticatorId: authenticator, isUserVerified: true });
    await page.click('#factor button');
    await page.waitForURL(`${portal.module}/callback**`);
    expect(noise).toEqual([]);
    await context.close();
  });

  it('a device without it shows the other ways, and so does a browser without JavaScript', async () => {
    const { context, page } = await openWindow();
    await typePassword(page);
    await page.click('#factor button');
    await page.waitForSelector('.passkey-failed:not([hidden])');
    expect(await page.locator('#recovery').isVisible()).toBe(true);
    await context.close();
    const plain = await browser.newContext({ locale: 'fr-FR', javaScriptEnabled: false });
    const quiet = await plain.newPage();
    await typePassword(quiet);
    expect(await quiet.locator('#factor button').isVisible()).toBe(false);
    expect(await quiet.locator('#recovery').isVisible()).toBe(true);
    await plain.close();
  });
});
