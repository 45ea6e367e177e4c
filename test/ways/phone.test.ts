// Somebody who runs a school signs in to the demo as a newcomer would: the password, then the code that their telephone shows.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Demo, openDemo } from '../../src/demo/demo.ts';
import { DEMO_PASSWORD } from '../../src/demo/people.ts';
import { accessibilityFaults, chromiumPath, openBrowser } from '../browser.ts';
import { openWalker } from './walker.ts';

describe('the telephone of the demo', () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await openDemo({ port: 0 });
  });
  afterAll(() => demo?.close());

  it('shows the code that lets the head in, once', async () => {
    const walker = openWalker({ byHand: true });
    const login = await walker.follow(await walker.visit(demo.module), 'Se connecter avec Préau');
    const step = await walker.submit(login, 'login', { login: 'helene.marchand', password: DEMO_PASSWORD });
    expect(step.text).toContain('Code à six chiffres');
    const phone = await walker.visit(`${demo.module}/telephone`);
    const code = /Hélène Marchand .*?(\d{3} \d{3})/.exec(phone.text)?.[1] ?? '';
    const notice = await walker.submit(step, 'factor', { code });
    expect((await walker.submit(notice, 'submit')).url).toBe(`${demo.module}/cahiers`);
  });

  it.skipIf(!chromiumPath)('is a page for everybody', async () => {
    const browser = await openBrowser();
    for (const width of [1280, 390]) {
      const page = await browser.newPage({ locale: 'fr-FR', viewport: { width, height: 800 } });
      await page.goto(`${demo.module}/telephone`);
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/phone-${width}.png`, fullPage: true });
      await page.close();
    }
    await browser.close();
  });
});
