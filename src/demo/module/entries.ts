// What is written in the logbooks: one entry per lesson, kept in memory, each with its author.
import { randomUUID } from 'node:crypto';

export interface NewEntry {
  readonly logbook: string;
  /** The author's `sub` for this module. */
  readonly author: string;
  readonly authorName: string;
  /** The day of the lesson, YYYY-MM-DD. */
  readonly day: string;
  readonly text: string;
  /** What is to be done, and for when (YYYY-MM-DD). */
  readonly homework?: { readonly text: string; readonly due: string } | undefined;
}

export interface Entry extends NewEntry {
  readonly id: string;
}

export interface Entries {
  add(entry: NewEntry): Entry;
  /** The entries of a logbook, the latest lesson first. */
  of(logbook: string): Entry[];
}

export function openEntries(first: readonly NewEntry[] = []): Entries {
  const byLogbook = new Map<string, Entry[]>();
  const add = (entry: NewEntry) => {
    const added = { ...entry, id: randomUUID() };
    byLogbook.set(entry.logbook, [...(byLogbook.get(entry.logbook) ?? []), added]);
    return added;
  };
  for (const entry of first) add(entry);
  return {
    add,
    of: (logbook) =>
      (byLogbook.get(logbook) ?? []).toReversed().sort((a, b) => (a.day < b.day ? 1 : a.day > b.day ? -1 : 0)),
  };
}

/** What the form holds, as typed. */
export interface Draft {
  readonly day: string;
  readonly text: string;
  readonly homework: string;
  readonly due: string;
}

export type DraftFaults = Partial<Record<keyof Draft, string>>;

const LONGEST = 4_000;

/** The fields of a posted form, as text. */
export function readDraft(body: unknown): Draft {
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const field = (name: string) => (typeof fields[name] === 'string' ? fields[name].trim() : '');
  return { day: field('day'), text: field('text'), homework: field('homework'), due: field('due') };
}

/** What is wrong with a draft, in French, by field; nothing when it can be kept. */
export function faultsOf({ day, text, homework, due }: Draft): DraftFaults {
  const faults: DraftFaults = {};
  if (!isDay(day)) faults.day = 'Indiquez la date de la séance.';
  if (text === '') faults.text = 'Écrivez ce qui a été fait pendant la séance.';
  else if (text.length > LONGEST) faults.text = `Le texte dépasse ${LONGEST} caractères.`;
  if (homework.length > LONGEST) faults.homework = `Le texte dépasse ${LONGEST} caractères.`;
  if (homework !== '' && !isDay(due)) faults.due = 'Indiquez pour quand ce travail est à faire.';
  else if (homework === '' && due !== '') faults.homework = 'Écrivez le travail à faire pour cette date.';
  else if (homework !== '' && isDay(day) && due < day) faults.due = 'Cette date est avant la séance.';
  return faults;
}

/** Today in Paris, YYYY-MM-DD. */
export function today(at = new Date()): string {
  return new Intl.DateTimeFormat('fr-CA', { timeZone: 'Europe/Paris' }).format(at);
}

/** A day in words: « jeudi 19 novembre 2026 ». */
export function inWords(day: string): string {
  return new Intl.DateTimeFormat('fr-FR', { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const parsed = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
}
