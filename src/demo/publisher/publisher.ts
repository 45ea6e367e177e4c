// A small publisher's resource: a separate application that shows exactly what Préau sent it, and asks it again each time.

import { createServer } from 'node:http';
import { bodyParser } from '@koa/bodyparser';
import Router from '@koa/router';
import Koa from 'koa';
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { logoutTokens } from '../module/back-channel.ts';
import { isUnreachable } from '../module/relying-party.ts';
import { unguessable } from '../module/sessions.ts';
import { asset, headers } from '../serving.ts';
import { type Identity, insidePage, outsidePage, stopPage } from './pages.tsx';
import { openParty, type Party } from './party.ts';
import { icon, style } from './style.ts';
import { openVisits, type Visit, type Visits } from './visits.ts';

export interface PublisherSettings extends Identity {
  /** Préau's address, without a trailing slash. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The port of its own origin, `http://localhost:PORT`. */
  readonly port: number;
}

export interface Publisher {
  readonly origin: string;
  listen(): Promise<void>;
  close(): Promise<void>;
}

/** The addresses of a publisher that will run on a port: those to register, and the one that opens its resource. */
export function publisherAddresses(port: number) {
  const origin = `http://localhost:${port}`;
  return {
    origin,
    resourceUrl: `${origin}/entrer`,
    redirectUri: `${origin}/retour`,
    backchannelLogoutUri: `${origin}/fin-de-session`,
  };
}

/** Opens the publisher; nothing is asked of Préau before the first visit. */
export function openPublisher(settings: PublisherSettings): Publisher {
  const { issuer, clientId, port } = settings;
  const { origin } = publisherAddresses(port);
  const party = openParty({ ...settings, origin, resource: settings.resource });
  const house: House = { ...settings, origin, party, visits: openVisits() };
  const app = new Koa();
  app
    .use(headers(issuer))
    .use(stopKindly(house))
    .use(bodyParser({ enableTypes: ['form'], formLimit: '16kb' }));
  app.use(routesOf(house, logoutTokens(party, clientId)).routes());
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

interface House extends PublisherSettings {
  readonly origin: string;
  readonly party: Party;
  readonly visits: Visits;
}

function routesOf(house: House, readLogoutToken: ReturnType<typeof logoutTokens>): Router {
  return new Router()
    .get('/', show(house))
    .get('/entrer', enter(house))
    .get('/retour', comeBack(house))
    .post('/quitter', leave(house))
    .post('/fin-de-session', endFromPreau(house, readLogoutToken))
    .get('/style.css', asset('text/css', style))
    .get('/icon.svg', asset('image/svg+xml', icon))
    .all('/{*rest}', (ctx) => {
      ctx.status = 404;
      ctx.body = stopPage(house, { title: 'Cette page n’existe pas', words: 'L’adresse est peut-être incomplète.' });
    });
}

/** GET /: what was received, once Préau has said again that the person may; the way in for whoever is outside. */
function show(house: House): Koa.Middleware {
  return async (ctx) => {
    const visit = visitOf(house, ctx);
    if (!visit) {
      ctx.body = outsidePage(house, { left: ctx.query.parti === '1' });
      return;
    }
    if (await house.party.mayLaunch(visit.received.sub)) {
      ctx.body = insidePage(house, visit);
      return;
    }
    house.visits.end(visit.id);
    ctx.status = 403;
    ctx.body = stopPage(house, {
      title: 'Cette ressource ne vous est plus ouverte',
      words:
        'Nous venons de le demander à Préau : la licence a été reprise, l’abonnement ou la convention a pris fin. Nous avons fermé votre session et oublié votre identifiant.',
    });
  };
}

/** GET /entrer, the address of the registry: to Préau, which knows whether and from which school. */
function enter({ party, visits, clientId }: House): Koa.Middleware {
  return async (ctx) => {
    const { url, state, ...departed } = await party.signIn();
    const browser = ctx.cookies.get(away(clientId)) ?? unguessable();
    visits.depart(state, browser, departed);
    ctx.cookies.set(away(clientId), browser, { ...cookie, maxAge: 3_600_000 });
    ctx.redirect(url.href);
  };
}

/** GET /retour: back from Préau, with a code or an error. */
function comeBack(house: House): Koa.Middleware {
  const { party, visits, clientId, origin } = house;
  return async (ctx) => {
    const state = String(ctx.query.state ?? '');
    const departed = visits.comeBack(state, ctx.cookies.get(away(clientId)));
    if (!departed) return ctx.redirect('/');
    try {
      const visit = visits.begin(await party.comeBack(new URL(ctx.url, origin), state, departed));
      ctx.cookies.set(inside(clientId), visit.id, cookie);
      ctx.redirect('/');
    } catch (error) {
      if (!(error instanceof AuthorizationResponseError || error instanceof ResponseBodyError)) {
        if (!(error instanceof ClientError) || isUnreachable(error)) throw error;
      }
      ctx.status = 403;
      ctx.body = stopPage(house, {
        title: 'La ressource ne s’est pas ouverte',
        words:
          'Préau n’a rien transmis sur vous. Revenez au médiacentre : il dit ce qui est ouvert, et sinon pourquoi.',
      });
    }
  };
}

/** POST /quitter: out of the resource, and not of Préau. */
function leave(house: House): Koa.Middleware {
  return (ctx) => {
    const visit = visitOf(house, ctx);
    const { form } = (ctx.request.body ?? {}) as { form?: unknown };
    if (visit && form === visit.formToken) house.visits.end(visit.id);
    ctx.status = 303;
    ctx.redirect('/?parti=1');
  };
}

/** POST /fin-de-session: Préau says that a session, or a right, has ended (OpenID Connect Back-Channel Logout 1.0). */
function endFromPreau({ visits }: House, read: ReturnType<typeof logoutTokens>): Koa.Middleware {
  return async (ctx) => {
    try {
      visits.endNamed(await read((ctx.request.body as { logout_token?: unknown }).logout_token));
      ctx.status = 200;
      ctx.body = '';
    } catch {
      ctx.status = 400;
      ctx.body = { error: 'invalid_request' };
    }
  };
}

function visitOf({ visits, clientId }: House, ctx: Koa.Context): Visit | undefined {
  return visits.find(ctx.cookies.get(inside(clientId)));
}

// cookies do not tell ports apart: each publisher's have names of their own
function inside(clientId: string): string {
  return `${clientId}_visite`;
}

function away(clientId: string): string {
  return `${clientId}_depart`;
}

const cookie = { httpOnly: true, sameSite: 'lax', signed: false, overwrite: true, path: '/' } as const;

function stopKindly(house: House): Koa.Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const away = isUnreachable(error);
      ctx.status = away ? 503 : 500;
      if (away) ctx.set('retry-after', '10');
      else ctx.app.emit('error', error, ctx);
      ctx.body = stopPage(house, {
        title: away ? 'Préau ne répond pas' : 'Quelque chose s’est mal passé',
        words: away
          ? 'Sans lui, nous ne savons pas si cette ressource vous est ouverte : nous ne la montrons donc pas. Réessayez dans un instant.'
          : 'L’erreur a été notée. Réessayez dans un instant.',
      });
    }
  };
}
