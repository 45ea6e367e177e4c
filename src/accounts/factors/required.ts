// Who must hold a second factor: whoever runs a school, administers it, or inspects. From the day they do; there is no grace.
import { factsAbout } from '../../facts/facts.ts';
import type { Db } from '../../storage/storage.ts';

const relations = ['heads', 'deputises', 'administers', 'territory', 'post'] as const;

const posts: ReadonlySet<unknown> = new Set(['head', 'deputy', 'inspector']);

/** Whether a person must hold a second factor at an instant (ASVS 6.3.3). */
export async function mustHoldFactor(db: Db, person: string, at: number): Promise<boolean> {
  const facts = await factsAbout(db, 'subject', person, at, [...relations]);
  return facts.some(({ relation, properties }) => relation !== 'post' || posts.has(properties.function));
}
