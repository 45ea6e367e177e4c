// What the persons concerned are told of acts that touch them: it waits on their page.
import { type Db, inPieces, newKey } from '../storage/storage.ts';

/** What may be told; the words are those of the page. */
export type Tidings =
  | 'inspection_asked'
  | 'inspection_approved'
  | 'inspection_refused'
  | 'inspection_ended'
  | 'inquiry_approved'
  | 'inquiry_ended'
  | 'replacement_recorded'
  | 'replacement_ended'
  | 'class_opened'
  | 'class_closed'
  | 'grant_suspended';

export interface Told {
  readonly id: string;
  readonly person: string;
  readonly school: string;
  readonly what: Tidings;
  /** The key of what it is about: an inspection, a logbook, a class. */
  readonly about: string;
  /** When, UTC milliseconds. */
  readonly at: number;
}

/** Tells several persons the same thing, in the transaction that makes it so; each is told once. */
export async function tell(
  tx: Db,
  persons: Iterable<string>,
  news: { readonly school: string; readonly what: Tidings; readonly about: string; readonly at: number },
): Promise<void> {
  const rows = [...new Set(persons)].sort().map((person) => ({ id: newKey(), person, ...news }));
  for (const piece of inPieces(rows)) await tx('told').insert(piece);
}

/** Tells what has become of a thing to all who were told of it before. */
export async function tellAgain(
  tx: Db,
  about: string,
  { what, at }: { readonly what: Tidings; readonly at: number },
): Promise<void> {
  const before = (await tx('told').where({ about }).select('person', 'school')) as Pick<Told, 'person' | 'school'>[];
  const [first] = before;
  if (!first) return;
  const persons = before.map(({ person }) => person);
  await tell(tx, persons, { school: first.school, what, about, at });
}

/** What a person was told, the newest first. */
export async function toldTo(db: Db, person: string): Promise<Told[]> {
  const order = [
    { column: 'at', order: 'desc' },
    { column: 'id', order: 'desc' },
  ];
  return (await db('told').where({ person }).orderBy(order)) as Told[];
}
