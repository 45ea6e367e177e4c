// Writes records into the numbered files of an export, one category each, in streaming.
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { SampleAttribute, SampleRecord } from './records.ts';

/** How a category's files are written: the declaration they carry and the bytes they hold. */
export interface Spelling {
  /** `none`: no declaration at all, in UTF-8. */
  readonly encoding: 'UTF-8' | 'ISO-8859-15' | 'none';
  /** Apostrophes and ampersands escaped twice, as some sources do. */
  readonly escapedTwice: boolean;
}

export interface CategoryFiles {
  write(record: SampleRecord): Promise<void>;
  /** Ends the last file; a category without a record still has its file. */
  close(): Promise<void>;
}

export interface CategoryOptions {
  /** Everything before the category: `<project>_Complet_<YYYYMMDD>`. */
  readonly prefix: string;
  readonly category: string;
  /** The name and the value of the operational attribute. */
  readonly operational: SampleAttribute;
  readonly comment: string;
  readonly spelling: Spelling;
  readonly recordsPerFile: number;
}

/** Opens a category: `_0000.xml` and as many more as are needed. */
export function openCategory(folder: string, options: CategoryOptions): CategoryFiles {
  let stream: WriteStream | undefined;
  let number = 0;
  let written = 0;
  let text = '';
  const flush = async (): Promise<void> => {
    const bytes = encode(text, options.spelling);
    text = '';
    if (stream && !stream.write(bytes)) await new Promise<void>((resolve) => stream?.once('drain', () => resolve()));
  };
  const begin = (): void => {
    const name = `${options.prefix}_${options.category}_${String(number).padStart(4, '0')}.xml`;
    stream = createWriteStream(join(folder, name));
    number += 1;
    written = 0;
    text = head(options);
  };
  const end = async (): Promise<void> => {
    text += '</ficAlimMENESR>\n';
    await flush();
    await new Promise<void>((resolve, reject) => {
      stream?.once('error', reject);
      stream?.end(resolve);
    });
    stream = undefined;
  };
  return {
    write: async (record) => {
      if (stream && written >= options.recordsPerFile) await end();
      if (!stream) begin();
      text += xmlOf(record, options);
      written += 1;
      if (text.length > 65_536) await flush();
    },
    close: async () => {
      if (!stream && number === 0) begin();
      if (stream) await end();
    },
  };
}

function head({ spelling, comment }: CategoryOptions): string {
  const declaration = spelling.encoding === 'none' ? '' : `<?xml version="1.0" encoding="${spelling.encoding}"?>\n`;
  return `${declaration}<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd">\n<!-- ${comment} -->\n<ficAlimMENESR>\n`;
}

/** One `addRequest`, the skeleton of aaf files. */
function xmlOf(record: SampleRecord, { operational, spelling }: CategoryOptions): string {
  const attr = ([name, ...values]: SampleAttribute): string => {
    const inside = values.map((value) => (value === '' ? '<value/>' : `<value>${escaped(value, spelling)}</value>`));
    return `<attr name="${name}">${inside.length === 0 ? '<value/>' : inside.join('')}</attr>\n`;
  };
  return `<addRequest>
<operationalAttributes>${attr(operational).trimEnd()}</operationalAttributes>
<identifier><id>${record.id}</id></identifier>
<attributes>
${record.attributes.map(attr).join('')}</attributes>
</addRequest>
`;
}

function escaped(value: string, { escapedTwice }: Spelling): string {
  const once = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escapedTwice ? once.replaceAll('&', '&amp;').replaceAll("'", '&amp;apos;') : once;
}

/** The eight characters in which ISO-8859-15 differs from ISO-8859-1. */
const LATIN9 = new Map(
  [...'€ŠšŽžŒœŸ'].map((letter, index) => [letter, '\xa4\xa6\xa8\xb4\xb8\xbc\xbd\xbe'[index] ?? '?']),
);

function encode(text: string, { encoding }: Spelling): Buffer {
  if (encoding !== 'ISO-8859-15') return Buffer.from(text, 'utf8');
  return Buffer.from(
    text.replace(/[€ŠšŽžŒœŸ]/g, (letter) => LATIN9.get(letter) ?? '?'),
    'latin1',
  );
}
