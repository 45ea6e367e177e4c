// Rights by SQL: any question, about any day, on either engine.
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../errors.ts';
import { ask, type Given, isHoldable, type Knowledge, type Question, type Reached } from '../facts/paths.ts';
import { revisionIn } from '../facts/snapshots.ts';
import { rowsOf, type Source } from '../storage/statements.ts';
import { judgedAt } from './present.ts';
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
  const rows = await askAbout(source, question.sql, { ...asked, ends: { person, resource: resource.id }, saw });
  const [first] = rows;
  if (!first) return NOTHING;
  return decisionOf(verdictOn(question, rows), first.school, revisionText(first.school, first.revision));
}

export async function listBySql(source: Source, asked: Listing, saw = unseen): Promise<Reachable[]> {
  const { person, when, schools } = asked;
  const question = await questionAbout(source, asked, 'resources');
  if (!question) return [];
  const wanted = revisionForList(asked);
  if (wanted) await reach(source, wanted, saw);
  const rows = await askJudged(source, question.sql, { when, ends: { person }, schools, saw });
  return [...byNode(rows)]
    .map(([id, found]) => ({ id, school: found[0]!.school, reasons: verdictOn(question, found).reasons }))
    .filter(({ reasons }) => reasons.length > 0)
    .sort((a, b) => order(a.school, b.school) || order(a.id, b.id));
}

export async function whoBySql(source: Source, asked: Naming, saw = unseen): Promise<Reader[]> {
  const { action, resource, when, schools, despite } = asked;
  const question = await questionAbout(source, { type: resource.type, action, when }, 'persons');
  if (!question) return [];
  const rows = await askAbout(source, question.sql, { ...asked, ends: { resource: resource.id }, saw });
  const kept = schools ? rows.filter((row) => schools.includes(row.school)) : rows;
  return [...byNode(kept)]
    .map(([person, found]) => ({ person, reasons: verdictOn(question, found, despite).reasons }))
    .filter(({ reasons }) => reasons.length > 0)
    .sort((a, b) => order(a.person, b.person));
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
  readonly saw: Saw;
}

/**
 * Asks about one resource, and again once its school has come to a revision of it that the answer did not know. One of
 * another school says nothing about it; where there is no such resource, there may be one by then.
 */
async function askAbout(
  source: Source,
  sql: string,
  { atLeast, when, ends, saw }: Asking & { readonly atLeast?: string | undefined },
): Promise<Reached[]> {
  const wanted = atLeast === undefined ? undefined : parseRevision(atLeast);
  const rows = await askJudged(source, sql, { when, ends, saw });
  const [first] = rows;
  if (!wanted || (first && (first.school !== wanted.school || first.revision >= wanted.number))) return rows;
  await reach(source, wanted, saw);
  return askJudged(source, sql, { when, ends, saw });
}

/** Asks of an instant; of a present that is over, by what the answer knows, again of the latest one that it knows of. */
async function askJudged(
  source: Source,
  sql: string,
  { when, ends, schools, saw }: Asking & { readonly schools?: readonly string[] | undefined },
): Promise<Reached[]> {
  const [at, ...others] = given(when, ends);
  for (let judged = at; ; ) {
    const found = await ask(source, sql, [judged, ...others]);
    if (knowledgeIn(when) === 'today') for (const { school, revision } of found) saw(school, revision);
    const rows = schools ? found.filter(({ school }) => schools.includes(school)) : found;
    const latest = rows.reduce((late, { revised }) => Math.max(late, judgedAt(at, revised, when)), judged);
    if (!(latest > judged)) return rows;
    judged = latest;
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
