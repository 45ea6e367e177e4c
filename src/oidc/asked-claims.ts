// The parameter `claims` (OpenID Connect Core 5.5): it opens nothing, and is read to count what publishers ask for and are not sent.
import { errors, type KoaContextWithOIDC } from 'oidc-provider';

/** Characters: more than anybody needs, and too few to be nested deep. */
const LONGEST = 4_000;

/**
 * Refuses, with `invalid_request`, what is pushed and cannot be read: a pushed request is kept as what it says. In an
 * address it is passed over.
 */
export async function requireReadable({ oidc }: KoaContextWithOIDC, claims: unknown): Promise<void> {
  if (oidc.route !== 'pushed_authorization_request' || claims === undefined || isReadable(claims)) return;
  throw new errors.InvalidRequest('could not parse the claims parameter JSON');
}

function isReadable(claims: unknown): boolean {
  if (typeof claims !== 'string' || claims.length > LONGEST) return false;
  try {
    const asked: unknown = JSON.parse(claims);
    return isObject(asked) && [asked.userinfo, asked.id_token].every((one) => one === undefined || isObject(one));
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
