// What if: facts or rules that are only proposed, run against today's data; who would gain what, and who would lose it.
import { deliveredRelations } from '../directory/directory.ts';
import { endRightsOfLeavers } from '../directory/leavers.ts';
import { deriveLogbooks } from '../directory/logbooks.ts';
import { offersOf } from '../directory/offers.ts';
import { carryRestrictions } from '../directory/restrictions.ts';
import { findSchool } from '../directory/schools.ts';
import { endTeachingOfLeavers } from '../directory/teaching.ts';
import { schoolYear, schoolYearAt } from '../facts/calendar.ts';
import type { Relation } from '../facts/catalogue.ts';
import {
  changedAt,
  changeFacts,
  currentFacts,
  type Fact,
  lockSchool,
  type NewFact,
  replaceFacts,
  revisionOf,
} from '../facts/facts.ts';
import { everyFactAbout } from '../facts/history.ts';
import { withStatements } from '../storage/statements.ts';
import { type Db, inOneState } from '../storage/storage.ts';
import { documentOf, type Rules, versionOf } from './document.ts';
import type { ActionRules } from './path.ts';
import { presentRules, questionOn, type RuleBook } from './questions.ts';
import {
  type Action,
  actionsOf,
  askJudged,
  type Resource,
  type ResourceType,
  type RuleName,
  readersIn,
} from './rights.ts';

/** Facts of one school that would begin, or end. */
export interface ProposedFacts {
  readonly school: string;
  readonly begin: readonly NewFact[];
  /** As read from the table. */
  readonly end: readonly Fact[];
}

/** A change that nobody has made: of facts, or of the rules as a whole. */
export type Proposal = { readonly facts: ProposedFacts } | { readonly rules: Rules };

/** What one person would gain, or lose. */
export interface Shift {
  readonly school: string;
  readonly resource: Resource;
  readonly action: Action;
  readonly person: string;
  /** Every rule that would let them, or that lets them today. */
  readonly rules: readonly RuleName[];
}

/** By school, type, resource, action, then person. A right that only changes its rule is neither. */
export interface Outlook {
  readonly gains: readonly Shift[];
  readonly losses: readonly Shift[];
}

/**
 * Runs a proposal against one school as it is, at an instant, and compares, with all that follows from it: from a
 * delivery, what a delivery brings about; from an agreement, what it opens. Nothing is ever written: facts are tried in
 * a transaction that is always undone; rules are asked beside those of the process. Both sides are asked of one state, so
 * that what really changes meanwhile is not told as the proposal's: while facts are tried, SQLite lets nobody else write,
 * and PostgreSQL nobody else change that school; while rules are asked, nobody waits.
 */
export async function whatIf(
  db: Db,
  { proposal, school, at }: { proposal: Proposal; school: string; at: number },
): Promise<Outlook> {
  if ('rules' in proposal) {
    const book = bookOf(proposal.rules);
    const actions = (type: ResourceType) => actionsIn(type, proposal.rules).filter((one) => differ(type, one, book));
    return inOneState(db, async (tx) => {
      const cells = await cellsOf(tx, { school, at, actions });
      return compare(await answers(tx, cells, { book: presentRules, at }), await answers(tx, cells, { book, at }));
    });
  }
  if (proposal.facts.school !== school) return { gains: [], losses: [] };
  return undone(db, async (tx) => {
    await lockSchool(tx, school);
    // undone within, the school is still held: what is asked afterwards is what was there before
    const { actions, after } = await undone(tx, async (trial) => {
      const touched = await tryOut(trial, proposal.facts, Math.min(at, Date.now()));
      const actions = (type: ResourceType) => actionsIn(type).filter((action) => meets(type, action, touched));
      const cells = await cellsOf(trial, { school, at, actions });
      return { actions, after: await answers(trial, cells, { book: presentRules, at }) };
    });
    const cells = await cellsOf(tx, { school, at, actions });
    return compare(await answers(tx, cells, { book: presentRules, at }), after);
  });
}

/** Makes a change with all that follows from it; the relations of all that was written. */
async function tryOut(tx: Db, { school, begin, end }: ProposedFacts, at: number): Promise<ReadonlySet<Relation>> {
  const change = { school, at, actor: 'what-if' };
  const { degree } = await findSchool(tx, school);
  const before = await revisionOf(tx, school);
  const delivered = begin.filter(isDelivered);
  await changeFacts(tx, { ...change, source: degree === 1 ? 'aaf1d' : 'aaf2d', begin: delivered, end });
  await changeFacts(tx, { ...change, source: 'local', begin: begin.filter((fact) => !isDelivered(fact)) });
  if (delivered.length > 0 || end.some(isDelivered)) await bringAbout(tx, { ...change, begin });
  if ([...begin, ...end].some(({ relation }) => relation === 'connected')) await agreeAgain(tx, change);
  const touched = new Set<Relation>();
  const after = await revisionOf(tx, school);
  for (let revision = before + 1; revision <= after; revision += 1)
    for (const { relation } of await changedAt(tx, school, revision)) touched.add(relation);
  return touched;
}

function isDelivered({ relation }: { readonly relation: Relation }): boolean {
  return deliveredRelations.some((one) => one === relation);
}

