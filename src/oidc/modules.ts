// Modules: the OIDC clients of Préau, each with a purpose and someone who answers for it.

/** How a module proves who it is at the token endpoint. */
export type ModuleAuth = 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none';

/** A module as it is kept; its secret is kept as a hash only, and never leaves the room. */
export interface Module {
  readonly id: string;
  readonly name: string;
  /** Why it receives data about persons: one sentence, shown to them. */
  readonly purpose: string;
  /** Who answers for it. */
  readonly responsible: string;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly backchannelLogoutUri?: string | undefined;
  readonly scopes: readonly string[];
  /** The UAI of the schools it serves, or all of them. */
  readonly schools: readonly string[] | 'all';
  readonly auth: ModuleAuth;
  readonly grants: readonly ('authorization_code' | 'refresh_token' | 'client_credentials')[];
  readonly signing: 'ES256' | 'RS256';
  readonly jwks?: { readonly keys: readonly Record<string, unknown>[] } | undefined;
  readonly jwksUri?: string | undefined;
  readonly subject: 'pairwise' | 'public';
  /** A host of its own choice when its redirect URIs span several. */
  readonly sector: string;
  /** Grows when what it receives changes; the information notice is due again. */
  readonly noticeVersion: number;
  readonly addedAt: number;
}
