// How a request comes in: online by the holder, or from paper by an agent, one row for each person in the envelope.
import { audit } from '../../audit/audit.ts';
import { findPerson } from '../../directory/persons.ts';
import { findSchool } from '../../directory/schools.ts';
import { Refusal } from '../../errors.ts';
import { dayOf, isDay } from '../../facts/calendar.ts';
import { type Db, inTransaction, isUniqueViolation, newKey } from '../../storage/storage.ts';
import { requireOwnOrChild } from '../reach.ts';
import { checksByAgent, fits, type IdentityCheck, kinds, type RequestKind } from './kinds.ts';
import { claimDocument, documentOf } from './mandates.ts';
import {
  findRequests,
  insertRequests,
  type Mandate,
  type NewRequest,
  openInSlot,
  type PersonRequest,
} from './records.ts';
import { isOwn, requireOffice, schoolsOf } from './standing.ts';
import { tellReceived } from './telling.ts';

/** How many letters one envelope may hold. */
export const MOST_LETTERS = 80;

/** The longest that what a person writes may be. */
export const WORDS_LENGTH = 3000;

export interface Wish {
  readonly kind: RequestKind;
  readonly target: string;
  /** The value asked for, of a rectification. */
  readonly wanted?: string | undefined;
  readonly words?: string | undefined;
}

