// Coming in and going out: sign-in by code, sign-out in both directions.
import type Koa from 'koa';
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { homePage, signInFailedPage } from './home.tsx';
import { stopPage } from './refusal.tsx';
import { isUnreachable } from './relying-party.ts';
import { unguessable } from './sessions.ts';
import {
  departingBrowser,
  field,
  keepDepartingBrowser,
  keepSession,
  type Module,
  sessionOf,
  sessionOfForm,
} from './visit.ts';

export function showHome(module: Module): Koa.Middleware {
  return (ctx) => {
    if (sessionOf(module, ctx)) ctx.redirect('/cahiers');
    else ctx.body = homePage({ goodbye: false });
  };
}

export function showGoodbye(module: Module): Koa.Middleware {
  return (ctx) => {
    if (sessionOf(module, ctx)) ctx.redirect('/cahiers');
    else ctx.body = homePage({ goodbye: true });
  };
}

/** GET /connexion: to Préau, remembering where the person wanted to go. */
export function signIn({ party, sessions }: Module): Koa.Middleware {
  return async (ctx) => {
    const { url, state, nonce, verifier } = await party.signIn();
    const browser = departingBrowser(ctx) ?? unguessable();
    sessions.depart(state, { browser, nonce, verifier, returnTo: ownPath(ctx.query.vers) });
    keepDepartingBrowser(ctx, browser);
    ctx.redirect(url.href);
  };
}

/** GET /retour: back from Préau, with a code or an error. */
export function comeBack(module: Module): Koa.Middleware {
  const { origin, party, sessions } = module;
  return async (ctx) => {
    const state = String(ctx.query.state ?? '');
    const departure = sessions.comeBack(state, departingBrowser(ctx));
    if (!departure && sessionOf(module, ctx)) return ctx.redirect('/cahiers');
    if (!departure) return failSignIn(ctx, undefined);
    try {
      const person = await party.comeBack(new URL(ctx.url, origin), state, departure);
      const before = sessionOf(module, ctx);
      if (before) sessions.end(before.id);
      keepSession(ctx, sessions.begin(person));
      ctx.redirect(departure.returnTo);
    } catch (error) {
      if (isUnreachable(error)) throw error;
      if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError)
        return failSignIn(ctx, error.error);
      if (error instanceof ClientError) return failSignIn(ctx, error.code);
      throw error;
    }
  };
}

/** POST /deconnexion: the module's session ends here, then Préau's. */
export function signOut(module: Module): Koa.Middleware {
  const { party, sessions } = module;
  return async (ctx) => {
    const session = sessionOfForm(module, ctx);
    if (!session) return;
    sessions.end(session.id);
    keepSession(ctx, undefined);
    try {
      const url = await party.signOut();
      ctx.status = 303;
      ctx.redirect(url.href);
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      ctx.status = 503;
      ctx.body = stopPage({
        title: 'Vous êtes déconnecté de ce module seulement',
        words:
          'Préau ne répond pas : votre session y est peut-être encore ouverte. Sur un ordinateur partagé, fermez le navigateur.',
      });
    }
  };
}

/** POST /fin-de-session: Préau says that a session has ended (OpenID Connect Back-Channel Logout 1.0). */
export function endFromPreau({ sessions, readLogoutToken }: Module): Koa.Middleware {
  return async (ctx) => {
    try {
      sessions.endNamed(await readLogoutToken(field(ctx, 'logout_token')));
      ctx.status = 200;
      ctx.body = '';
    } catch {
      // whatever is wrong with it, the answer is the same: §2.8
      ctx.status = 400;
      ctx.body = { error: 'invalid_request' };
    }
  };
}

function failSignIn(ctx: Koa.Context, error: string | undefined): void {
  ctx.status = error === 'access_denied' ? 200 : 400;
  ctx.body = signInFailedPage({ error });
}

/** Only a page of the module: a sign-in is never a way to be sent elsewhere. */
function ownPath(wanted: unknown): string {
  return typeof wanted === 'string' && /^\/cahiers(\/[\w-]+)?$/.test(wanted) ? wanted : '/cahiers';
}
