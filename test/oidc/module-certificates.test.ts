// Certificates of modules: what is registered, what is refused, how one follows another, and who hears that one ends.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { verifyAudit } from '../../src/audit/audit.ts';
import type { Config } from '../../src/config.ts';
import { certificatesCommand } from '../../src/oidc/certificate-commands.ts';
import { MOST_CERTIFICATES } from '../../src/oidc/certificate-faults.ts';
import { subjectOf } from '../../src/oidc/certificate-names.ts';
import { type ShownCertificate, thumbprintOf } from '../../src/oidc/certificates.ts';
import { clientCommand } from '../../src/oidc/commands.ts';
import { certificateLives, SPOKEN_OF } from '../../src/oidc/expiry.ts';
import {
  addCertificate,
  addModule,
  findModule,
  listModules,
  type NewModule,
  removeCertificate,
} from '../../src/oidc/modules.ts';
import { openSightings, seenCertificates } from '../../src/oidc/seen-certificates.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { type Certificates, openCertificateMaker, type Pair, soon } from './authority.ts';

const DISTRIBUTOR = '461730832_0000000000000000';
const DAY = 24 * 3600_000;
const by = () => ({ actor: 'test', at: Date.now() });
const textOf = ({ x509 }: Pair) => x509.raw.toString('base64');
const markOf = ({ x509 }: Pair) => thumbprintOf(x509.raw);

let maker: Certificates;
let authority: Pair;

beforeAll(() => {
  maker = openCertificateMaker();
  authority = maker.authority();
});
afterAll(() => maker.close());

