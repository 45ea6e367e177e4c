// Reads a file of an export as a stream of records: nothing resolved, nothing deeper or longer than an export is.
import { SaxesParser } from 'saxes';
import { Refusal } from '../../errors.ts';
import { limits } from '../limits.ts';
import { attributes, type Category, categories } from './attributes.ts';
import { decoded } from './encoding.ts';
import { textOf } from './values.ts';

/** A record as read, with the attributes that its category keeps; blank values left out. */
export interface RawRecord {
  readonly category: Category;
  /** The value of the operational attribute. */
  readonly operational: string;
  readonly id: string;
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly line: number;
}

/** What the comment at the head of a file says, when there is one. */
export interface Header {
  readonly academy?: string | undefined;
  readonly degree?: 1 | 2 | undefined;
}

export interface Reading {
  readonly file: string;
  readonly category: Category;
  readonly header: (header: Header) => void;
  /** Called once for each attribute that is not known. */
  readonly unknown: (attribute: string) => void;
}

const DOCTYPE = /^\s*ficAlimMENESR\s+SYSTEM\s+(["'])(?:\.\/)?ficAlimMENESR\.dtd\1\s*$/;

/** Yields the records of a file, in lists. Refuses what is hostile, broken, cut short, or not a whole export. */
export async function* readRecords(bytes: AsyncIterable<Buffer>, reading: Reading): AsyncGenerator<RawRecord[]> {
  const { file } = reading;
  const state = new FileState(reading);
  // seven handlers, no more: an eighth turns the parser into a slow object, and reading takes three times as long
  const parser = new SaxesParser();
  parser.on('doctype', (text) => {
    state.alive();
    if (!DOCTYPE.test(text)) throw hostile(file, 'declares a document type or entities of its own');
  });
  parser.on('error', (error) => {
    if (/undefined entity/.test(error.message)) throw hostile(file, 'uses an entity that XML does not have');
    throw new Refusal('feed_unreadable', `\`${file}\` is not well-formed: line ${parser.line}`, { file });
  });
  parser.on('comment', (text) => state.comment(text));
  parser.on('opentag', (tag) => state.open(tag.name, tag.attributes.name, parser.line));
  parser.on('text', (text) => state.text(text));
  parser.on('cdata', (text) => state.text(text));
  parser.on('closetag', () => state.close());
  for await (const text of decoded(bytes, file)) {
    for (let start = 0; start < text.length; start += PIECE) {
      const piece = text.slice(start, start + PIECE);
      parser.write(piece);
      state.grow(piece.length);
    }
    const records = state.take();
    if (records.length > 0) yield records;
  }
  if (!state.closed) throw new Refusal('feed_incomplete', `\`${file}\` stops before its end`, { file });
  parser.close();
}

const PIECE = 65_536;

/** Where the parser stands in a file: the skeleton is five elements deep, so a stack of names is enough. */
class FileState {
  readonly #reading: Reading;
  readonly #stack: string[] = [];
  #records: RawRecord[] = [];
  #silence = 0;
  #line = 0;
  #operational = '';
  #id = '';
  #name = '';
  #kept = false;
  #text = '';
  #size = 0;
  #values = new Map<string, string[]>();
  #seen = 0;
  closed = false;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** Something came to its end: the file is not one endless word. */
  alive(): void {
    this.#silence = 0;
  }

  grow(by: number): void {
    this.#silence += by;
    if (this.#silence > limits.silence) throw this.#hostile('holds a text without end');
  }

  take(): RawRecord[] {
    const records = this.#records;
    this.#records = [];
    return records;
  }

  comment(text: string): void {
    this.alive();
    const said = (name: string) => new RegExp(`\\b${name}\\s*=\\s*["']([^"']{1,40})["']`).exec(text)?.[1];
    const degree = said('degre');
    this.#reading.header({
      academy: said('codeAcademieExport'),
      degree: degree === '1D' ? 1 : degree === '2D' ? 2 : undefined,
    });
  }

  open(name: string, named: string | undefined, line: number): void {
    this.alive();
    this.#stack.push(name);
    const depth = this.#stack.length;
    if (depth > limits.depth) throw this.#hostile('holds elements inside each other without end');
    if (depth === 1 && name !== 'ficAlimMENESR') throw this.#unreadable('`ficAlimMENESR` was expected', line);
    if (depth === 2) this.#begin(name, line);
    if (name === 'attr' && depth === 4) this.#beginAttribute(named ?? '');
    if (name === 'value' || name === 'id') this.#text = '';
  }

  text(text: string): void {
    this.alive();
    const last = this.#stack.at(-1);
    if (last !== 'value' && last !== 'id') return;
    if (this.#text.length + text.length > limits.value) throw this.#hostile('holds a value that is far too long');
    if (this.#kept || last === 'id' || this.#stack[2] === 'operationalAttributes') this.#text += text;
  }

  close(): void {
    this.alive();
    const name = this.#stack.pop();
    const depth = this.#stack.length;
    if (name === 'value' && depth === 4) this.#endValue();
    else if (name === 'id' && this.#stack[2] === 'identifier') this.#id = textOf(this.#text);
    else if (depth === 1) this.#end();
    else if (depth === 0) this.closed = true;
  }

  #begin(name: string, line: number): void {
    if (name === 'modifyRequest' || name === 'deleteRequest')
      throw new Refusal('feed_incomplete', `\`${this.#reading.file}\` holds changes only: a Complet was expected`, {
        file: this.#reading.file,
      });
    if (name !== 'addRequest') throw this.#unreadable('`addRequest` was expected', line);
    this.#line = line;
    this.#operational = '';
    this.#id = '';
    this.#size = 0;
    this.#seen = 0;
    this.#values = new Map();
  }

  #beginAttribute(name: string): void {
    this.#name = name;
    this.#kept = false;
    if (name === '' || this.#stack[2] !== 'attributes') return;
    this.#seen += 1;
    if (this.#seen > limits.attributes) throw this.#hostile('holds a record of far too many attributes');
    const keepers = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (keepers === undefined) this.#reading.unknown(name);
    else this.#kept = keepers.includes(categories[this.#reading.category].kind);
  }

  #endValue(): void {
    if (this.#stack[2] === 'operationalAttributes') this.#operational = textOf(this.#text);
    else if (this.#kept) this.#keep(textOf(this.#text));
    this.#text = '';
  }

  #keep(value: string): void {
    if (value === '') return;
    const values = this.#values.get(this.#name) ?? [];
    values.push(value);
    this.#values.set(this.#name, values);
    this.#size += value.length;
    if (values.length > limits.values || this.#size > limits.record)
      throw this.#hostile('holds a record that is far too long');
  }

  #end(): void {
    this.#records.push({
      category: this.#reading.category,
      operational: this.#operational,
      id: this.#id,
      values: this.#values,
      line: this.#line,
    });
  }

  #hostile(what: string): Refusal {
    return hostile(this.#reading.file, what);
  }

  #unreadable(what: string, line: number): Refusal {
    const { file } = this.#reading;
    return new Refusal('feed_unreadable', `\`${file}\` is not an export: ${what}, line ${line}`, { file });
  }
}

function hostile(file: string, what: string): Refusal {
  return new Refusal('feed_hostile', `\`${file}\` ${what}`, { file });
}
