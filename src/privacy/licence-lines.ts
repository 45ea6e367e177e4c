// What is held about a person because of licences: their level, what they were given or wait for, and what they were named for.
import { namingsOf } from '../acts/assigners.ts';
import { levelOf } from '../directory/levels.ts';
import { assignmentsTo, seatsAwaitedBy } from '../resources/licences.ts';
import { subscriptionsByKey } from '../resources/subscriptions.ts';
import type { Db } from '../storage/storage.ts';
import type { HeldAsked, HeldLine } from './held.ts';

/** What a representative reads for a child too. */
export async function licenceLines(db: Db, { person, words }: HeldAsked): Promise<HeldLine[]> {
  const levels = [...(await levelOf(db, person))].map(([school, { label }]): HeldLine => {
    return { category: 'schooling', what: words.lines.level(label), source: 'aaf', school };
  });
  const given = await assignmentsTo(db, person);
  const awaited = await seatsAwaitedBy(db, person);
  const subscriptions = await subscriptionsByKey(
    db,
    [...given, ...awaited].map(({ subscription }) => subscription),
  );
  const names = new Map(subscriptions.map(({ id, sheet }) => [id, sheet.libelleRessource ?? id]));
  return [
    ...levels,
    ...given.map(
      ({ subscription, school, givenAt }): HeldLine => ({
        category: 'publishers',
        what: words.lines.licenceGiven(names.get(subscription) ?? subscription),
        source: 'local',
        since: givenAt,
        school,
      }),
    ),
    ...awaited.map(
      ({ subscription, school, wantedAt }): HeldLine => ({
        category: 'publishers',
        what: words.lines.licenceAwaited(names.get(subscription) ?? subscription),
        source: 'derived',
        since: wantedAt,
        school,
      }),
    ),
  ];
}

/** What somebody was named for, and answered: theirs alone. */
export async function namingLines(db: Db, { person, at, words }: HeldAsked): Promise<HeldLine[]> {
  return (await namingsOf(db, person, at)).map(({ standing, school, namedAt, endsAt, endedAt }) => ({
    category: 'decisions',
    what: words.lines.naming[standing],
    source: 'local',
    since: namedAt,
    until: endedAt ?? endsAt,
    school,
  }));
}
