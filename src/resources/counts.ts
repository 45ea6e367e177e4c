// How many licences of a distributor's subscriptions are in use, by school and public: the CSV that distributors know.
import { Refusal } from '../errors.ts';
import type { Db } from '../storage/storage.ts';
import { countBySchool, type SeatCount } from './licences/records.ts';
import { ownSubscriptions, type Subscription } from './records/subscriptions.ts';
import { type Audience, audiences, publics } from './sheet.ts';

/** One subscription at one school; a public that has nobody is counted 0. */
export interface CountLine {
  readonly school: string;
  readonly subscription: Subscription;
  readonly counts: Readonly<Record<Audience, number>>;
}

/** The names of the columns, as the service has them. */
const columns =
  'UAI;idAbonnement;codeProjetRessource;idRessource;cumulAffectationEleve;cumulAffectationEnseignant;cumulAffectationDocumentaliste;cumulAffectationAutrePersonnel';

/** Whose counts: of one subscription, or of all that carry a project code. Exactly one of the two. */
export interface CountsAsked {
  readonly idAbonnement?: string | undefined;
  readonly codeProjetRessource?: string | undefined;
}

/**
 * The counts of a distributor's own, by subscription and school; no line where nobody has a licence. Refuses
 * `bad_request` unless one of the two is asked for, and `unknown_subscription` for one that is not its own.
 */
export async function countsOf(db: Db, distributor: string, asked: CountsAsked): Promise<CountLine[]> {
  const { idAbonnement, codeProjetRessource } = asked;
  if ((idAbonnement === undefined) === (codeProjetRessource === undefined))
    throw new Refusal('bad_request', 'expected `idAbonnement` or `codeProjetRessource`, and not both', {
      member: 'idAbonnement',
    });
  const own = (await ownSubscriptions(db, distributor)).filter(({ removedAt }) => removedAt === undefined);
  const wanted = own.filter(({ id, sheet }) =>
    idAbonnement === undefined ? sheet.codeProjetRessource === codeProjetRessource : id === idAbonnement,
  );
  if (idAbonnement !== undefined && wanted.length === 0)
    throw new Refusal('unknown_subscription', 'expected a subscription of whoever asks');
  return linesOf(db, wanted);
}

/** Lines of subscriptions, in the order of their ids, then of the schools. */
export async function linesOf(db: Db, subscriptions: readonly Subscription[]): Promise<CountLine[]> {
  const known = new Map(subscriptions.map((one) => [one.id, one]));
  const lines = new Map<string, SeatCount[]>();
  for (const count of await countBySchool(db, [...known.keys()])) {
    const key = JSON.stringify([count.subscription, count.school]);
    lines.set(key, [...(lines.get(key) ?? []), count]);
  }
  return [...lines.values()].map((counts) => {
    const [{ school, subscription } = { school: '', subscription: '' }] = counts;
    return { school, subscription: known.get(subscription)!, counts: byPublic(counts) };
  });
}

/** As the service writes it: `;`, one line each, `null` for a code that is not there. */
export function countsCsv(lines: readonly CountLine[]): string {
  const written = lines.map(({ school, subscription: { id, sheet }, counts }) =>
    [
      school,
      id,
      sheet.codeProjetRessource ?? 'null',
      sheet.idRessource ?? '',
      counts.ELEVE,
      counts.ENSEIGNANT,
      counts.DOCUMENTALISTE,
      counts['AUTRE PERSONNEL'],
    ]
      .map((cell) => quoted(String(cell)))
      .join(';'),
  );
  return `${[columns, ...written].join('\n')}\n`;
}

function byPublic(counts: readonly SeatCount[]): Readonly<Record<Audience, number>> {
  const countOf = (name: Audience) => counts.find(({ audience }) => audience === publics[name])?.count ?? 0;
  const names = Object.keys(audiences) as Audience[];
  return Object.fromEntries(names.map((name) => [name, countOf(name)])) as Record<Audience, number>;
}

/** RFC 4180; what a spreadsheet would take for a formula is a text. */
function quoted(cell: string): string {
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[;"\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
