// How a person enters a module: the account, the grant for what the module is registered for, and the notice before it.
import type { Account, Configuration, FindAccount, KoaContextWithOIDC } from 'oidc-provider';
import type { Config } from '../config.ts';
import type { AttributeName } from '../resources/attributes.ts';
import type { Db } from '../storage/storage.ts';
import { arkIn } from './asked-resource.ts';
import { buildClaims } from './claims.ts';
import { apiScopesOf, claimScopesOf, type KnownModules } from './known-modules.ts';
import { type Launch, type Launches, noticeOf, type Opened, originOf } from './launches.ts';
import { apiAudience } from './scopes.ts';
import { isPublisher, type Module } from './sheet.ts';
import { keepSignIn, noteSignIn } from './sign-in-time.ts';
import type { Store } from './store.ts';

/** What the accounts room answers, memorised where an answer cannot change. */
export interface Standing {
  isActive(person: string): Promise<boolean>;
  noticeDue(notice: { person: string; client: string; version: number }): Promise<boolean>;
}

type Given = Parameters<Launches['behind']>[1];

export interface Entering {
  readonly findAccount: FindAccount;
  readonly loadExistingGrant: NonNullable<Configuration['loadExistingGrant']>;
  readonly noticeDue: (ctx: KoaContextWithOIDC) => Promise<boolean>;
  readonly noticeTold: (ctx: KoaContextWithOIDC) => Promise<Record<string, unknown>>;
  readonly launchAhead: (ctx: KoaContextWithOIDC) => Promise<Launch | undefined>;
  readonly launchGoesOn: (token: object) => Promise<boolean>;
  readonly extraTokenClaims: NonNullable<Configuration['extraTokenClaims']>;
}

/** What the notice of a publisher says besides: of which resource, and what that is sent. */
export interface NoticeTold {
  readonly resource: { readonly id: string; readonly name: string };
  /** What it is sent, of those that the directory keeps. */
  readonly attributes: readonly AttributeName[];
  /** Whether it is told the school of the click, or all from which it may be opened. */
  readonly schools: 'click' | 'all';
  readonly version: number;
}

