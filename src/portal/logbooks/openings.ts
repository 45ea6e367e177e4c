// What the pages about logbooks share: who is signed in, names and days as they are read, and an opening as a line.
import type Koa from 'koa';
import type { OpeningLine, StandingWord } from '../../../views/logbooks/openings.tsx';
import { type Grant, standingOf, type Title } from '../../acts/grants.ts';
import { findLogbook, listLogbooks, type NamedLogbook } from '../../directory/logbooks.ts';
import { fullName } from '../../directory/naming.ts';
import { listPersons } from '../../directory/persons.ts';
import { findSchool } from '../../directory/schools.ts';
import type { RefusalCode } from '../../errors.ts';
import { dayOf } from '../../facts/calendar.ts';
import { currentFacts } from '../../facts/facts.ts';
import { type Locale, localeOf } from '../../http/locale.ts';
import type { Db } from '../../storage/storage.ts';
import { dayText, lastDayText } from '../days.ts';

/** What the pages themselves can say of an opening that was refused; the rest is a page of its own. */
export const openingFaults = [
  'grant_without_end',
  'grant_dates',
  'grant_too_long',
  'grant_to_self',
  'grant_not_staff',
  'grant_exists',
  'grant_refused_before',
  'grant_not_offered',
  'grant_own_validation',
  'grant_owner_gone',
  'grant_decided',
  'grant_closed',
  'no_delegation',
  'reason_missing',
] as const satisfies readonly RefusalCode[];

/** `Mathématiques, 6e A`. */
export function titleOf({ subjectLabel, audienceLabel }: NamedLogbook): string {
  return [subjectLabel, audienceLabel].filter(Boolean).join(', ');
}

/** Openings as lines: for whom, of which logbook, until when, and where each stands. */
export async function linesOf(ctx: Koa.Context, db: Db, grants: readonly Grant[], at: number): Promise<OpeningLine[]> {
  const locale = localeOf(ctx);
  const people = grants.flatMap(({ beneficiary, offeredBy }) => [beneficiary, offeredBy ?? []].flat());
  const names = await namesOf(db, people);
  const logbooks = await titlesOf(
    db,
    grants.map(({ logbook }) => logbook),
  );
  const zones = new Map<string, string>();
  for (const school of new Set(grants.map((grant) => grant.school)))
    zones.set(school, (await findSchool(db, school)).zone);
  return grants.map((grant) => {
    const where = { zone: zones.get(grant.school)!, locale };
    const { startsAt, endsAt, offeredBy, reason, beneficiary, logbook } = grant;
    const standing = standingWord(grant, at);
    return {
      id: grant.id,
      logbook: { id: logbook, title: logbooks.get(logbook) ?? '' },
      colleague: names.get(beneficiary) ?? '',
      ...(offeredBy && { owner: names.get(offeredBy) ?? '' }),
      standing,
      ...(startsAt !== null && startsAt > at && { from: dayText(startsAt, where) }),
      until: lastDayText(endsAt, where),
      lastDay: dayOf(endsAt - 1, where.zone),
      ...closingOf(grant, standing, where),
      ...(reason && { reason }),
    };
  });
}

/** When and by what title it was closed. */
function closingOf(
  { endedAs, endedAt, decidedAs, decidedAt }: Grant,
  standing: StandingWord,
  where: { zone: string; locale: Locale },
): Pick<OpeningLine, 'by' | 'closedOn'> {
  const told = (by: Title | null, at: number | null) => ({
    ...(by && { by }),
    ...(at !== null && { closedOn: dayText(at, where) }),
  });
  if (standing === 'ended' || standing === 'lifted') return told(endedAs, endedAt);
  return standing === 'refused' ? told(decidedAs, decidedAt) : {};
}

function standingWord(grant: Grant, at: number): StandingWord {
  const standing = standingOf(grant, at);
  return standing === 'granted' && (grant.startsAt ?? 0) > at ? 'toCome' : standing;
}

/** What is under way, and what was closed lately. */
export function isRecent(grant: Grant, at: number): boolean {
  const standing = standingOf(grant, at);
  if (standing === 'asked' || standing === 'offered' || standing === 'granted') return true;
  return (grant.endedAt ?? grant.decidedAt ?? grant.endsAt) > at - 30 * 86_400_000;
}

/** Names by key of person. */
export async function namesOf(db: Db, persons: readonly string[]): Promise<Map<string, string>> {
  return new Map((await listPersons(db, persons)).map((person) => [person.id, fullName(person)]));
}

async function titlesOf(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  return new Map((await listLogbooks(db, ids)).map((logbook) => [logbook.id, titleOf(logbook)]));
}

/** Who keeps each logbook of some schools today, by name. */
export async function keepersIn(db: Db, schools: Iterable<string>, at: number): Promise<Map<string, string[]>> {
  const keepers = new Map<string, string[]>();
  for (const school of new Set(schools)) {
    const facts = await currentFacts(db, { school, relations: ['owns'], endingAfter: at });
    const live = facts.filter(({ validFrom }) => validFrom <= at);
    const names = await namesOf(
      db,
      live.map(({ subject }) => subject),
    );
    for (const { subject, object } of live)
      keepers.set(object, [...new Set([...(keepers.get(object) ?? []), names.get(subject) ?? ''])].sort());
  }
  return keepers;
}

/** The school of a logbook; `unknown_logbook` when there is none. */
export async function schoolOfLogbook(db: Db, id: string): Promise<string> {
  return (await findLogbook(db, id)).school;
}

/** What the page before says was done, of what may have been done here. */
export function doneIn<Word extends string>(ctx: Koa.Context, words: readonly Word[]): Word | undefined {
  return words.find((word) => ctx.query.done === word);
}
