// The register of processing: generated from what is configured, dated, and versioned only when something changes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { declareAbsence } from '../../src/acts/absences.ts';
import { appoint } from '../../src/acts/appointments.ts';
import type { CommandContext } from '../../src/command.ts';
import { dayOf } from '../../src/facts/calendar.ts';
import { changeFacts } from '../../src/facts/facts.ts';
import { addModule, listModules, removeModule } from '../../src/oidc/modules.ts';
import { keepProcessing } from '../../src/oidc/processing.ts';
import { registerCommand, reportCommand } from '../../src/privacy/register/commands.ts';
import { registerAt, versionsOf } from '../../src/privacy/register/entries.ts';
import { reportedOf, reportOn } from '../../src/privacy/register/report.ts';
import { recordResource, validateResource } from '../../src/resources/registry.ts';
import { DAY, eventsOf, openWorld, refused, type World } from '../acts/acts.ts';
import { COLLEGE, LYCEE, logbookOf, NOW } from '../cast.ts';
import { engines } from '../databases.ts';
import { goodResource } from '../resources/good-resource.ts';

const SHEET = {
  id: 'logbook',
  name: 'Cahier de textes',
  purpose: 'Tenir le cahier de textes et le lire à la maison.',
  responsible: 'Le collège Les Tilleuls',
  redirectUris: ['https://logbook.example.fr/callback'],
  scopes: ['openid', 'profile', 'rights'],
  schools: [COLLEGE],
};

