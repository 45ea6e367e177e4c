// Opening resources in the demo, in a real browser: what a pupil clicks, and everything that each publisher then knows.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Demo, openDemo } from '../../src/demo/demo.ts';
import { DEMO_PASSWORD, identifierOf } from '../../src/demo/people.ts';
import { houses } from '../../src/demo/publishers.ts';
import { type SampleCastName, sampleCast, sampleSchools } from '../../src/feed/sample/cast.ts';
import { endAgreement } from '../../src/resources/agreements.ts';
import { accessibilityFaults, chromiumPath, openBrowser } from '../browser.ts';
import { passFactor } from '../second-factor.ts';

const [atlas, lexilab, herbier] = houses;
/** What is counted is written outside the request. */
const WITHIN = { timeout: 20_000, interval: 100 };

describe.skipIf(!chromiumPath)('in Chromium', () => {
  let demo: Demo;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let noise: string[];

  beforeAll(async () => {
    demo = await openDemo({ port: 0 });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.close();
  });

  async function openWindow(width: number): Promise<void> {
    context = await browser.newContext({ viewport: { width, height: 850 }, locale: 'fr-FR' });
    page = await context.newPage();
    noise = [];
    page.on('console', (line) => line.type() === 'error' && !isStatus(line.text()) && noise.push(line.text()));
    page.on('request', (request) => {
      if (!request.url().startsWith('http://localhost:')) noise.push(request.url());
    });
  }

  /** Signs in at the logbook module. */
  async function signIn(who: SampleCastName): Promise<void> {
    await page.goto(demo.module);
    await page.click('#sign-in');
    await page.fill('#login', identifierOf(who));
    await page.fill('#password', DEMO_PASSWORD);
    await page.click('#submit');
    await passFactor(page, demo.db, identifierOf(who));
    if (await page.locator('.received').count()) await page.click('#submit');
    await page.waitForURL(`${demo.module}/cahiers`);
  }

  async function toMediaCentre(who: SampleCastName): Promise<void> {
    await signIn(who);
    await page.goto(demo.issuer);
    await page.click('#to-resources');
  }

  async function looksRight(): Promise<void> {
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  }

  /** Clicks a tile, reads the notice that is due, and gives what the publisher received. */
  async function open(name: string, origin: string): Promise<Record<string, unknown>> {
    await page.goto(`${demo.issuer}/resources`);
    await page.locator('.tile a', { hasText: name }).click();
    if (await page.locator('.received').count()) {
      await looksRight();
      await page.click('#submit');
    }
    await page.waitForURL(`${origin}/`);
    await looksRight();
    return JSON.parse((await page.locator('#userinfo').textContent()) ?? '{}') as Record<string, unknown>;
  }

  it.each([
    1280, 390,
  ])('a pupil opens each resource, the free one as the others, and it shows exactly what it received (%i px)', async (width) => {
    await openWindow(width);
    await toMediaCentre('paul');
    await looksRight();
    expect(await page.locator('.tile h3').allTextContents()).toEqual([atlas.name, herbier.name, lexilab.name]);
    expect(await page.locator('.tile-price').allTextContents()).toEqual(['Abonnement', 'Gratuite', 'Abonnement']);

    const [first, second, third] = demo.publishers;
    const toAtlas = await open(atlas.name, first!.origin);
    const toHerbier = await open(herbier.name, third!.origin);
    const toLexilab = await open(lexilab.name, second!.origin);
    expect(Object.keys(toHerbier).sort()).toEqual(['IDO', 'PRO', 'UAI', 'sub']);
    expect(Object.keys(toAtlas).sort()).toEqual(['IDO', 'PRO', 'UAI', 'sub']);
    expect(Object.keys(toLexilab).sort()).toEqual(['DIV', 'IDO', 'PRE', 'PRO', 'UAI', 'divisions', 'sub']);
    expect(toLexilab).toMatchObject({ PRE: 'Paul', UAI: [sampleSchools.college.uai], PRO: 'National_elv' });
    for (const told of [toAtlas, toLexilab, toHerbier]) {
      expect(told.IDO).toMatch(/^[0-9a-f]{128}$/);
      expect(told.sub).toBe(told.IDO);
      expect(JSON.stringify(told)).not.toContain(sampleCast.paul.familyName);
    }
    expect(new Set([toAtlas.IDO, toLexilab.IDO, toHerbier.IDO]).size).toBe(3);
    expect(await page.locator('#refused').textContent()).toContain('NOM');
    expect(await page.locator('#sent-PRE .value').textContent()).toBe('Paul');
    expect((await open(atlas.name, first!.origin)).IDO).toBe(toAtlas.IDO);
    expect(noise).toEqual([]);
    await context.close();
  });

  it('what is open to a teacher, to a parent and where there is no agreement: each page says it', async () => {
    await openWindow(390);
    await toMediaCentre('tom');
    expect(await page.locator('.tile h3').allTextContents()).toEqual([atlas.name]);
    await context.close();

    await openWindow(390);
    await toMediaCentre('noe');
    expect(await page.locator('.tile').count()).toBe(0);
    expect(await page.locator('.not-yet').textContent()).toContain('pas encore ouvertes dans cet établissement');
    await looksRight();
    const answer = await page.goto(launchOf(atlas.resource, sampleSchools.lycee.uai));
    expect(answer?.status()).toBe(403);
    await looksRight();
    await context.close();

    await openWindow(390);
    await signIn('paula');
    await page.goto(demo.issuer);
    expect(await page.locator('#to-resources').count()).toBe(0);
    await page.goto(`${demo.issuer}/resources`);
    expect(await page.locator('#represents').count()).toBe(1);
    await context.close();
  });

  it('the way in from the publisher’s own page is the same, and nobody is let in without a right', async () => {
    await openWindow(1280);
    await page.goto(demo.publishers[1]!.origin);
    await looksRight();
    await page.click('#enter');
    await page.fill('#login', identifierOf('noe'));
    await page.fill('#password', DEMO_PASSWORD);
    await page.click('#submit');
    await page.waitForLoadState();
    await looksRight();
    expect(await page.locator('#received').count()).toBe(0);
    await context.close();
  });

  it('the assigner takes the class’s licences back: the publisher is told, and she gives them again', async () => {
    await openWindow(1280);
    await toMediaCentre('paul');
    await open(lexilab.name, demo.publishers[1]!.origin);
    const [pupil, hisPage] = [context, page];

    await openWindow(1280);
    await signIn('diane');
    await page.goto(demo.issuer);
    await page.click('#to-licences');
    await looksRight();
    await page.locator('a', { hasText: 'Lexilab' }).first().click();
    await looksRight();
    await page.locator('#given .opening', { hasText: '6EME A' }).locator('button').click();
    expect(await page.locator('#done').count()).toBe(1);

    await hisPage.goto(demo.publishers[1]!.origin);
    expect(await hisPage.locator('#received').count()).toBe(0);
    await hisPage.goto(`${demo.issuer}/resources`);
    expect(await hisPage.locator('.tile h3').allTextContents()).toEqual([atlas.name, herbier.name]);

    await page.selectOption('#target', { label: '6EME A' });
    await page.click('#to-many button');
    expect(await page.locator('#done').count()).toBe(1);
    await hisPage.reload();
    expect(await hisPage.locator('.tile h3').allTextContents()).toEqual([atlas.name, herbier.name, lexilab.name]);
    expect(noise).toEqual([]);
    await context.close();
    await pupil.close();
  });

  it('whoever is named and has not answered yet may refuse, and was no assigner meanwhile', async () => {
    await openWindow(390);
    await signIn('carla');
    await page.goto(`${demo.issuer}/licences`);
    await looksRight();
    expect(await page.locator('a', { hasText: 'Lexilab' }).count()).toBe(0);
    await page.locator('button', { hasText: 'Refuser' }).first().click();
    expect(await page.locator('button', { hasText: 'Accepter' }).count()).toBe(0);
    await context.close();
  });

  it('the agreement ends while the resource is open: the publisher is told, and the media centre says why', async () => {
    await openWindow(1280);
    await toMediaCentre('paul');
    await open(atlas.name, demo.publishers[0]!.origin);
    const counted = { measure: 'openings', profile: 'pupil', resource: atlas.resource };
    await vi.waitFor(async () => {
      const [line] = await demo.db('usage_count').where({ ...counted, school: sampleSchools.college.uai });
      // both windows of the first test, and this one
      expect(Number(line?.count)).toBeGreaterThanOrEqual(3);
    }, WITHIN);
    await endAgreement(demo.db, { reference: 'CONV-DEMO-1', by: 'operator', at: Date.now() });
    await page.goto(demo.publishers[0]!.origin);
    expect(await page.locator('#received').count()).toBe(0);
    await page.goto(`${demo.issuer}/resources`);
    expect(await page.locator('.tile').count()).toBe(0);
    expect(await page.locator('.not-yet').count()).toBe(1);
    await context.close();
  });

  function launchOf(resource: string, school: string): string {
    const asked = new URLSearchParams({ idENT: btoa('PREAU'), idEtab: btoa(school), idRessource: resource });
    return `${demo.issuer}/domaineGar?${asked}`;
  }
});

/** Chromium also calls an answer of 403 or 422 an error. */
function isStatus(line: string): boolean {
  return line.startsWith('Failed to load resource: the server responded with a status of');
}
