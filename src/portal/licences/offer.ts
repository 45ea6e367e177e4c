// GET and POST /licences/:id: the licences of one subscription at one school, given and taken back.
import type Koa from 'koa';
import type { LicencesDone } from '../../../views/licences/licences.tsx';
import { type GivenLine, type OfferData, offerPage } from '../../../views/licences/offer.tsx';
import { giveLicences, memberMeant, offerAllowed, offeredAt, takeLicencesBack } from '../../acts/licences.ts';
import { audiencesOf, listAudiences } from '../../directory/audiences.ts';
import { levelsAt } from '../../directory/levels.ts';
import { fullName } from '../../directory/naming.ts';
import type { Offer } from '../../directory/offers.ts';
import { listPersons } from '../../directory/persons.ts';
import { findSchool, type School } from '../../directory/schools.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { schoolYearAt } from '../../facts/calendar.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { type Locale, localeOf } from '../../http/locale.ts';
import { render, wordsOf } from '../../http/pages.ts';
import { coveredBy, readRoll, audiencesOf as rolesIn } from '../../resources/licences/roll.ts';
import { type LicencesAt, type Target, targetKinds } from '../../resources/licences.ts';
import type { Db } from '../../storage/storage.ts';
import { dayText } from '../days.ts';
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';
import { offerLine } from './licences.ts';

const done = ['given', 'taken'] as const satisfies readonly LicencesDone[];

const faults = [
  'licence_target_refused',
  'licences_missing',
  'licences_not_given',
  'nothing_to_end',
  'unknown_subscription',
] as const satisfies readonly RefusalCode[];

type Given = Pick<OfferData, 'fault' | 'typed' | 'missing'>;

