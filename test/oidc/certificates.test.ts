// Certificates of machines: how their names compare, who may tell them, which ones count, and whose they are.
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Environment, loadConfig } from '../../src/config.ts';
import { holdersAmong } from '../../src/oidc/certificate-holders.ts';
import { canonicalName, subjectOf } from '../../src/oidc/certificate-names.ts';
import { openCertificates, type ShownCertificate, thumbprintOf } from '../../src/oidc/certificates.ts';
import { type Certificates, openCertificateMaker, type Pair, soon } from './authority.ts';
import { SECRET } from './harness.ts';

let maker: Certificates;
let authority: Pair;
let good: Pair;

beforeAll(() => {
  maker = openCertificateMaker();
  authority = maker.authority();
  good = maker.issue({ subject: '/C=FR/O=Distributeur, SA/CN=machine.distributeur.example' }, authority);
});
afterAll(() => maker.close());

describe('a name', () => {
  it.each([
    ['CN=a,O=b,C=FR', 'CN=a, O=b, C=FR'],
    ['CN=a,O=b', 'cn=a , o = b'],
    ['O=Distributeur\\, SA', 'O=Distributeur\\2c SA'],
    ['O=Éditeur', 'O=\\C3\\89diteur'],
    ['CN=a+OU=b', 'OU=b + CN=a'],
    ['O=a\\ ', 'O=a\\20'],
  ])('%s is the same as %s', (one, other) => {
    expect(canonicalName(one)).toBeDefined();
    expect(canonicalName(one)).toBe(canonicalName(other));
  });

  it.each([
    ['CN=a,O=b,C=FR', 'C=FR,O=b,CN=a'], // another order is another name
    ['CN=a,O=b', 'CN=a'],
    ['CN=a', 'CN=A'],
    ['CN=a', 'CN=ab'],
    ['CN=a,O=b', 'CN=a+O=b'],
    ['CN=a\\,O=b', 'CN=a,O=b'],
    ['O=a b', 'O=a  b'],
    ['O=a\\ ', 'O=a'],
  ])('%s is not the same as %s', (one, other) => {
    expect(canonicalName(one)).toBeDefined();
    expect(canonicalName(one)).not.toBe(canonicalName(other));
  });

  it.each([
    '',
    'a',
    'CN=',
    '=a',
    'CN=a,',
    'CN=a,,O=b',
    'CN="a, b"',
    'CN=a;O=b',
    'CN=a\\',
    '/CN=a/O=b\\',
  ])('%s is none', (text) => {
    expect(canonicalName(text)).toBeUndefined();
  });

  it('of a certificate is written as RFC 4514 does, and what it holds does not make it another', () => {
    expect(subjectOf(good.x509)).toBe('CN=machine.distributeur.example,O=Distributeur\\, SA,C=FR');
    const tricky = maker.issue({ subject: '/CN=machine.distributeur.example,O=Distributeur\\\\, SA,C=FR' }, authority);
    expect(canonicalName(subjectOf(tricky.x509))).not.toBe(canonicalName(subjectOf(good.x509)));
    expect(canonicalName(subjectOf(tricky.x509))).toBeDefined();
  });
});

