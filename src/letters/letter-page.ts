// One letter on one page: who it is from and for, the code as large as it can be, and the square for a telephone.
import type { Block, LetterWords } from '../../views/letters/letters.ts';
import { drawQr, mm, type Pdf } from './paper.ts';

export interface LetterHead {
  /** The school's name. */
  readonly school: string;
  /** `Given FAMILY` */
  readonly reader: string;
  /** Where the letter is handed out: a class, or nothing. */
  readonly handedOut: string;
  /** `Le 12 novembre 2026` */
  readonly day: string;
}

const LEFT = mm(25);
const WIDTH = mm(160);
const BOTTOM = mm(280);
const INK = '#1a1a1a';
const GREY = '#555555';

/** Sizes of type, the largest first: a letter that is longer than its page is set a little smaller, never under ten points. */
const SIZES = [10.5, 10] as const;

/** Draws a letter on the page at hand. */
export function drawLetter(pdf: Pdf, head: LetterHead, words: LetterWords): void {
  const size = SIZES.find((one) => heightOf(pdf, words, one) < BOTTOM - mm(92)) ?? 10;
  const letter = pdf.struct('Document', { title: `${words.subject}, ${head.reader}` });
  pdf.addStructure(letter);
  const tagged = (tag: 'P' | 'H1' | 'H2', draw: () => void) => letter.add(pdf.struct(tag, {}, draw));
  drawHead(pdf, head, tagged);
  tagged('H1', () => pdf.font('bold').fontSize(15).fillColor(INK).text(words.subject, LEFT, mm(72), { width: WIDTH }));
  pdf.y += mm(4);
  for (const block of words.blocks) {
    if (block.kind === 'code') drawCode(pdf, block, letter);
    else if (block.kind === 'heading') {
      pdf.y += mm(2);
      tagged('H2', () =>
        pdf
          .font('bold')
          .fontSize(size + 1)
          .fillColor(INK)
          .text(block.text, LEFT, pdf.y, { width: WIDTH }),
      );
      pdf.y += mm(1);
    } else if (block.kind === 'text') tagged('P', () => paragraph(pdf, block.text, size));
    else letter.add(drawSteps(pdf, block.steps, size));
  }
  letter.end();
}

function drawHead(
  pdf: Pdf,
  { school, reader, handedOut, day }: LetterHead,
  tagged: (tag: 'P', draw: () => void) => void,
): void {
  tagged('P', () =>
    pdf
      .font('bold')
      .fontSize(11)
      .fillColor(INK)
      .text(school, LEFT, mm(20), { width: mm(80) }),
  );
  tagged('P', () =>
    pdf
      .font('plain')
      .fontSize(10)
      .fillColor(GREY)
      .text(day, LEFT, pdf.y + mm(1), { width: mm(80) }),
  );
  // where the window of an envelope shows it, in the French manner
  tagged('P', () =>
    pdf
      .font('bold')
      .fontSize(12)
      .fillColor(INK)
      .text(reader, mm(110), mm(45), { width: mm(75) }),
  );
  if (handedOut !== '')
    tagged('P', () =>
      pdf
        .font('plain')
        .fontSize(10)
        .fillColor(GREY)
        .text(handedOut, mm(110), pdf.y + mm(1), { width: mm(75) }),
    );
}

function paragraph(pdf: Pdf, text: string, size: number): void {
  pdf.font('plain').fontSize(size).fillColor(INK).text(text, LEFT, pdf.y, { width: WIDTH, lineGap: 2 });
  pdf.y += mm(1.5);
}

function drawSteps(pdf: Pdf, steps: readonly string[], size: number): PDFKit.PDFStructureElement {
  const list = pdf.struct('L');
  for (const [index, step] of steps.entries()) {
    const item = pdf.struct('LI');
    item.add(
      pdf.struct('Lbl', {}, () => {
        pdf
          .font('bold')
          .fontSize(size)
          .fillColor(INK)
          .text(`${index + 1}.`, LEFT, pdf.y, { width: mm(6) });
        pdf.moveUp();
      }),
    );
    item.add(
      pdf.struct('LBody', {}, () => {
        pdf
          .font('plain')
          .fontSize(size)
          .text(step, LEFT + mm(7), pdf.y, { width: WIDTH - mm(7), lineGap: 2 });
        pdf.y += mm(0.8);
      }),
    );
    item.end();
    list.add(item);
  }
  list.end();
  return list;
}

const CODE_HEIGHT = mm(40);

/** The frame of the code: four groups, then the rest; and the square beside it. */
function drawCode(pdf: Pdf, block: Extract<Block, { kind: 'code' }>, letter: PDFKit.PDFStructureElement): void {
  const top = pdf.y + mm(1);
  const frame = () => pdf.roundedRect(LEFT, top, WIDTH, CODE_HEIGHT, 6).lineWidth(1).strokeColor(GREY).stroke();
  pdf.markContent('Artifact', { type: 'Layout' });
  frame();
  pdf.endMarkedContent();
  const { groups } = block;
  const lines = [groups.slice(0, 4).join(' - '), groups.slice(4).join(' - ')];
  letter.add(
    pdf.struct('P', { actual: `${block.caption} : ${groups.join('-')}` }, () => {
      pdf
        .font('plain')
        .fontSize(10)
        .fillColor(GREY)
        .text(block.caption, LEFT + mm(6), top + mm(6));
      pdf.font('bold').fontSize(17).fillColor(INK);
      for (const [index, line] of lines.entries())
        pdf.text(line, LEFT + mm(6), top + mm(13 + index * 10), {
          width: mm(110),
          characterSpacing: 1,
          lineBreak: false,
        });
    }),
  );
  letter.add(
    pdf.struct('Figure', { alt: 'Carré à viser avec un téléphone : il ouvre la page et y écrit le code.' }, () =>
      drawQr(pdf, block.address, { x: LEFT + WIDTH - CODE_HEIGHT + mm(1), y: top + mm(1), size: CODE_HEIGHT - mm(2) }),
    ),
  );
  pdf.x = LEFT;
  pdf.y = top + CODE_HEIGHT + mm(3);
}

/** How high the blocks are at a size of type, in points: a little more than they will be. */
function heightOf(pdf: Pdf, { blocks }: LetterWords, size: number): number {
  let height = 0;
  for (const block of blocks) {
    if (block.kind === 'code') height += CODE_HEIGHT + mm(4);
    else if (block.kind === 'heading') height += size * 1.3 + mm(3.5);
    else
      for (const text of block.kind === 'text' ? [block.text] : block.steps)
        height +=
          pdf
            .font('plain')
            .fontSize(size)
            .heightOfString(text, { width: WIDTH - (block.kind === 'text' ? 0 : mm(7)), lineGap: 2 }) + mm(1.7);
  }
  return height;
}
