// What stands on something else: a fact that never outlasts the facts it stands on, as the catalogue says.
import { FOREVER } from '../storage/storage.ts';
import { catalogue, type Place, type Relation, type RelationEntry } from './catalogue.ts';

/** What is asked of a fact here: whose it is, as what, and when it holds. */
interface Dated {
  readonly relation: Relation;
  readonly subject: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly validFrom: number;
  readonly validTo: number;
}

/** The same of a fact to begin: from an instant, and without end, unless said. */
interface Wanted extends Pick<Dated, 'relation' | 'subject'> {
  readonly properties?: Dated['properties'];
  readonly validFrom?: number;
  readonly validTo?: number;
}

const entries: Readonly<Record<string, RelationEntry>> = catalogue;

/** The relations that stand on others. */
export const dependents = (Object.keys(catalogue) as Relation[]).filter((relation) => entries[relation]?.standsOn);

/** The relations that others stand on. */
export const foundations = [
  ...new Set(dependents.flatMap((relation) => placesUnder(relation).map((place) => place.relation as Relation))),
];

/** Those whose facts begin, and stand on others. */
export function builtIn(begin: readonly Wanted[]): string[] {
  return [...new Set(begin.filter(({ relation }) => dependents.includes(relation)).map(({ subject }) => subject))];
}

/** Those whose facts end, and carry others. */
export function shakenIn(end: readonly Dated[]): string[] {
  return [...new Set(end.filter(({ relation }) => foundations.includes(relation)).map(({ subject }) => subject))];
}

/** Facts of one school that others may stand on, by whose they are. */
export type Grounds = ReadonlyMap<string, readonly Dated[]>;

export function groundsOf(facts: readonly Wanted[], at: number): Grounds {
  const grounds = new Map<string, Dated[]>();
  for (const fact of facts) {
    if (!foundations.includes(fact.relation)) continue;
    const own = grounds.get(fact.subject) ?? [];
    grounds.set(fact.subject, own);
    own.push(dated(fact, at));
  }
  return grounds;
}

/** Facts to begin, as far as what they stand on carries them; none for who has nothing to stand on. */
export function carried<Fact extends Wanted>(begin: readonly Fact[], grounds: Grounds, at: number): readonly Fact[] {
  return begin.flatMap((fact) => {
    if (!dependents.includes(fact.relation)) return fact;
    const { validTo } = dated(fact, at);
    const until = standsUntil(dated(fact, at), grounds, at);
    if (until === undefined) return [];
    return until < validTo ? { ...fact, validTo: until } : fact;
  });
}

/** Of facts that stand on others, those that end sooner than they said, with when; at once when no instant is told. */
export function falling<Fact extends Dated>(
  facts: readonly Fact[],
  grounds: Grounds,
  at: number,
): { fact: Fact; until: number | undefined }[] {
  return facts
    .map((fact) => ({ fact, until: standsUntil(fact, grounds, at) }))
    .filter(({ fact, until }) => until === undefined || until < fact.validTo);
}

/** Until when a fact stands at most: as long as what it stands on follows without a gap; nothing when it stands on nothing. */
function standsUntil(fact: Dated, grounds: Grounds, at: number): number | undefined {
  const { audience } = fact.properties;
  const places = placesUnder(fact.relation).filter((place) => (place.audience ?? audience) === audience);
  const own = (grounds.get(fact.subject) ?? []).filter((ground) => places.some((place) => isAt(ground, place)));
  const start = Math.max(at, fact.validFrom);
  let until = start;
  // each fact that holds where the last one ends leads on
  for (let before = -1; before !== until; ) {
    before = until;
    for (const { validFrom, validTo } of own) if (validFrom <= until && until < validTo) until = validTo;
  }
  return until > start ? until : undefined;
}

function placesUnder(relation: Relation): readonly Place[] {
  return entries[relation]?.standsOn ?? [];
}

function isAt({ relation, properties }: Dated, place: Place): boolean {
  return relation === place.relation && (place.function ?? properties.function) === properties.function;
}

function dated({ properties = {}, validFrom, validTo = FOREVER, ...fact }: Wanted, at: number): Dated {
  return { ...fact, properties, validFrom: validFrom ?? at, validTo };
}
