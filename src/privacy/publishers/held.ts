// What is held about a person because of publishers: the names they know them by, what was sent, when they asked, a choice.
import { startOfDay } from '../../facts/calendar.ts';
import { declinesOf } from '../../resources/declines.ts';
import { pseudonymsOf } from '../../resources/pseudonyms.ts';
import { listResources } from '../../resources/registry.ts';
import { type Sent, sentTo } from '../../resources/releases.ts';
import type { Db } from '../../storage/storage.ts';
import type { HeldAsked, HeldLine } from '../held.ts';
import { launchChecksOf } from '../launch-checks.ts';

const ALL = 400 * 86_400_000;

/** For a child, without the days: on which of them a pupil opens something is theirs to know. */
export async function publisherLines(db: Db, asked: HeldAsked): Promise<HeldLine[]> {
  const { person, words } = asked;
  const names = await namesOf(db);
  const line = (what: string, more: Partial<HeldLine> = {}): HeldLine => ({
    category: 'publishers',
    what,
    source: 'preau',
    ...more,
  });
  const pseudonyms = await pseudonymsOf(db, person);
  const declines = await declinesOf(db, person);
  return [
    ...pseudonyms.map(({ sector, value, carriedAt }) =>
      line(words.lines.pseudonym([names.get(sector) ?? sector, value]), { ...(carriedAt && { since: carriedAt }) }),
    ),
    ...(await sentLines(db, asked, names)),
    ...(asked.reader === person ? await checkLines(db, asked, names) : []),
    ...declines.map(({ publisher, by, since }) =>
      line(words.lines.declined(names.get(publisher) ?? publisher), {
        source: by === person ? 'self' : 'local',
        since,
      }),
    ),
  ];
}

/** What was sent to each resource from each school, in one line: all the attributes, between the first day and the last. */
async function sentLines(
  db: Db,
  { person, reader, words }: HeldAsked,
  names: ReadonlyMap<string, string>,
): Promise<HeldLine[]> {
  const groups = new Map<string, Sent[]>();
  for (const sent of await sentTo(db, { person })) {
    const name = `${sent.resource} ${sent.school}`;
    groups.set(name, [...(groups.get(name) ?? []), sent]);
  }
  return [...groups.values()].map((group) => {
    const [{ resource, school }] = group as [Sent];
    const attributes = [...new Set(group.flatMap((sent) => sent.attributes))].join(', ');
    const since = Math.min(...group.map(({ day }) => startOfDay(day)));
    return {
      category: 'publishers',
      what: words.lines.sent([names.get(resource) ?? resource, attributes]),
      source: 'preau',
      school,
      ...(reader === person && { since }),
    };
  });
}

async function checkLines(
  db: Db,
  { person, at, words }: HeldAsked,
  names: ReadonlyMap<string, string>,
): Promise<HeldLine[]> {
  const checks = await launchChecksOf(db, { person, from: at - ALL, to: at + 1 });
  return [...new Set(checks.map(({ resource }) => resource))].map((resource) => {
    const days = checks.filter((check) => check.resource === resource).map(({ day }) => startOfDay(day, 'UTC'));
    return {
      category: 'publishers',
      what: words.lines.checked(names.get(resource) ?? resource),
      source: 'preau',
      since: Math.min(...days),
    };
  });
}

/** The names of resources by their ARK, and of publishers by SIREN_ISNI. */
async function namesOf(db: Db): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const { id, name, publisher } of await listResources(db)) {
    names.set(id, `${name}, ${publisher.name}`);
    names.set(publisher.id, publisher.name);
  }
  return names;
}
