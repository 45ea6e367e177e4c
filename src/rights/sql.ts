// Rights by SQL: any question, about any day, on either engine.
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../errors.ts';
import { ask, type Given, isHoldable, type Knowledge, type Question, type Reached } from '../facts/paths.ts';
import { revisionIn } from '../facts/snapshots.ts';
import { rowsOf, type Source } from '../storage/statements.ts';
import { foundInBoth, inBoth, judgedAt } from './present.ts';
import {
  landmarksOf,
  presentRules,
  questionOn,
  type RuleBook,
  type Verdict,
  verdictOn,
  type WrittenQuestion,
} from './questions.ts';
import { parseRevision, type Revision, revisionText } from './revision.ts';
import type { Action, Decision, Listing, Naming, Reachable, Reader, ResourceType, When, Wish } from './rights.ts';
import { rulesEnforcedOn, rulesOfVersion } from './versions.ts';

const WAITS_MS = [20, 60, 180];

/** Called with each revision of a school that an answer knows: what one answer knew, no later one may not know. */
export type Saw = (school: string, revision: number) => void;

const unseen: Saw = () => undefined;

export async function mayBySql(source: Source, asked: Wish, saw = unseen): Promise<Decision> {
  const { person, action, resource, when } = asked;
  const question = await questionAbout(source, { type: resource.type, action, when }, 'check');
  if (!question) return NOTHING;
  const judged = await askAbout(source, question.sql, { ...asked, ends: { person, resource: resource.id }, saw });
  const [first] = judged.rows;
  if (!first) return NOTHING;
  const verdict = verdictOn(question, judged.rows);
  const whole = judged.moved.size > 0 ? inBoth(verdict, verdictOn(question, judged.later)) : verdict;
  return decisionOf(whole, first.school, revisionText(first.school, first.revision));
}

export async function listBySql(source: Source, asked: Listing, saw = unseen): Promise<Reachable[]> {
  const { person, when, schools } = asked;
  const question = await questionAbout(source, asked, 'resources');
  if (!question) return [];
  const wanted = revisionForList(asked);
  if (wanted) await reach(source, wanted, saw);
  const told = (rows: readonly Reached[]): Reachable[] =>
    [...byNode(rows)]
      .map(([id, found]) => ({ id, school: found[0]!.school, reasons: verdictOn(question, found).reasons }))
      .filter(({ reasons }) => reasons.length > 0);
  const { rows, later, moved } = await askJudged(source, question.sql, { when, ends: { person }, schools, saw });
  const found = told(rows);
  return [
    ...found.filter(({ school }) => !moved.has(school)),
    ...(moved.size > 0 ? foundInBoth(found, told(later), ({ id }) => id) : []),
  ].sort((a, b) => order(a.school, b.school) || order(a.id, b.id));
}

export async function whoBySql(source: Source, asked: Naming, saw = unseen): Promise<Reader[]> {
  const { action, resource, when, schools, despite } = asked;
  const question = await questionAbout(source, { type: resource.type, action, when }, 'persons');
  if (!question) return [];
  const judged = await askAbout(source, question.sql, { ...asked, ends: { resource: resource.id }, saw });
  const [first] = judged.rows;
  if (!first || (schools && !schools.includes(first.school))) return [];
  return readersIn(question, judged, despite);
}

/** Who is led to by a question about one resource, by key. */
export function readersIn(
  question: WrittenQuestion,
  { rows, later, moved }: Judged,
  despite?: Naming['despite'],
): Reader[] {
  const told = (some: readonly Reached[]): Reader[] =>
    [...byNode(some)]
      .map(([person, found]) => ({ person, reasons: verdictOn(question, found, despite).reasons }))
      .filter(({ reasons }) => reasons.length > 0)
      .sort((a, b) => order(a.person, b.person));
  return moved.size > 0 ? foundInBoth(told(rows), told(later), ({ person }) => person) : told(rows);
}

/** The revision that a list must know: none when it is one of a school in which nothing is looked for. */
export function revisionForList({ atLeast, schools }: Listing): Revision | undefined {
  const wanted = atLeast === undefined ? undefined : parseRevision(atLeast);
  return wanted && (!schools || schools.includes(wanted.school)) ? wanted : undefined;
}

/** What is asked with, besides the question. */
interface Asking {
  readonly when?: When | undefined;
  readonly ends: { readonly person?: string; readonly resource?: string };
  readonly saw?: Saw | undefined;
}

/** What was found at the instant that is asked about, and, of the schools that are judged by another one too, at that. */
export interface Judged {
  readonly rows: readonly Reached[];
  readonly later: readonly Reached[];
  /** Those schools, and their instants: see `judgedAt`. */
  readonly moved: ReadonlyMap<string, number>;
}

/**
 * Asks about one resource, and again once its school has come to a revision of it that the answer did not know. One of
 * another school says nothing about it; where there is no such resource, there may be one by then.
 */
