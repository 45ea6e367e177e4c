// Settings: the only reader of the environment. Every fault is listed at once, and the result is frozen.
import { hkdfSync } from 'node:crypto';
import { isIP } from 'node:net';
import { pathToFileURL } from 'node:url';
import { Refusal } from './errors.ts';

/** `demo` holds secrets made up at start; `production` accepts none of that. */
export type Mode = 'production' | 'demo';

export interface Config {
  readonly mode: Mode;
  /** The public address, without a trailing slash: the OpenID issuer and the base of every link. */
  readonly issuer: string;
  readonly host: string;
  readonly port: number;
  /** A path of an SQLite file, or `postgres://...`. */
  readonly database: string;
  readonly trustProxy: boolean;
  /** PEM files, when TLS ends here; none when a proxy in front ends it. */
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined;
  readonly clientCertificates: ClientCertificates;
  /** `host` or `host:port` of modules on private networks that may be called back. */
  readonly outgoingHosts: readonly string[];
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** The log of decisions: the share of ordinary yeses that it keeps, 0 to 1, and for how many months it keeps a day. */
  readonly decisions: { readonly sample: number; readonly months: number };
  /** How much memory the graphs of schools may take, in bytes; 0 answers every question of rights by SQL. */
  readonly rightsMemory: number;
  /** How many days an inspection, or an inquiry, may last at most: 1 to 30. */
  readonly inspectionDays: number;
  /** Where mails leave and in whose name; without a server they wait, and are given up after their time. */
  readonly mail: { readonly server: string; readonly from: string };
  /** The id that the national GAR knows this service by (idENT); empty when nothing is exported to it. */
  readonly garEnt: string;
  /** How long new connections are answered still once it is asked to stop, milliseconds: balancers see that it leaves. */
  readonly drainMs: number;
  /** A 32-byte key for one use, derived from the secret; the same use always gives the same key. */
  readonly keyFor: (use: KeyUse) => Buffer;
}

/** Where certificates of machines are seen (RFC 8705). */
export interface ClientCertificates {
  /** `connection`: by ourselves, over TLS; `header`: by a proxy, which says so in one. */
  readonly from: 'nowhere' | 'connection' | 'header';
  /** The header, in lower case. */
  readonly header: string;
  /** Addresses, and networks as `address/bits`, of the proxies that are believed. */
  readonly proxies: readonly string[];
  /** A PEM file of the authorities that may vouch for a machine; empty when none does. */
  readonly authorities: string;
  /** A file of the certificates that they revoked, PEM or DER; empty when nobody asks. */
  readonly revoked: string;
}

/** What keys are derived for; a new use is a new word here. */
export type KeyUse =
  | 'cookies'
  | 'forms'
  | 'subjects'
  | 'storage'
  | 'activation'
  | 'throttle'
  | 'paging'
  | 'requests'
  | 'mail'
  | 'factors'
  | 'gar'
  | 'letters'
  | 'pseudonyms'
  | 'releases'
  | 'upstream';

interface Setting<T> {
  readonly default?: string;
  readonly expects: string;
  /** Whether the command line needs it too, or only `preau serve`. */
  readonly serveOnly?: boolean;
  readonly parse: (text: string) => T | undefined;
}

