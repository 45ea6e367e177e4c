// The notice on paper: a letter of one page to each person, in their reading level, then one whole notice to post up; no device is needed.
import type { Writable } from 'node:stream';
import { noticeLetter } from '../../../views/letters/notice.ts';
import type { School } from '../../directory/schools.ts';
import { wordsOf } from '../../http/pages.ts';
import { mm, openPaper, type Pdf } from '../../letters/paper.ts';
import { kinds } from '../../privacy/notices/data.ts';
import type { Level, Section } from '../../privacy/notices/document.ts';
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

const LEFT = mm(20);
const WIDTH = mm(170);
const TOP = mm(14);
const BOTTOM = mm(285);
const INK = '#1a1a1a';
const GREY = '#555555';

/** Sizes of type, the largest first: a letter is set smaller rather than on two pages, and never under ten points. */
const SIZES: Readonly<Record<Level, readonly number[]>> = {
  adult: [11.5, 10.5, 10],
  teen: [11.5, 10.5, 10],
  child: [13, 12, 11, 10],
};

/** The size of the whole notice, that is posted up. */
const POSTED = 11;

/** One piece of a letter: what it is in the document, and how it is set. */
interface Block {
  readonly tag: 'H1' | 'H2' | 'H3' | 'P';
  readonly text: string;
  /** What stands before it on the same line, in bold. */
  readonly lead?: string;
  readonly size: number;
  readonly face: 'plain' | 'bold';
  readonly colour?: string;
  /** Space before, in points. */
  readonly before: number;
  readonly bullet?: true;
}

/** Writes the letters of a group, a page each, in French; then, once for each level, the whole notice. */
export async function writeNoticeLetters(out: Writable, { letters }: LetterGroup, room: LetterRoom): Promise<void> {
  const { letter: words } = wordsOf('fr').pages.notices;
  const paper = openPaper(out, words.title([room.school.name]));
  for (const letter of letters)
    await paper.page((pdf) => drawBlocks(pdf, { title: letter.name, blocks: fitting(pdf, letter, room) }));
  for (const level of new Set(letters.map((letter) => letter.level)))
    await paper.page((pdf) => drawBlocks(pdf, { title: noticeLetter.annex, blocks: wholeNotice(level, room) }));
  await paper.end();
}

/** The letter at the largest size, and with the most said, that its page holds. */
function fitting(pdf: Pdf, letter: Letter, room: LetterRoom): Block[] {
  const sizes = SIZES[letter.level];
  const ways = [
    { own: true, names: true },
    { own: false, names: true },
    { own: false, names: false },
  ] as const;
  let last: Block[] = [];
  for (const way of ways)
    for (const size of sizes) {
      last = letterBlocks(letter, room, { ...way, size });
      if (heightOf(pdf, last) <= BOTTOM - TOP) return last;
    }
  return last;
}

function heightOf(pdf: Pdf, blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + block.before + heightOfBlock(pdf, block), 0);
}

function heightOfBlock(pdf: Pdf, { text, lead, size, face, bullet }: Block): number {
  // in bold throughout where it begins so: a little more than it will be
  pdf.font(lead === undefined ? face : 'plain').fontSize(size);
  const said = lead === undefined ? text : `${lead}  ${text}`;
  return pdf.heightOfString(said, { width: bullet ? WIDTH - mm(5) : WIDTH });
}

/** Draws from the page at hand on. */
function drawBlocks(pdf: Pdf, { title, blocks }: { title: string; blocks: readonly Block[] }): void {
  const root = pdf.struct('Document', { title });
  pdf.addStructure(root);
  pdf.y = TOP;
  for (const block of blocks) {
    const { size, face, bullet, lead, colour = INK } = block;
    const [left, width] = bullet ? [LEFT + mm(5), WIDTH - mm(5)] : [LEFT, WIDTH];
    const height = heightOfBlock(pdf, block);
    // a heading does not stand alone at the foot of a page
    const needed = block.tag === 'P' ? height : height + 3 * size;
    if (pdf.y + block.before + needed > BOTTOM + 1) {
      pdf.addPage();
      pdf.y = TOP;
    } else pdf.y += block.before;
    const { y } = pdf;
    root.add(
      pdf.struct(block.tag, {}, () => {
        pdf.fontSize(size).fillColor(colour);
        if (bullet) pdf.font(face).text('•', LEFT + mm(1), y, { lineBreak: false });
        if (lead !== undefined) pdf.font('bold').text(`${lead} `, left, y, { width, continued: true });
        if (lead === undefined) pdf.font(face).text(block.text, left, y, { width });
        else pdf.font(face).text(block.text, { width });
      }),
    );
    pdf.y = y + height;
  }
  root.end();
}

