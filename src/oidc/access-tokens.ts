// Access tokens for our own interfaces: verified here, without asking anybody.
import { hash } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { Refusal } from '../errors.ts';

/** What is in a token that is genuine, meant for us, and not over. */
export interface Verified {
  readonly client: string;
  readonly subject: string;
  readonly scopes: readonly string[];
  /** The row of the grant it came from, when it is about a person: the token is worth nothing without. */
  readonly grant: string | undefined;
  /** The thumbprint of the certificate it is bound to (RFC 8705 section 3.1): whoever shows it must show that too. */
  readonly certificate: string | undefined;
  /** Seconds. */
  readonly exp: number;
}

/** At once for a token that is remembered. */
export type Verifier = (token: string | undefined) => Verified | Promise<Verified>;

const REMEMBERED = 2_000;
const TOLERANCE = 5;

/**
 * Verifies against the keys published now: ES256 and nothing else, type `at+jwt`, our issuer and audience. A token is
 * verified once and remembered by its hash until it ends. `token_missing`, `token_invalid`.
 */
export function verifierOf(issuer: string, audience: string, jwks: JSONWebKeySet): Verifier {
  const keys = createLocalJWKSet(jwks);
  const seen = new Map<string, Verified>();
  const verify = async (token: string, id: string): Promise<Verified> => {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ['ES256'],
      typ: 'at+jwt',
      clockTolerance: TOLERANCE,
      requiredClaims: ['exp', 'iat', 'sub', 'client_id', 'jti'],
    }).catch(() => {
      throw new Refusal('token_invalid', 'expected an access token of this service, for this audience, not expired');
    });
    const verified = read(payload);
    if (seen.size >= REMEMBERED) seen.clear();
    seen.set(id, verified);
    return verified;
  };
  return (token) => {
    if (!token) throw new Refusal('token_missing', 'expected an access token in the `Authorization` header');
    const id = hash('sha256', token, 'base64url');
    const known = seen.get(id);
    return known && known.exp + TOLERANCE > Date.now() / 1000 ? known : verify(token, id);
  };
}

function read({ client_id, sub, scope, exp, aud, grant, cnf }: JWTPayload): Verified {
  if (typeof client_id !== 'string' || typeof sub !== 'string' || exp === undefined || typeof aud !== 'string')
    throw new Refusal('token_invalid', 'expected `client_id`, `sub`, `exp` and one `aud`');
  const scopes = typeof scope === 'string' ? scope.split(' ') : [];
  return {
    client: client_id,
    subject: sub,
    scopes,
    grant: typeof grant === 'string' ? grant : undefined,
    certificate: boundTo(cnf),
    exp,
  };
}

function boundTo(cnf: unknown): string | undefined {
  if (cnf === undefined) return undefined;
  const { 'x5t#S256': thumbprint, ...others } = cnf as Record<string, unknown>;
  if (typeof thumbprint === 'string' && Object.keys(others).length === 0) return thumbprint;
  // RFC 9449 section 7.2: whoever shows it as a bearer has not shown the key it is bound to
  throw new Refusal('token_invalid', 'expected a token that is not bound to a key');
}
