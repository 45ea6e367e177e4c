// GET and POST /licences: designations to answer, and the subscriptions whose licences somebody gives, school by school.
import type Koa from 'koa';
import type { Way } from '../../../views/home.tsx';
import {
  type LicencesData,
  type LicencesDone,
  licencesPage,
  type OfferLine,
  type SeatLine,
} from '../../../views/licences/licences.tsx';
import { answerNaming, endNaming, namingsOf } from '../../acts/assigners.ts';
import { assignedAt, offeredAt } from '../../acts/licences.ts';
import { OPERATOR } from '../../acts/offices.ts';
import { fullName } from '../../directory/naming.ts';
import { listPersons } from '../../directory/persons.ts';
import { listSchools } from '../../directory/schools.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { type Locale, localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { freeAt } from '../../resources/free.ts';
import type { LicencesAt } from '../../resources/licences.ts';
import type { Db } from '../../storage/storage.ts';
import { dayText, lastDayText } from '../days.ts';
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';

const done = ['accepted', 'refused', 'renounced'] as const satisfies readonly LicencesDone[];

export function licences(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (ctx: Koa.Context, moment: Moment, fault?: RefusalCode): Promise<void> => {
    const token = formToken(ctx, purposeOf(moment));
    const said = done.find((word) => ctx.query.done === word);
    const data = { token, ...(await dataOf(db, moment, localeOf(ctx))), done: fault ? undefined : said, fault };
    render(ctx, licencesPage, data, { status: fault ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => show(ctx, await signedIn(ctx, portal)),
    take: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      requireFormToken(ctx, purposeOf(moment));
      try {
        goTo(ctx, `/licences?done=${await doAct(ctx, db, moment)}`);
      } catch (error) {
        await show(ctx, moment, expected(error, 'assigner_closed'));
      }
    },
  };
}

function purposeOf({ person }: Moment): string {
  return `licences ${person}`;
}

async function doAct(ctx: Koa.Context, db: Db, { person: by, at }: Moment): Promise<(typeof done)[number]> {
  const designation = field(ctx, 'designation');
  switch (field(ctx, 'act')) {
    case 'accept':
      await answerNaming(db, { designation, accepts: true, by, at });
      return 'accepted';
    case 'refuse':
      await answerNaming(db, { designation, accepts: false, by, at });
      return 'refused';
    case 'renounce':
      await endNaming(db, { designation, by, at });
      return 'renounced';
    default:
      throw new Refusal('bad_request', 'expected `act` to be one of the page');
  }
}

async function dataOf(
  db: Db,
  { person, at }: Moment,
  locale: Locale,
): Promise<Pick<LicencesData, 'asked' | 'held' | 'schools'>> {
  const namings = await namingsOf(db, person, at);
  const assigned = await assignedAt(db, { person, at });
  const uais = [...new Set([...assigned, ...namings.map(({ school }) => school)])];
  const schools = new Map((await listSchools(db, uais)).map((school) => [school.uai, school]));
  const persons = await listPersons(
    db,
    namings.map(({ namedBy }) => namedBy),
  );
  const names = new Map(persons.map((one) => [one.id, fullName(one)]));
  const where = (uai: string) => ({ zone: schools.get(uai)!.zone, locale });
  const nameOf = (uai: string) => schools.get(uai)!.name;
  const shown: LicencesData['schools'][number][] = [];
  for (const uai of assigned) {
    const offers = (await offeredAt(db, { school: uai, at })).map((one) => offerLine(one, at, where(uai)));
    const free = await freeAt(db, uai);
    const open = free.filter((one) => one.open.length > 0).length;
    shown.push({ uai, name: nameOf(uai), offers, free: free.length > 0 ? { open, all: free.length } : undefined });
  }
  return {
    asked: namings
      .filter(({ standing }) => standing === 'waiting')
      .map(({ id, school, namedBy, waitsUntil }) => ({
        id,
        by: names.get(namedBy) ?? (namedBy === OPERATOR ? nameOf(school) : ''),
        school: nameOf(school),
        answerBefore: dayText(waitsUntil, where(school)),
      })),
    held: namings
      .filter(({ standing }) => standing === 'live')
      .map(({ id, school, endsAt }) => ({ id, school: nameOf(school), until: lastDayText(endsAt, where(school)) })),
    schools: shown,
  };
}

/** A subscription at a school, in the words of the page. */
export function offerLine(
  one: LicencesAt & { readonly offer: string },
  at: number,
  where: { readonly zone: string; readonly locale: Locale },
): OfferLine {
  const { id, startsAt, endsAt } = one.subscription;
  return {
    id: one.offer,
    name: one.subscription.sheet.libelleRessource ?? id,
    until: lastDayText(endsAt, where),
    from: startsAt > at ? dayText(startsAt, where) : undefined,
    seats: seatLines(one),
    waiting: one.waiting,
  };
}

function seatLines({ shared, seats }: LicencesAt): SeatLine[] {
  const lines = [...seats].map(([audience, counts]) => ({ audience, ...counts }));
  return shared ? lines.slice(0, 1).map((line) => ({ ...line, audience: 'together' })) : lines;
}

/** The way on from the front page, for those who give licences or are asked to. */
export async function aboutLicences(db: Db, moment: Moment): Promise<Way[]> {
  const asked = (await namingsOf(db, moment.person, moment.at)).filter(({ standing }) => standing === 'waiting');
  if (asked.length === 0 && (await assignedAt(db, moment)).length === 0) return [];
  return [{ to: 'licences', count: asked.length }];
}
