// /school/letters: issuing codes and class cards by whoever may, and printing them.

import { PassThrough } from 'node:stream';
import type Koa from 'koa';
import { letterRunPage, lettersPage, type RunShown } from '../../../views/school/letters.tsx';
import { dateForms } from '../../../views/text/dates.ts';
import { fullName } from '../../directory/naming.ts';
import { listPersons } from '../../directory/persons.ts';
import { findSchool, listSchools } from '../../directory/schools.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { describeError } from '../../http/refusals.ts';
import { frameOf } from '../../http/requests.ts';
import { issueCards } from '../../letters/cards.ts';
import { classesIn, issueLetters, type Run, runsOf } from '../../letters/letters.ts';
import { beginPrinting, printRun } from '../../letters/printing.ts';
import type { Addressees } from '../../letters/recipients.ts';
import { findRun } from '../../letters/runs.ts';
import { list, may } from '../../rights/rights.ts';
import { type Db, newKey } from '../../storage/storage.ts';
import { requireFactor } from '../account/proof.ts';
import { dayText } from '../days.ts';
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';

const fields = ['kind', 'who', 'class', 'name', 'by', 'again'] as const;
type Given = Readonly<Record<(typeof fields)[number], string>>;

const faults = [
  'nothing_to_issue',
  'unknown_class',
  'second_agent_needed',
  'reset_by_link',
] as const satisfies readonly RefusalCode[];

