// Pseudonyms for publishers: stable, different for each, carried over from elsewhere, and nobody's twice.
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { demoConfig } from '../../src/config.ts';
import { joinRecord } from '../../src/directory/joined.ts';
import { pseudonymsCommand } from '../../src/oidc/pseudonym-command.ts';
import {
  carryPseudonyms,
  openPseudonyms,
  type Pseudonyms,
  pseudonymsOf,
  sectorOf,
} from '../../src/resources/pseudonyms.ts';
import { recordResource } from '../../src/resources/registry.ts';
import { openStatements, type Statements } from '../../src/storage/statements.ts';
import { inTransaction } from '../../src/storage/storage.ts';
import { ACADEMY, cast, deliverCast, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { goodResource } from './good-resource.ts';

const ONE = '552081317_0000000121032683';
const OTHER = '410034607_0000000000000000';
const KEY = randomBytes(32);
const old = (digit: string) => digit.repeat(128);

describe.each(engines)('pseudonyms on $name', ({ open }) => {
  let base: TestDatabase;
  let statements: Statements;
  let pseudonyms: Pseudonyms;
  const people: Record<'paul' | 'ines' | 'tom' | 'paula' | 'gina', string> = {} as never;

  beforeAll(async () => {
    base = await open();
    await deliverCast(base.db);
    statements = await openStatements(base.db);
    for (const name of ['paul', 'ines', 'tom', 'paula', 'gina'] as const) people[name] = await personOf(base.db, name);
    for (const resource of [
      goodResource,
      { ...goodResource, id: 'ark:/99999/plans', publisher: { id: OTHER, name: 'Cartes et Plans' } },
      { ...goodResource, id: 'ark:/99999/carnet', sector: 'resource' as const },
    ])
      await recordResource(base.db, { ...resource, by: 'operator', at: NOW });
  });
  beforeEach(async () => {
    await base.db('pseudonym').delete();
    pseudonyms = openPseudonyms(base.db, statements, KEY);
  });
  afterAll(async () => {
    await statements.close();
    await base.close();
  });

  const fresh = () => openPseudonyms(base.db, statements, KEY);
  const line = (who: 'paul' | 'ines' | 'tom', value: string, sector = ONE) =>
    `${sector};${ACADEMY};${cast[who].id};${value}`;
  const carry = (lines: readonly string[], names = 'secteur;academie;identifiant;pseudonyme') =>
    carryPseudonyms(base.db, [names, ...lines].join('\r\n'), { by: 'operator', at: NOW });

  it('is 128 hexadecimal digits, the same each time, and another for another publisher or person', async () => {
    const mine = await pseudonyms.of(ONE, people.paul);
    expect(mine).toMatch(/^[0-9a-f]{128}$/);
    expect(await fresh().of(ONE, people.paul)).toBe(mine);
    const all = [mine, await pseudonyms.of(OTHER, people.paul), await pseudonyms.of(ONE, people.ines)];
    expect(new Set(all).size).toBe(3);
    expect(await openPseudonyms(base.db, statements, randomBytes(32)).of(OTHER, people.tom)).not.toBe(
      await fresh().of(ONE, people.tom),
    );
  });

  it('is made for the publisher, or for a resource that has its own', () => {
    expect(sectorOf(goodResource)).toBe(ONE);
    expect(sectorOf({ ...goodResource, sector: 'resource' })).toBe(goodResource.id);
  });

  it('leads back to its person, in its sector alone, and nothing else does', async () => {
    const mine = await pseudonyms.of(ONE, people.paul);
    expect(await fresh().behind(ONE, mine)).toBe(people.paul);
    expect(await fresh().behind(OTHER, mine)).toBeUndefined();
    for (const forged of [mine.slice(0, 127), `${mine}0`, mine.toUpperCase(), '', `${mine.slice(0, 126)}'%`, old('f')])
      expect(await fresh().behind(ONE, forged)).toBeUndefined();
    await fresh().behind(ONE, mine);
    expect(await pseudonyms.behind(ONE, mine)).toBe(people.paul);
  });

  it('five hundred who ask at once are told the same', async () => {
    const nodes = Array.from({ length: 5 }, fresh);
    const asked = Array.from({ length: 500 }, (_, index) => nodes[index % 5]!.of(ONE, people.paul));
    expect(new Set(await Promise.all(asked)).size).toBe(1);
    expect(await base.db('pseudonym').where({ person: people.paul })).toHaveLength(1);
  });

  describe('carried over', () => {
    it('wins over what is made here, and what was sent before still leads to the person', async () => {
      const before = await pseudonyms.of(ONE, people.paul);
      expect(await carry([line('paul', old('a'))])).toEqual({ read: 1, carried: 1, unchanged: 0, refused: [] });
      expect(await fresh().of(ONE, people.paul)).toBe(old('a'));
      expect(await fresh().behind(ONE, old('a'))).toBe(people.paul);
      expect(await fresh().behind(ONE, before)).toBe(people.paul);
      expect(await fresh().of(OTHER, people.paul)).not.toBe(old('a'));
      expect(await pseudonymsOf(base.db, people.paul)).toContainEqual({ sector: ONE, value: old('a'), carriedAt: NOW });
    });

    it('what a node remembers is read again when it is told so', async () => {
      const before = await pseudonyms.of(ONE, people.paul);
      await carry([line('paul', old('b'))]);
      expect(await pseudonyms.of(ONE, people.paul)).toBe(before);
      pseudonyms.forget();
      expect(await pseudonyms.of(ONE, people.paul)).toBe(old('b'));
    });

    it('saying it again changes nothing, and neither does a file with capitals, blanks and other orders', async () => {
      await carry([line('paul', old('a'))]);
      expect(await carry([line('paul', old('a'))])).toMatchObject({ carried: 0, unchanged: 1 });
      const turned = `${old('A')} ; ${cast.paul.id};${ACADEMY}; ${ONE}`;
      expect(await carry([turned, ''], '\uFEFFPseudonyme;Identifiant;Académie;Secteur')).toMatchObject({
        unchanged: 1,
      });
    });

    it('a line that is wrong is told by its number, and the others are taken', async () => {
      const report = await carry([
        line('paul', old('a')),
        line('ines', old('a')),
        line('ines', 'short'),
        line('ines', old('c'), 'nobody'),
        `${ONE};${ACADEMY};999999;${old('d')}`,
        line('ines', old('e'), 'ark:/99999/carnet'),
      ]);
      expect(report).toEqual({
        read: 6,
        carried: 2,
        unchanged: 0,
        refused: [
          { line: 3, why: 'taken' },
          { line: 4, why: 'malformed' },
          { line: 5, why: 'malformed' },
          { line: 6, why: 'unknown_person' },
        ],
      });
      expect(await fresh().of('ark:/99999/carnet', people.ines)).toBe(old('e'));
      await expect(carry([], 'secteur;identifiant')).rejects.toMatchObject({ code: 'bad_argument' });
    });

    it('what one publisher knows is carried to no other, whoever it would name there; nor to a sector of nobody', async () => {
      const made = await pseudonyms.of(OTHER, people.paul);
      await carry([line('ines', old('b'), OTHER)]);
      const report = await carry([
        line('paul', made),
        line('tom', made),
        line('ines', old('b')),
        line('ines', old('b'), 'ark:/99999/carnet'),
        line('ines', old('c'), '111111111_0000000000000000'),
        line('ines', old('c'), goodResource.id),
        line('ines', old('c')),
        line('ines', old('c'), 'ark:/99999/carnet'),
        line('ines', old('b'), OTHER),
      ]);
      expect(report).toMatchObject({ read: 9, carried: 1, unchanged: 1 });
      expect(report.refused).toEqual([
        { line: 2, why: 'elsewhere' },
        { line: 3, why: 'elsewhere' },
        { line: 4, why: 'elsewhere' },
        { line: 5, why: 'elsewhere' },
        { line: 6, why: 'unknown_sector' },
        { line: 7, why: 'unknown_sector' },
        { line: 9, why: 'elsewhere' },
      ]);
      const names = await base.db('pseudonym').pluck('value');
      expect(new Set(names).size).toBe(names.length);
    });

    it('two resources with pseudonyms of their own never know a pupil by one name, though one publisher has both', async () => {
      const [first, second] = ['ark:/99999/carnet', 'ark:/99999/herbier'];
      await recordResource(base.db, { ...goodResource, id: second, sector: 'resource', by: 'operator', at: NOW });
      const file = join(mkdtempSync(join(tmpdir(), 'preau-pseudonyms-')), 'ido.csv');
      const lines = [line('ines', old('a'), first), line('ines', old('a'), second)];
      await writeFile(file, `secteur;academie;identifiant;pseudonyme\n${lines.join('\n')}\n`);
      const printed: string[] = [];
      const config = demoConfig({ secret: KEY.toString('base64url'), database: '', port: 0 });
      const context = { config, db: base.db, print: (text: string) => printed.push(text), args: ['carry', file] };
      await expect(pseudonymsCommand(context)).rejects.toMatchObject({ code: 'bad_argument' });
      expect(printed[1]).toContain('ligne 3 : un autre éditeur, ou une autre ressource');
      expect(await fresh().of(first, people.ines)).toBe(old('a'));
      expect(await fresh().of(second, people.ines)).not.toBe(old('a'));
    });

    it('two files that bring one name to two publishers at once: one of them does', async () => {
      const files = Array.from({ length: 20 }, (_, place) => [line('paul', old('d'), place % 2 === 0 ? ONE : OTHER)]);
      const reports = await Promise.all(files.map((file) => carry(file)));
      expect(reports.filter(({ carried }) => carried > 0)).toHaveLength(1);
      expect(await base.db('pseudonym').where({ value: old('d') })).toHaveLength(1);
    });

    it('what was carried to another publisher meanwhile is not made here', async () => {
      const made = await pseudonyms.of(ONE, people.paul);
      await base.db('pseudonym').delete();
      await carry([line('ines', made, OTHER)]);
      const other = await fresh().of(ONE, people.paul);
      expect(other).not.toBe(made);
      expect(await fresh().of(ONE, people.paul)).toBe(other);
      expect(await fresh().behind(ONE, made)).toBeUndefined();
    });

    it('a pseudonym that was given away is not made again for somebody else', async () => {
      const made = await pseudonyms.of(ONE, people.paul);
      await base.db('pseudonym').delete();
      await carry([line('ines', made)]);
      expect(await fresh().of(ONE, people.ines)).toBe(made);
      const other = await fresh().of(ONE, people.paul);
      expect(other).not.toBe(made);
      expect(await fresh().of(ONE, people.paul)).toBe(other);
      expect(await fresh().behind(ONE, made)).toBe(people.ines);
    });

    it('the command says what became of each line, and running servers read again', async () => {
      const file = join(mkdtempSync(join(tmpdir(), 'preau-pseudonyms-')), 'ido.csv');
      await writeFile(
        file,
        `secteur;academie;identifiant;pseudonyme\n${line('tom', old('7'))}\n${line('paul', '?')}\n`,
      );
      const printed: string[] = [];
      const context = {
        config: demoConfig({ secret: KEY.toString('base64url'), database: '', port: 0 }),
        db: base.db,
        print: (text: string) => printed.push(text),
      };
      const revision = async () => (await base.db('oidc_revision').where({ name: 'modules' }).first())?.revision ?? 0;
      const before = await revision();
      await expect(pseudonymsCommand({ ...context, args: ['carry', file] })).rejects.toMatchObject({
        code: 'bad_argument',
      });
      expect(printed).toEqual([
        '2 lignes lues : 1 repris, 0 sans changement, 1 refusés.',
        '  ligne 3 : le secteur ou le pseudonyme ne sont pas écrits comme il faut.',
      ]);
      expect(await revision()).toBe(before + 1);
      expect(await fresh().of(ONE, people.tom)).toBe(old('7'));
      for (const args of [[], ['carry'], ['carry', file, 'x'], ['carry', '/nowhere.csv']])
        await expect(pseudonymsCommand({ ...context, args })).rejects.toMatchObject({ code: 'bad_argument' });
      const events = await base.db('audit').where({ event: 'pseudonyms.carried' });
      expect(events.length).toBeGreaterThan(0);
      expect(JSON.stringify(events)).not.toContain(old('7'));
    });
  });

  it('a record that is joined to another keeps the name it had, and both names lead to the one person', async () => {
    const grandmother = await pseudonyms.of(ONE, people.gina);
    const hers = await pseudonyms.of(OTHER, people.gina);
    const mine = await pseudonyms.of(OTHER, people.paula);
    await inTransaction(base.db, (tx) =>
      joinRecord(tx, { survivor: people.paula, record: people.gina, at: NOW, actor: 'test' }),
    );
    expect(await fresh().of(ONE, people.paula)).toBe(grandmother);
    expect(await fresh().behind(ONE, grandmother)).toBe(people.paula);
    expect(await fresh().of(OTHER, people.paula)).toBe(mine);
    expect(await fresh().behind(OTHER, hers)).toBe(people.paula);
  });

  it('a node that remembers does so for a minute: then it knows who was joined, and who was told apart', async () => {
    let now = NOW;
    const node = openPseudonyms(base.db, statements, KEY, () => now);
    const joined = (holder: string | null) =>
      base
        .db('external_identity')
        .where({ external_id: cast.tom.id })
        .update({ person: holder ?? people.tom, record: holder === null ? null : people.tom });
    const name = await node.of(ONE, people.tom);
    expect(await node.behind(ONE, name)).toBe(people.tom);
    await joined(people.ines);
    expect(await node.behind(ONE, name)).toBe(people.tom);
    now += 60_000;
    expect(await node.behind(ONE, name)).toBe(people.ines);
    expect(await node.of(ONE, people.ines)).toBe(name);
    await joined(null);
    now += 60_000;
    expect(await node.behind(ONE, name)).toBe(people.tom);
    expect(await node.of(ONE, people.ines)).not.toBe(name);
  });
});
