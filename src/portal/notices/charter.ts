// GET and POST /charter: the charters of one's schools, read by all, answered by whoever wishes; never a gate.
import type Koa from 'koa';
import { type CharterData, type CharterOfSchool, charterPage } from '../../../views/notices/charter.tsx';
import { listSchools, type School } from '../../directory/schools.ts';
import { Refusal } from '../../errors.ts';
import { startOfDay } from '../../facts/calendar.ts';
import { factsAbout } from '../../facts/facts.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { type Locale, localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { acceptanceOf, answerCharter, charterOf } from '../../privacy/notices/charter.ts';
import { reasons } from '../../privacy/notices/reasons.ts';
import type { Db } from '../../storage/storage.ts';
import { dayText } from '../days.ts';
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';
import { textOf } from './notices.ts';
import { paragraphsOf } from './texts.ts';

const dones = ['accepted', 'withdrawn'] as const;

export function charter(portal: Portal): FormPage {
  const { db, provider } = portal;
  const show = async (ctx: Koa.Context, fault?: CharterData['fault']): Promise<void> => {
    const session = await provider.session(ctx);
    const at = Date.now();
    const person = session?.person;
    const asked = textOf(ctx.query.school).toUpperCase();
    const schools =
      person === undefined || asked ? await listSchools(db, [asked]) : await schoolsOf(db, { person, at });
    const own = person === undefined ? [] : (await schoolsOf(db, { person, at })).map(({ uai }) => uai);
    const data: CharterData = {
      token:
        person !== undefined && schools.every(({ uai }) => own.includes(uai)) ? formToken(ctx, purposeOf(person)) : '',
      signedIn: person !== undefined,
      schools: await Promise.all(schools.map((school) => ofSchool(db, school, { person, at, locale: localeOf(ctx) }))),
      done: dones.find((one) => one === ctx.query.done),
      fault,
    };
    render(ctx, charterPage, data, { status: fault ? 422 : 200, ...(asked && { query: { school: asked } }) });
  };
  return {
    show: (ctx) => show(ctx),
    take: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      requireFormToken(ctx, purposeOf(moment.person));
      const answer = field(ctx, 'answer') === 'withdraw' ? 'withdraw' : 'accept';
      try {
        await answerOwn(db, moment, { school: field(ctx, 'school'), hash: field(ctx, 'charter'), answer });
      } catch (error) {
        return show(ctx, expected(error, 'not_found'));
      }
      goTo(ctx, `/charter?done=${answer === 'accept' ? 'accepted' : 'withdrawn'}`);
    },
  };
}

/** Only at a school where one has a place; elsewhere as if there were no charter. */
async function answerOwn(
  db: Db,
  { person, at }: Moment,
  given: { school: string; hash: string; answer: 'accept' | 'withdraw' },
): Promise<void> {
  const schools = await schoolsOf(db, { person, at });
  if (!schools.some(({ uai }) => uai === given.school))
    throw new Refusal('not_found', 'expected a charter of one’s school');
  await answerCharter(db, { person, at, ...given });
}

async function ofSchool(
  db: Db,
  { uai, name, degree, zone }: School,
  reader: { person: string | undefined; at: number; locale: Locale },
): Promise<CharterOfSchool> {
  const text = await charterOf(db, { school: uai, at: reader.at });
  if (!text) return { uai, name, degree };
  const { hash, votedDay, recordedAt } = text;
  const where = { zone, locale: reader.locale };
  const accepted = reader.person && (await acceptanceOf(db, { person: reader.person, school: uai, hash }));
  return {
    uai,
    name,
    degree,
    charter: {
      hash,
      paragraphs: paragraphsOf(text.text),
      recordedOn: dayText(recordedAt, where),
      votedOn: votedDay === undefined ? undefined : dayText(startOfDay(votedDay, zone), where),
      acceptedOn: accepted ? dayText(accepted, where) : undefined,
    },
  };
}

async function schoolsOf(db: Db, { person, at }: Moment): Promise<School[]> {
  const uais = (await factsAbout(db, 'subject', person, at, reasons)).map(({ school }) => school);
  return listSchools(db, [...new Set(uais)]);
}

function purposeOf(person: string): string {
  return `charter ${person}`;
}
