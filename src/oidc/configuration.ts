// What we offer on top of oidc-provider: every choice in one place, the rest closed.
import {
  type Configuration,
  errors,
  type FindAccount,
  interactionPolicy,
  type KoaContextWithOIDC,
} from 'oidc-provider';
import type { Config } from '../config.ts';
import { acr, type Factors, factorDue } from './assurance.ts';
import type { Certificates } from './certificates.ts';
import { claimScopes, claims } from './claims.ts';
import { apiScopesOf, type KnownModules } from './known-modules.ts';
import { workstationOf } from './marked.ts';
import { authsHere, mutualTls } from './mutual-tls.ts';
import { outgoingFetch } from './outgoing.ts';
import { apiAudience, apiScopes } from './scopes.ts';
import { rowId } from './seal.ts';
import type { OwnKey } from './signing.ts';
import type { Store } from './store.ts';

const MINUTE = 60;
const HOUR = 3600;

/** Seconds. A session ends after four hours without use, and in any case twelve hours after signing in; by card, or on a shared workstation, sooner. */
export const lifetimes = {
  sessionIdle: 4 * HOUR,
  sessionAbsolute: 12 * HOUR,
  cardIdle: 10 * MINUTE,
  cardAbsolute: 3 * HOUR,
  sharedIdle: 5 * MINUTE,
  sharedAbsolute: HOUR,
  interaction: 30 * MINUTE,
  code: 60,
  accessToken: 10 * MINUTE,
  apiToken: 5 * MINUTE,
  idToken: HOUR,
} as const;

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
  const { config, store, modules, jwks, hooks } = parts;
  return {
    adapter: (model: string) => store.adapterFor(model),
    jwks: jwks as unknown as NonNullable<Configuration['jwks']>,
    cookies: cookiesOf(config),
    findAccount: parts.findAccount,
    loadExistingGrant: parts.loadExistingGrant,
    interactions: { policy: policyOf(parts), url: (_ctx, { uid }) => `/interaction/${uid}` },
    routes: { userinfo: '/userinfo' }, // `/me` is a page: one's own data
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
          (!('accountId' in token) || token.accountId === undefined || (await parts.isActive(token.accountId))),
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
      resourceIndicators: {
        enabled: true,
        defaultResource: async (ctx, _client, oneOf) => {
          if (oneOf) return Array.isArray(oneOf) ? oneOf[0] : oneOf;
          const alone = ctx.oidc.route === 'token' && ctx.oidc.params?.grant_type === 'client_credentials';
          return (alone ? apiAudience(config.issuer) : undefined) as string;
        },
        getResourceServerInfo: async (ctx, resource, client) => {
          const module = await modules.get(client.clientId);
          const open = module ? apiScopesOf(module) : [];
          if (resource !== apiAudience(config.issuer) || open.length === 0) throw new errors.InvalidTarget();
          for (const scope of String(ctx.oidc.params?.scope ?? '').split(' '))
            if ((apiScopes as readonly string[]).includes(scope) && !open.includes(scope))
              throw new errors.InvalidScope('requested scope is not allowed', scope);
          return {
            scope: open.join(' '),
            audience: resource,
            accessTokenFormat: 'jwt',
            accessTokenTTL: lifetimes.apiToken,
            jwt: { sign: { alg: 'ES256' } },
          };
        },
      },
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
  const byScope: Record<string, string[]> = { openid: ['sub', 'auth_time', 'amr', 'acr'] };
  for (const [name, { scope }] of Object.entries(claims)) {
    byScope[scope] ??= [];
    byScope[scope].push(name);
  }
  return { ...byScope, sid: null, iss: null } as NonNullable<Configuration['claims']>;
}

/** Three questions on the way to a module: who are you, can you prove it twice, and have you read what it receives. */
function policyOf({ noticeDue, factors }: Parts): interactionPolicy.DefaultPolicy {
  const { Check, Prompt, base } = interactionPolicy;
  const policy = base();
  policy.remove('consent');
  policy
    .get('login')
    ?.checks.add(
      new Check('account_inactive', 'the account that was signed in is not active', (ctx) =>
        ctx.oidc.session?.accountId !== undefined && !ctx.oidc.account ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
    );
  policy
    .get('login')
    ?.checks.add(
      new Check('factor_missing', 'a second factor is asked for, and none is held yet', async (ctx) =>
        (await factorDue(ctx, factors)) === 'add' ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
    );
  policy.add(
    new Prompt(
      { name: 'factor', requestable: false },
      new Check('factor_due', 'a second factor is asked for', 'interaction_required', async (ctx) =>
        (await factorDue(ctx, factors)) === 'prove' ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
    ),
  );
  policy.add(
    new Prompt(
      { name: 'notice', requestable: false },
      new Check('notice_due', 'the information notice has not been read', 'interaction_required', async (ctx) =>
        (await noticeDue(ctx)) ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
    ),
  );
  return policy;
}
