// GET and POST /me/publishers and /me/children/:id/publishers: which publishers know somebody, what they were sent, and the choice not to be known.
import type Koa from 'koa';
import { type MyPublishersData, myPublishersPage, type PublisherShown } from '../../../views/publishers/mine.tsx';
import { acceptPublisher, type Choice, declinePublisher } from '../../acts/declining.ts';
import { Refusal } from '../../errors.ts';
import { DEFAULT_ZONE, startOfDay } from '../../facts/calendar.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { daysSent, type PublisherKnown, publishersKnowing } from '../../privacy/publishers/known.ts';
import type { AttributeName } from '../../resources/attributes.ts';
import type { Db } from '../../storage/storage.ts';
import { type Whose, whoseData } from '../data/held.ts';
import { clockIn, nameOf } from '../data/telling.ts';
import { type FormPage, goTo, type Portal } from '../pages.ts';
import { sentencesOf } from '../received.ts';

const dones = ['declined', 'accepted', 'withdrawn'] as const;

/** What each form of the page does, and what is told then. */
const acts = {
  decline: async (db: Db, choice: Choice) => {
    await declinePublisher(db, choice);
    return 'declined';
  },
  accept: async (db: Db, choice: Choice) => ((await acceptPublisher(db, choice)).known ? 'accepted' : 'withdrawn'),
} as const satisfies Record<string, (db: Db, choice: Choice) => Promise<(typeof dones)[number]>>;

export function myPublishers(portal: Portal, whose: Whose): FormPage {
  const { db } = portal;
  return {
    show: async (ctx) => {
      const { reader, person, at, path } = await whoseData(ctx, portal, whose);
      const action = `${path}/publishers`;
      const data: MyPublishersData = {
        name: await nameOf(db, person),
        action,
        token: formToken(ctx, purposeOf(reader, person)),
        forChild: whose === 'child',
        publishers: await publishersShown(ctx, portal, { person, reader, at }),
        done: dones.find((word) => word === ctx.query.done),
      };
      render(ctx, myPublishersPage, data);
    },
    take: async (ctx) => {
      const { reader, person, at, path } = await whoseData(ctx, portal, whose);
      requireFormToken(ctx, purposeOf(reader, person));
      const act = (['decline', 'accept'] as const).find((name) => name === field(ctx, 'act'));
      if (!act) throw new Refusal('bad_request', 'expected `act` to be one of the page');
      goTo(
        ctx,
        `${path}/publishers?done=${await acts[act](db, { person, publisher: field(ctx, 'publisher'), by: reader, at })}`,
      );
    },
  };
}

function purposeOf(reader: string, person: string): string {
  return `publishers ${reader} ${person}`;
}

async function publishersShown(
  ctx: Koa.Context,
  { db }: Portal,
  { person, reader, at }: { person: string; reader: string; at: number },
): Promise<PublisherShown[]> {
  const locale = localeOf(ctx);
  const clock = clockIn(DEFAULT_ZONE, locale);
  const dayText = (day: string) => clock.day(startOfDay(day));
  const sentences = (names: readonly AttributeName[], to: PublisherKnown['resources']) =>
    sentencesOf(names, { schools: to.some(({ schools }) => schools === 'all') ? 'all' : 'click', locale });
  return (await publishersKnowing(db, { person, at })).map((one) => {
    const known = knownShown(one, { reader, person, dayText });
    const open = one.resources.filter((resource) => resource.open);
    const sentTo = one.resources.filter(({ id }) => one.sent.some(({ resource }) => resource === id));
    return {
      id: one.id,
      name: one.name,
      known,
      sent: sentences(one.attributes, sentTo),
      would: known === 'no' ? sentences([...new Set(open.flatMap(({ attributes }) => attributes))], open) : [],
      resources: one.resources.map((resource) => ({ name: resource.name, open: resource.open })),
      // on which days a pupil opens something is theirs to know
      days: reader === person ? daysShown(one, dayText) : [],
      ...(one.declined && {
        declined: {
          day: clock.day(one.declined.since),
          by: one.declined.by,
          mayAccept: one.declined.by !== (reader === person ? 'representative' : 'self'),
        },
      }),
    };
  });
}

/** Since when, for oneself; for a child, without the day: it is one on which they opened something. */
function knownShown(
  one: PublisherKnown,
  { reader, person, dayText }: { reader: string; person: string; dayText: (day: string) => string },
): PublisherShown['known'] {
  const days = daysSent(one);
  if (!days) return one.knows ? 'before' : 'no';
  return reader === person ? { day: dayText(days.first) } : 'kept';
}

/** Day by day, the newest first: each resource once for what was sent, and once for what was asked. */
function daysShown(one: PublisherKnown, dayText: (day: string) => string): PublisherShown['days'] {
  const names = new Map(one.resources.map(({ id, name }) => [id, name]));
  const lines = [
    ...one.sent.map(({ day, resource }) => ({ day, what: 'sent' as const, resource })),
    ...one.checks.map(({ day, resource }) => ({ day, what: 'asked' as const, resource })),
  ];
  const once = new Map(lines.map((line) => [`${line.day} ${line.what} ${line.resource}`, line]));
  return [...once.values()]
    .sort((a, b) => (a.day === b.day ? (a.what < b.what ? 1 : -1) : a.day < b.day ? 1 : -1))
    .map(({ day, what, resource }) => ({ day: dayText(day), what, resource: names.get(resource) ?? resource }));
}
