// What every request carries through the door: its number, its settings, where to log; and the line it leaves behind.
import { randomUUID } from 'node:crypto';
import type Koa from 'koa';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { Refusal } from '../errors.ts';

export interface Frame {
  readonly config: Config;
  readonly log: Logger;
  /** Our own, or the one the caller gave when it is short and plain. */
  readonly requestId: string;
}

// On the raw request: a context made by another Koa application for the same request finds it too.
const FRAME = Symbol('frame');

interface Framed {
  [FRAME]?: Frame;
}

/** The frame of a request; it is a bug to ask outside the frame. */
export function frameOf(ctx: Koa.Context): Frame {
  const found = (ctx.req as Framed)[FRAME];
  if (!found) throw new Error('the request did not come through the frame');
  return found;
}

/** Short, and without what means something in a header, a page or a log: it comes back, and is written down. */
const REQUEST_ID = /^[\w.:/+=@~-]{1,128}$/;

/** Gives each request its number, and sends it back. */
export function nameRequests(config: Config, log: Logger): Koa.Middleware {
  return (ctx, next) => {
    const given = ctx.get('X-Request-ID');
    const requestId = REQUEST_ID.test(given) ? given : randomUUID();
    (ctx.req as Framed)[FRAME] = { config, log, requestId };
    ctx.set('X-Request-ID', requestId);
    return next();
  };
}

/** One line per answer: never an address, a query, a person. Assets and probes are only seen when debugging. */
export function logRequests(): Koa.Middleware {
  return async (ctx, next) => {
    const start = performance.now();
    await next();
    const { log, requestId } = frameOf(ctx);
    const quiet = /^\/(assets|health)\//.test(ctx.path) && ctx.status < 500;
    log[quiet ? 'debug' : 'info'](
      {
        request: requestId,
        method: ctx.method,
        route: routeOf(ctx),
        status: ctx.status,
        ms: Math.round((performance.now() - start) * 10) / 10,
      },
      'request',
    );
  };
}

/** The pattern that matched, never the path itself: a path may hold an identifier. */
function routeOf(ctx: Koa.Context): string {
  const { _matchedRoute, oidc } = ctx as { _matchedRoute?: string | RegExp; oidc?: { route?: string } };
  if (_matchedRoute) return String(_matchedRoute);
  return oidc?.route ? `oidc:${oidc.route}` : 'none';
}

/**
 * Answers only for the issuer's own host, so that no link, cookie or redirection can be made for another one.
 * Health probes come by address and create no link: they are let through.
 */
export function requireOwnHost(config: Config): Koa.Middleware {
  const own = new URL(config.issuer);
  return (ctx, next) => {
    const given = ctx.host;
    if (given !== own.host && !ctx.path.startsWith('/health/') && hostOf(given, own.protocol) !== own.host)
      throw new Refusal('wrong_host', `expected the host \`${own.host}\``);
    return next();
  };
}

/** No address of ours holds NUL, which no database keeps: there is nothing there, on each of them alike. */
export function refuseNul(): Koa.Middleware {
  return (ctx, next) => {
    if (ctx.path.includes('%00')) throw new Refusal('not_found', 'there is nothing at this address');
    return next();
  };
}

function hostOf(given: string, protocol: string): string | undefined {
  const address = `${protocol}//${given}`;
  if (!/^[\w.:[\]-]+$/.test(given) || !URL.canParse(address)) return undefined;
  return new URL(address).host;
}
