// Reads a PDF as poppler does, when it is installed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Book {
  readonly pages: number;
  readonly title: string;
  readonly tagged: boolean;
  readonly language: string;
  readonly fonts: string;
  readonly text: string;
  /** The text of a page, the first being 1. */
  readonly page: (number: number) => string;
}

/** Whether poppler is here to read with; the tests that need it say so and are skipped. */
export const poppler: boolean = (() => {
  try {
    execFileSync('pdfinfo', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write('letters are not read back: poppler is not installed (apt-get install -y poppler-utils)\n');
    return false;
  }
})();

/** What a PDF holds. */
export async function openBook(bytes: Buffer): Promise<Book> {
  const folder = mkdtempSync(join(tmpdir(), 'preau-pdf-'));
  const path = join(folder, 'a.pdf');
  writeFileSync(path, bytes);
  try {
    const info = run('pdfinfo', path);
    const text = run('pdftotext', '-layout', path, '-').replaceAll('\u00a0', ' ');
    const fonts = run('pdffonts', path).split('\n').slice(2).filter(Boolean);
    const pages = text.split('\f');
    return {
      pages: Number(/^Pages:\s+(\d+)/m.exec(info)?.[1]),
      title: /^Title:\s+(.*)$/m.exec(info)?.[1] ?? '',
      tagged: /^Tagged:\s+yes/m.test(info),
      language: /\/Lang \(([^)]+)\)/.exec(bytes.toString('latin1'))?.[1] ?? '',
      fonts: fonts.length > 0 && fonts.every((font) => / yes yes yes /.test(font)) ? 'embedded' : fonts.join('\n'),
      text,
      page: (number) => pages[number - 1] ?? '',
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8' });
}
