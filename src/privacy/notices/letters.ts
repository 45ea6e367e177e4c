// Telling people on paper: whose letters wait, in which class they are handed out, printed and handed.
import { audit } from '../../audit/audit.ts';
import { listAudiences } from '../../directory/audiences.ts';
import { fullName } from '../../directory/naming.ts';
import { listPersons, type Person } from '../../directory/persons.ts';
import { Refusal } from '../../errors.ts';
import type { Fact } from '../../facts/facts.ts';
import { type Db, inTransaction } from '../../storage/storage.ts';
import type { Level } from './document.ts';
import { type Due, markPrinted, markTold, waitingAt } from './queue.ts';
import { closedTo, placesAt } from './reasons.ts';
import { isRipe, levelOf, mailable, momentOf } from './sending.ts';
import { type NoticeVersion, noticeInForce } from './texts.ts';

/** Groups that are no class: staff; pupils and families of none; guardians whom a decision keeps away from a child. */
export const STAFF = 'staff';
export const NO_CLASS = 'none';
export const APART = 'apart';

/** A letter to somebody; two reasons to write to them make one letter. */
export interface Letter {
  readonly person: Person;
  readonly name: string;
  readonly level: Level;
  readonly rows: readonly Due[];
}

export interface LetterGroup {
  /** The key of a class, `staff`, `none` or `apart`. */
  readonly id: string;
  /** The label of the class; empty for the others. */
  readonly label: string;
  readonly letters: readonly Letter[];
  /** How many of them are printed and may be handed out. */
  readonly printed: number;
}

/** The letters that wait at a school, in the groups in which they are handed out: classes by label, then the others. */
export async function lettersWaiting(db: Db, { school, at }: { school: string; at: number }): Promise<LetterGroup[]> {
  const waiting = (await waitingAt(db, school)).filter(({ mail }) => mail === null);
  const moment = await momentOf(
    db,
    school,
    at,
    waiting.map(({ year }) => year),
  );
  const ripe = waiting.filter((row) => isRipe(row, moment));
  const persons = await listPersons(
    db,
    ripe.map(({ person }) => person),
  );
  const places = await placesAt(db, school, at);
  const [reached, closed] = [await mailable(db, persons), await closedTo(db, places, at)];
  const labels = await classesOf(db, places);
  const groupOf = groupsBy(places, labels);
  const rowsBy = new Map<string, Due[]>();
  for (const row of ripe) rowsBy.set(row.person, [...(rowsBy.get(row.person) ?? []), row]);
  const byGroup = new Map<string, Letter[]>();
  for (const person of persons.sort(byName)) {
    const rows = rowsBy.get(person.id) ?? [];
    const byMail = reached.has(person.id) && rows.every((row) => row.mailFailedAt === null && row.printedAt === null);
    const first = rows[0];
    if (!first || (byMail && !closed.has(person.id))) continue;
    const group = closed.has(person.id) ? APART : groupOf(first);
    const letter = { person, name: fullName(person), level: levelOf(person, first, moment), rows };
    const before = byGroup.get(group);
    if (before) before.push(letter);
    else byGroup.set(group, [letter]);
  }
  const groups = [...byGroup].map(([id, letters]) => ({
    id,
    label: labels.get(id) ?? '',
    letters,
    printed: letters.filter(isPrinted).length,
  }));
  return groups.sort((a, b) => place(a) - place(b) || french.compare(a.label, b.label));
}

/** Takes the letters of a group to print: they may then be said to be handed out. None when no notice is in force. */
export async function printLetters(
  db: Db,
  { school, group, by, at }: { school: string; group: string; by: string; at: number },
): Promise<{ group: LetterGroup; notice: NoticeVersion } | undefined> {
  const found = (await lettersWaiting(db, { school, at })).find(({ id }) => id === group);
  const notice = await noticeInForce(db, { school, at });
  if (!found || !notice) return undefined;
  await inTransaction(db, async (tx) => {
    const { version, content } = notice;
    await markPrinted(tx, rowsOf(found), { at, version, content });
    await audit(tx, {
      at,
      event: 'notice.printed',
      actor: by,
      school,
      details: { letters: found.letters.length, version },
    });
  });
  return { group: found, notice };
}

/**
 * Says that the letters of a group that were printed are handed out; each once. Returns how many.
 * `letters_not_printed` when letters wait there and none is printed.
 */
export async function handOut(
  db: Db,
  { school, group, by, at }: { school: string; group: string; by: string; at: number },
): Promise<number> {
  const found = (await lettersWaiting(db, { school, at })).find(({ id }) => id === group);
  if (!found) return 0;
  const printed = found.letters.filter(isPrinted);
  if (printed.length === 0) throw new Refusal('letters_not_printed', 'expected letters that were printed');
  return inTransaction(db, async (tx) => {
    const keys = printed.flatMap(({ rows }) => rows).map((row) => ({ ...row, toldAt: at }));
    const told = await markTold(tx, keys, { as: 'letter', by });
    if (told > 0) await audit(tx, { at, event: 'notice.handed', actor: by, school, details: { told } });
    return told;
  });
}

function rowsOf({ letters }: LetterGroup): Due[] {
  return letters.flatMap(({ rows }) => rows);
}

function isPrinted({ rows }: Letter): boolean {
  return rows.every(({ printedAt }) => printedAt !== null);
}

/** The label of each class that somebody is enrolled in, by its key. */
async function classesOf(db: Db, places: readonly Fact[]): Promise<Map<string, string>> {
  const keys = places.filter(({ relation }) => relation === 'enrolled').map(({ object }) => object);
  const classes = (await listAudiences(db, keys)).filter(({ kind }) => kind === 'class');
  return new Map(classes.map(({ id, label }) => [id, label]));
}

/** Where each letter is handed out: a pupil's class; for a guardian that of their children, the first by label. */
function groupsBy(places: readonly Fact[], labels: ReadonlyMap<string, string>): (row: Due) => string {
  const objects = (wanted: (fact: Fact) => boolean) => {
    const found = new Map<string, string[]>();
    for (const fact of places.filter(wanted))
      found.set(fact.subject, [...(found.get(fact.subject) ?? []), fact.object]);
    return found;
  };
  const classes = objects(({ relation, object }) => relation === 'enrolled' && labels.has(object));
  const children = objects(({ relation }) => relation !== 'enrolled');
  const byLabel = (one: string, other: string) => french.compare(labels.get(one) ?? '', labels.get(other) ?? '');
  return ({ person, category }) => {
    if (category === 'staff') return STAFF;
    const theirs = [person, ...(children.get(person) ?? [])].flatMap((one) => classes.get(one) ?? []);
    return theirs.sort(byLabel)[0] ?? NO_CLASS;
  };
}

function place({ id }: { id: string }): number {
  return [STAFF, NO_CLASS, APART].indexOf(id);
}

const french = new Intl.Collator('fr');

function byName(a: Person, b: Person): number {
  const byFamily = french.compare(a.familyName, b.familyName) || french.compare(a.givenName, b.givenName);
  return byFamily || (a.id < b.id ? -1 : 1);
}
