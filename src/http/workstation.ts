// A browser that is a shared workstation keeps a sealed word that says so; each of its requests is known by it.
import type Koa from 'koa';
import type { Config } from '../config.ts';
import { findWorkstation, type SharedWorkstation } from '../directory/shared-workstations.ts';
import { comesFrom, workstationOf } from '../oidc/marked.ts';
import type { Db } from '../storage/storage.ts';
import { readCookie, seal, setCookie, unseal } from './cookies.ts';
import { frameOf } from './requests.ts';

/** As long as browsers keep anything: it is given up on the page, or by the school. */
const KEPT_FOR = 400 * 24 * 3600;

/** Knows the requests of marked browsers; what is marked no more, or was made up, is taken back. */
export function recogniseWorkstation(db: Db): Koa.Middleware {
  return async (ctx, next) => {
    const kept = readCookie(ctx, 'workstation');
    if (kept !== undefined && !ctx.path.startsWith('/assets/')) {
      const { config } = frameOf(ctx);
      const found = await workstationIn(db, config, kept);
      if (found) comesFrom(ctx.req, found);
      else setCookie(ctx, 'workstation', '', 0);
    }
    await next();
  };
}

async function workstationIn(db: Db, config: Config, kept: string): Promise<SharedWorkstation | undefined> {
  const known = unseal<{ workstation?: unknown }>(config, kept, Date.now());
  return typeof known?.workstation === 'string' ? findWorkstation(db, known.workstation) : undefined;
}

/** How long a browser keeps the steps of what was begun without signing in, in seconds: on a shared one, nobody finds them. */
export function stepsKeptFor(ctx: Koa.Context): number {
  return workstationOf(ctx.req) ? 300 : 1800;
}

/** Makes this browser the workstation of a key; what it kept of anybody is taken back. */
export function becomeWorkstation(ctx: Koa.Context, id: string): void {
  const { config } = frameOf(ctx);
  const until = Date.now() + KEPT_FOR * 1000;
  setCookie(ctx, 'workstation', seal(config, { workstation: id }, until), KEPT_FOR);
  for (const use of ['device', 'activation', 'reset', 'card', 'upstream', 'elsewhere'] as const)
    setCookie(ctx, use, '', 0);
}
