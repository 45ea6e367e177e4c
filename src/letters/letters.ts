// Codes for many at once: issued to those of a school who have no account, on paper or by mail, and ready to be printed.
import { issueActivation } from '../accounts/accounts.ts';
import { startReset } from '../accounts/resets.ts';
import { notResettable, refusalFor } from '../accounts/resettable.ts';
import { type State, stateOf } from '../accounts/states.ts';
import { audit } from '../audit/audit.ts';
import { listPersons, type Person } from '../directory/persons.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { dayOf } from '../facts/calendar.ts';
import { lockSchool } from '../facts/facts.ts';
import { queueMail } from '../mail/mail.ts';
import { type Db, inPieces, inTransaction, newKey } from '../storage/storage.ts';
import { type Addressees, audienceText, type Recipient, recipientsOf } from './recipients.ts';
import { addSheets, beginRun, endRun, findRun, type Run, type Sheet } from './runs.ts';

export { classesIn } from './recipients.ts';
export { type Run, runsOf, wipeRuns } from './runs.ts';

/** What is issued, to whom, and how it reaches them. */
export interface Issue {
  readonly school: string;
  /** `activation` for those who have no account, `reset` for those who lost their password. */
  readonly kind: 'activation' | 'reset';
  readonly to: Addressees;
  /** Whether those who hold a good code get a new one, which ends it; by default they are passed over. */
  readonly again?: boolean;
  /** `mail`: to the address that the directory gives, and on paper to those for whom it gives none. */
  readonly by?: 'letter' | 'mail';
  /** The key of who issues; who may is for the caller to know. */
  readonly actor: string;
  readonly from: 'school' | 'operator';
  /** The key of the run, such as a form carries it: the same form twice issues once. */
  readonly id?: string;
  readonly at: number;
}

/** `config.keyFor`: what sheets and mails are sealed under. */
export type LetterKeys = (use: 'letters' | 'mail') => Buffer;

/** How many persons one transaction is for: nobody waits long behind it. */
const PIECE = 40;

/**
 * Issues codes, piece by piece, each piece with its trace; what was issued before a node died is there, and is not issued
 * again. Refuses with `unknown_school`, `unknown_class`, `unknown_person`; `nothing_to_issue` when nobody is left to issue to.
 */
export async function issueLetters(db: Db, keys: LetterKeys, issue: Issue): Promise<Run> {
  const { school, kind, to, actor, at, id = newKey() } = issue;
  const known = await findRun(db, id);
  if (known) return sameSchool(known, school);
  const { zone } = await findSchool(db, school);
  const recipients = await eligible(db, issue, await recipientsOf(db, { school, to, at }));
  if (recipients.length === 0) throw new Refusal('nothing_to_issue', 'nobody there needs a new code');
  if (!(await beginRun(db, { id, school, kind, audience: audienceText(to), actor, issuedAt: at })))
    return sameSchool(await required(db, id), school);
  const counts = { letters: 0, mailed: 0 };
  for (const piece of inPieces(recipients, PIECE)) {
    const { letters, mailed } = await inTransaction(db, (tx) =>
      issuePiece(tx, { ...issue, id, zone, keys, after: counts.letters }, piece),
    );
    counts.letters += letters;
    counts.mailed += mailed;
  }
  await inTransaction(db, async (tx) => {
    await endRun(tx, id, at);
    const details = { run: id, kind, audience: audienceText(to), ...counts };
    await audit(tx, { at, event: 'letters.issued', actor, school, details });
  });
  return required(db, id);
}

/** How many of an audience have an account, hold a good code, or have neither: numbers alone. */
export async function standingOf(
  db: Db,
  asked: { school: string; to: Addressees; at: number },
): Promise<Readonly<Record<'active' | 'invited' | 'none', number>>> {
  const counts = { active: 0, invited: 0, none: 0 };
  for (const { person } of await recipientsOf(db, asked)) {
    const state = await stateOf(db, person, asked.at);
    if (state === 'invited') counts.invited += 1;
    else counts[state === 'active' || state === 'suspended' ? 'active' : 'none'] += 1;
  }
  return counts;
}

interface Piece extends Issue {
  readonly id: string;
  readonly zone: string;
  readonly keys: LetterKeys;
  /** The number of the last sheet before. */
  readonly after: number;
}

async function issuePiece(
  tx: Db,
  issue: Piece,
  recipients: readonly Recipient[],
): Promise<{ letters: number; mailed: number }> {
  const { id, school, keys, after } = issue;
  // two runs of one school follow each other: neither ends the codes that the other has just issued
  await lockSchool(tx, school);
  const persons = new Map(
    (
      await listPersons(
        tx,
        recipients.map(({ person }) => person),
      )
    ).map((one) => [one.id, one]),
  );
  const sheets: Sheet[] = [];
  let mailed = 0;
  for (const recipient of await eligible(tx, issue, recipients)) {
    const person = persons.get(recipient.person);
    if (!person) continue;
    const { code, expiresAt } = await issueOne(tx, issue, person.id);
    if (issue.kind === 'activation' && issue.by === 'mail' && person.email) {
      await mailCode(tx, issue, { person, code, expiresAt });
      mailed += 1;
    } else {
      const { className, children } = recipient;
      sheets.push({ seq: after + sheets.length + 1, person: person.id, code, expiresAt, className, children });
    }
  }
  await addSheets(tx, { run: id, key: keys('letters'), sheets, mailed });
  return { letters: sheets.length, mailed };
}

function issueOne(tx: Db, { kind, actor, from, at }: Issue, person: string) {
  return kind === 'reset'
    ? startReset(tx, { person, by: actor, at })
    : issueActivation(tx, { person, actor, at, from });
}

async function mailCode(
  tx: Db,
  { keys, at, zone }: Piece,
  { person, code, expiresAt }: { person: Person; code: string; expiresAt: number },
): Promise<void> {
  const secret = { key: keys('mail'), values: { code } };
  const data = { until: dayOf(expiresAt - 1, zone) };
  await queueMail(tx, { person: person.id, template: 'activation', data, secret, at });
}

/**
 * Those whose state wants what is issued. Nobody resets their own password, which a session left open must not choose. Whom they
 * may not reset is passed over, and the refusal says why when nobody else is left.
 */
async function eligible(
  db: Db,
  { kind, actor, again = false, at }: Issue,
  recipients: readonly Recipient[],
): Promise<Recipient[]> {
  const wanted: readonly State[] =
    kind === 'reset' ? ['active'] : ['record', 'closed', ...(again ? (['invited'] as const) : [])];
  const found: Recipient[] = [];
  for (const recipient of recipients)
    if (wanted.includes(await stateOf(db, recipient.person, at)) && (kind !== 'reset' || recipient.person !== actor))
      found.push(recipient);
  if (kind !== 'reset') return found;
  const persons = found.map(({ person }) => person);
  const why = await notResettable(db, { persons, by: actor, at });
  const left = found.filter(({ person }) => !why.has(person));
  const [first] = why.values();
  if (left.length === 0 && first) throw refusalFor(first);
  return left;
}

async function required(db: Db, id: string): Promise<Run> {
  const run = await findRun(db, id);
  if (!run) throw new Refusal('not_found', 'no such run of letters');
  return run;
}

/** The key of a run of another school opens nothing. */
function sameSchool(run: Run, school: string): Run {
  if (run.school !== school) throw new Refusal('not_found', 'no such run of letters');
  return run;
}
