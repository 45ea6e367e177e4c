// The number that a browser keeps so that its owners are told of sign-ins from others. It says nothing of anybody.
import { randomBytes } from 'node:crypto';
import type Koa from 'koa';
import { DEVICE_KNOWN_FOR, noteDevice } from '../../accounts/factors/devices.ts';
import { readCookie, setCookie } from '../../http/cookies.ts';
import { workstationOf } from '../../oidc/marked.ts';
import type { Portal } from '../pages.ts';

/** The browser's number, if it keeps one. */
export function deviceOf(ctx: Koa.Context): string | undefined {
  const device = workstationOf(ctx.req) ? undefined : readCookie(ctx, 'device');
  return device && /^[\w-]{22}$/.test(device) ? device : undefined;
}

/** Remembers that somebody has signed in from this browser. */
export async function rememberDevice(ctx: Koa.Context, portal: Portal, person: string): Promise<void> {
  const kept = deviceOf(ctx);
  const device = kept ?? randomBytes(16).toString('base64url');
  // a shared workstation is nobody's: it is new each time, and its owner is told each time
  if (!workstationOf(ctx.req)) setCookie(ctx, 'device', device, DEVICE_KNOWN_FOR / 1000);
  const key = portal.config.keyFor('throttle');
  const signed = { person, device, isNew: kept === undefined, key, at: Date.now() };
  await noteDevice(portal.statements ?? portal.db, signed);
}