describe('what a proxy tells', () => {
  const proxied = (more: Record<string, string> = {}): Environment => ({
    PREAU_ISSUER: 'https://ent.example.fr',
    PREAU_SECRET: SECRET,
    PREAU_TRUST_PROXY: 'yes',
    PREAU_CERTIFICATE_HEADER: 'Client-Cert',
    PREAU_CERTIFICATE_PROXIES: '127.0.0.2',
    PREAU_CLIENT_CA: authority.certFile,
    ...more,
  });
  /** What is seen of a request that really came, with these headers, from this address of this machine. */
  const seen = async (
    headers: Record<string, string | string[]>,
    { from = '127.0.0.2', settings = {} }: { from?: string; settings?: Record<string, string> } = {},
  ): Promise<{ shown: ShownCertificate | undefined; ignored: number }> => {
    let ignored = 0;
    const certificates = openCertificates(loadConfig(proxied(settings)), {
      onIgnored: () => {
        ignored += 1;
      },
    });
    const shown = await arriving(headers, from, certificates.shownIn);
    return { shown, ignored };
  };
  const rfc9440 = ({ x509 }: Pair) => `:${x509.raw.toString('base64')}:`;
  const ofGood = () => thumbprintOf(good.x509.raw);

  it('is read as RFC 9440 writes it, as nginx escapes it, on one line, or as bare base64', async () => {
    for (const text of [
      rfc9440(good),
      encodeURIComponent(good.cert),
      good.cert.replaceAll('\n', ' '),
      good.x509.raw.toString('base64'),
    ]) {
      const { shown } = await seen({ 'client-cert': text });
      expect([shown?.thumbprint, shown?.vouched]).toEqual([ofGood(), true]);
    }
  });

  it('counts from the proxies that are named, alone or by their network, and from nobody else', async () => {
    const headers = { 'client-cert': rfc9440(good) };
    expect((await seen(headers)).shown?.thumbprint).toBe(ofGood());
    expect(await seen(headers, { from: '127.0.0.1' })).toEqual({ shown: undefined, ignored: 1 });
    expect(await seen(headers, { from: '127.0.0.3' })).toEqual({ shown: undefined, ignored: 1 });
    const network = { PREAU_CERTIFICATE_PROXIES: '10.0.0.0/8,127.0.1.0/24' };
    expect((await seen(headers, { from: '127.0.1.77', settings: network })).shown?.thumbprint).toBe(ofGood());
    expect((await seen(headers, { from: '127.0.2.1', settings: network })).shown).toBeUndefined();
  });

  it('is not made true by saying where it comes from', async () => {
    const headers = { 'client-cert': rfc9440(good), 'x-forwarded-for': '127.0.0.2', forwarded: 'for=127.0.0.2' };
    expect((await seen(headers, { from: '127.0.0.1' })).shown).toBeUndefined();
  });

  it('counts for nothing when it is told twice, in another header, or cannot be read', async () => {
    const other = maker.issue({ subject: '/CN=autre' }, authority);
    for (const headers of [
      { 'client-cert': [rfc9440(good), rfc9440(good)] },
      { 'client-cert': [rfc9440(other), rfc9440(good)] },
      { 'client-cert': `${rfc9440(good)}, ${rfc9440(other)}` },
      { 'client-cert': `${encodeURIComponent(good.cert + other.cert)}` },
      { 'x-client-cert': rfc9440(good) },
      { client_cert: rfc9440(good) },
      { 'client-cert': '' },
      { 'client-cert': '(null)' },
      { 'client-cert': ':AAAA:' },
      { 'client-cert': '%E0%A4%A' },
      { 'client-cert': `:${Buffer.concat([good.x509.raw, Buffer.from('x')]).toString('base64')}:` },
      { 'client-cert': encodeURIComponent(good.key) },
    ])
      expect((await seen(headers as Record<string, string | string[]>)).shown).toBeUndefined();
  });

  it('is nothing at all where no certificates are seen', async () => {
    const nowhere = openCertificates(
      loadConfig({ ...proxied(), PREAU_CERTIFICATE_HEADER: '', PREAU_CERTIFICATE_PROXIES: '', PREAU_CLIENT_CA: '' }),
    );
    expect(nowhere.auths).toEqual([]);
    expect(await arriving({ 'client-cert': rfc9440(good) }, '127.0.0.2', nowhere.shownIn)).toBeUndefined();
  });

  it('is vouched for by our authorities only, for clients only, as long as both are good', async () => {
    const subject = '/C=FR/O=Distributeur/CN=machine';
    const stranger = maker.authority(); // of the same name
    const ended = maker.authority({ subject: '/CN=Ancienne', from: soon(-90), until: soon(-1) });
    const under = maker.authority({ subject: '/CN=Sous-autorité' }, authority);
    const file = `${maker.folder}/two.pem`;
    writeFileSync(file, authority.cert + ended.cert);
    const vouched = async (pair: Pair, settings = {}) =>
      (await seen({ 'client-cert': rfc9440(pair) }, { settings: { PREAU_CLIENT_CA: file, ...settings } })).shown
        ?.vouched;
    expect(await vouched(maker.issue({ subject }, authority))).toBe(true);
    expect(await vouched(maker.issue({ subject, extensions: [] }, authority))).toBe(true); // no use said: any
    expect(await vouched(maker.issue({ subject }))).toBe(false);
    expect(await vouched(maker.issue({ subject }, stranger))).toBe(false);
    const unsaid = ['extendedKeyUsage=clientAuth', 'authorityKeyIdentifier=none']; // which key signed it
    expect(await vouched(maker.issue({ subject, extensions: unsaid }, authority))).toBe(true);
    expect(await vouched(maker.issue({ subject, extensions: unsaid }, stranger))).toBe(false);
    expect(await vouched(maker.issue({ subject }, ended))).toBe(false);
    expect(await vouched(maker.issue({ subject, extensions: ['extendedKeyUsage=serverAuth'] }, authority))).toBe(false);
    expect(await vouched(maker.authority({ subject }, authority))).toBe(false);
    expect(await vouched(maker.issue({ subject }, under))).toBe(false); // it is named, or it is not trusted
    expect(await vouched(maker.issue({ subject }, under), { PREAU_CLIENT_CA: under.certFile })).toBe(true);
    // signed by a machine that is no authority
    expect(await vouched(maker.issue({ subject }, good))).toBe(false);
  });

  it('counts from its first day to its last, whoever signed it', async () => {
    const subject = '/CN=machine';
    const shown = async (from: number, until: number, by?: Pair) =>
      (await seen({ 'client-cert': rfc9440(maker.issue({ subject, from: soon(from), until: soon(until) }, by)) }))
        .shown;
    for (const by of [authority, undefined]) {
      expect(await shown(-1, 1, by)).toBeDefined();
      expect(await shown(1, 2, by)).toBeUndefined();
      expect(await shown(-2, -1, by)).toBeUndefined();
    }
  });

  it('opens nothing when the authorities cannot be read, or are none', () => {
    for (const file of ['/nowhere.pem', good.certFile, good.keyFile])
      expect(() => openCertificates(loadConfig(proxied({ PREAU_CLIENT_CA: file })))).toThrow(/PREAU_CLIENT_CA/);
    expect(openCertificates(loadConfig(proxied({ PREAU_CLIENT_CA: '' }))).auths).toEqual([
      'self_signed_tls_client_auth',
    ]);
  });
});

