// GET and POST /school/disputes: for whoever decides at a school, who says they do not represent a pupil, and joins to undo.
import type Koa from 'koa';
import { type DisputeLine, type DisputesData, disputesPage } from '../../../views/family/disputes.tsx';
import { fullName } from '../../directory/naming.ts';
import { listPersons } from '../../directory/persons.ts';
import { listSchools, type School } from '../../directory/schools.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { classesAt } from '../../families/children.ts';
import { schoolsSettledBy } from '../../families/deciding.ts';
import { type Dispute, disputesAt, settleDispute } from '../../families/disputes.ts';
import { joinsAt, separate } from '../../families/families.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { noteOpenings } from '../../privacy/file-openings.ts';
import type { Db } from '../../storage/storage.ts';
import { dayText } from '../days.ts';
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';

const done = ['upheld', 'withdrawn', 'separated'] as const;
const faults = ['decision_missing', 'unknown_dispute', 'dispute_settled', 'unknown_join', 'own_cause'] as const;

export function disputes(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (
    ctx: Koa.Context,
    moment: Moment,
    given: { fault?: RefusalCode; typed?: DisputesData['typed'] } = {},
  ): Promise<void> => {
    const schools = await schoolsDeciding(db, moment);
    if (schools.length === 0) throw new Refusal('not_allowed', 'expected somebody who decides requests at a school');
    const shown = await Promise.all(schools.map((school) => shownOf(ctx, db, school, moment)));
    const said = done.find((word) => ctx.query.done === word);
    const token = formToken(ctx, purposeOf(moment));
    const data = { token, schools: shown, done: given.fault ? undefined : said, ...given };
    render(ctx, disputesPage, data, { status: given.fault ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => show(ctx, await signedIn(ctx, portal)),
    take: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      requireFormToken(ctx, purposeOf(moment));
      const typed = { id: field(ctx, 'id'), decision: field(ctx, 'decision'), outcome: field(ctx, 'outcome') };
      try {
        goTo(ctx, `/school/disputes?done=${await act(db, moment, typed)}`);
      } catch (error) {
        await show(ctx, moment, { fault: expected(error, ...faults), typed });
      }
    },
  };
}

/** How many disputes wait for somebody's answer; none said for whoever decides nowhere. */
export async function disputesWaiting(db: Db, moment: Moment): Promise<number | undefined> {
  const schools = await schoolsDeciding(db, moment);
  if (schools.length === 0) return undefined;
  const open = new Set<string>();
  for (const { uai } of schools)
    for (const { id, state } of await disputesAt(db, uai, moment.at)) if (state === 'open') open.add(id);
  return open.size;
}

function purposeOf({ person }: Moment): string {
  return `disputes ${person}`;
}

async function schoolsDeciding(db: Db, { person, at }: Moment): Promise<School[]> {
  const uais = await schoolsSettledBy(db, { person, at });
  return uais.length > 0 ? listSchools(db, uais) : [];
}

async function act(
  db: Db,
  { person: by, at }: Moment,
  { id, decision, outcome }: NonNullable<DisputesData['typed']>,
): Promise<(typeof done)[number]> {
  if (outcome === 'separated') await separate(db, { join: id, by, at, reference: decision });
  else if (outcome === 'upheld' || outcome === 'withdrawn') await settleDispute(db, { id, outcome, decision, by, at });
  else throw new Refusal('bad_request', 'expected `outcome` to be one of the page');
  return outcome;
}

async function shownOf(
  ctx: Koa.Context,
  db: Db,
  { uai, name, zone }: School,
  { person: by, at }: Moment,
): Promise<DisputesData['schools'][number]> {
  const where = { zone, locale: localeOf(ctx) };
  const all = await disputesAt(db, uai, at);
  const joins = await joinsAt(db, uai, at);
  const keys = [...all.flatMap(({ person, child }) => [person, child]), ...joins.map(({ record }) => record)];
  await noteOpenings(db, { by, school: uai, persons: keys, purpose: 'dispute', at });
  const names = new Map((await listPersons(db, keys)).map((one) => [one.id, fullName(one)]));
  const line = async ({ id, person, child, openedAt, decision }: Dispute): Promise<DisputeLine> => ({
    id,
    person: names.get(person) ?? '',
    child: [names.get(child), ...(await classesAt(db, { child, school: uai, at }))].filter(Boolean).join(', '),
    day: dayText(openedAt, where),
    ...(decision && { decision }),
  });
  return {
    uai,
    name,
    open: await Promise.all(all.filter(({ state }) => state === 'open').map(line)),
    upheld: await Promise.all(all.filter(({ state }) => state === 'upheld').map(line)),
    joins: joins.map(({ id, record, joinedAt }) => ({
      id,
      person: names.get(record) ?? '',
      day: dayText(joinedAt, where),
    })),
  };
}
