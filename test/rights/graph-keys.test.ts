// Keys of ours are compared as numbers and others as texts: a graph must not tell the difference, nor confuse two.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STILL_KNOWN } from '../../src/facts/facts.ts';
import type { LeanFact } from '../../src/facts/snapshots.ts';
import { check, persons, resources } from '../../src/rights/graph/answers.ts';
import {
  buildGraph,
  type Graph,
  idOfFact,
  keyOf,
  nodeOf,
  nodesOf,
  patchGraph,
  setKind,
} from '../../src/rights/graph/graph.ts';
import { kindNumber } from '../../src/rights/graph/kinds.ts';
import { Places } from '../../src/rights/graph/places.ts';
import { planOf } from '../../src/rights/graph/plan.ts';
import type { School } from '../../src/rights/graph/schools.ts';
import { rulesOf } from '../../src/rights/policy.ts';
import { actionsOf, type ResourceType } from '../../src/rights/rights.ts';
import { day, drawHistory, namesOf, resourcesOf, worldOf } from './worlds.ts';

const types: readonly ResourceType[] = ['logbook', 'absence', 'lesson', 'school'];

/** Keys that a careless comparison takes for one another. */
const ours = fc.stringMatching(/^[0-9a-f]{32}$/);
const likeOurs = ours.chain((key) =>
  fc.constantFrom(
    key,
    key.toUpperCase(),
    key.slice(1),
    `${key}0`,
    `${key.slice(0, 31)}g`,
    `${key.slice(0, 31)}\u0430`,
    `${key.slice(0, 31)}\uff11`,
    `${key.slice(0, 31)}${key[31] === '0' ? '1' : '0'}`,
    `${key[0] === '0' ? '1' : '0'}${key.slice(1)}`,
    `${key.slice(8)}${key.slice(0, 8)}`,
  ),
);
const anyKey = fc.oneof(likeOurs, fc.constantFrom('0'.repeat(32), 'f'.repeat(32), '', ' '), fc.string());