describe.each(engines)('the register on $name', ({ open }) => {
  let world: World;
  const keep = async (at: number, decisionMonths = 12) =>
    keepProcessing(world.db, { modules: await listModules(world.db), decisionMonths, at, actor: 'system' });
  const names = async (at: number) => (await registerAt(world.db, at)).map(({ entry }) => entry);
  const at = NOW;

  beforeAll(async () => {
    world = await openWorld(open);
    await appoint(world.db, 'protects', {
      school: COLLEGE,
      person: await world.key('diane'),
      decision: 'Lettre de mission 2026-4',
      by: 'operator',
      at,
    });
  });
  afterAll(() => world.close());

  it('begins with what Préau does, and says it once', async () => {
    expect(await names(at)).toEqual([]);
    const written = await keep(at);
    expect(written).toBe(9);
    expect(await keep(at + DAY)).toBe(0);
    expect(await names(at - 1)).toEqual([]);
    const register = await registerAt(world.db, at);
    expect(register.map(({ entry, version }) => `${entry} ${version}`)).toContain('directory 1');
    const directory = register.find(({ entry }) => entry === 'directory')!.content.fr;
    expect(directory.data.join('|')).toMatch(/élèves\s: les classes et les groupes/);
    expect(JSON.stringify(directory)).not.toMatch(/boursier|téléphone|mobile/i);
    for (const { content } of register)
      for (const text of [content.fr, content.en])
        for (const part of [text.purposes, text.persons, text.data, text.recipients, text.retention, text.security])
          expect(part.length).toBeGreaterThan(0);
  });

  it('a module has an entry of its own from the instant it is added to the instant it is removed', async () => {
    const [added, removed] = [at + 10 * DAY, at + 20 * DAY];
    await addModule(world.db, SHEET, { actor: 'system', at: added });
    expect(await names(added - 1)).not.toContain('module:logbook');
    expect(await names(added)).toContain('module:logbook');
    const [entry] = await versionsOf(world.db, 'module:logbook');
    expect(entry!.content.fr).toMatchObject({ purposes: [SHEET.purpose] });
    expect(entry!.content.fr.title).toMatch(/^Module «\sCahier de textes\s»$/);
    expect(entry!.content.fr.data).toContain('votre prénom');
    expect(await keep(added + 1)).toBe(1); // the directory has a recipient more
    await removeModule(world.db, 'logbook', { actor: 'system', at: removed });
    expect(await names(removed - 1)).toContain('module:logbook');
    expect(await names(removed)).not.toContain('module:logbook');
    await addModule(world.db, { ...SHEET, purpose: 'Autre chose.' }, { actor: 'system', at: removed + DAY });
    expect((await versionsOf(world.db, 'module:logbook')).map(({ version }) => version)).toEqual([2, 1]);
    await keep(removed + DAY);
  });

  it('a publisher’s entry says what each resource is sent, and follows its validation', async () => {
    const { id } = goodResource;
    const act = { by: 'operator', at: at + 25 * DAY };
    await recordResource(world.db, { ...goodResource, ...act });
    const sheet = { ...SHEET, id: 'editeur', name: 'Manuel', scopes: ['openid', 'rights'], resources: [id] };
    await addModule(world.db, sheet, { actor: 'system', at: act.at });
    const dataIn = async () => (await versionsOf(world.db, 'module:editeur'))[0]!.content.fr.data.join('\n');
    const before = await dataIn();
    expect(before).toContain('un identifiant qui ne dit pas qui vous êtes');
    expect(before).toContain('si une personne qu’il connaît peut encore ouvrir');
    expect(before).not.toMatch(/prénom|cahier/);
    await validateResource(world.db, { id, attributes: ['PRE'], ...act });
    expect(await keep(act.at + 1)).toBe(2); // its own, and the directory's recipients
    expect(await dataIn()).toContain('votre prénom');
    await removeModule(world.db, 'editeur', { actor: 'system', at: act.at + DAY });
    await keep(act.at + DAY);
  });

  it('a new version begins only when the content changes, and the old one is found on its day', async () => {
    const later = at + 40 * DAY;
    expect(await keep(later, 6)).toBe(2); // the log of decisions, and what publishers were sent
    const [second, first] = await versionsOf(world.db, 'security');
    expect(first).toMatchObject({ version: 1, since: at, until: later });
    expect(second).toMatchObject({ version: 2, since: later, until: null });
    expect(second!.hash).not.toBe(first!.hash);
    const then = (await registerAt(world.db, later - 1)).find(({ entry }) => entry === 'security')!;
    expect(then.content.fr.retention.join()).toContain('12 mois');
    expect(await eventsOf(world.db, 'register.changed')).toBeGreaterThan(9);
  });

  it('many nodes that start at once write it once', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => keep(at + 50 * DAY, 9)));
    expect(all.reduce((sum, one) => sum + one)).toBe(2);
    expect((await versionsOf(world.db, 'security')).filter(({ until }) => until === null)).toHaveLength(1);
  });

  it('one report answers the three questions for a logbook and a day', async () => {
    const id = await logbookOf(world.db, COLLEGE, '6A', 'MATHS');
    const now = at + 60 * DAY;
    const object = { type: 'logbook', id } as const;
    const ask = async (who: string, when = at + 15 * DAY) =>
      reportOn(world.db, { object, by: await world.key(who), at: when, now });
    for (const who of ['helene', 'diane', 'tom']) {
      const report = await ask(who);
      expect(report.entries.map(({ entry }) => entry)).toEqual(['directory', 'logbooks', 'security', 'module:logbook']);
      const [{ readers }] = report.enforced as [{ readers: object[] }];
      expect(readers).toContainEqual({ category: 'head', count: 1 });
      expect(readers).toContainEqual({ category: 'owner', count: 2 });
      expect(readers).toContainEqual({ category: 'pupil', few: true });
      expect(JSON.stringify(report)).not.toMatch(/Marchand|Garnier|Bernard/);
    }
    expect((await ask('helene', at + 5 * DAY)).entries.map(({ entry }) => entry)).not.toContain('module:logbook');
    expect((await ask('helene', at - 400 * DAY)).enforced).toEqual([{ readers: [] }]);
  });

  it('nobody else has a report, and nothing says whether the object exists', async () => {
    const id = await logbookOf(world.db, COLLEGE, '6A', 'MATHS');
    const now = at + 60 * DAY;
    for (const who of ['olga', 'henri', 'paula', 'paul', 'sylvie'])
      await refused(
        'not_found',
        reportOn(world.db, { object: { type: 'logbook', id }, by: await world.key(who), at, now }),
      );
    for (const type of ['logbook', 'absence', 'person'] as const)
      await refused(
        'not_found',
        reportOn(world.db, { object: { type, id: 'nothing' }, by: await world.key('helene'), at, now }),
      );
    await refused(
      'not_found',
      reportOn(world.db, {
        object: { type: 'person', id: await world.key('noe') },
        by: await world.key('helene'),
        at,
        now,
      }),
    );
  });

  it('of a person, categories alone are told, to that person and to who decides', async () => {
    const object = { type: 'person', id: await world.key('paul') } as const;
    const report = await reportOn(world.db, { object, by: object.id, at, now: at });
    expect(report.schools).toEqual([COLLEGE]);
    const readers = report.enforced.flatMap((one) => one.readers);
    expect(readers).toContainEqual({ category: 'team' });
    expect(readers.every((one) => one.count === undefined)).toBe(true);
    await refused('not_found', reportOn(world.db, { object, by: await world.key('tania'), at, now: at }));
  });

  it('of an absence, staff alone, and no module: told to who was absent and to who decides', async () => {
    const person = await world.key('tom');
    const declared = { school: COLLEGE, person, by: person, from: at + DAY, to: at + 2 * DAY, slots: [], at };
    const { id } = await declareAbsence(world.db, declared);
    const object = { type: 'absence', id } as const;
    const when = at + DAY + 1;
    for (const by of [person, await world.key('helene')]) {
      const report = await reportOn(world.db, { object, by, at: when, now: when });
      expect(report.entries.map(({ entry }) => entry)).toEqual(['absences', 'security']);
      const [{ readers }] = report.enforced as [{ readers: { category: string }[] }];
      expect(readers.map(({ category }) => category)).toEqual(expect.arrayContaining(['deputy', 'head', 'self']));
      for (const family of ['pupil', 'guardian', 'team']) expect(JSON.stringify(readers)).not.toContain(family);
    }
    for (const who of ['tania', 'paul', 'paula'])
      await refused('not_found', reportOn(world.db, { object, by: await world.key(who), at: when, now: when }));
  });

  it('commands show the register on a day, the versions of an entry, and a report', async () => {
    const lines: string[] = [];
    const context = (...args: string[]) =>
      ({ db: world.db, args, print: (line: string) => lines.push(line) }) as unknown as CommandContext;
    await registerCommand(context('--at', dayOf(at)));
    expect(lines.join()).toMatch(/directory : Annuaire/);
    await registerCommand(context('security', '--versions'));
    expect(lines.filter((line) => line.startsWith('security version')).length).toBe(3);
    await refused('unknown_entry', registerCommand(context('nothing', '--at', dayOf(at))));
    await refused('bad_argument', registerCommand(context('--at', '2026-13-01')));
    lines.length = 0;
    const id = await logbookOf(world.db, COLLEGE, '6A', 'MATHS');
    await reportCommand(context(`logbook:${id}`, '--at', new Date(at + 60_000).toISOString()));
    expect(lines).toEqual(
      expect.arrayContaining(['  appliqué alors : head, 1', '  appliqué alors : pupil, moins de 10']),
    );
    await refused('not_found', reportCommand(context('logbook:nothing')));
  });

  it('an object is named by its type and its key', () => {
    expect(reportedOf('logbook:abc')).toEqual({ type: 'logbook', id: 'abc' });
    for (const text of ['', 'logbook:', 'school:1', 'logbook:a b', `person:${'x'.repeat(65)}`])
      expect(reportedOf(text)).toBeUndefined();
  });

  it('of a person of two schools, who decides at one is told of that one alone, and the person of both', async () => {
    const [object, by] = [{ type: 'person', id: await world.key('olga') } as const, await world.key('helene')];
    const post = { relation: 'post', subject: object.id, object: LYCEE, properties: { function: 'teacher' } } as const;
    await changeFacts(world.db, { school: LYCEE, at, source: 'local', actor: 'test', begin: [post] });
    const then = { object, at: at + 1, now: at + 1 };
    const own = await reportOn(world.db, { ...then, by: object.id });
    expect(own.schools).toEqual([COLLEGE, LYCEE].sort());
    const report = await reportOn(world.db, { ...then, by });
    expect([report.schools, report.notices.map(({ school }) => school)]).toEqual([[COLLEGE], [COLLEGE]]);
    for (const { about } of [...report.enforced, ...report.known]) expect(about?.school).toBe(COLLEGE);
  });

  it('the other school has nothing of this', async () => {
    const object = { type: 'person', id: await world.key('noe') } as const;
    expect((await reportOn(world.db, { object, by: await world.key('henri'), at, now: at })).schools).toEqual([LYCEE]);
  });
});
