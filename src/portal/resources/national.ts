// GET /school/gar: for whoever decides at a school that is exported, what leaves for the national GAR and what holds it back.
import type Koa from 'koa';
import type { Way } from '../../../views/home.tsx';
import { type Found, type NationalData, nationalPage } from '../../../views/resources/national.tsx';
import { fullName } from '../../directory/naming.ts';
import { listPersons } from '../../directory/persons.ts';
import { Refusal } from '../../errors.ts';
import { type Judged, judgeSchool } from '../../export/export.ts';
import { type ExportedSchool, exportsOf } from '../../export/schools.ts';
import { localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { schoolsWhere } from '../../privacy/requests/standing.ts';
import type { Db } from '../../storage/storage.ts';
import { dayText } from '../days.ts';
import { type Moment, type Portal, signedIn } from '../pages.ts';

/** How many of the same are named. */
const NAMED = 12;

export function nationalExport(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  const { db, config } = portal;
  return async (ctx) => {
    const moment = await signedIn(ctx, portal);
    const uais = await schoolsWhere(db, moment.person, 'decide', moment.at);
    if (uais.length === 0) throw new Refusal('not_allowed', 'expected who decides at a school');
    const schools: NationalData['schools'][number][] = [];
    for (const exported of await exportsOf(db, uais)) {
      const { school, ent } = exported;
      const judged = await judgeSchool(db, school, { ent, key: config.keyFor('gar'), at: moment.at });
      schools.push(await shown(db, exported, judged, localeOf(ctx)));
    }
    render(ctx, nationalPage, { schools });
  };
}

/** The export to the national GAR, for whoever decides at a school that is exported. */
export async function aboutNationalExport(db: Db, { person, at }: Moment): Promise<Way[]> {
  const exported = await exportsOf(db, await schoolsWhere(db, person, 'decide', at));
  return exported.length > 0 ? [{ to: 'nationalGar' }] : [];
}

async function shown(
  db: Db,
  { school, since, sentAt, heldAt }: ExportedSchool,
  { state, counts, faults, notes }: Judged,
  locale: 'fr' | 'en',
): Promise<NationalData['schools'][number]> {
  const { uai, name, zone } = school;
  const day = (instant: number) => dayText(instant, { zone, locale });
  const persons = await listPersons(
    db,
    [...faults, ...notes].flatMap(({ person }) => person ?? []),
  );
  const names = new Map(persons.map((one) => [one.id, fullName(one)]));
  return {
    uai,
    name,
    state,
    counts,
    since: day(since),
    sent: sentAt === null ? undefined : day(sentAt),
    held: heldAt === null ? undefined : day(heldAt),
    faults: grouped(faults, names),
    notes: grouped(notes, names),
  };
}

/** What is alike is told once, with how many there are and the first few. */
function grouped<Code extends string>(
  found: readonly { readonly code: Code; readonly person?: string; readonly what?: string }[],
  names: ReadonlyMap<string, string>,
): Found<Code>[] {
  return [...new Set(found.map(({ code }) => code))].map((code) => {
    const those = found.filter((one) => one.code === code);
    // an identifier of the GAR says nothing to anybody: it stands for a person whose name is told instead
    const which = those.flatMap(({ person, what }) => (person === undefined ? what : names.get(person)) ?? []);
    return { code, count: those.length, which: [...new Set(which)].slice(0, NAMED) };
  });
}
