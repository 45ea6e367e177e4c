// What is asked of a browser on the way to a module, and what its session says.
import type Koa from 'koa';
import Provider, { errors, type InteractionResults, type Interaction as LibraryInteraction } from 'oidc-provider';
import type { Config } from '../config.ts';
import { Refusal } from '../errors.ts';
import { type ClaimName, claimsOf } from './claims.ts';
import type { KnownModules } from './known-modules.ts';
import type { Module } from './sheet.ts';
import type { Traces } from './traces.ts';

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

export interface Interactions {
  interaction(ctx: Koa.Context): Promise<Interaction>;
  finishLogin(ctx: Koa.Context, login: { person: string; amr: readonly string[] }): Promise<void>;
  finishNotice(ctx: Koa.Context): Promise<void>;
  cancel(ctx: Koa.Context): Promise<void>;
  session(ctx: Koa.Context): Promise<{ person: string; sid: string; since: number } | undefined>;
  /** Makes what follows answer under the issuer's scheme and with the provider's cookies, whatever is in front. */
  answerAsIssuer(ctx: Koa.Context): void;
  /** Lets the forms of a page the provider made lead on to the module, where the page's policy speaks of forms. */
  letFormsLead(ctx: Koa.Context): void;
}

interface Around {
  readonly config: Config;
  readonly modules: KnownModules;
  readonly traces: Traces;
  readonly isActive: (person: string) => Promise<boolean>;
  readonly acknowledge: (notice: { person: string; client: string; version: number }) => Promise<void>;
}

/** `provider` gives the one that runs now. */
export function openInteractions(provider: () => Provider, around: Around): Interactions {
  const { config, modules, traces } = around;
  const scheme = new URL(config.issuer).protocol.slice(0, -1);
  const secure = scheme === 'https';

  const current = async (ctx: Koa.Context): Promise<{ details: LibraryInteraction; module: Module }> => {
    const details = await provider()
      .interactionDetails(ctx.req, ctx.res)
      .catch((error: unknown) => {
        throw error instanceof errors.SessionNotFound ? expired() : error;
      });
    const module = await modules.get(String(details.params.client_id));
    if (!module || !ctx.path.split('/').includes(details.uid)) throw expired();
    return { details, module };
  };
  const at = async (ctx: Koa.Context, step: Interaction['step']) => {
    const now = await current(ctx);
    if (now.details.prompt.name !== step) throw expired();
    return now;
  };
  // what `interactionResult` does, without reading again what was read a moment ago
  const answer = async (ctx: Koa.Context, details: LibraryInteraction, result: InteractionResults): Promise<void> => {
    details.result = 'error' in result ? result : { ...details.lastSubmission, ...result };
    await details.save(details.exp - Math.floor(Date.now() / 1000));
    ctx.redirect(details.returnTo);
    ctx.status = 303;
  };

  return {
    interaction: async (ctx) => {
      const { details, module } = await current(ctx);
      return toInteraction(details, module);
    },
    finishLogin: async (ctx, { person, amr }) => {
      const { module, details } = await at(ctx, 'login');
      if (!(await around.isActive(person))) throw new Refusal('sign_in_failed', 'expected an active account');
      traces.record({ event: 'session.opened', at: Date.now(), actor: person, client: module.id });
      const login = { accountId: person, amr: [...amr], remember: false, ts: Math.floor(Date.now() / 1000) };
      await answer(ctx, details, { login });
    },
    finishNotice: async (ctx) => {
      const { details, module } = await at(ctx, 'notice');
      const person = details.session?.accountId;
      if (person === undefined) throw expired();
      await around.acknowledge({ person, client: module.id, version: module.noticeVersion });
      await answer(ctx, details, { notice: { version: module.noticeVersion } });
    },
    cancel: async (ctx) => {
      const { details } = await current(ctx);
      await answer(ctx, details, { error: 'access_denied', error_description: 'the person chose not to go on' });
    },
    session: async (ctx) => {
      const { Session } = provider();
      const session = await Session.get(provider().createContext(ctx.req, ctx.res) as never);
      const { accountId, uid, loginTs } = session;
      if (accountId === undefined || loginTs === undefined || !(await around.isActive(accountId))) return undefined;
      return { person: accountId, sid: uid, since: loginTs * 1000 };
    },
    answerAsIssuer: (ctx) => {
      if (ctx.request.protocol !== scheme) Object.defineProperty(ctx.request, 'protocol', { value: scheme });
      if (!isForBrowsers(ctx)) return;
      const { cookies } = provider().createContext(ctx.req, ctx.res);
      cookies.secure = secure;
      ctx.cookies = cookies;
    },
    letFormsLead: (ctx) => {
      if (!isForBrowsers(ctx)) return;
      const policy = String(ctx.response.get('Content-Security-Policy') ?? '');
      if (!/form-action [^;]/.test(policy) || !ctx.response.is('html')) return;
      const origins = destinationsOf(ctx).map(sourceOf).join(' ');
      if (origins) ctx.set('Content-Security-Policy', policy.replace(/form-action [^;]*/, `$& ${origins}`));
    },
  };
}

/**
 * Whether a route is one that browsers are sent to: the others are called by modules, often, and need none of this.
 * oidc-provider takes capitals in a path for small letters.
 */
function isForBrowsers({ path }: Koa.Context): boolean {
  return /^\/(auth|session)/i.test(path);
}

function expired(): Refusal {
  return new Refusal('form_expired', 'nothing is asked of this browser: go back to the module and start again');
}

function toInteraction(details: LibraryInteraction, module: Module): Interaction {
  const { params, prompt, session, uid } = details;
  const { id, name, purpose, responsible, schools } = module;
  return {
    uid,
    step: prompt.name === 'notice' ? 'notice' : 'login',
    module: { id, name, purpose, responsible, schools },
    claims: claimsOf(module.scopes),
    person: session?.accountId,
    uiLocales: typeof params.ui_locales === 'string' ? params.ui_locales.split(' ').slice(0, 5) : undefined,
    loginHint: typeof params.login_hint === 'string' ? params.login_hint.slice(0, 200) : undefined,
    redirectOrigin: sourceOf(String(params.redirect_uri)),
    noticeVersion: module.noticeVersion,
  };
}

interface Passed {
  readonly oidc?: {
    readonly client?: { redirectUriAllowed(uri: string): boolean };
    readonly params?: Record<string, unknown>;
    readonly session?: { readonly state?: { readonly postLogoutRedirectUri?: string } };
    readonly entities?: { readonly Interaction?: { readonly params?: Record<string, unknown> } };
  };
}

/** Where a page of the provider may lead: addresses that are registered, or were checked when they were kept. */
function destinationsOf(ctx: Koa.Context): string[] {
  const { oidc } = ctx as unknown as Passed;
  const asked = oidc?.params?.redirect_uri;
  return [
    typeof asked === 'string' && oidc?.client?.redirectUriAllowed(asked) ? asked : undefined,
    oidc?.session?.state?.postLogoutRedirectUri,
    oidc?.entities?.Interaction?.params?.redirect_uri,
  ].filter((uri): uri is string => typeof uri === 'string' && URL.canParse(uri));
}

function sourceOf(uri: string): string {
  return new URL(uri).origin;
}
