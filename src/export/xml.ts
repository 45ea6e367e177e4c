// Writes XML: elements in the order of their table, text escaped, nothing that XML cannot carry.
import { type Degree, type Element, elementNamed, type Field, type Kind, type Node, type Values } from './elements.ts';

const NAMESPACES: Readonly<Record<Degree, string>> = {
  1: 'http://data.education.fr/ns/gar/1d',
  2: 'http://data.education.fr/ns/gar',
};

/** What stands before the nodes of a file. */
export function opening(kind: Kind, degree: Degree): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<men:GAR-ENT-${kind} xmlns:men="${NAMESPACES[degree]}" Version="1.0">\n`;
}

/** What stands after them. */
export function closing(kind: Kind): string {
  return `</men:GAR-ENT-${kind}>\n`;
}

/** One node, on a line of its own. */
export function written({ element, values }: Pick<Node, 'element' | 'values'>): string {
  const { name, fields }: Element = elementNamed(element);
  return `${inElement(name, inside(fields, values))}\n`;
}

function inside(fields: readonly Field[], values: Values): string {
  return fields
    .map((field) =>
      listed(values[field.name])
        .map((value) => one(field, value))
        .join(''),
    )
    .join('');
}

function one(field: Field, value: string | Values): string {
  return inElement(field.name, typeof value === 'string' ? escaped(value) : inside(field.inside ?? [], value));
}

function inElement(name: string, content: string): string {
  return `<men:${name}>${content}</men:${name}>`;
}

/** The values of a field, however many. */
export function listed(value: Values[string]): readonly (string | Values)[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

/** What no XML 1.0 document may hold, however it is written: controls, halves of pairs, and two that are no characters. */
const UNFIT = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

export function isWritable(text: string): boolean {
  return !UNFIT.test(text);
}

/** A text as it stands in an element. Throws on what XML cannot carry: that must have been caught before. */
export function escaped(text: string): string {
  if (!isWritable(text)) throw new Error('a text holds what XML cannot carry');
  return text.replace(/[&<>"'\r\n\t]/g, (character) => REFERENCES[character]!);
}

/** Ends of lines and tabs too: a reader gives them back as they were. */
const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};
