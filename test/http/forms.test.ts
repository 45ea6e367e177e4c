// Form tokens: for one browser, one purpose, a few hours; and what is sealed in a browser.
import Router from '@koa/router';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCookie, seal, setCookie, unseal } from '../../src/http/cookies.ts';
import { formBody, formToken, requireFormToken } from '../../src/http/forms.ts';
import { type Served, serve } from './server.ts';

const HOUR = 3_600_000;
let served: Served;

beforeAll(async () => {
  served = await serve(() => {
    const router = new Router();
    router.get('/form/:purpose', (ctx) => {
      const at = Date.now() - Number(ctx.query.hours ?? 0) * HOUR;
      ctx.body = formToken(ctx, String(ctx.params.purpose), at);
    });
    router.get('/two-forms', (ctx) => {
      ctx.body = `${formToken(ctx, 'a')} ${formToken(ctx, 'b')}`;
    });
    router.post('/form/:purpose', ...formBody, (ctx) => {
      requireFormToken(ctx, String(ctx.params.purpose));
      ctx.body = 'taken';
    });
    router.get('/kept', (ctx) => {
      setCookie(ctx, 'activation', seal(served.config, { code: 'ACDE' }, Date.now() + HOUR), 60);
      ctx.body = readCookie(ctx, 'activation') ?? '';
    });
    return router;
  });
});
afterAll(() => served.close());

async function open(path: string, cookie?: string): Promise<{ token: string; cookie: string }> {
  const answer = await fetch(served.origin + path, { headers: cookie ? { cookie } : {} });
  const given = answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie ?? '';
  return { token: await answer.text(), cookie: given };
}

async function post(purpose: string, token: string | undefined, headers: Record<string, string>): Promise<number> {
  const body = new URLSearchParams(token === undefined ? {} : { token });
  return (await fetch(`${served.origin}/form/${purpose}`, { method: 'POST', body, headers })).status;
}

describe('a form', () => {
  it('is taken from the browser it was given to', async () => {
    const { token, cookie } = await open('/form/a');
    expect(await post('a', token, { cookie })).toBe(200);
    expect(await post('a', token, { cookie, origin: served.origin, 'sec-fetch-site': 'same-origin' })).toBe(200);
  });

  it('shares its browser cookie with the other forms of a page', async () => {
    const { token, cookie } = await open('/two-forms');
    const [a, b] = token.split(' ');
    expect(await post('a', a, { cookie })).toBe(200);
    expect(await post('b', b, { cookie })).toBe(200);
    expect((await open('/form/a', cookie)).cookie).toBe(cookie);
  });

  it('is refused without its token', async () => {
    const { cookie } = await open('/form/a');
    expect(await post('a', undefined, { cookie })).toBe(403);
    expect(await post('a', '', { cookie })).toBe(403);
  });

  it('is refused without the browser’s cookie', async () => {
    const { token } = await open('/form/a');
    expect(await post('a', token, {})).toBe(403);
  });

  it('is refused from another browser', async () => {
    const { token } = await open('/form/a');
    const other = await open('/form/a');
    expect(await post('a', token, { cookie: other.cookie })).toBe(403);
  });

  it('is refused when a second cookie of the same name was slipped in', async () => {
    const { token, cookie } = await open('/form/a');
    expect(await post('a', token, { cookie: `${cookie}; ${cookie}` })).toBe(403);
  });

  it('is refused for another purpose', async () => {
    const { token, cookie } = await open('/form/a');
    expect(await post('b', token, { cookie })).toBe(403);
  });

  it('is refused when one character was changed, or its time', async () => {
    const { token, cookie } = await open('/form/a');
    const [time = '', mac = ''] = token.split('.');
    expect(await post('a', `${time}.${mac[0] === 'A' ? 'B' : 'A'}${mac.slice(1)}`, { cookie })).toBe(403);
    expect(await post('a', `${(Date.now() - 5000).toString(36)}.${mac}`, { cookie })).toBe(403);
    expect(await post('a', `${time}.`, { cookie })).toBe(403);
    expect(await post('a', `.${mac}`, { cookie })).toBe(403);
  });

  it('is refused after four hours', async () => {
    const fresh = await open('/form/a?hours=3');
    expect(await post('a', fresh.token, { cookie: fresh.cookie })).toBe(200);
    const old = await open('/form/a?hours=5');
    expect(await post('a', old.token, { cookie: old.cookie })).toBe(403);
  });

  it('is refused when the browser says that another site sent it', async () => {
    const { token, cookie } = await open('/form/a');
    expect(await post('a', token, { cookie, origin: 'https://evil.example' })).toBe(403);
    expect(await post('a', token, { cookie, origin: 'null' })).toBe(403);
    expect(await post('a', token, { cookie, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await post('a', token, { cookie, 'sec-fetch-site': 'same-site' })).toBe(403);
  });
});

describe('what is sealed in a browser', () => {
  const at = Date.parse('2026-11-12T08:00:00Z');

  it('comes back whole until it is too old', () => {
    const sealed = seal(served.config, { code: 'ACDE' }, at + HOUR);
    expect(unseal(served.config, sealed, at)).toEqual({ code: 'ACDE' });
    expect(unseal(served.config, sealed, at + HOUR)).toBeUndefined();
  });

  it('cannot be read or changed', () => {
    const sealed = seal(served.config, { code: 'ACDE' }, at + HOUR);
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('ACDE');
    for (let index = 0; index < sealed.length; index += 7) {
      const changed = `${sealed.slice(0, index)}${sealed[index] === 'A' ? 'Q' : 'A'}${sealed.slice(index + 1)}`;
      expect(unseal(served.config, changed, at)).toBeUndefined();
    }
    for (const odd of [undefined, '', 'x', sealed.slice(0, 20), 'A'.repeat(4000)])
      expect(unseal(served.config, odd, at)).toBeUndefined();
  });

  it('is out of reach of scripts and of other sites', async () => {
    const [cookie] = (await fetch(`${served.origin}/kept`)).headers.getSetCookie();
    expect(cookie).toMatch(/^preau-activation=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=60$/);
    expect(cookie).not.toContain('ACDE');
  });
});
