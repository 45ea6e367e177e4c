// A real browser for the walks: headless Chromium when it is installed, a clear line when it is not.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Where Chromium is, or undefined; the tests that need it say so and are skipped. */
export const chromiumPath: string | undefined = [
  process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => existsSync(path));

if (!chromiumPath)
  process.stderr.write('walks in a browser are skipped: Chromium is not installed (apt-get install -y chromium)\n');

/** Opens a headless browser that talks to nobody but the pages it is given. Close it with `close()`. */
export async function openBrowser(): Promise<Browser> {
  if (!chromiumPath) throw new Error('Chromium is not installed');
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Puts axe in every page that a context will open: cheaper than in each when it is asked. */
export async function withAxe(context: BrowserContext): Promise<BrowserContext> {
  await context.addInitScript(axeSource);
  return context;
}

interface AxeFault {
  id: string;
  help: string;
  nodes: { html: string; failureSummary: string }[];
}

/** The accessibility faults of what a page shows now (WCAG 2.2 A and AA, best practices), one line each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axeSource);
  const faults = (await page.evaluate(
    `axe.run({ resultTypes: ['violations'], runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'] }).then((r) => r.violations)`,
  )) as AxeFault[];
  return faults.flatMap((fault) => fault.nodes.map((node) => `${fault.id}: ${fault.help}: ${node.html}`));
}