describe.each(engines)('certificates of modules on $name', ({ open }) => {
  let database: TestDatabase;
  let made = 0;
  const machine = (more: Partial<Parameters<Certificates['issue']>[0]> = {}) =>
    maker.issue({ subject: '/CN=machine', ...more });
  const add = (more: Partial<NewModule>) => {
    made += 1;
    const sheet = { id: `m${made}`, name: 'Machine', purpose: 'Éprouver.', responsible: 'Un distributeur' };
    const own = { schools: 'all', scopes: ['subscriptions'], distributor: DISTRIBUTOR } as const;
    return addModule(database.db, { ...sheet, ...own, ...more }, by()).then(({ module }) => module);
  };
  const ownOf = (...pairs: Pair[]) => ({
    auth: 'self_signed_tls_client_auth' as const,
    certificates: pairs.map(textOf),
  });
  const named = (certificateSubject: NewModule['certificateSubject']) => ({
    auth: 'tls_client_auth' as const,
    certificateSubject,
  });

  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  it('a module is registered with a name, or with certificates of its own, and has no secret', async () => {
    expect(await add(named({ dn: 'CN=registered,C=FR' }))).toMatchObject({
      certificateSubject: { dn: 'CN=registered,C=FR' },
    });
    const pair = machine();
    const { id } = await add(ownOf(pair));
    expect((await findModule(database.db, id)).certificates).toEqual([textOf(pair)]);
    const { secret_hash: secret } = await database.db('oidc_module').where({ id }).first();
    expect(secret).toBeNull();
  });

  it.each<[string, () => Partial<NewModule>]>([
    ['a name that nobody asked for', () => ({ certificateSubject: { dn: 'CN=a' } })],
    ['certificates that nobody asked for', () => ({ certificates: [textOf(machine())] })],
    ['no name', () => named(undefined)],
    ['no certificate', () => ({ auth: 'self_signed_tls_client_auth' })],
    ['an empty list', () => ownOf()],
    ['a name and certificates', () => ({ ...ownOf(machine()), certificateSubject: { dn: 'CN=a' } })],
    ['two names in one', () => named({ dn: 'CN=a', dns: 'a.example' } as never)],
    ['another kind of name', () => named({ email: 'a@a.example' } as never)],
    ['a name that is none', () => named({ dn: 'machine' })],
    ['a name that is too long', () => named({ dn: `CN=${'a'.repeat(500)}` })],
    ['a host with a wildcard', () => named({ dns: '*.example' })],
    ['a host in capitals', () => named({ dns: 'A.example' })],
    ['a host alone', () => named({ dns: 'localhost' })],
    ['what is no certificate', () => ({ ...ownOf(), certificates: ['AAAA'] })],
    ['a certificate as PEM', () => ({ ...ownOf(), certificates: [machine().cert] })],
    ['a certificate with something behind it', () => ({ ...ownOf(), certificates: [`${textOf(machine())}AAAA`] })],
    [
      'the same certificate twice',
      () =>
        (({ certificates, ...rest }) => ({ ...rest, certificates: [...certificates, ...certificates] }))(
          ownOf(machine()),
        ),
    ],
    ['too many certificates', () => ownOf(...Array.from({ length: MOST_CERTIFICATES + 1 }, () => machine()))],
    ['a certificate that has ended', () => ownOf(machine({ from: soon(-9), until: soon(-1) }))],
    ['a weak key', () => ownOf(machine({ key: 'rsa-1024' }))],
    ['a secret beside it', () => ({ ...ownOf(machine()), auth: 'client_secret_basic' })],
    ['keys beside it', () => ({ ...ownOf(machine()), jwks: { keys: [{ kty: 'EC' }] } })],
  ])('a module with %s is refused', async (_what, asked) => {
    const before = (await listModules(database.db)).length;
    await expect(add(asked())).rejects.toMatchObject({ code: 'client_invalid' });
    expect(await listModules(database.db)).toHaveLength(before);
  });

  it('no two modules are known by the same name, host or certificate, however it is written', async () => {
    const pair = machine();
    await add(ownOf(pair));
    await add(named({ dn: 'CN=shared, O=a' }));
    await add(named({ dns: 'shared.example' }));
    for (const asked of [ownOf(machine(), pair), named({ dn: 'cn=shared,O=a' }), named({ dns: 'shared.example' })])
      await expect(add(asked)).rejects.toMatchObject({ code: 'client_invalid' });
  });

  it('of twenty that are registered with one certificate at once, one is', async () => {
    const asked = ownOf(machine());
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => add(asked)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = all.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    expect(refused).toEqual(Array.from({ length: 19 }, () => 'client_invalid'));
  });

  it('one follows another, and the last is not taken away', async () => {
    const [first, second, ended] = [machine(), machine(), machine({ from: soon(-9), until: soon(-1) })];
    const { id } = await add(ownOf(first));
    const { db } = database;
    await addCertificate(db, { client: id, certificate: textOf(second) }, by());
    await expect(addCertificate(db, { client: id, certificate: textOf(second) }, by())).rejects.toMatchObject({
      code: 'client_invalid',
    });
    await expect(addCertificate(db, { client: id, certificate: textOf(ended) }, by())).rejects.toMatchObject({
      code: 'client_invalid',
    });
    await expect(removeCertificate(db, { client: id, thumbprint: markOf(ended) }, by())).rejects.toMatchObject({
      code: 'unknown_key',
    });
    await removeCertificate(db, { client: id, thumbprint: markOf(first) }, by());
    expect((await findModule(db, id)).certificates).toEqual([textOf(second)]);
    await expect(removeCertificate(db, { client: id, thumbprint: markOf(second) }, by())).rejects.toMatchObject({
      code: 'client_invalid',
    });
    await expect(addCertificate(db, { client: 'nobody', certificate: textOf(first) }, by())).rejects.toMatchObject({
      code: 'unknown_client',
    });
    const { id: byName } = await add(named({ dn: 'CN=follows' }));
    await expect(addCertificate(db, { client: byName, certificate: textOf(machine()) }, by())).rejects.toMatchObject({
      code: 'client_invalid',
    });
    const traced = await db('audit').where({ client: id }).orderBy('day').orderBy('seq');
    expect(traced.map(({ event }) => event)).toEqual([
      'client.added',
      'client.certificate_added',
      'client.certificate_removed',
    ]);
    expect(JSON.parse(traced[1].details)).toEqual({ key: markOf(second) });
    expect(await verifyAudit(db)).not.toHaveProperty('firstBad');
  });

  it('one may be added when the one before has already ended', async () => {
    const { db } = database;
    const { id } = await add(ownOf(machine({ until: soon(1) })));
    const next = machine();
    await addCertificate(db, { client: id, certificate: textOf(next) }, { actor: 'test', at: Date.now() + 2 * DAY });
    expect((await findModule(db, id)).certificates).toHaveLength(2);
  });

  it('fifty that add one at once lose none, and stop at the most there may be', async () => {
    const { id } = await add(ownOf(machine()));
    const pairs = Array.from({ length: 15 }, () => machine());
    const all = await Promise.allSettled(
      pairs.map((pair) => addCertificate(database.db, { client: id, certificate: textOf(pair) }, by())),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(MOST_CERTIFICATES - 1);
    expect((await findModule(database.db, id)).certificates).toHaveLength(MOST_CERTIFICATES);
  });

  describe('what ends', () => {
    const config = (): Pick<Config, 'tls' | 'clientCertificates'> => ({
      tls: undefined,
      clientCertificates: { from: 'header', header: 'x', proxies: [], authorities: authority.certFile, revoked: '' },
    });
    const stateOf = async (pair: Pair, at = Date.now()) =>
      (await certificateLives(database.db, config(), at))
        .filter(({ thumbprint }) => thumbprint === markOf(pair))
        .map(({ state }) => state);
    const shown = (pair: Pair): ShownCertificate => ({
      certificate: pair.x509,
      thumbprint: markOf(pair),
      name: undefined,
      vouched: true,
    });

    it('is spoken of from thirty days before, to the day, and after', async () => {
      const pair = machine({ until: soon(60) });
      await add(ownOf(pair));
      const end = Date.parse(pair.x509.validTo);
      expect(await stateOf(pair, end - SPOKEN_OF * DAY - 1)).toEqual(['good']);
      expect(await stateOf(pair, end - SPOKEN_OF * DAY)).toEqual(['soon']);
      expect(await stateOf(pair, end - 1)).toEqual(['soon']);
      expect(await stateOf(pair, end)).toEqual(['ended']);
    });

    it('is not spoken of when another of the same module follows it', async () => {
      const [first, second] = [machine({ until: soon(5) }), machine({ until: soon(90) })];
      const { id } = await add(ownOf(first));
      expect(await stateOf(first)).toEqual(['soon']);
      await addCertificate(database.db, { client: id, certificate: textOf(second) }, by());
      expect([await stateOf(first), await stateOf(second)]).toEqual([['followed'], ['good']]);
    });

    it('is known of machines that somebody vouches for too, once they were seen; once a day is written', async () => {
      const { id } = await add(named({ dn: 'CN=seen' }));
      const [first, second] = [machine({ until: soon(5) }), machine({ until: soon(90) })];
      const queries: string[] = [];
      const hear = ({ sql }: { sql: string }) => queries.push(sql);
      database.db.on('query', hear);
      const sightings = openSightings(database.db, { onError: (error) => expect.unreachable(String(error)) });
      for (let times = 0; times < 100; times += 1) sightings.note(id, shown(first));
      await sightings.close();
      database.db.off('query', hear);
      expect(queries.filter((sql) => sql.startsWith('insert'))).toHaveLength(1);
      expect(await stateOf(first)).toEqual(['soon']);
      const again = openSightings(database.db, { onError: (error) => expect.unreachable(String(error)) });
      again.note(id, shown(first));
      again.note(id, shown(second));
      await again.close();
      expect([await stateOf(first), await stateOf(second)]).toEqual([['followed'], ['good']]);
      expect((await seenCertificates(database.db)).filter(({ client }) => client === id)).toHaveLength(2);
    });

    it('a certificate that nobody has shown for ninety days is forgotten', async () => {
      const { id } = await add(named({ dn: 'CN=forgotten' }));
      const [old, recent] = [machine(), machine()];
      const row = { client: id, subject: 'CN=forgotten', ends_at: Date.now() + DAY };
      await database.db('oidc_certificate_seen').insert([
        { ...row, thumbprint: markOf(old), seen_at: Date.now() - 91 * DAY },
        { ...row, thumbprint: markOf(recent), seen_at: Date.now() - 89 * DAY },
      ]);
      const sightings = openSightings(database.db, { onError: (error) => expect.unreachable(String(error)) });
      sightings.note(id, shown(machine()));
      await sightings.close();
      const kept = (await seenCertificates(database.db))
        .filter(({ client }) => client === id)
        .map(({ thumbprint }) => thumbprint);
      expect(kept).toHaveLength(2);
      expect(kept).not.toContain(markOf(old));
    });

    it('a sighting that cannot be written stops nobody', async () => {
      const onError = vi.fn();
      const sightings = openSightings(database.db, { onError });
      sightings.note('nobody', shown(machine()));
      await sightings.close();
      expect(onError).toHaveBeenCalledOnce();
    });
  });

  describe('the command line', () => {
    const config = (more: Partial<Config> = {}) =>
      ({
        tls: undefined,
        clientCertificates: { from: 'nowhere', header: '', proxies: [], authorities: '', revoked: '' },
        ...more,
      }) as Config;
    const run = async (
      command: typeof clientCommand,
      args: string[],
      more: Partial<Config> = {},
    ): Promise<string[]> => {
      const lines: string[] = [];
      await command({ db: database.db, config: config(more), args, print: (line) => lines.push(line) });
      return lines;
    };
    const client = (...args: string[]) => run(clientCommand, args);
    const asked = (id: string) => [
      id,
      '--name',
      'Machine',
      '--purpose',
      'Éprouver.',
      '--responsible',
      'Un distributeur',
      '--scope',
      'subscriptions',
      '--schools',
      'all',
      '--distributor',
      DISTRIBUTOR,
    ];

    it('registers by a file, a name or a host, and shows which', async () => {
      const pair = machine({ subject: '/C=FR/O=A, B/CN=file' });
      await client('add', ...asked('cmd-own'), '--auth', 'self_signed_tls_client_auth', '--certificate', pair.certFile);
      expect((await client('show', 'cmd-own')).filter((line) => line.startsWith('certificat'))).toEqual([
        'certificat : 1 inscrit(s)',
      ]);
      await client('add', ...asked('cmd-file'), '--auth', 'tls_client_auth', '--certificate', pair.certFile);
      expect((await client('show', 'cmd-file')).join()).toContain(`certificat : ${subjectOf(pair.x509)}`);
      expect((await findModule(database.db, 'cmd-file')).certificates).toBeUndefined();
      await client('add', ...asked('cmd-dns'), '--auth', 'tls_client_auth', '--certificate-dns', 'cmd.example');
      expect((await client('show', 'cmd-dns')).join()).toContain('certificat : cmd.example');
      await client('add', ...asked('cmd-dn'), '--auth', 'tls_client_auth', '--certificate-dn', 'CN=cmd');
      expect((await findModule(database.db, 'cmd-dn')).certificateSubject).toEqual({ dn: 'CN=cmd' });
    });

    it('adds, lists and takes away certificates of its own', async () => {
      const [first, second] = [machine(), machine()];
      await client(
        'add',
        ...asked('cmd-turn'),
        '--auth',
        'self_signed_tls_client_auth',
        '--certificate',
        first.certFile,
      );
      await client('certificate', 'add', 'cmd-turn', second.certFile);
      const lines = await client('certificate', 'list', 'cmd-turn');
      expect(lines.map((line) => line.split('\t')[0]).sort()).toEqual([markOf(first), markOf(second)].sort());
      await client('certificate', 'remove', 'cmd-turn', markOf(first));
      expect(await client('certificate', 'list', 'cmd-turn')).toHaveLength(1);
      expect(await client('certificate', 'list', 'm1')).toEqual(['Ce module n’a pas de certificat à lui.']);
    });

    it('a thumbprint that begins as an option does is one', async () => {
      const likeAnOption = `-v${markOf(machine()).slice(2)}`;
      await expect(client('certificate', 'remove', 'm1', likeAnOption)).rejects.toMatchObject({
        code: 'unknown_key',
      });
    });

    it.each([
      [['certificate']],
      [['certificate', 'forget', 'm1']],
      [['certificate', 'add', 'm1']],
      [['certificate', 'add', 'm1', '/nowhere.pem']],
      [['certificate', 'list']],
      [['certificate', 'list', 'm1', 'm2']],
      [['certificate', 'remove', 'm1']],
      [['add', ...asked('bad'), '--certificate-dn', 'CN=a', '--certificate-dns', 'a.example']],
      [['add', ...asked('bad'), '--auth', 'tls_client_auth', '--certificate', 'package.json']],
    ])('%j is refused', async (args) => {
      await expect(client(...args)).rejects.toMatchObject({ code: 'bad_argument' });
    });

    it('tells every certificate, the one that ends first in front, and what must be renewed', async () => {
      const fresh = await open();
      try {
        const server = maker.issue({ subject: '/CN=ent.example', until: soon(3), extensions: [] }, authority);
        const chain = join(maker.folder, 'chain.pem');
        writeFileSync(chain, server.cert + authority.cert); // ours first, then who signed it
        const pair = machine({ subject: '/CN=inscrit', until: soon(400) });
        const sheet = { id: 'told', name: 'Machine', purpose: 'Éprouver.', responsible: 'Un distributeur' };
        await addModule(
          fresh.db,
          { ...sheet, schools: 'all', scopes: ['subscriptions'], distributor: DISTRIBUTOR, ...ownOf(pair) },
          by(),
        );
        const lines: string[] = [];
        const told = config({
          tls: { certificate: chain, key: server.keyFile },
          clientCertificates: {
            from: 'connection',
            header: '',
            proxies: [],
            authorities: authority.certFile,
            revoked: '',
          },
        });
        const context = { db: fresh.db, config: told, print: (line: string) => lines.push(line) };
        await certificatesCommand({ ...context, args: [] });
        expect(lines.map((line) => line.split('\t').slice(0, 4))).toEqual([
          ['ce service', '-', 'CN=ent.example', 'À RENOUVELER : finit dans 2 jour(s)'],
          ['autorité', '-', subjectOf(authority.x509), 'bon plus de 30 jours'],
          ['module, inscrit', 'told', 'CN=inscrit', 'bon plus de 30 jours'],
        ]);
        lines.length = 0;
        await certificatesCommand({ ...context, args: ['--json'] });
        expect(JSON.parse(lines[0]!)[0]).toMatchObject({ kind: 'server', state: 'soon', thumbprint: markOf(server) });
        lines.length = 0;
        await certificatesCommand({ ...context, config: config(), db: fresh.db, args: [] });
        expect(lines).toHaveLength(1);
      } finally {
        await fresh.close();
      }
    });
  });
});
