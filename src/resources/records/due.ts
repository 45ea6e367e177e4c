// Schools whose offers are to be made out again: an act that changes more schools than it can wait for leaves them here.
import { lockSchool } from '../../facts/facts.ts';
import { type Db, inPieces, inTransaction } from '../../storage/storage.ts';

/** Asks for schools, in the transaction of the act. */
export async function askDerivation(tx: Db, schools: readonly string[], at: number): Promise<void> {
  for (const piece of inPieces(schools))
    await tx('offer_due')
      .insert(piece.map((school) => ({ school, asked_at: at })))
      .onConflict('school')
      .merge(['asked_at']);
}

/** Schools that wait, the longest first. */
export async function dueSchools(db: Db, most: number): Promise<string[]> {
  return db('offer_due').orderBy(['asked_at', 'school']).limit(most).pluck('school');
}

/** Does what a school waits for, and takes it off the list; asked for again meanwhile, it waits again. */
export async function settleDue(db: Db, school: string, work: (tx: Db) => Promise<unknown>): Promise<void> {
  await inTransaction(db, async (tx) => {
    await lockSchool(tx, school);
    await tx('offer_due').where({ school }).delete();
    await work(tx);
  });
}
