// A parent known under two records, in a real browser: the letter's code, the child that appears in the module, and back.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Demo, openDemo } from '../../src/demo/demo.ts';
import { DEMO_PASSWORD, identifierOf } from '../../src/demo/people.ts';
import { accessibilityFaults, chromiumPath, openBrowser } from '../browser.ts';

describe.skipIf(!chromiumPath)('in Chromium', () => {
  let demo: Demo;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    demo = await openDemo({ port: 0 });
    browser = await openBrowser();
    const context = await browser.newContext({ locale: 'fr-FR', javaScriptEnabled: true });
    page = await context.newPage();
    await page.goto(demo.module);
    await page.click('#sign-in');
    await page.fill('#login', identifierOf('pierre'));
    await page.fill('#password', DEMO_PASSWORD);
    await page.click('#submit');
    if (await page.locator('.received').count()) await page.click('#submit');
    await page.waitForURL(`${demo.module}/cahiers`);
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.close();
  });

  /** At a desk and on a telephone. */
  async function holds(): Promise<void> {
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    }
  }

  it('the demo says what to type, and the child is there, in the module too; undone, it is gone', async () => {
    const steps = demo.staged.find(({ title }) => title.startsWith('Un parent, deux fiches'))?.steps ?? [];
    const code = steps.find((step) => step.startsWith('code'))?.split(' : ')[1] ?? '';
    expect(await page.textContent('main')).not.toContain('CM2');
    await page.goto(`${demo.issuer}/`);
    await page.click('#to-family');
    expect(await page.textContent('main')).not.toContain('Léa');
    await holds();
    await page.click('text=Ajouter un enfant');
    await holds();
    await page.fill('#code', code);
    await page.fill('#check', 'Girard');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/family?done=joined');
    expect(await page.textContent('main')).toContain('Léa Bernard');
    await holds();
    await page.goto(`${demo.module}/cahiers`);
    expect(await page.textContent('main')).toContain('CM2');
    await page.goto(`${demo.issuer}/family`);
    await page.click('#records summary');
    await page.click('#records button');
    await page.waitForURL('**/family?done=separated');
    expect(await page.textContent('main')).not.toContain('Léa');
    await page.goto(`${demo.module}/cahiers`);
    expect(await page.textContent('main')).not.toContain('CM2');
  }, 60_000);
});
