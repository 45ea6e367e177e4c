// Paper: a tagged PDF in French, written as it is made, one page after another, and drawn with a typeface that it carries.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import PDFDocument from 'pdfkit';
import { encode } from 'uqr';

export type Pdf = PDFKit.PDFDocument;

export interface Paper {
  /** Draws one page; resolves once what has been drawn so far is on its way out. */
  page(draw: (pdf: Pdf) => void): Promise<void>;
  /** Ends the document; resolves once all of it has gone out. */
  end(): Promise<void>;
}

/** Millimetres in the points of a PDF. */
export function mm(length: number): number {
  return (length * 72) / 25.4;
}

const fonts = new URL('../../views/assets/fonts/', import.meta.url);
const faces = { plain: 'LiberationSans-Regular.ttf', bold: 'LiberationSans-Bold.ttf' } as const;
const bytes = new Map<keyof typeof faces, Buffer>();

/** Begins an A4 document with a title; its language is French, its reading order that of drawing. */
export function openPaper(out: Writable, title: string): Paper {
  const pdf = new PDFDocument({
    autoFirstPage: false,
    size: 'A4',
    margin: 0,
    lang: 'fr-FR',
    tagged: true,
    displayTitle: true,
    pdfVersion: '1.7',
    subset: 'PDF/UA' as never, // its types are older than it
    info: { Title: title, Creator: 'Préau', Producer: 'Préau' },
    font: fontOf('plain') as unknown as string,
  });
  for (const face of ['plain', 'bold'] as const) pdf.registerFont(face, fontOf(face));
  let failed = out.destroyed ? new Error('nobody reads any more') : undefined;
  out.once('error', (error) => {
    failed = error;
  });
  let closed = (): void => undefined;
  const gone = new Promise<void>((resolve) => {
    closed = resolve;
  });
  out.once('close', () => {
    failed ??= new Error('nobody reads any more');
    closed();
  });
  pdf.on('data', (chunk: Buffer) => {
    if (!failed) out.write(chunk);
  });
  const drained = async (): Promise<void> => {
    // what pdfkit compresses comes out at the next turns
    await new Promise((resolve) => setImmediate(resolve));
    if (failed) throw failed;
    // asked of the stream itself: it may have drained meanwhile, and would not say so again
    if (!out.writableNeedDrain) return;
    await Promise.race([new Promise((resolve) => out.once('drain', resolve)), gone]);
    if (failed) throw failed;
  };
  return {
    page: async (draw) => {
      pdf.addPage();
      draw(pdf);
      await drained();
    },
    end: async () => {
      const ended = once(pdf, 'end');
      pdf.end();
      await ended;
      await drained();
    },
  };
}

/** Draws the QR code of a text as filled squares, in a square of `size` points, with the four modules of quiet around it. */
export function drawQr(pdf: Pdf, text: string, { x, y, size }: { x: number; y: number; size: number }): void {
  const { data } = encode(text, { ecc: 'M', border: 4 });
  const step = size / data.length;
  for (const [row, modules] of data.entries()) {
    for (let from = 0; from < modules.length; from += 1) {
      if (!modules[from]) continue;
      let to = from;
      while (modules[to + 1]) to += 1;
      pdf.rect(x + from * step, y + row * step, (to - from + 1) * step, step);
      from = to;
    }
  }
  pdf.fill('#000000');
}

function fontOf(face: keyof typeof faces): Buffer {
  const known = bytes.get(face) ?? readFileSync(new URL(faces[face], fonts));
  bytes.set(face, known);
  return known;
}
