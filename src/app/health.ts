// What balancers and supervisors ask: whether the process runs, and whether it serves; once it leaves, every answer says so.
import type Koa from 'koa';
import type { Db } from '../storage/storage.ts';

export interface Health {
  /** `/health/live`: the process runs. `/health/ready`: it serves, and its database answers. */
  readonly middleware: Koa.Middleware;
  /** Is ready no more, and no answer leaves its connection open from now on. Gives whether anybody ever asked for it. */
  leave(): boolean;
}

export function openHealth(db: Db): Health {
  const state = { serves: true, asked: false };
  const sayReady = async (ctx: Koa.Context): Promise<void> => {
    state.asked = true;
    const ready = state.serves && (await answers(db)) && state.serves;
    ctx.status = ready ? 200 : 503;
    ctx.body = { ready };
  };
  return {
    middleware: async (ctx, next) => {
      try {
        if (ctx.path === '/health/live') ctx.body = { live: true };
        else await (ctx.path === '/health/ready' ? sayReady(ctx) : next());
      } finally {
        if (!state.serves) ctx.set('Connection', 'close'); // of what was asked before, too
      }
    },
    leave: () => {
      state.serves = false;
      return state.asked;
    },
  };
}

async function answers(db: Db): Promise<boolean> {
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, 2_000, false).unref());
  const asks = db.raw('select 1').then(
    () => true,
    () => false,
  );
  return Promise.race([asks, late]);
}
