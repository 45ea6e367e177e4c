// Security headers: on every answer, whoever made it.

import type Koa from 'koa';
import helmet from 'koa-helmet';
import type { Config } from '../config.ts';

const YEAR = 365 * 24 * 3600;

/** Everything but the CSP, which depends on where the page's forms lead. */
export function securityHeaders(config: Config): Koa.Middleware {
  const overHttps = config.issuer.startsWith('https:');
  return helmet({
    contentSecurityPolicy: false,
    strictTransportSecurity: overHttps && { maxAge: 2 * YEAR, includeSubDomains: true },
    // the origin must reach our own forms, which check it; nobody else learns where a person comes from
    referrerPolicy: { policy: 'same-origin' },
    crossOriginOpenerPolicy: { policy: 'same-origin-allow-popups' },
    // modules' pages may call userinfo and the keys; oidc-provider answers CORS itself
    crossOriginResourcePolicy: false,
    xFrameOptions: { action: 'deny' },
  });
}

/** The CSP of answers that hold no form of ours; `render` replaces it with one that says where forms may lead. */
export function refuseContent(): Koa.Middleware {
  return async (ctx, next) => {
    setContentPolicy(ctx);
    ctx.set('Cache-Control', 'no-store');
    ctx.set('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
    await next();
  };
}

/**
 * Sets the CSP. `formsLeadTo` lists origins beside our own: Chromium checks every step of the redirections after a
 * post, so a form whose answer leads to a module must name that module. Without it nothing is said of forms, for
 * the pages oidc-provider makes itself, whose form posts to a module's registered address.
 * `script-src` is said aloud because oidc-provider adds the digest of its one script to it.
 */
export function setContentPolicy(ctx: Koa.Context, formsLeadTo?: readonly string[]): void {
  const directives = [
    "default-src 'none'",
    "script-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
  ];
  if (formsLeadTo) directives.push(["form-action 'self'", ...formsLeadTo.filter(isSource)].join(' '));
  ctx.set('Content-Security-Policy', directives.join('; '));
}

/** An origin or a scheme, and nothing that could end the directive. */
function isSource(source: string): boolean {
  return /^[a-z][a-z0-9+.-]*:(\/\/[\w.[\]:-]+)?$/i.test(source);
}