/** Every setting. The README says what each is for; a test compares the names. */
export const settings = {
  PREAU_ISSUER: {
    expects: 'an https address without path, query or trailing slash (http only for localhost)',
    serveOnly: true,
    parse: parseIssuer,
  },
  PREAU_SECRET: {
    expects: 'at least 32 random bytes in base64url, such as `openssl rand -base64 48` gives',
    serveOnly: true,
    parse: parseSecret,
  },
  PREAU_DATABASE: {
    default: 'data/preau.sqlite',
    expects: 'the path of an SQLite file, or postgres://user:password@host:port/name',
    parse: (text: string) => (/^[a-z]+:\/\//.test(text) && !/^postgres(ql)?:\/\//.test(text) ? undefined : text),
  },
  PREAU_HOST: {
    default: '127.0.0.1',
    expects: 'an address of this machine',
    serveOnly: true,
    parse: (text: string) => (/^[\w.:-]+$/.test(text) ? text : undefined),
  },
  PREAU_PORT: {
    default: '3000',
    expects: 'a port, 0 to 65535',
    serveOnly: true,
    parse: (text: string) => (/^\d{1,5}$/.test(text) && Number(text) <= 65535 ? Number(text) : undefined),
  },
  PREAU_DRAIN: {
    default: '1',
    expects: 'a number of seconds, 0 to 5, such as 2.5',
    serveOnly: true,
    parse: (text: string) => (/^\d(\.\d)?$/.test(text) && Number(text) <= 5 ? Number(text) : undefined),
  },
  PREAU_TRUST_PROXY: {
    default: 'no',
    expects: '`yes` or `no`',
    serveOnly: true,
    parse: (text: string) => ({ yes: true, no: false })[text],
  },
  PREAU_TLS_CERTIFICATE: {
    default: '',
    expects: 'the path of a PEM file',
    parse: (text: string) => text,
  },
  PREAU_TLS_KEY: {
    default: '',
    expects: 'the path of a PEM file',
    serveOnly: true,
    parse: (text: string) => text,
  },
  PREAU_CLIENT_CA: {
    default: '',
    expects: 'the path of a PEM file',
    parse: (text: string) => text,
  },
  PREAU_CLIENT_CRL: {
    default: '',
    expects: 'the path of a PEM or DER file',
    parse: (text: string) => text,
  },
  PREAU_CERTIFICATE_HEADER: {
    default: '',
    expects: 'the name of a header',
    parse: (text: string) => (/^([a-z][a-z0-9-]{1,60})?$/i.test(text) ? text.toLowerCase() : undefined),
  },
  PREAU_CERTIFICATE_PROXIES: {
    default: '',
    expects: 'addresses, or networks as `address/bits`, separated by commas',
    parse: parseNetworks,
  },
  PREAU_OUTGOING_HOSTS: {
    default: '',
    expects: 'hosts, as `host` or `host:port`, separated by commas',
    serveOnly: true,
    parse: parseHosts,
  },
  PREAU_LOG_LEVEL: {
    default: 'info',
    expects: 'one of debug, info, warn, error, silent',
    parse: (text: string) => (['debug', 'info', 'warn', 'error', 'silent'] as const).find((level) => level === text),
  },
  PREAU_DECISION_SAMPLE: {
    default: '0.01',
    expects: 'a share, 0 to 1, such as 0.01',
    parse: (text: string) => (/^(0|1|0?\.\d{1,6}|1\.0+)$/.test(text) ? Number(text) : undefined),
  },
  PREAU_INSPECTION_DAYS: {
    default: '30',
    expects: 'a number of days, 1 to 30',
    parse: (text: string) => (/^([1-9]|[12]\d|30)$/.test(text) ? Number(text) : undefined),
  },
  PREAU_RIGHTS_MEMORY: {
    default: '384',
    expects: 'a number of MiB, 0 to 65536',
    serveOnly: true,
    parse: (text: string) => (/^\d{1,5}$/.test(text) && Number(text) <= 65536 ? Number(text) : undefined),
  },
  PREAU_DECISION_MONTHS: {
    default: '12',
    expects: 'a number of months, 6 to 12',
    parse: (text: string) => (/^([6-9]|1[0-2])$/.test(text) ? Number(text) : undefined),
  },
  PREAU_GAR_ENT: {
    default: '',
    expects: 'the idENT that the ministry gave: 1 to 20 letters, digits or hyphens',
    parse: (text: string) => (/^[A-Za-z0-9-]{0,20}$/.test(text) ? text : undefined),
  },
  PREAU_SMTP: {
    default: '',
    expects: 'smtps://user:password@host:465 or smtp://host:587, without a path',
    serveOnly: true,
    parse: parseSmtp,
  },
  PREAU_MAIL_FROM: {
    default: '',
    expects: 'an address, or `Name <address>`',
    serveOnly: true,
    parse: (text: string) =>
      /^(|[^<>\s@]+@[^<>\s@]+|[^<>@\p{C}]{1,80} <[^<>\s@]+@[^<>\s@]+>)$/u.test(text) ? text : undefined,
  },
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof settings;

type Values = { [Name in SettingName]: Exclude<ReturnType<(typeof settings)[Name]['parse']>, undefined> };

export type Environment = Readonly<Record<string, string | undefined>>;

/** The settings that name files of certificates. */
export type NamedFiles = Pick<Config, 'tls' | 'clientCertificates'>;

/**
 * Reads the settings of `preau serve`: all must be there and agree. `files` tells what is amiss with the files they name.
 * Throws a `bad_setting` refusal whose message lists every fault.
 */
export function loadConfig(
  environment: Environment = process.env,
  files: (named: NamedFiles) => readonly string[] = () => [],
): Config {
  const { values, faults } = read(environment, Object.keys(settings) as SettingName[]);
  faults.push(...tlsFaults(values as Partial<Values>));
  faults.push(...files({ tls: tlsOf(values as Values), clientCertificates: clientCertificatesOf(values as Values) }));
  const { PREAU_SMTP: server, PREAU_MAIL_FROM: from } = values as Partial<Values>;
  if (server && from === '')
    faults.push('PREAU_MAIL_FROM is missing: expected the address that mails come from, since PREAU_SMTP is set');
  if (faults.length > 0) throw badSettings(faults);
  return freeze('production', values as Values);
}

/** Half a setting of TLS would believe what nobody said, or ask for what nobody can show. */
function* tlsFaults(values: Partial<Values>): Generator<string> {
  const { PREAU_TLS_CERTIFICATE: certificate, PREAU_TLS_KEY: key, PREAU_CLIENT_CA: authorities } = values;
  const { PREAU_CERTIFICATE_HEADER: header, PREAU_CERTIFICATE_PROXIES: proxies } = values;
  const { PREAU_ISSUER: issuer, PREAU_TRUST_PROXY: trusted } = values;
  if (certificate && !key) yield 'PREAU_TLS_KEY is missing: expected the key of PREAU_TLS_CERTIFICATE';
  if (key && !certificate) yield 'PREAU_TLS_CERTIFICATE is missing: expected the certificate of PREAU_TLS_KEY';
  if (certificate && issuer?.startsWith('http:'))
    yield 'PREAU_ISSUER contradicts PREAU_TLS_CERTIFICATE: expected an https address';
  // without TLS of our own, https means a proxy in front, without whose word every visitor has the proxy's address
  if (issuer?.startsWith('https:') && trusted === false && !certificate && !key)
    yield 'PREAU_TRUST_PROXY contradicts PREAU_ISSUER: expected `yes`, since https is served by a proxy in front';
  if (header && proxies?.length === 0)
    yield 'PREAU_CERTIFICATE_PROXIES is missing: expected the proxies that PREAU_CERTIFICATE_HEADER is believed of';
  if (header === '' && proxies && proxies.length > 0)
    yield 'PREAU_CERTIFICATE_HEADER is missing: expected where PREAU_CERTIFICATE_PROXIES tell certificates';
  if (header && trusted === false)
    yield 'PREAU_TRUST_PROXY contradicts PREAU_CERTIFICATE_HEADER: expected `yes`, since a proxy in front sets it';
  if (authorities && header === '' && certificate === '')
    yield 'PREAU_CLIENT_CA is of no use: expected PREAU_TLS_CERTIFICATE or PREAU_CERTIFICATE_HEADER with it';
  if (values.PREAU_CLIENT_CRL && authorities === '')
    yield 'PREAU_CLIENT_CA is missing: expected the authorities whose lists PREAU_CLIENT_CRL holds';
  // a proxy that speaks TLS to us shows its own certificate, which is nobody's behind it
  if (authorities && header === '' && certificate && trusted)
    yield 'PREAU_CERTIFICATE_HEADER is missing: expected where the proxy tells certificates, since PREAU_TRUST_PROXY is `yes`';
}

/** Settings of a command that needs the database alone. Those of the server are read too when they are there. */
export function loadCommandConfig(environment: Environment = process.env): Config {
  const present = (Object.keys(settings) as SettingName[]).filter(
    (name) => !('serveOnly' in settings[name]) || environment[name] !== undefined || 'default' in settings[name],
  );
  const { values, faults } = read(environment, present);
  if (faults.length > 0) throw badSettings(faults);
  return freeze('production', values as Values);
}

/** Settings of the demo: secrets made at start, everything on this machine. Only PREAU_PORT is read. */
export function demoConfig(
  given: {
    secret: string;
    database: string;
    port?: number;
    outgoingHosts?: readonly string[];
    logLevel?: Config['logLevel'];
    /** The folder that mails go to. */
    outbox?: string;
  },
  environment: Environment = process.env,
): Config {
  const { values, faults } = read({ PREAU_PORT: environment.PREAU_PORT }, ['PREAU_PORT']);
  if (faults.length > 0) throw badSettings(faults);
  const port = given.port ?? (values.PREAU_PORT as number);
  return freeze('demo', {
    PREAU_ISSUER: `http://localhost:${port}`,
    PREAU_SECRET: given.secret,
    PREAU_DATABASE: given.database,
    PREAU_HOST: '127.0.0.1',
    PREAU_PORT: port,
    PREAU_DRAIN: 0,
    PREAU_TRUST_PROXY: false,
    PREAU_TLS_CERTIFICATE: '',
    PREAU_TLS_KEY: '',
    PREAU_CLIENT_CA: '',
    PREAU_CLIENT_CRL: '',
    PREAU_CERTIFICATE_HEADER: '',
    PREAU_CERTIFICATE_PROXIES: [],
    PREAU_OUTGOING_HOSTS: [...(given.outgoingHosts ?? [])],
    PREAU_LOG_LEVEL: given.logLevel ?? 'warn',
    PREAU_INSPECTION_DAYS: 30,
    PREAU_DECISION_SAMPLE: 1,
    PREAU_RIGHTS_MEMORY: 64,
    PREAU_DECISION_MONTHS: 12,
    PREAU_GAR_ENT: 'PREAU',
    PREAU_SMTP: given.outbox ? pathToFileURL(given.outbox).href : '',
    PREAU_MAIL_FROM: 'Préau <ne-pas-repondre@preau.example>',
  });
}

/** The demo invents persons and secrets: it does not start where a real service is set up. Names what it found. */
export function refuseProductionSettings(environment: Environment = process.env): void {
  const found = (['PREAU_ISSUER', 'PREAU_SECRET', 'PREAU_DATABASE'] as const).filter((name) => environment[name]);
  if (found.length > 0)
    throw badSettings(found.map((name) => `${name} is set: the demo does not run beside a real service, remove it`));
}

function read(environment: Environment, names: readonly SettingName[]) {
  const values: Partial<Record<SettingName, unknown>> = {};
  const faults: string[] = [];
  for (const name of names) {
    const setting: Setting<unknown> = settings[name];
    const given = environment[name];
    const text = given === undefined || given === '' ? setting.default : given;
    if (text === undefined) {
      faults.push(`${name} is missing: expected ${setting.expects}`);
      continue;
    }
    const value = setting.parse(text);
    if (value === undefined) faults.push(`${name} is not valid: expected ${setting.expects}`);
    else values[name] = value;
  }
  for (const name of Object.keys(environment))
    if (name.startsWith('PREAU_') && !(name in settings))
      faults.push(`${name} is not a setting: remove it or correct its name`);
  return { values, faults };
}

/** The refusal that lists what is amiss with settings. */
export function badSettings(faults: readonly string[]): Refusal {
  return new Refusal('bad_setting', `the configuration has ${faults.length} fault(s):\n  - ${faults.join('\n  - ')}`, {
    faults,
  });
}

function freeze(mode: Mode, values: Values): Config {
  const secret = values.PREAU_SECRET;
  const derived = new Map<KeyUse, Buffer>();
  return Object.freeze({
    mode,
    issuer: values.PREAU_ISSUER,
    host: values.PREAU_HOST,
    port: values.PREAU_PORT,
    database: values.PREAU_DATABASE,
    trustProxy: values.PREAU_TRUST_PROXY,
    tls: tlsOf(values),
    clientCertificates: clientCertificatesOf(values),
    outgoingHosts: Object.freeze([...(values.PREAU_OUTGOING_HOSTS ?? [])]),
    logLevel: values.PREAU_LOG_LEVEL,
    inspectionDays: values.PREAU_INSPECTION_DAYS,
    rightsMemory: values.PREAU_RIGHTS_MEMORY * 2 ** 20,
    decisions: Object.freeze({ sample: values.PREAU_DECISION_SAMPLE, months: values.PREAU_DECISION_MONTHS }),
    mail: Object.freeze({ server: values.PREAU_SMTP ?? '', from: values.PREAU_MAIL_FROM ?? '' }),
    garEnt: values.PREAU_GAR_ENT,
    drainMs: values.PREAU_DRAIN * 1_000,
    keyFor: (use: KeyUse) => {
      if (!secret) throw badSettings([`PREAU_SECRET is missing: expected ${settings.PREAU_SECRET.expects}`]);
      const before = derived.get(use);
      if (before) return before;
      const key = Buffer.from(hkdfSync('sha256', Buffer.from(secret, 'base64url'), 'preau', use, 32));
      derived.set(use, key);
      return key;
    },
  });
}

function tlsOf({ PREAU_TLS_CERTIFICATE: certificate, PREAU_TLS_KEY: key }: Values): Config['tls'] {
  return certificate ? Object.freeze({ certificate, key }) : undefined;
}

function clientCertificatesOf(values: Values): ClientCertificates {
  const { PREAU_TLS_CERTIFICATE: own, PREAU_CLIENT_CA: authorities, PREAU_CERTIFICATE_HEADER: header } = values;
  return Object.freeze({
    from: header ? 'header' : own && authorities ? 'connection' : 'nowhere',
    header: header ?? '',
    proxies: Object.freeze([...(values.PREAU_CERTIFICATE_PROXIES ?? [])]),
    authorities: authorities ?? '',
    revoked: values.PREAU_CLIENT_CRL ?? '',
  });
}

function parseIssuer(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const local = url.hostname === 'localhost' || url.hostname === '127.0.0.1';
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local)) return undefined;
  return url.origin === text ? text : undefined;
}

function parseSecret(text: string): string | undefined {
  const normal = text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  if (!/^[\w-]+$/.test(normal)) return undefined;
  const bytes = Buffer.from(normal, 'base64url');
  return bytes.length >= 32 && new Set(bytes).size >= 16 ? normal : undefined;
}

function parseSmtp(text: string): string | undefined {
  if (text === '') return text;
  if (!/^smtps?:\/\/[^/?#]+$/.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text).hostname === '' ? undefined : text;
}

function parseNetworks(text: string): string[] | undefined {
  const networks = text
    .split(',')
    .map((network) => network.trim())
    .filter(Boolean);
  return networks.every(isNetwork) ? networks : undefined;
}

/** An address, or a network that is not half the world. */
function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  if (bits === undefined) return true;
  const [widest, narrowest] = family === 4 ? [8, 32] : [16, 128];
  return /^\d{1,3}$/.test(bits) && Number(bits) >= widest && Number(bits) <= narrowest;
}

function parseHosts(text: string): string[] | undefined {
  const hosts = text
    .split(',')
    .map((host) => host.trim())
    .filter(Boolean);
  return hosts.every((host) => /^[\w.-]+(:\d{1,5})?$/.test(host)) ? hosts : undefined;
}
