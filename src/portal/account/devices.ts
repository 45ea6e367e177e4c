// The number that a browser keeps: its owners are told of sign-ins from others, and nobody else makes them wait in it. It says nothing of anybody.
import { randomBytes } from 'node:crypto';
import type Koa from 'koa';
import { DEVICE_KNOWN_FOR, noteDevice } from '../../accounts/factors/devices.ts';
import { setCookie } from '../../http/cookies.ts';
import { workstationOf } from '../../oidc/marked.ts';
import { deviceOf, type Portal } from '../pages.ts';

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

/**
 * Remembers the browser in which somebody has just chosen a password or shown a card: what others try from the same address
 * keeps them out of it no more. Not a shared workstation.
 */
export async function rememberOwnDevice(ctx: Koa.Context, portal: Portal, person: string): Promise<void> {
  if (!workstationOf(ctx.req)) await rememberDevice(ctx, portal, person);
}
