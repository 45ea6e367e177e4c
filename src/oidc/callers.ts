// Who asks our interfaces: a module, by an access token, its own secret, a key of one of its machines, or a certificate.
import type { IncomingMessage } from 'node:http';
import { Refusal } from '../errors.ts';
import type { Certificates, ShownCertificate } from './certificates.ts';
import type { KnownKeys } from './known-keys.ts';
import { apiScopesOf, type KnownModules } from './known-modules.ts';
import { looksLikeKey, partsOf, provesSecret, speaksForItself } from './machine-keys.ts';
import type { AccessToken } from './oidc.ts';
import type { Traces } from './traces.ts';

/*
 * What guessing costs (ASVS 6.3). A secret and a key hold 256 random bits: no number of tries finds one, so nobody is
 * made to wait, and no module is locked out by others who try its name. A wrong try costs one SHA-256 and no query of
 * its own: however many come, the database is asked a few times a second whether something is new. Whatever is wrong,
 * what is answered is the same, and so is the work; tries are counted in the trail, one row a second.
 */

/**
 * Reads the header `Authorization`; without one, the certificate that came with the request. Refuses `token_missing`,
 * `token_invalid`, `credentials_invalid`, `scope_missing`.
 */
export type Identify = (
  authorization: string | undefined,
  wanted: { scope: string },
  request?: IncomingMessage,
) => Promise<AccessToken>;

interface Parts {
  readonly modules: Pick<KnownModules, 'known' | 'holding'>;
  readonly certificates: Certificates;
  /** Hears of a certificate by which a module was known. */
  readonly onCertificate: (client: string, shown: ShownCertificate) => void;
  readonly keys: KnownKeys;
  /** Reads again what may have changed: what nobody knows may have been registered a moment ago. */
  readonly lookSoon: () => Promise<void>;
  readonly verifyAccessToken: (
    token: string,
    wanted: { scope: string },
    request?: IncomingMessage,
  ) => Promise<AccessToken>;
  readonly traces: Pick<Traces, 'count'>;
}

/** What is found behind what a caller shows. */
interface Found {
  readonly client: string;
  readonly scopes: readonly string[];
}

type Shown =
  | { readonly kind: 'token' | 'key'; readonly text: string }
  | { readonly kind: 'secret'; readonly id: string; readonly secret: string }
  | { readonly kind: 'certificate'; readonly shown: ShownCertificate };

export function openCallers(parts: Parts): Identify {
  const { modules, certificates, onCertificate, keys, lookSoon, verifyAccessToken, traces } = parts;
  const recognise = (shown: Shown): Found | undefined => {
    if (shown.kind === 'certificate') return byCertificate(shown.shown);
    return shown.kind === 'secret' ? bySecret(shown.id, shown.secret) : byKey(shown.text);
  };

  const bySecret = (id: string, secret: string): Found | undefined => {
    const module = modules.known(id);
    const held = module?.auth === 'client_secret_basic' ? module.secretHash : undefined;
    if (!provesSecret(secret, held) || !module) return undefined;
    return { client: id, scopes: speaksForItself(module) ? apiScopesOf(module) : [] };
  };

  const byKey = (text: string): Found | undefined => {
    const parts = partsOf(text);
    const key = parts && keys.get(parts.id, Date.now());
    const module = key && modules.known(key.client);
    if (!provesSecret(parts?.secret ?? '', key?.secretHash) || !key || !module) return undefined;
    const held = speaksForItself(module) ? apiScopesOf(module) : [];
    return { client: key.client, scopes: held.filter((scope) => key.scopes.includes(scope)) };
  };

  const byCertificate = (shown: ShownCertificate): Found | undefined => {
    const module = modules.holding(shown);
    if (!module) return undefined;
    onCertificate(module.id, shown);
    return { client: module.id, scopes: speaksForItself(module) ? apiScopesOf(module) : [] };
  };

  const refused = ({ kind }: Shown): void => traces.count({ event: 'caller.refused', details: { shown: kind } });

  return async (authorization, { scope }, request) => {
    const certificate = authorization === undefined && request ? certificates.shownIn(request) : undefined;
    const shown: Shown | undefined = certificate
      ? { kind: 'certificate', shown: certificate }
      : readHeader(authorization);
    if (!shown)
      throw new Refusal('token_missing', 'expected a client certificate, or `Bearer` or `Basic` in `Authorization`');
    if (shown.kind === 'token')
      return verifyAccessToken(shown.text, { scope }, request).catch((error) => {
        if (error instanceof Refusal && error.code === 'token_invalid') refused(shown);
        throw error;
      });
    let found = recognise(shown);
    if (!found) {
      await lookSoon();
      found = recognise(shown);
    }
    if (!found) {
      refused(shown);
      throw unknown(shown);
    }
    if (!found.scopes.includes(scope)) throw new Refusal('scope_missing', `expected the scope \`${scope}\``, { scope });
    return found;
  };
}

function unknown({ kind }: Shown): Refusal {
  if (kind === 'key')
    return new Refusal('token_invalid', 'expected a key of a registered module, not expired, not withdrawn');
  return new Refusal(
    'credentials_invalid',
    kind === 'secret'
      ? 'expected the id and the secret of a registered module'
      : 'expected the certificate of one registered module',
  );
}

function readHeader(authorization = ''): Shown | undefined {
  const [, bearer] = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization) ?? [];
  if (bearer !== undefined) return { kind: looksLikeKey(bearer) ? 'key' : 'token', text: bearer };
  const [, basic] = /^Basic +([\w+/=-]+)$/i.exec(authorization) ?? [];
  return basic === undefined ? undefined : readBasic(Buffer.from(basic, 'base64').toString());
}

/** RFC 6749 section 2.3.1: the id and the secret are each form-urlencoded before they are joined. */
function readBasic(text: string): Shown {
  const colon = text.indexOf(':');
  const [id, secret] = [decodeForm(text.slice(0, Math.max(0, colon))), decodeForm(text.slice(colon + 1))];
  return { kind: 'secret', id, secret };
}

/** What is not well encoded is nobody's. */
function decodeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return '';
  }
}
