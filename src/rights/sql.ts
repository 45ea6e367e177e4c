// Rights by SQL: any question, about any day, on either engine.
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../errors.ts';
import { ask, type Given, isHoldable, type Knowledge, type Question, type Reached } from '../facts/paths.ts';
import { revisionIn } from '../facts/snapshots.ts';
import { rowsOf, type Source } from '../storage/statements.ts';
import {
  landmarksOf,
  presentRules,
  questionOn,
  type RuleBook,
  type Verdict,
  verdictOn,
  type WrittenQuestion,
} from './questions.ts';
import { parseRevision, revisionText } from './revision.ts';
import type { Action, Decision, Listing, Naming, Reachable, Reader, ResourceType, When, Wish } from './rights.ts';
import { rulesEnforcedOn, rulesOfVersion } from './versions.ts';

const WAITS_MS = [20, 60, 180];

export async function mayBySql(source: Source, asked: Wish): Promise<Decision> {
  const { person, action, resource, when, atLeast } = asked;
  const question = await questionAbout(source, { type: resource.type, action, when }, 'check');
  if (!question) return NOTHING;
  if (atLeast !== undefined) await reach(source, atLeast);
  const rows = await ask(source, question.sql, given(when, { person, resource: resource.id }));
  const [first] = rows;
  if (!first) return NOTHING;
  return decisionOf(verdictOn(question, rows), first.school, revisionText(first.school, first.revision));
}

export async function listBySql(source: Source, asked: Listing): Promise<Reachable[]> {
  const { person, when, schools, atLeast } = asked;
  const question = await questionAbout(source, asked, 'resources');
  if (!question) return [];
  if (atLeast !== undefined) await reach(source, atLeast);
  const rows = await ask(source, question.sql, given(when, { person }));
  const kept = schools ? rows.filter((row) => schools.includes(row.school)) : rows;
  return [...byNode(kept)]
    .map(([id, found]) => ({ id, school: found[0]!.school, reasons: verdictOn(question, found).reasons }))
    .filter(({ reasons }) => reasons.length > 0)
    .sort((a, b) => order(a.school, b.school) || order(a.id, b.id));
}

export async function whoBySql(source: Source, asked: Naming): Promise<Reader[]> {
  const { action, resource, when, schools, atLeast, despite } = asked;
  const question = await questionAbout(source, { type: resource.type, action, when }, 'persons');
  if (!question) return [];
  if (atLeast !== undefined) await reach(source, atLeast);
  const rows = await ask(source, question.sql, given(when, { resource: resource.id }));
  const kept = schools ? rows.filter((row) => schools.includes(row.school)) : rows;
  return [...byNode(kept)]
    .map(([person, found]) => ({ person, reasons: verdictOn(question, found, despite).reasons }))
    .filter(({ reasons }) => reasons.length > 0)
    .sort((a, b) => order(a.person, b.person));
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
async function reach(source: Source, atLeast: string): Promise<void> {
  const { school, number } = parseRevision(atLeast);
  for (const wait of WAITS_MS) {
    if ((await revisionIn(source, school)) >= number) return;
    await sleep(wait);
  }
  if ((await revisionIn(source, school)) >= number) return;
  throw new Refusal('unavailable', `school \`${school}\` has not reached revision ${number} here`);
}

function byNode(rows: readonly Reached[]): Map<string, Reached[]> {
  const found = new Map<string, Reached[]>();
  for (const row of rows) {
    const node = String(row.node);
    const before = found.get(node);
    if (before) before.push(row);
    else found.set(node, [row]);
  }
  return found;
}
