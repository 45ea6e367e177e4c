// What is said of a module when it is registered.

/** Short and lower case: never mistaken for the `sub` of a person, and nothing that a database would not take. */
export const MODULE_ID = /^[a-z][a-z0-9-]{1,39}$/;

/** The ways that rest on a certificate (RFC 8705): what is issued to such a module is bound to the certificate shown. */
export const certificateAuths = ['tls_client_auth', 'self_signed_tls_client_auth'] as const;

/** How a module proves who it is at the token endpoint. `none`: it holds no secret, a program on a person's device. */
export const moduleAuths = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'none',
  ...certificateAuths,
] as const;
export type ModuleAuth = (typeof moduleAuths)[number];

/** What a certificate must say: its whole subject (RFC 4514), or one of its DNS names. */
export type CertificateSubject = { readonly dn: string } | { readonly dns: string };

export const moduleGrants = ['authorization_code', 'refresh_token', 'client_credentials'] as const;
export type ModuleGrant = (typeof moduleGrants)[number];

/** What a module is told with each answer on rights: nothing, what may be said to the person, or the facts as well. */
export const moduleReasons = ['none', 'user', 'admin'] as const;
export type ModuleReasons = (typeof moduleReasons)[number];

/** How a publisher's connector reads attributes at userinfo. */
export const attributesShapes = ['claims', 'cas'] as const;
export type AttributesShape = (typeof attributesShapes)[number];

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
  readonly grants: readonly ModuleGrant[];
  readonly signing: 'ES256' | 'RS256';
  readonly jwks?: { readonly keys: readonly Record<string, unknown>[] } | undefined;
  readonly jwksUri?: string | undefined;
  /** For `tls_client_auth`: what its certificates say, whoever of our authorities signed them. */
  readonly certificateSubject?: CertificateSubject | undefined;
  /** For `self_signed_tls_client_auth`: its certificates themselves, DER in base64; several, so that one can follow another. */
  readonly certificates?: readonly string[] | undefined;
  readonly subject: 'pairwise' | 'public';
  /** What its pseudonyms are made for: the host of its redirect URIs, unless it shares those of another module. */
  readonly sector: string;
  /** What it is told of why somebody may, or may not, without asking for it at each question. */
  readonly reasons: ModuleReasons;
  /** Whose subscriptions it writes, or whose counts it reads, SIREN_ISNI; for the scopes `subscriptions` and `usage`. */
  readonly distributor?: string | undefined;
  /** The idENT of the ENT whose own media centre it is, such as `B0`; for the scope `resource_list` alone. */
  readonly ent?: string | undefined;
  /** The resources that it opens, by their ARK: it is then a publisher, and receives what these declare and nothing else. */
  readonly resources: readonly string[];
  /** At userinfo, where a publisher's connector reads what it receives: among the claims, or under `attributes`, as CAS has it. */
  readonly attributes?: AttributesShape | undefined;
  /** Grows when what its notice says may have changed; the notice is due again. */
  readonly noticeVersion: number;
  /** UTC milliseconds. */
  readonly addedAt: number;
}

/** What is asked for a new module; what is left out takes the value said here. */
export interface NewModule {
  readonly id: string;
  readonly name: string;
  readonly purpose: string;
  readonly responsible: string;
  /** Exact, https (http on this machine); needed for `authorization_code`. */
  readonly redirectUris?: readonly string[] | undefined;
  readonly postLogoutRedirectUris?: readonly string[] | undefined;
  readonly backchannelLogoutUri?: string | undefined;
  readonly scopes: readonly string[];
  readonly schools: readonly string[] | 'all';
  /** `client_secret_basic` */
  readonly auth?: ModuleAuth | undefined;
  /** `authorization_code` and `refresh_token` with redirect URIs, `client_credentials` with scopes of our interfaces */
  readonly grants?: readonly ModuleGrant[] | undefined;
  /** `ES256` */
  readonly signing?: 'ES256' | 'RS256' | undefined;
  readonly jwks?: Module['jwks'];
  readonly jwksUri?: string | undefined;
  readonly certificateSubject?: CertificateSubject | undefined;
  readonly certificates?: readonly string[] | undefined;
  /** `pairwise` */
  readonly subject?: 'pairwise' | 'public' | undefined;
  /** The host of the redirect URIs, or the module's id when it has none. */
  readonly sector?: string | undefined;
  /** `none` */
  readonly reasons?: ModuleReasons | undefined;
  readonly distributor?: string | undefined;
  readonly ent?: string | undefined;
  /** None. */
  readonly resources?: readonly string[] | undefined;
  /** `claims` */
  readonly attributes?: AttributesShape | undefined;
}

/** What is kept of it as one text. */
export type Sheet = Omit<Module, 'noticeVersion' | 'addedAt'>;

/** Whether a module is a publisher: it opens resources, and receives what these may be sent. */
export function isPublisher({ resources }: Pick<Module, 'resources'>): boolean {
  return resources.length > 0;
}
