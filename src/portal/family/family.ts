// GET and POST /family: one's children and the services open to them, the records that were joined, what was reported.
import type Koa from 'koa';
import { type FamilyData, familyPage } from '../../../views/family/family.tsx';
import { activeAmong } from '../../accounts/records.ts';
import { fullName } from '../../directory/naming.ts';
import { findPerson, listPersons } from '../../directory/persons.ts';
import { pupilsOfRecord } from '../../directory/record-facts.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { DEFAULT_ZONE } from '../../facts/calendar.ts';
import { childrenOf } from '../../families/children.ts';
import { dispute, disputesBy } from '../../families/disputes.ts';
import { joinsWith, mayJoin, separate } from '../../families/families.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { listModules, type Module } from '../../oidc/modules.ts';
import { isPublisher } from '../../oidc/sheet.ts';
import { modulesClosedTo } from '../../privacy/module-objections.ts';
import type { Db } from '../../storage/storage.ts';
import { providersOf } from '../../upstream/providers.ts';
import { requireFactor } from '../account/proof.ts';
import { dayText } from '../days.ts';
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';

const done = ['joined', 'separated', 'disputed'] as const;

export function familyOf(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (ctx: Koa.Context, moment: Moment, fault?: RefusalCode): Promise<void> => {
    const token = formToken(ctx, purposeOf(moment));
    const said = done.find((word) => ctx.query.done === word);
    const data: FamilyData = { token, ...(await dataOf(ctx, db, moment)), done: fault ? undefined : said, fault };
    render(ctx, familyPage, data, { status: fault ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => show(ctx, await signedIn(ctx, portal)),
    take: async (ctx) => {
      requireFormToken(ctx, purposeOf(await signedIn(ctx, portal)));
      // a session left open at home is not enough to close a child to a parent, or to take one out of their sight
      const moment = await requireFactor(ctx, portal);
      if (!moment) return;
      try {
        goTo(ctx, `/family?done=${await act(ctx, db, moment)}`);
      } catch (error) {
        await show(ctx, moment, expected(error, 'not_guardian', 'unknown_join'));
      }
    },
  };
}

/** A form is for the person it was shown to, whoever else signs in in the same browser. */
function purposeOf({ person }: Moment): string {
  return `family ${person}`;
}

async function act(ctx: Koa.Context, db: Db, { person, at }: Moment): Promise<(typeof done)[number]> {
  switch (field(ctx, 'act')) {
    case 'separate':
      await separate(db, { join: field(ctx, 'join'), by: person, at });
      return 'separated';
    case 'dispute':
      await dispute(db, { person, child: field(ctx, 'child'), at });
      return 'disputed';
    default:
      throw new Refusal('bad_request', 'expected `act` to be one of the page');
  }
}

async function dataOf(
  ctx: Koa.Context,
  db: Db,
  moment: Moment,
): Promise<Pick<FamilyData, 'children' | 'records' | 'reports' | 'joins' | 'elsewhere'>> {
  const { person, at } = moment;
  const where = { zone: DEFAULT_ZONE, locale: localeOf(ctx) };
  const joins = await joinsWith(db, person);
  const disputes = await disputesBy(db, [person, ...joins.map(({ record }) => record)]);
  return {
    children: await childrenShown(db, moment),
    records: await Promise.all(
      joins.map(async ({ id, record, proof, joinedAt }) => ({
        join: id,
        name: fullName(await findPerson(db, record)),
        day: dayText(joinedAt, where),
        proof,
        children: await namesOf(
          db,
          (await pupilsOfRecord(db, record, at)).map(({ child }) => child),
          moment,
        ),
      })),
    ),
    reports: disputes.map(({ openedAt, state }) => ({
      day: dayText(openedAt, where),
      state: state === 'upheld' ? 'upheld' : 'open',
    })),
    joins: await mayJoin(db, person, at),
    elsewhere: await namingOthers(db, person),
  };
}

/** Who names another account of the person, that waits to be joined by both passwords. */
async function namingOthers(db: Db, person: string): Promise<string | undefined> {
  for (const { name, others } of await providersOf(db, person))
    if ((await activeAmong(db, others)).size > 0) return name;
  return undefined;
}

async function childrenShown(db: Db, moment: Moment): Promise<FamilyData['children']> {
  const modules = await listModules(db);
  const children = new Map<string, FamilyData['children'][number]>();
  const places = await childrenOf(db, moment);
  const closed = await modulesClosedTo(
    db,
    places.map(({ child }) => child),
  );
  const isClosed = (child: string, { id }: Module) =>
    closed.some(({ person, client }) => person === child && client === id);
  for (const { child: id, givenName, familyName, school, schoolName, classes } of places) {
    const place = {
      school: schoolName,
      classes: classes.join(', '),
      services: modules.filter((module) => serves(module, school) && !isClosed(id, module)).map(serviceOf),
    };
    const before = children.get(id);
    children.set(id, { id, name: `${givenName} ${familyName}`, places: [...(before?.places ?? []), place] });
  }
  return [...children.values()];
}

/** Only of children who are shown: what is closed to the person is not named here either. */
async function namesOf(db: Db, children: readonly string[], moment: Moment): Promise<string> {
  const shown = new Set((await childrenOf(db, moment)).map(({ child }) => child));
  const named = await listPersons(
    db,
    children.filter((child) => shown.has(child)),
  );
  return named
    .map(({ givenName }) => givenName)
    .sort((a, b) => a.localeCompare(b, 'fr'))
    .join(', ');
}

/** A module that persons of a school sign in to; publishers are none: what they open is in the media centre, for whom it is open. */
export function serves(module: Module, school: string): boolean {
  const { schools, grants } = module;
  if (isPublisher(module) || !grants.includes('authorization_code')) return false;
  return schools === 'all' || schools.includes(school);
}

export function serviceOf({
  name,
  purpose,
  redirectUris,
}: Module): FamilyData['children'][number]['places'][number]['services'][number] {
  const [address] = redirectUris.filter((uri) => /^https?:/.test(uri)).map((uri) => new URL(uri).origin);
  return { name, purpose, ...(address && { address }) };
}
