// In which language: what the page or the module asks for, what the person chose before, what the browser prefers.
import type Koa from 'koa';
import { readCookie, setCookie } from './cookies.ts';

export const locales = ['fr', 'en'] as const;
export type Locale = (typeof locales)[number];

const YEAR = 365 * 24 * 3600;

/** The language of a page; `wanted` is what the module asked for (`ui_locales`), stronger than the browser's. */
export function localeOf(ctx: Koa.Context, wanted: readonly string[] = []): Locale {
  return (
    known(ctx.query.lang) ??
    known(readCookie(ctx, 'language')) ??
    wanted.map(primary).map(known).find(Boolean) ??
    accepted(ctx) ??
    'fr'
  );
}

/** Remembers the language that `?lang=` asks for. */
export function rememberLanguage(): Koa.Middleware {
  return (ctx, next) => {
    const asked = ctx.method === 'GET' ? known(ctx.query.lang) : undefined;
    if (asked) setCookie(ctx, 'language', asked, YEAR);
    return next();
  };
}

function accepted(ctx: Koa.Context): Locale | undefined {
  if (!ctx.get('Accept-Language')) return undefined;
  return known(ctx.acceptsLanguages(...locales));
}

function known(language: unknown): Locale | undefined {
  return locales.find((locale) => locale === language);
}

function primary(tag: string): string {
  return tag.split('-')[0]?.toLowerCase() ?? '';
}
