// GET and POST /validations: for whoever decides on openings, by school: what waits, what is under way, what was refused.
import type Koa from 'koa';
import { type InspectionLine, type SchoolToDecide, validationsPage } from '../../../views/logbooks/validations.tsx';
import { endGrant, findGrant, type Grant, refuseGrant, standingOf, validateGrant } from '../../acts/grants.ts';
import {
  approveInspection,
  endInspection,
  findInspection,
  type Inspection,
  listInspections,
  refuseInspection,
} from '../../acts/inspections.ts';
import { openingsOf } from '../../acts/openings.ts';
import { listAudiences } from '../../directory/audiences.ts';
import type { School } from '../../directory/schools.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { list } from '../../rights/rights.ts';
import type { Db } from '../../storage/storage.ts';
import { dayText, lastDayText } from '../days.ts';
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';
import { decidingOf } from './deciding.ts';
import { doneIn, linesOf, namesOf, openingFaults } from './openings.ts';

const done = ['validated', 'refused', 'ended', 'lifted', 'approved'] as const;

/** What the page itself can say of an inspection that was not decided. */
const inspectionFaults = [
  'inspection_decided',
  'inspection_own',
  'inspection_over',
  'out_of_territory',
  'nothing_to_inspect',
  'dates_refused',
] as const satisfies readonly RefusalCode[];

