// What all addresses for distributors share: who asks, and answers and refusals in JSON or XML, as they were asked for.

import type Koa from 'koa';
import { z } from 'zod';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { localeOf } from '../../http/locale.ts';
import { wordsOf } from '../../http/pages.ts';
import { isWritable } from '../../resources/lines.ts';
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
      const message = inTheirWords[refusal.code] ?? wordsOf('fr').refusals[refusal.code];
      const content: Content = [
        ['code', refusal.code],
        ['message', message],
        ['detail', writable(refusal.message)],
        ...told,
      ];
      sendXml(ctx, 'erreur', content, refusal.status);
    }
  };
}

/** What connectors of the service look for in an answer, as it writes it: they then send what they have by `POST`. */
const inTheirWords: Partial<Record<RefusalCode, string>> = {
  subscription_exists: 'Cet abonnement existe deja. Pour le modifier, envoyez-le par POST.',
};

/** Without what a document cannot hold: a detail may name what was sent. */
function writable(text: string): string {
  return [...text].filter(isWritable).join('');
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

/** The types that answers come in, and the XML that each asks for. */
const answers: ReadonlyMap<string, string | undefined> = new Map([
  ['application/json', undefined],
  ['application/xml', 'application/xml'],
  ['text/xml', 'text/xml'],
  ['text/*', 'text/xml'],
]);

/** The first that is asked for by name; for whoever takes anything, or only what there is none of, what was sent. */
function xmlFor(ctx: Koa.Context): string | undefined {
  const named = ctx
    .accepts()
    .map((type) => type.toLowerCase())
    .find((type) => answers.has(type));
  if (named !== undefined) return answers.get(named);
  return isXml(ctx) ? 'application/xml' : undefined;
}

export function wantsXml(ctx: Koa.Context): boolean {
  return xmlFor(ctx) !== undefined;
}

/** Answers with a document of the service, that no cache keeps. */
export function sendXml(ctx: Koa.Context, name: string, content: Content, status = 200): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.status = status;
  ctx.type = xmlFor(ctx) ?? 'application/xml';
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