describe('whose it is', () => {
  const shown = (pair: Pair, vouched = true): ShownCertificate => ({
    certificate: pair.x509,
    thumbprint: thumbprintOf(pair.x509.raw),
    name: canonicalName(subjectOf(pair.x509)),
    vouched,
  });
  const by = 'tls_client_auth' as const;
  const own = 'self_signed_tls_client_auth' as const;

  it('the module whose name it bears, if somebody vouches for it', () => {
    const dn = 'CN=machine.distributeur.example, O=Distributeur\\, SA, C=FR';
    const find = holdersAmong([
      { id: 'other', auth: by, certificateSubject: { dn: 'CN=machine.distributeur.example' } },
      { id: 'named', auth: by, certificateSubject: { dn } },
    ]);
    expect(find(shown(good))).toBe('named');
    expect(find(shown(good, false))).toBeUndefined();
  });

  it('the module of a DNS name in it, whole, and never by a wildcard nor by its subject', () => {
    const named = (names: string) =>
      maker.issue(
        { subject: '/CN=a.machines.example', extensions: [`subjectAltName=${names}`, 'extendedKeyUsage=clientAuth'] },
        authority,
      );
    const find = holdersAmong([{ id: 'a', auth: by, certificateSubject: { dns: 'a.machines.example' } }]);
    expect(find(shown(named('DNS:b.example,DNS:A.machines.example')))).toBe('a');
    for (const names of [
      'DNS:*.machines.example',
      'DNS:aa.machines.example',
      'DNS:a.machines.example.org',
      'URI:https://a.machines.example',
      'email:x@a.machines.example',
    ])
      expect(find(shown(named(names)))).toBeUndefined();
    expect(find(shown(maker.issue({ subject: '/CN=a.machines.example' }, authority)))).toBeUndefined();
  });

  it('the module that registered it, whoever signed it; never one of the same name and key', () => {
    const mine = maker.issue({ subject: '/CN=mine' });
    const find = holdersAmong([{ id: 'mine', auth: own, certificates: [mine.x509.raw.toString('base64')] }]);
    expect(find(shown(mine, false))).toBe('mine');
    expect(find(shown(maker.issue({ subject: '/CN=mine' }), false))).toBeUndefined();
    expect(find(shown(good))).toBeUndefined();
  });

  it('nobody, when it would be two', () => {
    const dn = subjectOf(good.x509);
    const text = good.x509.raw.toString('base64');
    const find = holdersAmong([
      { id: 'named', auth: by, certificateSubject: { dn } },
      { id: 'own', auth: own, certificates: [text] },
    ]);
    expect(find(shown(good))).toBeUndefined();
    expect(find(shown(good, false))).toBe('own');
    // what is kept of a module that proves itself otherwise says nothing
    expect(
      holdersAmong([{ id: 'x', auth: 'client_secret_basic', certificateSubject: { dn } }])(shown(good)),
    ).toBeUndefined();
  });
});

/** What is seen of a request as it arrives at a server, sent from one of the addresses of this machine. */
async function arriving<T>(
  headers: Record<string, string | string[]>,
  localAddress: string,
  look: (request: IncomingMessage) => T,
): Promise<T> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const looked = new Promise<T>((resolve) => {
    server.once('request', (came, answer) => {
      resolve(look(came));
      answer.end();
    });
  });
  const sent = request({ host: '127.0.0.1', port, localAddress, headers, agent: false }, (answer) => answer.resume());
  sent.end();
  return looked.finally(() => server.close());
}