/** A letter: who it is for, what everybody must be told in short, and where the whole notice is. */
function letterBlocks(
  { name, level, rows }: Letter,
  room: LetterRoom,
  { size, own, names }: { size: number; own: boolean; names: boolean },
): Block[] {
  const words = wordsOf('fr').pages.notices;
  const { school, notice, issuer, group, at } = room;
  const small = smallText;
  const adult = level === 'adult';
  const day = dayText(at, { zone: school.zone, locale: 'fr' });
  const opening = (adult ? words.letter.opening : words.letter.openingYoung)([school.name]);
  const category = rows[0]?.category ?? 'pupil';
  const kind = category === 'guardian' ? 'relative' : category;
  const parts = adult ? adultParts(room, kind, names) : youngParts(notice.document.fr[level], names);
  const address = [`${issuer}/notices?school=${school.uai}`];
  const saidOwn = own ? paragraphsOf(notice.own ?? '').join(' ') : noticeLetter.ownElsewhere;
  return [
    { tag: 'P', text: school.name, size: 11, face: 'bold', before: 0 },
    small(`${day} · ${group}`),
    { tag: 'P', text: words.letter.to([name]), size: 12, face: 'bold', before: 8 },
    { tag: 'H1', text: headingOf(level), size: size + 4, face: 'bold', before: 8 },
    { tag: 'P', text: opening, size, face: 'plain', before: 3 },
    ...[
      ...parts,
      ...(notice.own ? [[noticeLetter.parts.own, saidOwn] as const] : []),
      [noticeLetter.parts.officer, officerText(room)] as const,
      [noticeLetter.parts.board, boardSaid(room)] as const,
    ].map(([lead, text]): Block => ({ tag: 'P', lead, text, size, face: 'plain', before: size * 0.35 })),
    { tag: 'P', text: (adult ? noticeLetter.whole : noticeLetter.wholeYoung)(address), size, face: 'bold', before: 6 },
    small(words.notice.inForce([notice.version, dayText(notice.from, { zone: school.zone, locale: 'fr' })])),
  ];
}

type Part = readonly [lead: string, text: string];

/** What art. 14 of the RGPD lists, for one person: of the lists, that of what they are. */
function adultParts({ notice }: LetterRoom, kind: (typeof kinds)[number], names: boolean): Part[] {
  const { parts, ...said } = noticeLetter;
  const sections = notice.document.fr.adult;
  const of = (key: string) => sections.find((one) => one.key === key) ?? { paragraphs: [], lists: [] };
  const data = of('what').lists[kinds.indexOf(kind)]?.items ?? [];
  return [
    [parts.who, [...of('who').paragraphs.slice(0, -1), said.shared].join(' ')],
    [parts.why, [of('why').paragraphs[0], said.basis].join(' ')],
    [parts.what, `${said.data(data)} ${said.never}`],
    [parts.source, of('source').paragraphs[0] ?? ''],
    [parts.sent, servicesText(of('sent').lists, names)],
    [parts.sees, said.sees],
    [parts.long, of('long').paragraphs[0] ?? ''],
    [parts.logs, [said.logs, of('logs').paragraphs[2]].join(' ')],
    [parts.rights, of('rights').paragraphs.join(' ')],
  ];
}

/** What the young are told is short by itself: all of it, with the lists on one line. */
function youngParts(sections: readonly Section[], names: boolean): Part[] {
  return sections.map(({ key, heading, paragraphs, lists }) => {
    const list = key === 'sent' ? servicesText(lists, names) : lists.flatMap(({ items }) => items).join(' ; ');
    const told = [...paragraphs, list === '' || key === 'sent' ? list : `${list}.`].filter(Boolean);
    return [`${heading.replace(/[.\s]*$/, '')}.`, told.join(' ')] as const;
  });
}

function servicesText(lists: Section['lists'], names: boolean): string {
  if (lists.length === 0) return noticeLetter.servicesNone;
  const who = names
    ? noticeLetter.services(lists.map(({ heading }) => heading))
    : noticeLetter.servicesMany(String(lists.length));
  return `${who} ${noticeLetter.minimum}`;
}

/** The whole notice, with every list, on as many pages as it takes. */
function wholeNotice(level: Level, room: LetterRoom): Block[] {
  const words = wordsOf('fr').pages.notices;
  const { school, notice } = room;
  const extra = (key: string, heading: string, paragraphs: readonly string[]) =>
    sectionBlocks({ key, heading, paragraphs, lists: [] });
  return [
    { tag: 'P', text: `${school.name} · ${noticeLetter.annex}`, size: POSTED, face: 'bold', before: 0 },
    { tag: 'H1', text: headingOf(level), size: POSTED + 5, face: 'bold', before: 10 },
    ...notice.document.fr[level].flatMap(sectionBlocks),
    ...(notice.own ? extra('own', words.notice.own, paragraphsOf(notice.own)) : []),
    ...extra('officer', words.notice.officer, [officerText(room)]),
    ...extra('board', words.notice.boardHeading, [boardSaid(room)]),
    smallText(words.notice.inForce([notice.version, dayText(notice.from, { zone: school.zone, locale: 'fr' })])),
  ];
}

function sectionBlocks({ heading, paragraphs, lists }: Section): Block[] {
  const text = (one: string): Block => ({ tag: 'P', text: one, size: POSTED, face: 'plain', before: 3 });
  return [
    { tag: 'H2', text: heading, size: POSTED + 1.5, face: 'bold', before: 10 },
    ...paragraphs.map(text),
    ...lists.flatMap((list): Block[] => [
      { tag: 'H3', text: list.heading, size: POSTED, face: 'bold', before: 5 },
      ...list.items.map((item): Block => ({ ...text(item), before: 1.5, bullet: true })),
    ]),
  ];
}

function smallText(text: string): Block {
  return { tag: 'P', text, size: 10, face: 'plain', before: 2, colour: GREY };
}

function headingOf(level: Level): string {
  const { notice } = wordsOf('fr').pages.notices;
  return level === 'adult' ? notice.heading : notice.headingYoung;
}

function officerText({ officer }: LetterRoom): string {
  return officer || wordsOf('fr').pages.notices.notice.officerNone;
}

function boardSaid({ board, school }: LetterRoom): string {
  const { notice } = wordsOf('fr').pages.notices;
  return board === undefined ? notice.boardNone : notice.board[school.degree]([board]);
}
