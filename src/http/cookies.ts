// Our own cookies: never read by a script, never sent by another site's form, sealed when they hold something.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type Koa from 'koa';
import type { Config } from '../config.ts';
import { frameOf } from './requests.ts';

/** What our cookies are for. */
export type CookieUse =
  | 'browser'
  | 'device'
  | 'issued'
  | 'language'
  | 'activation'
  | 'reset'
  | 'card'
  | 'upstream'
  | 'elsewhere'
  | 'workstation';

/** The cookie's value, when the browser sent exactly one of that name. */
export function readCookie(ctx: Koa.Context, use: CookieUse): string | undefined {
  const name = nameOf(ctx, use);
  const found = ctx
    .get('Cookie')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`));
  return found.length === 1 ? found[0]?.slice(name.length + 1) : undefined;
}

/** Whether the browser sent what keeps a session of the provider; it may be over. */
export function readSessionMark(ctx: Koa.Context): boolean {
  const name = isSecure(ctx) ? '__Host-preau' : 'preau';
  return ctx
    .get('Cookie')
    .split(';')
    .some((pair) => pair.trim().startsWith(`${name}=`));
}

/** Sets a cookie for `seconds`, or until the browser is closed; zero removes it. */
export function setCookie(ctx: Koa.Context, use: CookieUse, value: string, seconds?: number): void {
  const parts = [`${nameOf(ctx, use)}=${value}`, 'Path=/', 'HttpOnly', 'SameSite=Lax'];
  if (isSecure(ctx)) parts.push('Secure');
  if (seconds !== undefined) parts.push(`Max-Age=${seconds}`);
  ctx.append('Set-Cookie', parts.join('; '));
}

// A plain http address is only ever this machine's, where browsers do not agree on the prefix.
function nameOf(ctx: Koa.Context, use: CookieUse): string {
  return isSecure(ctx) ? `__Host-preau-${use}` : `preau-${use}`;
}

function isSecure(ctx: Koa.Context): boolean {
  return frameOf(ctx).config.issuer.startsWith('https:');
}

/** Encrypts what a browser must carry from one step to the next without reading or changing it. */
export function seal(config: Config, value: object, until: number): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', sealKey(config), iv);
  const text = Buffer.concat([cipher.update(JSON.stringify({ value, until }), 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url');
}

/** What was sealed, or undefined when it was changed, made elsewhere or is too old. */
export function unseal<T>(config: Config, sealed: string | undefined, at: number): T | undefined {
  if (!sealed || sealed.length > 3000) return undefined;
  try {
    const bytes = Buffer.from(sealed, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', sealKey(config), bytes.subarray(0, 12), { authTagLength: 16 });
    decipher.setAuthTag(bytes.subarray(12, 28));
    const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    const { value, until } = JSON.parse(text) as { value: T; until: number };
    return until > at ? value : undefined;
  } catch {
    return undefined; // changed or truncated: the same as absent
  }
}

function sealKey(config: Config): Buffer {
  return Buffer.from(hkdfSync('sha256', config.keyFor('forms'), '', 'seal', 32));
}
