// The XML of the subscription service: flat elements, read without document types or entities, written escaped.
import { SaxesParser } from 'saxes';
import { Refusal } from '../../errors.ts';

/** Schools and the catalogue come in documents of their own; all else is of the subscription service. */
const namespaces: Readonly<Record<string, string>> = {
  listEtablissement: 'http://www.atosworldline.com/listEtablissement/v1.0/',
  ressourcesDiffusables: 'http://gar.education.fr/schemas/init/0/1/',
};
const NAMESPACE = 'http://www.atosworldline.com/wsabonnement/v1.0/';
const DEEPEST = 4;

/** An element: its own text, or the elements in it. */
export interface Element {
  readonly name: string;
  readonly text: string;
  readonly children: readonly Element[];
}

/** Reads a document, by local names. Refuses `bad_request` for what is not well formed, has a document type, or is too deep. */
export function readXml(text: string): Element {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: { name: string; text: string; children: Element[] }[] = [];
  let root: Element | undefined;
  const refuse = (message: string): never => {
    throw new Refusal('bad_request', message, { member: 'body' });
  };
  parser.on('error', () => refuse('expected well-formed XML'));
  parser.on('doctype', () => refuse('expected XML without a document type'));
  parser.on('opentag', ({ local }) => {
    if (open.length >= DEEPEST) refuse('expected fewer elements in each other');
    open.push({ name: local, text: '', children: [] });
  });
  const take = (piece: string): void => {
    const element = open.at(-1);
    if (element) element.text += piece;
  };
  parser.on('text', take);
  parser.on('cdata', take);
  parser.on('closetag', () => {
    const element = open.pop()!;
    const parent = open.at(-1);
    if (parent) parent.children.push(element);
    else root = element;
  });
  parser.write(text).close();
  return root ?? refuse('expected a document');
}

/** Fields by name; several of one name become a list. */
export function fieldsIn({ children }: Element): Record<string, unknown> {
  const fields = new Map<string, string[]>();
  for (const { name, text, children: inner } of children) {
    if (inner.length > 0) throw new Refusal('bad_request', `expected \`${name}\` to be a text`, { member: name });
    fields.set(name, [...(fields.get(name) ?? []), text]);
  }
  return Object.fromEntries([...fields].map(([name, texts]) => [name, texts.length === 1 ? texts[0] : texts]));
}

export type Content = string | readonly (readonly [name: string, content: Content])[];

/** Writes a document of the service. */
export function writeXml(name: string, content: Content): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="${namespaces[name] ?? NAMESPACE}">${inside(content)}</${name}>\n`;
}

function inside(content: Content): string {
  if (typeof content === 'string') return escaped(content);
  return content.map(([name, inner]) => `<${name}>${inside(inner)}</${name}>`).join('');
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!);
}
