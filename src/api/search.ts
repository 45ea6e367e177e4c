// AuthZEN 1.0 searches: who may do this to that, to which ones may she, and what may she do to it.
import type Koa from 'koa';
import { type Json, readJson } from './body.ts';
import { answerJson } from './gate.ts';
import { askedBy, pageOf, placeOf, readPage } from './paging.ts';
import type { Policy, Searched } from './policy.ts';
import { readSearch } from './question.ts';

/**
 * `POST /access/v1/search/subject`, `resource` or `action`: everything for which an evaluation would answer `true` to
 * the same caller, at the present instant. What is unknown finds nothing. `key` seals the tokens of pages.
 */
export function search(policy: Policy, searched: Searched, key: Buffer): Koa.Middleware {
  return async (ctx) => {
    const session = await policy.admit(ctx);
    const body = await readJson(ctx);
    const question = readSearch(body, searched, policy.checkContext);
    const page = readPage(body);
    const at = Date.now();
    const asked = askedBy(session, [searched, whatIsAsked(body, searched)]);
    const place = placeOf(key, page, asked, at);
    const found = await session.find(searched, question, at);
    answerJson(ctx, pageOf(key, found, { place, page, asked, at }));
  };
}

/** What must be the same on every page: all that is asked, even what changes no answer, but for what is ignored. */
function whatIsAsked(body: Json, searched: Searched): object {
  const { subject, action, resource, context } = body;
  const asked: Record<string, unknown> = { subject, action, resource, context };
  if (searched === 'action') asked.action = undefined;
  else asked[searched] = { ...(body[searched] as Json), id: undefined };
  return asked;
}
