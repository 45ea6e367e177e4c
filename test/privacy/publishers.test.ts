// What is told of publishers to those in charge, on the command line: sets and numbers, never about one person.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandContext } from '../../src/command.ts';
import { publishersCommand } from '../../src/privacy/publishers/commands.ts';
import { openersOf, publishersReport } from '../../src/privacy/publishers/report.ts';
import { writeDecline } from '../../src/resources/declines.ts';
import { recordRelease } from '../../src/resources/releases.ts';
import { openStatements } from '../../src/storage/statements.ts';
import { ark, type Market, OTHER_PUBLISHER, openMarket, PUBLISHER } from '../api/publishers.ts';
import { COLLEGE, LYCEE, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { openSchool } from '../rights/school.ts';

const HOUR = 3_600_000;
const ALL = ['ELEVE', 'ENSEIGNANT', 'DOCUMENTALISTE', 'AUTRE PERSONNEL'];

describe.each(engines)('what publishers receive, on $name', ({ open }) => {
  let test: TestDatabase;
  let market: Market;
  beforeAll(async () => {
    test = await open();
    await openSchool(test.db, Date.now() - HOUR);
    market = await openMarket(test.db);
    await market.subscribe(ark.manuel, [COLLEGE], { publicCible: ALL });
  });
  afterAll(() => test?.close());

  const run = async (...args: string[]): Promise<string> => {
    const lines: string[] = [];
    await publishersCommand({
      db: test.db,
      args,
      print: (line: string) => lines.push(line),
    } as unknown as CommandContext);
    return lines.join('\n');
  };
  const send = async (persons: readonly string[], claims: Record<string, unknown>) => {
    const statements = await openStatements(test.db);
    for (const person of persons) {
      const release = { person, client: 'editeur', resource: ark.manuel, school: COLLEGE, claims, at: Date.now() };
      await recordRelease(statements, Buffer.alloc(32, 3), release);
    }
    await statements.close();
  };
  const somePersons = async (count: number): Promise<string[]> =>
    (await test.db('person').orderBy('id').limit(count).select('id')).map(({ id }: { id: string }) => id);

  it('lists them all, or those of a school', async () => {
    expect(await run()).toContain(`${OTHER_PUBLISHER} : Cartes et Plans, 1 ressource(s)`);
    const here = await run('--school', COLLEGE);
    expect(here).toContain(`${PUBLISHER} : Éditions du Préau, 1 ressource(s)`);
    expect(here).not.toContain('Cartes');
    expect(await run('list', '--school', LYCEE)).toBe('0 éditeur(s).');
  });

  it('shows what was declared, validated and sent; below ten, without a number', async () => {
    expect(await run('show', PUBLISHER)).toContain('envoyé : rien de gardé');
    await send(await somePersons(9), { IDO: 'x', UAI: [COLLEGE] });
    expect(await run('show', PUBLISHER)).toMatch(/envoyé : IDO UAI, à propos de moins de dix personnes$/m);
    await send(await somePersons(12), { IDO: 'x', UAI: [COLLEGE] });
    await send((await somePersons(12)).slice(0, 2), { IDO: 'x', PRE: 'Paul' });
    const text = await run('show', PUBLISHER, '--school', COLLEGE);
    expect(text).toContain('déclaré : IDO UAI PRO PRE DIV');
    expect(text).toContain('envoyé : IDO UAI, à propos de 12 personnes');
    expect(text).toContain('envoyé : IDO PRE, à propos de moins de dix personnes');
    for (const person of await somePersons(12)) expect(text).not.toContain(person);
  });

  it('counts those who chose not to be known from ten on', async () => {
    const [first, ...rest] = await somePersons(11);
    expect(await run('show', PUBLISHER)).toContain('dans tout l’ENT : personne');
    const decline = (person: string) =>
      writeDecline(test.db, { person, publisher: PUBLISHER, by: person, since: Date.now() });
    await decline(first!);
    expect(await run('show', PUBLISHER)).toContain('dans tout l’ENT : moins de dix personnes');
    for (const person of rest) await decline(person);
    expect(await run('show', PUBLISHER)).toContain('dans tout l’ENT : 11 personnes');
  });

  it('says who could open it, by category: today, on a day, and nobody before it was offered', async () => {
    const text = await run('who', ark.manuel, '--school', COLLEGE);
    expect(text).toContain('aujourd’hui : élèves moins de dix, enseignants ');
    expect(text).toMatch(/professeurs documentalistes 1, autres personnels \d/);
    const past = await run('who', ark.manuel, '--school', COLLEGE, '--on', '2020-02-03');
    expect(past).toContain('appliqué alors : personne');
    expect(past).toContain('connu aujourd’hui : personne');
    const when = { at: Date.now() };
    const asked = { school: COLLEGE, resource: ark.manuel, when };
    expect(await openersOf(test.db, { ...asked, sight: 'afar' })).not.toHaveProperty('staff');
    const { staff } = await openersOf(test.db, { ...asked, sight: 'name' });
    expect(staff).toContain('Tom Garnier');
    expect(staff).not.toContain('Paul Bernard');
    expect(staff).not.toContain('Sylvie Morel'); // the office launches nothing
    expect(await personOf(test.db, 'tom')).toBeTruthy();
  });

  it('what is not validated yet is told as nothing', async () => {
    const reports = await publishersReport(test.db, {});
    const all = reports.flatMap(({ resources }) => resources);
    expect(all.every(({ resource, validated }) => resource.state === 'validated' && validated.length > 2)).toBe(true);
  });

  it.each([
    [['nothing'], 'bad_argument'],
    [['show'], 'bad_argument'],
    [['show', 'nobody'], 'unknown_publisher'],
    [['who', ark.manuel], 'bad_argument'],
    [['who', ark.manuel, '--school', COLLEGE, '--on', '2026-13-01'], 'bad_argument'],
    [['who', 'ark:/1/2', '--school', COLLEGE], 'unknown_resource'],
    [['who', ark.manuel, '--school', '0000000Z'], 'unknown_school'],
    [['--school', '0000000Z'], 'unknown_school'],
  ] as const)('%j is refused', async (args, code) => {
    await expect(run(...args)).rejects.toMatchObject({ code });
  });
});
