// A tiny browser without a screen: cookies, redirects, links and forms, over plain fetch.
import { asksForFactor, databaseAt, recoveryCodeOf } from '../second-factor.ts';

export interface Visited {
  /** Where the browser stands, after the redirects. */
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** What is read, without tags, spaces made one. */
  readonly text: string;
  /** Every address passed, the last one included. */
  readonly passed: readonly string[];
}

export interface Walker {
  visit(url: string): Promise<Visited>;
  /** Follows the first link whose words hold a text. */
  follow(page: Visited, words: string): Promise<Visited>;
  /**
   * Posts the form that has an id, or a field, of a name: its own values, and what is typed. A second factor that is asked
   * after a password is answered at once.
   */
  submit(page: Visited, form: string, typed?: Record<string, string>): Promise<Visited>;
  /** Posts fields to an address from a page, as a forged form would. */
  post(url: string, fields: Record<string, string>, from?: string): Promise<Visited>;
  /** Drops a cookie, as closing a tab or time would. */
  forget(name: string): void;
  /** What the browser keeps. */
  readonly cookies: ReadonlyMap<string, Cookie>;
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly host: string;
  readonly path: string;
  readonly attributes: string;
}

/**
 * Opens a browser with no cookies; one that stops before an address does not ask for it when it is sent there. `byHand`:
 * second factors are left to whoever holds it.
 */
export function openWalker({ stopBefore, byHand }: { stopBefore?: string; byHand?: boolean } = {}): Walker {
  const jar = new Map<string, Cookie>();

  const request = async (url: URL, init: RequestInit): Promise<Response> => {
    const cookie = cookiesFor(jar, url);
    const headers = { 'accept-language': 'fr', accept: 'text/html', ...init.headers, ...(cookie && { cookie }) };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) keepCookie(jar, url, line);
    return response;
  };

  const go = async (to: string, init: RequestInit = {}): Promise<Visited> => {
    const passed: string[] = [];
    let url = new URL(to);
    let response = await request(url, init);
    passed.push(url.href);
    for (let hops = 0; response.status >= 300 && response.status < 400; hops += 1) {
      if (hops === 20) throw new Error(`too many redirects: ${passed.join(' -> ')}`);
      url = new URL(response.headers.get('location') ?? '', url);
      passed.push(url.href);
      if (stopBefore && url.href.startsWith(stopBefore)) break;
      response = await request(url, {});
    }
    const html = await response.text();
    let words: string | undefined;
    return {
      url: url.href,
      status: response.status,
      headers: response.headers,
      html,
      passed,
      // most pages are only passed
      get text() {
        words ??= wordsOf(html);
        return words;
      },
    };
  };

  const post = (url: string, fields: Record<string, string>, from = url) =>
    go(url, { method: 'POST', body: new URLSearchParams(fields), headers: { origin: new URL(from).origin } });

  const submit = (page: Visited, name: string, typed: Record<string, string> = {}): Promise<Visited> => {
    const form = [...page.html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].find(
      ([, attributes = '', inside = '']) =>
        attribute(attributes, 'id') === name || inside.includes(`name="${name}"`) || inside.includes(`id="${name}"`),
    );
    if (!form) throw new Error(`no form \`${name}\` on ${page.url}: ${page.text.slice(0, 300)}`);
    const [, attributes = '', inside = ''] = form;
    const action = new URL(attribute(attributes, 'action') ?? page.url, page.url).href;
    return post(action, { ...valuesOf(inside), ...typed }, page.url);
  };

  const passFactor = async (page: Visited, identifier: string | undefined): Promise<Visited> => {
    const db = databaseAt(page.url);
    if (byHand || !identifier || !db || !asksForFactor(page.html)) return page;
    const recovery = await recoveryCodeOf(db, identifier);
    return submit(await go(page.url), 'by-recovery', { recovery });
  };

  return {
    cookies: jar,
    forget: (name) => {
      for (const [key, cookie] of jar) if (cookie.name === name) jar.delete(key);
    },
    visit: (url) => go(url),
    post,
    follow: (page, words) => {
      const link = [...page.html.matchAll(/<a\b([^>]*)>([\s\S]*?)<\/a>/g)].find(([, , inside]) =>
        wordsOf(inside ?? '').includes(words),
      );
      if (!link) throw new Error(`no link « ${words} » on ${page.url}`);
      return go(new URL(attribute(link[1] ?? '', 'href') ?? '', page.url).href);
    },
    submit: async (page, name, typed = {}) =>
      passFactor(await submit(page, name, typed), typed.password === undefined ? undefined : typed.login),
  };
}

/** What is between the tags. */
export function wordsOf(html: string): string {
  const body = html.replace(/<head>[\s\S]*?<\/head>/, ' ').replace(/<[^>]*>/g, ' ');
  return unescaped(body).replace(/\s+/g, ' ').trim();
}

function valuesOf(inside: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [, attributes = ''] of inside.matchAll(/<input\b([^>]*)>/g)) {
    const name = attribute(attributes, 'name');
    if (name !== undefined) values[name] = attribute(attributes, 'value') ?? '';
  }
  return values;
}

function attribute(attributes: string, name: string): string | undefined {
  const found = attributes.match(new RegExp(`(?:^|\\s)${name}="([^"]*)"`))?.[1];
  return found === undefined ? undefined : unescaped(found);
}

function unescaped(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&#x([\da-f]+);/gi, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&');
}

/** As a browser does: by host, whatever the port, and by path. */
function cookiesFor(jar: ReadonlyMap<string, Cookie>, url: URL): string {
  return [...jar.values()]
    .filter(({ host, path }) => host === url.hostname && under(url.pathname, path))
    .sort((a, b) => b.path.length - a.path.length)
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
}

function under(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
}

function keepCookie(jar: Map<string, Cookie>, url: URL, line: string): void {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const name = pair.slice(0, pair.indexOf('='));
  const value = pair.slice(pair.indexOf('=') + 1);
  const told = new Map(
    attributes.map((one) => [one.split('=')[0]!.toLowerCase(), one.slice(one.indexOf('=') + 1)] as const),
  );
  const path = told.get('path') ?? '/';
  const key = `${url.hostname} ${path} ${name}`;
  const expires = told.get('expires');
  const over = told.get('max-age') === '0' || (expires !== undefined && Date.parse(expires) <= Date.now());
  if (over) jar.delete(key);
  else jar.set(key, { name, value, host: url.hostname, path, attributes: attributes.join('; ') });
}
