// One sign-in per parent: joining two records of one person, each proven by its holder, and undoing it whole.

import { authenticate, findActivation, type Origin } from '../accounts/accounts.ts';
import { codeHash, useActivation, voidActivation } from '../accounts/activation.ts';
import { provePassword } from '../accounts/holding.ts';
import { lookedUp, normalIdentifier } from '../accounts/identifiers.ts';
import { trace } from '../accounts/origin.ts';
import { holderOf as identifierHolder } from '../accounts/records.ts';
import { moveAccount, stateOf } from '../accounts/states.ts';
import { OPERATOR } from '../acts/offices.ts';
import { requireNoOwnCause } from '../acts/own-cause.ts';
import { audit } from '../audit/audit.ts';
import { shareHolds } from '../directory/holds.ts';
import { joinRecord, separateRecord } from '../directory/joined.ts';
import { holderOf, recordsOf } from '../directory/persons.ts';
import { pupilsOfRecord, recordsAt } from '../directory/record-facts.ts';
import { passGate } from '../directory/restrictions.ts';
import { Refusal, type RefusalCode } from '../errors.ts';
import { queueMail } from '../mail/mail.ts';
import { shareAssignments } from '../resources/licences.ts';
import { type Db, inTransaction, isUniqueViolation } from '../storage/storage.ts';
import { areApart, forgetApart, keepApart } from './apart.ts';
import { settlesAt } from './deciding.ts';
import { type Factors, proveOtherFactor } from './factors.ts';
import { holdCode, insertJoin, type Join, joinByKey, joinedUnder, joinsWith, markSeparated } from './joins.ts';
import { requireSurvivor, requireTwin, whyNotSurvivor } from './twins.ts';

export type { Join, Proof } from './joins.ts';
export { joinsWith } from './joins.ts';

/** What a join or a separation did. */
export interface Joined {
  readonly join: Join;
  /** The person whose account stopped with it, and whose sessions are over. */
  readonly ended?: string | undefined;
}

/**
 * Joins to whoever is signed in the record that an activation code and its check prove: every child that it represents.
 * `join_refused`, always the same, for a code that is wrong, used, over or of somebody else; `join_not_family` for an
 * account that is no family's. The same form twice is done once.
 */
export async function joinByCode(
  db: Db,
  asked: Origin & { survivor: string; code: string; check: string },
): Promise<Joined> {
  const { survivor, at } = asked;
  await requireSurvivor(db, survivor, at);
  const hash = codeHash(asked.code);
  const { person: record } = await findActivation(db, asked).catch(async (error: unknown) => {
    const done = await holdCode(db, { survivor, hash });
    if (done) return { person: done.record };
    throw refused(error, 'activation_invalid');
  });
  const proven = { survivor, record, at, proof: 'code', actor: survivor, hash } as const;
  return joined(db, proven, async (tx) => useActivation(tx, hash, at)).catch(traced(db, asked, proven));
}

/**
 * Joins two accounts that both sign in, by both credentials: the password of whoever is signed in, and all that the other
 * account asks for. The other one waits from then on, suspended. `join_refused`, always the same.
 */
export async function joinByCredentials(
  db: Db,
  asked: Origin & {
    survivor: string;
    password: string;
    other: { identifier: string; password: string; factor: string };
  } & Factors,
): Promise<Joined> {
  const { survivor, password, other, at } = asked;
  await requireSurvivor(db, survivor, at);
  await provePassword(db, { ...asked, person: survivor, password }).catch((error: unknown) => {
    throw refused(error, 'password_wrong');
  });
  return joinProven(db, asked).catch(async (error: unknown) => {
    // a double click: what came first has joined them, and the other account waits since
    const done = isRefused(error) ? await joinedJustNow(db, { survivor, identifier: other.identifier, at }) : undefined;
    if (done) return { join: done };
    throw error;
  });
}

/** The credentials of the other account; those of whoever is signed in are proven. */
async function joinProven(db: Db, asked: Parameters<typeof joinByCredentials>[1]): Promise<Joined> {
  const { survivor, other, at } = asked;
  const { person: record } = await authenticate(db, { ...asked, ...other }).catch((error: unknown) => {
    throw refused(error, 'sign_in_failed');
  });
  await proveOtherFactor(db, { ...asked, person: record, code: other.factor }).catch((error: unknown) => {
    throw refused(error, 'factor_refused');
  });
  const proven = { survivor, record, at, proof: 'credentials', actor: survivor } as const;
  return joined(db, proven, async () => true).catch(traced(db, asked, proven));
}

