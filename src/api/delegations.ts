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
type Given = Omit<Delegation, 'act'> & { readonly act: z.infer<typeof signed> };

/** `GET /api/v1/delegations`: those of the schools that the person heads, and those that they hold, at the schools served. */
export function delegations(api: Api): Koa.Middleware {
  return async (ctx) => {
    const caller = await somebody(ctx, api);
    const found = await delegationsFor(api.db, { person: caller.person, at: Date.now() });
    answerJson(ctx, await tell(api, caller, merged(found)));
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
    const [told] = await tell(api, caller, merged(written));
    answerJson(ctx, told, 201);
  };
}

/** `POST /api/v1/delegations/:id/end`: at once. */
export function endGiven(api: Api): Koa.Middleware {
  return async (ctx) => {
    const caller = await somebody(ctx, api);
    const { id } = (ctx as Koa.Context & { params: { id: string } }).params;
    const { school, act, standingIn, deputy } = await named(caller, id);
    const ended = { ...actOf(caller), school, deputy, acts: act === 'all' ? act : [act], standingIn };
    const before = (await listDelegations(api.db, { school, at: ended.at })).find(
      (one) => one.deputy === deputy && one.standingIn === standingIn && (act === 'all' || one.act === act),
    );
    await endDelegation(api.db, ended);
    // one that has not begun opened nothing
    const [told] = before ? await tell(api, caller, [{ ...before, act, until: Math.max(before.from, ended.at) }]) : [];
    answerJson(ctx, told ?? { id });
  };
}

function actOf({ person, client }: Somebody): { by: string; at: number; client: string } {
  return { by: person, at: Date.now(), client };
}

type What = Pick<Given, 'act' | 'standingIn'>;

/** What is given, as keys say it: a suppléance as one, or each act that is left of one that was cut short. */
function wordOf({ act, standingIn }: What): string {
  return standingIn && act !== 'all' ? `all-${act}` : act;
}

const words = new Map(
  [
    { act: 'all', standingIn: true } as const,
    ...delegatedActs.flatMap((act) => [true, false].map((standingIn) => ({ act, standingIn }))),
  ].map((what: What) => [wordOf(what), what]),
);

const ID = /^(\d{7}[A-Z])\.([a-z-]+)\.(.+)$/su;

/** What a key stands for: a delegation has one for each module, which names its holder by the `sub` that it knows. */
async function named(caller: Caller, id: string): Promise<What & { school: string; deputy: string }> {
  const [, school = '', word = '', sub = ''] = ID.exec(id) ?? [];
  const what = words.get(word);
  const deputy = what && isPlain(sub) && caller.serves(school) ? await caller.personBehind(sub) : undefined;
  if (!what || !deputy) throw new Refusal('unknown_delegation', `no delegation has the key \`${id}\``);
  return { ...what, school, deputy };
}

/** Those of a suppléance are one while it holds every act; once it was cut short, each is told by itself. */
function merged(found: readonly Delegation[]): Given[] {
  const groups = new Map<string, Delegation[]>();
  for (const one of found) {
    const { school, deputy, act, standingIn, decision, from, until } = one;
    const key = JSON.stringify([school, deputy, standingIn || act, decision, from, until]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group): Given[] => {
    const whole = delegatedActs.every((act) => group.some((one) => one.standingIn && one.act === act));
    return whole ? [{ ...group[0]!, act: 'all' }] : group;
  });
}

async function tell(api: Api, caller: Caller, given: readonly Given[]): Promise<object[]> {
  const told = given.filter(({ school }) => caller.serves(school));
  const persons = await listPersons(
    api.db,
    told.map(({ deputy }) => deputy),
  );
  const names = new Map(persons.map((person) => [person.id, fullName(person)]));
  return Promise.all(
    told.map(async ({ school, deputy, act, standingIn, decision, from, until }) => {
      const sub = await api.provider.subjectFor(caller.client, deputy);
      return {
        id: `${school}.${wordOf({ act, standingIn })}.${sub}`,
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
