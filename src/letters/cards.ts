// Class cards: the way in of a pupil of primary school, printed for the class; good for the year, and for little.

import { randomInt } from 'node:crypto';
import type { Knex } from 'knex';
import { inTurn } from '../accounts/entrance.ts';
import { hashPassword, verifyPassword } from '../accounts/hashing.ts';
import { ascii, normalIdentifier } from '../accounts/identifiers.ts';
import { type Origin, trace } from '../accounts/origin.ts';
import { accountOf, holderOf, insertAccount, turnEpoch } from '../accounts/records.ts';
import { keepMove, stateOf } from '../accounts/states.ts';
import { addressHash, knownUntil, rememberAddress } from '../accounts/throttle.ts';
import { countTry, foundRight, giveBack } from '../accounts/tries.ts';
import { audit } from '../audit/audit.ts';
import { listPersons, type Person } from '../directory/persons.ts';
import { findSchool, listSchools } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { schoolYear, schoolYearAt } from '../facts/calendar.ts';
import { factsAbout, lockSchool } from '../facts/facts.ts';
import { type Db, inPieces, inTransaction, newKey } from '../storage/storage.ts';
import { type Addressees, audienceText, type Recipient, recipientsOf } from './recipients.ts';
import { addSheets, beginRun, endRun, findRun, type Run, type Sheet } from './runs.ts';
import { words } from './words.ts';

/** Four of 1,232 words are 41 bits: with the throttle, guessing one card takes longer than the year it is good for. */
const WORDS = 4;

/** Each card costs a slow hash: made outside transactions, this many before each. */
const PIECE = 30;

interface CardRow {
  readonly person: string;
  readonly identifier: string;
  readonly school: string;
  readonly secret: string;
  readonly issued_at: number;
  readonly expires_at: number;
  readonly first_used_at: number | null;
}

export interface IssueCards {
  readonly school: string;
  /** Pupils of the school, of a class, or one alone. */
  readonly to: Exclude<Addressees, { who: 'staff' }>;
  /** Whether those who hold a good card get a new one, which ends it; by default they are passed over. */
  readonly again?: boolean;
  readonly actor: string;
  /** The key of the run: the same form twice issues once. */
  readonly id?: string;
  readonly at: number;
}

/**
 * Makes cards for pupils of primary school, good until the school year ends. Who may is for the caller to know.
 * Refuses with `unknown_school`, `not_first_degree`, `unknown_class`, `unknown_person`, `nothing_to_issue`.
 */
export async function issueCards(db: Db, key: Buffer, issue: IssueCards): Promise<Run> {
  const { school, to, actor, at, id = newKey() } = issue;
  const { degree, yearStart, zone } = await findSchool(db, school);
  if (degree !== 1) throw new Refusal('not_first_degree', 'expected a primary school', { school });
  const known = await findRun(db, id);
  if (known) return ofSchool(known, school);
  const recipients = await wanting(db, issue, await recipientsOf(db, { school, to, at }));
  if (recipients.length === 0) throw new Refusal('nothing_to_issue', 'every pupil there holds a good card');
  const expiresAt = schoolYear(schoolYearAt(at, yearStart, zone), yearStart, zone).to;
  const run = { id, school, kind: 'cards', audience: audienceText(to), actor, issuedAt: at } as const;
  if (!(await beginRun(db, run))) return ofSchool(await required(db, id), school);
  let made = 0;
  for (const piece of inPieces(recipients, PIECE)) {
    const drawn = await Promise.all(piece.map(draw));
    made += await inTransaction(db, (tx) => writePiece(tx, { ...issue, id, key, expiresAt, after: made }, drawn));
  }
  await inTransaction(db, async (tx) => {
    await endRun(tx, id, at);
    const details = { run: id, kind: 'cards', audience: audienceText(to), cards: made };
    await audit(tx, { at, event: 'cards.issued', actor, school, details });
  });
  return required(db, id);
}

/** Who has shown a card. */
export interface CardHolder {
  readonly person: string;
  readonly epoch: number;
}

