// Settings: what is accepted, and every fault named at once.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { demoConfig, loadCommandConfig, loadConfig } from '../../src/config.ts';
import { Refusal } from '../../src/errors.ts';

const SECRET = randomBytes(48).toString('base64url');
const good = { PREAU_ISSUER: 'https://ent.example.fr', PREAU_SECRET: SECRET, PREAU_TRUST_PROXY: 'yes' };

function faultsOf(environment: Record<string, string>): string[] {
  try {
    loadConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    expect((error as Refusal).code).toBe('bad_setting');
    return [...((error as Refusal).details.faults as string[])].map((fault) => fault.split(' ')[0]!);
  }
  return [];
}

describe('the settings of the server', () => {
  it('three are enough behind a proxy', () => {
    expect(loadConfig(good)).toMatchObject({
      mode: 'production',
      issuer: 'https://ent.example.fr',
      host: '127.0.0.1',
      port: 3000,
      database: 'data/preau.sqlite',
      trustProxy: true,
    });
  });

  it('the result is frozen', () => {
    expect(Object.isFrozen(loadConfig(good))).toBe(true);
  });

  it('every fault is listed at once', () => {
    expect(
      faultsOf({ PREAU_PORT: 'http', PREAU_LOG_LEVEL: 'loud', PREAU_DATABASE: 'mysql://x', PREAU_ISUER: 'https://x' }),
    ).toEqual(['PREAU_ISSUER', 'PREAU_SECRET', 'PREAU_DATABASE', 'PREAU_PORT', 'PREAU_LOG_LEVEL', 'PREAU_ISUER']);
  });

  it.each([
    ['http://ent.example.fr', 'not https'],
    ['https://ent.example.fr/', 'a trailing slash'],
    ['https://ent.example.fr/preau', 'a path'],
    ['https://ent.example.fr?x=1', 'a query'],
    ['ent.example.fr', 'no scheme'],
    ['', 'nothing'],
  ])('the issuer %s is refused: %s', (issuer) => {
    expect(faultsOf({ ...good, PREAU_ISSUER: issuer })).toEqual(['PREAU_ISSUER']);
  });

  it('an https address without a trusted proxy contradicts itself', () => {
    expect(faultsOf({ ...good, PREAU_TRUST_PROXY: 'no' })).toEqual(['PREAU_TRUST_PROXY']);
    expect(faultsOf({ PREAU_ISSUER: good.PREAU_ISSUER, PREAU_SECRET: SECRET })).toEqual(['PREAU_TRUST_PROXY']);
  });

  it.each([
    ['PREAU_DECISION_SAMPLE', ['0', '1', '0.5', '.25', '0.01'], ['-0.1', '1.5', 'all', '1e-2', '0,5']],
    ['PREAU_DRAIN', ['0', '1', '2.5', '5'], ['-1', '5.1', '9', '1s', '.5', '10']],
    ['PREAU_DECISION_MONTHS', ['6', '9', '12'], ['5', '13', '0', '12.0', 'a year']],
  ])('%s is a share, or a number of seconds or months, within its bounds', (name, accepted, refused) => {
    for (const text of accepted) expect(faultsOf({ ...good, [name]: text })).toEqual([]);
    for (const text of refused) expect(faultsOf({ ...good, [name]: text })).toEqual([name]);
    expect(loadConfig({ ...good, PREAU_DECISION_SAMPLE: '.25' }).decisions).toEqual({ sample: 0.25, months: 12 });
  });

  it.each(['', 'B0', 'ENT2DVA', 'U3-test'])('`%s` may be an idENT', (text) => {
    expect(loadConfig({ ...good, PREAU_GAR_ENT: text }).garEnt).toBe(text);
  });

  // it begins names of files, whose parts are told apart by underscores
  it.each(['U_3', '../U3', 'U 3', 'é', 'U3/', 'x'.repeat(21)])('`%s` is no idENT', (text) => {
    expect(faultsOf({ ...good, PREAU_GAR_ENT: text })).toEqual(['PREAU_GAR_ENT']);
  });

  it('http is accepted for this machine alone', () => {
    expect(faultsOf({ ...good, PREAU_ISSUER: 'http://localhost:3000' })).toEqual([]);
  });

  describe('of TLS and of machines with certificates', () => {
    const own = { ...good, PREAU_TRUST_PROXY: 'no', PREAU_TLS_CERTIFICATE: 'a.pem', PREAU_TLS_KEY: 'k.pem' };
    const proxied = { ...good, PREAU_CERTIFICATE_HEADER: 'Client-Cert', PREAU_CERTIFICATE_PROXIES: '10.0.0.2' };

    it('TLS ends here with a certificate and its key, and then no proxy is needed', () => {
      expect(loadConfig(own)).toMatchObject({
        tls: { certificate: 'a.pem', key: 'k.pem' },
        trustProxy: false,
        clientCertificates: { from: 'nowhere' },
      });
      expect(loadConfig(good).tls).toBeUndefined();
    });

    it('certificates are seen on the connection with authorities, or told by proxies that are named', () => {
      expect(loadConfig({ ...own, PREAU_CLIENT_CA: 'ca.pem' }).clientCertificates).toEqual({
        from: 'connection',
        header: '',
        proxies: [],
        authorities: 'ca.pem',
        revoked: '',
      });
      const listed = { ...own, PREAU_CLIENT_CA: 'ca.pem', PREAU_CLIENT_CRL: 'crl.pem' };
      expect(loadConfig(listed).clientCertificates.revoked).toBe('crl.pem');
      const { clientCertificates } = loadConfig({ ...proxied, PREAU_CERTIFICATE_PROXIES: '10.0.0.2, 2001:db8::/32' });
      expect(clientCertificates).toMatchObject({ from: 'header', header: 'client-cert', authorities: '' });
      expect(clientCertificates.proxies).toEqual(['10.0.0.2', '2001:db8::/32']);
      // a proxy that speaks TLS to us: what it says counts, not what it shows
      const both = { ...own, ...proxied, PREAU_CLIENT_CA: 'ca.pem' };
      expect(loadConfig(both).clientCertificates.from).toBe('header');
    });

    it.each<[string, Record<string, string>, string]>([
      ['a certificate without its key', { ...own, PREAU_TLS_KEY: '' }, 'PREAU_TLS_KEY'],
      ['a key without its certificate', { ...own, PREAU_TLS_CERTIFICATE: '' }, 'PREAU_TLS_CERTIFICATE'],
      ['TLS for an http address', { ...own, PREAU_ISSUER: 'http://localhost:3000' }, 'PREAU_ISSUER'],
      ['a header of nobody', { ...proxied, PREAU_CERTIFICATE_PROXIES: '' }, 'PREAU_CERTIFICATE_PROXIES'],
      ['proxies that say nothing', { ...proxied, PREAU_CERTIFICATE_HEADER: '' }, 'PREAU_CERTIFICATE_HEADER'],
      ['a header without a proxy', { ...own, ...proxied, PREAU_TRUST_PROXY: 'no' }, 'PREAU_TRUST_PROXY'],
      ['lists of nobody', { ...own, PREAU_CLIENT_CRL: 'crl.pem' }, 'PREAU_CLIENT_CA'],
      ['authorities of nothing', { ...good, PREAU_CLIENT_CA: 'ca.pem' }, 'PREAU_CLIENT_CA'],
      [
        'TLS to a proxy that does not say who is behind it',
        { ...own, PREAU_TRUST_PROXY: 'yes', PREAU_CLIENT_CA: 'ca.pem' },
        'PREAU_CERTIFICATE_HEADER',
      ],
    ])('half a setting is a fault: %s', (_what, environment, fault) => {
      expect(faultsOf(environment)).toEqual([fault]);
    });

    it.each([
      'everywhere',
      '10.0.0.2/33',
      '0.0.0.0/0',
      '::/0',
      '10.0.0.2/x',
      '10.0.0.2/24/1',
      'proxy.example',
    ])('the proxy %s is refused', (proxies) => {
      expect(faultsOf({ ...proxied, PREAU_CERTIFICATE_PROXIES: proxies })).toEqual(['PREAU_CERTIFICATE_PROXIES']);
    });

    it.each(['Client Cert', 'x:y', 'é', '-x'])('the header %s is refused', (header) => {
      expect(faultsOf({ ...proxied, PREAU_CERTIFICATE_HEADER: header })).toContain('PREAU_CERTIFICATE_HEADER');
    });
  });

  it.each([
    'secret',
    'a'.repeat(64),
    randomBytes(24).toString('base64url'),
    'é'.repeat(64),
  ])('the secret %s is too weak', (secret) => {
    expect(faultsOf({ ...good, PREAU_SECRET: secret })).toEqual(['PREAU_SECRET']);
  });

  it('a fault never repeats the value it complains about', () => {
    try {
      loadConfig({ ...good, PREAU_SECRET: 'hunter2', PREAU_DATABASE: 'mysql://root:hunter2@db' });
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify([error, (error as Error).message])).not.toContain('hunter2');
    }
  });
});

describe('keys', () => {
  it('derive from the secret: the same for one use, different for two uses and two secrets', () => {
    const config = loadConfig(good);
    const other = loadConfig({ ...good, PREAU_SECRET: randomBytes(48).toString('base64url') });
    expect(config.keyFor('cookies')).toEqual(loadConfig(good).keyFor('cookies'));
    expect(config.keyFor('cookies')).toHaveLength(32);
    expect(config.keyFor('cookies')).not.toEqual(config.keyFor('forms'));
    expect(config.keyFor('cookies')).not.toEqual(other.keyFor('cookies'));
  });

  it('a command without the secret works until it needs a key, then names the setting', () => {
    const config = loadCommandConfig({});
    expect(config.database).toBe('data/preau.sqlite');
    expect(() => config.keyFor('storage')).toThrow(/PREAU_SECRET/);
  });
});

describe('the demo', () => {
  it('stays on this machine and moves with PREAU_PORT', () => {
    expect(demoConfig({ secret: SECRET, database: 'x.sqlite' }, { PREAU_PORT: '4100' })).toMatchObject({
      mode: 'demo',
      issuer: 'http://localhost:4100',
      host: '127.0.0.1',
      port: 4100,
    });
  });
});
