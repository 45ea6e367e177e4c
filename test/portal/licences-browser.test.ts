// Giving licences in a real browser, by keyboard and without JavaScript: to a class, over quota, back again; and what is free.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerNaming, nameAssigner } from '../../src/acts/assigners.ts';
import { schoolYear, schoolYearAt } from '../../src/facts/calendar.ts';
import { recordResource, validateResource } from '../../src/resources/registry.ts';
import { createSubscription } from '../../src/resources/subscriptions.ts';
import { chromiumPath, openBrowser } from '../browser.ts';
import { COLLEGE, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { good } from '../resources/good.ts';
import { goodResource } from '../resources/good-resource.ts';
import { identifierOf, type Opened, openPortal, PASSWORD } from './portal.ts';

const year = schoolYear(schoolYearAt(Date.now()));
const day = (instant: number) => `${new Date(instant).toISOString().slice(0, 10)}T00:00:00`;

describe.skipIf(!chromiumPath).each(engines.filter(({ name }) => name === 'SQLite'))(
  'licences in Chromium, on $name',
  ({ open }) => {
    let portal: Opened;
    let browser: Browser;
    let context: BrowserContext;
    let page: Page;

    beforeAll(async () => {
      portal = await openPortal(open, { accounts: ['diane'], delivered: Date.now() - 3_600_000 });
      const [at, by] = [Date.now(), 'operator'];
      const dates = { debutValidite: day(year.from), finValidite: day(year.to) };
      const fields = { ...good, ...dates, libelleRessource: 'Atlas', nbLicenceEleve: '2' };
      const act = { id: good.idAbonnement, distributor: good.idDistributeurCom, actor: 'maison' };
      await createSubscription(portal.db, { ...act, fields, at });
      const sheet = { ...goodResource, id: 'ark:/99999/herbier', name: 'Herbier', free: ['pupil', 'teacher'] } as const;
      await recordResource(portal.db, { ...sheet, by, at });
      await validateResource(portal.db, { id: sheet.id, attributes: [], by, at });
      const [head, person] = [await personOf(portal.db, 'helene'), await personOf(portal.db, 'diane')];
      const named = await nameAssigner(portal.db, { school: COLLEGE, person, by: head, at });
      await answerNaming(portal.db, { designation: named.id, accepts: true, by: person, at });
      browser = await openBrowser();
      context = await browser.newContext({
        locale: 'fr-FR',
        javaScriptEnabled: false,
        viewport: { width: 390, height: 800 },
      });
      page = await context.newPage();
      await page.goto(portal.authorize());
      await page.fill('#login', identifierOf('diane'));
      await page.fill('#password', PASSWORD);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.received');
      await page.click('#submit');
      await page.waitForURL(`${portal.module}/callback**`);
      await page.goto(`${portal.origin}/licences`);
    });
    afterAll(async () => {
      await browser?.close();
      await portal?.close();
    });

    /** Presses Enter on what has the focus, and waits for the page that says so. */
    const pressed = async (said: 'given' | 'taken' | 'opened' | 'closed') => {
      await page.keyboard.press('Enter');
      await page.waitForURL(`**?done=${said}`);
    };

    it('gives to a class with the keyboard alone, and sees what is left', async () => {
      await page.getByRole('link', { name: 'Donner et reprendre Atlas' }).focus();
      await page.keyboard.press('Enter');
      await page.locator('#target').selectOption({ label: '6e A' });
      await page.locator('#to-many button').focus();
      await pressed('given');
      expect(await page.textContent('#done')).toContain('les licences sont données');
      expect(await page.textContent('table.seats')).toContain('2 sur 2');
      expect(await page.textContent('#given')).toContain('6e A');
    });

    it('over quota nobody gets one: the fault comes first, says how many are missing, and the choice stays', async () => {
      await page.locator('#target').selectOption({ label: '6e B' });
      await page.locator('#to-many button').focus();
      await page.keyboard.press('Enter');
      await page.waitForSelector('#fault:focus');
      expect(await page.textContent('#missing')).toContain('Il manque 1 licence pour 1 personne');
      expect(await page.locator('#target option:checked').textContent()).toBe('6e B');
      expect(await page.textContent('#given')).not.toContain('6e B');
      expect(await page.textContent('table.seats')).toContain('2 sur 2');
    });

    it('takes back, and gives what is free again to the other class', async () => {
      await page.getByRole('button', { name: 'Reprendre 6e A' }).focus();
      await pressed('taken');
      expect(await page.textContent('table.seats')).toContain('0 sur 2');
      await page.locator('#target').selectOption({ label: '6e B' });
      await page.locator('#to-many button').focus();
      await pressed('given');
      expect(await page.textContent('#given')).toContain('6e B');
      expect(await page.textContent('table.seats')).toContain('1 sur 2');
    });

    it('opens what is free to whom is ticked, and closes it', async () => {
      await page.goto(`${portal.origin}/licences`);
      await page.getByRole('link', { name: /Ressources gratuites/ }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('checkbox', { name: 'Élèves' }).focus();
      await page.keyboard.press('Space');
      await pressed('opened');
      expect(await page.textContent('#done')).toContain('ouverte au public choisi');
      expect(await page.textContent('#free-1 .standing')).toContain('Élèves');
      await page.getByRole('button', { name: /^Fermer/ }).focus();
      await pressed('closed');
      expect(await page.textContent('#free-1 .standing')).toContain('Fermée');
      expect(await portal.db('free_opening').where({ school: COLLEGE })).toEqual([]);
    });
  },
);