/** Joins what a person has asked for and proven on paper; the operator writes it down. */
export async function joinOnPaper(
  db: Db,
  asked: { survivor: string; record: string; reference: string; at: number },
): Promise<Joined> {
  const { survivor, record, at } = asked;
  await requireSurvivor(db, survivor, at);
  const reference = referenceOf(asked.reference);
  return joined(db, { survivor, record, at, proof: 'paper', actor: OPERATOR, reference }, async () => true);
}

/**
 * Joins to a person the record that one upstream assertion carries beside theirs; `provider` said so. `join_refused` for a
 * record that has an account, whose holder told the two apart, or that cannot be another one of this person.
 */
export async function joinByUpstream(
  db: Db,
  asked: Origin & { survivor: string; record: string; provider: string },
): Promise<Joined> {
  const { survivor, record, provider, at } = asked;
  const proven = { survivor, record, at, proof: 'upstream', actor: survivor, reference: provider } as const;
  return joined(db, proven, async () => true).catch(traced(db, asked, proven));
}

/** Whether an upstream assertion may join a record to a person: no account waits there, and nobody told the two apart. */
export async function mayJoinUpstream(
  db: Db,
  { survivor, record, at }: { survivor: string; record: string; at: number },
): Promise<boolean> {
  const state = await stateOf(db, record, at);
  if (state !== 'record' && state !== 'invited') return false;
  return !(await areApart(db, await recordsOf(db, survivor), await recordsOf(db, record)));
}

/**
 * Undoes a join whole: by whoever holds it, at any time; by a school that the record concerns, or the operator, on a
 * request. An account that waited signs in again. Refuses `unknown_join`, the same for another's, and `own_cause` to whoever
 * represents one of its children.
 */
export async function separate(
  db: Db,
  asked: { join: string; by: string; at: number; reference?: string | undefined },
): Promise<Joined> {
  const { by, at } = asked;
  return inTransaction(db, async (tx) => {
    await passGate(tx, 'restriction');
    const join = await joinByKey(tx, asked.join);
    const holder = join && (await holderOf(tx, join.record));
    if (!join || !holder) throw unknownJoin();
    const byHolder = by === holder || (join.separatedAt !== undefined && by === join.survivor);
    if (!byHolder && !(await decidesOn(tx, join, { by, at }))) throw unknownJoin();
    if (join.separatedAt !== undefined) return { join };
    const pupils = (await pupilsOfRecord(tx, join.record, at)).map(({ child }) => child);
    if (!byHolder) await requireNoOwnCause(tx, { by, about: [holder, join.record], pupils, at });
    const reference = byHolder ? undefined : referenceOf(asked.reference ?? '');
    const records = await joinedUnder(tx, join.record);
    const { schools } = await separateRecord(tx, { holder, record: join.record, records, at, actor: by });
    await shareHolds(tx, { from: holder, to: join.record, since: join.joinedAt });
    await shareAssignments(tx, { from: holder, to: join.record, since: join.joinedAt });
    const waits = join.suspended && (await stateOf(tx, join.record, at)) === 'suspended';
    if (waits)
      await moveAccount(tx, {
        person: join.record,
        to: 'active',
        actor: by,
        why: 'separated',
        from: origin(by, holder),
        at,
      });
    await keepApart(tx, await recordsOf(tx, holder), await recordsOf(tx, join.record), at);
    await markSeparated(tx, join.id, { at, by, reference });
    await tell(tx, 'separated', [holder, join.record], at);
    await audit(tx, {
      at,
      event: 'family.separated',
      actor: by,
      subject: holder,
      details: { record: join.record, join: join.id, schools: schools.length, on_request: !byHolder },
    });
    return { join: { ...join, separatedAt: at, separatedBy: by } };
  });
}

/** Whether another record may be joined to a person's account. */
export async function mayJoin(db: Db, person: string, at: number): Promise<boolean> {
  return (await whyNotSurvivor(db, person, at)) === undefined;
}

/** The live joins of records that concern a school, for those who decide requests there. */
export async function joinsAt(db: Db, school: string, at: number): Promise<Join[]> {
  const found = new Map<string, Join>();
  for (const record of await recordsAt(db, school))
    for (const join of await joinsWith(db, await holderOf(db, record)))
      if (!found.has(join.id) && (await schoolsOf(db, join, at)).has(school)) found.set(join.id, join);
  return [...found.values()];
}

/** Within this time the same form again is the same ask. */
const TWICE = 10_000;

async function joinedJustNow(
  db: Db,
  { survivor, identifier, at }: { survivor: string; identifier: string; at: number },
): Promise<Join | undefined> {
  const record = await identifierHolder(db, lookedUp(normalIdentifier(identifier)));
  const joins = (await joinsWith(db, survivor)).filter(
    ({ proof, joinedAt }) => proof === 'credentials' && joinedAt > at - TWICE,
  );
  return joins.find((join) => join.record === record);
}

