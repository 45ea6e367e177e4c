// /school/factors: a code for somebody who has lost their second factors, by whoever looks after the accounts of the school.

import type Koa from 'koa';
import { type AskLine, type LostFactorData, lostFactorPage } from '../../../views/factors/school.tsx';
import type { Way } from '../../../views/home.tsx';
import { dateForms } from '../../../views/text/dates.ts';
import { asksAmong } from '../../accounts/factors/code-asks.ts';
import { holdersAmong } from '../../accounts/factors/factors.ts';
import { isTwoPersonsMatter } from '../../accounts/factors/required.ts';
import { askFactorCode, dropFactorAsk, issueFactorCode, signFactorCode } from '../../accounts/factors/school-codes.ts';
import { fullName } from '../../directory/naming.ts';
import { findPerson, listPersons } from '../../directory/persons.ts';
import { listSchools, type School } from '../../directory/schools.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { DEFAULT_ZONE } from '../../facts/calendar.ts';
import { currentFacts } from '../../facts/facts.ts';
import { readCookie, seal, setCookie, unseal } from '../../http/cookies.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { list } from '../../rights/rights.ts';
import type { Db } from '../../storage/storage.ts';
import { requireFactor } from '../account/proof.ts';
import { dayText } from '../days.ts';
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';

/** How long a code waits to be shown, in milliseconds. */
const WAITS = 60_000;

/** Those whose factors a school may help with: who works or learns there, or represents a pupil. */
const belonging = ['post', 'heads', 'deputises', 'administers', 'attends', 'guards'] as const;

const done = ['asked', 'dropped'] as const;

const faults = [
  'unknown_person',
  'nothing_to_end',
  'second_agent_needed',
  'signer_factor_missing',
  'factor_ask_over',
] as const satisfies readonly RefusalCode[];

/** What goes from the post to the page that shows it, sealed in the browser and taken back at once. */
interface Issued {
  readonly by: string;
  readonly person: string;
  readonly code: string;
  readonly expiresAt: number;
}

/** GET and POST /school/factors */
export function lostFactors(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (ctx: Koa.Context, moment: Moment, fault?: RefusalCode): Promise<void> => {
    const uais = await lookedAfterBy(db, moment);
    if (uais.length === 0) throw notAllowed();
    const schools = [];
    for (const school of await listSchools(db, uais)) schools.push(await shownOf(ctx, db, school, moment));
    const data: LostFactorData = {
      token: formToken(ctx, purposeOf(moment)),
      schools,
      issued: await takeIssued(ctx, portal, moment),
      done: fault ? undefined : done.find((word) => ctx.query.done === word),
      fault,
    };
    render(ctx, lostFactorPage, data, { status: fault ? 422 : 200 });
  };
  return {
    show: async (ctx) => show(ctx, await signedIn(ctx, portal)),
    take: async (ctx) => {
      const moment = await requireFactor(ctx, portal);
      if (!moment) return;
      requireFormToken(ctx, purposeOf(moment));
      const school = field(ctx, 'school');
      if (!(await lookedAfterBy(db, moment)).includes(school)) throw notAllowed();
      try {
        goTo(ctx, `/school/factors${await act(ctx, portal, { ...moment, school })}`);
      } catch (error) {
        await show(ctx, moment, expected(error, ...faults));
      }
    },
  };
}

/** The way on from the front page, for those who look after accounts; what waits for their signature. */
export async function aboutLostFactors(db: Db, moment: Moment): Promise<Way[]> {
  const schools = await lookedAfterBy(db, moment);
  if (schools.length === 0) return [];
  const waiting = new Set<string>();
  for (const school of schools)
    for (const { person, askedBy } of await asksAt(db, school, moment))
      if (askedBy !== moment.person) waiting.add(person);
  return [{ to: 'lostFactors', count: waiting.size }];
}

