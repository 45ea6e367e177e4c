// What an import did, in numbers that add up, and in French.
import { type Category, categories } from './aaf/attributes.ts';
import type { ProblemCode } from './aaf/problems.ts';
import type { Departure } from './guard.ts';
import type { Fate, StagedProblem, Staging } from './staging.ts';

/** `read` is always the sum of the four others. */
export interface Tally {
  readonly read: number;
  /** Something was written for it. */
  readonly applied: number;
  /** Everything it says was there already. */
  readonly unchanged: number;
  /** Set aside: the state before it stands. */
  readonly quarantined: number;
  /** Nothing follows from it: a level nobody is in, a subject nobody teaches, a relative without a child, a second copy. */
  readonly ignored: number;
}

export interface FeedReport {
  readonly batch: string;
  readonly source: 'aaf1d' | 'aaf2d';
  readonly degree: 1 | 2;
  readonly academy: string;
  /** YYYYMMDD */
  readonly date: string;
  /** Nothing was written: what would be is told. */
  readonly dryRun: boolean;
  readonly files: number;
  readonly categories: Readonly<Record<Category, Tally>>;
  readonly schools: { readonly applied: number; readonly unchanged: number };
  readonly persons: { readonly created: number; readonly changed: number };
  readonly facts: { readonly begun: number; readonly ended: number };
  readonly problems: readonly {
    readonly code: ProblemCode;
    readonly text: string;
    readonly count: number;
    /** The first ten. */
    readonly examples: readonly StagedProblem[];
  }[];
  /** Attributes that are not known, and how often they came. */
  readonly unknownAttributes: Readonly<Record<string, number>>;
  /** What the brake saw: the reason to hold the batch, unless accepted. */
  readonly departures: readonly Departure[];
}

/** The tallies of every category, out of the fates of the staged records. */
export async function tally(staging: Staging): Promise<Record<Category, Tally>> {
  const counts = await staging.counts();
  const count = (category: string, fate: Fate) =>
    counts.find((one) => one.category === category && one.fate === fate)?.count ?? 0;
  const entries = Object.keys(categories).map((category) => {
    const applied = count(category, 'applied');
    const unchanged = count(category, 'unchanged');
    const quarantined = count(category, 'quarantined');
    const ignored = count(category, 'ignored');
    return [category, { read: applied + unchanged + quarantined + ignored, applied, unchanged, quarantined, ignored }];
  });
  return Object.fromEntries(entries) as Record<Category, Tally>;
}

const FRENCH: Readonly<Record<Category, string>> = {
  EtabEducNat: 'Établissements',
  MatiereEducNat: 'Matières',
  MefEducNat: 'Niveaux (MEF)',
  Eleve: 'Élèves',
  PersRelEleve: 'Responsables',
  PersEducNat: 'Personnels',
};

/** How many examples of a problem a person is shown. */
const SHOWN = 3;

const COLUMNS = ['lus', 'appliqués', 'inchangés', 'écartés', 'sans effet'] as const;

/** The report as a person reads it, line by line. */
export function inFrench(report: FeedReport): string[] {
  const { academy, date, degree, persons, facts, schools } = report;
  const day = `${date.slice(6)}/${date.slice(4, 6)}/${date.slice(0, 4)}`;
  return [
    `Export du ${day}, académie ${academy}, ${degree === 1 ? 'premier' : 'second'} degré, ${report.files} fichiers.`,
    report.dryRun ? 'Essai : rien n’a été écrit. Voici ce qui le serait.' : 'L’export est appliqué.',
    '',
    row('', COLUMNS),
    ...Object.entries(report.categories)
      .filter(([, one]) => one.read > 0)
      .map(([category, one]) =>
        row(FRENCH[category as Category], [one.read, one.applied, one.unchanged, one.quarantined, one.ignored]),
      ),
    '',
    `Établissements écrits : ${schools.applied}, inchangés : ${schools.unchanged}.`,
    `Personnes créées : ${persons.created}, modifiées : ${persons.changed}. Aucun compte n’est ouvert par un import.`,
    `Liens commencés : ${facts.begun}, terminés : ${facts.ended}.`,
    ...report.problems.flatMap(({ code, text, count, examples }) => [
      '',
      `${code} (${count}) : ${text}`,
      ...examples.slice(0, SHOWN).map((one) => `  ${where(one)}`),
      ...(count > SHOWN ? [`  et ${count - SHOWN} de plus`] : []),
    ]),
    ...unknown(report.unknownAttributes),
    ...left(report),
  ];
}

/** The lines that say why a batch waits. */
export function departuresInFrench(departures: readonly Departure[]): string[] {
  return departures.map(({ school, present, leaving, vanishes }) =>
    vanishes
      ? `  ${school} : l’établissement disparaît (${present} personnes)`
      : `  ${school} : ${leaving} personnes sur ${present} n’y sont plus, ou plus dans une classe`,
  );
}

function where({ category, id, attribute, file, line }: StagedProblem): string {
  return `${category} ${id}${attribute === '' ? '' : `, ${attribute}`} (${file}, ligne ${line})`;
}

function unknown(attributes: Readonly<Record<string, number>>): string[] {
  const entries = Object.entries(attributes);
  if (entries.length === 0) return [];
  return ['', 'Attributs inconnus, non conservés :', ...entries.map(([name, count]) => `  ${name} (${count})`)];
}

function left({ departures, dryRun }: FeedReport): string[] {
  if (departures.length === 0) return [];
  const head = dryRun ? 'Sans --accept, l’export serait retenu :' : 'Départs nombreux, acceptés :';
  return ['', head, ...departuresInFrench(departures)];
}

function row(name: string, cells: readonly (string | number)[]): string {
  return name.padEnd(18) + cells.map((cell) => String(cell).padStart(12)).join('');
}
