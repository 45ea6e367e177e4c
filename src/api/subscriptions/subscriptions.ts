// Subscriptions on the wire, as distributors know them: PUT creates, POST changes, DELETE removes; JSON or XML.
import type Koa from 'koa';
import { z } from 'zod';
import { Refusal } from '../../errors.ts';
import { type Filters, filtered } from '../../resources/filters.ts';
import { fields } from '../../resources/sheet.ts';
import {
  changeSubscription,
  createSubscription,
  findSubscription,
  ownSubscriptions,
  removeSubscription,
  type Subscription,
} from '../../resources/subscriptions.ts';
import { badMember, type Json, readAs, readJson, readText } from '../body.ts';
import { type Api, answerJson } from '../gate.ts';
import { answering, distributorOf, isXml, place, sendXml, wantsXml } from './answering.ts';
import { type Content, type Element, fieldsIn, readXml } from './xml.ts';

/** `PUT` 201, `POST` 200 with every field but the schools, `PATCH` 200 with those that change: `/api/v1/abonnements/:id`. */
export function written(api: Api, how: 'create' | 'change' | 'amend'): Koa.Middleware {
  return answering(async (ctx) => {
    const act = await actOf(ctx, api);
    const given = isXml(ctx) ? fieldsIn(named(readXml(await readText(ctx)), 'abonnement')) : await readJson(ctx);
    if (how === 'create') return tell(ctx, await createSubscription(api.db, { ...act, fields: given }), 201);
    tell(ctx, await changeSubscription(api.db, { ...act, fields: given, partly: how === 'amend' }));
  });
}

/** `DELETE /api/v1/abonnements/:id`: 204; it stays among those removed. */
export function removed(api: Api): Koa.Middleware {
  return answering(async (ctx) => {
    await removeSubscription(api.db, await actOf(ctx, api));
    ctx.status = 204;
  });
}

/** `GET /api/v1/abonnements/:id` */
export function shown(api: Api): Koa.Middleware {
  return answering(async (ctx) => tell(ctx, await findSubscription(api.db, await actOf(ctx, api))));
}

const text = z.string().max(1024);
/** Strict: what is not understood would be a filter that does not filter, and others' subscriptions in the answer. */
const filters = z.strictObject({
  filtre: z
    .array(z.strictObject({ filtreNom: text, filtreValeur: text }))
    .max(20)
    .optional(),
  filtreParDate: z
    .array(z.strictObject({ dateName: text, dateAvant: text.optional(), dateApres: text.optional() }))
    .max(4)
    .optional(),
  triPar: text.optional(),
  tri: text.optional(),
  aboSuppr: z
    .stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' })
    .or(z.boolean())
    .optional(),
  debut: place.optional(),
  fin: place.optional(),
});

/** `GET /api/v1/abonnements` with filters as parameters, `GET` or `POST` with a body of filters: the distributor's own. */
export function listed(api: Api): Koa.Middleware {
  return answering(async (ctx) => {
    const { distributor } = await distributorOf(ctx, api, 'subscriptions');
    const inBody = ctx.method === 'POST' || hasBody(ctx);
    const asked = readAs(filters, inBody ? await bodyOfFilters(ctx) : filtersIn(onceEach(ctx))) as Filters;
    const { found, total } = filtered(await ownSubscriptions(api.db, distributor), asked);
    ctx.set('X-Total-Count', String(total));
    if (!wantsXml(ctx)) return answerJson(ctx, { abonnements: found.map(toJson) });
    sendXml(
      ctx,
      'abonnements',
      found.map((one) => ['abonnement', toXml(one)] as const),
    );
  });
}

/** Whether something comes with a request: connectors of the service list with `GET`, and their filters in its body. */
function hasBody({ req }: Koa.Context): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = req.headers;
  return encoding !== undefined || length !== '0';
}

/** Filters in the body; of the address, the part of the list that is wanted, and nothing else. */
async function bodyOfFilters(ctx: Koa.Context): Promise<Json> {
  const part = onceEach(ctx);
  const body = isXml(ctx) ? filtersOf(named(readXml(await readText(ctx)), 'filtres')) : await readJson(ctx);
  const wrong = Object.keys(part).find((name) => !/^(debut|fin)$/.test(name) || name in body);
  if (wrong !== undefined) throw badMember(wrong, `expected \`${wrong}\` once, in the body`);
  return { ...part, ...body };
}

function filtersOf({ text: loose, children }: Element): Json {
  if (loose.trim() !== '') throw badMember('filtres', 'expected elements in `filtres`, and no text');
  const all = (name: string) => children.filter((child) => child.name === name).map(fieldsIn);
  const others = children.filter(({ name }) => name !== 'filtre' && name !== 'filtreParDate');
  const rest = fieldsIn({ name: '', text: '', children: others });
  return { ...rest, filtre: all('filtre'), filtreParDate: all('filtreParDate') };
}

/** The parameters of the address; none may come twice, for only one of them would count. */
function onceEach({ query }: Koa.Context): Readonly<Record<string, string>> {
  const entries = Object.entries(query).map(([name, value = '']) => {
    if (typeof value !== 'string') throw badMember(name, `expected \`${name}\` once`);
    return [name, value] as const;
  });
  return Object.fromEntries(entries);
}

const ORDERING = new Set(['triPar', 'tri', 'aboSuppr', 'debut', 'fin']);

/** `?uaiEtab=...&debutValidite.apres=...&tri=DSC` */
function filtersIn(query: Readonly<Record<string, string>>): Json {
  const entries = Object.entries(query);
  const dated = new Map<string, Record<string, string>>();
  for (const [name, value] of entries.filter(([one]) => one.includes('.'))) {
    const [, dateName, end] = /^(\w+)\.(avant|apres)$/.exec(name) ?? [];
    if (dateName === undefined) throw badMember(name, 'expected a date, then `.avant` or `.apres`');
    dated.set(dateName, { ...dated.get(dateName), dateName, [end === 'avant' ? 'dateAvant' : 'dateApres']: value });
  }
  return {
    ...Object.fromEntries(entries.filter(([name]) => ORDERING.has(name))),
    filtre: entries
      .filter(([name]) => !ORDERING.has(name) && !name.includes('.'))
      .map(([filtreNom, filtreValeur]) => ({ filtreNom, filtreValeur })),
    filtreParDate: [...dated.values()],
  };
}

async function actOf(ctx: Koa.Context, api: Api) {
  return { ...(await distributorOf(ctx, api, 'subscriptions')), id: String(ctx.params.id), at: Date.now() };
}

function tell(ctx: Koa.Context, one: Subscription, status = 200): void {
  if (wantsXml(ctx)) sendXml(ctx, 'abonnement', toXml(one), status);
  else answerJson(ctx, toJson(one), status);
}

function toJson({ sheet, createdAt, changedAt, removedAt }: Subscription): Json {
  return {
    ...sheet,
    dateCreation: new Date(createdAt).toISOString(),
    dateModification: new Date(changedAt).toISOString(),
    ...(removedAt !== undefined && { dateSuppression: new Date(removedAt).toISOString() }),
  };
}

/** In the order of the service: those who read it count on it. */
function toXml(one: Subscription): Content {
  const written = toJson(one);
  const names = [...fields.map(({ name }) => name), 'dateCreation', 'dateModification', 'dateSuppression'];
  return names.flatMap((name) => [written[name] ?? []].flat().map((value) => [name, String(value)] as const));
}

function named(element: Element, name: string): Element {
  if (element.name !== name) throw new Refusal('bad_request', `expected \`${name}\` as the root`, { member: 'body' });
  return element;
}