/**
 * Whose card it is. The first use opens the account, without a password. `sign_in_failed`, with the same words and the same
 * work, for an identifier that is unknown, wrong words, a card that was replaced or has ended, a pupil who has left, an account
 * that is not active, and whoever must wait.
 */
export async function signInByCard(
  db: Db,
  request: Origin & { identifier: string; words: string },
): Promise<CardHolder> {
  const address = addressHash(request.key, request.address);
  return inTurn(address, () => judge(db, { ...request, addressHash: address }));
}

async function judge(
  db: Db,
  request: Origin & { identifier: string; words: string; addressHash: string },
): Promise<CardHolder> {
  const { at, addressHash: address } = request;
  const identifier = normalIdentifier(request.identifier).slice(0, 64);
  const card = /^[\w.-]{3,64}$/.test(identifier) ? await cardBy(db, identifier) : undefined;
  const known = await knownUntil(db, card?.person ?? '', address, at);
  const tried = await countTry(db, request, {
    by: 'card',
    identifier,
    person: card?.person ?? '',
    since: card?.issued_at ?? 0,
    address,
    addressKnown: known > 0,
  });
  const good = tried.admitted && card && card.expires_at > at && (await isPupilOf(db, card, at));
  const secret = good ? card.secret : undefined;
  const right = await verifyPassword(secret, plainWords(request.words)).catch(async (error: unknown) => {
    await giveBack(db, tried);
    throw error;
  });
  const holder = right && card ? await inTransaction(db, (tx) => useCard(tx, card, at)) : undefined;
  if (!holder) {
    const details = { waiting: !tried.admitted, by: 'card' };
    await trace(db, request, { at, event: 'sign_in.failed', subject: card?.person, details });
    throw new Refusal('sign_in_failed', 'expected the identifier and the four words of a good card');
  }
  await foundRight(db, tried);
  const { person } = holder;
  await rememberAddress(db, { person, address, until: known, at });
  await trace(db, request, { at, event: 'sign_in.succeeded', actor: person, subject: person, details: { by: 'card' } });
  return holder;
}

/** Ends the cards of many pupils at once, as when a school resets them all; `persons` selects their keys. */
export async function endCards(tx: Db, persons: Knex.QueryBuilder): Promise<number> {
  return tx('card').whereIn('person', persons.clone()).delete();
}

/** Removes the cards whose year is over. */
export async function purgeCards(db: Db, at: number): Promise<number> {
  return db('card').where('expires_at', '<=', at).delete();
}

/** The card a person holds: since when, until when, and whether it was ever used. Never its words. */
export async function cardOf(
  db: Db,
  person: string,
): Promise<{ identifier: string; issuedAt: number; expiresAt: number; firstUsedAt: number | null } | undefined> {
  const row = (await db('card').where({ person }).first()) as CardRow | undefined;
  if (!row) return undefined;
  const { identifier, issued_at: issuedAt, expires_at: expiresAt, first_used_at: firstUsedAt } = row;
  return { identifier, issuedAt, expiresAt, firstUsedAt };
}

/** Words as they are hashed: in their order, without accents, capitals or whatever stands between them. */
export function plainWords(text: string): string {
  return ascii(text)
    .split(/[^a-z]+/)
    .filter(Boolean)
    .join(' ');
}

interface Drawn extends Recipient {
  readonly code: string;
  readonly secret: string;
}

async function draw(recipient: Recipient): Promise<Drawn> {
  const code = Array.from({ length: WORDS }, () => words[randomInt(words.length)]).join(' ');
  return { ...recipient, code, secret: await hashPassword(code) };
}

interface Piece extends IssueCards {
  readonly id: string;
  readonly key: Buffer;
  readonly expiresAt: number;
  readonly after: number;
}

