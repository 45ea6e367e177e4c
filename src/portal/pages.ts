// What the pages of the portal are given.
import type Koa from 'koa';
import type { Origin } from '../accounts/accounts.ts';
import type { Trail } from '../audit/audit.ts';
import type { Config } from '../config.ts';
import { Refusal, type RefusalCode } from '../errors.ts';
import { readCookie } from '../http/cookies.ts';
import { workstationOf } from '../oidc/marked.ts';
import type { IdentityProvider, Session } from '../oidc/oidc.ts';
import type { Holder } from '../privacy/held.ts';
import type { Source } from '../rights/rights.ts';
import type { Statements } from '../storage/statements.ts';
import type { Db } from '../storage/storage.ts';

export interface Portal {
  readonly db: Db;
  readonly provider: IdentityProvider;
  readonly config: Config;
  /** Where rights on resources are asked: graphs in memory when given, else `db`. */
  readonly rights?: Source | undefined;
  /** Where sign-ins are counted and looked up, at less cost; in `db` when not given. */
  readonly statements?: Statements | undefined;
  /** Takes what is traced outside the request. */
  readonly trail?: Trail | undefined;
  /** What every room holds about a person; what the rooms below the portal hold, when not given. */
  readonly holders?: readonly Holder[] | undefined;
}

/** Who acts, and when: the same for all that one request asks. */
export interface Moment {
  readonly person: string;
  readonly at: number;
}

/** Whoever is signed in; `not_signed_in` for nobody. */
export async function signedIn(ctx: Koa.Context, { provider }: Portal): Promise<Moment> {
  const session = await provider.session(ctx);
  if (!session) throw new Refusal('not_signed_in', 'expected somebody signed in');
  refuseCard(session);
  return { person: session.person, at: Date.now() };
}

/** The session of whoever is signed in; `not_signed_in` for nobody. */
export async function requireSession(ctx: Koa.Context, { provider }: Portal): Promise<Session> {
  const session = await provider.session(ctx);
  if (!session) throw new Refusal('not_signed_in', 'expected somebody signed in');
  refuseCard(session);
  return session;
}

/** A class card is good for services, and for none of our own pages. */
function refuseCard({ card }: { readonly card: boolean }): void {
  if (card) throw new Refusal('not_for_cards', 'expected somebody signed in with a password');
}

/** A page with a form: what it shows, and what it does with the answer. */
export interface FormPage {
  readonly show: (ctx: Koa.Context) => Promise<void>;
  readonly take: (ctx: Koa.Context) => Promise<void>;
}

/** Where a try comes from, for the rooms that slow guesses down. */
export function originOf(ctx: Koa.Context, { config, trail }: Portal): Origin {
  const [device, workstation] = [deviceOf(ctx), workstationOf(ctx.req)?.id];
  return { address: ctx.ip, key: config.keyFor('throttle'), at: Date.now(), device, workstation, trail };
}

/** The number that the browser keeps, if it keeps one; a shared workstation is nobody's. */
export function deviceOf(ctx: Koa.Context): string | undefined {
  const device = workstationOf(ctx.req) ? undefined : readCookie(ctx, 'device');
  return device && /^[\w-]{22}$/.test(device) ? device : undefined;
}

/** Goes on to a page of ours with a GET, whatever the method was. */
export function goTo(ctx: Koa.Context, path: string): void {
  ctx.status = 303;
  ctx.redirect(path);
}

/** The code of a refusal that the page itself can answer; anything else goes on up. */
export function expected<Code extends RefusalCode>(error: unknown, ...codes: readonly Code[]): Code {
  const code = error instanceof Refusal && codes.find((one) => one === error.code);
  if (!code) throw error;
  return code;
}
