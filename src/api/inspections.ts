// Inspections for modules: asked, approved, refused and ended by the signed-in person whose act it is.
import type Koa from 'koa';
import { z } from 'zod';
import { findInspection } from '../acts/inspection-records.ts';
import {
  approveInspection,
  askInspection,
  endInspection,
  type Inspection,
  inspectionsFor,
  refuseInspection,
  type SeenAs,
} from '../acts/inspections.ts';
import { openingDays } from '../acts/openings.ts';
import { listAudiences } from '../directory/audiences.ts';
import { fullName } from '../directory/naming.ts';
import { listPersons } from '../directory/persons.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { audience, readAs, readJson, shortText } from './body.ts';
import { type Api, answerJson, type Caller } from './gate.ts';
import { type Somebody, somebody } from './grants.ts';
import { personAt } from './logbooks.ts';

const day = z.string().max(10).optional();
const asked = z.object({
  school: shortText(20),
  teachers: z.array(z.string().max(255)).max(50).default([]),
  archives: z.array(z.string().max(255)).max(50).default([]),
  audiences: z.array(audience).max(50).default([]),
  motive: shortText(500),
  from: day,
  until: day,
});
const reasoned = z.object({ reason: shortText(500).optional() });

/** `GET /api/v1/inspections`: those that the person asked, may decide, or is concerned by, at the schools served. */
export function inspections(api: Api): Koa.Middleware {
  return async (ctx) => {
    const caller = await somebody(ctx, api);
    const { person, schools } = caller;
    const found = await inspectionsFor(api.db, { person, schools, at: Date.now() });
    answerJson(ctx, await Promise.all(found.map(({ inspection, as }) => tell(api, caller, inspection, as))));
  };
}

/** `POST /api/v1/inspections`: an inspector asks. */
export function askToInspect(api: Api): Koa.Middleware {
  return async (ctx) => {
    const caller = await somebody(ctx, api);
    const { school, from, until, ...given } = readAs(asked, await readJson(ctx));
    if (!caller.serves(school))
      throw new Refusal('school_not_served', 'expected a school that the module serves', { member: 'school' });
    const act = actOf(caller);
    const days = openingDays({ from, until }, { zone: (await findSchool(api.db, school)).zone, at: act.at });
    const named = (member: 'teachers' | 'archives') =>
      Promise.all(given[member].map((sub, index) => personAt(caller, sub, `${member}.${index}`)));
    const [teachers, archives] = [await named('teachers'), await named('archives')];
    const mostDays = api.config.inspectionDays;
    const inspection = await askInspection(api.db, { ...given, ...days, ...act, school, teachers, archives, mostDays });
    answerJson(ctx, await tell(api, caller, inspection, ['inspector']), 201);
  };
}

/** `POST /api/v1/inspections/:id/approve`, `refuse`, `end`. */
export function decideInspection(api: Api, verb: 'approve' | 'refuse' | 'end'): Koa.Middleware {
  return async (ctx) => {
    const caller = await somebody(ctx, api);
    const { id } = (ctx as Koa.Context & { params: { id: string } }).params;
    const { reason } = readAs(reasoned, await readJson(ctx));
    const known = await findInspection(api.db, id);
    if (!caller.serves(known.school)) throw new Refusal('unknown_inspection', `no inspection has the key \`${id}\``);
    const act = { ...actOf(caller), id };
    const mostDays = api.config.inspectionDays;
    const verbs = {
      approve: () => approveInspection(api.db, { ...act, mostDays }),
      refuse: () => refuseInspection(api.db, { ...act, reason: reason ?? '' }),
      end: () => endInspection(api.db, { ...act, reason }),
    };
    const inspection = await verbs[verb]();
    answerJson(
      ctx,
      await tell(api, caller, inspection, [inspection.inspector === caller.person ? 'inspector' : 'approver']),
    );
  };
}

function actOf({ person, client }: Somebody): { by: string; at: number; client: string } {
  return { by: person, at: Date.now(), client };
}

/** The motive, and who else is named, are for who asks and who decides; whoever is concerned learns of the rest. */
async function tell(api: Api, caller: Caller, inspection: Inspection, as: readonly SeenAs[]): Promise<object> {
  const { id, school, state, inspector, targets, motive, startsAt, endsAt, reason } = inspection;
  const whole = as.includes('inspector') || as.includes('approver');
  const keys = (...kinds: (typeof targets)[number]['kind'][]) =>
    targets.filter(({ kind }) => kinds.includes(kind)).map(({ key }) => key);
  const teachers = (kind: 'teacher' | 'archives') => keys(kind).filter((key) => whole || key === caller.person);
  const persons = new Map(
    (await listPersons(api.db, [inspector, ...keys('teacher', 'archives')])).map((one) => [one.id, fullName(one)]),
  );
  const named = async (person: string) => ({
    sub: await api.provider.subjectFor(caller.client, person),
    name: persons.get(person) ?? '',
  });
  const audiences = await listAudiences(api.db, keys('class', 'group'));
  return {
    id,
    school,
    state,
    inspector: await named(inspector),
    teachers: await Promise.all(teachers('teacher').map(named)),
    archives: await Promise.all(teachers('archives').map(named)),
    audiences: audiences.map((one) => ({ id: one.id, label: one.label, kind: one.kind })),
    from: new Date(startsAt).toISOString(),
    until: new Date(endsAt).toISOString(),
    ...(whole && { motive, ...(reason && { reason }) }),
    as,
  };
}
