// What is asked of a browser on the way to a module, and what its session says.
import type Koa from 'koa';
import Provider, { errors, type InteractionResults, type Interaction as LibraryInteraction } from 'oidc-provider';
import type { Config } from '../config.ts';
import { Refusal } from '../errors.ts';
import { acr, acrOf, asksForFactor } from './assurance.ts';
import { type ClaimName, claimsOf } from './claims.ts';
import { sessionLifetime } from './configuration.ts';
import type { NoticeTold } from './entering.ts';
import type { KnownModules } from './known-modules.ts';
import type { Launch } from './launches.ts';
import { lifetimes } from './lifetimes.ts';
import { workstationOf } from './marked.ts';
import { isPublisher, type Module } from './sheet.ts';
import type { Traces } from './traces.ts';

/** What a person is asked on the way to a module. */
export interface Interaction {
  readonly uid: string;
  readonly step: 'login' | 'factor' | 'objected' | 'closed' | 'school' | 'notice';
  /** At the step `school`: the schools from which the person may open the resource, by UAI. */
  readonly launch?: { readonly name: string; readonly schools: readonly string[] } | undefined;
  /** At the step `closed`: the resource that does not open, an ARK. */
  readonly closed?: string | undefined;
  /** At the step `notice` of a publisher: the resource, and what it is sent, instead of claims. */
  readonly publisher?: NoticeTold | undefined;
  /** At the step `factor`: who has shown what so far. */
  readonly passed?: Passed | undefined;
  /** Whether the module asks for a second factor, from people who need none otherwise. */
  readonly asksForFactor: boolean;
  /** Whether the module asks that people show anew who they are, or when they last did (OpenID Connect Core 3.1.2.1). */
  readonly asksAnew: boolean;
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

/** What a person has shown on the way to a module, which is not enough yet. */
export interface Passed {
  readonly person: string;
  /** What `authenticate` gave with the password. */
  readonly epoch?: number | undefined;
  /** RFC 8176. */
  readonly amr: readonly string[];
  /** When they showed who they are, where that was elsewhere and earlier; UTC milliseconds. */
  readonly since?: number | undefined;
  /** UTC milliseconds. */
  readonly at: number;
}

/** How long what was shown holds while the rest is asked, in milliseconds. */
const PASSED_FOR = 15 * 60_000;

/** Who has signed in, and how. */
export type Login = Omit<Passed, 'at'>;

export interface Interactions {
  interaction(ctx: Koa.Context): Promise<Interaction>;
  /**
   * `epoch` is what `authenticate` gave: a sign-in that all sessions were ended after opens none. A session that is raised
   * by a factor keeps its own.
   */
  finishLogin(ctx: Koa.Context, login: Login): Promise<void>;
  /** Keeps what was shown and asks the browser for the next step; it opens nothing by itself. */
  goOn(ctx: Koa.Context, passed: Passed): Promise<void>;
  finishNotice(ctx: Koa.Context): Promise<void>;
  /** Goes on from a school, by UAI; whether the person may is asked again. `bad_request` for one that was not offered. */
  finishSchool(ctx: Koa.Context, school: string): Promise<void>;
  cancel(ctx: Koa.Context): Promise<void>;
  session(ctx: Koa.Context): Promise<Session | undefined>;
  /** Makes what follows answer under the issuer's scheme and with the provider's cookies, whatever is in front. */
  answerAsIssuer(ctx: Koa.Context): void;
  /** Lets the forms of a page the provider made lead on to the module, where the page's policy speaks of forms. */
  letFormsLead(ctx: Koa.Context): void;
}

/** Who is signed in; `since` is UTC milliseconds. `factor`: with a second factor. */
export interface Session {
  readonly person: string;
  readonly sid: string;
  readonly since: number;
  readonly factor: boolean;
  /** Opened by a class card: for services, and for no page of the account. */
  readonly card: boolean;
}

/** What is asked of a browser, and by which module. */
interface Current {
  readonly details: LibraryInteraction;
  readonly module: Module;
}

interface Around {
  readonly config: Config;
  readonly modules: KnownModules;
  readonly traces: Traces;
  readonly isActive: (person: string) => Promise<boolean>;
  readonly goesOn: (person: string, epoch: number) => Promise<boolean>;
  readonly acknowledge: (notice: { person: string; client: string; version: number }) => Promise<void>;
}

/** `provider` gives the one that runs now. */
export function openInteractions(provider: () => Provider, around: Around): Interactions {
  const { config, modules, traces } = around;
  const scheme = new URL(config.issuer).protocol.slice(0, -1);
  const secure = scheme === 'https';

  const read = new WeakMap<object, Current>();
  const current = async (ctx: Koa.Context): Promise<Current> => {
    const details = await provider().interactionDetails(ctx.req, ctx.res).catch(orExpired);
    const module = await modules.get(String(details.params.client_id));
    if (!module || !ctx.path.split('/').includes(details.uid)) throw expired();
    read.set(ctx.req, { details, module });
    return { details, module };
  };
  const at = async (ctx: Koa.Context, ...prompts: readonly string[]) => {
    // what the request began with: should it have ended since, the answer is not kept
    const now = read.get(ctx.req) ?? (await current(ctx));
    if (!prompts.includes(now.details.prompt.name)) throw expired();
    return now;
  };
  // what `interactionResult` does, without reading again what was read a moment ago
  const answer = async (ctx: Koa.Context, details: LibraryInteraction, result: InteractionResults): Promise<void> => {
    details.result = 'error' in result ? result : { ...details.lastSubmission, ...result };
    await keep(details);
    ctx.redirect(details.returnTo);
    ctx.status = 303;
  };
  const keep = async (details: LibraryInteraction): Promise<void> => {
    await details.save(details.exp - Math.floor(Date.now() / 1000)).catch(orExpired);
  };

  const session = async (ctx: Koa.Context): Promise<Session | undefined> => {
    const found = await provider().Session.get(provider().createContext(ctx.req, ctx.res) as never);
    const { accountId, uid, loginTs } = found;
    if (accountId === undefined || loginTs === undefined || !(await around.isActive(accountId))) return undefined;
    if (workstationOf(ctx.req)) {
      if (loginTs + lifetimes.sharedAbsolute <= Date.now() / 1000) return undefined;
      // pages of ours count as use where the idle time is short
      await found.save(sessionLifetime(loginTs, Date.now(), 'shared'));
    }
    return {
      person: accountId,
      sid: uid,
      since: loginTs * 1000,
      factor: found.acr === acr.factor,
      card: found.acr === acr.card,
    };
  };
  /** The session that a factor is proven for: the one the step began with, and nobody else's. */
  const raisedSession = async (ctx: Koa.Context, details: LibraryInteraction, person: string): Promise<Session> => {
    const open = await session(ctx);
    if (open?.person !== person || details.session?.uid !== open.sid) throw expired();
    return open;
  };

  return {
    interaction: async (ctx) => {
      const { details, module } = await current(ctx);
      const passed = /^(notice|launch)$/.test(details.prompt.name) ? undefined : passedIn(details);
      // all sessions were ended meanwhile: the password that was shown before them may no longer be the holder's
      const over = passed?.epoch !== undefined && !(await around.goesOn(passed.person, passed.epoch));
      return toInteraction(details, module, over ? undefined : passed);
    },
    finishLogin: async (ctx, { person, epoch, amr, since }) => {
      const { module, details } = await at(ctx, 'login', 'factor');
      const now = Date.now();
      const raised = details.prompt.name === 'factor' ? await raisedSession(ctx, details, person) : undefined;
      if (!raised && (epoch === undefined || !(await around.goesOn(person, epoch))))
        throw new Refusal('sign_in_failed', 'expected an active account');
      // a session that is raised keeps its age: a factor alone must not make it live longer
      const ts = Math.floor((raised?.since ?? Math.min(since ?? now, now)) / 1000);
      const login = { accountId: person, amr: [...amr], acr: acrOf(amr), remember: false, ts };
      await answer(ctx, details, { login: raised ? login : { ...login, epoch } });
      const event = raised ? 'session.raised' : 'session.opened';
      traces.record({ event, at: now, actor: person, client: module.id });
    },
    goOn: async (ctx, passed) => {
      const { details } = await at(ctx, 'login', 'factor');
      details.result = { ...details.lastSubmission, passed };
      await keep(details);
      ctx.redirect(`/interaction/${details.uid}`);
      ctx.status = 303;
    },
    finishNotice: async (ctx) => {
      const { details, module } = await at(ctx, 'notice');
      const person = details.session?.accountId;
      if (person === undefined) throw expired();
      const version = noticeIn(details)?.version ?? module.noticeVersion;
      await around.acknowledge({ person, client: module.id, version });
      await answer(ctx, details, { notice: { version } });
    },
    finishSchool: async (ctx, school) => {
      const { details } = await at(ctx, 'launch');
      const launch = launchIn(details);
      if (launch?.kind !== 'choose' || !launch.schools.includes(school))
        throw new Refusal('bad_request', 'expected one of the schools that were offered');
      await answer(ctx, details, { launch: { school } });
    },
    cancel: async (ctx) => {
      const { details } = await current(ctx);
      await answer(ctx, details, { error: 'access_denied', error_description: 'the person chose not to go on' });
    },
    session,
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

function orExpired(error: unknown): never {
  throw error instanceof errors.SessionNotFound ? expired() : error;
}

/** At the step of the factor, who has shown what: the password a moment ago, or what the session was opened with. */
function passedIn({ prompt, result, session }: LibraryInteraction): Passed | undefined {
  const passed = result?.passed as Passed | undefined;
  if (passed && passed.at > Date.now() - PASSED_FOR) return passed;
  if (prompt.name !== 'factor' || session?.accountId === undefined) return undefined;
  return { person: session.accountId, amr: (session as { amr?: string[] }).amr ?? ['pwd'], at: 0 };
}

/** What is known of a publisher's resource at a step, as it was when the step was asked for. */
function launchIn({ prompt }: LibraryInteraction): Launch | undefined {
  return (prompt.details as { launch?: Launch }).launch;
}

function noticeIn({ prompt }: LibraryInteraction): NoticeTold | undefined {
  return (prompt.details as { notice?: NoticeTold }).notice;
}

function stepOf({ prompt }: LibraryInteraction, passed: Passed | undefined, launch: Launch | undefined) {
  if (prompt.name === 'notice') return 'notice';
  if (launch?.kind === 'objected') return 'objected';
  if (prompt.name === 'launch') return launch?.kind === 'choose' ? 'school' : 'closed';
  return passed ? 'factor' : 'login';
}

function toInteraction(details: LibraryInteraction, module: Module, passed: Passed | undefined): Interaction {
  const { params, session, uid } = details;
  const [launch, publisher] = [launchIn(details), noticeIn(details)];
  const { id, name, purpose, responsible, schools } = module;
  return {
    uid,
    step: stepOf(details, passed, launch),
    launch: launch?.kind === 'choose' ? launch : undefined,
    closed: launch?.kind === 'closed' ? launch.ark : undefined,
    publisher,
    passed,
    asksForFactor: asksForFactor(params.acr_values),
    asksAnew:
      params.max_age !== undefined ||
      String(params.prompt ?? '')
        .split(' ')
        .includes('login'),
    module: { id, name, purpose, responsible, schools },
    claims: isPublisher(module) ? [] : claimsOf(module.scopes),
    person: session?.accountId,
    uiLocales: typeof params.ui_locales === 'string' ? params.ui_locales.split(' ').slice(0, 5) : undefined,
    loginHint: typeof params.login_hint === 'string' ? params.login_hint.slice(0, 200) : undefined,
    redirectOrigin: sourceOf(String(params.redirect_uri)),
    noticeVersion: publisher?.version ?? module.noticeVersion,
  };
}

interface Handled {
  readonly oidc?: {
    readonly client?: { redirectUriAllowed(uri: string): boolean };
    readonly params?: Record<string, unknown>;
    readonly session?: { readonly state?: { readonly postLogoutRedirectUri?: string } };
    readonly entities?: { readonly Interaction?: { readonly params?: Record<string, unknown> } };
  };
}

/** Where a page of the provider may lead: addresses that are registered, or were checked when they were kept. */
function destinationsOf(ctx: Koa.Context): string[] {
  const { oidc } = ctx as unknown as Handled;
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
