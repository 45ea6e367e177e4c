// What we offer on top of oidc-provider: every choice in one place, the rest closed.
import { type Configuration, errors, type FindAccount, type KoaContextWithOIDC } from 'oidc-provider';
import type { Config } from '../config.ts';
import { attributeClaims } from '../resources/attributes.ts';
import { requireReadable } from './asked-claims.ts';
import { resourceIndicatorsOf } from './asked-resource.ts';
import { policyOf } from './asking.ts';
import { acr, type Factors } from './assurance.ts';
import type { Certificates } from './certificates.ts';
import { claimScopes, claims } from './claims.ts';
import { routes } from './endpoints.ts';
import type { KnownModules } from './known-modules.ts';
import { casClaims, type Launch } from './launches.ts';
import { HOUR, lifetimes } from './lifetimes.ts';
import { workstationOf } from './marked.ts';
import { authsHere, mutualTls } from './mutual-tls.ts';
import { outgoingFetch } from './outgoing.ts';
import { rowId } from './seal.ts';
import type { OwnKey } from './signing.ts';
import type { Store } from './store.ts';

export { lifetimes } from './lifetimes.ts';

/** What the configuration asks of the rest of the room. */
export interface Parts {
  readonly config: Config;
  readonly store: Store;
  readonly modules: KnownModules;
  readonly certificates: Certificates;
  readonly jwks: { keys: readonly OwnKey[] };
  readonly findAccount: FindAccount;
  readonly loadExistingGrant: NonNullable<Configuration['loadExistingGrant']>;
  readonly pairwiseIdentifier: NonNullable<Configuration['pairwiseIdentifier']>;
  readonly isActive: (person: string) => Promise<boolean>;
  readonly noticeDue: (ctx: KoaContextWithOIDC) => Promise<boolean>;
  /** What is told to whoever is asked to read a notice. */
  readonly noticeTold: (ctx: KoaContextWithOIDC) => Promise<Record<string, unknown>>;
  /** What a request to enter a publisher comes to, or one of somebody who objected to the module; nothing for others. */
  readonly launchAhead: (ctx: KoaContextWithOIDC) => Promise<Launch | undefined>;
  /** Whether what a token was given for is open to its person still. */
  readonly launchGoesOn: (token: object) => Promise<boolean>;
  readonly extraTokenClaims: NonNullable<Configuration['extraTokenClaims']>;
  readonly factors: Factors;
  readonly hooks: Hooks;
}

/** The pages oidc-provider would otherwise make itself, with fonts from another host. */
export interface Hooks {
  readonly renderError: NonNullable<Configuration['renderError']>;
  readonly logoutSource: (ctx: KoaContextWithOIDC, form: string) => Promise<void>;
  readonly postLogoutSuccessSource: (ctx: KoaContextWithOIDC) => Promise<void>;
}

