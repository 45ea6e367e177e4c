// Replacements for modules: recorded and ended by those who direct the school, signed in.
import type Koa from 'koa';
import { z } from 'zod';
import { openingDays } from '../acts/openings.ts';
import { endReplacement, recordReplacement } from '../acts/replacements.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { readAs, readJson, shortText } from './body.ts';
import { type Api, answerJson, isPlain } from './gate.ts';
import { somebody } from './grants.ts';
import { personAt } from './logbooks.ts';

const day = z.string().max(10).optional();
const replacement = z.object({
  substitute: z.string().max(255),
  replaced: z.string().max(255),
  logbooks: z.array(shortText(255)).min(1).max(200).optional(),
  from: day,
  until: day,
});

/** `PUT /api/v1/schools/:uai/replacements` records, `DELETE` ends; the same body. Answers the logbooks changed. */
export function replacements(api: Api, verb: 'record' | 'end'): Koa.Middleware {
  return async (ctx) => {
    const caller = await somebody(ctx, api);
    const { uai } = (ctx as Koa.Context & { params: { uai: string } }).params;
    if (!isPlain(uai) || !caller.serves(uai))
      throw new Refusal('school_not_served', 'expected a school that the module serves');
    const { from, until, ...given } = readAs(replacement, await readJson(ctx));
    const at = Date.now();
    const days = openingDays({ from, until }, { zone: (await findSchool(api.db, uai)).zone, at });
    const asked = {
      school: uai,
      substitute: await personAt(caller, given.substitute, 'substitute'),
      replaced: await personAt(caller, given.replaced, 'replaced'),
      logbooks: given.logbooks,
      by: caller.person,
      client: caller.client,
      at,
    };
    const done = verb === 'end' ? endReplacement(api.db, asked) : recordReplacement(api.db, { ...asked, ...days });
    answerJson(ctx, { logbooks: (await done).logbooks });
  };
}
