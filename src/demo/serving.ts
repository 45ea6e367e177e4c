// How the small sites of the demonstration serve: nothing from elsewhere, nothing kept, nothing framed.
import type Koa from 'koa';

export function asset(type: string, text: string): Koa.Middleware {
  return (ctx) => {
    ctx.type = type;
    ctx.set('cache-control', 'public, max-age=300');
    ctx.body = text;
  };
}

/** `form-action` names Préau because the form that signs out ends there. */
export function headers(issuer: string): Koa.Middleware {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    `form-action 'self' ${issuer}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return async (ctx, next) => {
    ctx.set({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    await next();
  };
}
