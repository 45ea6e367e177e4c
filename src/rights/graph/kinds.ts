// Of what kind a node is, where that decides: a class, a group, or a resource of the graph's own school.
import { catalogue, type EntityType } from '../../facts/catalogue.ts';
import type { LeanFact } from '../../facts/snapshots.ts';
import type { Statements } from '../../storage/statements.ts';
import { type Db, onPostgres } from '../../storage/storage.ts';
import { policy, type ResourceType } from '../policy.ts';
import { landmarksOf } from '../questions.ts';
import { type Graph, kindOf, nodeOf, setKind } from './graph.ts';

/** A number from 1; 0 for what is of no kind that matters. */
export type Kind = number;

export const NO_KIND: Kind = 0;

const audiences = ['class', 'group'] as const;
const resources = Object.keys(policy) as ResourceType[];
const kinds: readonly EntityType[] = [...audiences, ...resources];

export function kindNumber(type: EntityType): Kind {
  const number = kinds.indexOf(type) + 1;
  if (number === 0) throw new Error(`no path of a rule need tell a ${type} from the rest`);
  return number;
}

/** Whether nodes of a kind are resources. */
export function isResource(kind: Kind): boolean {
  return kind > audiences.length;
}

/** Finds the kinds of the nodes that some facts name, and writes them into their graph. */
export type MarkKinds = (graph: Graph, facts: readonly LeanFact[]) => Promise<void>;

export function openKinds(db: Db, statements: Pick<Statements, 'all'>): MarkKinds {
  const sql = writeKinds(db);
  return async (graph, facts) => {
    const keys = candidates(facts).filter((key) => kindOf(graph, nodeOf(graph, key)) === NO_KIND);
    if (keys.length === 0) return;
    const found = await statements.all<{ id: string; kind: Kind }>(sql, [graph.school, JSON.stringify(keys)]);
    for (const { id, kind } of found) setKind(graph, nodeOf(graph, id), kind);
  };
}

/** One statement for a list of keys, given as JSON: those that have a kind, with it. */
function writeKinds(db: Db): string {
  const given = onPostgres(db)
    ? 'select value as key from json_array_elements_text(cast(? as json)) as given(value)'
    : 'select value as key from json_each(?)';
  const cases = [
    ...audiences.map((type) => [landmarksOf('logbook').isOfType('k.key', type), kindNumber(type)]),
    ...resources.map((type) => [
      `exists (select 1 from (${landmarksOf(type).selectResource('k.key')}) own where own.school = here.school)`,
      kindNumber(type),
    ]),
  ];
  return `select marked.id as id, marked.kind as kind from (
select k.key as id, case ${cases.map(([test, kind]) => `when ${test} then ${kind}`).join('\n')} else ${NO_KIND} end as kind
from (select cast(? as text) as school) here cross join (${given}) k
) marked where marked.kind <> ${NO_KIND}`;
}

/** The keys that the catalogue allows to be of a kind. */
function candidates(facts: readonly LeanFact[]): string[] {
  const keys = new Set<string>();
  for (const [, relation, subject, object] of facts) {
    const entry = catalogue[relation];
    if (kinds.includes(entry.subject)) keys.add(subject);
    if (entry.object.some((type) => kinds.includes(type))) keys.add(object);
  }
  return [...keys];
}
