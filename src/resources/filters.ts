// What a distributor asks of its list: fields that match, dates between, an order, a part.
import { Refusal } from '../errors.ts';
import { type FieldName, instantOf } from './sheet.ts';
import type { Subscription } from './subscriptions.ts';

const names = [
  'idAbonnement',
  'idDistributeurCom',
  'idRessource',
  'uaiEtab',
  'codeNatureUAI',
  'typeAffectation',
  'categorieAffectation',
  'publicCible',
  'codeProjetRessource',
] as const satisfies readonly FieldName[];

const dates = {
  dateCreation: ({ createdAt }) => createdAt,
  dateModification: ({ changedAt }) => changedAt,
  debutValidite: ({ startsAt }) => startsAt,
  finValidite: ({ endsAt }) => endsAt,
} as const satisfies Record<string, (one: Subscription) => number>;

type DateName = keyof typeof dates;

/** As it comes on the wire: see `readFilters`. */
export interface Filters {
  /** Every one must match. */
  readonly filtre?: readonly { readonly filtreNom: string; readonly filtreValeur: string }[];
  readonly filtreParDate?: readonly {
    readonly dateName: string;
    readonly dateAvant?: string | undefined;
    readonly dateApres?: string | undefined;
  }[];
  readonly triPar?: string | undefined;
  /** `DSC` is how the service spells it; `DESC` is taken as well. */
  readonly tri?: string | undefined;
  /** Those that were removed, and only those. */
  readonly aboSuppr?: boolean | undefined;
  /** The places of the first, and of the first no longer wanted. */
  readonly debut?: number | undefined;
  readonly fin?: number | undefined;
}

/** How many one answer holds at the most. */
export const MOST_LISTED = 5_000;

/**
 * Those of a list that are asked for, in the order asked for, else by id; and how many there are in all. Refuses
 * `bad_request`, naming what is not known.
 */
export function filtered(all: readonly Subscription[], filters: Filters): { found: Subscription[]; total: number } {
  const { filtre = [], filtreParDate = [], debut = 0, fin = debut + MOST_LISTED, aboSuppr = false } = filters;
  const tests = [...filtre.map(byField), ...filtreParDate.map(byDate)];
  const order = orderOf(filters);
  if (!(debut >= 0 && fin >= debut)) throw bad('debut', 'expected `debut` and `fin` to be places, in their order');
  const kept = all
    .filter(({ removedAt }) => (removedAt !== undefined) === aboSuppr)
    .filter((one) => tests.every((test) => test(one)))
    .sort(order);
  return { found: kept.slice(debut, Math.min(fin, debut + MOST_LISTED)), total: kept.length };
}

type Test = (one: Subscription) => boolean;

function byField({ filtreNom, filtreValeur }: NonNullable<Filters['filtre']>[number]): Test {
  const name = names.find((one) => one === filtreNom);
  if (!name) throw bad('filtreNom', `expected \`filtreNom\` to be one of ${names.join(', ')}`);
  return ({ sheet }) => [sheet[name] ?? []].flat().includes(filtreValeur);
}

function byDate({ dateName, dateAvant, dateApres }: NonNullable<Filters['filtreParDate']>[number]): Test {
  if (!isDate(dateName)) throw bad('dateName', `expected \`dateName\` to be one of ${Object.keys(dates).join(', ')}`);
  const [before, after] = [instantIn('dateAvant', dateAvant), instantIn('dateApres', dateApres)];
  if (before === undefined && after === undefined) throw bad('dateAvant', 'expected `dateAvant`, `dateApres` or both');
  return (one) => {
    const instant = dates[dateName](one);
    return (before === undefined || instant <= before) && (after === undefined || instant >= after);
  };
}

function orderOf({
  triPar = 'idAbonnement',
  tri = 'ASC',
}: Filters): (one: Subscription, other: Subscription) => number {
  const way = new Map([
    ['ASC', 1],
    ['DSC', -1],
    ['DESC', -1],
  ]).get(tri);
  if (way === undefined) throw bad('tri', 'expected `tri` to be ASC or DSC');
  const field = names.find((name) => name === triPar);
  if (!field && !isDate(triPar)) throw bad('triPar', 'expected `triPar` to be a field that can be filtered, or a date');
  const keyOf = (one: Subscription) => (isDate(triPar) ? dates[triPar](one) : String(one.sheet[field!] ?? ''));
  return (one, other) => {
    const [a, b] = [keyOf(one), keyOf(other)];
    if (a !== b) return a < b ? -way : way;
    return one.id < other.id ? -1 : 1;
  };
}

function isDate(name: string): name is DateName {
  return Object.hasOwn(dates, name);
}

function instantIn(member: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const instant = instantOf(text);
  if (instant === undefined) throw bad(member, `expected \`${member}\` to be written 2026-09-01T00:00:00`);
  return instant;
}

function bad(member: string, message: string): Refusal {
  return new Refusal('bad_request', message, { member });
}
