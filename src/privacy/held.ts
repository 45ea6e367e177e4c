// What is held about a person, line by line: what, from where, since when; in words that the person reads.
import { dateForms } from '../../views/text/dates.ts';
import type { Text } from '../../views/text/fr.ts';
import { contactOf } from '../accounts/contact.ts';
import { acknowledgedBy, standsSince } from '../accounts/notices.ts';
import { accountOf } from '../accounts/records.ts';
import { movesOf, stateOf } from '../accounts/states.ts';
import { findPerson, recordOf } from '../directory/persons.ts';
import type { Source } from '../facts/catalogue.ts';
import type { Db } from '../storage/storage.ts';
import { factLines } from './held-facts.ts';

/** Why it is held, and so for how long: each has its purpose and its term in the words of the page. */
export type HeldCategory =
  | 'identity'
  | 'schooling'
  | 'family'
  | 'service'
  | 'decisions'
  | 'account'
  | 'security'
  | 'notices'
  | 'requests'
  | 'circles'
  | 'publishers';

/** From where: an export of the state, an act of the school, a module, a computation, the person, or Préau itself. */
export type HeldSource = Source | 'aaf' | 'self' | 'preau';

export interface HeldLine {
  readonly category: HeldCategory;
  /** What it is, in the language asked for. */
  readonly what: string;
  readonly source: HeldSource;
  /** UTC milliseconds; none when nobody wrote it down. */
  readonly since?: number;
  /** When it ended, or is to end. */
  readonly until?: number;
  /** The UAI of the school whose file it stands in. */
  readonly school?: string;
}

/** Who asks about whom, in which words. `reader` is the person, or a legal representative of theirs. */
export interface HeldAsked {
  readonly person: string;
  readonly reader: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
  readonly locale: 'fr' | 'en';
  readonly words: Text['pages']['data'];
}

/** One part of what is held: rooms that hold something about a person give one. */
export type Holder = (db: Db, asked: HeldAsked) => Promise<readonly HeldLine[]>;

/** What the rooms below hold; the rooms beside and above add theirs in `app.ts`. */
export const ownHolders: readonly Holder[] = [identityLines, factLines, accountLines, noticeLines];

/** Everything that is held, in the order of the holders. */
export async function heldAbout(
  db: Db,
  asked: HeldAsked,
  holders: readonly Holder[] = ownHolders,
): Promise<HeldLine[]> {
  return (await Promise.all(holders.map((holder) => holder(db, asked)))).flat();
}

async function identityLines(db: Db, { person, locale, words }: HeldAsked): Promise<HeldLine[]> {
  const { givenName, familyName, birthDate, email, civility } = await findPerson(db, person);
  const { createdAt, identities } = await recordOf(db, person);
  const line = (what: string): HeldLine => ({ category: 'identity', what, source: 'aaf', since: createdAt });
  return [
    line(words.lines.givenName(givenName)),
    line(words.lines.familyName(familyName)),
    ...(birthDate === null ? [] : [line(words.lines.birthDate(dayOf(Date.parse(birthDate), locale)))]),
    ...(civility === null ? [] : [line(words.lines.civility(civility))]),
    ...(email === null ? [] : [line(words.lines.directoryEmail(email))]),
    ...identities.map(({ academy, externalId }) => line(words.lines.identity([academy, externalId]))),
    { category: 'identity', what: words.lines.key(person), source: 'preau', since: createdAt },
  ];
}

async function accountLines(db: Db, { person, reader, at, words }: HeldAsked): Promise<HeldLine[]> {
  const state = await stateOf(db, person, at);
  const account = await accountOf(db, person);
  const contact = await contactOf(db, person);
  const moves = await movesOf(db, person);
  const own = reader === person;
  const lines: HeldLine[] = [{ category: 'account', what: words.lines.states[state], source: 'preau' }];
  if (account && own)
    lines.push({ category: 'account', what: words.lines.identifier(account.identifier), source: 'self' });
  if (account?.secret) lines.push({ category: 'security', what: words.lines.password, source: 'self' });
  if (contact && own)
    lines.push({
      category: 'account',
      what: words.lines.ownEmail(contact.email),
      source: 'self',
      since: contact.verifiedAt,
    });
  for (const { after, actor, from, at: since } of moves)
    lines.push({
      category: 'account',
      what: words.lines.moved(words.lines.states[after]),
      source: actor === person ? 'self' : from === 'school' ? 'local' : 'preau',
      since,
    });
  return lines;
}

async function noticeLines(db: Db, { person, reader, locale, words }: HeldAsked): Promise<HeldLine[]> {
  if (reader !== person) return [];
  return (await acknowledgedBy(db, person)).map(({ client, version, at }) => ({
    category: 'notices',
    what: words.lines.noticeRead([client, dayOf(standsSince(version), locale)]),
    source: 'self',
    since: at,
  }));
}

/** A date of birth, or the day of a version of a notice (its seconds since 1970): `8 mars 2015`. */
function dayOf(at: number, locale: HeldAsked['locale']): string {
  return new Intl.DateTimeFormat(dateForms[locale], { dateStyle: 'long', timeZone: 'UTC' }).format(at);
}
