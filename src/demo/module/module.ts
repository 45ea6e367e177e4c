// The demo logbook module « Cahier de textes »: a separate application, a relying party that asks Préau for every right.

import { createServer } from 'node:http';
import { bodyParser } from '@koa/bodyparser';
import Router from '@koa/router';
import Koa from 'koa';
import { asset, headers } from '../serving.ts';
import { logoutTokens } from './back-channel.ts';
import { type NewEntry, openEntries } from './entries.ts';
import { addEntry, showLogbook, showShelves } from './logbook-pages.ts';
import { type Phone, showPhones } from './phone.tsx';
import { stopPage } from './refusal.tsx';
import { isUnreachable, openRelyingParty } from './relying-party.ts';
import { openRights } from './rights.ts';
import { openSessions, unguessable } from './sessions.ts';
import { comeBack, endFromPreau, showGoodbye, showHome, signIn, signOut } from './sign-in-pages.ts';
import { icon, style } from './style.ts';
import { type Module, sessionOf } from './visit.ts';

export interface LogbookModuleSettings {
  /** Préau's address, without a trailing slash. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The port of the module's own origin, `http://localhost:PORT`. */
  readonly port: number;
  /** What is written already when the module starts. */
  readonly entries?: readonly NewEntry[];
  /** The telephones that show codes, since nobody has them at hand here. */
  readonly phones?: readonly Phone[];
}

export interface LogbookModule {
  readonly origin: string;
  listen(): Promise<void>;
  close(): Promise<void>;
}

/** The addresses to register at Préau for the module that will run on a port. */
export function moduleAddresses(port: number) {
  const origin = `http://localhost:${port}`;
  return {
    origin,
    redirectUri: `${origin}/retour`,
    postLogoutRedirectUri: `${origin}/au-revoir`,
    backchannelLogoutUri: `${origin}/fin-de-session`,
  };
}

/** Opens the module; nothing is asked of Préau before the first visit. */
export function openLogbookModule({
  issuer,
  clientId,
  clientSecret,
  port,
  entries,
  phones = [],
}: LogbookModuleSettings): LogbookModule {
  const { origin } = moduleAddresses(port);
  const party = openRelyingParty({ issuer, clientId, clientSecret, origin });
  const app = new Koa();
  app
    .use(headers(issuer))
    .use(stopKindly)
    .use(oneOrigin(origin))
    .use(bodyParser({ enableTypes: ['form'], formLimit: '64kb' }));
  app.use(new Router().get('/telephone', showPhones(phones)).routes());
  app.use(
    routesOf({
      origin,
      issuer,
      party,
      rights: openRights(issuer, party),
      sessions: openSessions(),
      entries: openEntries(entries),
      readLogoutToken: logoutTokens(party, clientId),
    }).routes(),
  );
  const server = createServer(app.callback());
  return {
    origin,
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject).listen(port, '127.0.0.1', () => resolve());
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function routesOf(module: Module): Router {
  return new Router()
    .get('/', showHome(module))
    .get('/connexion', signIn(module))
    .get('/retour', comeBack(module))
    .post('/deconnexion', signOut(module))
    .get('/au-revoir', showGoodbye(module))
    .post('/fin-de-session', endFromPreau(module))
    .get('/cahiers', showShelves(module))
    .get('/cahiers/:id', showLogbook(module))
    .post('/cahiers/:id/seances', addEntry(module))
    .get('/style.css', asset('text/css', style))
    .get('/icon.svg', asset('image/svg+xml', icon))
    .get('/favicon.ico', asset('image/svg+xml', icon))
    .all('/{*rest}', (ctx) => {
      ctx.status = 404;
      ctx.body = stopPage({
        title: 'Cette page n’existe pas',
        words: 'L’adresse est peut-être incomplète.',
        session: sessionOf(module, ctx),
      });
    });
}

/** One page for each way of failing: Préau is down, the request is too large, or we have a bug. */
async function stopKindly(ctx: Koa.Context, next: Koa.Next): Promise<void> {
  try {
    await next();
  } catch (error) {
    const again = ctx.method === 'GET' ? ctx.url : undefined;
    if (isUnreachable(error)) {
      ctx.status = 503;
      ctx.set('retry-after', '10');
      ctx.body = stopPage({
        title: 'Préau ne répond pas',
        words:
          'Sans lui, ce module ne sait pas qui peut lire ou écrire : il n’ouvre donc aucun cahier. Rien n’est perdu\u00a0; réessayez dans un instant.',
        again: again ?? '/cahiers',
      });
    } else if (error instanceof Error && 'expose' in error && error.expose === true && 'status' in error) {
      ctx.status = Number(error.status);
      ctx.body = stopPage({
        title: 'Cette demande n’est pas recevable',
        words: 'Elle est trop longue, ou mal formée.',
      });
    } else {
      const code = unguessable().slice(0, 8);
      ctx.status = 500;
      ctx.body = stopPage({ title: 'Quelque chose s’est mal passé', words: 'L’erreur a été notée.', code });
      ctx.app.emit('error', new Error(`reference ${code}`, { cause: error }), ctx);
    }
  }
}

/** Cookies belong to one origin: whoever comes by another name of this machine is sent to it. */
function oneOrigin(origin: string): Koa.Middleware {
  const { host } = new URL(origin);
  return async (ctx, next) => {
    if (ctx.method === 'GET' && ctx.host !== host) ctx.redirect(origin + ctx.path);
    else await next();
  };
}
