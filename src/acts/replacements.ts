// Replacements: a substitute takes over a teacher's logbooks for recorded dates, and writes a section of their own (r4, C4).
import { archiveLogbooks, findLogbook } from '../directory/logbooks.ts';
import { findPerson } from '../directory/persons.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { changeFacts, currentFacts, type Fact, factsAbout, lockSchool, type NewFact } from '../facts/facts.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { type Act, auditAct } from './acts.ts';
import { datesWithinYear, type Wished } from './dates.ts';
import { requireNoFamily, requireOffice } from './offices.ts';
import { requireNoOwnCause } from './own-cause.ts';
import { tell } from './told.ts';

export interface Replacement extends Act {
  /** The UAI. */
  readonly school: string;
  /** Keys of persons. */
  readonly substitute: string;
  readonly replaced: string;
  /** Keys of logbooks that the replaced teacher keeps there; all of them when none is named. */
  readonly logbooks?: readonly string[] | undefined;
}

/** Keys of the logbooks that an act has changed; none when all was so already. */
export interface TakenOver {
  readonly logbooks: readonly string[];
}

/**
 * A substitute takes logbooks over; recording it again replaces the dates. The head or the deputy records it, in first
 * degree a director with a decision on record, or the authority above, who alone opens logbooks to that director.
 * Refuses `not_allowed`, `own_cause`, `replaces_self`, `substitute_leads`, `not_staff`, `not_kept` for a logbook that the
 * replaced teacher does not keep there, `dates_refused`.
 */
export async function recordReplacement(db: Db, asked: Replacement & Wished): Promise<TakenOver> {
  return atSchool(db, asked, async (tx) => {
    const { school, substitute, replaced, at, by } = asked;
    if (substitute === replaced) throw new Refusal('replaces_self', 'expected somebody else than the one replaced');
    await findPerson(tx, substitute);
    await requireNoFamily(tx, substitute, at);
    await requireNoLead(tx, substitute, at);
    await requireNoOwnCause(tx, { by, about: [substitute], at });
    const dates = await datesWithinYear(tx, school, asked, at);
    const present = await substitutionsOf(tx, asked);
    const begin: NewFact[] = [];
    const end: Fact[] = [];
    for (const object of await logbooksKept(tx, asked)) {
      const before = present.filter((fact) => fact.object === object);
      if (before.some((fact) => isSame(fact, dates, at))) continue;
      const properties = { replacing: replaced };
      begin.push({ relation: 'substitutes', subject: substitute, object, properties, ...dates });
      end.push(...before);
    }
    await changeFacts(tx, { school, at, source: 'local', actor: by, begin, end });
    await archiveTaken(tx, asked, begin);
    return told(tx, asked, 'recorded', begin);
  });
}

/** Ends it at once, for some logbooks or for all. Refuses `not_allowed`, `nothing_to_end`. */
export async function endReplacement(db: Db, asked: Replacement): Promise<TakenOver> {
  return atSchool(db, asked, async (tx) => {
    const { school, logbooks, at, by } = asked;
    const present = await substitutionsOf(tx, asked);
    const end = present.filter(({ object }) => !logbooks || logbooks.includes(object));
    if (end.length === 0) throw new Refusal('nothing_to_end', 'expected a replacement that is recorded and not ended');
    await changeFacts(tx, { school, at, source: 'local', actor: by, end });
    await forgetUnbegun(tx, asked, end);
    return told(tx, asked, 'ended', end);
  });
}

/** Who leads a school of the second degree reads logbooks and writes in none (I3), which a replacement of theirs would undo. */
async function requireNoLead(tx: Db, substitute: string, at: number): Promise<void> {
  const leads = await factsAbout(tx, 'subject', substitute, at, ['heads', 'deputises']);
  if (leads.length > 0) throw new Refusal('substitute_leads', 'expected a substitute who leads no school');
}

function atSchool<T>(db: Db, { school, by, at }: Replacement, work: (tx: Db) => Promise<T>): Promise<T> {
  return inTransaction(db, async (tx) => {
    await findSchool(tx, school);
    await lockSchool(tx, school);
    await requireOffice(tx, { school, by, at }, ['head', 'deputy', 'direction', 'authority']);
    return work(tx);
  });
}

async function logbooksKept(tx: Db, { school, replaced, logbooks, at }: Replacement): Promise<string[]> {
  const owns = await factsAbout(tx, 'subject', replaced, at, ['owns']);
  const kept = new Set(owns.filter((fact) => fact.school === school).map((fact) => fact.object));
  for (const one of logbooks ?? [])
    if (!kept.has((await findLogbook(tx, one)).id))
      throw new Refusal('not_kept', 'expected a logbook that the replaced teacher keeps', { logbook: one });
  if (kept.size === 0) throw new Refusal('not_kept', `expected a teacher who keeps a logbook at school \`${school}\``);
  return [...new Set(logbooks ?? kept)].sort();
}

/** Whoever writes a section of a logbook keeps its archive, once its year is over (r4, C2). */
async function archiveTaken(tx: Db, { substitute, by, at }: Replacement, taken: readonly NewFact[]): Promise<void> {
  for (const { object } of taken) {
    const { school, year } = await findLogbook(tx, object);
    const kept = [{ relation: 'owns', subject: substitute, object }] as const;
    await archiveLogbooks(tx, { school, year, at, actor: by, source: 'derived', kept });
  }
}

/** Whose replacement was ended before it began has written nothing. */
async function forgetUnbegun(
  tx: Db,
  { school, substitute, by, at }: Replacement,
  ended: readonly Fact[],
): Promise<void> {
  const end: Fact[] = [];
  for (const { object } of ended.filter(({ validFrom }) => validFrom >= at)) {
    const relations = ['owns', 'substitutes', 'authored'] as const;
    const facts = await currentFacts(tx, { school, relations, subject: substitute, object });
    const wrote = facts.some(({ relation, validFrom }) => relation !== 'authored' && validFrom < at);
    if (!wrote) end.push(...facts.filter(({ relation }) => relation === 'authored'));
  }
  await changeFacts(tx, { school, at, source: 'derived', actor: by, end });
}

/** Those of the substitute for that teacher, under way or to come. */
async function substitutionsOf(tx: Db, { school, substitute, replaced, at }: Replacement): Promise<Fact[]> {
  const where = { school, relations: ['substitutes'], subject: substitute, endingAfter: at } as const;
  return (await currentFacts(tx, where)).filter(({ properties }) => properties.replacing === replaced);
}

function isSame(fact: Fact, { validFrom, validTo }: { validFrom: number; validTo: number }, at: number): boolean {
  return fact.validTo === validTo && Math.max(fact.validFrom, at) === validFrom;
}

async function told(
  tx: Db,
  asked: Replacement,
  what: 'recorded' | 'ended',
  changed: readonly { readonly object: string }[],
): Promise<TakenOver> {
  const { school, substitute, replaced, at } = asked;
  const logbooks = changed.map(({ object }) => object);
  for (const about of logbooks)
    await tell(tx, [replaced, substitute], { school, what: `replacement_${what}`, about, at });
  const details = { replaced, logbooks: logbooks.length };
  if (logbooks.length > 0)
    await auditAct(tx, asked, { event: `replacement.${what}`, subject: substitute, school, details });
  return { logbooks };
}
