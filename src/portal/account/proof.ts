// Sensitive pages ask again who is there: a proof of the highest grade that the person can give, a few minutes old at most.
import type Koa from 'koa';
import { provePage } from '../../../views/factors/prove.tsx';
import { comeInAgainPage } from '../../../views/upstream/again.tsx';
import { boundTo } from '../../accounts/factors/challenges.ts';
import { factorsOf, proveFactor, standingOf } from '../../accounts/factors/factors.ts';
import { noteProof, provenAt } from '../../accounts/factors/proofs.ts';
import { lacksPassword } from '../../accounts/first-password.ts';
import { provePassword } from '../../accounts/holding.ts';
import type { Config } from '../../config.ts';
import type { RefusalCode } from '../../errors.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { render } from '../../http/pages.ts';
import type { Db } from '../../storage/storage.ts';
import { providersOf } from '../../upstream/providers.ts';
import { expected, type FormPage, goTo, type Moment, originOf, type Portal, requireSession } from '../pages.ts';
import { keepSteps } from '../upstream/steps.ts';
import { actingOn, factorFaults, givenIn, proveData } from './asking.ts';

/** How old a proof may be, in milliseconds. */
const FRESH_FOR = 10 * 60_000;

/** Who acts, in which session: `bound` is what the session's proofs are kept under. */
export interface ProvenMoment extends Moment {
  readonly bound: string;
}

/**
 * What is done for a school is done by nobody who must hold a second factor and has shown none in this session: who holds none
 * yet is led to add one, who holds one to prove it, and back.
 */
export function factorFirst(portal: Portal): Koa.Middleware {
  return async (ctx, next) => {
    const session = await portal.provider.session(ctx);
    if (!session || session.factor || session.card) return next();
    const { person, bound, at } = await sessionMoment(ctx, portal);
    const { factors, required } = await standingOf(portal.db, person, at);
    const shown = factors.length > 0 && (await provenAt(portal.db, { bound, person })) > 0;
    if (!required || shown) return next();
    goTo(ctx, `/account/${factors.length > 0 ? 'prove' : 'factors/add'}?to=${backTo(ctx)}`);
  };
}

/**
 * Whoever is signed in and has proven it within ten minutes: by a second factor when they hold one, else by their
 * password. Undefined when they are on their way to do so: the answer is written, and leads back here. `not_signed_in` for nobody.
 * Who must hold a factor and holds none comes here on pages of their own alone: see `factorFirst`.
 */
export async function requireFactor(ctx: Koa.Context, portal: Portal): Promise<ProvenMoment | undefined> {
  const moment = await sessionMoment(ctx, portal);
  const { person, bound, at, since, factor } = moment;
  const holds = (await factorsOf(portal.db, person)).length > 0;
  const proven = Math.max(await provenAt(portal.db, { bound, person }), factor || !holds ? since : 0);
  if (proven > at - FRESH_FOR) return { person, bound, at };
  goTo(ctx, `/account/prove?to=${backTo(ctx)}`);
  return undefined;
}

/** What was asked for, to come back to. */
function backTo(ctx: Koa.Context): string {
  return encodeURIComponent(ctx.method === 'GET' ? ctx.url : ctx.path);
}

/** GET and POST /account/prove */
export function prove(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (ctx: Koa.Context, to: string, fault?: RefusalCode): Promise<void> => {
    const { person, bound, at } = await sessionMoment(ctx, portal);
    const standing = await standingOf(db, person, at);
    if (standing.factors.length === 0 && (await lacksPassword(db, person))) {
      keepSteps(ctx, portal, { anew: true }); // a session left open over there would not show who is here now
      return render(ctx, comeInAgainPage, { providers: await namesOfProviders(db, person) }, { repeatable: false });
    }
    const asking = { action: `/account/prove?to=${encodeURIComponent(to)}`, token: formToken(ctx, purposeOf(person)) };
    const data = await proveData(portal, asking, {
      acting: actingOn(portal, { person, bound }),
      standing,
      school: false,
    });
    render(ctx, provePage, { ...data, fault }, { status: fault ? 422 : 200, script: 'passkeys.js', repeatable: false });
  };
  return {
    show: async (ctx) => show(ctx, ownPath(portal.config, ctx.query.to)),
    take: async (ctx) => {
      const { person, bound, at } = await sessionMoment(ctx, portal);
      requireFormToken(ctx, purposeOf(person));
      const to = ownPath(portal.config, ctx.query.to);
      try {
        await proveOnce(ctx, portal, { person, bound });
      } catch (error) {
        // a double click: what came first has proven it
        if ((await provenAt(db, { bound, person })) > at - 10_000) return goTo(ctx, to);
        return show(ctx, to, expected(error, ...factorFaults));
      }
      goTo(ctx, to);
    },
  };
}

/**
 * Whether the account has a password. One that has none is asked, in its place, that its holder came in within ten minutes:
 * undefined when they are on their way to do so.
 */
export async function passwordOrFresh(ctx: Koa.Context, portal: Portal): Promise<'password' | 'fresh' | undefined> {
  const { person } = await requireSession(ctx, portal);
  if (!(await lacksPassword(portal.db, person))) return 'password';
  return (await requireFactor(ctx, portal)) && 'fresh';
}

/** Through whom a person signs in, as these are called. */
export async function namesOfProviders(db: Db, person: string): Promise<string[]> {
  return [...new Set((await providersOf(db, person)).map(({ name }) => name))];
}

/** What may be asked again: the session, and since when it is open. */
export async function sessionMoment(ctx: Koa.Context, portal: Portal) {
  const { person, sid, since, factor } = await requireSession(ctx, portal);
  return { person, since, factor, bound: boundTo('session', sid), at: Date.now() };
}

/** A path of ours to go back to, whatever was asked. */
export function ownPath({ issuer }: Config, asked: unknown): string {
  if (typeof asked !== 'string' || asked.length > 500 || !asked.startsWith('/') || !URL.canParse(asked, issuer))
    return '/';
  const { origin, pathname, search } = new URL(asked, issuer);
  return origin === issuer && !pathname.startsWith('//') ? pathname + search : '/';
}

/** The password alone proves nothing for somebody who holds a factor. */
async function proveOnce(ctx: Koa.Context, portal: Portal, who: { person: string; bound: string }): Promise<void> {
  const { db } = portal;
  const acting = actingOn(portal, who);
  const from = originOf(ctx, portal);
  if ((await factorsOf(db, who.person)).length === 0)
    await provePassword(db, { ...from, person: who.person, password: field(ctx, 'password', 1000) });
  else {
    const { key: secrets, ...rest } = acting;
    await proveFactor(db, { ...rest, secrets, from, given: givenIn(ctx) });
  }
  await noteProof(db, { ...who, at: acting.at });
}

function purposeOf(person: string): string {
  return `prove ${person}`;
}
