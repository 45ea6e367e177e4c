// How a person enters a module: the account, the grant for what the module is registered for, and the notice before it.
import type { Account, Configuration, FindAccount, KoaContextWithOIDC } from 'oidc-provider';
import type { Config } from '../config.ts';
import type { Db } from '../storage/storage.ts';
import { buildClaims } from './claims.ts';
import { apiScopesOf, claimScopesOf, type KnownModules } from './known-modules.ts';
import { apiAudience } from './scopes.ts';
import type { Module } from './sheet.ts';
import type { Store } from './store.ts';

/** What the accounts room answers, memorised where an answer cannot change. */
export interface Standing {
  isActive(person: string): Promise<boolean>;
  noticeDue(notice: { person: string; client: string; version: number }): Promise<boolean>;
}

export interface Entering {
  readonly findAccount: FindAccount;
  readonly loadExistingGrant: NonNullable<Configuration['loadExistingGrant']>;
  readonly noticeDue: (ctx: KoaContextWithOIDC) => Promise<boolean>;
}

export function openEntering(
  db: Db,
  {
    config,
    store,
    modules,
    standing,
    subjectOf,
  }: {
    config: Config;
    store: Store;
    modules: KnownModules;
    standing: Standing;
    subjectOf: (module: Module, person: string) => Promise<string>;
  },
): Entering {
  const audience = apiAudience(config.issuer);
  const moduleOf = async (ctx: KoaContextWithOIDC): Promise<Module | undefined> =>
    ctx.oidc.client && modules.get(ctx.oidc.client.clientId);

  const findAccount: FindAccount = async (ctx, person) => {
    if (!(await standing.isActive(person))) return undefined;
    const account: Account = {
      accountId: person,
      claims: async (_use, scope) => {
        const module = await moduleOf(ctx);
        if (!module) return { sub: person };
        const sitter = {
          person,
          schools: module.schools,
          at: Date.now(),
          subjectOf: (other: string) => subjectOf(module, other),
        };
        return { sub: person, ...(await buildClaims(db, sitter, scope.split(' '))) };
      },
    };
    return account;
  };

  const noticeDue = async (ctx: KoaContextWithOIDC): Promise<boolean> => {
    const module = await moduleOf(ctx);
    const person = ctx.oidc.account?.accountId;
    if (!module || person === undefined) return false;
    return standing.noticeDue({ person, client: module.id, version: module.noticeVersion });
  };

  /** Nothing is granted before the notice is read; then, all that the module is registered for and nothing else. */
  const loadExistingGrant: Entering['loadExistingGrant'] = async (ctx) => {
    const { provider, session, account } = ctx.oidc;
    const module = await moduleOf(ctx);
    if (!module || !session || !account || (await noticeDue(ctx))) return undefined;
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

  return { findAccount, noticeDue, loadExistingGrant };
}

function covers(granted: string, module: Module): boolean {
  const scopes = new Set(granted.split(' '));
  return claimScopesOf(module).every((scope) => scopes.has(scope));
}
