// Over a period: who could do something to a resource, when, by which rule and on which facts.
import { Refusal } from '../errors.ts';
import { type Fact, factsByKey } from '../facts/facts.ts';
import { turningPoints } from '../facts/history.ts';
import { withStatements } from '../storage/statements.ts';
import type { Db } from '../storage/storage.ts';
import { presentRules } from './questions.ts';
import { type Action, may, type Resource, type RuleName, who } from './rights.ts';
import { rulesEnforcedBetween } from './versions.ts';

/** An interval, half-open, UTC milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One rule that allowed, without a break; by one way, or by several that followed each other. */
export interface Held extends Span {
  readonly rule: RuleName;
  readonly ways: readonly Way[];
}

/** What a rule stood on for a while. */
export interface Way extends Span {
  /** From the resource to the person. */
  readonly facts: readonly Fact[];
}

export interface PastReader {
  readonly person: string;
  /** When any rule allowed, without a break. */
  readonly spans: readonly Span[];
  /** When each rule did, in the order of time. */
  readonly held: readonly Held[];
}

/** What was known at each instant of the period, which is what was enforced; or what is known of it today. */
export type Reading = 'enforced' | 'known';

interface Piece extends Span {
  readonly person: string;
  readonly rule: RuleName;
  readonly facts: readonly number[];
}

/**
 * Who could do this to that resource at any instant of `[from, to)`? By key of person. The period is cut wherever a fact
 * that the rules can meet begins, ends, comes to be known or is corrected, and where other rules come into force; between
 * two cuts the answer is one.
 */
export async function whoBetween(
  db: Db,
  asked: { action: Action; resource: Resource; from: number; to: number; reading: Reading },
): Promise<PastReader[]> {
  const { action, resource, from, to, reading } = asked;
  if (!(from < to)) throw new Refusal('bad_argument', 'expected a period that ends after it begins');
  const { school } = await may(db, { person: '', action, resource });
  if (school === undefined) return [];
  const inForce =
    reading === 'enforced' ? await rulesEnforcedBetween(db, { from, to }) : [{ since: from, book: presentRules }];
  const rules = inForce.map(({ book }) => book.rulesOf(resource.type, action));
  const paths = rules.flatMap(({ allow, forbid }) => [...allow, ...forbid]).flatMap((rule) => rule.paths);
  const turns = await turningPoints(db, { school, resource: resource.id, paths }, { from, to });
  const cuts = [...new Set([...inForce.map(({ since }) => since), ...turns, to])].sort((a, b) => a - b);
  const pieces: Piece[] = [];
  await withStatements(db, async (rights) => {
    for (const [place, start] of cuts.slice(0, -1).entries()) {
      const when = reading === 'enforced' ? { enforcedOn: start } : { knownTodayOf: start };
      for (const { person, reasons } of await who(rights, { action, resource, when }))
        for (const { rule, facts } of reasons) pieces.push({ person, rule, facts, from: start, to: cuts[place + 1]! });
    }
  });
  const facts = await factsByKey(db, [...new Set(pieces.flatMap((piece) => piece.facts))]);
  return toReaders(pieces, new Map(facts.map((fact) => [Number(fact.id), fact])));
}

/** Joins the intervals that touch, or that overlap. */
export function coalesce(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last && from <= last.to) joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    else joined.push({ from, to });
  }
  return joined;
}

function toReaders(pieces: readonly Piece[], facts: ReadonlyMap<number, Fact>): PastReader[] {
  const byPerson = groupBy(pieces, ({ person }) => person);
  return [...byPerson]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([person, theirs]) => ({
      person,
      spans: coalesce(theirs),
      held: [...groupBy(theirs, ({ rule }) => rule)]
        .flatMap(([rule, some]) => heldBy(rule, some, facts))
        .sort((a, b) => a.from - b.from || b.to - a.to),
    }));
}

function heldBy(rule: RuleName, pieces: readonly Piece[], facts: ReadonlyMap<number, Fact>): Held[] {
  return coalesce(pieces).map(({ from, to }) => ({
    rule,
    from,
    to,
    ways: waysOf(
      pieces.filter((piece) => from <= piece.from && piece.from < to),
      facts,
    ),
  }));
}

/** One way as long as its facts say the same: a row that was closed and written again with another end is no other way. */
function waysOf(pieces: readonly Piece[], facts: ReadonlyMap<number, Fact>): Way[] {
  const ways: Way[] = [];
  for (const { from, to, facts: keys } of pieces) {
    const way = { from, to, facts: keys.flatMap((key) => facts.get(Number(key)) ?? []) };
    const last = ways.at(-1);
    if (last && meaning(last) === meaning(way)) ways[ways.length - 1] = { ...way, from: last.from };
    else ways.push(way);
  }
  return ways;
}

function meaning({ facts }: Way): string {
  return JSON.stringify(
    facts.map(({ relation, subject, object, properties }) => [relation, subject, object, properties]),
  );
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
