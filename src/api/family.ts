// A family for a module: the children of whoever it speaks for, at the schools that it serves, as they stand now.
import type Koa from 'koa';
import { Refusal } from '../errors.ts';
import { buildClaims } from '../oidc/claims.ts';
import { type Api, answerJson, callerOf } from './gate.ts';

/**
 * `GET /api/v1/family`, with a token that speaks for a person: `{ "children": [{ sub, given_name, school, classes }] }`, the
 * claim `children` as it would be told now. A module that is not registered for this claim is refused `scope_missing`.
 */
export function family(api: Api): Koa.Middleware {
  return async (ctx) => {
    const { client, person, schools = 'all', told } = await callerOf(ctx, api, 'rights');
    if (person === undefined) throw new Refusal('token_invalid', 'expected a token that speaks for a person');
    if (!told.includes('children'))
      throw new Refusal('scope_missing', 'expected the scope `children`', { scope: 'children' });
    const subjectOf = (one: string) => api.provider.subjectFor(client, one);
    const { children = [] } = await buildClaims(api.db, { person, schools, at: Date.now(), subjectOf }, ['children']);
    answerJson(ctx, { children });
  };
}
