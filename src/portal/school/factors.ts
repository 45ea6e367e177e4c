// /school/factors: a code for somebody who has lost their second factors, by whoever looks after the accounts of the school.
import type Koa from 'koa';
import { type LostFactorData, lostFactorPage } from '../../../views/factors/school.tsx';
import type { Way } from '../../../views/home.tsx';
import { holdersAmong } from '../../accounts/factors/factors.ts';
import { issueFactorCode } from '../../accounts/factors/school-codes.ts';
import { fullName } from '../../directory/naming.ts';
import { findPerson, listPersons } from '../../directory/persons.ts';
import { listSchools } from '../../directory/schools.ts';
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
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';

/** How long a code waits to be shown, in milliseconds. */
const WAITS = 60_000;

/** Those whose factors a school may help with: who works or learns there, or represents a pupil. */
const belonging = ['post', 'heads', 'deputises', 'administers', 'attends', 'guards'] as const;

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
    for (const { uai, name } of await listSchools(db, uais)) {
      const people = (await listPersons(db, await holdersAt(db, uai, moment))).map((one) => ({
        id: one.id,
        name: fullName(one),
      }));
      schools.push({ uai, name, people: people.sort((one, other) => one.name.localeCompare(other.name, 'fr')) });
    }
    const data = { token: formToken(ctx, purposeOf(moment)), schools, issued: await takeIssued(ctx, portal, moment) };
    render(ctx, lostFactorPage, { ...data, fault }, { status: fault ? 422 : 200 });
  };
  return {
    show: async (ctx) => show(ctx, await signedIn(ctx, portal)),
    take: async (ctx) => {
      const moment = await requireFactor(ctx, portal);
      if (!moment) return;
      requireFormToken(ctx, purposeOf(moment));
      const [school, person] = [field(ctx, 'school'), field(ctx, 'person')];
      const { person: by, at } = moment;
      if (!(await lookedAfterBy(db, moment)).includes(school)) throw notAllowed();
      try {
        if (!(await holdersAt(db, school, moment)).includes(person))
          throw new Refusal('unknown_person', 'expected somebody of the school who holds a factor');
        const issued: Issued = { by, person, ...(await issueFactorCode(db, { person, by, at })) };
        setCookie(ctx, 'issued', seal(portal.config, issued, at + WAITS), WAITS / 1000);
      } catch (error) {
        return show(ctx, moment, expected(error, 'unknown_person', 'nothing_to_end'));
      }
      goTo(ctx, '/school/factors');
    },
  };
}

/** The way on from the front page, for those who look after accounts. */
export async function aboutLostFactors(db: Db, moment: Moment): Promise<Way[]> {
  return (await lookedAfterBy(db, moment)).length > 0 ? [{ to: 'lostFactors' }] : [];
}

/** The code that was just issued, once. */
async function takeIssued(ctx: Koa.Context, { db, config }: Portal, { person: by, at }: Moment) {
  const found = unseal<Issued>(config, readCookie(ctx, 'issued'), at);
  if (!found || found.by !== by || ctx.method !== 'GET') return undefined;
  setCookie(ctx, 'issued', '', 0);
  const end = new Intl.DateTimeFormat(localeOf(ctx), { dateStyle: 'long', timeStyle: 'short', timeZone: DEFAULT_ZONE });
  const shown: LostFactorData['issued'] = {
    name: fullName(await findPerson(db, found.person)),
    code: found.code,
    until: end.format(found.expiresAt),
  };
  return shown;
}

/** Who of a school holds a factor, but for oneself. */
async function holdersAt(db: Db, school: string, { person, at }: Moment): Promise<string[]> {
  const facts = await currentFacts(db, { school, relations: belonging, endingAfter: at });
  const present = facts.filter(({ validFrom }) => validFrom <= at).map(({ subject }) => subject);
  return (await holdersAmong(db, [...new Set(present)])).filter((holder) => holder !== person);
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
