// Openings of logbooks for modules: always on behalf of a signed-in person, whose act it is; a module acts for nobody.
import type Koa from 'koa';
import { z } from 'zod';
import type { Act } from '../acts/acts.ts';
import {
  askGrant,
  endGrant,
  findGrant,
  type Grant,
  offerGrant,
  refuseGrant,
  standingOf,
  validateGrant,
} from '../acts/grants.ts';
import { openingDays, openingsOf } from '../acts/openings.ts';
import { findLogbook } from '../directory/logbooks.ts';
import { fullName } from '../directory/naming.ts';
import { listPersons } from '../directory/persons.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { readAs, readJson, shortText } from './body.ts';
import { type Api, answerJson, type Caller, callerOf } from './gate.ts';
import { personAt } from './logbooks.ts';

const SCOPE = 'grants';

/** A caller with a person behind. */
export type Somebody = Caller & { readonly person: string };

/** By what title an opening is shown to somebody. */
type As = 'beneficiary' | 'owner' | 'validator';

/** `GET /api/v1/grants`: those of the person, in the schools that the module serves. */
export function grants(api: Api): Koa.Middleware {
  return async (ctx) => {
    const caller = await somebody(ctx, api);
    const at = Date.now();
    const { received, kept, decided } = await openingsOf(api.db, { ...caller, at, rights: api.rights });
    const seen = new Map<string, { grant: Grant; as: As[] }>();
    const lists = { beneficiary: received, owner: kept, validator: decided };
    for (const as of ['beneficiary', 'owner', 'validator'] as const)
      for (const grant of lists[as]) seen.set(grant.id, { grant, as: [...(seen.get(grant.id)?.as ?? []), as] });
    const names = await namesOf(
      api,
      [...seen.values()].map(({ grant }) => grant),
    );
    const told = [...seen.values()].map(async ({ grant, as }) => ({ ...(await tell(api, caller, grant, names)), as }));
    answerJson(ctx, await Promise.all(told));
  };
}

const day = z.string().max(10).optional();

const wished = z.object({ logbook: shortText(255).min(1), until: day });
const offered = wished.extend({ beneficiary: z.string().max(255), from: day });
const reasoned = z.object({ reason: shortText(500).optional() });

/** `POST /api/v1/grants/asks`: asks for oneself. */
export function ask(api: Api): Koa.Middleware {
  return async (ctx) => {
    const caller = await somebody(ctx, api);
    const given = readAs(wished, await readJson(ctx));
    const act = actOf(caller);
    const days = await daysAt(api, caller, given, act.at);
    const grant = await askGrant(api.db, { logbook: given.logbook, until: days.until, ...act });
    await answer(ctx, api, caller, grant, 201);
  };
}

/** `POST /api/v1/grants/offers`: the owner opens to a colleague. */
export function offer(api: Api): Koa.Middleware {
  return async (ctx) => {
    const caller = await somebody(ctx, api);
    const { beneficiary, ...given } = readAs(offered, await readJson(ctx));
    const act = actOf(caller);
    const days = await daysAt(api, caller, given, act.at);
    const person = await personAt(caller, beneficiary, 'beneficiary');
    const grant = await offerGrant(api.db, { logbook: given.logbook, beneficiary: person, ...days, ...act });
    await answer(ctx, api, caller, grant, 201);
  };
}

const verbs = { validate: validateGrant, refuse: refuseGrant, end: endGrant };

/** `POST /api/v1/grants/:id/validate`, `refuse`, `end`. */
export function decide(api: Api, verb: keyof typeof verbs): Koa.Middleware {
  return async (ctx) => {
    const caller = await somebody(ctx, api);
    const { id } = (ctx as Koa.Context & { params: { id: string } }).params;
    const { reason } = readAs(reasoned, await readJson(ctx));
    const known = await findGrant(api.db, id);
    if (!caller.serves(known.school)) throw new Refusal('unknown_grant', `no opening has the key \`${id}\``);
    await answer(ctx, api, caller, await verbs[verb](api.db, { grant: id, reason, ...actOf(caller) }));
  };
}

/** The person whose act it is; a module acts for nobody. */
export async function somebody(ctx: Koa.Context, api: Api): Promise<Somebody> {
  const caller = await callerOf(ctx, api, SCOPE);
  const { person } = caller;
  if (!person) throw new Refusal('not_allowed', 'expected the token of a signed-in person');
  return { ...caller, person };
}

function actOf({ person, client }: Somebody): Act {
  return { by: person, at: Date.now(), client };
}

/** The days of an opening, by the clock of the logbook's school, which the module must serve. */
async function daysAt(
  api: Api,
  caller: Caller,
  { logbook, ...days }: { logbook: string; from?: string | undefined; until?: string | undefined },
  at: number,
) {
  const { school } = await findLogbook(api.db, logbook);
  if (!caller.serves(school)) throw new Refusal('unknown_logbook', `no logbook has the key \`${logbook}\``);
  const { zone } = await findSchool(api.db, school);
  return openingDays(days, { zone, at });
}

async function answer(ctx: Koa.Context, api: Api, caller: Caller, grant: Grant, status = 200): Promise<void> {
  answerJson(ctx, await tell(api, caller, grant, await namesOf(api, [grant])), status);
}

async function namesOf(api: Api, grants: readonly Grant[]): Promise<ReadonlyMap<string, string>> {
  const persons = await listPersons(
    api.db,
    grants.map(({ beneficiary }) => beneficiary),
  );
  return new Map(persons.map((person) => [person.id, fullName(person)]));
}

async function tell(api: Api, { client }: Caller, grant: Grant, names: ReadonlyMap<string, string>): Promise<object> {
  const { id, logbook, school, beneficiary, startsAt, endsAt, reason, endedAs, decidedAs } = grant;
  const state = standingOf(grant, Date.now());
  const sub = await api.provider.subjectFor(client, beneficiary);
  return {
    id,
    logbook,
    school,
    state,
    beneficiary: { sub, name: names.get(beneficiary) ?? '' },
    ...(startsAt !== null && { from: iso(startsAt) }),
    until: iso(endsAt),
    ...(decidedAs && { decided_as: decidedAs }),
    ...(endedAs && { ended_as: endedAs }),
    ...(reason && { reason }),
  };
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
