// Forms: read with a cap, and accepted only from a page that we gave to the same browser for the same purpose.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { bodyParser } from '@koa/bodyparser';
import type Koa from 'koa';
import { Refusal } from '../errors.ts';
import { readCookie, setCookie } from './cookies.ts';
import { frameOf } from './requests.ts';

const HOUR = 3_600_000;
const VALID_FOR = 4 * HOUR;

/** Parses a posted form of at most 16 kB; anything else is refused. */
export const formBody: Koa.Middleware[] = [
  async (ctx, next) => {
    if (ctx.method === 'POST' && (!ctx.is('application/x-www-form-urlencoded') || ctx.get('Content-Encoding')))
      throw new Refusal('unsupported_media_type', 'expected `application/x-www-form-urlencoded`, not compressed');
    await next();
  },
  bodyParser({ enableTypes: ['form'], formLimit: '16kb' }),
];

/** Parses a JSON body of at most 256 kB; other types are left alone. */
export const jsonBody: Koa.Middleware = bodyParser({ enableTypes: ['json'], jsonLimit: '256kb' });

/** A field of the posted form: trimmed of nothing, empty when absent; given twice is refused. */
export function field(ctx: Koa.Context, name: string, maxLength = 200): string {
  const value = (ctx.request as { body?: Record<string, unknown> }).body?.[name] ?? '';
  if (typeof value !== 'string' || value.length > maxLength || value.includes('\0'))
    throw new Refusal('bad_request', `expected \`${name}\` once, with at most ${maxLength} characters`);
  return value;
}

/** A token for one form: bound to this browser, to the purpose (which names the step and whose it is) and to the hour. */
export function formToken(ctx: Koa.Context, purpose: string, at = Date.now()): string {
  let browser = readCookie(ctx, 'browser');
  if (!browser || !/^[\w-]{22}$/.test(browser)) {
    browser = ctx.state.browser ?? randomBytes(16).toString('base64url');
    if (!ctx.state.browser) setCookie(ctx, 'browser', browser as string);
    ctx.state.browser = browser;
  }
  return sign(ctx, purpose, browser as string, at);
}

/** Refuses, with `form_expired`, a post whose `token` field we did not give to this browser for this purpose. */
export function requireFormToken(ctx: Koa.Context, purpose: string, at = Date.now()): void {
  const given = field(ctx, 'token');
  const browser = readCookie(ctx, 'browser');
  const made = Number.parseInt(given.split('.')[0] ?? '', 36);
  const fresh = made <= at + 60_000 && made > at - VALID_FOR;
  if (!browser || !fresh || !fromOurselves(ctx) || !equal(given, sign(ctx, purpose, browser, made)))
    throw new Refusal('form_expired', 'expected a form given to this browser for this step');
}

function sign(ctx: Koa.Context, purpose: string, browser: string, at: number): string {
  const mac = createHmac('sha256', frameOf(ctx).config.keyFor('forms'))
    .update(JSON.stringify(['form', purpose, browser, at]))
    .digest('base64url');
  return `${at.toString(36)}.${mac}`;
}

/** Browsers say where a post comes from; a client that says nothing still needs the token. */
function fromOurselves(ctx: Koa.Context): boolean {
  const site = ctx.get('Sec-Fetch-Site');
  const origin = ctx.get('Origin');
  return (!site || site === 'same-origin' || site === 'none') && (!origin || origin === frameOf(ctx).config.issuer);
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
