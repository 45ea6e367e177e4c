// Security headers: on every answer, whoever made it.

import helmet from 'helmet';
import type Koa from 'koa';
import type { Config } from '../config.ts';

const YEAR = 365 * 24 * 3600;

/** Everything but the CSP, which depends on where the page's forms lead. What helmet says is asked once: it never changes. */
export function securityHeaders(config: Config): Koa.Middleware {
  const overHttps = config.issuer.startsWith('https:');
  const headers = record(
    helmet({
      contentSecurityPolicy: false,
      strictTransportSecurity: overHttps && { maxAge: 2 * YEAR, includeSubDomains: true },
      // the origin must reach our own forms, which check it; nobody else learns where a person comes from
      referrerPolicy: { policy: 'same-origin' },
      crossOriginOpenerPolicy: { policy: 'same-origin-allow-popups' },
      // modules' pages may call userinfo and the keys; oidc-provider answers CORS itself
      crossOriginResourcePolicy: false,
      xFrameOptions: { action: 'deny' },
    }),
  );
  const forPrograms = headers.filter(([name]) => FOR_PROGRAMS.has(name));
  return (ctx, next) => {
    for (const [name, value] of isForPrograms(ctx) ? forPrograms : headers) ctx.res.setHeader(name, value);
    return next();
  };
}

/** What an answer says to a program too, in case a browser is made to show it; the rest is about windows and scripts. */
const FOR_PROGRAMS = new Set(['Strict-Transport-Security', 'X-Content-Type-Options', 'X-Frame-Options']);

/** Whether only programs ask for such a thing: they ask often, and have no window to protect. */
function isForPrograms({ method, path }: Koa.Context): boolean {
  return method === 'POST' && (path === '/token' || path.startsWith('/token/') || path.startsWith('/access/'));
}

type Middleware = ReturnType<typeof helmet>;

/** The headers that a middleware sets, whatever the request. */
function record(middleware: Middleware): [string, string][] {
  const headers: [string, string][] = [];
  const response = {
    setHeader: (name: string, value: string) => headers.push([name, value]),
    removeHeader: () => undefined,
  };
  middleware({} as Parameters<Middleware>[0], response as unknown as Parameters<Middleware>[1], (error) => {
    if (error) throw error;
  });
  return headers;
}

const directives = [
  "default-src 'none'",
  "script-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "object-src 'none'",
  "frame-ancestors 'none'",
].join('; ');

const nothing = "default-src 'none'; frame-ancestors 'none'";

const permissions = 'camera=(), geolocation=(), microphone=(), payment=(), usb=()';

/**
 * The CSP of answers that hold no form of ours; `render` replaces it with one that says where forms may lead.
 * `script-src` is said aloud because oidc-provider adds to it the digest of the one script that it has, where a module
 * asks to be answered by a form (`form_post`); `'none'` then has to go.
 */
export function refuseContent(): Koa.Middleware {
  return (ctx, next) => {
    const { res } = ctx;
    res.setHeader('Cache-Control', 'no-store');
    res.setHeader('Content-Security-Policy', isForPrograms(ctx) ? nothing : directives);
    if (isForPrograms(ctx)) return next();
    res.setHeader('Permissions-Policy', permissions);
    return next().then(() => {
      const policy = ctx.response.get('Content-Security-Policy') as string;
      if (policy.includes("'none' 'sha256-"))
        ctx.set('Content-Security-Policy', policy.replace("'none' 'sha256-", "'sha256-"));
    });
  };
}

/**
 * Sets the CSP of a page of ours. `formsLeadTo` lists origins beside our own: Chromium checks every step of the
 * redirections after a post, so a form whose answer leads to a module must name that module. Pages that
 * oidc-provider makes itself say nothing of forms: theirs post to a module's registered address. `nonce` lets the one
 * script in that carries it; without it no script runs.
 */
export function setContentPolicy(ctx: Koa.Context, formsLeadTo: readonly string[], nonce?: string): void {
  const forms = ["form-action 'self'", ...formsLeadTo.filter(isSource)].join(' ');
  const policy = nonce ? directives.replace("script-src 'none'", `script-src 'nonce-${nonce}'`) : directives;
  ctx.set('Content-Security-Policy', `${policy}; ${forms}`);
}

/** An origin or a scheme, and nothing that could end the directive. */
function isSource(source: string): boolean {
  return /^[a-z][a-z0-9+.-]*:(\/\/[\w.[\]:-]+)?$/i.test(source);
}
