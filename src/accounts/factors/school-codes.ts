// A code for somebody who has lost every second factor: given by the school, in person, as an activation code is.
import { audit } from '../../audit/audit.ts';
import { findPerson } from '../../directory/persons.ts';
import { Refusal } from '../../errors.ts';
import { queueMail } from '../../mail/mail.ts';
import { type Db, inTransaction } from '../../storage/storage.ts';
import { codeHash, newCode } from '../activation.ts';
import { rowsOf } from './keeping.ts';

/** How long such a code is good for, in milliseconds: it is handed over, and used the same day or the next. */
export const FACTOR_CODE_LIVES = 24 * 3_600_000;

/**
 * Gives a person a code that removes their second factors, once they have typed their password as well; an earlier one no
 * longer works. Told once: only its hash is kept. The holder is told by mail. Whether `by` may is for the caller to ask.
 * Refuses `unknown_person`, `not_allowed` for oneself, `nothing_to_end` for who holds no factor.
 */
export async function issueFactorCode(
  db: Db,
  { person, by, at }: { person: string; by: string; at: number },
): Promise<{ code: string; expiresAt: number }> {
  if (person === by) throw new Refusal('not_allowed', 'nobody gives such a code to oneself');
  const code = newCode();
  const expiresAt = at + FACTOR_CODE_LIVES;
  await inTransaction(db, async (tx) => {
    await findPerson(tx, person);
    if ((await rowsOf(tx, person)).length === 0)
      throw new Refusal('nothing_to_end', 'expected a person who holds a second factor');
    await tx('factor_code')
      .insert({ person, code_hash: codeHash(code), issued_by: by, issued_at: at, expires_at: expiresAt })
      .onConflict('person')
      .merge();
    await audit(tx, { at, event: 'factor.code_issued', actor: by, subject: person, details: { expiresAt } });
    await queueMail(tx, { person, template: 'credentialChanged', data: { what: 'code_issued', at }, at });
  });
  return { code, expiresAt };
}

/** Uses a person's code up; false for one that is not theirs, was used, or has ended. */
export async function takeSchoolCode(
  tx: Db,
  { person, code, at }: { person: string; code: string; at: number },
): Promise<boolean> {
  const taken = await tx('factor_code')
    .where({ person, code_hash: codeHash(code) })
    .where('expires_at', '>', at)
    .delete();
  return taken === 1;
}

/** Takes a person's code back. */
export async function voidSchoolCode(tx: Db, person: string): Promise<void> {
  await tx('factor_code').where({ person }).delete();
}

export async function purgeSchoolCodes(db: Db, at: number): Promise<number> {
  return db('factor_code').where('expires_at', '<=', at).delete();
}
