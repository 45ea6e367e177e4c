// The modules a running server knows, in memory, in the shape oidc-provider reads a client in.
import type { AdapterPayload } from 'oidc-provider';
import type { Db } from '../storage/storage.ts';
import { holdersAmong, keysOf } from './certificate-holders.ts';
import type { ShownCertificate } from './certificates.ts';
import { type KnownModule, readModules } from './modules.ts';
import { subjectMetadata } from './mutual-tls.ts';
import { apiScopes } from './scopes.ts';
import { certificateAuths, isPublisher, MODULE_ID } from './sheet.ts';

export interface KnownModules {
  /** A module by id; one registered a moment ago is found in the database. */
  get(id: string): Promise<KnownModule | undefined>;
  /** The same of what is in memory, without asking anybody. */
  known(id: string): KnownModule | undefined;
  /** The module that a certificate stands for, of what is in memory. */
  holding(shown: ShownCertificate): KnownModule | undefined;
  /** The same as oidc-provider's client metadata. */
  metadata(id: string): Promise<AdapterPayload | undefined>;
  /** Reads all of them again. */
  reload(): Promise<void>;
}

interface Entry {
  readonly module: KnownModule;
  readonly metadata: AdapterPayload;
}

/** Opens the memory, empty: `reload` fills it. */
export function openKnownModules(db: Db): KnownModules {
  let entries = new Map<string, Entry>();
  let holder = holdersAmong([]);
  const entryOf = (module: KnownModule): Entry => ({ module, metadata: metadataOf(module) });
  const find = async (id: string): Promise<Entry | undefined> => {
    const known = entries.get(id);
    if (known) return known;
    if (typeof id !== 'string' || !MODULE_ID.test(id)) return undefined; // whatever a request names a module
    const before = entries; // what is read now is not to outlive the next reading of all
    const [module] = await readModules(db, id);
    if (!module) return undefined;
    const entry = entryOf(module);
    before.set(id, entry);
    return entry;
  };
  const reload = async (): Promise<void> => {
    const modules = await readModules(db);
    entries = new Map(modules.map((module) => [module.id, entryOf(module)]));
    holder = holdersAmong(modules);
  };
  return {
    get: async (id) => (await find(id))?.module,
    known: (id) => entries.get(id)?.module,
    holding: (shown) => entries.get(holder(shown) ?? '')?.module,
    metadata: async (id) => (await find(id))?.metadata,
    reload,
  };
}

/** The scopes of a module that are about persons, and not about our interfaces. */
export function claimScopesOf(module: { readonly scopes: readonly string[] }): string[] {
  return module.scopes.filter((scope) => !(apiScopes as readonly string[]).includes(scope));
}

/** The scopes of a module that are about our interfaces. */
export function apiScopesOf(module: { readonly scopes: readonly string[] }): string[] {
  return apiScopes.filter((scope) => module.scopes.includes(scope));
}

function metadataOf(module: KnownModule): AdapterPayload {
  const byCode = module.grants.includes('authorization_code');
  return withoutUndefined({
    client_id: module.id,
    client_name: module.name,
    // the hash of the secret stands in its place: see `compareSecrets`
    client_secret: module.secretHash,
    redirect_uris: module.redirectUris,
    post_logout_redirect_uris: module.postLogoutRedirectUris,
    response_types: byCode ? ['code'] : [],
    grant_types: module.grants,
    // a publisher may name any scope: it is sent what its resources declare, whatever it asks for
    scope: byCode && !isPublisher(module) ? claimScopesOf(module).join(' ') : undefined,
    token_endpoint_auth_method: module.auth,
    id_token_signed_response_alg: module.signing,
    subject_type: byCode ? module.subject : 'public',
    jwks: module.certificates ? keysOf(module.certificates) : module.jwks,
    jwks_uri: module.jwksUri,
    ...subjectMetadata(module.certificateSubject),
    tls_client_certificate_bound_access_tokens: byCertificate(module) || undefined,
    backchannel_logout_uri: module.backchannelLogoutUri,
    backchannel_logout_session_required: module.backchannelLogoutUri === undefined ? undefined : true,
  });
}

/** Whether a module proves who it is by a certificate: what it is given is then bound to that. */
export function byCertificate({ auth }: Pick<KnownModule, 'auth'>): boolean {
  return (certificateAuths as readonly string[]).includes(auth);
}

function withoutUndefined(values: Record<string, unknown>): AdapterPayload {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as AdapterPayload;
}
