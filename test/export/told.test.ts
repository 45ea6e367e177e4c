// Who is told of the export: people by their notice, the register by its recipients, the head by a page.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addSchools, removeSchools } from '../../src/export/schools.ts';
import { listModules } from '../../src/oidc/modules.ts';
import { keepProcessing } from '../../src/oidc/processing.ts';
import { publishConfigured } from '../../src/portal/notices/content.ts';
import { noticeInForce } from '../../src/privacy/notices/texts.ts';
import { registerAt } from '../../src/privacy/register/entries.ts';
import { endAgreement, recordAgreement } from '../../src/resources/agreements.ts';
import { ACADEMY, COLLEGE, LYCEE, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { browsersOf, type Opened, openPortal } from '../portal/portal.ts';

const ENT = 'B0';
const DAY = 86_400_000;

describe.each(engines)('the export is told, on $name', ({ open }) => {
  let portal: Opened;
  beforeAll(async () => {
    portal = await openPortal(open, {
      accounts: ['helene', 'tom', 'paul', 'henri'],
      delivered: Date.now() - 3_600_000,
    });
  });
  afterAll(() => portal?.close());

  const { see } = browsersOf(() => portal);
  const agree = (reference: string) =>
    recordAgreement(portal.db, {
      reference,
      collectivity: 'Département de la Meuse',
      siren: '225500016',
      academy: ACADEMY,
      state: 'signed',
      startsAt: Date.now() - DAY,
      endsAt: Date.now() + DAY,
      documentHash: 'ab'.repeat(32),
      schools: [COLLEGE],
      by: 'operator',
      at: Date.now(),
    });

  it('to nobody while no school is exported', async () => {
    const { status } = await see('tom', '/school/gar');
    expect(status).toBe(403);
    expect((await see('helene', '/school/gar')).text).toContain('Aucun de vos établissements');
    expect((await see('helene', '/')).html).not.toContain('/school/gar');
  });

  it('to people of that school by their notice, and to nobody else', async () => {
    const config = { decisions: { sample: 0, months: 12 } };
    const publish = () => publishConfigured(portal.db, { config, actor: 'system', at: Date.now() });
    const told = async (school: string) =>
      JSON.stringify((await noticeInForce(portal.db, { school, at: Date.now() }))?.document ?? '');
    await publish();
    expect(await told(COLLEGE)).not.toContain('GAR national');
    await addSchools(portal.db, { ent: ENT, schools: [COLLEGE], by: 'operator', at: Date.now() });
    expect(await publish()).toBe(2); // the school’s, and the one for whoever has not said which
    expect(await publish()).toBe(0);
    expect(await told(COLLEGE)).toContain('GAR national');
    expect(await told(COLLEGE)).toContain('rien sur tes parents');
    expect(await told(LYCEE)).not.toContain('GAR national');
    await removeSchools(portal.db, { ent: ENT, schools: [COLLEGE], by: 'operator', at: Date.now() });
    await publish();
    expect(await told(COLLEGE)).not.toContain('GAR national');
  });

  it('to the register, with the schools', async () => {
    const { db } = portal;
    const recipients = async () => {
      await keepProcessing(db, { modules: await listModules(db), decisionMonths: 12, at: Date.now(), actor: 'system' });
      const register = await registerAt(db, Date.now());
      return register.find(({ entry }) => entry === 'directory')!.content.fr.recipients.join();
    };
    expect(await recipients()).not.toContain('GAR national');
    await addSchools(db, { ent: ENT, schools: [COLLEGE], by: 'operator', at: Date.now() });
    expect(await recipients()).toMatch(/GAR national.+0900001A/);
  });

  it('to the head alone by a page: without an agreement, then what would leave', async () => {
    const before = await see('helene', '/school/gar');
    expect(before.text).toContain('Aucune convention');
    await agree('file-1');
    const page = await see('helene', '/school/gar');
    expect(page.text).toContain('Rien ne retient');
    expect(page.text).toContain('4 élèves');
    // Hélène has no address in the directory of this world
    expect(page.text).toContain('Hélène Marchand');
    expect(page.html).toContain('href="/school/assigners"');
    expect((await see('helene', '/')).html).toContain('/school/gar');
    for (const name of ['tom', 'paul'] as const) expect((await see(name, '/school/gar')).status).toBe(403);
    expect((await see('henri', '/school/gar')).text).not.toContain('Tilleuls');
  });

  it('what holds the school back is said by name, and never by an identifier of the GAR', async () => {
    const { db } = portal;
    const paul = await personOf(db, 'paul');
    await db('person').where({ id: paul }).update({ given_name: ' ' });
    const page = await see('helene', '/school/gar');
    expect(page.text).toContain('est retenu');
    expect(page.text).toContain('une valeur obligatoire manque');
    expect(page.text).toContain('Bernard');
    expect(page.text).not.toMatch(/[0-9a-f]{64}/);
    await db('person').where({ id: paul }).update({ given_name: 'Paul' });
  });

  it('once the agreement has ended, nothing would leave', async () => {
    await endAgreement(portal.db, { reference: 'file-1', by: 'operator', at: Date.now() });
    expect((await see('helene', '/school/gar')).text).toContain('Aucune convention');
  });
});
