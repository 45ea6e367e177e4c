// Who must hold a second factor: whoever runs a school, administers it, or inspects. From the day they do; there is no grace.
import { countOfFacts, type Fact, factsAbout, factsNaming } from '../../facts/facts.ts';
import type { Source } from '../../storage/statements.ts';
import type { Db } from '../../storage/storage.ts';

const relations = ['heads', 'deputises', 'administers', 'territory', 'post'] as const;

const posts: ReadonlySet<unknown> = new Set(['head', 'deputy', 'inspector']);

/** The facts that anybody who must hold one has, to count beside an account: most people have none. */
export const officesCounted = countOfFacts(relations);

/** Whether a person must hold a second factor at an instant (ASVS 6.3.3). */
export async function mustHoldFactor(source: Source, person: string, at: number): Promise<boolean> {
  const facts = await factsAbout(source, 'subject', person, at, relations);
  return facts.some((fact) => isOffice(fact, posts));
}

/**
 * Whether two persons decide together of a code that removes their factors: of whoever must hold one, and of a director of the
 * first degree who chose to, and who resets all the pupils as a head does.
 */
export async function isTwoPersonsMatter(db: Db, person: string, at: number): Promise<boolean> {
  return (await twoPersonsAmong(db, [person], at)).length > 0;
}

/** Those of several persons. */
export async function twoPersonsAmong(db: Db, persons: readonly string[], at: number): Promise<string[]> {
  const facts = await factsNaming(db, 'subject', persons, { relations, endingAfter: at });
  const theirs = facts.filter((fact) => fact.validFrom <= at && isOffice(fact, new Set([...posts, 'direction'])));
  return [...new Set(theirs.map(({ subject }) => subject))];
}

function isOffice({ relation, properties }: Fact, wanted: ReadonlySet<unknown>): boolean {
  return relation !== 'post' || wanted.has(properties.function);
}