export function licencesOf(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (ctx: Koa.Context, moment: Moment, given: Given = {}): Promise<void> => {
    const offer = await offerAllowed(db, String(ctx.params.id), { by: moment.person, at: moment.at });
    const token = formToken(ctx, purposeOf(moment, offer.id));
    const said = done.find((word) => ctx.query.done === word);
    const data = { token, ...(await dataOf(db, offer, moment, localeOf(ctx))), done: given.fault ? undefined : said };
    render(ctx, offerPage, { ...data, ...given }, { status: given.fault ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => show(ctx, await signedIn(ctx, portal)),
    take: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      const { id } = await offerAllowed(db, String(ctx.params.id), { by: moment.person, at: moment.at });
      requireFormToken(ctx, purposeOf(moment, id));
      try {
        goTo(ctx, `/licences/${id}?done=${await doAct(ctx, db, moment)}`);
      } catch (error) {
        const typed = { name: field(ctx, 'name'), inClass: field(ctx, 'class'), target: field(ctx, 'target') };
        await show(ctx, moment, { fault: expected(error, ...faults), typed, missing: missingIn(error) });
      }
    },
  };
}

function purposeOf({ person }: Moment, offer: string): string {
  return `licences ${person} ${offer}`;
}

function missingIn(error: unknown): OfferData['missing'] {
  if (!(error instanceof Refusal) || error.code !== 'licences_missing') return undefined;
  return [Number(error.details.missing), Number(error.details.wanted)];
}

async function doAct(ctx: Koa.Context, db: Db, { person: by, at }: Moment): Promise<(typeof done)[number]> {
  const offer = String(ctx.params.id);
  switch (field(ctx, 'act')) {
    case 'give-many':
      await giveLicences(db, { offer, target: targetIn(field(ctx, 'target')), by, at });
      return 'given';
    case 'give-one':
      await giveLicences(db, { offer, target: await personIn(ctx, db, { person: by, at }), by, at });
      return 'given';
    case 'take':
      await takeLicencesBack(db, { assignment: field(ctx, 'assignment'), by, at });
      return 'taken';
    default:
      throw new Refusal('bad_request', 'expected `act` to be one of the page');
  }
}

/** `class:0197…`; a person is named, and never by key. */
function targetIn(value: string): Target {
  const [word = '', ...rest] = value.split(':');
  const kind = targetKinds.find((one) => one === word && one !== 'person');
  const key = rest.join(':');
  if (!kind || key === '') throw new Refusal('licence_target_refused', 'expected `target` to be one of the page');
  return { kind, key };
}

async function personIn(ctx: Koa.Context, db: Db, { person: by, at }: Moment): Promise<Target> {
  const offer = await offerAllowed(db, String(ctx.params.id), { by, at });
  const { seats } = await standing(db, offer, at);
  const asked = { school: offer.school, audiences: [...seats.keys()], name: field(ctx, 'name') };
  return { kind: 'person', key: await memberMeant(db, { ...asked, inClass: field(ctx, 'class'), at }) };
}

async function standing(db: Db, { id, school }: Offer, at: number): Promise<LicencesAt & { readonly offer: string }> {
  const found = (await offeredAt(db, { school, at })).find(({ offer }) => offer === id);
  if (!found) throw new Refusal('unknown_subscription', 'expected a subscription of this school that is not over');
  return found;
}

async function dataOf(
  db: Db,
  offer: Offer,
  { at }: Moment,
  locale: Locale,
): Promise<Omit<OfferData, 'token' | 'typed' | 'done' | 'fault' | 'missing'>> {
  const one = await standing(db, offer, at);
  const school = await findSchool(db, offer.school);
  const audiences = await audiencesOf(db, school.uai, schoolYearAt(at, school.yearStart, school.zone));
  const choices = (kind: 'class' | 'group') =>
    audiences
      .filter((audience) => audience.kind === kind)
      .map(({ id, label }) => ({ value: `${kind}:${id}`, label }))
      .sort((a, b) => a.label.localeCompare(b.label, 'fr', { numeric: true }));
  const publics = [...one.seats.keys()];
  // a class, a group and a level stand for their pupils
  const forPupils = publics.includes('pupil');
  const levels = forPupils ? await levelsAt(db, school.uai) : [];
  return {
    ...offerLine(one, at, { zone: school.zone, locale }),
    school: school.name,
    publics,
    classes: forPupils ? choices('class') : [],
    groups: forPupils ? choices('group') : [],
    levels: levels.map(({ code, label }) => ({ value: `level:${code}`, label })),
    given: await givenLines(db, one, { school, at, locale }),
  };
}

async function givenLines(
  db: Db,
  { given }: LicencesAt,
  { school, at, locale }: { school: School; at: number; locale: Locale },
): Promise<GivenLine[]> {
  const keys = given.map(({ target }) => target.key);
  const objects = given.flatMap(({ target }) => (target.kind === 'class' || target.kind === 'group' ? target.key : []));
  const roll = await readRoll(db, { school: school.uai, at, objects });
  const year = schoolYearAt(at, school.yearStart, school.zone);
  const audiences = (await listAudiences(db, objects)).filter((one) => one.year === year);
  const labels = new Map(audiences.map(({ id, label }) => [id, label]));
  for (const { code, label } of await levelsAt(db, school.uai)) labels.set(`level ${code}`, label);
  for (const person of await listPersons(db, keys)) labels.set(person.id, fullName(person));
  const { licences } = wordsOf(locale).pages;
  return given.map((one) => {
    const { kind, key } = one.target;
    const covered = coveredBy(one, roll);
    const label = labels.get(kind === 'level' ? `level ${key}` : key);
    return {
      id: one.id,
      what:
        kind === 'audience'
          ? licences.one.allOf(licences.publics[one.audience])
          : kind === 'person'
            ? personTold(label, { covered: covered.size > 0, here: rolesIn(roll, key).length > 0 }, licences.one)
            : (label ?? licences.one.gone),
      covers: covered.size,
      since: dayText(one.givenAt, { zone: school.zone, locale }),
    };
  });
}

/** By name while they are of the school; whoever has left is named no more, and whoever is something else there is told so. */
function personTold(
  name: string | undefined,
  { covered, here }: { readonly covered: boolean; readonly here: boolean },
  words: { readonly nobody: string; otherwise(name: string): string },
): string {
  if (name === undefined || !here) return words.nobody;
  return covered ? name : words.otherwise(name);
}
