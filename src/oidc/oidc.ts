// OpenID Connect: the one door to the provider. Nothing outside this room knows oidc-provider.
import type Koa from 'koa';
import type { ClaimName } from './claims.ts';
import type { Module } from './modules.ts';

/** Whole HTML pages for what the provider itself answers in a browser. */
export interface ProviderPages {
  error(ctx: Koa.Context, told: { error: string; description: string; status: number }): string;
  /** `form` is the provider's own form, id `op.logoutForm`: the page holds it and one button `name=logout value=yes` with `form="op.logoutForm"`. */
  signOut(ctx: Koa.Context, told: { form: string; module?: string | undefined }): string;
  signedOut(ctx: Koa.Context, told: { module?: string | undefined }): string;
}

/** What a person is asked on the way to a module. */
export interface Interaction {
  readonly uid: string;
  readonly step: 'login' | 'notice';
  readonly module: {
    readonly id: string;
    readonly name: string;
    readonly purpose: string;
    readonly responsible: string;
    readonly schools: readonly string[] | 'all';
  };
  /** What the module will receive. */
  readonly claims: readonly ClaimName[];
  /** Who is signed in; always there at the step `notice`. */
  readonly person?: string | undefined;
  readonly uiLocales?: readonly string[] | undefined;
  readonly loginHint?: string | undefined;
  /** The origin the browser ends up at, for the CSP's form-action. */
  readonly redirectOrigin: string;
  readonly noticeVersion: number;
}

/** What an access token for our own API says once it is verified. */
export interface AccessToken {
  readonly client: string;
  readonly scopes: readonly string[];
  /** The person's `sub` for that client; none when the module speaks for itself. */
  readonly subject?: string | undefined;
  /** The key of that person. */
  readonly person?: string | undefined;
}

export interface IdentityProvider {
  /** Serves every OIDC route; mounted last, at the root. */
  middleware(): Koa.Middleware;
  /** What is asked of the browser now; `form_expired` when nothing is. */
  interaction(ctx: Koa.Context): Promise<Interaction>;
  finishLogin(ctx: Koa.Context, login: { person: string; amr: readonly string[] }): Promise<void>;
  finishNotice(ctx: Koa.Context): Promise<void>;
  cancel(ctx: Koa.Context): Promise<void>;
  /** Who is signed in; `since` is UTC milliseconds. */
  session(ctx: Koa.Context): Promise<{ person: string; sid: string; since: number } | undefined>;
  /** Verifies an access token for our API: `token_missing`, `token_invalid`, `scope_missing`. */
  verifyAccessToken(token: string | undefined, wanted: { scope: string }): Promise<AccessToken>;
  module(id: string): Promise<Module | undefined>;
  /** The person's `sub` for a client. */
  subjectFor(client: string, person: string): Promise<string>;
  /** The key of the person behind a `sub` of that client. */
  personBehind(client: string, subject: string): Promise<string | undefined>;
  /** Ends every session and grant of a person, telling the modules; returns how many sessions ended. */
  endSessions(person: string): Promise<number>;
  reloadKeys(): Promise<void>;
  close(): Promise<void>;
}
