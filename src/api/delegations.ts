// Delegations of signature for modules: given and ended with the token of the head whose act it is; a module acts for nobody.
import type Koa from 'koa';
import { z } from 'zod';
import {
  type Delegation,
  delegate,
  delegatedActs,
  delegationsFor,
  endDelegation,
  listDelegations,
} from '../acts/delegations.ts';
import { openingDays } from '../acts/openings.ts';
import { fullName } from '../directory/naming.ts';
import { listPersons } from '../directory/persons.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { readAs, readJson, shortText } from './body.ts';
import { type Api, answerJson, type Caller, isPlain } from './gate.ts';
import { type Somebody, somebody } from './grants.ts';
import { personAt } from './logbooks.ts';

/** One act, or every act: a suppléance. */
const signed = z.enum([...delegatedActs, 'all']);

const day = z.string().max(10).optional();

const given = z.object({
  school: shortText(20),
  deputy: z.string().max(255),
  act: signed,
  decision: shortText(200),
  from: day,
  until: day,
});

/** What is given in one act: a suppléance is one, of every act. */
type Given = Omit<Delegation, 'act' | 'standingIn'> & { readonly act: z.infer<typeof signed> };

/** `GET /api/v1/delegations`: those of the schools that the person heads, and those that they hold, at the schools served. */
export function delegations(api: Api): Koa.Middleware {
  return async (ctx) => {
    const caller = await somebody(ctx, api);
    const found = await delegationsFor(api.db, { person: caller.person, at: Date.now() });
    answerJson(ctx, await tell(api, caller, found));
  };
}

/** `POST /api/v1/delegations`: the head has one act, or every act, signed by a deputy; days are both inside. */
export function giveDelegation(api: Api): Koa.Middleware {
  return async (ctx) => {
    const caller = await somebody(ctx, api);
    const { school, deputy, act, decision, ...days } = readAs(given, await readJson(ctx));
    if (!caller.serves(school))
      throw new Refusal('school_not_served', 'expected a school that the module serves', { member: 'school' });
    const { by, at, client } = actOf(caller);
    const written = await delegate(api.db, {
      school,
      deputy: await personAt(caller, deputy, 'deputy'),
      acts: act === 'all' ? act : [act],
      decision,
      ...openingDays(days, { zone: (await findSchool(api.db, school)).zone, at }),
      by,
      at,
      client,
    });
    const [told] = await tell(api, caller, written);
    answerJson(ctx, told, 201);
  };
}

/** `POST /api/v1/delegations/:id/end`: at once. */
export function endGiven(api: Api): Koa.Middleware {
  return async (ctx) => {
    const caller = await somebody(ctx, api);
    const { id } = (ctx as Koa.Context & { params: { id: string } }).params;
    const { school, act, deputy } = await named(caller, id);
    const acts = act === 'all' ? act : [act];
    const ended = { ...actOf(caller), school, deputy, acts, standingIn: act === 'all' };
    const before = await listDelegations(api.db, { school, at: ended.at });
    await endDelegation(api.db, ended);
    const mine = before.filter((one) => one.deputy === deputy && one.standingIn === ended.standingIn);
    const [told] = await tell(api, caller, act === 'all' ? mine : mine.filter((one) => one.act === act));
    answerJson(ctx, { ...told, until: iso(ended.at) });
  };
}

function actOf({ person, client }: Somebody): { by: string; at: number; client: string } {
  return { by: person, at: Date.now(), client };
}

const ID = new RegExp(`^(\\d{7}[A-Z])\\.(${[...delegatedActs, 'all'].join('|')})\\.(.+)$`, 'su');

/** What a key stands for: a delegation has one for each module, which names its holder by the `sub` that it knows. */
async function named(caller: Caller, id: string): Promise<{ school: string; act: Given['act']; deputy: string }> {
  const [, school = '', act = '', sub = ''] = ID.exec(id) ?? [];
  const deputy = isPlain(sub) && caller.serves(school) ? await caller.personBehind(sub) : undefined;
  if (!deputy) throw new Refusal('unknown_delegation', `no delegation has the key \`${id}\``);
  return { school, act: act as Given['act'], deputy };
}

async function tell(api: Api, caller: Caller, found: readonly Delegation[]): Promise<object[]> {
  const whole = new Map<string, Given>();
  for (const { standingIn, ...one } of found.filter(({ school }) => caller.serves(school))) {
    const act = standingIn ? 'all' : one.act;
    whole.set(JSON.stringify([one.school, one.deputy, act, one.from, one.until]), { ...one, act });
  }
  const persons = await listPersons(
    api.db,
    [...whole.values()].map(({ deputy }) => deputy),
  );
  const names = new Map(persons.map((person) => [person.id, fullName(person)]));
  return Promise.all(
    [...whole.values()].map(async ({ school, deputy, act, decision, from, until }) => {
      const sub = await api.provider.subjectFor(caller.client, deputy);
      return {
        id: `${school}.${act}.${sub}`,
        school,
        deputy: { sub, name: names.get(deputy) ?? '' },
        act,
        decision,
        from: iso(from),
        until: iso(until),
      };
    }),
  );
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