async function askAbout(
  source: Source,
  sql: string,
  { atLeast, when, ends, saw = unseen }: Asking & { readonly atLeast?: string | undefined },
): Promise<Judged> {
  const wanted = atLeast === undefined ? undefined : parseRevision(atLeast);
  const judged = await askJudged(source, sql, { when, ends, saw });
  const [first] = judged.rows;
  if (!wanted || (first && (first.school !== wanted.school || first.revision >= wanted.number))) return judged;
  await reach(source, wanted, saw);
  return askJudged(source, sql, { when, ends, saw });
}

/** Asks of an instant; where what is known is dated after that present, of its date as well: usually nowhere. */
export async function askJudged(
  source: Source,
  sql: string,
  { when, ends, schools, saw = unseen }: Asking & { readonly schools?: readonly string[] | undefined },
): Promise<Judged> {
  const [at, ...others] = given(when, ends);
  const askAt = async (instant: number): Promise<Reached[]> => {
    const found = await ask(source, sql, [instant, ...others]);
    if (knowledgeIn(when) === 'today') for (const { school, revision } of found) saw(school, revision);
    return schools ? found.filter(({ school }) => schools.includes(school)) : found;
  };
  for (;;) {
    const rows = await askAt(at);
    const moved = new Map<string, number>();
    const known = new Map<string, number>();
    for (const { school, revision, revised } of rows) {
      known.set(school, revision);
      const instant = judgedAt(at, revised, when);
      if (instant !== at) moved.set(school, instant);
    }
    const later: Reached[] = [];
    for (const instant of new Set(moved.values()))
      for (const row of await askAt(instant)) if (moved.get(row.school) === instant) later.push(row);
    // a change that comes between the two would be known to one of them alone
    if (later.every(({ school, revision }) => known.get(school) === revision)) return { rows, later, moved };
  }
}

/** The school of a resource; none when there is no such resource. */
export async function schoolOfResource(source: Source, type: ResourceType, id: string): Promise<string | undefined> {
  if (!isHoldable(id)) return undefined;
  const sql = `select own.school as school from (${landmarksOf(type).selectResource('cast(? as text)')}) own`;
  const [row] = await rowsOf<{ school: string }>(source, sql, [id]);
  return row?.school;
}

/** What is told of a resource that does not exist, or of an action that its type does not know. */
const NOTHING: Decision = Object.freeze({ allowed: false, reasons: [], revision: '' });

/** A verdict as it is told. */
export function decisionOf({ reasons, forbidden }: Verdict, school: string, revision: string): Decision {
  const [best] = reasons;
  const said = forbidden && { forbidden };
  if (!best) return { allowed: false, reasons, ...said, school, revision };
  const { rule, validUntil } = best;
  if (said) return { allowed: true, rule, validUntil, reasons, ...said, school, revision };
  return { allowed: true, rule, validUntil, reasons, school, revision };
}

/** The question to ask: what was enforced by the rules of that day, a decision by those that made it, the rest by ours. */
export async function questionAbout(
  source: Source,
  { type, action, when }: { type: ResourceType; action: Action; when?: When | undefined },
  question: Question,
): Promise<WrittenQuestion | undefined> {
  return questionOn({ type, action }, question, knowledgeIn(when), await rulesAbout(source, when));
}

function rulesAbout(source: Source, when: When | undefined): RuleBook | Promise<RuleBook> {
  if (when && 'enforcedOn' in when) return rulesEnforcedOn(source, when.enforcedOn);
  if (when && 'decidedAt' in when) return rulesOfVersion(source, when.policy);
  return presentRules;
}

/** The instant a question is about, UTC milliseconds. */
export function instantOf(when: When | undefined): number {
  if (!when) return Date.now();
  if ('at' in when) return when.at;
  if ('decidedAt' in when) return when.decidedAt;
  return 'enforcedOn' in when ? when.enforcedOn : when.knownTodayOf;
}

/** Whether it is asked with today's knowledge, with that of the instant, or with that of a decision. */
export function knowledgeIn(when: When | undefined): Knowledge {
  if (when && 'decidedAt' in when) return 'exact';
  return when && 'enforcedOn' in when ? 'then' : 'today';
}

export function given(when: When | undefined, { person = '', resource = '' }): Given {
  const values = [instantOf(when), person, resource] as const;
  return when && 'decidedAt' in when ? [...values, when.revision] : values;
}

/** By code unit, as both databases order keys. */
export function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Waits a little for a school to reach a revision; `unavailable` when it does not. */
async function reach(source: Source, { school, number }: Revision, saw: Saw): Promise<void> {
  for (const wait of [...WAITS_MS, 0]) {
    const revision = await revisionIn(source, school);
    // a school that nobody has written of may be one that there is not
    if (revision > 0) saw(school, revision);
    if (revision >= number) return;
    if (wait > 0) await sleep(wait);
  }
  throw new Refusal('unavailable', `school \`${school}\` has not reached revision ${number} here`);
}

function byNode(rows: readonly Reached[]): Map<string, Reached[]> {
  const found = new Map<string, Reached[]>();
  for (const row of rows) {
    if (row.node === null) continue;
    const node = String(row.node);
    const before = found.get(node);
    if (before) before.push(row);
    else found.set(node, [row]);
  }
  return found;
}