export function configurationOf(parts: Parts): Configuration {
  const { config, store, jwks, hooks } = parts;
  return {
    adapter: (model: string) => store.adapterFor(model),
    jwks: jwks as unknown as NonNullable<Configuration['jwks']>,
    cookies: cookiesOf(config),
    findAccount: parts.findAccount,
    loadExistingGrant: parts.loadExistingGrant,
    // `claims` opens nothing: it is read to count what publishers ask for and are not sent
    extraParams: { idRessource: null, claims: requireReadable },
    extraTokenClaims: parts.extraTokenClaims,
    interactions: { policy: policyOf(parts), url: (_ctx, { uid }) => `/interaction/${uid}` },
    routes,
    renderError: hooks.renderError,
    features: {
      devInteractions: { enabled: false },
      mTLS: mutualTls(parts.certificates),
      clientCredentials: { enabled: true },
      introspection: {
        enabled: true,
        // a module learns of its own tokens only, and of no one whose account is closed
        allowedPolicy: async (_ctx, client, token) =>
          token.clientId === client.clientId &&
          (!('accountId' in token) || token.accountId === undefined || (await parts.isActive(token.accountId))) &&
          (await parts.launchGoesOn(token)),
      },
      revocation: { enabled: true, allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId },
      userinfo: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
      backchannelLogout: { enabled: true },
      externalSigningSupport: { enabled: true, ack: 'experimental-01' },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: hooks.logoutSource,
        postLogoutSuccessSource: hooks.postLogoutSuccessSource,
      },
      resourceIndicators: resourceIndicatorsOf(parts),
    },
    responseTypes: ['code'],
    acrValues: Object.values(acr),
    scopes: ['openid', ...claimScopes],
    claims: claimsByScope(),
    // modules read roles where they read who signs in; a second request for each sign-in would gain nothing,
    // since both answers go to the same module over the same back channel
    conformIdTokenClaims: false,
    subjectTypes: ['pairwise', 'public'],
    pairwiseIdentifier: parts.pairwiseIdentifier,
    pkce: { required: () => true },
    clientAuthMethods: authsHere(parts.certificates),
    clientDefaults: { id_token_signed_response_alg: 'ES256', grant_types: [], response_types: [] },
    clientBasedCORS: () => false,
    enabledJWA: {
      clientAuthSigningAlgValues: ['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519'],
      idTokenSigningAlgValues: ['ES256', 'RS256'],
      dPoPSigningAlgValues: ['ES256', 'EdDSA', 'Ed25519'],
    },
    formats: {
      customizers: {
        // says whose grant it came from: `verifyAccessToken` asks whether that still lives
        jwt: (_ctx, token, { payload }) => {
          if ('grantId' in token && token.grantId) payload.grant = rowId('Grant', token.grantId);
        },
      },
    },
    // an assertion is remembered until it ends: one that never does would be kept for ever
    assertJwtClientAuthClaimsAndHeader: (_ctx, { exp }) => {
      if (Number(exp) > Date.now() / 1000 + HOUR) throw new errors.InvalidClientAuth('assertion lives too long');
    },
    // tokens end with the session they came from: signing out leaves nothing behind
    expiresWithSession: async () => true,
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    ttl: {
      AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? lifetimes.accessToken,
      ClientCredentials: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? lifetimes.accessToken,
      AuthorizationCode: lifetimes.code,
      IdToken: lifetimes.idToken,
      Interaction: lifetimes.interaction,
      RefreshToken: lifetimes.sessionAbsolute,
      Grant: lifetimes.sessionAbsolute + HOUR,
      Session: (ctx, session) => sessionLifetime(session.loginTs, Date.now(), kindOf(ctx?.req, session.acr)),
    },
    fetch: outgoingFetch(config.outgoingHosts) as NonNullable<Configuration['fetch']>,
    fetchResponseBodyLimits: { jwks_uri: 100_000, sector_identifier_uri: 10_000 },
  } as Configuration;
}

/** Where and how a session was opened, as far as it decides how long it lives. */
export type SessionKind = 'usual' | 'card' | 'shared';

/** On a shared workstation every session is short, whatever it was opened with. */
export function kindOf(request: object | undefined, opened: string | undefined): SessionKind {
  if (workstationOf(request)) return 'shared';
  return opened === acr.card ? 'card' : 'usual';
}

const spans: Readonly<Record<SessionKind, readonly [idle: number, absolute: number]>> = {
  usual: [lifetimes.sessionIdle, lifetimes.sessionAbsolute],
  card: [lifetimes.cardIdle, lifetimes.cardAbsolute],
  shared: [lifetimes.sharedIdle, lifetimes.sharedAbsolute],
};

/** Seconds left to a session that is used now, and that was opened at `loginTs` (seconds); at least one. */
export function sessionLifetime(loginTs: number | undefined, now: number, kind: SessionKind = 'usual'): number {
  const [idle, absolute] = spans[kind];
  const opened = loginTs ?? Math.floor(now / 1000);
  return Math.max(1, Math.min(idle, opened + absolute - Math.floor(now / 1000)));
}

function cookiesOf(config: Config): NonNullable<Configuration['cookies']> {
  const secure = config.issuer.startsWith('https:');
  return {
    keys: [config.keyFor('cookies').toString('base64url')],
    names: {
      session: secure ? '__Host-preau' : 'preau',
      interaction: secure ? '__Secure-preau_interaction' : 'preau_interaction',
      resume: secure ? '__Secure-preau_resume' : 'preau_resume',
    },
    long: { httpOnly: true, sameSite: 'lax', signed: true },
    short: { httpOnly: true, sameSite: 'lax', signed: true },
  };
}

function claimsByScope(): NonNullable<Configuration['claims']> {
  // what publishers are sent has no scope of its own: each resource says what, and nobody else is sent any of it
  const openid = ['sub', 'auth_time', 'amr', 'acr', ...attributeClaims, ...casClaims];
  const byScope: Record<string, string[]> = { openid };
  for (const [name, { scope }] of Object.entries(claims)) {
    byScope[scope] ??= [];
    byScope[scope].push(name);
  }
  return { ...byScope, sid: null, iss: null } as NonNullable<Configuration['claims']>;
}