export function validations(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (ctx: Koa.Context, moment: Moment, fault?: RefusalCode): Promise<void> => {
    const schools = await schoolsToDecide(ctx, db, moment);
    const token = formToken(ctx, purposeOf(moment));
    const data = { token, schools, done: doneIn(ctx, done), fault };
    render(ctx, validationsPage, data, { status: fault ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => show(ctx, await signedIn(ctx, portal)),
    take: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      requireFormToken(ctx, purposeOf(moment));
      try {
        goTo(ctx, `/validations?done=${await doAct(ctx, portal, moment)}`);
      } catch (error) {
        await show(ctx, moment, expected(error, ...openingFaults, ...inspectionFaults));
      }
    },
  };
}

function purposeOf({ person }: Moment): string {
  return `validations ${person}`;
}

/** What a form does, and how to see that the same person has done it already. */
interface Deed {
  readonly word: (typeof done)[number];
  readonly run: (
    db: Db,
    given: { grant: string; reason: string; by: string; at: number; mostDays: number },
  ) => Promise<unknown>;
  readonly isDone: (db: Db, id: string, by: string) => Promise<boolean>;
}

const onGrant = (word: Deed['word'], run: Deed['run'], state: Grant['state']): Deed => ({
  word,
  run,
  isDone: async (db, id, by) => {
    const now = await findGrant(db, id);
    return now.state === state && by === (run === endGrant ? now.endedBy : now.decidedBy);
  },
});

const onInspection = (word: Deed['word'], run: Deed['run'], state: Inspection['state']): Deed => ({
  word,
  run,
  isDone: async (db, id, by) => {
    const now = await findInspection(db, id);
    return now.state === state && by === (state === 'ended' ? now.endedBy : now.decidedBy);
  },
});

const deeds: Readonly<Record<string, Deed>> = {
  validate: onGrant('validated', validateGrant, 'granted'),
  refuse: onGrant('refused', refuseGrant, 'refused'),
  end: onGrant('ended', endGrant, 'ended'),
  lift: onGrant('lifted', endGrant, 'lifted'),
  'approve-inspection': onInspection(
    'approved',
    (db, { grant: id, ...act }) => approveInspection(db, { id, ...act }),
    'approved',
  ),
  'refuse-inspection': onInspection(
    'refused',
    (db, { grant: id, ...act }) => refuseInspection(db, { id, ...act }),
    'refused',
  ),
  'end-inspection': onInspection('ended', (db, { grant: id, ...act }) => endInspection(db, { id, ...act }), 'ended'),
};

/** Does what the form says; the word of what was done. What the same person has done already is done. */
async function doAct(ctx: Koa.Context, { db, config }: Portal, { person: by, at }: Moment): Promise<Deed['word']> {
  const name = field(ctx, 'act');
  const deed = Object.hasOwn(deeds, name) ? deeds[name] : undefined;
  if (!deed) throw new Refusal('bad_request', 'expected `act` to be one of the page');
  const grant = field(ctx, 'grant');
  const mostDays = config.inspectionDays;
  try {
    await deed.run(db, { grant, reason: field(ctx, 'reason'), by, at, mostDays });
  } catch (error) {
    const known = error instanceof Refusal && !error.code.startsWith('unknown_');
    if (!known || !(await deed.isDone(db, grant, by))) throw error;
  }
  return deed.word;
}

/**
 * The schools where the person decides on openings, or approves inspections; `no_delegation` for a deputy to whom
 * nothing is delegated, `not_allowed` for others.
 */
async function schoolsToDecide(ctx: Koa.Context, db: Db, { person, at }: Moment): Promise<SchoolToDecide[]> {
  const openings = await openingsOf(db, { person, at });
  const { decided, keeps } = openings;
  const deciding = await decidingOf(db, { person, at }, openings);
  if (deciding.length === 0) throw await whyNot(db, { person, at });
  const lines = new Map((await linesOf(ctx, db, decided, at)).map((line) => [line.id, line]));
  return Promise.all(
    deciding.map(async ({ school, opens, inspects }): Promise<SchoolToDecide> => {
      const theirs = decided.filter((grant) => grant.school === school.uai);
      const which = (standing: string) => theirs.filter((grant) => standingOf(grant, at) === standing);
      return {
        uai: school.uai,
        name: school.name,
        decides: opens,
        pending: which('offered').map((grant) => ({
          ...lines.get(grant.id)!,
          own: grant.beneficiary === person || keeps.includes(grant.logbook),
        })),
        active: which('granted').map(({ id }) => lines.get(id)!),
        refused: which('refused')
          .filter(({ decidedAs, endsAt }) => decidedAs !== 'owner' && endsAt > at)
          .map(({ id }) => lines.get(id)!),
        ...(inspects && { inspections: await inspectionsOf(ctx, db, school, at) }),
      };
    }),
  );
}

async function inspectionsOf(
  ctx: Koa.Context,
  db: Db,
  { uai, zone }: School,
  at: number,
): Promise<NonNullable<SchoolToDecide['inspections']>> {
  const where = { zone, locale: localeOf(ctx) };
  const live = (await listInspections(db, { school: uai })).filter(({ endsAt }) => endsAt > at);
  const keys = live.flatMap(({ inspector, targets }) => [inspector, ...targets.map(({ key }) => key)]);
  const names = await namesOf(db, keys);
  for (const { id, label } of await listAudiences(db, keys)) names.set(id, label);
  const lines = (state: Inspection['state']): InspectionLine[] =>
    live
      .filter((one) => one.state === state)
      .map(({ id, inspector, targets, motive, startsAt, endsAt }) => ({
        id,
        inspector: names.get(inspector) ?? '',
        named: targets.map(({ key }) => names.get(key) ?? '').join(', '),
        motive,
        from: dayText(startsAt, where),
        until: lastDayText(endsAt, where),
      }));
  return { pending: lines('asked').reverse(), active: lines('approved') };
}

async function whyNot(db: Db, { person, at }: Moment): Promise<Refusal> {
  const seen = await list(db, { person, action: 'see_readers', type: 'logbook', when: { at } });
  const deputy = seen.some(({ reasons }) => reasons.some(({ rule }) => rule === 'deputy'));
  return deputy
    ? new Refusal('no_delegation', 'expected a delegation of signature for `validate`', { act: 'validate' })
    : new Refusal('not_allowed', 'expected somebody who validates openings');
}
