// The registry: what a publisher declares is sent to nobody until it is validated, datum by datum; what is withdrawn stays so.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { up } from '../../migrations/0037_validated_resources.ts';
import { verifyAudit } from '../../src/audit/audit.ts';
import { commands } from '../../src/main.ts';
import {
  arkOf,
  findResource,
  listResources,
  type NewResource,
  recordResource,
  releasable,
  suspendResource,
  validateResource,
  withdrawResource,
} from '../../src/resources/registry.ts';
import { NOW } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { goodResource } from './good-resource.ts';

const by = { by: 'operator', at: NOW };
const { id } = goodResource;

describe.each(engines)('the registry of resources on $name', ({ open }) => {
  let base: TestDatabase;
  beforeAll(async () => {
    base = await open();
  });
  afterAll(() => base.close());
  beforeEach(() => base.db('resource').delete());

  const record = (change: Partial<NewResource> = {}, at = NOW) =>
    recordResource(base.db, { ...goodResource, ...change, by: 'operator', at });
  type Validation = Parameters<typeof validateResource>[1];
  const validate = (...attributes: Validation['attributes']) => validateResource(base.db, { id, attributes, ...by });
  const sent = async () => releasable(await findResource(base.db, id));

  it('keeps what was said, and a second time changes nothing', async () => {
    expect(await record()).toEqual({ changed: true });
    expect(await findResource(base.db, id)).toEqual({ ...goodResource, free: [], validated: [], state: 'declared' });
    expect(await record()).toEqual({ changed: false });
    expect(await record({ details: { ...goodResource.details } })).toEqual({ changed: false });
    expect(await record({ name: 'Manuel, seconde édition' })).toEqual({ changed: true });
    expect(await verifyAudit(base.db)).not.toHaveProperty('firstBad');
  });

  it('sends what is declared and validated, and nothing else but the pseudonym', async () => {
    await record();
    expect(await sent()).toEqual(['IDO']);
    await validate('IDO', 'UAI', 'PRO', 'PRE');
    expect(await sent()).toEqual(['IDO', 'UAI', 'PRO', 'PRE']);
    await validate('DIV', 'UAI');
    expect(await sent()).toEqual(['IDO', 'UAI', 'DIV']);
    await validate();
    expect(await sent()).toEqual(['IDO']);
    await expect(validate('NOM')).rejects.toMatchObject({
      code: 'resource_refused',
      details: { member: 'attributes' },
    });
    expect(releasable({ declared: ['NOM'], validated: ['PRE'] })).toEqual(['IDO']);
    expect(releasable({ declared: ['IDO'], validated: ['IDO'] })).toEqual(['IDO']);
  });

  it('pseudonym, school and profile are what one declares that names nothing, and wait for a validation like the rest', async () => {
    await record({ declared: [] });
    expect((await findResource(base.db, id)).declared).toEqual(['IDO', 'UAI', 'PRO']);
    await validate('IDO', 'UAI', 'PRO');
    expect(await sent()).toEqual(['IDO', 'UAI', 'PRO']);
    await record({ declared: ['IDO'] });
    expect(await sent()).toEqual(['IDO']);
    await record({ declared: [] });
    expect(await sent()).toEqual(['IDO']);
  });

  describe('what is declared otherwise than it was validated', () => {
    const [here, elsewhere] = [goodResource.url, 'https://ailleurs.example/manuel'];
    const found = async () => {
      const { url, schools, asked } = await findResource(base.db, id);
      return { url, schools, asked };
    };
    const now = { url: here, schools: 'click', asked: undefined };
    const validateNaming = (named: Pick<Validation, 'url' | 'schools'>, ...more: Validation['attributes']) =>
      validateResource(base.db, { id, attributes: ['PRE', ...more], ...named, ...by });

    it('before the first validation, is another word, and nothing waits', async () => {
      await record();
      await record({ url: elsewhere, schools: 'all' });
      expect(await found()).toEqual({ url: elsewhere, schools: 'all', asked: undefined });
    });

    it.each([
      ['an address', { url: elsewhere }, { url: elsewhere }],
      ['more schools', { schools: 'all' }, { schools: 'all' }],
      ['both', { url: elsewhere, schools: 'all' }, { url: elsewhere, schools: 'all' }],
    ] as const)('%s waits for a validation, and the validated one goes on, also while it is suspended', async (_, change, asked) => {
      await record();
      await validate('PRE');
      expect(await record(change)).toEqual({ changed: true });
      expect(await found()).toEqual({ ...now, asked });
      expect(await record(change)).toEqual({ changed: false });
      await suspendResource(base.db, { id, ...by });
      expect(await found()).toEqual({ ...now, asked });
      await record({ ...change, name: 'Un autre nom' });
      expect(await found()).toEqual({ ...now, asked });
      await validateNaming(change);
      expect(await found()).toEqual({ ...now, ...change });
      expect((await findResource(base.db, id)).state).toBe('validated');
    });

    it.each([
      [{ url: elsewhere }, {}, ['url']],
      [{ url: elsewhere }, { schools: 'click' }, ['url']],
      [{ schools: 'all' }, {}, ['schools']],
      [{ schools: 'all' }, { url: here }, ['schools']],
      [{ url: elsewhere, schools: 'all' }, {}, ['url', 'schools']],
      [{ url: elsewhere, schools: 'all' }, { url: elsewhere }, ['schools']],
      [{ url: elsewhere, schools: 'all' }, { schools: 'all' }, ['url']],
    ] as const)('where %o waits, one more attribute with %o validates nothing: %o must be named', async (change, named, waits) => {
      await record();
      await validate('PRE');
      await record(change);
      await suspendResource(base.db, { id, ...by });
      const refusal = { code: 'resource_waits', details: { waits } };
      await expect(validateNaming(named, 'DIV')).rejects.toMatchObject(refusal);
      expect(await found()).toEqual({ ...now, asked: change });
      expect(await findResource(base.db, id)).toMatchObject({ state: 'suspended', validated: ['PRE'] });
    });

    it('goes on waiting where what was validated before is named, and each of the two is validated by itself', async () => {
      await record();
      await validate('PRE');
      await record({ url: elsewhere, schools: 'all' });
      await validateNaming({ url: here, schools: 'click' }, 'DIV');
      expect(await found()).toEqual({ ...now, asked: { url: elsewhere, schools: 'all' } });
      expect((await findResource(base.db, id)).validated).toEqual(['PRE', 'DIV']);
      await validateNaming({ url: here, schools: 'all' });
      expect(await found()).toEqual({ url: here, schools: 'all', asked: { url: elsewhere } });
      await validateNaming({ url: elsewhere });
      expect(await found()).toEqual({ url: elsewhere, schools: 'all', asked: undefined });
      await validateNaming({});
    });

    it('is no address that is neither declared nor validated, at the first validation either', async () => {
      const other = { url: 'https://tiers.example/' };
      const refusal = { code: 'resource_refused', details: { member: 'url' } };
      await record();
      await expect(validateNaming(other)).rejects.toMatchObject(refusal);
      await validateNaming({ url: here });
      await record({ url: elsewhere });
      await expect(validateNaming(other)).rejects.toMatchObject(refusal);
      await validateNaming({ url: elsewhere });
      await expect(validateNaming({ url: here })).rejects.toMatchObject(refusal);
    });

    it('is forgotten when what was validated is declared again, and when it is withdrawn', async () => {
      await record();
      await validate('PRE');
      await record({ url: elsewhere, schools: 'all' });
      await record();
      expect(await found()).toEqual(now);
      await record({ url: elsewhere });
      await withdrawResource(base.db, { id, ...by });
      expect(await found()).toEqual(now);
    });

    it('fewer schools are told at once, and all of them again only once that is validated', async () => {
      await record({ schools: 'all' });
      await validate('PRE');
      await record({ schools: 'click' });
      expect(await found()).toEqual(now);
      await record({ schools: 'all' });
      expect(await found()).toEqual({ ...now, asked: { schools: 'all' } });
    });

    it('may be validated for the school of the click alone, and never for more than is declared', async () => {
      const validateFor = (schools: 'click' | 'all') =>
        validateResource(base.db, { id, attributes: ['PRE'], schools, ...by });
      await record();
      await expect(validateFor('all')).rejects.toMatchObject({ details: { member: 'schools' } });
      await record({ schools: 'all' });
      await validateFor('click');
      expect(await found()).toEqual({ ...now, asked: { schools: 'all' } });
      await validateFor('all');
      expect(await found()).toEqual({ ...now, schools: 'all' });
    });
  });

  it('what was validated while all were sent the usual three keeps those of them that it declared', async () => {
    const rows = [
      ['a', 'validated', ['IDO', 'UAI', 'PRO', 'PRE', 'NOM'], ['PRE']],
      ['b', 'suspended', ['IDO'], ['IDO']],
      ['c', 'validated', [], []],
      ['d', 'declared', [], []],
      ['e', 'withdrawn', ['IDO', 'PRE'], []],
    ] as const;
    for (const [name, state, declared, validated] of rows) {
      await record({ id: `ark:/49591/${name}` });
      const told = { state, declared: JSON.stringify(declared), validated: JSON.stringify(validated) };
      await base
        .db('resource')
        .where({ id: `ark:/49591/${name}` })
        .update(told);
    }
    await base.db.schema.alterTable('resource', (table) => table.dropColumns('asked_url', 'asked_schools'));
    await base.db.schema.alterTable('pseudonym', (table) => void table.dropIndex(['value']));
    await up(base.db);
    const kept = (await listResources(base.db)).map((one) => [
      one.id.slice(-1),
      one.declared.join(' '),
      one.validated.join(' '),
    ]);
    expect(kept).toEqual([
      ['a', 'IDO UAI PRO PRE NOM', 'IDO UAI PRO PRE'],
      ['b', 'IDO', 'IDO'],
      ['c', 'IDO UAI PRO', 'IDO UAI PRO'],
      ['d', 'IDO UAI PRO', ''],
      ['e', 'IDO PRE', ''],
    ]);
  });

  it('what is declared no longer is validated no longer, even when it is declared again', async () => {
    await record();
    await validate('UAI', 'PRE', 'DIV');
    await record({ declared: ['IDO', 'UAI', 'PRO', 'DIV'] });
    expect(await sent()).toEqual(['IDO', 'UAI', 'DIV']);
    await record();
    expect(await sent()).toEqual(['IDO', 'UAI', 'DIV']);
    expect((await findResource(base.db, id)).state).toBe('validated');
  });

  it.each<['validate' | 'suspend' | 'withdraw', readonly string[]]>([
    ['validate', ['declared', 'validated', 'suspended']],
    ['suspend', ['validated']],
    ['withdraw', ['declared', 'validated', 'suspended']],
  ])('%s works on what is %s, and on nothing else', async (verb, works) => {
    const acts = {
      validate: () => validate('PRE'),
      suspend: () => suspendResource(base.db, { id, ...by }),
      withdraw: () => withdrawResource(base.db, { id, ...by }),
    };
    const ways = {
      declared: [],
      validated: ['validate'],
      suspended: ['validate', 'suspend'],
      withdrawn: ['withdraw'],
    } as const;
    for (const [state, way] of Object.entries(ways)) {
      await base.db('resource').delete();
      await record();
      for (const step of way) await acts[step]();
      if (works.includes(state)) await acts[verb]();
      else await expect(acts[verb](), state).rejects.toMatchObject({ code: 'resource_move_refused' });
    }
    await base.db('resource').delete();
    await expect(acts[verb]()).rejects.toMatchObject({ code: 'unknown_resource' });
  });

  it('what is withdrawn is not recorded again; whose it is and what pseudonyms are made for never change', async () => {
    await record();
    for (const [member, change] of [
      ['publisher', { publisher: { id: '111111111_0000000000000000', name: 'Autre' } }],
      ['sector', { sector: 'resource' }],
    ] as const)
      await expect(record(change)).rejects.toMatchObject({ code: 'resource_refused', details: { member } });
    await withdrawResource(base.db, { id, ...by });
    await expect(record({ name: 'Revenant' })).rejects.toMatchObject({ code: 'resource_move_refused' });
    expect((await findResource(base.db, id)).validated).toEqual([]);
  });

  it.each<[string, Partial<NewResource>]>([
    ['id', { id: 'manuel' }],
    ['id', { id: 'ark:/49591/a b' }],
    ['id', { id: 'ark:/12/abc' }],
    ['id', { id: `ark:/49591/${'a'.repeat(1024)}` }],
    ['name', { name: ' ' }],
    ['name', { name: 'a\u0007b' }],
    ['publisher', { publisher: { id: '46173_832020065', name: 'Éditeur' } }],
    ['url', { url: 'javascript:alert(1)' }],
    ['url', { url: 'editions.example' }],
    ['declared', { declared: ['IDO', 'toString'] as never }],
    ['presentation', { presentation: 'JEU' as never }],
    ['sector', { sector: 'school' as never }],
    ['schools', { schools: 'none' as never }],
    ['thumbnail', { details: { ...goodResource.details, thumbnail: 'data:image/png;base64,' } }],
    ['terms', { details: { ...goodResource.details, niveauEducatif: [{ uri: 'x', nom: '6e' }] } }],
    ['distributeurTech', { details: { ...goodResource.details, distributeurTech: '' } }],
    ['description', { details: { ...goodResource.details, description: 'Un manuel\ufffe.' } }],
    ['name', { name: 'Manuel\uffff' }],
    ['publisher', { publisher: { ...goodResource.publisher, name: 'Éditions\ud800' } }],
    ['nomDistributeurTech', { details: { ...goodResource.details, nomDistributeurTech: ' ' } }],
    ['distributeursCom', { details: { ...goodResource.details, distributeursCom: [] } }],
    ['distributeursCom', { details: { ...goodResource.details, distributeursCom: [{ id: '1', name: 'Un' }] } }],
    ['mereFamille', { details: { ...goodResource.details, mereFamille: 'manuel' } }],
    ['mereFamille', { details: { ...goodResource.details, mereFamille: `https://ark.example/${goodResource.id}` } }],
    ['free', { free: ['pupil', 'parent' as never] }],
  ])('one whose %s is not whole is refused, and nothing is kept: %o', async (member, change) => {
    await expect(record(change)).rejects.toMatchObject({ code: 'resource_refused', details: { member } });
    expect(await listResources(base.db)).toEqual([]);
  });

  it('an ARK is the same whoever resolves it, and is not another that only begins alike', async () => {
    await record({ id: `https://n2t.net/${id}` });
    expect(await record({ id: `http://ark.example/${id}` })).toEqual({ changed: false });
    expect((await findResource(base.db, `https://n2t.net/${id}`)).id).toBe(id);
    for (const other of [`${id}p`, id.slice(0, -1), '', '%', id.toUpperCase()])
      await expect(findResource(base.db, other)).rejects.toMatchObject({ code: 'unknown_resource' });
    expect(arkOf('ARK:/1/a')).toBe('ark:/1/a');
  });

  it('lists all, those of a publisher, or those named; what is not there is left out', async () => {
    await record({ id: 'ark:/49591/b' });
    await record({ id: 'ark:/49591/a' });
    await record({ id: 'ark:/49591/c', publisher: { id: '111111111_0000000000000000', name: 'Autre' } });
    const ids = async (where?: Parameters<typeof listResources>[1]) =>
      (await listResources(base.db, where)).map((one) => one.id.slice(-1)).join('');
    expect([
      await ids(),
      await ids({ publisher: goodResource.publisher.id }),
      await ids({ ids: ['ark:/49591/c', 'ark:/49591/z', 'https://n2t.net/ark:/49591/a'] }),
      await ids({ ids: [] }),
    ]).toEqual(['abc', 'ab', 'ac', '']);
  });

  it('of fifty that record one resource at once, one does', async () => {
    const done = await Promise.all(Array.from({ length: 50 }, () => record()));
    expect(done.filter(({ changed }) => changed)).toHaveLength(1);
    expect(await listResources(base.db)).toHaveLength(1);
  });

  describe('on the command line', () => {
    const folder = mkdtempSync(join(tmpdir(), 'preau-resource-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    const lines: string[] = [];
    const run = async (...args: string[]) => {
      lines.length = 0;
      await commands.resource!.run({ db: base.db, args, print: (line: string) => lines.push(line) } as never);
      return lines.join('\n');
    };
    const fileOf = (content: unknown) => {
      const file = join(folder, 'resource.json');
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
      return file;
    };

    it('recorded from a file, validated, shown, suspended, withdrawn, listed', async () => {
      const little = { id, name: 'Manuel', publisher: goodResource.publisher, url: goodResource.url };
      expect(await run('add', fileOf([little]))).toContain('À valider : preau resource validate');
      expect((await findResource(base.db, id)).details.validateurTech).toBe(goodResource.publisher.id);
      expect(await run('add', fileOf({ ...little, declared: ['PRE', 'NOM'] }))).toContain('Ressource enregistrée');
      expect(await run('validate', id, '--attributes', 'PRE')).toContain('rien d’autre : IDO PRE.');
      expect(await run('add', fileOf({ ...little, declared: ['PRE', 'NOM'] }))).toContain('jamais transmis : NOM');
      expect(await run('show', id)).toContain('Transmis : IDO PRE');
      const wider = { ...little, declared: ['PRE'], url: 'https://ailleurs.example/', schools: 'all' };
      const waits = ['pas encore validée : https://ailleurs.example/', 'Tous les établissements sont demandés'];
      for (const told of [await run('add', fileOf(wider)), await run('show', id)])
        for (const line of waits) expect(told).toContain(line);
      await expect(run('validate', id, '--attributes', 'PRE')).rejects.toMatchObject({ code: 'resource_waits' });
      expect(lines.join('\n')).toContain(`--url ${wider.url} la valide, --url ${little.url} garde`);
      expect(lines.join('\n')).toContain('--schools all le valide, --schools click garde');
      const narrow = await run('validate', id, '--attributes', 'PRE', '--schools', 'click', '--url', wider.url);
      expect(narrow).toContain('Adresse : https://ailleurs.example/');
      expect(narrow).toContain('Établissement transmis : celui d’où l’on vient');
      await expect(run('validate', id, '--attributes', 'PRE')).rejects.toMatchObject({ code: 'resource_waits' });
      expect(lines.join('\n')).not.toContain('--url');
      const wide = await run('validate', id, '--attributes', 'PRE', '--schools', 'all');
      expect(wide).toContain('tous ceux où elle est ouverte');
      await run('suspend', id);
      expect(await run('show', id)).toContain('Transmis : rien');
      await run('withdraw', id);
      expect(await run('list', '--publisher', goodResource.publisher.id)).toContain('retirée');
      expect(await run('list', '--publisher', 'nobody')).toBe('Aucune ressource.');
    });

    it('of a list with one that is wrong, none is recorded, and the member is named', async () => {
      const { id: _, ...rest } = goodResource;
      const files = [
        ['id', [goodResource, rest]],
        ['declared.1', { ...goodResource, declared: ['IDO', 'RELIGION'] }],
        ['declared.0', [{ ...goodResource, declared: ['__proto__'] }]],
        ['file', 'null'],
      ] as const;
      for (const [member, content] of files)
        await expect(run('add', fileOf(content))).rejects.toMatchObject({
          code: 'resource_refused',
          details: { member },
        });
      await expect(run('add', fileOf([goodResource, { ...goodResource, url: 'x' }]))).rejects.toMatchObject({
        code: 'resource_refused',
        details: { member: 'url' },
      });
      expect(await listResources(base.db)).toEqual([]);
    });

    it.each([
      [[]],
      [['toString']],
      [['add']],
      [['add', '/nowhere.json']],
      [['validate', id]],
      [['validate', id, '--attributes', 'RELIGION']],
      [['validate', id, '--attributes', 'PRE', '--schools', 'none']],
      [['suspend', id, id]],
      [['list', '--toto']],
    ])('%o is refused, and says what is expected', async (args) => {
      await expect(run(...args)).rejects.toMatchObject({ code: 'bad_argument' });
      await expect(run('add', fileOf('{'))).rejects.toMatchObject({ code: 'bad_argument' });
    });
  });
});
