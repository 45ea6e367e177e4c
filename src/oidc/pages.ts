// The pages oidc-provider would make itself, made by the portal instead.
import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Hooks } from './configuration.ts';

/** Whole HTML pages for what the provider itself answers in a browser. */
export interface ProviderPages {
  error(ctx: Koa.Context, told: { error: string; description: string; status: number }): string;
  /** `form` is the provider's own form, id `op.logoutForm`: the page holds it and one button `name=logout value=yes` with `form="op.logoutForm"`. */
  signOut(ctx: Koa.Context, told: { form: string; module?: string | undefined }): string;
  signedOut(ctx: Koa.Context, told: { module?: string | undefined }): string;
  /** Asks before another person's session ends: a form to `action`, with `xsrf` and `logout=yes`. */
  switchPerson(ctx: Koa.Context, told: { action: string; xsrf: string; uiLocales: readonly string[] }): string;
}

export function hooksOf(pages: ProviderPages): Hooks {
  return {
    renderError: async (ctx, { error, error_description: description = '' }) => {
      const { status } = ctx;
      ctx.type = 'html';
      ctx.body = pages.error(plain(ctx), { error, description, status });
    },
    logoutSource: async (ctx, form) => {
      ctx.type = 'html';
      ctx.body = pages.signOut(plain(ctx), { form, module: ctx.oidc.client?.clientName });
    },
    postLogoutSuccessSource: async (ctx) => {
      ctx.type = 'html';
      ctx.body = pages.signedOut(plain(ctx), { module: ctx.oidc.client?.clientName });
    },
  };
}

/** The same context, without what only this room knows of it. */
function plain(ctx: KoaContextWithOIDC): Koa.Context {
  return ctx as unknown as Koa.Context;
}
