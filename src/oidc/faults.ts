// What is wrong with a module's sheet: every fault, each named by the field it is in.
import { certificateFaults } from './certificate-faults.ts';
import { claimScopes } from './claims.ts';
import { apiScopes } from './scopes.ts';
import { attributesShapes, MODULE_ID, moduleAuths, moduleGrants, moduleReasons, type Sheet } from './sheet.ts';

/** The faults of a sheet, as sentences `field: what was expected`. */
export function faultsIn(sheet: Sheet): string[] {
  return checks.flatMap((check) => [...check(sheet)]);
}

const UAI = /^\d{7}[A-Z]$/;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

const ARK = /^ark:\/[^\s#]{1,1000}$/;

/** No scope opens more of a person to a publisher, nor anything of what modules of a school read. */
const publisherScopes = ['openid', 'rights', 'subscriptions', 'usage'];

type Check = (sheet: Sheet) => Generator<string>;

const checks: readonly Check[] = [
  function* identityFaults({ id, name, purpose, responsible }) {
    if (!MODULE_ID.test(id))
      yield `id: expected 2 to 40 lower-case letters, digits and hyphens, a letter first, got \`${id}\``;
    if (!isText(name, 80)) yield 'name: expected 1 to 80 characters on one line';
    if (!isText(purpose, 300))
      yield 'purpose: expected a sentence of 1 to 300 characters: why it receives personal data';
    if (!isText(responsible, 200)) yield 'responsible: expected who answers for it, 1 to 200 characters';
  },
  function* addressesFaults({ redirectUris, postLogoutRedirectUris, backchannelLogoutUri, jwksUri }) {
    for (const uri of redirectUris) yield* addressFaults('redirect URI', uri);
    for (const uri of postLogoutRedirectUris) yield* addressFaults('post-logout redirect URI', uri);
    if (backchannelLogoutUri !== undefined) yield* addressFaults('back-channel logout URI', backchannelLogoutUri);
    if (jwksUri !== undefined) yield* addressFaults('jwks URI', jwksUri);
    if (new Set(redirectUris).size < redirectUris.length) yield 'redirect URI: given twice';
  },
  function* sectorFaults({ redirectUris, sector, resources }) {
    const hosts = new Set(redirectUris.filter((uri) => URL.canParse(uri)).map((uri) => new URL(uri).hostname));
    if (hosts.size > 1) yield 'redirect URI: expected one host; register one module per host';
    // a publisher's is that of its resources
    if (resources.length === 0 && !/^[\w.[\]:-]{1,253}$/.test(sector))
      yield `sector: expected a host or the id of a module, got \`${sector}\``;
  },
  function* grantsFaults({ grants, redirectUris }) {
    for (const grant of grants) if (!moduleGrants.includes(grant)) yield `grants: \`${grant}\` is not offered`;
    if (grants.length === 0) yield 'grants: expected at least one';
    const byCode = grants.includes('authorization_code');
    if (byCode && redirectUris.length === 0) yield 'redirect URI: expected at least one for `authorization_code`';
    if (!byCode && redirectUris.length > 0) yield 'redirect URI: expected none without `authorization_code`';
    if (!byCode && grants.includes('refresh_token')) yield 'grants: `refresh_token` needs `authorization_code`';
  },
  function* authenticationFaults({ auth, grants, jwks, jwksUri }) {
    if (!moduleAuths.includes(auth)) yield `auth: expected one of ${moduleAuths.join(', ')}`;
    const keys = [jwks, jwksUri].filter((given) => given !== undefined).length;
    if (auth === 'private_key_jwt' && keys !== 1) yield 'auth: `private_key_jwt` needs either jwks or a jwks URI';
    if (auth !== 'private_key_jwt' && keys > 0) yield 'jwks: of use with `private_key_jwt` only';
    if (auth === 'none' && grants.includes('client_credentials'))
      yield 'grants: `client_credentials` needs a secret or a key';
    if (jwks !== undefined) yield* keyFaults(jwks);
  },
  certificateFaults,
  function* scopesFaults({ scopes, grants }) {
    const offered = ['openid', ...claimScopes, ...apiScopes];
    for (const scope of scopes)
      if (!offered.includes(scope)) yield `scopes: \`${scope}\` is not one of ${offered.join(', ')}`;
    if (new Set(scopes).size < scopes.length) yield 'scopes: given twice';
    if (grants.includes('authorization_code') && !scopes.includes('openid')) yield 'scopes: `openid` is missing';
    if (
      !grants.includes('authorization_code') &&
      !scopes.some((scope) => offered.slice(-apiScopes.length).includes(scope))
    )
      yield `scopes: a module of its own account needs one of ${apiScopes.join(', ')}`;
  },
  function* distributorFaults({ distributor, scopes }) {
    const distributes = scopes.includes('subscriptions') || scopes.includes('usage');
    if (distributes !== (distributor !== undefined))
      yield 'distributor: goes with the scope `subscriptions` or `usage`, and only with them';
    if (distributor !== undefined && !/^\d{9}_\d{16}$/.test(distributor))
      yield 'distributor: expected SIREN_ISNI, 9 digits and 16, zeros for an ISNI that is not known';
  },
  function* entFaults({ ent, scopes }) {
    if (scopes.includes('resource_list') !== (ent !== undefined))
      yield 'ent: goes with the scope `resource_list`, and only with it';
    if (ent !== undefined && !/^[A-Za-z0-9-]{1,20}$/.test(ent)) yield 'ent: expected an idENT, such as `B0`';
  },
  function* publisherFaults({ resources, attributes, subject, scopes, grants }) {
    if (attributes !== undefined && !attributesShapes.includes(attributes))
      yield `attributes: expected one of ${attributesShapes.join(', ')}`;
    if (resources.length === 0) {
      if (attributes !== undefined) yield 'attributes: of use with resources only';
      return;
    }
    for (const ark of resources) if (!ARK.test(ark)) yield `resources: expected an ARK, got \`${ark}\``;
    if (!grants.includes('authorization_code')) yield 'resources: expected a module that persons sign in to';
    if (subject !== 'pairwise') yield 'subject: a publisher knows persons by pseudonyms';
    const wrong = scopes.filter((scope) => !publisherScopes.includes(scope));
    if (wrong.length > 0)
      yield `scopes: a publisher is sent what its resources declare: expected ${publisherScopes.join(', ')}, got ${wrong.join(', ')}`;
  },
  function* reasonsFaults({ reasons, scopes }) {
    if (!moduleReasons.includes(reasons)) yield `reasons: expected one of ${moduleReasons.join(', ')}`;
    else if (reasons !== 'none' && !scopes.includes('rights')) yield 'reasons: of use with the scope `rights` only';
  },
  function* schoolsFaults({ schools }) {
    if (schools === 'all') return;
    if (schools.length === 0) yield 'schools: expected `all`, or at least one UAI';
    for (const uai of schools) if (!UAI.test(uai)) yield `schools: expected seven digits and a capital, got \`${uai}\``;
  },
];

/** One exact address: what is compared later is the text, so that it must have one way of being written. */
function* addressFaults(field: string, uri: string): Generator<string> {
  if (!URL.canParse(uri)) {
    yield `${field}: expected an absolute address, got \`${uri}\``;
    return;
  }
  const url = new URL(uri);
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
  if (!secure) yield `${field}: expected https (http only for localhost), got \`${uri}\``;
  else if (url.username || url.password) yield `${field}: expected no user in it, got \`${uri}\``;
  else if (uri.includes('#')) yield `${field}: expected no fragment, got \`${uri}\``;
  else if (uri.includes('*')) yield `${field}: expected no wildcard, got \`${uri}\``;
  else if (url.href !== uri) yield `${field}: expected \`${url.href}\`, got \`${uri}\``;
}

function* keyFaults(jwks: NonNullable<Sheet['jwks']>): Generator<string> {
  const keys: unknown = jwks.keys;
  if (!Array.isArray(keys) || keys.length === 0) {
    yield 'jwks: expected `{ "keys": [...] }` with at least one key';
    return;
  }
  for (const key of keys as Record<string, unknown>[]) {
    if (!['EC', 'RSA', 'OKP'].includes(String(key.kty))) yield `jwks: keys of type \`${key.kty}\` are not accepted`;
    if (['d', 'p', 'q', 'k'].some((part) => part in key)) yield 'jwks: expected public keys, got a private one';
  }
}

function isText(text: string, longest: number): boolean {
  return text.length > 0 && text.length <= longest && !/\p{Cc}/u.test(text);
}
