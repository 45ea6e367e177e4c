// What all addresses for distributors share: who asks, and answers and refusals in JSON or XML, as they were asked for.

import type Koa from 'koa';
import { z } from 'zod';
import { Refusal } from '../../errors.ts';
import { localeOf } from '../../http/locale.ts';
import { wordsOf } from '../../http/pages.ts';
import type { Violation } from '../../resources/rules.ts';
import { type Api, callerOf } from '../gate.ts';
import { type Content, writeXml } from './xml.ts';

/** Who asks: a machine that was registered for a distributor, on its own account. */
export async function distributorOf(
  ctx: Koa.Context,
  api: Api,
  scope: 'subscriptions' | 'usage',
): Promise<{ distributor: string; actor: string }> {
  const { client, person, distributor } = await callerOf(ctx, api, scope);
  if (person !== undefined || distributor === undefined)
    throw new Refusal('not_allowed', 'expected the machine of a distributor, on its own account');
  return { distributor, actor: client };
}

/** Answers a refusal in XML too, with the name of every rule that is broken. */
export function answering(answer: (ctx: Koa.Context) => Promise<void>): Koa.Middleware {
  return async (ctx) => {
    try {
      await answer(ctx);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const refusal = error.code === 'subscription_refused' ? worded(ctx, error) : error;
      if (!wantsXml(ctx) || refusal.status === 401) throw refusal;
      const { violations = [] } = refusal.details as { violations?: readonly Worded[] };
      const told = violations.map(({ regle, champ, message }): Content[number] & readonly [string, Content] => [
        'violation',
        [
          ['regle', regle],
          ['champ', champ],
          ['message', message],
        ],
      ]);
      sendXml(
        ctx,
        'erreur',
        [['code', refusal.code], ['message', wordsOf('fr').refusals[refusal.code]], ...told],
        refusal.status,
      );
    }
  };
}

interface Worded {
  readonly regle: string;
  readonly champ: string;
  readonly message: string;
}

function worded(ctx: Koa.Context, { code, message, details }: Refusal): Refusal {
  const words = wordsOf(localeOf(ctx)).subscriptions;
  const violations = (details.violations as readonly Violation[]).map(
    ({ rule, field }): Worded => ({ regle: rule, champ: field, message: words[rule] }),
  );
  return new Refusal(code, message, { violations });
}

export function isXml(ctx: Koa.Context): boolean {
  return /^\s*(application|text)\/xml\s*(;|$)/i.test(ctx.req.headers['content-type'] ?? '');
}

/** What is asked for, else what was sent. */
export function wantsXml(ctx: Koa.Context): boolean {
  const wanted = ctx.accepts('json', 'xml');
  return ctx.req.headers.accept === undefined || ctx.req.headers.accept === '*/*' ? isXml(ctx) : wanted === 'xml';
}

/** Answers with a document of the service, that no cache keeps. */
export function sendXml(ctx: Koa.Context, name: string, content: Content, status = 200): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.status = status;
  ctx.type = 'application/xml';
  ctx.body = writeXml(name, content);
}

/** A place in a list, counted from 0, as it comes in an address, in JSON or in XML; an empty one is none. */
export const place = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
  ])
  .pipe(z.number().int().min(0));
