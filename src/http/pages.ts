// From a view to an answer: the page's language, its security headers, its HTML.
import { randomBytes } from 'node:crypto';
import type Koa from 'koa';
import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { Page } from '../../views/layout.tsx';
import { en } from '../../views/text/en.ts';
import { fr } from '../../views/text/fr.ts';
import { workstationOf } from '../oidc/marked.ts';
import { assetPath } from './assets.ts';
import { readCookie, readSessionMark } from './cookies.ts';
import { setContentPolicy } from './headers.ts';
import { type Locale, localeOf } from './locale.ts';
import { frameOf } from './requests.ts';

/** A page: a function of what every page knows and of its own data. */
export type View<Data> = (page: Page, data: Data) => VNode;

export interface Rendering {
  readonly status?: number;
  /** Origins beside our own that the page's forms end at: see `setContentPolicy`. */
  readonly formsLeadTo?: readonly string[];
  /** The languages the module asked for. */
  readonly locales?: readonly string[] | undefined;
  /** Whether the address may be asked again: then the page offers the other language. */
  readonly repeatable?: boolean;
  /** The script that the page makes use of, and does without where a browser runs none. */
  readonly script?: 'passkeys.js';
  /** What the address asks for besides: kept when the language changes. */
  readonly query?: Readonly<Record<string, string>>;
}

const texts = { fr, en } as const;

/** What is begun without signing in, and may show whose it is. */
const begun = ['activation', 'reset', 'card', 'upstream'] as const;

/** Seconds: just after a session on a shared workstation has ended. */
const AFTER_IDLE = 305;

/** The words of a language. */
export function wordsOf(locale: Locale): typeof fr {
  return texts[locale];
}

/** Answers with a page. */
export function render<Data>(ctx: Koa.Context, view: View<Data>, data: Data, rendering: Rendering = {}): void {
  const html = renderHtml(ctx, view, data, { repeatable: ctx.method === 'GET', ...rendering });
  ctx.status = rendering.status ?? 200;
  ctx.type = 'html';
  ctx.body = html;
}

/** The HTML of a page, with its headers set; whoever asks sends it. */
export function renderHtml<Data>(ctx: Koa.Context, view: View<Data>, data: Data, rendering: Rendering = {}): string {
  const { config } = frameOf(ctx);
  const locale = localeOf(ctx, rendering.locales);
  const nonce = rendering.script && randomBytes(16).toString('base64url');
  const shared = workstationOf(ctx.req);
  const signedIn = shared !== undefined && readSessionMark(ctx);
  // what somebody was reading does not stay on the screen after them
  if (signedIn || (shared && begun.some((use) => readCookie(ctx, use)))) ctx.set('Refresh', `${AFTER_IDLE}; url=/`);
  const page: Page = {
    locale,
    text: texts[locale],
    demo: config.mode === 'demo',
    stylesheet: assetPath('preau.css'),
    icon: assetPath('preau.svg'),
    ...(rendering.script && nonce && { script: { path: assetPath(rendering.script), nonce } }),
    ...(shared && { shared: { place: shared.place, signedIn } }),
    ...(rendering.repeatable && { path: pathOf(ctx, rendering.query) }),
  };
  setContentPolicy(ctx, rendering.formsLeadTo ?? [], nonce);
  ctx.set('Content-Language', locale);
  ctx.vary('Accept-Language');
  return `<!DOCTYPE html>${renderToString(view(page, data))}`;
}

function pathOf({ path }: Koa.Context, query: Rendering['query'] = {}): string {
  const asked = new URLSearchParams(query).toString();
  return asked === '' ? path : `${path}?${asked}`;
}
