// The information notice: what it says, made of what is configured, in three reading levels and both languages.
import { en } from '../../../views/text/en.ts';
import { fr, type Text } from '../../../views/text/fr.ts';
import { type Datum, type Kind, kinds } from './data.ts';

export const levels = ['adult', 'teen', 'child'] as const;

/** For whom it is written: adults (from 16), 11 to 15, under 11. */
export type Level = (typeof levels)[number];

export const languages = ['fr', 'en'] as const;
export type Language = (typeof languages)[number];

/** A list with what it is a list of. */
export interface Listed {
  readonly heading: string;
  readonly items: readonly string[];
}

export interface Section {
  readonly key: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly lists: readonly Listed[];
}

/** A text as it is kept: every language and level. */
export type NoticeDocument = Readonly<Record<Language, Readonly<Record<Level, readonly Section[]>>>>;

/** A claim that the words know: the compiler wants one for each. */
export type ClaimWord = keyof Text['claims'];

/** What a service may ask by itself, as the words know it: one for each scope of our interfaces. */
export type ApiWord = keyof Text['pages']['notices']['document']['asks'];

/** A service that receives data, and what it receives. */
export interface Recipient {
  readonly id: string;
  readonly name: string;
  readonly purpose: string;
  readonly responsible: string;
  readonly claims: readonly ClaimWord[];
  /** What it may ask by itself. */
  readonly asks: readonly ApiWord[];
}

/** Everything that a notice is made of. */
export interface NoticeContent {
  /** The degrees of the schools that it is for. */
  readonly degrees: readonly (1 | 2)[];
  readonly recipients: readonly Recipient[];
  /** What is held, from the attributes that are kept of each delivery. */
  readonly held: Readonly<Record<Kind, readonly Datum[]>>;
  /** The rules by which somebody reads a logbook, or an absence of staff. */
  readonly readers: readonly (keyof Text['rules']['logbook']['read'])[];
  readonly absenceReaders: readonly (keyof Text['rules']['absence']['read'])[];
  /** How long the log of decisions is kept, in months; that of security is kept twelve. */
  readonly decisionMonths: number;
  /** Whether the school is exported to the national GAR. */
  readonly exported?: boolean;
}

/** The notice that says all this. */
export function composeNotice(content: NoticeContent): NoticeDocument {
  const inLanguage = (text: Text) => ({
    adult: forAdults(content, text),
    teen: forYoung(content, text, 'teen'),
    child: forYoung(content, text, 'child'),
  });
  return { fr: inLanguage(fr), en: inLanguage(en) };
}

/** The terms of use: the same kind of text, said alike to adults and to pupils in their words. */
export function composeTerms(): NoticeDocument {
  const inLanguage = ({ pages }: Text) => {
    const { terms } = pages.notices;
    const sections = (key: 'adult' | 'young') =>
      terms[key].map(({ heading, text }, index) => ({
        key: `terms-${index + 1}`,
        heading,
        paragraphs: [text],
        lists: [],
      }));
    return { adult: sections('adult'), teen: sections('young'), child: sections('young') };
  };
  return { fr: inLanguage(fr), en: inLanguage(en) };
}

/**
 * A text that tells apart contents that say something else, whatever the words and their order: what people were told of
 * one is no news in another with the same.
 */
export function fingerprintOf({
  degrees,
  recipients,
  held,
  readers,
  absenceReaders,
  decisionMonths,
  exported = false,
}: NoticeContent): string {
  const said = recipients.map(({ id, name, purpose, responsible, claims, asks }) =>
    JSON.stringify([id, name, purpose, responsible, [...claims].sort(), [...asks].sort()]),
  );
  return JSON.stringify([
    [...degrees].sort(),
    said.sort(),
    kinds.map((kind) => [...held[kind]].sort()),
    [[...readers].sort(), [...absenceReaders].sort()],
    decisionMonths,
    // what was told before there was such an export stays the same
    ...(exported ? ['national GAR'] : []),
  ]);
}

function forAdults(content: NoticeContent, text: Text): Section[] {
  const { document: words } = text.pages.notices;
  const { headings, adult } = words;
  const section = (
    key: keyof typeof headings,
    paragraphs: readonly string[],
    lists: readonly Listed[] = [],
  ): Section => ({
    key,
    heading: headings[key],
    paragraphs,
    lists,
  });
  return [
    section('who', [...content.degrees.map((degree) => adult.who[degree]), adult.officer]),
    section('why', [adult.why, adult.basis]),
    section(
      'what',
      [adult.what],
      [
        ...kinds.map((kind) => ({
          heading: words.kinds[kind],
          items: content.held[kind].map((datum) => adult.data[datum]),
        })),
        { heading: adult.alsoHeading, items: adult.also },
      ],
    ),
    section('source', [adult.source, adult.notGiven]),
    section('sent', isSent(content) ? [adult.sent] : [adult.sentNone], recipientsOf(content, text, 'adult')),
    section(
      'sees',
      [adult.sees],
      [
        { heading: adult.seesLogbooks, items: content.readers.map((rule) => text.rules.logbook.read[rule]) },
        { heading: adult.seesAbsences, items: content.absenceReaders.map((rule) => text.rules.absence.read[rule]) },
        { heading: adult.seesOthersHeading, items: adult.seesOthers },
      ],
    ),
    section('long', adult.long),
    section('logs', [adult.logsWhat, adult.logsWhy, adult.logsLong([String(content.decisionMonths)]), adult.logsWho]),
    section('rights', [adult.rights, adult.rightsHow, adult.rightsTime, adult.complaint]),
    section('more', [adult.guide]),
  ];
}

function forYoung(content: NoticeContent, text: Text, level: 'teen' | 'child'): Section[] {
  const { document: words } = text.pages.notices;
  const { young } = words;
  const own = words[level];
  const section = (
    key: keyof typeof own.headings,
    paragraphs: readonly string[],
    lists: readonly Listed[] = [],
  ): Section => ({ key, heading: own.headings[key], paragraphs, lists });
  return [
    section('who', [...content.degrees.map((degree) => own.who[degree])]),
    section('why', [own.why]),
    section(
      'what',
      [own.what],
      [{ heading: young.dataHeading, items: content.held.pupil.map((datum) => young.data[datum]) }],
    ),
    section('source', [own.source]),
    section('sent', isSent(content) ? [own.sent] : [own.sentNone], recipientsOf(content, text, 'young')),
    section('sees', [own.sees]),
    section('long', [own.long]),
    section('logs', [own.logs([String(content.decisionMonths)])]),
    section('rights', own.rights),
  ];
}

/** What each service receives, and why: the same list at every level, in its words. */
function recipientsOf({ recipients, exported }: NoticeContent, text: Text, to: 'adult' | 'young'): Listed[] {
  const { recipient, young, asks, nationalGar } = text.pages.notices.document;
  const services = recipients.map(({ name, purpose, responsible, claims, asks: asked }) => ({
    heading: recipient.heading([name, responsible]),
    items: [
      recipient.purpose([purpose]),
      ...claims.map((claim) => (to === 'adult' ? text.claims[claim] : young.claims[claim])),
      to === 'adult' ? recipient.identifier : young.identifier,
      ...asked.map((one) => (to === 'adult' ? asks : young.asks)[one]),
    ],
  }));
  return exported ? [...services, { heading: nationalGar.heading, items: nationalGar[to] }] : services;
}

function isSent({ recipients, exported }: NoticeContent): boolean {
  return recipients.length > 0 || exported === true;
}
