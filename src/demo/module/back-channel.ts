// Back-channel logout: Préau tells the module that a session has ended, in a signed logout token.
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import type { RelyingParty } from './relying-party.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const FRESH_FOR = 120;

export interface NamedSession {
  readonly sid?: string | undefined;
  readonly sub?: string | undefined;
}

/**
 * Verifies logout tokens by OpenID Connect Back-Channel Logout 1.0 §2.6, each one once;
 * anything else than a genuine one throws.
 */
export function logoutTokens(
  party: Pick<RelyingParty, 'metadata'>,
  clientId: string,
): (token: unknown) => Promise<NamedSession> {
  let keys: ReturnType<typeof createRemoteJWKSet> | undefined;
  const seen = new Map<string, number>();

  return async (token) => {
    const { issuer, jwks_uri } = await party.metadata();
    if (!jwks_uri) throw new Error('expected Préau to publish its keys');
    keys ??= createRemoteJWKSet(new URL(jwks_uri), { timeoutDuration: 5_000 });
    const { payload } = await jwtVerify(String(token), keys, {
      issuer,
      audience: clientId,
      typ: 'logout+jwt',
      algorithms: ['ES256', 'RS256', 'EdDSA'],
      requiredClaims: ['iat', 'jti', 'events'],
      maxTokenAge: FRESH_FOR,
    });
    return once(seen, payload);
  };
}

function once(seen: Map<string, number>, payload: JWTPayload): NamedSession {
  const { jti = '', events, nonce, sub, sid } = payload;
  if (typeof events !== 'object' || events === null || !(EVENT in events)) throw new Error('expected a logout event');
  if (nonce !== undefined) throw new Error('expected a logout token, not an ID token');
  if (typeof sid !== 'string' && typeof sub !== 'string') throw new Error('expected `sid` or `sub`');
  const now = Date.now();
  for (const [old, until] of seen) if (until < now) seen.delete(old);
  if (seen.has(jti)) throw new Error('expected a logout token that was not used before');
  seen.set(jti, now + 2 * FRESH_FOR * 1000);
  return { sub, sid: typeof sid === 'string' ? sid : undefined };
}
