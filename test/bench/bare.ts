// The baseline: oidc-provider alone, its tokens in maps, everyone let in. Run as a child; says `ready` to its parent.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { AdapterPayload } from 'oidc-provider';
import Provider from 'oidc-provider';
import type { Client } from './oidc-flows.ts';

/** What the parent passes in BENCH_BARE. */
export interface BareSettings {
  readonly port: number;
  readonly clients: readonly Client[];
  readonly scopes: readonly string[];
}

const { port, clients, scopes } = JSON.parse(process.env.BENCH_BARE ?? '{}') as BareSettings;
const issuer = `http://localhost:${port}`;
const resource = `${issuer}/api`;

/** One map per model, and the two ways in that the library asks for. */
class MapAdapter {
  static readonly byUid = new Map<string, string>();
  static readonly byGrant = new Map<string, Set<() => void>>();
  readonly #rows = new Map<string, AdapterPayload>();

  async upsert(id: string, payload: AdapterPayload): Promise<void> {
    this.#rows.set(id, payload);
    if (payload.uid) MapAdapter.byUid.set(payload.uid, id);
    if (payload.grantId) {
      const forget = MapAdapter.byGrant.get(payload.grantId) ?? new Set();
      MapAdapter.byGrant.set(
        payload.grantId,
        forget.add(() => this.#rows.delete(id)),
      );
    }
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.#rows.get(id);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#rows.get(MapAdapter.byUid.get(uid) ?? '');
  }

  async findByUserCode(): Promise<undefined> {}

  async consume(id: string): Promise<void> {
    const row = this.#rows.get(id);
    if (row) row.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id: string): Promise<void> {
    this.#rows.delete(id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const forget of MapAdapter.byGrant.get(grantId) ?? []) forget();
    MapAdapter.byGrant.delete(grantId);
  }
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const provider = new Provider(issuer, {
  adapter: () => new MapAdapter(),
  clients: clients.map((client) => ({
    client_id: client.id,
    client_secret: client.secret,
    token_endpoint_auth_method: 'client_secret_basic',
    id_token_signed_response_alg: 'ES256',
    redirect_uris: client.redirectUri ? [client.redirectUri] : [],
    response_types: client.redirectUri ? ['code'] : [],
    grant_types: client.redirectUri ? ['authorization_code', 'refresh_token'] : ['client_credentials'],
  })),
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'bare', use: 'sig', alg: 'ES256' }] },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  scopes: ['openid', 'offline_access', ...scopes],
  pkce: { required: () => true },
  rotateRefreshToken: true,
  issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  ttl: { AccessToken: 900, ClientCredentials: 900, Grant: 86_400, Session: 86_400, RefreshToken: 86_400 },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => '',
      getResourceServerInfo: () => ({
        scope: scopes.join(' '),
        audience: resource,
        accessTokenTTL: 900,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  loadExistingGrant: async (ctx) => {
    const { client, session, result } = ctx.oidc;
    const known = result?.consent?.grantId ?? session?.grantIdFor(client!.clientId);
    if (known) return ctx.oidc.provider.Grant.find(known);
    const grant = new ctx.oidc.provider.Grant({ accountId: session!.accountId!, clientId: client!.clientId });
    grant.addOIDCScope(['openid', ...scopes].join(' '));
    await grant.save();
    return grant;
  },
});

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next();
  const { params } = await provider.interactionDetails(ctx.req, ctx.res);
  await provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: String(params.login_hint) } });
});

provider.listen(port, '127.0.0.1', () => process.send?.('ready'));
