// The notice on paper: a letter to each person, with the whole text in their reading level; no device is needed to read it.
import type { Writable } from 'node:stream';
import type { School } from '../../directory/schools.ts';
import { wordsOf } from '../../http/pages.ts';
import { mm, openPaper, type Pdf } from '../../letters/paper.ts';
import type { Section } from '../../privacy/notices/document.ts';
import type { Letter, LetterGroup } from '../../privacy/notices/letters.ts';
import type { NoticeVersion } from '../../privacy/notices/texts.ts';
import { dayText } from '../days.ts';
import { paragraphsOf } from './texts.ts';

/** What every letter of a school says, beside the notice. */
export interface LetterRoom {
  readonly school: School;
  readonly notice: NoticeVersion;
  /** How to reach the data protection officer; empty when it is not on record. */
  readonly officer: string;
  /** The day of the board's meeting, as it is read. */
  readonly board: string | undefined;
  /** The public address of the service. */
  readonly issuer: string;
  /** What the group is called. */
  readonly group: string;
  readonly at: number;
}

const LEFT = mm(22);
const WIDTH = mm(166);
const TOP = mm(18);
const BOTTOM = mm(282);
const INK = '#1a1a1a';
const GREY = '#555555';
const SIZES = { adult: 9.5, teen: 10.5, child: 12 } as const;

/** One piece of a letter: what it is in the document, and how it is set. */
interface Block {
  readonly tag: 'H1' | 'H2' | 'H3' | 'P';
  readonly text: string;
  readonly size: number;
  readonly face: 'plain' | 'bold';
  readonly colour?: string;
  /** Space before, in points. */
  readonly before: number;
  readonly bullet?: true;
}

/** Writes the letters of a group, each from the front of a new sheet, in French. */
export async function writeNoticeLetters(out: Writable, { letters }: LetterGroup, room: LetterRoom): Promise<void> {
  const { letter: words } = wordsOf('fr').pages.notices;
  const paper = openPaper(out, words.title([room.school.name]));
  for (const letter of letters) {
    let pages = 1;
    await paper.page((pdf) => {
      pages = drawLetter(pdf, letter, room);
    });
    // the next one begins on the front of a sheet
    if (pages % 2 === 1 && letters.length > 1) await paper.page(() => undefined);
  }
  await paper.end();
}

/** Draws a letter from the page at hand on; how many pages it took. */
function drawLetter(pdf: Pdf, letter: Letter, room: LetterRoom): number {
  const root = pdf.struct('Document', { title: letter.name });
  pdf.addStructure(root);
  let pages = 1;
  pdf.y = TOP;
  for (const block of blocksOf(letter, room)) {
    const { size, face, bullet, colour = INK } = block;
    const [left, width] = bullet ? [LEFT + mm(5), WIDTH - mm(5)] : [LEFT, WIDTH];
    pdf.font(face).fontSize(size);
    const height = pdf.heightOfString(block.text, { width });
    // a heading does not stand alone at the foot of a page
    const needed = block.tag === 'P' ? height : height + 3 * size;
    if (pdf.y + block.before + needed > BOTTOM) {
      pdf.addPage();
      pages += 1;
      pdf.y = TOP;
    } else pdf.y += block.before;
    const { y } = pdf;
    root.add(
      pdf.struct(block.tag, {}, () => {
        pdf.font(face).fontSize(size).fillColor(colour);
        if (bullet) pdf.text('•', LEFT + mm(1), y, { lineBreak: false });
        pdf.text(block.text, left, y, { width });
      }),
    );
    pdf.y = y + height;
  }
  root.end();
  return pages;
}

function blocksOf({ name, level }: Letter, room: LetterRoom): Block[] {
  const words = wordsOf('fr').pages.notices;
  const { school, notice, officer, board, issuer, group, at } = room;
  const size = SIZES[level];
  const text = (one: string, before = size * 0.35): Block => ({ tag: 'P', text: one, size, face: 'plain', before });
  const small = (one: string, before = 2): Block => ({ ...text(one, before), size: 8.5, colour: GREY });
  const day = dayText(at, { zone: school.zone, locale: 'fr' });
  return [
    { tag: 'P', text: school.name, size: 11, face: 'bold', before: 0 },
    small(`${day} · ${group}`),
    { tag: 'P', text: words.letter.to([name]), size: 12, face: 'bold', before: 14 },
    {
      tag: 'H1',
      text: level === 'adult' ? words.notice.heading : words.notice.headingYoung,
      size: size + 5,
      face: 'bold',
      before: 16,
    },
    text((level === 'adult' ? words.letter.opening : words.letter.openingYoung)([school.name]), 6),
    ...notice.document.fr[level].flatMap((section) => sectionBlocks(section, size)),
    ...(notice.own
      ? sectionBlocks({ key: 'own', heading: words.notice.own, paragraphs: paragraphsOf(notice.own), lists: [] }, size)
      : []),
    ...sectionBlocks(
      {
        key: 'officer',
        heading: words.notice.officer,
        paragraphs: [officer || words.notice.officerNone],
        lists: [],
      },
      size,
    ),
    ...sectionBlocks(
      {
        key: 'board',
        heading: words.notice.boardHeading,
        paragraphs: [board === undefined ? words.notice.boardNone : words.notice.board[school.degree]([board])],
        lists: [],
      },
      size,
    ),
    small(words.letter.online([`${issuer}/notices?school=${school.uai}`]), 12),
    small(words.notice.inForce([notice.version, dayText(notice.from, { zone: school.zone, locale: 'fr' })])),
  ];
}

function sectionBlocks({ heading, paragraphs, lists }: Section, size: number): Block[] {
  const text = (one: string): Block => ({ tag: 'P', text: one, size, face: 'plain', before: size * 0.3 });
  return [
    { tag: 'H2', text: heading, size: size + 1.5, face: 'bold', before: size * 0.9 },
    ...paragraphs.map(text),
    ...lists.flatMap((list): Block[] => [
      { tag: 'H3', text: list.heading, size, face: 'bold', before: size * 0.5 },
      ...list.items.map((item): Block => ({ ...text(item), before: size * 0.12, bullet: true })),
    ]),
  ];
}
