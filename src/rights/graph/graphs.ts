// Rights from memory: the present is answered from the graphs of schools, the rest and all that is doubtful by SQL.

import { openSnapshots } from '../../facts/snapshots.ts';
import type { Statements } from '../../storage/statements.ts';
import type { Db } from '../../storage/storage.ts';
import { type Action, type ResourceType, rulesOf } from '../policy.ts';
import { foundInBoth, inBoth, judgedAt } from '../present.ts';
import { parseRevision } from '../revision.ts';
import type { Decision, Listing, Naming, Reachable, Reader, Resource, When, Wish } from '../rights.ts';
import {
  decisionOf,
  knowledgeIn,
  listBySql,
  mayBySql,
  order,
  revisionForList,
  schoolOfResource,
  whoBySql,
} from '../sql.ts';
import { check, persons, resources } from './answers.ts';
import { openContact } from './contact.ts';
import { type Graph, keyOf, kindOf, nodesOf } from './graph.ts';
import { openHomes } from './homes.ts';
import { isResource, kindNumber, openKinds } from './kinds.ts';
import { isSince } from './labels.ts';
import { Places } from './places.ts';
import { type Plan, planOf } from './plan.ts';
import { openSchools, type School } from './schools.ts';

/** The questions of `rights.ts`, and what has been done with them. */
export interface Graphs {
  may(asked: Wish): Decision | Promise<Decision>;
  list(asked: Listing): Promise<Reachable[]>;
  who(asked: Naming): Promise<Reader[]>;
  /** The schools whose facts name a person, today or once; at once when they are remembered. */
  homesOf(person: string): readonly Home[] | Promise<readonly Home[]>;
  /** The revision of a school on which memory answers now; none when it would turn to SQL. */
  revisionOf(school: string): number | undefined;
  /** How many questions memory has answered, and how many went to SQL. */
  readonly answered: { memory: number; sql: number };
  close(): Promise<void>;
}

/** A school where a person stands somewhere. */
export interface Home {
  /** A UAI. */
  readonly name: string;
}

export interface GraphSettings {
  /** Prepared statements on the same database; they stay the caller's. */
  readonly statements: Pick<Statements, 'all'>;
  /**
   * Where revisions are compared and schools are read, if elsewhere: questions come by hundreds, and what waits behind
   * them comes too late to spare the next ones.
   */
  readonly reading?: Pick<Statements, 'all'>;
  /** How many bytes graphs may take; 0 answers everything by SQL. */
  readonly memory: number;
  readonly onError: (error: unknown) => void;
  /** What time it is, UTC milliseconds: which facts have ended, and are left to SQL. */
  readonly clock?: () => number;
}

