// The front page of somebody signed in: the services of the schools where they learn or work, by name, and no others.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeFacts } from '../../src/facts/facts.ts';
import { addModule } from '../../src/oidc/modules.ts';
import { closeModule } from '../../src/privacy/module-objections.ts';
import { type CastName, COLLEGE, ECOLE, LYCEE, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { browsersOf, type Opened, openPortal, sheet } from './portal.ts';

const who = ['tom', 'noe', 'paula', 'helene'] as const;

describe.each(engines)('the front page, on $name', ({ open }) => {
  let portal: Opened;
  beforeAll(async () => {
    portal = await openPortal(open, { accounts: who });
    const module = (id: string, name: string, schools: readonly string[]) =>
      addModule(
        portal.db,
        { ...sheet(portal.module), id, name, purpose: `Pour ${name}.`, schools: [...schools] },
        { actor: 'system', at: Date.now() },
      );
    await module('lycee', 'Orientation', [LYCEE]);
    await module('ecole', 'Cantine', [ECOLE]);
    await module('agenda', 'Agenda', [COLLEGE, LYCEE]);
  });
  afterAll(() => portal?.close());

  const { see } = browsersOf(() => portal);
  const services = async (name: CastName): Promise<string[]> => {
    const { html } = await see(name, '/');
    const [section = ''] = /<section id="services">[\s\S]*?<\/section>/.exec(html) ?? [];
    return [...section.matchAll(/<a href="[^"]+">([^<]+)<\/a>/g)].map(([, one]) => one!);
  };

  it('lists to pupils and staff the services of their school, with what each is for and a way there', async () => {
    expect(await services('tom')).toEqual(['Agenda', 'Cahier de textes']);
    expect(await services('noe')).toEqual(['Agenda', 'Cahier de textes', 'Orientation']);
    const page = await see('tom', '/');
    expect(page.text).toContain('Pour Agenda.');
    expect(page.html).toContain(`<a href="${portal.module}">Agenda</a>`);
  });

  it('lists none to families, who find those of each child on their own page', async () => {
    expect(await services('paula')).toEqual([]);
    expect((await see('paula', '/')).text).toContain('Les services de vos enfants sont à la page « Mes enfants »');
    expect((await see('tom', '/')).text).toContain('Ouvrez le service que vous voulez');
    expect((await see('paula', '/family')).text).toContain('Cantine');
  });

  it('says the school where somebody is of several', async () => {
    expect((await see('tom', '/')).text).not.toContain('Établissements');
    const subject = await personOf(portal.db, 'tom');
    const begin = [{ relation: 'post' as const, subject, object: LYCEE, properties: { function: 'teacher' } }];
    await changeFacts(portal.db, { school: LYCEE, at: Date.now(), source: 'local', actor: 'x', begin });
    expect(await services('tom')).toEqual(['Agenda', 'Cahier de textes', 'Orientation']);
    expect((await see('tom', '/')).text).toContain('Établissements : Collège Les Tilleuls, Lycée Camus.');
  });

  it('leaves out a service that an objection closed', async () => {
    const objection = { person: await personOf(portal.db, 'noe'), client: 'agenda', request: 'r1', since: Date.now() };
    await closeModule(portal.db, objection);
    expect(await services('noe')).toEqual(['Cahier de textes', 'Orientation']);
  });
});
