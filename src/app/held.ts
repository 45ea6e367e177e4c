// What every room holds about a person, one line per part: their own page and the copy tell all of it.
import { en } from '../../views/text/en.ts';
import { fr } from '../../views/text/fr.ts';
import { factorsOf } from '../accounts/factors/factors.ts';
import { toldTo } from '../acts/told.ts';
import { circlesOf } from '../circles/circles.ts';
import { invitationsOf } from '../circles/waiting.ts';
import { apartFrom } from '../families/apart.ts';
import { disputesBy } from '../families/disputes.ts';
import { joinsWith } from '../families/joins.ts';
import { cardOf } from '../letters/cards.ts';
import { mailsTo } from '../mail/mail.ts';
import { listModules } from '../oidc/modules.ts';
import { type HeldAsked, type HeldLine, type Holder, ownHolders } from '../privacy/held.ts';
import { licenceLines, namingLines } from '../privacy/licence-lines.ts';
import { modulesClosedTo } from '../privacy/module-objections.ts';
import { dueTo } from '../privacy/notices/queue.ts';
import { publisherLines } from '../privacy/publishers/held.ts';
import { requestLines } from '../privacy/requests/held.ts';
import type { Db } from '../storage/storage.ts';
import { providersOf } from '../upstream/providers.ts';

/** Everything: what a representative reads for a child is what the room says is for them, and nothing of others. */
export const holders: readonly Holder[] = [
  ...ownHolders,
  forOneself(factorLines),
  cardLine,
  requestLines,
  moduleLines,
  publisherLines,
  licenceLines,
  forOneself(namingLines),
  noticeLines,
  forOneself(joinLines),
  forOneself(apartLines),
  forOneself(upstreamLines),
  forOneself(disputeLines),
  forOneself(circleLines),
  forOneself(newsLines),
  forOneself(mailLines),
];

/** A part that nobody reads for somebody else. */
function forOneself(holder: Holder): Holder {
  return async (db, asked) => (asked.reader === asked.person ? holder(db, asked) : []);
}

async function factorLines(db: Db, { person, words }: HeldAsked): Promise<HeldLine[]> {
  return (await factorsOf(db, person)).map(({ kind, name, addedAt }) => ({
    category: 'security',
    what: words.lines.factors[kind](name),
    source: 'self',
    since: addedAt,
  }));
}

async function cardLine(db: Db, { person, words }: HeldAsked): Promise<HeldLine[]> {
  const card = await cardOf(db, person);
  if (!card) return [];
  const { identifier, issuedAt: since, expiresAt: until } = card;
  return [{ category: 'security', what: words.lines.card(identifier), source: 'local', since, until }];
}

/** The services that an objection closed: nobody sends them anything of the person. */
async function moduleLines(db: Db, { person, reader, locale }: HeldAsked): Promise<HeldLine[]> {
  const closed = await modulesClosedTo(db, [person]);
  if (closed.length === 0) return [];
  const names = new Map((await listModules(db)).map(({ id, name }) => [id, name]));
  const { requests: words } = (locale === 'fr' ? fr : en).pages;
  return closed.map(({ client, since }) => ({
    category: 'requests',
    what: words.heldModule(names.get(client) ?? client),
    source: reader === person ? 'self' : 'local',
    since,
  }));
}

async function noticeLines(db: Db, { person, words }: HeldAsked): Promise<HeldLine[]> {
  return (await dueTo(db, person)).map(({ school, drawnAt, toldAt, toldAs }) => ({
    category: 'notices',
    what: toldAs === null ? words.lines.toBeTold : words.lines.told[toldAs],
    source: 'local',
    since: toldAt ?? drawnAt,
    school,
  }));
}

async function joinLines(db: Db, { person, words }: HeldAsked): Promise<HeldLine[]> {
  return (await joinsWith(db, person)).map(({ actor, joinedAt }) => ({
    category: 'family',
    what: words.lines.joined,
    source: actor === person ? 'self' : 'local',
    since: joinedAt,
  }));
}

async function apartLines(db: Db, { person, words }: HeldAsked): Promise<HeldLine[]> {
  const since = await apartFrom(db, person);
  return since.map((at) => ({ category: 'family', what: words.lines.apart, source: 'self', since: at }));
}

/** Through which provider a person signs in; what it calls them is kept as a hash. */
async function upstreamLines(db: Db, { person, words }: HeldAsked): Promise<HeldLine[]> {
  return (await providersOf(db, person)).map(({ name, linkedAt }) => ({
    category: 'security',
    what: words.lines.upstream(name),
    source: 'self',
    since: linkedAt,
  }));
}

async function disputeLines(db: Db, { person, words }: HeldAsked): Promise<HeldLine[]> {
  return (await disputesBy(db, [person])).map(({ openedAt }) => ({
    category: 'family',
    what: words.lines.dispute,
    source: 'self',
    since: openedAt,
  }));
}

async function circleLines(db: Db, { person, at, words }: HeldAsked): Promise<HeldLine[]> {
  const member = (await circlesOf(db, person, at)).map(
    ({ name, endsAt }): HeldLine => ({
      category: 'circles',
      what: words.lines.circle(name),
      source: 'self',
      until: endsAt,
    }),
  );
  const invited = (await invitationsOf(db, person, at)).map(
    ({ to }): HeldLine => ({ category: 'circles', what: words.lines.invited(to.name), source: 'local' }),
  );
  return [...member, ...invited];
}

async function newsLines(db: Db, { person, words }: HeldAsked): Promise<HeldLine[]> {
  return (await toldTo(db, person)).map(({ what, at, school }) => ({
    category: 'decisions',
    what: words.lines.news[what],
    source: 'local',
    since: at,
    school,
  }));
}

async function mailLines(db: Db, { person, words }: HeldAsked): Promise<HeldLine[]> {
  return (await mailsTo(db, person)).map(({ state, queuedAt }) => ({
    category: 'account',
    what: words.lines.mails[state],
    source: 'preau',
    since: queuedAt,
  }));
}