async function writePiece(tx: Db, issue: Piece, drawn: readonly Drawn[]): Promise<number> {
  const { school, id, key, at, expiresAt, actor, after } = issue;
  await lockSchool(tx, school);
  const still = new Set((await wanting(tx, issue, drawn)).map(({ person }) => person));
  const persons = new Map((await listPersons(tx, [...still])).map((person) => [person.id, person]));
  const sheets: Sheet[] = [];
  for (const { person: pupil, code, secret, className, children } of drawn) {
    const person = persons.get(pupil);
    if (!person) continue;
    const before = await cardOf(tx, pupil);
    if (before) await turnEpoch(tx, pupil); // whoever holds the card that ends is signed out
    const identifier = before?.identifier ?? (await newIdentifier(tx, person));
    const row = {
      person: pupil,
      identifier,
      school,
      secret,
      issued_at: at,
      expires_at: expiresAt,
      first_used_at: null,
    };
    await tx('card').insert(row).onConflict('person').merge();
    await audit(tx, { at, event: 'card.issued', actor, subject: pupil, school, details: { expiresAt } });
    sheets.push({ seq: after + sheets.length + 1, person: pupil, code, identifier, expiresAt, className, children });
  }
  await addSheets(tx, { run: id, key, sheets, mailed: 0 });
  return sheets.length;
}

/** Those who want a card: all of them, or those who hold none that is good. */
async function wanting<R extends Recipient>(db: Db, { again, at }: IssueCards, recipients: readonly R[]): Promise<R[]> {
  if (again) return [...recipients];
  const good = new Set<string>();
  for (const piece of inPieces(recipients.map(({ person }) => person)))
    for (const row of await db('card').whereIn('person', piece).where('expires_at', '>', at).select('person'))
      good.add(row.person);
  return recipients.filter(({ person }) => !good.has(person));
}

/** The given name and four digits or more that nobody has, on a card or an account. */
async function newIdentifier(tx: Db, { givenName }: Person): Promise<string> {
  const name =
    ascii(givenName)
      .replace(/[^a-z]/g, '')
      .slice(0, 12) || 'eleve';
  for (let digits = 4; ; digits += 1) {
    for (let tries = 0; tries < 20; tries += 1) {
      const identifier = `${name}${randomInt(10 ** (digits - 1), 10 ** digits)}`;
      if (!(await cardBy(tx, identifier)) && (await holderOf(tx, identifier)) === undefined) return identifier;
    }
  }
}

async function cardBy(db: Db, identifier: string): Promise<CardRow | undefined> {
  return (await db('card').where({ identifier }).first()) as CardRow | undefined;
}

/** Whether its holder still is a pupil of the primary school that gave it. */
async function isPupilOf(db: Db, { person, school }: CardRow, at: number): Promise<boolean> {
  const attends = await factsAbout(db, 'subject', person, at, ['attends']);
  if (!attends.some(({ object }) => object === school)) return false;
  return (await listSchools(db, [school])).some(({ degree }) => degree === 1);
}

/** The first use opens the account, which only the school's card could: a later closing or suspension ends the way in. */
async function useCard(tx: Db, card: CardRow, at: number): Promise<CardHolder | undefined> {
  const { person, identifier, secret } = card;
  const now = await tx('card').where({ person, secret }).forUpdate().first('first_used_at');
  if (!now) return undefined;
  const account = await accountOf(tx, person);
  if (account?.state === 'suspended') return undefined;
  if (account?.state === 'closed' && account.changedAt >= card.issued_at) return undefined;
  if (account?.state !== 'active') {
    const before = await stateOf(tx, person, at);
    const holder = await holderOf(tx, identifier);
    const free = holder === undefined || holder === person;
    await insertAccount(tx, { person, identifier: free ? identifier : `${identifier}.${newKey().slice(-8)}`, at });
    await keepMove(tx, { person, before, after: 'active', why: 'card', actor: person, from: 'here', at });
    await audit(tx, { at, event: 'account.activated', actor: person, subject: person, details: { by: 'card' } });
  }
  if (now.first_used_at === null) await tx('card').where({ person }).update({ first_used_at: at });
  const opened = await accountOf(tx, person);
  return opened && { person, epoch: opened.epoch };
}

async function required(db: Db, id: string): Promise<Run> {
  const run = await findRun(db, id);
  if (!run) throw new Refusal('not_found', 'no such run of cards');
  return run;
}

/** The key of a run of another school opens nothing. */
function ofSchool(run: Run, school: string): Run {
  if (run.school !== school) throw new Refusal('not_found', 'no such run of cards');
  return run;
}