interface Act {
  /** The UAI of the school asked. */
  readonly school: string;
  /** Who does it: the key of a person, or `operator`. */
  readonly by: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

/**
 * The holder, or a legal representative of a minor, asks online. The same posted twice is one request; `request_open`
 * when they ask again, in other words, what is open already. Refuses `unknown_person` for anybody else's data,
 * `not_allowed` for a school that knows nothing of the person, and what is not well formed.
 */
export async function fileRequest(
  db: Db,
  asked: Act & Wish & { readonly about: string; readonly signatories?: number },
): Promise<PersonRequest> {
  const { by, about, at, school, signatories = 1 } = asked;
  await requireOwnOrChild(db, { person: about, reader: by, at });
  const { zone } = await findSchool(db, school);
  const known = await schoolsOf(db, about, asked.kind === 'exposure' ? 'staff' : 'all');
  if (!known.includes(school)) throw new Refusal('not_allowed', 'expected a school that holds data about the person');
  const wish = requireWish(asked);
  const slot = slotOf(about, school, wish, by);
  const request: NewRequest = {
    ...wish,
    school,
    asker: by,
    about,
    name: null,
    signatories: requireSignatories(wish.kind, signatories),
    channel: 'online',
    batch: newKey(),
    identity: 'session',
    mandate: null,
    document: null,
    received: dayOf(at, zone),
    filedAt: at,
    filedBy: by,
    slot,
  };
  try {
    return (await file(db, [request]))[0]!;
  } catch (error) {
    const open = isUniqueViolation(error) ? await openInSlot(db, slot) : undefined;
    if (!open) throw error;
    if (open.asker === by && open.words === wish.words && open.wanted === wish.wanted) return open;
    throw new Refusal('request_open', 'expected no open request of the same kind');
  }
}

/** A person in an envelope: as the letter writes the name, and whom of the directory the agent says it is. */
export interface Letter {
  readonly name: string;
  readonly about?: string | undefined;
}

/** Who acts for the persons of an envelope, and what says so. */
export interface MandateGiven {
  readonly reference: string;
  readonly holder: string;
  /** The key of the document, which the same agent has sent: one serves the whole envelope. */
  readonly document: string;
}

export interface Envelope extends Act, Wish {
  /** The day it came, YYYY-MM-DD: the clock starts there. */
  readonly received: string;
  readonly identity: IdentityCheck;
  readonly mandate?: MandateGiven | undefined;
  /** A key of the form: the same envelope posted twice is one. */
  readonly batch: string;
  readonly letters: readonly Letter[];
  readonly signatories?: number;
}

/**
 * An agent records what came on paper: one request for each person. Refuses `not_allowed` to whoever may not,
 * `people_missing`, `mandate_incomplete`, `dates_refused`, `request_open` when one of them has asked the same already.
 */
export async function fileLetters(db: Db, envelope: Envelope): Promise<PersonRequest[]> {
  const requests = await requireEnvelope(db, envelope);
  for (const { about } of requests) if (about !== null) await requireKnownAt(db, about, envelope.school);
  const before = await filedBefore(db, envelope);
  if (before.length > 0) return before;
  try {
    return await file(db, requests);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const same = await filedBefore(db, envelope);
    if (same.length > 0) return same;
    throw new Refusal('request_open', 'expected nobody who has an open request of the same kind');
  }
}

/** What an envelope becomes, once it is known to be well formed; the same refusals as to record it. */
export async function requireEnvelope(db: Db, envelope: Envelope): Promise<NewRequest[]> {
  const { school, by, at, batch, letters } = envelope;
  await requireOffice(db, { school, by, at }, 'file');
  const { zone } = await findSchool(db, school);
  const wish = requireWish(envelope);
  const received = requireReceived(envelope.received, dayOf(at, zone));
  if (!(checksByAgent as readonly string[]).includes(envelope.identity) || !/^[0-9a-f]{32}$/.test(batch))
    throw new Refusal('bad_request', 'expected `identity` and `batch` to be those of the form');
  const mandate = envelope.mandate ? await requireMandate(db, envelope.mandate, by) : null;
  const document = envelope.mandate?.document ?? null;
  const named = requireLetters(letters);
  const own: boolean[] = [];
  for (const { about = null, name } of named) own.push(await isOwn(db, { asker: about, about, name }, { by, at }));
  return named.map(
    ({ name, about }, place): NewRequest => ({
      ...wish,
      school,
      asker: about ?? null,
      about: about ?? null,
      name,
      signatories: requireSignatories(wish.kind, envelope.signatories ?? 1),
      channel: 'paper',
      batch,
      // who records a letter of their own, or about their child, is not the one who says whose it is
      identity: own[place] ? 'awaited' : envelope.identity,
      mandate,
      document,
      received,
      filedAt: at,
      filedBy: by,
      slot: about === undefined ? JSON.stringify([batch, place]) : slotOf(about, school, wish),
    }),
  );
}

/** The same envelope, filed a moment ago by the same agent. */
async function filedBefore(db: Db, { batch, by, school }: Envelope): Promise<PersonRequest[]> {
  return (await findRequests(db, { batch, filedBy: by, school })).reverse();
}

async function file(db: Db, requests: readonly NewRequest[]): Promise<PersonRequest[]> {
  const [{ document, filedAt: at }] = requests as readonly [NewRequest];
  return inTransaction(db, async (tx) => {
    if (document !== null) await claimDocument(tx, { id: document, at });
    const ids = await insertRequests(tx, requests);
    await audit(
      tx,
      ...requests.map(({ filedAt, filedBy, about, school, kind, channel, batch }, index) => ({
        at: filedAt,
        event: 'request.filed',
        actor: filedBy,
        subject: about ?? undefined,
        school,
        details: { request: ids[index]!, kind, channel, batch },
      })),
    );
    const filed = (await findRequests(tx, { batch: requests[0]!.batch })).filter(({ id }) => ids.includes(id));
    for (const request of filed) await tellReceived(tx, request, request.filedAt);
    return ids.map((id) => filed.find((request) => request.id === id)!);
  });
}

function requireWish({ kind, target, wanted, words }: Wish): Pick<NewRequest, 'kind' | 'target' | 'wanted' | 'words'> {
  if (!kinds.includes(kind) || !fits(kind, target))
    throw new Refusal('bad_request', 'expected `kind` and `target` to be those of the form');
  const told = words?.trim().replace(/\r\n/g, '\n') ?? '';
  if (told.length > WORDS_LENGTH)
    throw new Refusal('bad_request', `expected \`words\` with at most ${WORDS_LENGTH} characters`);
  // an objection is for reasons of one's own situation (RGPD 21(1)); what could be read is told by whoever saw it
  if (told === '' && (kind === 'objection' || kind === 'exposure'))
    throw new Refusal('request_words_missing', `expected \`words\` to say why, of a request of \`${kind}\``);
  const value = wanted?.normalize('NFC').trim() ?? '';
  if (kind === 'rectification' && (value === '' || value.length > 200 || /\p{Cc}/u.test(value)))
    throw new Refusal('correction_missing', 'expected `wanted` to say what is right, in one line');
  return { kind, target, wanted: kind === 'rectification' ? value : null, words: told === '' ? null : told };
}

function requireSignatories(kind: RequestKind, signatories: number): number {
  if (
    !Number.isInteger(signatories) ||
    signatories < 1 ||
    signatories > 10_000 ||
    (kind !== 'exposure' && signatories > 1)
  )
    throw new Refusal('bad_request', 'expected `signatories` to be a count, for what is asked collectively');
  return signatories;
}

/** A year back at most: nobody starts the clock in the future, nor by a slip of the pen in another century. */
function requireReceived(day: string, today: string): string {
  if (!isDay(day) || day > today || day < `${Number(today.slice(0, 4)) - 1}${today.slice(4)}`)
    throw new Refusal('dates_refused', 'expected a day of the last twelve months', { field: 'received' });
  return day;
}

/** What is kept of a mandate, with the hash of its document as we compute it. */
export async function requireMandate(db: Db, given: MandateGiven, by: string): Promise<Mandate> {
  const isLine = (text: string) => text !== '' && text.length <= 200 && !/\p{Cc}/u.test(text);
  const [reference, holder] = [given.reference.trim(), given.holder.trim()];
  if (!isLine(reference) || !isLine(holder))
    throw new Refusal('mandate_incomplete', 'expected a reference, a holder and the document');
  return { reference, holder, hash: (await documentOf(db, { id: given.document, by })).hash };
}

function requireLetters(letters: readonly Letter[]): Letter[] {
  const named = letters.map(({ name, about }) => ({ name: name.normalize('NFC').trim(), about }));
  const persons = named.flatMap(({ about }) => about ?? []);
  const wellFormed = named.every(({ name }) => name !== '' && name.length <= 200 && !/\p{Cc}/u.test(name));
  if (named.length === 0 || named.length > MOST_LETTERS || !wellFormed || new Set(persons).size < persons.length)
    throw new Refusal('people_missing', `expected 1 to ${MOST_LETTERS} persons, each once`);
  return named;
}

async function requireKnownAt(db: Db, person: string, school: string): Promise<void> {
  await findPerson(db, person);
  if (!(await schoolsOf(db, person, 'all')).includes(school))
    throw new Refusal('unknown_person', `expected somebody known at school \`${school}\``);
}

/** Whoever asks has one open request of a kind about a thing: what one parent asks for a child tells the other nothing. */
export function slotOf(
  about: string,
  school: string,
  { kind, target }: Pick<NewRequest, 'kind' | 'target'>,
  asker = about,
): string {
  return JSON.stringify([about, school, kind, target, ...(asker === about ? [] : [asker])]);
}
