// GET and POST /school/assigners: for the head, who gives the licences of the school; naming somebody, and ending it.
import type Koa from 'koa';
import type { Way } from '../../../views/home.tsx';
import {
  type AssignersData,
  type AssignersOf,
  assignersPage,
  type NamedLine,
} from '../../../views/licences/assigners.tsx';
import type { LicencesDone } from '../../../views/licences/licences.tsx';
import { assignersAt, endNaming, mayName, nameAssigner, type Standed, whoMayBeNamed } from '../../acts/assigners.ts';
import { fullName } from '../../directory/naming.ts';
import { listPersons } from '../../directory/persons.ts';
import { findSchool, listSchools, type School } from '../../directory/schools.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { dayOf, isDay, schoolYear, schoolYearAt, startOfDay } from '../../facts/calendar.ts';
import { factsAbout } from '../../facts/facts.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import type { Db } from '../../storage/storage.ts';
import { dayText, lastDayText } from '../days.ts';
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';

const DAY = 86_400_000;

const done = ['named', 'ended'] as const satisfies readonly LicencesDone[];

const faults = [
  'assigner_closed',
  'assigner_exists',
  'dates_refused',
  'assigner_unfit',
] as const satisfies readonly RefusalCode[];

export function assigners(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (
    ctx: Koa.Context,
    moment: Moment,
    given: Pick<AssignersData, 'fault' | 'typed'> = {},
  ): Promise<void> => {
    const schools = await schoolsNaming(db, moment);
    if (schools.length === 0) throw new Refusal('not_allowed', 'expected the head of a school');
    const shown: AssignersOf[] = [];
    for (const school of schools) shown.push(await shownOf(ctx, db, school, moment));
    const token = formToken(ctx, purposeOf(moment));
    const said = given.fault ? undefined : done.find((word) => ctx.query.done === word);
    const data = { token, schools: shown, done: said, ...given };
    render(ctx, assignersPage, data, { status: given.fault ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => show(ctx, await signedIn(ctx, portal)),
    take: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      requireFormToken(ctx, purposeOf(moment));
      try {
        goTo(ctx, `/school/assigners?done=${await doAct(ctx, db, moment)}`);
      } catch (error) {
        const typed = { school: field(ctx, 'school'), person: field(ctx, 'person'), until: field(ctx, 'until') };
        await show(ctx, moment, { fault: expected(error, ...faults), typed });
      }
    },
  };
}

function purposeOf({ person }: Moment): string {
  return `assigners ${person}`;
}

async function doAct(ctx: Koa.Context, db: Db, { person: by, at }: Moment): Promise<(typeof done)[number]> {
  switch (field(ctx, 'act')) {
    case 'name': {
      const uai = field(ctx, 'school');
      // whoever names nowhere is told so, whatever the school
      if (!(await mayName(db, { school: uai, by, at }))) throw new Refusal('not_allowed', 'expected the head');
      const { zone } = await findSchool(db, uai);
      const day = field(ctx, 'until');
      if (!isDay(day)) throw new Refusal('dates_refused', 'expected a day');
      // the day that is chosen is the last one
      const until = startOfDay(dayOf(Date.parse(`${day}T00:00:00Z`) + DAY, 'UTC'), zone);
      await nameAssigner(db, { school: uai, person: field(ctx, 'person'), until, by, at });
      return 'named';
    }
    case 'end':
      await endNaming(db, { designation: field(ctx, 'designation'), by, at });
      return 'ended';
    default:
      throw new Refusal('bad_request', 'expected `act` to be one of the page');
  }
}

/** The schools that a person heads, or directs by a decision on record. */
async function schoolsNaming(db: Db, { person: by, at }: Moment): Promise<School[]> {
  const held = await factsAbout(db, 'subject', by, at, ['heads', 'directs']);
  const uais: string[] = [];
  for (const school of new Set(held.map((fact) => fact.school)))
    if (await mayName(db, { school, by, at })) uais.push(school);
  return uais.length === 0 ? [] : listSchools(db, uais);
}

async function shownOf(ctx: Koa.Context, db: Db, school: School, { at }: Moment): Promise<AssignersOf> {
  const { uai, name, yearStart, zone } = school;
  const where = { zone, locale: localeOf(ctx) };
  const all = await assignersAt(db, uai, at);
  const open = all.filter(({ standing }) => standing === 'waiting' || standing === 'live');
  const taken = new Set(open.map(({ person }) => person));
  const candidates = (await whoMayBeNamed(db, uai, at)).filter((person) => !taken.has(person));
  const persons = await listPersons(db, [...candidates, ...all.map(({ person }) => person)]);
  const names = new Map(persons.map((one) => [one.id, fullName(one)]));
  const line = ({ id, person, standing, namedAt, endsAt }: Standed): NamedLine => ({
    id,
    name: names.get(person) ?? '',
    standing,
    since: dayText(namedAt, where),
    until: lastDayText(endsAt, where),
  });
  const last = schoolYear(schoolYearAt(at, yearStart, zone), yearStart, zone).to;
  return {
    uai,
    name,
    days: { first: dayOf(at, zone), last: dayOf(last - 1, zone) },
    named: open.map(line),
    past: all.filter((one) => !open.includes(one)).map(line),
    candidates: candidates
      .map((key) => ({ key, name: names.get(key) ?? '' }))
      .sort((a, b) => a.name.localeCompare(b.name, 'fr')),
  };
}

/** The way on from the front page, for heads. */
export async function aboutAssigners(db: Db, moment: Moment): Promise<Way[]> {
  return (await schoolsNaming(db, moment)).length > 0 ? [{ to: 'assigners' }] : [];
}