/** Opens the graphs of a database: empty at first, and filled with the schools that are asked about. */
export function openGraphs(
  db: Db,
  { statements, reading = statements, memory, onError, clock = Date.now }: GraphSettings,
): Graphs {
  const places = new Places();
  const schools = openSchools({
    snapshots: openSnapshots(db, reading),
    mark: openKinds(db, reading),
    memory,
    onRead: (school, graph) => learnPlaces(places, school, graph),
    onError,
    clock,
  });
  const contact = openContact(db, reading, { schools, onError });
  const homesOf = openHomes(statements, schools);
  const answered = { memory: 0, sql: 0 };

  /** The school of a resource, looked for when it was not met before. */
  const schoolOf = async (plan: Plan, { type, id }: Resource): Promise<School | undefined> => {
    const known = places.find(plan.kind, id);
    if (known) return known;
    const name = await schoolOfResource(statements, type, id);
    if (name === undefined) return undefined;
    places.put(plan.kind, id, schools.named(name));
    return schools.named(name);
  };
  /** The graph that may answer now; asks for it to be there the next time when there is none. */
  const graphFor = (school: School, at: number, atLeast: string | undefined): Graph | undefined => {
    const graph = schools.trusted(school);
    if (!graph) {
      schools.want(school);
      return undefined;
    }
    if (!isSince(graph.cells, graph.timesAt, at) || !contact.fresh()) return undefined;
    return atLeast === undefined || knows(graph, atLeast) ? graph : undefined;
  };
  const decideBySql = async (asked: Wish, plan: Plan | undefined): Promise<Decision> => {
    answered.sql += 1;
    const decision = await mayBySql(statements, asked, schools.sees);
    if (decision.school === undefined || !plan) return decision;
    const school = schools.named(decision.school);
    if (!places.find(plan.kind, asked.resource.id)) places.put(plan.kind, asked.resource.id, school);
    if (knowledgeIn(asked.when) === 'today' && !schools.trusted(school)) schools.want(school);
    return decision;
  };
  /** Whether a list may be answered from here: whoever has not heard of a change does not know whom it brought where. */
  const hasHeard = (asked: Listing): boolean => {
    const wanted = revisionForList(asked);
    return !wanted || (schools.met(wanted.school)?.seen ?? 0) >= wanted.number;
  };
  return {
    answered,
    may: (asked) => {
      const { resource, person, when, atLeast } = asked;
      const plan = planFor(resource.type, asked.action);
      const at = presentOf(when);
      const school = plan && at !== undefined ? places.find(plan.kind, resource.id) : undefined;
      const graph = school && graphFor(school, at!, atLeast);
      if (!graph) return decideBySql(asked, plan);
      answered.memory += 1;
      const node = places.nodeOfFound(graph, resource.id);
      const verdict = check(graph, plan!, { resource: node, person, at: at! });
      const judged = judgedAt(at!, graph.revised, when);
      if (judged === at) return decisionOf(verdict, graph.school, school.revision);
      const later = check(graph, plan!, { resource: node, person, at: judged });
      return decisionOf(inBoth(verdict, later), graph.school, school.revision);
    },
    list: async (asked) => {
      const { person, when, atLeast } = asked;
      const plan = planFor(asked.type, asked.action);
      const at = presentOf(when);
      if (plan && at !== undefined && hasHeard(asked)) {
        const homes = await homesOf(person);
        const wanted = asked.schools ? homes.filter(({ name }) => asked.schools!.includes(name)) : homes;
        // each is asked for, even after one that is not there
        const graphs = wanted.map((school) => graphFor(school, at, atLeast));
        if (graphs.every((graph) => graph !== undefined)) {
          answered.memory += 1;
          return graphs
            .sort((a, b) => order(a.school, b.school))
            .flatMap((graph) => {
              const found = resources(graph, plan, { person, at });
              const judged = judgedAt(at, graph.revised, when);
              if (judged === at) return found;
              return foundInBoth(found, resources(graph, plan, { person, at: judged }), ({ id }) => id);
            });
        }
      }
      answered.sql += 1;
      return listBySql(statements, asked, schools.sees);
    },
    who: async (asked) => {
      const { resource, when, atLeast } = asked;
      const plan = planFor(resource.type, asked.action);
      const at = presentOf(when);
      const school = plan && at !== undefined ? await schoolOf(plan, resource) : undefined;
      const graph = school && asked.despite === undefined && graphFor(school, at!, atLeast);
      if (graph) {
        answered.memory += 1;
        const kept = !asked.schools || asked.schools.includes(graph.school);
        if (!kept) return [];
        const found = persons(graph, plan!, { resource: resource.id, at: at! });
        const judged = judgedAt(at!, graph.revised, when);
        if (judged === at) return found;
        const later = persons(graph, plan!, { resource: resource.id, at: judged });
        return foundInBoth(found, later, (one) => one.person);
      }
      answered.sql += 1;
      return whoBySql(statements, asked, schools.sees);
    },
    homesOf,
    revisionOf: (name) => {
      const school = contact.fresh() ? schools.met(name) : undefined;
      return school && schools.trusted(school)?.revision;
    },
    close: async () => {
      await contact.close();
      await schools.close();
    },
  };
}

const plans = new Map<string, Map<string, Plan | undefined>>();

/** The plan of an action, compiled at its first use; none for an action that the type does not know. */
function planFor(type: ResourceType, action: Action): Plan | undefined {
  let ofType = plans.get(type);
  if (!ofType) {
    ofType = new Map();
    plans.set(type, ofType);
  }
  if (ofType.has(action)) return ofType.get(action);
  const rules = rulesOf(type, action);
  const plan = rules.allow.length > 0 ? planOf(rules, kindNumber(type)) : undefined;
  ofType.set(action, plan);
  return plan;
}

/** The instant of a question that today's knowledge answers. */
function presentOf(when: When | undefined): number | undefined {
  if (!when) return Date.now();
  if ('at' in when) return when.at;
  return 'knownTodayOf' in when ? when.knownTodayOf : undefined;
}

/** Whether a graph is as new as a revision; one of another school says nothing about it. */
function knows(graph: Graph, atLeast: string): boolean {
  const { school, number } = parseRevision(atLeast);
  return school !== graph.school || graph.revision >= number;
}

function learnPlaces(places: Places, school: School, graph: Graph): void {
  for (const node of nodesOf(graph)) {
    const kind = kindOf(graph, node);
    if (isResource(kind)) places.put(kind, keyOf(graph, node), school, node);
  }
}
