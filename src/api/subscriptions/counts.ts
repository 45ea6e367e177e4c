// How many licences are in use: `GET /api/v1/decompteaffectations`, the CSV of the service.
import type Koa from 'koa';
import { Refusal } from '../../errors.ts';
import { countsCsv, countsOf } from '../../resources/counts.ts';
import type { Api } from '../gate.ts';
import { answering, distributorOf } from './answering.ts';

/** With `idAbonnement` or `codeProjetRessource`, and not both: lines by school, of the distributor's own alone. */
export function counts(api: Api): Koa.Middleware {
  return answering(async (ctx) => {
    const { distributor } = await distributorOf(ctx, api, 'usage');
    const [idAbonnement, codeProjetRessource] = [once(ctx, 'idAbonnement'), once(ctx, 'codeProjetRessource')];
    const lines = await countsOf(api.db, distributor, { idAbonnement, codeProjetRessource });
    ctx.set('Cache-Control', 'no-store');
    ctx.set('Content-Type', 'text/csv; charset=utf-8');
    ctx.body = countsCsv(lines);
  });
}

function once(ctx: Koa.Context, name: string): string | undefined {
  const given = ctx.query[name];
  if (Array.isArray(given)) throw new Refusal('bad_request', `expected \`${name}\` once`, { member: name });
  return given === '' ? undefined : given;
}
