// What if: facts or rules that are only proposed, run against today's data; who would gain what, and who would lose it.
import { deriveLogbooks } from '../directory/logbooks.ts';
import { offersOf } from '../directory/offers.ts';
import { findSchool } from '../directory/schools.ts';
import { schoolYear, schoolYearAt } from '../facts/calendar.ts';
import type { Relation } from '../facts/catalogue.ts';
import { changeFacts, currentFacts, type Fact, type NewFact, replaceFacts } from '../facts/facts.ts';
import { everyFactAbout } from '../facts/history.ts';
import { ask } from '../facts/paths.ts';
import { dependents, foundations } from '../facts/standing.ts';
import { withStatements } from '../storage/statements.ts';
import type { Db } from '../storage/storage.ts';
import { documentOf, type Rules, versionOf } from './document.ts';
import type { ActionRules } from './path.ts';
import { policy } from './policy.ts';
import { presentRules, questionOn, type RuleBook, verdictOn } from './questions.ts';
import { type Action, given, type Resource, type ResourceType, type RuleName } from './rights.ts';

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
 * Runs a proposal against one school as it is, at an instant, and compares; with teaching, the logbooks that follow from it; with an agreement, what it opens. Nothing is ever written: facts are tried in
 * a transaction that is always undone, during which SQLite lets nobody else write; rules are asked beside those of the process.
 */
export async function whatIf(
  db: Db,
  { proposal, school, at }: { proposal: Proposal; school: string; at: number },
): Promise<Outlook> {
  if ('rules' in proposal) {
    const book = bookOf(proposal.rules);
    const cells = await cellsOf(db, { school, at, concerns: (type, action) => differ(type, action, book) });
    return compare(await answers(db, cells, { book: presentRules, at }), await answers(db, cells, { book, at }));
  }
  if (proposal.facts.school !== school) return { gains: [], losses: [] };
  const { begin, end } = proposal.facts;
  const relations = new Set<Relation>([...begin, ...end].map(({ relation }) => relation));
  const taught = relations.has('teaches');
  if (taught) for (const derived of derivedFromTeaching) relations.add(derived);
  const agreed = relations.has('connected');
  if (agreed) relations.add('agreed');
  // what stands on a fact that ends, ends with it
  if (foundations.some((one) => relations.has(one))) for (const one of dependents) relations.add(one);
  const where = { school, at, concerns: (type: ResourceType, action: Action) => meets(type, action, relations) };
  const before = await answers(db, await cellsOf(db, where), { book: presentRules, at });
  const after = await undone(db, async (tx) => {
    const change = { school, at: Math.min(at, Date.now()), actor: 'what-if' };
    await changeFacts(tx, { ...change, source: 'local', begin, end });
    if (taught) await deriveAgain(tx, change);
    if (agreed) await agreeAgain(tx, change);
    return answers(tx, await cellsOf(tx, where), { book: presentRules, at });
  });
  return compare(before, after);
}

const derivedFromTeaching = [
  'owns',
  'ofSchool',
  'audience',
  'archivedAt',
  'authored',
] as const satisfies readonly Relation[];

/** What teaching implies follows at once, as it does when teaching really changes. */
async function deriveAgain(tx: Db, change: { school: string; at: number; actor: string }): Promise<void> {
  const { yearStart, zone } = await findSchool(tx, change.school);
  const year = schoolYearAt(change.at, yearStart, zone);
  await deriveLogbooks(tx, { ...change, year, validTo: schoolYear(year, yearStart, zone).to });
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
  { school, at, concerns }: { school: string; at: number; concerns: (type: ResourceType, action: Action) => boolean },
): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const type of Object.keys(places) as ResourceType[]) {
    const actions = (Object.keys(policy[type]) as Action[]).filter((action) => concerns(type, action));
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
      const rows = await ask(statements, question.sql, given({ at }, { resource: resource.id }));
      for (const person of new Set(rows.map(({ node }) => String(node)))) {
        const { reasons } = verdictOn(
          question,
          rows.filter(({ node }) => node === person),
        );
        const rules = reasons.map(({ rule }) => rule);
        if (rules.length > 0)
          found.set(JSON.stringify([school, resource.type, resource.id, action, person]), {
            school,
            resource,
            action,
            person,
            rules,
          });
      }
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

function bookOf(rules: Rules): RuleBook {
  return {
    version: versionOf(documentOf(rules)),
    rulesOf: (type, action) => rules[type]?.[action] ?? { allow: [], forbid: [] },
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
