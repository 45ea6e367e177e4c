// The schools whose graphs are in memory: which can be trusted now, which are read next, which are let go.
import type { LeanFact, Snapshots } from '../../facts/snapshots.ts';
import { revisionText } from '../revision.ts';
import { buildGraph, type Graph, patchGraph, sizeOf } from './graph.ts';
import type { MarkKinds } from './kinds.ts';

/** Facts that ended longer ago than this are left out: clocks differ a little, and questions take a while. */
const MARGIN_MS = 60_000;

/** How often a school must be asked for before it takes the place of another one. */
const ASKED_BEFORE = 4;

/** How many of the last changes are remembered by name. */
const CHANGES_TOLD = 64;

/** With more nodes and labels than that, and twice as many as facts, most are of facts that are gone. */
const MANY_NODES = 1_000;

/** How many schools may wait to be read. */
const MAX_WAITING = 64;

/** What each question looks at comes first: it then lies together. */
export interface School {
  graph: Graph | undefined;
  /** The highest revision that anyone has told of: a graph that is older is not used again. */
  seen: number;
  /** How many transactions of this process are changing it. */
  changing: number;
  /** How often it was said to have changed, and how often when its graph was last read. */
  doubts: number;
  cleared: number;
  used: number;
  /** `school:revision` of the graph. */
  revision: string;
  readonly name: string;
  asked: number;
  bytes: number;
  reading: boolean;
}

export interface Schools {
  named(name: string): School;
  /** The same of one that was met before: whatever a caller names is not remembered. */
  met(name: string): School | undefined;
  /** The graph of a school, when it is certain to be of its newest revision. */
  trusted(school: School): Graph | undefined;
  /** Asks for a school's graph to be there soon. */
  want(school: School): void;
  /** Says that a school may have changed. */
  doubt(name: string): void;
  /** Says that a school has come to a revision. */
  sees(name: string, revision: number): void;
  /** How often any school may have changed. */
  readonly changes: number;
  /** The schools that may have changed since there were so many changes; none said when they are too many to tell. */
  changedSince(changes: number): readonly string[] | undefined;
  /** Waits for what is being read. */
  close(): Promise<void>;
}

export interface Reading {
  readonly snapshots: Snapshots;
  readonly mark: MarkKinds;
  /** How many bytes all graphs may take. */
  readonly memory: number;
  /** Called with each graph that is new in memory. */
  readonly onRead: (school: School, graph: Graph) => void;
  readonly onError: (error: unknown) => void;
  readonly clock: () => number;
}

export function openSchools(reading: Reading): Schools {
  const { memory, onRead, onError } = reading;
  const schools = new Map<string, School>();
  const changed: string[] = [];
  const pending = new Set<Promise<void>>();
  const state = { tick: 0, bytes: 0, changes: 0, waiting: 0, open: true, turn: Promise.resolve() };

  const named = (name: string): School => {
    let school = schools.get(name);
    if (!school) {
      school = newSchool(name);
      schools.set(name, school);
    }
    return school;
  };
  const keep = (school: School, graph: Graph): void => {
    const first = school.graph === undefined;
    const bytes = sizeOf(graph);
    state.bytes += bytes - school.bytes;
    Object.assign(school, { graph, bytes, asked: 0, used: ++state.tick });
    school.revision = revisionText(school.name, graph.revision);
    sees(school.name, graph.revision);
    if (first) onRead(school, graph);
    while (state.bytes > memory && letGo());
  };
  const tell = (name: string): void => {
    state.changes += 1;
    changed.push(name);
    if (changed.length > CHANGES_TOLD) changed.shift();
  };
  const sees = (name: string, revision: number): void => {
    const school = named(name);
    if (revision <= school.seen) return;
    school.seen = revision;
    tell(name);
  };
  /** Lets go of the graph that was used longest ago. */
  const letGo = (): boolean => {
    let oldest: School | undefined;
    for (const school of schools.values())
      if (school.graph && !school.reading && (!oldest || school.used < oldest.used)) oldest = school;
    if (!oldest) return false;
    state.bytes -= oldest.bytes;
    Object.assign(oldest, { graph: undefined, bytes: 0, asked: 0 });
    return true;
  };
  const read = async (school: School): Promise<void> => {
    const { doubts } = school;
    try {
      const graph = await readGraph(school, reading);
      if (!state.open || graph.revision < (school.graph?.revision ?? 0)) return;
      if (graph !== school.graph) keep(school, graph);
      school.cleared = Math.max(school.cleared, doubts);
    } catch (error) {
      if (state.open) onError(error);
    } finally {
      school.reading = false;
    }
  };
  const track = (work: Promise<void>): void => {
    pending.add(work);
    void work.finally(() => pending.delete(work));
  };
  return {
    named,
    met: (name) => schools.get(name),
    trusted: (school) => {
      const { graph } = school;
      if (!graph || school.changing > 0 || school.doubts !== school.cleared || graph.revision < school.seen)
        return undefined;
      school.used = ++state.tick;
      return graph;
    },
    want: (school) => {
      if (!state.open || memory <= 0 || school.reading || school.changing > 0) return;
      school.asked += 1;
      const full = state.bytes > memory * 0.95;
      if (!school.graph && (state.waiting >= MAX_WAITING || (full && school.asked < ASKED_BEFORE))) return;
      school.reading = true;
      // whole schools one after the other: each takes some milliseconds of everyone's time
      if (school.graph) track(read(school));
      else {
        state.waiting += 1;
        state.turn = state.turn
          .then(() => read(school))
          .then(() => {
            state.waiting -= 1;
          });
        track(state.turn);
      }
    },
    doubt: (name) => {
      named(name).doubts += 1;
      tell(name);
    },
    sees,
    get changes() {
      return state.changes;
    },
    changedSince: (changes) => {
      const count = state.changes - changes;
      if (count > changed.length) return undefined;
      return count === 0 ? [] : changed.slice(-count);
    },
    close: async () => {
      state.open = false;
      await Promise.all(pending);
    },
  };
}

function newSchool(name: string): School {
  const counts = { seen: 0, changing: 0, doubts: 0, cleared: 0, used: 0 };
  return { graph: undefined, ...counts, revision: '', name, asked: 0, bytes: 0, reading: false };
}

/** What has changed since the graph that is there, or everything. */
async function readGraph({ name, graph }: School, { snapshots, mark, clock }: Reading): Promise<Graph> {
  const marked = async (made: Graph, facts: readonly LeanFact[]): Promise<Graph> => {
    await mark(made, facts);
    return made;
  };
  // nodes and labels are only ever added; a graph that has been patched for long is better read again
  if (graph && graph.labels.properties.length + graph.nodes <= MANY_NODES + 2 * graph.ids.length) {
    const difference = await snapshots.since(name, graph.revision, graph.since);
    if (difference.revision === graph.revision) return graph;
    return marked(patchGraph(graph, difference), difference.opened);
  }
  const since = clock() - MARGIN_MS;
  const snapshot = await snapshots.read(name, since);
  return marked(buildGraph(name, since, snapshot), snapshot.facts);
}
