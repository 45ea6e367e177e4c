// Class cards: eight on a page, to be cut out; large letters, one thing per line, and a square for a tablet.
import { cardWords } from '../../views/letters/cards.ts';
import { dayInWords } from './days.ts';
import { drawQr, mm, type Paper, type Pdf } from './paper.ts';
import type { Held } from './runs.ts';

export interface Printed {
  readonly issuer: string;
  readonly zone: string;
  readonly school: string;
}

const PER_PAGE = 8;
const COLUMNS = 2;
const WIDTH = mm(95);
const HEIGHT = mm(68);
const LEFT = mm(10);
const TOP = mm(12);
const INK = '#1a1a1a';
const GREY = '#555555';

/** Draws cards, a new page for each class. */
export async function drawCards(paper: Paper, cards: readonly Held[], printed: Printed): Promise<void> {
  for (const page of pagesOf(cards))
    await paper.page((pdf) => {
      const [first] = page;
      const sheet = pdf.struct('Document', { title: `${cardWords.title} ${first?.className ?? ''}` });
      pdf.addStructure(sheet);
      for (const [index, card] of page.entries()) drawCard(pdf, card, { ...printed, index, sheet });
      sheet.end();
    });
}

/** Pages of eight, no page with cards of two classes. */
export function* pagesOf<Card extends { className: string }>(cards: readonly Card[]): Generator<Card[]> {
  let page: Card[] = [];
  for (const card of cards) {
    if (page.length === PER_PAGE || (page[0] && page[0].className !== card.className)) {
      yield page;
      page = [];
    }
    page.push(card);
  }
  if (page.length > 0) yield page;
}

interface Place extends Printed {
  readonly index: number;
  readonly sheet: PDFKit.PDFStructureElement;
}

function drawCard(pdf: Pdf, card: Held, { index, sheet, issuer, zone, school }: Place): void {
  const x = LEFT + (index % COLUMNS) * WIDTH;
  const y = TOP + Math.floor(index / COLUMNS) * HEIGHT;
  pdf.markContent('Artifact', { type: 'Layout' });
  pdf.rect(x, y, WIDTH, HEIGHT).lineWidth(0.5).dash(3, { space: 3 }).strokeColor(GREY).stroke().undash();
  pdf.endMarkedContent();
  const say = (text: string, at: { y: number; size: number; bold?: boolean; grey?: boolean; width?: number }) =>
    sheet.add(
      pdf.struct('P', {}, () =>
        pdf
          .font(at.bold ? 'bold' : 'plain')
          .fontSize(at.size)
          .fillColor(at.grey ? GREY : INK)
          .text(text, x + mm(5), y + mm(at.y), {
            width: at.width ?? WIDTH - mm(10),
            lineBreak: at.width !== undefined,
            ellipsis: true,
            height: at.size * 1.3,
          }),
      ),
    );
  const { person, className, identifier = '', code, expiresAt } = card;
  say(`${person.givenName} ${person.familyName.toLocaleUpperCase('fr')}`, { y: 4, size: 12, bold: true });
  say([className, school].filter(Boolean).join(', '), { y: 10, size: 8, grey: true });
  say(cardWords.identifier, { y: 16, size: 8, grey: true });
  say(identifier, { y: 19.5, size: 15, bold: true });
  say(cardWords.words, { y: 28, size: 8, grey: true });
  for (const [line, pair] of pairsOf(code).entries()) say(pair, { y: 31.5 + line * 8, size: 14, bold: true });
  say(`${issuer.replace(/^https?:\/\//, '')}/card`, { y: 52, size: 8.5, width: mm(54) });
  say(cardWords.keep, { y: 57.5, size: 7, grey: true, width: mm(54) });
  say(cardWords.until(dayInWords(expiresAt - 1, zone)), {
    y: 61,
    size: 7,
    grey: true,
    width: mm(54),
  });
  const size = mm(25);
  sheet.add(
    pdf.struct('Figure', { alt: cardWords.alt }, () =>
      drawQr(pdf, `${issuer}/card?id=${encodeURIComponent(identifier)}`, {
        x: x + WIDTH - size - mm(2),
        y: y + HEIGHT - size - mm(2),
        size,
      }),
    ),
  );
}

/** Two words a line: a child of six finds the place again. */
function pairsOf(code: string): string[] {
  const words = code.split(' ');
  return [words.slice(0, 2).join('   '), words.slice(2).join('   ')];
}
