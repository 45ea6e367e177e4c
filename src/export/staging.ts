// The scratch database of one export: nodes are kept on disk until their file is written, so that memory does not grow with them.
import { openScratch } from '../storage/statements.ts';
import { type ElementName, elements, type Kind, keyOf, type Node, together, type Values } from './elements.ts';

export interface Staging {
  add(nodes: readonly Node[]): Promise<void>;
  /** The nodes of a kind of file, in its order; those of one person at several schools are one. */
  nodesOf(kind: Kind): AsyncGenerator<Pick<Node, 'element' | 'values'>>;
  close(): Promise<void>;
}

/** Sorting happens on disk too. */
const FRUGAL = ['pragma journal_mode = off', 'pragma temp_store = file', 'pragma cache_size = -8192'];

/** The place of an element in its files, and its key, put nodes in order; the same one twice is a fault that was missed. */
const SCHEMA =
  'create table node (place integer, name text, school text, body text, primary key (place, name, school)) without rowid';

/** How many rows are read at once. */
const ROWS = 2000;

interface Row {
  place: number;
  name: string;
  school: string;
  body: string;
}

/** Opens an empty staging. It holds names, so it lives in a private file that is gone with the process. */
export async function openStaging(): Promise<Staging> {
  const scratch = await openScratch();
  for (const statement of [...FRUGAL, 'begin', SCHEMA]) await scratch.run(statement);

  async function* rowsAt(place: number): AsyncGenerator<Row> {
    let last = { name: '', school: '' };
    for (;;) {
      const rows = await scratch.all<Row>(
        `select place, name, school, body from node
         where place = ? and (name, school) > (?, ?) order by name, school limit ${ROWS}`,
        [place, last.name, last.school],
      );
      yield* rows;
      const end = rows.at(-1);
      if (!end || rows.length < ROWS) return;
      last = end;
    }
  }

  async function* nodesAt(place: number, element: ElementName): AsyncGenerator<Pick<Node, 'element' | 'values'>> {
    let name: string | undefined;
    let given: Values[] = [];
    for await (const row of rowsAt(place)) {
      if (row.name !== name && name !== undefined) {
        yield { element, values: together(element, given) };
        given = [];
      }
      name = row.name;
      given.push(JSON.parse(row.body) as Values);
    }
    if (name !== undefined) yield { element, values: together(element, given) };
  }

  return {
    add: async (nodes) => {
      for (let start = 0; start < nodes.length; start += ROWS) {
        const rows = nodes.slice(start, start + ROWS).map((node) => {
          const place = elements.findIndex(({ name }) => name === node.element);
          return [place, keyOf(node), node.school, JSON.stringify(node.values)];
        });
        await scratch.run(
          'insert into node select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?)',
          [JSON.stringify(rows)],
        );
      }
    },
    nodesOf: async function* (kind) {
      for (const [place, element] of elements.entries()) if (element.kind === kind) yield* nodesAt(place, element.name);
    },
    close: () => scratch.close(),
  };
}
