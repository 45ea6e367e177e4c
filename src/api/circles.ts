// Circles for a module, such as messages: which there are where it serves, and who is in one. Nobody is added through it.
import type Koa from 'koa';
import {
  type Circle,
  circleFor,
  circlesOf,
  circlesOfSchool,
  findCircle,
  type Member,
  presentMembers,
} from '../circles/circles.ts';
import { Refusal } from '../errors.ts';
import type { Db } from '../storage/storage.ts';
import { badMember } from './body.ts';
import { type Api, answerJson, type Caller, callerOf, isPlain } from './gate.ts';

/**
 * `GET /api/v1/circles`: those of the person whom the token speaks for; `?school=UAI` with a token of the module itself:
 * those of that school. A module sees the circles of which it serves every school.
 */
export function circles(api: Api): Koa.Middleware {
  return async (ctx) => {
    const caller = await callerOf(ctx, api, 'circles');
    const at = Date.now();
    const found = await circlesFor(api.db, caller, { school: ctx.query.school, at });
    answerJson(ctx, found.filter((circle) => circle.schools.every(caller.serves)).map(told));
  };
}

async function circlesFor(
  db: Db,
  { person }: Caller,
  { school, at }: { school: unknown; at: number },
): Promise<readonly Circle[]> {
  if (person !== undefined) return circlesOf(db, person, at);
  if (typeof school !== 'string' || !isPlain(school)) throw badMember('school', 'expected `school` once, in the query');
  return circlesOfSchool(db, school, at);
}

/**
 * `GET /api/v1/circles/:id/members`: who accepted, by the `sub` of each for this module, but for who objected to it; for a
 * member's token, and for the module itself. `unknown_circle` where the module does not serve every school of it.
 */
export function circleMembers(api: Api): Koa.Middleware {
  return async (ctx) => {
    const caller = await callerOf(ctx, api, 'circles');
    const members: object[] = [];
    for (const { person, role, since } of await membersFor(api.db, caller, ctx.params.id)) {
      if (await api.provider.isClosed(caller.client, person)) continue;
      members.push({
        sub: await api.provider.subjectFor(caller.client, person),
        role,
        since: new Date(since).toISOString(),
      });
    }
    answerJson(ctx, members);
  };
}

async function membersFor(db: Db, { person, serves }: Caller, id: string): Promise<readonly Member[]> {
  const at = Date.now();
  const circle = await findCircle(db, isPlain(id) ? id : '', at);
  if (!circle.schools.every(serves)) throw new Refusal('unknown_circle', 'expected a circle that the module serves');
  if (person === undefined) return presentMembers(db, circle, at);
  return (await circleFor(db, { circle: id, by: person, at })).members;
}

function told({ id, name, purpose, schools, endsAt }: Circle): object {
  return { id, name, purpose, schools, ends_at: new Date(endsAt).toISOString() };
}