/** GET and POST /school/letters */
export function letters(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (ctx: Koa.Context, moment: Moment, refused?: { fault: RefusalCode; given: Given }) => {
    const { school, others } = await placeOf(db, moment, asked(ctx));
    const run = newKey();
    const data = {
      token: formToken(ctx, purposeOf(moment, school.uai, run)),
      run,
      school: { uai: school.uai, name: school.name, cards: school.degree === 1 },
      others,
      classes: await classesIn(db, { school: school.uai, at: moment.at }),
      runs: await shownRuns(ctx, db, await runsOf(db, school.uai), moment.at),
      ...refused,
    };
    render(ctx, lettersPage, data, { status: refused ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => {
      await placeOf(db, await signedIn(ctx, portal), asked(ctx));
      const moment = await requireFactor(ctx, portal);
      if (moment) await show(ctx, moment);
    },
    take: async (ctx) => {
      const { school } = await placeOf(db, await signedIn(ctx, portal), asked(ctx));
      const moment = await requireFactor(ctx, portal);
      if (!moment) return;
      const run = field(ctx, 'run');
      requireFormToken(ctx, purposeOf(moment, school.uai, run));
      const given = Object.fromEntries(fields.map((name) => [name, field(ctx, name)])) as Given;
      try {
        await issue(portal, moment, { school: school.uai, run, given });
      } catch (error) {
        return show(ctx, moment, { fault: expected(error, ...faults), given });
      }
      goTo(ctx, `/school/letters/${run}`);
    },
  };
}

/** GET /school/letters/:id */
export function letterRun(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  const { db } = portal;
  return async (ctx) => {
    const moment = await signedIn(ctx, portal);
    const run = await runAsked(ctx, db, moment);
    const school = await findSchool(db, run.school);
    const [shown] = await shownRuns(ctx, db, [run], moment.at);
    const until = new Intl.DateTimeFormat(dateForms[localeOf(ctx)], {
      dateStyle: 'long',
      timeStyle: 'short',
      timeZone: school.zone,
    });
    if (shown) render(ctx, letterRunPage, { run: shown, school, until: until.format(run.printableUntil) });
  };
}

/** GET /school/letters/:id/sheets.pdf: each time is traced. */
export function letterSheets(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  const { db, config } = portal;
  return async (ctx) => {
    const moment = await signedIn(ctx, portal);
    const { id, school } = await runAsked(ctx, db, moment);
    if (!(await requireFactor(ctx, portal))) return;
    const printing = {
      run: id,
      school,
      key: config.keyFor('letters'),
      issuer: config.issuer,
      actor: moment.person,
      at: moment.at,
    };
    const run = await beginPrinting(db, printing);
    const out = new PassThrough();
    const { log } = frameOf(ctx);
    printRun(db, run, printing, out).then(
      () => out.end(),
      (error: unknown) => {
        // the answer has begun: what is left is to end it short, so that nobody takes it for whole
        if (!out.destroyed) log.error(describeError(error), 'letters not printed');
        out.destroy();
      },
    );
    ctx.type = 'application/pdf';
    ctx.set('Cache-Control', 'no-store');
    ctx.set('Content-Disposition', `attachment; filename="${run.kind}-${school}.pdf"`);
    ctx.body = out;
  };
}

/** The schools where a person may issue codes. */
export async function activatedBy(db: Db, { person, at }: Moment): Promise<string[]> {
  return (await list(db, { person, action: 'activate', type: 'school', when: { at } })).map(({ id }) => id);
}

async function issue(
  { db, config }: Portal,
  { person: actor, at }: Moment,
  { school, run: id, given }: { school: string; run: string; given: Given },
): Promise<void> {
  const { kind, by } = given;
  const again = given.again === 'yes';
  const common = { school, actor, id, again, at };
  if (kind === 'cards') {
    const pupils = {
      who: 'pupils',
      class: given.class || undefined,
      familyName: given.name.trim() || undefined,
    } as const;
    await issueCards(db, config.keyFor('letters'), { ...common, to: pupils });
    return;
  }
  if ((kind !== 'activation' && kind !== 'reset') || (by !== 'letter' && by !== 'mail'))
    throw new Refusal('bad_request', 'expected `kind` and `by` to be of the page');
  await issueLetters(db, config.keyFor, { ...common, kind, by, to: addressees(given), from: 'school' });
}

function addressees(given: Given): Exclude<Addressees, { who: 'person' }> {
  const { who } = given;
  const familyName = given.name.trim() || undefined;
  if (who === 'staff') return { who, familyName };
  if (who !== 'families' && who !== 'pupils') throw new Refusal('bad_request', 'expected `who` to be of the page');
  return { who, class: given.class || undefined, familyName };
}

/** The school that is asked for, or the first where one may; `not_allowed` when there is none, or not that one. */
async function placeOf(db: Db, moment: Moment, uai: string) {
  const schools = await listSchools(db, await activatedBy(db, moment));
  const school = uai === '' ? schools[0] : schools.find((one) => one.uai === uai);
  if (!school) throw new Refusal('not_allowed', 'expected somebody who may issue codes at this school');
  return { school, others: schools.filter((one) => one !== school) };
}

/** A run of a school where one may; there is none for anybody else. */
async function runAsked(ctx: Koa.Context, db: Db, { person, at }: Moment): Promise<Run> {
  const run = await findRun(db, String(ctx.params.id));
  const resource = { type: 'school', id: run?.school ?? '' } as const;
  if (!run || !(await may(db, { person, action: 'activate', resource, when: { at } })).allowed)
    throw new Refusal('not_found', 'no such run of letters');
  return run;
}

async function shownRuns(ctx: Koa.Context, db: Db, runs: readonly Run[], at: number): Promise<RunShown[]> {
  const names = new Map(
    (
      await listPersons(
        db,
        runs.map(({ actor }) => actor),
      )
    ).map((one) => [one.id, fullName(one)]),
  );
  const locale = localeOf(ctx);
  return runs.map(({ id, kind, audience, issuedAt, actor, size, mailed, readyAt, printableUntil }) => {
    const [who = '', place] = audience.split(':');
    return {
      id,
      kind,
      who: who as RunShown['who'],
      class: place === 'named' ? undefined : place,
      day: dayText(issuedAt, { zone: 'Europe/Paris', locale }),
      by: names.get(actor) ?? 'Préau',
      sheets: size,
      mailed,
      stopped: readyAt === null,
      printable: printableUntil > at,
    };
  });
}

function asked(ctx: Koa.Context): string {
  const { school } = ctx.query;
  return typeof school === 'string' ? school : '';
}

/** A form is for the person and the school it was shown for, and issues once. */
function purposeOf({ person }: Moment, school: string, run: string): string {
  return `school letters ${person} ${school} ${run}`;
}
