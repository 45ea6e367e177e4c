// First degree: the director says who teaches which class.
import type Koa from 'koa';
import { z } from 'zod';
import { assignTeaching, endTeaching, requireDirector } from '../directory/teaching.ts';
import { Refusal } from '../errors.ts';
import { audience, readAs, readJson, shortText } from './body.ts';
import { type Api, answerJson, callerOf, isPlain } from './gate.ts';
import { personAt } from './logbooks.ts';

const teaching = z.object({
  teacher: z.string().max(255),
  audience,
  subject: shortText(50).optional(),
});

const verbs = { assign: assignTeaching, end: endTeaching };

/** `PUT /api/v1/schools/:uai/teachings` assigns, `DELETE` ends; the same body; on behalf of the signed-in director. */
export function teachings(api: Api, verb: keyof typeof verbs): Koa.Middleware {
  return async (ctx) => {
    const caller = await callerOf(ctx, api, 'teaching');
    const { uai } = (ctx as Koa.Context & { params: { uai: string } }).params;
    if (!isPlain(uai) || !caller.serves(uai))
      throw new Refusal('school_not_served', 'expected a school that the module serves');
    if (!caller.person) throw new Refusal('not_allowed', 'expected the token of a signed-in director');
    const body = await readJson(ctx);
    const at = Date.now(); // once all of it has come: who directs the school now is asked, however slow they are
    await requireDirector(api.db, caller.person, uai, at);
    const { teacher, ...wanted } = readAs(teaching, body);
    const outcome = await verbs[verb](api.db, {
      ...wanted,
      school: uai,
      teacher: await personAt(caller, teacher, 'teacher'),
      by: caller.person,
      at,
    });
    answerJson(ctx, { revision: `${uai}:${outcome.revision}`, changed: outcome.begun + outcome.ended > 0 });
  };
}