/** Does what the form asks, and returns how to go on. */
async function act(ctx: Koa.Context, portal: Portal, { person: by, at, school }: Moment & { school: string }) {
  const { db } = portal;
  const person = field(ctx, 'person');
  const giving = { person, by, at };
  const given = async (give: typeof issueFactorCode): Promise<string> => {
    const issued: Issued = { by, person, ...(await give(db, giving)) };
    setCookie(ctx, 'issued', seal(portal.config, issued, at + WAITS), WAITS / 1000);
    return '';
  };
  const asked = (await asksAt(db, school, { person: by, at })).some((ask) => ask.person === person);
  switch (field(ctx, 'act') || 'issue') {
    case 'issue':
      if (!(await holdersAt(db, school, { person: by, at })).includes(person))
        throw new Refusal('unknown_person', 'expected somebody of the school who holds a factor');
      if (!(await isTwoPersonsMatter(db, person, at))) return given(issueFactorCode);
      await askFactorCode(db, giving);
      return '?done=asked';
    case 'sign':
      // one that was just signed is of the same school: a double click
      if (!asked && !(await holdersAt(db, school, { person: by, at }, signable)).includes(person))
        throw new Refusal('factor_ask_over', 'expected what was asked for somebody of the school');
      return given(signFactorCode);
    case 'drop':
      if (asked) await dropFactorAsk(db, giving);
      return '?done=dropped';
    default:
      throw new Refusal('bad_request', 'expected `act` to be one of the page');
  }
}

/** Whose codes are signed at a school besides: of an inspector, which the operator asks for. */
const signable = [...belonging, 'territory'] as const;

async function shownOf(ctx: Koa.Context, db: Db, { uai, name, zone }: School, moment: Moment) {
  const people = (await listPersons(db, await holdersAt(db, uai, moment))).map((one) => ({
    id: one.id,
    name: fullName(one),
  }));
  const asks = await asksAt(db, uai, moment);
  const keys = asks.flatMap(({ person, askedBy }) => [person, askedBy]);
  const names = new Map((await listPersons(db, keys)).map((one) => [one.id, fullName(one)]));
  const lines = asks.map(
    ({ person, askedBy, askedAt }): AskLine => ({
      id: person,
      name: names.get(person) ?? '',
      by: names.get(askedBy),
      own: askedBy === moment.person,
      day: dayText(askedAt, { zone, locale: localeOf(ctx) }),
    }),
  );
  return { uai, name, people: people.sort((one, other) => one.name.localeCompare(other.name, 'fr')), asks: lines };
}

/** The code that was just issued, once. */
async function takeIssued(ctx: Koa.Context, { db, config }: Portal, { person: by, at }: Moment) {
  const found = unseal<Issued>(config, readCookie(ctx, 'issued'), at);
  if (!found || found.by !== by || ctx.method !== 'GET') return undefined;
  setCookie(ctx, 'issued', '', 0);
  const end = new Intl.DateTimeFormat(dateForms[localeOf(ctx)], {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: DEFAULT_ZONE,
  });
  const shown: LostFactorData['issued'] = {
    name: fullName(await findPerson(db, found.person)),
    code: found.code,
    until: end.format(found.expiresAt),
  };
  return shown;
}

/** Who of a school holds a factor, but for oneself. */
async function holdersAt(
  db: Db,
  school: string,
  { person, at }: Moment,
  relations: typeof belonging | typeof signable = belonging,
): Promise<string[]> {
  const facts = await currentFacts(db, { school, relations, endingAfter: at });
  const present = facts.filter(({ validFrom }) => validFrom <= at).map(({ subject }) => subject);
  return (await holdersAmong(db, [...new Set(present)])).filter((holder) => holder !== person);
}

/** What waits for a signature at a school, but about oneself. */
async function asksAt(db: Db, school: string, moment: Moment) {
  return asksAmong(db, await holdersAt(db, school, moment, signable), moment.at);
}

/** The schools whose accounts a person looks after. */
async function lookedAfterBy(db: Db, { person, at }: Moment): Promise<string[]> {
  return (await list(db, { person, action: 'activate', type: 'school', when: { at } })).map(({ id }) => id);
}

function purposeOf({ person }: Moment): string {
  return `school factors ${person}`;
}

function notAllowed(): Refusal {
  return new Refusal('not_allowed', 'expected somebody who looks after the accounts of this school');
}
