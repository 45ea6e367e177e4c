// Whether files make one whole export: one date, one academy, one degree, every category, no number missing.
import { Refusal } from '../errors.ts';
import { isDay } from '../facts/calendar.ts';
import { type Category, categories } from './aaf/attributes.ts';
import type { Header } from './aaf/reader.ts';
import { ACADEMY } from './aaf/values.ts';

export interface FileName {
  readonly name: string;
  readonly project: string;
  readonly mode: 'Complet' | 'Delta';
  /** YYYYMMDD */
  readonly date: string;
  readonly category: Category;
  readonly number: number;
}

const NAME = new RegExp(`^(.+)_(Complet|Delta)_(\\d{8})_(${Object.keys(categories).join('|')})_(\\d{4})\\.xml$`);

/** The parts of a file's name. An XML file whose name is another's is refused: it might be a part of the export. */
export function parseName(name: string): FileName {
  const [, project = '', mode, date = '', category, number] = NAME.exec(name) ?? [];
  if (category === undefined || !isDay(dashed(date)))
    throw new Refusal('feed_unreadable', `\`${name}\` is not named like a file of an export`, { file: name });
  return {
    name,
    project,
    mode: mode as FileName['mode'],
    date,
    category: category as Category,
    number: Number(number),
  };
}

/** Where something is said: a file, and a line of it when a record says it. */
export interface Spot {
  readonly file: string;
  readonly line?: number;
}

/** YYYYMMDD as YYYY-MM-DD. */
export function dashed(date: string): string {
  return `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
}

/** Files that matter by their name. */
export function isWanted(name: string): boolean {
  return /\.xml$/i.test(name) && !name.startsWith('.');
}

/** The order in which a folder is read: by category, then by number. */
export function byCategory(a: string, b: string): number {
  const rank = (name: string) => {
    const category = NAME.exec(name)?.[4] as Category | undefined;
    return category === undefined ? -1 : categories[category].order;
  };
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

/** What is known of a batch so far; every file and every header is held against it. */
export class Coherence {
  readonly #files: FileName[] = [];
  #academy: string | undefined;
  #degree: 1 | 2 | undefined;

  file(file: FileName): void {
    if (file.mode === 'Delta')
      throw new Refusal('feed_incomplete', `\`${file.name}\` holds changes only: a Complet was expected`, {
        file: file.name,
      });
    const [first] = this.#files;
    if (first && first.date !== file.date)
      throw mixed(`exports of ${first.date} and of ${file.date} lie together`, { dates: [first.date, file.date] });
    if (first && first.project !== file.project)
      throw mixed(`exports \`${first.project}\` and \`${file.project}\` lie together`);
    if (this.#files.some((one) => one.category === file.category && one.number === file.number))
      throw mixed(`\`${file.name}\` is there twice`);
    this.#files.push(file);
    const said = /(^|[^\dA-Z])?ENT([12])D/i.exec(file.project)?.[2];
    if (said !== undefined) this.#is(said === '1' ? 1 : 2);
  }

  header({ academy, degree }: Header, spot: Spot): void {
    if (academy !== undefined) this.academyIs(academy.trim(), spot);
    if (degree !== undefined) this.#is(degree);
  }

  academyIs(code: string, spot: Spot): void {
    if (!ACADEMY.test(code))
      throw new Refusal('feed_unreadable', `${told(spot)}: \`${code}\` is not the code of an academy`, { ...spot });
    const academy = code.padStart(3, '0');
    if (this.#academy !== undefined && this.#academy !== academy)
      throw mixed(`${told(spot)}: academy ${academy}, where the rest is of ${this.#academy}`, { ...spot });
    this.#academy = academy;
  }

  /** Refuses a batch in which a category or a number is missing. */
  categories(): { first: FileName; degree: 1 | 2 | undefined } {
    const [first] = this.#files;
    if (!first) throw new Refusal('feed_unreadable', 'no file of an export is there');
    const present = new Set(this.#files.map((file) => file.category));
    // only the second degree has subjects; that there are none proves nothing, for a file may be missing
    const degree = this.#degree ?? (present.has('MatiereEducNat') ? 2 : undefined);
    for (const [category, { mandatory }] of Object.entries(categories))
      if (!present.has(category as Category) && (mandatory === true || (mandatory !== false && degree === 2)))
        throw new Refusal('feed_incomplete', `no file \`${category}\` is there`, { category });
    for (const category of present) this.#requireEvery(category);
    return { first, degree };
  }

  /** The whole batch, once everything was seen; refused when a part is missing. */
  whole(): { academy: string; degree: 1 | 2; date: string } {
    const { first, degree } = this.categories();
    if (this.#academy === undefined) throw new Refusal('feed_unreadable', 'no file says which academy it is of');
    if (degree === undefined) throw new Refusal('feed_unreadable', 'no file says which degree it is of');
    return { academy: this.#academy, degree, date: first.date };
  }

  /** Every known export numbers the files of a category from 0: one that begins later lost its first. */
  #requireEvery(category: Category): void {
    const numbers = new Set(this.#files.filter((file) => file.category === category).map(({ number }) => number));
    const last = Math.max(...numbers);
    for (let number = 0; number < last; number += 1)
      if (!numbers.has(number)) {
        const [lost, end] = [number, last].map((one) => `\`${category}_${String(one).padStart(4, '0')}\``);
        throw new Refusal('feed_incomplete', `${lost} is missing, of the files up to ${end}`, { category, number });
      }
  }

  #is(degree: 1 | 2): void {
    if (this.#degree !== undefined && this.#degree !== degree) throw mixed('files of both degrees lie together');
    this.#degree = degree;
  }
}

function told({ file, line }: Spot): string {
  return line === undefined ? `\`${file}\`` : `\`${file}\`, line ${line}`;
}

function mixed(message: string, details: Record<string, unknown> = {}): Refusal {
  return new Refusal('feed_mixed', message, details);
}
