// Assignment reports: which there are, and the ZIP of each; a distributor's own alone.
import type Koa from 'koa';
import { Refusal } from '../../errors.ts';
import { dayOf } from '../../facts/calendar.ts';
import { type ReportState, reportStates, reportsOf, takeReport } from '../../resources/reports.ts';
import { type Api, answerJson } from '../gate.ts';
import { answering, distributorOf } from './answering.ts';

/** `GET /api/v1/rapportsAffectation/:distributor/:state` */
export function reports(api: Api): Koa.Middleware {
  return answering(async (ctx) => {
    const { distributor } = await ownOf(ctx, api);
    const state = reportStates.find((one) => one === ctx.params.state);
    if (!state) throw new Refusal('not_found', `expected one of ${reportStates.join(', ')}`);
    answerJson(ctx, { rapportsAffectation: await listed(api, distributor, state) });
  });
}

/** `GET /api/v1/GAR-Affectations/:distributor/:name` */
export function report(api: Api): Koa.Middleware {
  return answering(async (ctx) => {
    // to ask whether it is there takes nothing
    if (ctx.method === 'HEAD') throw new Refusal('method_not_allowed', 'expected GET');
    const own = await ownOf(ctx, api);
    const name = String(ctx.params.name);
    const content = await takeReport(api.db, { ...own, name, at: Date.now() });
    ctx.set('Cache-Control', 'no-store');
    ctx.type = 'application/zip';
    ctx.attachment(name);
    ctx.body = content;
  });
}

async function listed(api: Api, distributor: string, state: ReportState) {
  const found = await reportsOf(api.db, { distributor, state, at: Date.now() });
  return found.map(({ name, createdAt, size, state: statut }) => ({
    nomRapport: name,
    dateCreation: dayOf(createdAt).split('-').reverse().join('/'),
    taille: size,
    ...(statut && { statut }),
  }));
}

/** The distributor that the address names, which must be the one who asks. */
async function ownOf(ctx: Koa.Context, api: Api): Promise<{ distributor: string; actor: string }> {
  const own = await distributorOf(ctx, api, 'usage');
  if (ctx.params.distributor !== own.distributor)
    throw new Refusal('distributor_other', 'expected the `idDistributeur` of whoever asks');
  return own;
}
