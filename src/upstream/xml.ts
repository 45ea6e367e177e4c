// XML of others, read as a tree: no document type, no entity, no instruction, nothing deep or large.
import { SaxesParser } from 'saxes';

/** How large a message may be, in characters, and how deep and how many its elements. */
const LARGEST = 200_000;
const DEEPEST = 40;
const MOST = 3_000;

/** An element by its namespace and local name. `text` is all that stands in it, whatever comments or sections cut it. */
export interface Element {
  readonly namespace: string;
  readonly name: string;
  /** Without a namespace; those that have one stand under `prefix:name`. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  readonly text: string;
}

/** Why a message is not taken: for the log, and for nobody else. */
export class Refused extends Error {}

/** Reads a document; throws `Refused`. */
export function readXml(text: string): Element {
  if (text.length > LARGEST) throw new Refused('too large');
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: { element: Omit<Element, 'text'> & { children: Element[] }; text: string }[] = [];
  let root: Element | undefined;
  let count = 0;
  const refuse = (why: string): never => {
    throw new Refused(why);
  };
  parser.on('error', () => refuse('not well formed'));
  parser.on('doctype', () => refuse('document type'));
  // some readers take the text before a comment for all of it: nothing honest stands in a signature so
  parser.on('comment', () => {
    if (open.some(({ element: { name } }) => name === 'Signature')) refuse('comment in a signature');
  });
  parser.on('processinginstruction', () => refuse('processing instruction'));
  parser.on('opentag', ({ uri, local, attributes }) => {
    count += 1;
    if (open.length >= DEEPEST || count > MOST) refuse('too deep or too many elements');
    const named = Object.entries(attributes).map(([name, { value }]) => [name, value] as const);
    open.push({ element: { namespace: uri, name: local, attributes: new Map(named), children: [] }, text: '' });
  });
  const take = (piece: string): void => {
    for (const one of open) one.text += piece;
  };
  parser.on('text', take);
  parser.on('cdata', take);
  parser.on('closetag', () => {
    const { element, text: inside } = open.pop()!;
    const closed = { ...element, text: inside };
    const parent = open.at(-1);
    if (parent) parent.element.children.push(closed);
    else root = closed;
  });
  parser.write(text).close();
  return root ?? refuse('no document');
}

/** The elements in an element, of a namespace and a name. */
export function within({ children }: Element, namespace: string, name: string): Element[] {
  return children.filter((child) => child.namespace === namespace && child.name === name);
}

/** An element and all that are in it. */
export function* everyElement(element: Element): Generator<Element> {
  yield element;
  for (const child of element.children) yield* everyElement(child);
}
