// Recording a provider: every fault of its sheet at once, and what the commands say.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Config, loadCommandConfig } from '../../src/config.ts';
import { certificatesCommand } from '../../src/oidc/certificate-commands.ts';
import { upstreamCommand } from '../../src/upstream/commands.ts';
import { certificatesLent, openProviders, recorded } from '../../src/upstream/providers.ts';
import { certificateIn, liveCertificates, readSheet } from '../../src/upstream/sheet.ts';
import { openUpstream } from '../../src/upstream/upstream.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { newSigner } from './idp.ts';

const [first, second] = [newSigner(), newSigner({ days: 3 })];
const over = newSigner({ days: -1 });
const weak = newSigner({ bits: 1024 });

const sheet = {
  id: 'educonnect',
  protocol: 'saml',
  name: 'ÉduConnect',
  label: 'Se connecter avec ÉduConnect',
  entityId: 'https://idp.example/metadata',
  signIn: 'https://idp.example/sso?tenant=1',
  certificates: [first.certificate],
  population: 'families',
  references: 'FrEduCtRefId',
  subject: 'FrEduCtId',
};
const faultsOf = (given: unknown) => {
  const read = readSheet(given, Date.now());
  return 'faults' in read ? read.faults.map((fault) => fault.split(':')[0]) : [];
};

describe('a sheet', () => {
  it('that is right takes what it leaves out', () => {
    expect(readSheet(sheet, Date.now())).toEqual({ provider: { ...sheet, signs: 'assertion', academies: {} } });
  });

  it('takes a certificate in PEM as well', () => {
    const pem = `-----BEGIN CERTIFICATE-----\n${first.certificate.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
    expect(readSheet({ ...sheet, certificates: [pem] }, Date.now())).toEqual(readSheet(sheet, Date.now()));
    expect(faultsOf({ ...sheet, certificates: [pem, first.certificate] })).toEqual(['certificates']);
  });

  it('tells every fault at once', () => {
    expect(faultsOf({ id: 'Édu', protocol: 'cas', signOut: 'http://idp.example', more: 1 }).sort()).toEqual(
      [
        'certificates',
        'entityId',
        'id',
        'label',
        'more',
        'name',
        'population',
        'protocol',
        'references',
        'signIn',
        'signOut',
        'subject',
      ].sort(),
    );
    for (const given of [null, [], 'text', 3]) expect(faultsOf(given)).toHaveLength(1);
  });

  it.each([
    ['id', 'acs'],
    ['id', 'a'],
    ['name', 'two\nlines'],
    ['label', ' '],
    ['entityId', 'with blanks in it'],
    ['signIn', 'http://idp.example/sso'],
    ['signIn', 'https://user:secret@idp.example/sso'],
    ['signIn', 'https://idp.example/sso#x'],
    ['signIn', 'javascript:alert(1)'],
    ['certificates', []],
    ['certificates', ['not one']],
    ['certificates', [weak.certificate]],
    ['certificates', [over.certificate]],
    ['certificates', Array.from({ length: 6 }, () => first.certificate)],
    ['signs', 'nothing'],
    ['population', 'everybody'],
    ['references', 'two words'],
    ['subject', 4],
    ['academies', { ORL: '18' }],
    ['academies', []],
  ])('with `%s` as %j is refused by its name', (name, value) => {
    expect(faultsOf({ ...sheet, [name]: value })).toEqual([name]);
  });

  it('verifies by certificates that are good on the day, and by no other', () => {
    const both = { certificates: [first.certificate, over.certificate] };
    expect(liveCertificates(both, Date.now())).toEqual([first.certificate]);
    const ends = Date.parse(certificateIn(first.certificate)!.validTo);
    expect(liveCertificates(both, ends - 1)).toEqual([first.certificate]);
    expect(liveCertificates(both, ends)).toEqual([]);
  });
});

describe.each(engines)('preau upstream, on $name', ({ open }) => {
  let test: TestDatabase;
  let folder: string;
  let config: Config;
  beforeAll(async () => {
    test = await open();
    folder = mkdtempSync(join(tmpdir(), 'preau-upstream-'));
    config = loadCommandConfig({ PREAU_DATABASE: test.url });
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await test?.close();
  });

  const run = async (...args: string[]) => {
    const lines: string[] = [];
    await upstreamCommand({ db: test.db, config, args, print: (line) => lines.push(line) });
    return lines.join('\n');
  };
  const file = (content: unknown) => {
    const path = join(folder, 'sheet.json');
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };

  it('says that there is none, records one, shows it, and changes its certificates', async () => {
    expect(await run('list')).toContain('Aucun fournisseur');
    expect(await openProviders(test.db)()).toEqual([]);
    expect(await run('add', file(sheet))).toContain('inscrit');
    expect(await run('add', file({ ...sheet, certificates: [first.certificate, second.certificate] }))).toContain(
      'mis à jour',
    );
    expect(await run('list')).toMatch(/educonnect\tsaml\tfamilles et élèves\thttps:\/\/idp\.example\/metadata/);
    expect(await certificatesLent(test.db)).toHaveLength(2);
    const lines: string[] = [];
    const context = { db: test.db, config, args: [], print: (line: string) => lines.push(line) };
    await certificatesCommand(context, await certificatesLent(test.db));
    expect(lines.join('\n')).toMatch(/fournisseur d’identité\teduconnect\t.*remplacé/);
    expect(await test.db('audit').whereIn('event', ['upstream.added', 'upstream.changed'])).toHaveLength(2);
  });

  it('refuses a sheet with its faults, another provider of the same name, and a name that changes hands', async () => {
    await expect(run('add', file({ ...sheet, id: '!', label: '' }))).rejects.toMatchObject({
      code: 'upstream_invalid',
    });
    await expect(run('add', file({ ...sheet, id: 'other' }))).rejects.toMatchObject({ code: 'upstream_exists' });
    const moved = { ...sheet, entityId: 'https://evil.example' };
    await expect(run('add', file(moved))).rejects.toMatchObject({ code: 'upstream_exists' });
    await expect(run('add', file('{'))).rejects.toMatchObject({ code: 'bad_argument' });
    await expect(run('add', join(folder, 'absent.json'))).rejects.toMatchObject({ code: 'bad_argument' });
    for (const args of [[], ['add'], ['list', 'x'], ['other']])
      await expect(run(...args)).rejects.toMatchObject({ code: 'bad_argument' });
    expect(await recorded(test.db)).toHaveLength(1);
  });

  it('sends nobody to one whose certificates have all ended', async () => {
    await run('add', file(sheet));
    const upstream = openUpstream(test.db, { issuer: 'https://preau.example', keyFor: () => Buffer.alloc(32, 7) });
    const ends = Date.parse(certificateIn(first.certificate)!.validTo);
    const begin = (at: number) => upstream.begin({ provider: 'educonnect', anew: false, at });
    expect((await begin(ends - 1)).address).toContain('https://idp.example/sso');
    await expect(begin(ends)).rejects.toMatchObject({ code: 'unknown_upstream' });
  });

  it('ends one: it stands no more, and its name is free for another', async () => {
    expect(await run('end', 'educonnect')).toContain('retiré');
    await expect(run('end', 'educonnect')).rejects.toMatchObject({ code: 'unknown_upstream' });
    expect(await openProviders(test.db)()).toEqual([]);
    expect(await certificatesLent(test.db)).toEqual([]);
    expect(await run('list')).toContain('fini le');
    expect(await run('add', file({ ...sheet, id: 'other' }))).toContain('inscrit');
  });
});