describe('keys', () => {
  it('each key has a node of its own, and tells it; a key that is not there has none', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyKey, { minLength: 2, maxLength: 60, size: 'max' }), fc.nat(), (keys, cut) => {
        const there = keys.slice(0, 1 + (cut % (keys.length - 1)));
        const graph = graphOf(there.map((key, id) => [id, 'owns', key, there[0]!, 0, 1, '{}']));
        const nodes = there.map((key) => nodeOf(graph, key));
        expect(new Set(nodes).size).toBe(there.length);
        expect(nodes.map((node) => keyOf(graph, node))).toEqual(there);
        expect([...nodesOf(graph)].sort()).toEqual([...nodes].sort());
        for (const key of keys.slice(there.length)) expect(nodeOf(graph, key)).toBe(-1);
      }),
    );
  });

  it('each resource is found in its school, as what it is, and nothing else is', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyKey, { minLength: 2, maxLength: 300, size: 'max' }), fc.nat(), (keys, cut) => {
        const places = new Places();
        const schools = ['a', 'b', 'c'].map((name) => ({ name }) as School);
        const there = keys.slice(0, 1 + (cut % (keys.length - 1)));
        for (const [place, key] of there.entries()) places.put(3, key, schools[place % 3]!);
        for (const [place, key] of there.entries()) {
          expect(places.find(3, key)).toBe(schools[place % 3]);
          expect(places.find(4, key)).toBeUndefined();
        }
        for (const key of keys.slice(there.length)) expect(places.find(3, key)).toBeUndefined();
      }),
    );
  });

  it('a graph patched from another is the graph of what it then holds', () => {
    const fact = fc.tuple(fc.nat(12), fc.constantFrom('owns', 'enrolled', 'guards', 'post'), fc.nat(12), fc.nat(3));
    fc.assert(
      fc.property(fc.array(fact, { size: 'max', maxLength: 60 }), fc.nat(), fc.nat(), (drawn, first, gone) => {
        const name = (number: number): string => (number % 3 === 0 ? `n${number}` : hashed(`n${number}`));
        const facts = drawn.map(
          ([subject, relation, object, dates], id): LeanFact =>
            [id + 1, relation, name(subject), name(object), dates, dates + 10, `{"n":"${dates}"}`] as LeanFact,
        );
        const before = facts.slice(0, facts.length === 0 ? 0 : first % facts.length);
        const closed = before.filter((_, place) => (gone >> (place % 24)) & 1).map(([id]) => id);
        const patched = patchGraph(graphOf(before), {
          revision: 2,
          revised: 0,
          opened: facts.slice(before.length),
          closed,
        });
        const left = facts.filter(([id]) => !closed.includes(id));
        expect(told(patched)).toEqual(told(graphOf(left)));
        expect(patched.revision).toBe(2);
      }),
    );
  });

  it('the same world under other keys gives the same answers under those', () => {
    for (let seed = 0; seed < 60; seed += 1) {
      const world = worldOf('', drawHistory(seed));
      const names = namesOf('');
      const [school = ''] = names.schools;
      const facts = world.facts.filter((fact) => fact.school === school && fact.knownTo === STILL_KNOWN);
      const lean = (rename: (key: string) => string) =>
        facts.map(
          ({ id, relation, subject, object, validFrom, validTo, properties }): LeanFact => [
            id,
            relation,
            rename(subject),
            rename(object),
            validFrom,
            validTo,
            JSON.stringify(properties),
          ],
        );
      const plain = graphOf(lean((key) => key));
      const renamed = graphOf(lean(hashed));
      const mark = (key: string, kind: number) => {
        for (const [graph, name] of [
          [plain, key],
          [renamed, hashed(key)],
        ] as const)
          if (nodeOf(graph, name) >= 0) setKind(graph, nodeOf(graph, name), kind);
      };
      for (const [key, kind] of world.kinds) mark(key, kindNumber(kind));
      const homes = resourcesOf(names);
      for (const type of types) for (const [key, home] of homes[type]) if (home === school) mark(key, kindNumber(type));
      const at = day(2);
      for (const type of types)
        for (const action of actionsOf(type)) {
          const plan = planOf(rulesOf(type, action), kindNumber(type));
          for (const person of names.persons) {
            const found = resources(plain, plan, { person, at }).map(({ id, reasons }) => [hashed(id), reasons]);
            const other = resources(renamed, plan, { person: hashed(person), at }).map(({ id, reasons }) => [
              id,
              reasons,
            ]);
            expect(sorted(other)).toEqual(sorted(found));
          }
          for (const [resource] of homes[type]) {
            const found = persons(plain, plan, { resource, at }).map(({ person, reasons }) => [
              hashed(person),
              reasons,
            ]);
            const other = persons(renamed, plan, { resource: hashed(resource), at });
            expect(sorted(other.map(({ person, reasons }) => [person, reasons]))).toEqual(sorted(found));
            for (const person of names.persons) {
              const asked = { resource: nodeOf(renamed, hashed(resource)), person: hashed(person), at };
              const same = { resource: nodeOf(plain, resource), person, at };
              expect(spoken(check(renamed, plan, asked))).toEqual(spoken(check(plain, plan, same)));
            }
          }
        }
    }
  });
});

function graphOf(facts: readonly LeanFact[]): Graph {
  return buildGraph('s', 0, { revision: 1, revised: 0, facts });
}

function hashed(key: string): string {
  return createHash('md5').update(key).digest('hex');
}

function spoken(verdict: { reasons: readonly { rule: string; validUntil: number }[] }): unknown {
  return { ...verdict, reasons: verdict.reasons.map(({ rule, validUntil }) => ({ rule, validUntil })) };
}

function sorted(answers: readonly (readonly unknown[])[]): string[] {
  return answers.map((one) => JSON.stringify(one)).sort();
}

/** Every fact of a graph by its keys, read from both of its ends. */
function told(graph: Graph): unknown {
  const { cells, labels } = graph;
  const ways: Record<'out' | 'in', string[]> = { out: [], in: [] };
  for (const node of nodesOf(graph))
    for (let segment = node + 6; cells[segment]! >>> 25 !== 127; segment += 1) {
      const code = cells[segment]! >>> 25;
      const end = cells[segment + 1]! & 0x1ffffff;
      for (let edge = cells[segment]! & 0x1ffffff; edge < end; edge += 2) {
        const ends = [keyOf(graph, node), keyOf(graph, cells[edge]!)];
        const label = cells[edge + 1]!;
        const said = [labels.from[label], labels.to[label], labels.properties[label]];
        if (code < 64) ways.out.push(JSON.stringify([code, ...ends, ...said, idOfFact(graph, node, edge)]));
        else ways.in.push(JSON.stringify([code - 64, ...ends.reverse(), ...said]));
      }
    }
  return { out: ways.out.sort(), in: ways.in.sort() };
}