export function openEntering(
  db: Db,
  {
    config,
    store,
    modules,
    standing,
    launches,
    closed,
    subjectOf,
  }: {
    config: Config;
    store: Store;
    modules: KnownModules;
    standing: Standing;
    launches: Launches;
    /** Whether a person objected to a module: it receives nothing of them. */
    closed: (person: string, client: string) => boolean | Promise<boolean>;
    subjectOf: (module: Module, person: string) => Promise<string>;
  },
): Entering {
  const audience = apiAudience(config.issuer);
  const moduleOf = async (ctx: KoaContextWithOIDC): Promise<Module | undefined> =>
    ctx.oidc.client && modules.get(ctx.oidc.client.clientId);

  const launchAhead: Entering['launchAhead'] = async (ctx) => {
    const [module, person] = [await moduleOf(ctx), ctx.oidc.account?.accountId];
    if (!module || person === undefined) return undefined;
    if (await closed(person, module.id)) return { kind: 'objected' };
    return isPublisher(module) ? launches.ahead(ctx, module) : undefined;
  };

  /** What a code or a token was given for; nothing while more would be sent than the person was told of. */
  const openedBehind = async (module: Module, given: Given): Promise<Opened | undefined> => {
    const opened = await launches.behind(module, given);
    if (!opened || given.accountId === undefined) return undefined;
    const { version } = noticeOf(module, opened.resource);
    const due = await standing.noticeDue({ person: given.accountId, client: module.id, version });
    return due ? undefined : opened;
  };

  /** What the request's code or token was given for, found once for all that the answer says. */
  const openedBy = new WeakMap<object, Opened>();

  const findAccount: FindAccount = async (ctx, person, given) => {
    if (!(await standing.isActive(person))) return undefined;
    if (given && (await closed(person, String(given.clientId)))) return undefined;
    const module = given ? await modules.get(String(given.clientId)) : undefined;
    if (given && module && isPublisher(module)) {
      const opened = await openedBehind(module, given as Given);
      if (!opened || !isFor(ctx, opened)) return undefined;
      openedBy.set(ctx, opened);
      keepSignIn(given);
      return publisherAccount(module, { person, opened });
    }
    const account: Account = {
      accountId: person,
      claims: async (_use, scope) => {
        const served = await moduleOf(ctx);
        if (!served || isPublisher(served)) return { sub: person };
        const sitter = {
          person,
          schools: served.schools,
          at: Date.now(),
          subjectOf: (other: string) => subjectOf(served, other),
          closed: (other: string) => closed(other, served.id),
        };
        return { sub: person, ...(await buildClaims(db, sitter, scope.split(' '))) };
      },
    };
    return account;
  };

  const publisherAccount = (module: Module, { person, opened }: { person: string; opened: Opened }): Account => ({
    accountId: person,
    claims: async (use) => ({ sub: person, ...(await launches.claims(module, { person, opened, use })) }),
  });

  const noticeOn = async (ctx: KoaContextWithOIDC): Promise<{ version: number; told?: NoticeTold } | undefined> => {
    const module = await moduleOf(ctx);
    if (!module || ctx.oidc.account === undefined) return undefined;
    if (!isPublisher(module)) return { version: module.noticeVersion };
    const launch = await launches.ahead(ctx, module);
    if (launch.kind !== 'open') return undefined;
    const { resource } = launch.opened;
    const { id, name, schools } = resource;
    const told = { resource: { id, name }, schools, ...noticeOf(module, resource) };
    return { version: told.version, told };
  };

  const noticeDue = async (ctx: KoaContextWithOIDC): Promise<boolean> => {
    const [notice, client, person] = [await noticeOn(ctx), ctx.oidc.client, ctx.oidc.account?.accountId];
    if (!notice || !client || person === undefined) return false;
    return standing.noticeDue({ person, client: client.clientId, version: notice.version });
  };

  /** Nothing is granted before the notice is read; then, all that the module is registered for and nothing else. */
  const loadExistingGrant: Entering['loadExistingGrant'] = async (ctx) => {
    const { session, account } = ctx.oidc;
    const module = await moduleOf(ctx);
    if (!module || !session || !account || (await noticeDue(ctx))) return undefined;
    const launch = await launchAhead(ctx);
    if (launch && launch.kind !== 'open') return undefined;
    if (launch) noteSignIn(ctx);
    const granted = await grantFor(ctx, module);
    if (granted && launch) await launches.enter(ctx, module, launch.opened);
    return granted;
  };

  const grantFor = async (ctx: KoaContextWithOIDC, module: Module) => {
    const { provider, session, account } = ctx.oidc;
    if (!session || !account) return undefined;
    const held = session.grantIdFor(module.id);
    const found = held === undefined ? undefined : await provider.Grant.find(held);
    if (found && found.accountId === account.accountId && covers(found.getOIDCScope(), module)) return found;
    const grant = new provider.Grant({ accountId: account.accountId, clientId: module.id });
    grant.addOIDCScope(claimScopesOf(module).join(' '));
    const api = apiScopesOf(module);
    if (api.length > 0) grant.addResourceScope(audience, api.join(' '));
    const grantId = await grant.save();
    session.ensureClientContainer(module.id);
    const entered = await store.enter({
      uid: session.uid,
      client: module.id,
      sid: session.sidFor(module.id) ?? '',
      grantId,
      replaces: held,
      authorizations: session.authorizations ?? {},
    });
    if (entered.sid) session.sidFor(module.id, entered.sid);
    if (entered.grantId === grantId || entered.grantId === undefined) return grant;
    const first = await provider.Grant.find(entered.grantId); // another tab entered the module at the same moment
    if (!first) return grant;
    await grant.destroy();
    return first;
  };

  return {
    findAccount,
    noticeDue,
    noticeTold: async (ctx) => ({ notice: (await noticeOn(ctx))?.told }),
    launchAhead,
    launchGoesOn: async (token) => {
      const module = await modules.get(String((token as { clientId?: string }).clientId));
      const given = token as Given;
      if (module && given.accountId !== undefined && (await closed(given.accountId, module.id))) return false;
      if (!module || !isPublisher(module) || given.accountId === undefined) return true;
      return (await openedBehind(module, given)) !== undefined;
    },
    // what userinfo and introspection go by, and what the publisher reads of its own token
    extraTokenClaims: async (ctx) => {
      const opened = ctx && openedBy.get(ctx);
      return opened && { ...originOf(opened) };
    },
    loadExistingGrant,
  };
}

/**
 * Whether a request speaks of the resource that its code or token was given for. One that names it asks for what it
 * would get without: a token for userinfo, and not one for the resource, which nobody else serves.
 */
function isFor({ oidc, query }: KoaContextWithOIDC, { resource: { id } }: Opened): boolean {
  const { params } = oidc;
  if (params && arkIn(params.resource) === id) params.resource = undefined;
  const named = arkIn(query.idRessource);
  return named === undefined || named === id;
}

function covers(granted: string, module: Module): boolean {
  const scopes = new Set(granted.split(' '));
  return claimScopesOf(module).every((scope) => scopes.has(scope));
}