/** What a delivery brings about, in its order: see `applyDelivery`. */
async function bringAbout(
  tx: Db,
  { begin, ...change }: { school: string; at: number; actor: string; begin: readonly NewFact[] },
): Promise<void> {
  const { yearStart, zone } = await findSchool(tx, change.school);
  const year = schoolYearAt(change.at, yearStart, zone);
  await endTeachingOfLeavers(tx, change);
  await endRightsOfLeavers(tx, change);
  await deriveLogbooks(tx, { ...change, year, validTo: schoolYear(year, yearStart, zone).to });
  const arrived = begin.filter(({ relation }) => relation === 'attends').map(({ subject }) => subject);
  await carryRestrictions(tx, { ...change, arrived });
}

/** Offers are under the agreements of their school, as they are when one really begins or ends. */
async function agreeAgain(tx: Db, change: { school: string; at: number; actor: string }): Promise<void> {
  const { school, at } = change;
  const agreements = await currentFacts(tx, { school, relations: ['connected'], endingAfter: at });
  const wanted = (await offersOf(tx, { school })).flatMap(({ id }) =>
    agreements.map(
      ({ validFrom, validTo, properties: { agreement = '' } }): NewFact => ({
        relation: 'agreed',
        subject: id,
        object: id,
        properties: { agreement },
        validFrom: Math.max(validFrom, at),
        validTo,
      }),
    ),
  );
  await replaceFacts(tx, { ...change, source: 'derived', relations: ['agreed'], wanted });
}

const UNDO = Symbol('undo');

/** Does work in a transaction that is undone whatever comes of it. */
async function undone<T>(db: Db, work: (tx: Db) => Promise<T>): Promise<T> {
  let result: { readonly is: T } | undefined;
  await db
    .transaction(async (tx) => {
      result = { is: await work(tx) };
      throw UNDO;
    })
    .catch((error) => {
      if (error !== UNDO) throw error;
    });
  return result!.is;
}

/** A resource and an action that a proposal can touch. */
interface Cell {
  readonly school: string;
  readonly resource: Resource;
  readonly action: Action;
}

const places: { readonly [Type in ResourceType]: readonly Relation[] } = {
  logbook: ['ofSchool', 'archivedAt'],
  absence: ['absenceAt'],
  lesson: ['lessonAt'],
  // so is an offer at its school
  offer: [],
  // a school is in itself
  school: [],
};

/** Every resource of the school that is not over, and every action on it that the proposal concerns. */
async function cellsOf(
  db: Db,
  {
    school,
    at,
    actions: actionsOn,
  }: { school: string; at: number; actions: (type: ResourceType) => readonly Action[] },
): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const type of Object.keys(places) as ResourceType[]) {
    const actions = actionsOn(type);
    if (actions.length === 0) continue;
    const facts = await everyFactAbout(db, 'object', [school], places[type]);
    const ids = new Set(facts.filter(({ validTo }) => validTo > at).map(({ subject }) => subject));
    if (type === 'school') ids.add(school);
    if (type === 'offer') for (const { id } of await offersOf(db, { school })) ids.add(id);
    for (const id of [...ids].sort())
      for (const action of actions) cells.push({ school, resource: { type, id }, action });
  }
  return cells;
}

/** Who may, by cell and person. */
type Answers = ReadonlyMap<string, Shift>;

async function answers(db: Db, cells: readonly Cell[], { book, at }: { book: RuleBook; at: number }): Promise<Answers> {
  const found = new Map<string, Shift>();
  await withStatements(db, async (statements) => {
    for (const { school, resource, action } of cells) {
      const question = questionOn({ type: resource.type, action }, 'persons', 'today', book);
      if (!question) continue;
      const judged = await askJudged(statements, question.sql, { when: { at }, ends: { resource: resource.id } });
      for (const { person, reasons } of readersIn(question, judged))
        found.set(JSON.stringify([school, resource.type, resource.id, action, person]), {
          school,
          resource,
          action,
          person,
          rules: reasons.map(({ rule }) => rule),
        });
    }
  });
  return found;
}

function compare(before: Answers, after: Answers): Outlook {
  const only = (some: Answers, others: Answers): Shift[] =>
    [...some]
      .filter(([name]) => !others.has(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, shift]) => shift);
  return { gains: only(after, before), losses: only(before, after) };
}

/** The actions of a type, by the rules of the process or by those that are proposed: these may know others. */
function actionsIn(type: ResourceType, proposed: Rules = {}): Action[] {
  const others = Object.hasOwn(proposed, type) ? Object.keys(proposed[type]!) : [];
  return [...new Set([...actionsOf(type), ...(others as Action[])])];
}

function bookOf(rules: Rules): RuleBook {
  const none = { allow: [], forbid: [] };
  return {
    version: versionOf(documentOf(rules)),
    rulesOf: (type, action) => {
      const actions = Object.hasOwn(rules, type) ? rules[type]! : {};
      return Object.hasOwn(actions, action) ? actions[action]! : none;
    },
  };
}

function differ(type: ResourceType, action: Action, book: RuleBook): boolean {
  return textOf(presentRules.rulesOf(type, action)) !== textOf(book.rulesOf(type, action));
}

function textOf(rules: ActionRules): string {
  return documentOf({ one: { action: rules } });
}

/** Whether the rules of an action follow any of these relations. */
function meets(type: ResourceType, action: Action, relations: ReadonlySet<Relation>): boolean {
  const { allow, forbid } = presentRules.rulesOf(type, action);
  const steps = [...allow, ...forbid].flatMap(({ paths }) => paths.flat());
  return steps.some(
    ({ relation, alongside }) => relations.has(relation) || (alongside && relations.has(alongside.relation)),
  );
}
