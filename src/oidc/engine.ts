// The engine: one oidc-provider over one set of keys, replaced whole when keys change, while the store goes on.
import { timingSafeEqual } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import type Koa from 'koa';
import mount from 'koa-mount';
import Provider from 'oidc-provider';
import { type Verifier, verifierOf } from './access-tokens.ts';
import { configurationOf, type Parts } from './configuration.ts';
import type { Dispatch } from './dispatch.ts';
import type { Farewell } from './farewells.ts';
import type { SigningKey } from './keys.ts';
import type { KnownModules } from './known-modules.ts';
import { apiAudience } from './scopes.ts';
import { secretHash } from './seal.ts';
import type { Sightings } from './seen-certificates.ts';
import { OwnKey } from './signing.ts';
import type { Traces } from './traces.ts';

export interface Engine {
  readonly provider: Provider;
  readonly handle: Koa.Middleware;
  readonly verify: Verifier;
  /** Tells a module that a session has ended; whether it wants to know. Throws when it did not take it. */
  readonly tell: (news: Farewell) => Promise<boolean>;
  /** The keys it runs on, in order: another text means that another engine is due. */
  readonly arrangement: string;
}

/** Builds an engine on keys, the one to sign with first. */
export function buildEngine(
  parts: Omit<Parts, 'jwks'>,
  keys: readonly SigningKey[],
  { dispatch, traces, sightings }: { dispatch: Dispatch; traces: Traces; sightings: Sightings },
): Engine {
  const { issuer } = parts.config;
  const jwks = { keys: keys.map((key) => new OwnKey(key)) };
  const provider = new Provider(issuer, configurationOf({ ...parts, jwks }));
  compareSecrets(provider);
  rememberClients(provider, parts.modules);
  const tell = tellWithoutWaiting(provider, dispatch);
  traces.watch(provider);
  sightings.watch(provider, parts.certificates);
  provider.on('server_error', (ctx, error) => ctx.app.emit('error', error, ctx));
  const open = keys.map(({ jwk: { kty, crv, x, y, n, e, kid, alg, use } }) => ({
    kty,
    crv,
    x,
    y,
    n,
    e,
    kid,
    alg,
    use,
  }));
  return {
    provider,
    handle: mount(provider),
    tell,
    verify: verifierOf(issuer, apiAudience(issuer), JSON.parse(JSON.stringify({ keys: open })) as JSONWebKeySet),
    arrangement: arrangementOf(keys),
  };
}

export function arrangementOf(keys: readonly SigningKey[]): string {
  return keys.map((key) => key.kid).join(' ');
}

/** Has a module told that a session of a person has ended, if it wants to know. Returns once that is kept. */
export async function tellModule(
  provider: Provider,
  { client: id, person, sid }: { client: string; person: string; sid: string },
): Promise<void> {
  const client = await toldClient(provider, id);
  if (client) await client.backchannelLogout(person, sid);
}

/** A client that wants to be told; none when it does not, or is no longer registered. */
async function toldClient(provider: Provider, id: string): Promise<ClientPrototype | undefined> {
  const client = (await provider.Client.find(id)) as unknown as ClientPrototype | undefined;
  return client?.backchannelLogoutUri ? client : undefined;
}

interface ClientPrototype {
  compareClientSecret(actual: string): boolean;
  backchannelLogout(subject: string, sid: string): Promise<unknown>;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly backchannelLogoutUri?: string;
}

function prototypeOf(provider: Provider): ClientPrototype {
  return provider.Client.prototype as unknown as ClientPrototype;
}

/**
 * oidc-provider hashes a client's metadata at each request to find the client it has built from them, and keeps a
 * hundred: ours are the same object as long as they are the same, and that is enough to know.
 */
function rememberClients(provider: Provider, modules: KnownModules): void {
  type Found = Awaited<ReturnType<typeof provider.Client.find>>;
  const built = new WeakMap<object, Found>();
  const find = provider.Client.find.bind(provider.Client);
  provider.Client.find = async (id) => {
    const metadata = typeof id === 'string' && id ? await modules.metadata(id) : undefined;
    if (!metadata) return undefined;
    const known = built.get(metadata);
    if (known) return known;
    const client = await find(id);
    if (client) built.set(metadata, client);
    return client;
  };
}

/** What is kept of a secret is its hash: what is shown is hashed, then compared in constant time. */
function compareSecrets(provider: Provider): void {
  prototypeOf(provider).compareClientSecret = function (actual) {
    const expected = Buffer.from(this.clientSecret);
    const shown = Buffer.from(secretHash(actual));
    return shown.length === expected.length && timingSafeEqual(shown, expected);
  };
}

/** A module that does not answer must not hold up whoever signs out: the news is kept, and told beside. */
function tellWithoutWaiting(provider: Provider, dispatch: Pick<Dispatch, 'say'>): Engine['tell'] {
  const prototype = prototypeOf(provider);
  const post = prototype.backchannelLogout;
  prototype.backchannelLogout = function (account, sid) {
    return dispatch.say({ client: this.clientId, account, sid });
  };
  return async ({ client: id, account, sid }) => {
    const client = await toldClient(provider, id);
    if (!client) return false;
    await post.call(client, account, sid);
    return true;
  };
}