function isRefused(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'join_refused';
}

interface Proven {
  readonly survivor: string;
  readonly record: string;
  readonly at: number;
  readonly proof: Join['proof'];
  readonly actor: string;
  readonly hash?: string;
  readonly reference?: string;
}

/** One transaction over all the schools concerned. No delivery runs meanwhile, and of two joins that cross, one comes second. */
async function joined(db: Db, proven: Proven, useUp: (tx: Db) => Promise<boolean>): Promise<Joined> {
  const { survivor, record, at, proof, actor, hash, reference } = proven;
  try {
    return await inTransaction(db, async (tx) => {
      await passGate(tx, 'restriction');
      const before = hash === undefined ? undefined : await holdCode(tx, { survivor, hash });
      if (before?.record === record) return { join: before };
      await requireSurvivor(tx, survivor, at);
      await requireTwin(tx, { survivor, record, at });
      if (proof === 'upstream' && !(await mayJoinUpstream(tx, { survivor, record, at }))) throw joinRefused();
      await forgetApart(tx, await recordsOf(tx, survivor), await joinedUnder(tx, record));
      const moved = await joinRecord(tx, { survivor, record, at, actor });
      if (!(await useUp(tx))) throw joinRefused();
      await voidActivation(tx, record); // whoever opens the account with it has done so by now, or cannot any more
      const suspended = (await stateOf(tx, record, at)) === 'active';
      if (suspended && proof === 'upstream') throw joinRefused();
      if (suspended)
        await moveAccount(tx, {
          person: record,
          to: 'suspended',
          actor,
          why: 'joined',
          from: origin(actor, survivor),
          at,
        });
      const join = await insertJoin(tx, { survivor, record, moved, proof, actor, hash, reference, suspended, at });
      await tell(tx, 'joined', suspended ? [survivor, record] : [survivor], at);
      await audit(tx, {
        at,
        event: 'family.joined',
        actor,
        subject: survivor,
        details: {
          record,
          join: join.id,
          proof,
          schools: moved.schools.length,
          ...(proof === 'upstream' && reference !== undefined && { provider: reference }),
        },
      });
      return { join, ...(suspended && { ended: record }) };
    });
  } catch (error) {
    throw isUniqueViolation(error) ? joinRefused() : error;
  }
}

/** What was proven and may not be joined all the same, such as somebody else's letter, is told to nobody but the trail. */
function traced(db: Db, origin: Origin, { survivor, record, proof, at }: Proven): (error: unknown) => Promise<never> {
  return async (error) => {
    if (error instanceof Refusal && error.code === 'join_refused') {
      const details = { proof };
      await trace(db, origin, { at, event: 'family.join_refused', actor: survivor, subject: record, details });
    }
    throw error;
  };
}

/** The schools that the record concerns, or concerned when it was joined. */
async function schoolsOf(db: Db, { record, schools }: Join, at: number): Promise<ReadonlySet<string>> {
  const today = (await pupilsOfRecord(db, record, at)).map(({ school }) => school);
  return new Set([...schools, ...today]);
}

/** Whether somebody decides requests at one of these. */
async function decidesOn(tx: Db, join: Join, { by, at }: { by: string; at: number }): Promise<boolean> {
  if (by === OPERATOR) return true;
  for (const school of await schoolsOf(tx, join, at)) if (await settlesAt(tx, { school, by, at })) return true;
  return false;
}

function origin(actor: string, holder: string): 'here' | 'school' | 'operator' {
  if (actor === holder) return 'here';
  return actor === OPERATOR ? 'operator' : 'school';
}

async function tell(tx: Db, template: 'joined' | 'separated', persons: readonly string[], at: number): Promise<void> {
  for (const person of persons) await queueMail(tx, { person, template, data: {}, at });
}

/** The reference of a request on paper, 1 to 200 characters on one line. */
export function referenceOf(text: string): string {
  const reference = text.trim();
  if (reference === '' || reference.length > 200 || /\p{Cc}/u.test(reference))
    throw new Refusal('decision_missing', 'expected the reference of the request, 1 to 200 characters on one line');
  return reference;
}

/** What was not proven is refused in one way; anything else goes on up. */
function refused(error: unknown, code: RefusalCode): unknown {
  return error instanceof Refusal && error.code === code ? joinRefused() : error;
}

function joinRefused(): Refusal {
  return new Refusal('join_refused', 'expected the proof of another record of the same person');
}

function unknownJoin(): Refusal {
  return new Refusal('unknown_join', 'expected a join that is theirs to undo');
}
