// The door frame over real HTTP: headers, host, numbers, refusals, languages, log.
import { connect } from 'node:net';
import type Router from '@koa/router';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refusal } from '../../src/errors.ts';
import { field, formBody } from '../../src/http/forms.ts';
import { gallery, galleryRoutes } from './gallery.ts';
import { type Served, serve, serveBehindProxy } from './server.ts';

let served: Served;
let behindProxy: Served;

function routes(): Router {
  const router = galleryRoutes();
  router.get('/refused', () => {
    throw new Refusal('not_allowed', 'expected a right');
  });
  router.get('/broken/:name', () => {
    throw new Error("insert into `person` (`family_name`) values ('Bernard') - UNIQUE constraint failed: person.id");
  });
  router.get('/unreadable/:text', (ctx) => {
    ctx.body = JSON.parse(String(ctx.params.text));
  });
  router.get('/provider-fails', (ctx) => {
    ctx.app.emit('error', new TypeError('broken inside'), ctx);
    ctx.body = 'told by the provider';
  });
  router.get('/away', () => {
    throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  });
  router.get('/api/v1/refused', () => {
    throw new Refusal('scope_missing', 'expected the scope `rights`', { scope: 'rights' });
  });
  router.get('/api/v1/broken', () => {
    throw new Error('Bernard');
  });
  router.get('/address', (ctx) => {
    ctx.body = ctx.ip;
  });
  router.post('/form', ...formBody, (ctx) => {
    ctx.body = field(ctx, 'name');
  });
  return router;
}

beforeAll(async () => {
  served = await serve(routes);
  behindProxy = await serveBehindProxy(routes);
});
afterAll(async () => {
  await served.close();
  await behindProxy.close();
});

function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(served.origin + path, { headers: { accept: 'text/html', ...headers } });
}

/** A request written by hand, for what fetch does not let one say. Returns the raw answer. */
function raw(port: string, lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.write([...lines, 'Connection: close', '', ''].join('\r\n')),
    );
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}

const portOf = (one: Served) => new URL(one.origin).port;

/** The pages that passkeys need a script on: one of ours, by its nonce. */
const withScript = ['factor-prove', 'factor-add'];

describe('security headers', () => {
  it.each(Object.keys(gallery))('cover the page %s', async (name) => {
    const answer = await get(`/gallery/${name}`);
    const policy = answer.headers.get('content-security-policy');
    for (const directive of [
      "default-src 'none'",
      ...(withScript.includes(name) ? [] : ["script-src 'none'"]),
      "style-src 'self'",
      "img-src 'self'",
      "font-src 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "object-src 'none'",
    ])
      expect(policy?.split('; ')).toContain(directive);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('x-frame-options')).toBe('DENY');
    expect(answer.headers.get('referrer-policy')).toBe('same-origin');
    expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin-allow-popups');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-powered-by')).toBeNull();
  });

  it.each([
    '/refused',
    '/broken/x',
    '/nowhere',
    '/api/v1/refused',
    '/assets/preau.css',
  ])('cover %s too, whatever the answer', async (path) => {
    const answer = await get(path);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
  });

  it.each([
    '/token',
    '/access/v1/evaluation',
  ])('say to programs at %s what concerns them: nothing runs, nothing frames, nothing is kept', async (path) => {
    const { headers } = await fetch(`${served.origin}${path}`, { method: 'POST' });
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('permissions-policy')).toBeNull();
    const secure = await raw(portOf(behindProxy), [`POST ${path} HTTP/1.1`, 'Host: ent.example']);
    expect(secure).toMatch(/strict-transport-security: max-age=63072000; includeSubDomains/i);
  });

  it('promise https for two years where the address is https, and only there', async () => {
    const answer = await raw(portOf(behindProxy), ['GET /gallery/home HTTP/1.1', 'Host: ent.example']);
    expect(answer).toMatch(/strict-transport-security: max-age=63072000; includeSubDomains/i);
    expect((await get('/gallery/home')).headers.get('strict-transport-security')).toBeNull();
  });
});

