// GET /: what Préau is, or a greeting, the services of the school and the ways on.
import type Koa from 'koa';
import { homePage, type Way } from '../../views/home.tsx';
import { underWay } from '../accounts/factors/school-codes.ts';
import { openingsOf } from '../acts/openings.ts';
import { findPerson } from '../directory/persons.ts';
import { listSchools } from '../directory/schools.ts';
import { childrenOf } from '../families/children.ts';
import { mayJoin } from '../families/families.ts';
import { render } from '../http/pages.ts';
import { incidentsFor } from '../privacy/incidents.ts';
import { countOpen } from '../privacy/requests/records.ts';
import { schoolsWhere } from '../privacy/requests/standing.ts';
import { list, type Source } from '../rights/rights.ts';
import type { Db } from '../storage/storage.ts';
import { aboutCircles } from './circles/circles.ts';
import { aboutLicences } from './licences/licences.ts';
import { decidingOf, waitingIn } from './logbooks/deciding.ts';
import { hasBoardDay, lackingAt, schoolsOfStaff } from './notices/opening.ts';
import type { Moment, Portal } from './pages.ts';
import { aboutPublishers } from './publishers/school.ts';
import { handledSchools } from './requests/school.ts';
import { aboutResources } from './resources/centre.ts';
import { aboutCertificates } from './resources/certificates.ts';
import { aboutNationalExport } from './resources/national.ts';
import { aboutStatistics } from './resources/statistics.ts';
import { aboutAssigners } from './school/assigners.ts';
import { disputesWaiting } from './school/disputes.ts';
import { aboutLostFactors } from './school/factors.ts';
import { activatedBy } from './school/letters.ts';
import { protectedBy } from './school/reset.ts';
import { aboutWorkstations } from './school/workstations.ts';
import { servicesOf } from './services.ts';

export function home({ db, provider, rights = db }: Portal): (ctx: Koa.Context) => Promise<void> {
  return async (ctx) => {
    const session = await provider.session(ctx);
    if (!session) return render(ctx, homePage, {});
    const { person, since } = session;
    const { givenName, familyName } = await findPerson(db, person);
    const moment = { person, at: Date.now() };
    // a class card is good for services, and for none of our own pages
    const ways = session.card ? [] : (await Promise.all(waysOn.map((find) => find(db, moment, rights)))).flat();
    const services = await servicesOf(db, moment);
    render(ctx, homePage, { person: { name: `${givenName} ${familyName}`, since, services, ways } });
  };
}

/** The ways on from the front page, in their order; each says whether it has something for a person. */
const waysOn: readonly ((db: Db, moment: Moment, rights: Source) => Promise<Way[]>)[] = [
  aboutFamily,
  aboutLogbooks,
  aboutResources,
  aboutLicences,
  aboutCircles,
  aboutLetters,
  aboutTrouble,
  aboutDisputes,
  aboutIncidents,
  aboutNotices,
  aboutRequests,
  aboutNationalExport,
  aboutCertificates,
  aboutStatistics,
  aboutPublishers,
  aboutAssigners,
  aboutWorkstations,
  aboutLostFactors,
  aboutOneself,
];

/** The pages about logbooks, for staff. */
async function aboutLogbooks(db: Db, { person, at }: Moment): Promise<Way[]> {
  const openings = await openingsOf(db, { person, at });
  const { keeps, received } = openings;
  const asked = { person, type: 'logbook', when: { at } } as const;
  const others =
    received.length > 0 ||
    (await list(db, { ...asked, action: 'see_readers' })).length > 0 ||
    (await list(db, { ...asked, action: 'request' })).some(({ reasons }) =>
      reasons.some(({ rule }) => rule === 'staff'),
    );
  const deciding = await decidingOf(db, { person, at }, openings);
  const ways: Way[] = [];
  if (keeps.length > 0) ways.push({ to: 'ownLogbooks' });
  else if (others) ways.push({ to: 'otherLogbooks' });
  if (deciding.length > 0) ways.push({ to: 'validations', count: await waitingIn(db, deciding, openings, at) });
  return ways;
}

/** Incident files, for whoever asks for them or signs beside. */
async function aboutIncidents(db: Db, { person: by, at }: Moment): Promise<Way[]> {
  const seen = await incidentsFor(db, { by, at });
  if (seen.length === 0) return [];
  const waiting = seen.flatMap(({ signs, files }) =>
    signs ? files.filter(({ state, askedBy }) => state === 'asked' && askedBy !== by) : [],
  );
  return [{ to: 'incidents', count: waiting.length }];
}

/** One's children, for whoever represents somebody. */
async function aboutFamily(db: Db, moment: Moment): Promise<Way[]> {
  const present = (await childrenOf(db, moment)).length > 0 || (await mayJoin(db, moment.person, moment.at));
  return present ? [{ to: 'family' }] : [];
}

/** Letters and cards, for whoever issues them. */
async function aboutLetters(db: Db, moment: Moment): Promise<Way[]> {
  return (await activatedBy(db, moment)).length > 0 ? [{ to: 'letters' }] : [];
}

/** The reset of all pupils, for whoever protects a school. */
async function aboutTrouble(db: Db, moment: Moment): Promise<Way[]> {
  return (await protectedBy(db, moment)).length > 0 ? [{ to: 'pupilsReset' }] : [];
}

/** What people say of whom they represent, for whoever decides at a school. */
async function aboutDisputes(db: Db, moment: Moment): Promise<Way[]> {
  const count = await disputesWaiting(db, moment);
  return count === undefined ? [] : [{ to: 'disputes', count }];
}

/** Telling people, for whoever does; what is missing to open, for all the staff. */
async function aboutNotices(db: Db, { person, at }: Moment): Promise<Way[]> {
  const informs = await list(db, { person, action: 'inform', type: 'school', when: { at } });
  const told =
    informs.length > 0
      ? await listSchools(
          db,
          informs.map(({ id }) => id),
        )
      : [];
  const boards = await Promise.all(told.map((school) => hasBoardDay(db, school, at)));
  const schools = await schoolsOfStaff(db, { person, at });
  const lacking = await Promise.all(schools.map((school) => lackingAt(db, school, at)));
  const missing = lacking.reduce((sum, count) => sum + count, 0);
  return [
    ...(told.length > 0 ? [{ to: 'informing', count: boards.filter((one) => !one).length } as const] : []),
    ...(missing > 0 ? [{ to: 'opening', count: missing } as const] : []),
  ];
}

/** Requests of persons, for whoever handles them; their register, for the data protection officer. */
async function aboutRequests(db: Db, moment: Moment): Promise<Way[]> {
  const schools = [...(await handledSchools(db, moment))];
  const overseen = await schoolsWhere(db, moment.person, 'oversee', moment.at);
  return [
    ...(schools.length > 0 ? [{ to: 'requests', count: await countOpen(db, schools) } as const] : []),
    ...(overseen.length > 0 ? [{ to: 'requestRegister' } as const] : []),
  ];
}

/** One's own page, for everybody; first what the school does to how one signs in. */
async function aboutOneself(db: Db, { person, at }: Moment): Promise<Way[]> {
  const code = await underWay(db, person, at);
  return [...(code ? [{ to: 'factorCode' } as const] : []), { to: 'account' }, { to: 'me' }, { to: 'myRequests' }];
}
