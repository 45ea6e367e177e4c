// The register of processing (RGPD art. 30), composed of what is configured: one entry for each thing done with data.
import { en } from '../../../views/text/en.ts';
import { fr, type Text } from '../../../views/text/fr.ts';
import type { AttributeName } from '../../resources/attributes.ts';
import { dataHeld, kinds } from '../notices/data.ts';
import type { Recipient } from '../notices/document.ts';
import { LINE_YEARS, WORDS_YEARS } from '../requests/retention.ts';

/** What Préau itself does; each module has an entry of its own, `module:ID`. */
export type CoreEntry =
  | 'directory'
  | 'accounts'
  | 'logbooks'
  | 'absences'
  | 'security'
  | 'notices'
  | 'requests'
  | 'resources'
  | 'mail';

/** What is kept for a time. */
export type Term =
  | 'record'
  | 'account'
  | 'code'
  | 'logbook'
  | 'history'
  | 'decisions'
  | 'trail'
  | 'mails'
  | 'releases'
  | 'words'
  | 'lines'
  | 'module';

/** An entry in one language: everything that art. 30(1) asks for. */
export interface EntryText {
  readonly title: string;
  readonly controller: string;
  readonly purposes: readonly string[];
  readonly basis: string;
  readonly persons: readonly string[];
  readonly data: readonly string[];
  readonly sources: readonly string[];
  readonly recipients: readonly string[];
  readonly retention: readonly string[];
  readonly transfers: string;
  readonly security: readonly string[];
}

/** An entry as it is kept. */
export interface EntryContent {
  readonly fr: EntryText;
  readonly en: EntryText;
  /** The schools that a module serves; none for what Préau does everywhere. */
  readonly schools?: readonly string[] | 'all';
  /** What of rights a module asks by itself, and which claims it receives. */
  readonly asks?: readonly string[];
  readonly claims?: readonly string[];
  /** What a publisher may be sent, by resource. */
  readonly resources?: readonly Received[];
}

/** What a resource is sent of whoever opens it: declared and validated. */
export interface Received {
  /** An ARK. */
  readonly id: string;
  readonly name: string;
  readonly attributes: readonly AttributeName[];
}

/** A module, as the register knows it. */
export interface Served extends Recipient {
  readonly schools: readonly string[] | 'all';
  /** Of a publisher alone. */
  readonly resources?: readonly Received[];
}

/** Everything that the register is made of. */
export interface Configured {
  readonly modules: readonly Served[];
  /** The rules by which somebody reads a logbook, or an absence of staff. */
  readonly readers: readonly (keyof Text['rules']['logbook']['read'])[];
  readonly absenceReaders: readonly (keyof Text['rules']['absence']['read'])[];
  /** In months. */
  readonly decisionMonths: number;
  /** The schools that are exported to the national GAR, by UAI. */
  readonly exported?: readonly string[];
}

/** How long, in the unit of the words: months, years or days. */
const durations: Partial<Record<Term, number>> = {
  account: 3,
  code: 3,
  logbook: 5,
  trail: 12,
  mails: 90,
  words: WORDS_YEARS,
  lines: LINE_YEARS,
};

const termsOf: Record<CoreEntry, readonly Term[]> = {
  directory: ['record'],
  accounts: ['account', 'code'],
  logbooks: ['logbook', 'history'],
  absences: ['history'],
  security: ['trail', 'decisions'],
  notices: ['record'],
  requests: ['words', 'lines'],
  resources: ['record', 'releases'],
  mail: ['mails'],
};

/** Every entry, by name. */
export function composeRegister(configured: Configured): Map<string, EntryContent> {
  const entries = new Map<string, EntryContent>();
  for (const entry of Object.keys(termsOf) as CoreEntry[])
    entries.set(entry, { fr: coreEntry(entry, configured, fr), en: coreEntry(entry, configured, en) });
  for (const module of configured.modules) entries.set(entryOf(module.id), composeModule(module));
  return entries;
}

/** The entry of a module, by its name. */
export function entryOf(module: string): string {
  return `module:${module}`;
}

/** What is done with data by giving some to a module. */
export function composeModule(module: Served): EntryContent {
  const { schools, asks, claims, resources } = module;
  const entry = { fr: moduleEntry(module, fr), en: moduleEntry(module, en), schools };
  return { ...entry, asks: [...asks], claims: [...claims], ...(resources && { resources: [...resources] }) };
}

function coreEntry(entry: CoreEntry, configured: Configured, text: Text): EntryText {
  const { register: words } = text.pages;
  const { title, purposes, basis, persons, data, sources, recipients } = words.entries[entry];
  const terms = termsOf[entry].map((term) => {
    const given = term === 'decisions' || term === 'releases' ? configured.decisionMonths : durations[term];
    return words.terms[term](given === undefined ? [] : [String(given)]);
  });
  return {
    title,
    purposes,
    basis,
    persons,
    data: [...data, ...configuredData(entry, text)],
    sources,
    recipients: [...recipients, ...configuredRecipients(entry, configured, text)],
    retention: terms,
    ...common(text),
  };
}

/** The attributes of deliveries that are kept, by whom they are about. */
function configuredData(entry: CoreEntry, text: Text): string[] {
  if (entry !== 'directory') return [];
  const held = dataHeld();
  const { adult } = text.pages.notices.document;
  return kinds.flatMap((kind) => held[kind].map((datum) => text.pages.register.about[kind](adult.data[datum])));
}

function configuredRecipients(
  entry: CoreEntry,
  { modules, readers, absenceReaders, exported = [] }: Configured,
  text: Text,
): string[] {
  const { logbook, absence } = text.rules;
  if (entry === 'logbooks') return readers.map((rule) => logbook.read[rule]);
  if (entry === 'absences') return absenceReaders.map((rule) => absence.read[rule]);
  if (entry !== 'directory') return [];
  const { module, nationalGar } = text.pages.register;
  const served = modules.filter(({ claims, resources }) => claims.length > 0 || resources);
  return [
    ...served.map(({ name }) => module.title(name)),
    ...(exported.length > 0 ? [nationalGar([...exported])] : []),
  ];
}

function moduleEntry(module: Served, text: Text): EntryText {
  const { name, purpose, responsible, schools } = module;
  const { register: words } = text.pages;
  const served = schools === 'all' ? words.module.allSchools : words.module.schools(schools);
  return {
    title: words.module.title(name),
    purposes: [purpose],
    basis: words.entries.directory.basis,
    persons: [...words.module.persons, served],
    data: module.resources ? receivedBy(module, text) : toldTo(module, text),
    sources: words.entries.directory.sources,
    recipients: [words.module.responsible(responsible)],
    retention: [words.terms.module([])],
    ...common(text),
  };
}

function toldTo({ claims, asks }: Served, text: Text): string[] {
  const { register: words, notices } = text.pages;
  return [
    words.module.identifier,
    ...claims.map((claim) => text.claims[claim]),
    ...asks.map((ask) => notices.document.asks[ask]),
  ];
}

/** What a publisher is sent, resource by resource, and what it may ask by itself. */
function receivedBy({ resources = [], asks }: Served, text: Text): string[] {
  const { register: words, notices } = text.pages;
  return [
    ...resources.map(({ name, attributes }) =>
      words.module.resource([name, attributes.map((one) => text.attributes[one]).join(', ')]),
    ),
    ...asks.map((ask) => (ask === 'rights' ? words.module.launches : notices.document.asks[ask])),
  ];
}

function common(text: Text): Pick<EntryText, 'controller' | 'transfers' | 'security'> {
  const { controller, transfers, security } = text.pages.register;
  return { controller, transfers, security };
}