describe('pages', () => {
  it.each(withScript)('%s runs one script of ours, by its nonce', async (name) => {
    const answer = await get(`/gallery/${name}`);
    const scripts = (await answer.text()).match(/<script[^>]*>/g);
    const [, nonce] =
      /^<script defer src="\/assets\/passkeys\.js\?v=[\w-]+" nonce="([\w-]{22})">$/.exec(scripts?.join('') ?? '') ?? [];
    expect(answer.headers.get('content-security-policy')?.split('; ')).toContain(`script-src 'nonce-${nonce}'`);
  });

  it.each(Object.keys(gallery))('%s holds no other script, no inline style, and asks no other host', async (name) => {
    const html = await (await get(`/gallery/${name}`)).text();
    const others = withScript.includes(name) ? html.replace(/<script defer src="\/assets\/[^>]*>/, '') : html;
    expect(others).not.toMatch(/<script|<[^>]*\s(on\w+|style)=|javascript:|<iframe|<object/i);
    // where a link leads is for whoever follows it
    expect(html.replace(/<a [^>]*>/g, '')).not.toMatch(/(href|src|action|srcset)="(https?:)?\/\//i);
    expect(html).toMatch(/^<!DOCTYPE html><html lang="fr">/);
  });

  it('are styled by a sheet that asks no other host, under 16 kB', async () => {
    const html = await (await get('/gallery/home')).text();
    const sheet = /href="(\/assets\/preau\.css\?v=[\w-]+)"/.exec(html)?.[1] ?? '';
    const answer = await get(sheet);
    const css = await answer.text();
    expect(answer.headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect(answer.headers.get('cache-control')).toContain('immutable');
    expect(css).not.toMatch(/@import|https?:|\/\//);
    expect(css.length).toBeLessThan(16_000);
    const again = [
      `GET ${sheet} HTTP/1.1`,
      `If-None-Match: ${answer.headers.get('etag')}`,
      `Host: ${new URL(served.origin).host}`,
    ];
    expect(await raw(portOf(served), again)).toMatch(/^HTTP\/1.1 304/);
  });

  it.each([
    '/assets/../package.json',
    '/assets/%2e%2e%2fpackage.json',
    '/assets/..%5cpackage.json',
    '/assets/constructor',
  ])('serve no file at %s', async (path) => {
    const answer = await raw(portOf(served), [`GET ${path} HTTP/1.1`, `Host: ${new URL(served.origin).host}`]);
    expect(answer).toMatch(/^HTTP\/1.1 404/);
  });

  it('escape what they are given', async () => {
    const html = await (await get('/gallery/provider-error')).text();
    expect(html).not.toContain("client's registered</");
    const answer = await fetch(`${served.origin}/form`, { method: 'POST', body: new URLSearchParams({ name: 'a' }) });
    expect(await answer.text()).toBe('a');
  });

  it('say that this is a demonstration, when it is one', async () => {
    expect(await (await get('/gallery/login')).text()).toContain('Démonstration');
    const answer = await raw(portOf(behindProxy), ['GET /gallery/login HTTP/1.1', 'Host: ent.example']);
    expect(answer).not.toContain('Démonstration');
  });
});

describe('host', () => {
  it.each([
    ['evil.example'],
    ['localhost:1'],
    ['localhost'],
    ['localhost.evil.example'],
    ['evil.example@localhost'],
    ['127.0.0.1'],
  ])('%s is refused, and no link is made for it', async (host) => {
    const answer = await raw(portOf(served), ['GET /gallery/home HTTP/1.1', `Host: ${host}`, 'Accept: text/html']);
    expect(answer).toMatch(/^HTTP\/1.1 421/);
    expect(answer).toContain('wrong_host');
    expect(answer).not.toContain('evil');
  });

  it('of a proxy that is not trusted is not listened to', async () => {
    const { host } = new URL(served.origin);
    const answer = await raw(portOf(served), [
      'GET /gallery/home HTTP/1.1',
      `Host: ${host}`,
      'X-Forwarded-Host: evil.example',
      'Forwarded: host=evil.example',
    ]);
    expect(answer).toMatch(/^HTTP\/1.1 200/);
    expect(answer).not.toContain('evil');
  });

  it('of a trusted proxy must still be the issuer', async () => {
    const lines = ['GET /gallery/home HTTP/1.1', 'Host: 10.0.0.3:3000'];
    expect(await raw(portOf(behindProxy), [...lines, 'X-Forwarded-Host: ent.example'])).toMatch(/^HTTP\/1.1 200/);
    expect(await raw(portOf(behindProxy), [...lines, 'X-Forwarded-Host: evil.example'])).toMatch(/^HTTP\/1.1 421/);
    expect(await raw(portOf(behindProxy), lines)).toMatch(/^HTTP\/1.1 421/);
  });

  it('is written in any case, with or without its own port', async () => {
    for (const host of ['ENT.example', 'ent.example:443'])
      expect(await raw(portOf(behindProxy), ['GET /gallery/home HTTP/1.1', `Host: ${host}`])).toMatch(/^HTTP\/1.1 200/);
  });
});

describe('addresses', () => {
  it('come from the last step of a trusted proxy, which alone wrote it', async () => {
    const lines = ['GET /address HTTP/1.1', 'Host: ent.example', 'X-Forwarded-For: 1.2.3.4, 198.51.100.7'];
    expect(await raw(portOf(behindProxy), lines)).toMatch(/\r\n198\.51\.100\.7$/);
  });

  it('are the connection’s own otherwise', async () => {
    expect(await (await get('/address', { 'x-forwarded-for': '1.2.3.4' })).text()).toContain('127.0.0.1');
  });
});

describe('request numbers', () => {
  it.each([
    'trace-12345',
    '1',
    'x'.repeat(128),
    '00-4bf92f35:7/b=@~+',
  ])('are the caller’s when they are short and plain: %s', async (given) => {
    expect((await get('/gallery/home', { 'x-request-id': given })).headers.get('x-request-id')).toBe(given);
  });

  it.each([
    '',
    'x'.repeat(129),
    '<script>alert(1)</script>',
    'a b c d e f g h',
  ])('are our own otherwise: %s', async (given) => {
    expect((await get('/gallery/home', { 'x-request-id': given })).headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
  });
});

describe('refusals', () => {
  it('are a page for a person: what happened, the code, the reference', async () => {
    const answer = await get('/refused', { 'x-request-id': 'trace-refused' });
    const html = await answer.text();
    expect(answer.status).toBe(403);
    expect(html).toContain('<code id="code">not_allowed</code>');
    expect(html).toContain('trace-refused');
    expect(html).toContain('parlez-en à votre établissement');
  });

  it('are application/problem+json for a module', async () => {
    const answer = await get('/api/v1/refused', { 'x-request-id': 'trace-api-1' });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="preau", error="insufficient_scope"');
    expect(await answer.json()).toMatchObject({
      type: 'urn:preau:refusal:scope_missing',
      status: 403,
      code: 'scope_missing',
      detail: 'expected the scope `rights`',
      details: { scope: 'rights' },
      request: 'trace-api-1',
    });
  });

  it('are for a program when it takes anything, for a person when a browser asks', async () => {
    const program = await fetch(`${served.origin}/refused`);
    expect(program.headers.get('content-type')).toContain('application/problem+json');
    const browser = await get('/refused', {
      accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    });
    expect(browser.headers.get('content-type')).toContain('text/html');
  });

  it('say 503 and when to come back while the database is away', async () => {
    const answer = await get('/away');
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('10');
  });

  it('are also for what does not exist, and for the wrong method', async () => {
    const missing = await get('/nowhere');
    expect(missing.status).toBe(404);
    expect(await missing.text()).toContain('Il n’y a rien à cette adresse');
    const wrong = await fetch(`${served.origin}/refused`, { method: 'DELETE', headers: { accept: 'text/html' } });
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('allow')).toContain('GET');
    expect(await wrong.text()).toContain('method_not_allowed');
  });

  it('hide what is broken behind a reference, and keep values out of the log', async () => {
    const answer = await get('/broken/Bernard?secret=Bernard', { 'x-request-id': 'trace-broken' });
    const html = await answer.text();
    expect(answer.status).toBe(500);
    expect(html).toContain('trace-broken');
    expect(html).not.toMatch(/UNIQUE|Bernard|insert/);
    const logged = served.log.filter((line) => line.request === 'trace-broken');
    expect(logged).toHaveLength(2);
    expect(JSON.stringify(logged)).not.toContain('Bernard');
    expect(logged).toContainEqual(expect.objectContaining({ message: 'UNIQUE constraint failed: person.id' }));
    expect(logged).toContainEqual(expect.objectContaining({ route: '/broken/:name', method: 'GET', status: 500 }));
    expect(JSON.stringify(await (await get('/api/v1/broken')).json())).not.toContain('Bernard');
  });
});

describe('bodies', () => {
  const post = (body: string, type = 'application/x-www-form-urlencoded') =>
    fetch(`${served.origin}/form`, { method: 'POST', body, headers: { 'content-type': type, accept: 'text/html' } });

  it('are capped', async () => {
    expect((await post(`name=${'a'.repeat(20_000)}`)).status).toBe(413);
    expect((await post(`name=${'a'.repeat(201)}`)).status).toBe(400);
  });

  it('are not compressed: what says it is, and is not, breaks nothing', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': 'gzip' };
    expect((await fetch(`${served.origin}/form`, { method: 'POST', body: 'name=a', headers })).status).toBe(415);
  });

  it('are forms, with each field once', async () => {
    expect((await post('{}', 'application/json')).status).toBe(415);
    expect((await post('name=a&name=b')).status).toBe(400);
    expect((await post('name[x]=a')).status).toBe(400);
    expect(await (await post('__proto__[name]=evil')).text()).toBe('');
  });
});

describe('languages', () => {
  it.each([
    [{}, 'fr'],
    [{ 'accept-language': 'en-GB,en;q=0.9' }, 'en'],
    [{ 'accept-language': 'de,fr;q=0.5,en;q=0.2' }, 'fr'],
    [{ 'accept-language': 'de' }, 'fr'],
    [{ 'accept-language': 'en', cookie: 'preau-language=fr' }, 'fr'],
    [{ cookie: 'preau-language=xx' }, 'fr'],
  ])('%o gives %s', async (headers, locale) => {
    const answer = await get('/gallery/home', headers as Record<string, string>);
    expect(await answer.text()).toContain(`<html lang="${locale}">`);
    expect(answer.headers.get('content-language')).toBe(locale);
  });

  it('chosen by hand are remembered', async () => {
    const answer = await get('/gallery/home?lang=en');
    expect(await answer.text()).toContain('<html lang="en">');
    expect(answer.headers.get('set-cookie')).toMatch(
      /^preau-language=en; Path=\/; HttpOnly; SameSite=Lax; Max-Age=31536000$/,
    );
    const secure = await raw(portOf(behindProxy), ['GET /gallery/home?lang=en HTTP/1.1', 'Host: ent.example']);
    expect(secure).toMatch(/set-cookie: __Host-preau-language=en; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age/i);
    expect((await get('/gallery/home?lang=<b>')).headers.get('set-cookie')).toBeNull();
  });
});

describe('the log', () => {
  it('has what fails outside of our pages too, under the same number', async () => {
    await get('/provider-fails', { 'x-request-id': 'trace-provider' });
    const lines = served.log.filter((line) => line.request === 'trace-provider' && line.level === 50);
    expect(lines).toEqual([expect.objectContaining({ error: 'TypeError', message: 'broken inside' })]);
  });

  it('does not repeat what could not be read', async () => {
    expect((await get('/unreadable/paula.bernard', { 'x-request-id': 'trace-unreadable' })).status).toBe(500);
    const lines = served.log.filter((line) => line.request === 'trace-unreadable');
    expect(lines).toContainEqual(expect.objectContaining({ error: 'SyntaxError', stack: expect.any(Array) }));
    expect(JSON.stringify(lines)).not.toMatch(/paula|bernard/);
  });

  it('holds a line per request, with the pattern and never the address or the query', async () => {
    await get('/gallery/login?login_hint=paula.bernard', { 'x-request-id': 'trace-logged' });
    const lines = served.log.filter((line) => line.request === 'trace-logged');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ method: 'GET', route: '/gallery/:name', status: 200, ms: expect.any(Number) });
    expect(JSON.stringify(lines)).not.toMatch(/paula|127\.0\.0\.1/);
  });

  it('does not repeat an address that leads nowhere', async () => {
    await get('/paula.bernard', { 'x-request-id': 'trace-nowhere' });
    const lines = served.log.filter((line) => line.request === 'trace-nowhere');
    expect(lines[0]).toMatchObject({ route: 'none', status: 404 });
    expect(JSON.stringify(lines)).not.toContain('paula');
  });
});
