// The catalogue: `GET /api/v1/ressourcesDiffusables`, in JSON or XML, for distributors and for ENT with a media centre of their own.
import type Koa from 'koa';
import { z } from 'zod';
import { Refusal } from '../../errors.ts';
import { catalogueOf, type Listed } from '../../resources/catalogue.ts';
import { readAs } from '../body.ts';
import { type Api, answerJson, type Caller, callerOf } from '../gate.ts';
import { answering, place, sendXml, wantsXml } from './answering.ts';
import type { Content } from './xml.ts';

const part = z.object({ debut: place.optional(), fin: place.optional() });

/** All of them by ARK, or those from `debut` to before `fin`. */
export function catalogue(api: Api): Koa.Middleware {
  return answering(async (ctx) => {
    await requireEntitled(ctx, api);
    const { debut = 0, fin } = readAs(part, { debut: ctx.query.debut, fin: ctx.query.fin });
    const all = await catalogueOf(api.db);
    const told = all.slice(debut, fin);
    const dateGeneration = new Date().toISOString();
    ctx.set('X-Total-Count', String(all.length));
    if (!wantsXml(ctx)) return answerJson(ctx, { dateGeneration, ressourceDiffusable: told.map(toJson) });
    const elements = told.map((one) => ['ressourceDiffusable', toXml(one)] as const);
    sendXml(ctx, 'ressourcesDiffusables', [['dateGeneration', dateGeneration], ...elements]);
  });
}

/** The machine of a distributor, or of an ENT that shows resources, on its own account; by the scope of either. */
async function requireEntitled(ctx: Koa.Context, api: Api): Promise<void> {
  const caller = await callerOf(ctx, api, 'subscriptions').catch((error: unknown) => {
    if (error instanceof Refusal && error.code === 'scope_missing') return callerOf(ctx, api, 'resource_list');
    throw error;
  });
  if (caller.person !== undefined || !isEntitled(caller))
    throw new Refusal('not_allowed', 'expected the machine of a distributor or of an ENT, on its own account');
}

function isEntitled({ distributor, ent }: Caller): boolean {
  return distributor !== undefined || ent !== undefined;
}

/** With the names and in the order of the service. */
function toJson({ resource, sellers, host, opens, members }: Listed) {
  const { id, name, publisher, details } = resource;
  return {
    idRessource: id,
    nomRessource: name,
    idEditeur: publisher.id,
    nomEditeur: publisher.name,
    distributeursCom: sellers.map((seller) => ({ distributeurCom: seller.id, nomDistributeurCom: seller.name })),
    distributeurTech: host.id,
    nomDistributeurTech: host.name,
    // what is not to be shown is not listed
    affichable: true,
    diffusable: opens,
    ...(details.mereFamille !== undefined && { mereFamille: details.mereFamille }),
    membreFamille: members,
  };
}

/** A list is its element, again and again. */
function toXml(one: Listed): Content {
  const fields: readonly (readonly [string, unknown])[] = Object.entries(toJson(one));
  return fields.flatMap(([name, value]) => [value].flat().map((each) => [name, contentOf(each)] as const));
}

function contentOf(value: unknown): Content {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value).map(([name, text]) => [name, String(text)] as const);
}
