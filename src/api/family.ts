// A family for a module: the children of whoever it speaks for, at the schools that it serves, as they stand now.
import type Koa from 'koa';
import { Refusal } from '../errors.ts';
import { buildClaims } from '../oidc/claims.ts';
import { badMember } from './body.ts';
import { type Api, answerJson, callerOf } from './gate.ts';

/**
 * `GET /api/v1/family[?subject=SUB]`: `{ "children": [{ sub, given_name, school, classes }] }`, the claim `children` as it
 * would be told now. A token that speaks for a person says whose family it is, and asks about no other; a module that
 * speaks for itself names the `subject`. One that is not registered for this claim is refused `scope_missing`.
 */
export function family(api: Api): Koa.Middleware {
  return async (ctx) => {
    const { client, person, schools = 'all', told, personAsked } = await callerOf(ctx, api, 'rights');
    if (!told.includes('children'))
      throw new Refusal('scope_missing', 'expected the scope `children`', { scope: 'children' });
    const { subject } = ctx.query;
    if (subject === undefined ? person === undefined : typeof subject !== 'string')
      throw badMember('subject', 'expected `subject` once, in the query');
    const asked = typeof subject === 'string' ? await personAsked(subject) : person;
    const subjectOf = (one: string) => api.provider.subjectFor(client, one);
    const closed = (one: string) => api.provider.isClosed(client, one);
    const built = asked
      ? await buildClaims(api.db, { person: asked, schools, at: Date.now(), subjectOf, closed }, ['children'])
      : {};
    answerJson(ctx, { children: built.children ?? [] });
  };
}
