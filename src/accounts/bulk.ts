// A school in trouble: the passwords of all its pupils are void at once, and no session of theirs goes on.
import type { Knex } from 'knex';
import { audit } from '../audit/audit.ts';
import { listSchools } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { subjectsAt } from '../facts/facts.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { voidActivations } from './activation.ts';
import { forgetContacts } from './contact.ts';
import { countAccounts, voidPasswords } from './records.ts';
import { voidResetsOf } from './reset-codes.ts';

/** What else falls with the passwords, in the same transaction; `persons` selects their keys. */
export type AlsoEnded = (tx: Db, persons: Knex.QueryBuilder, at: number) => Promise<unknown>;

/** Which pupils: those of some schools, or of all the schools of an academy. */
export type Wide = { readonly schools: readonly string[] } | { readonly academy: string };

/**
 * Voids the passwords, the codes and the e-mail addresses of all the pupils of schools, and ends their sessions, on every
 * node, within the second: a school in one transaction, its trace with it, so that nobody waits behind hundreds of
 * thousands. Second factors stay. Each pupil then needs a new code. `accounts` counts the accounts that could sign in.
 * Refuses with `unknown_school`.
 */
export async function resetMany(
  db: Db,
  request: Wide & {
    audience: 'pupils';
    actor: string;
    at: number;
    also?: readonly AlsoEnded[];
    /** Hears how many accounts were reset at each school. */
    onSchool?: (school: string, accounts: number) => void;
  },
): Promise<{ schools: number; accounts: number }> {
  const { at, actor, audience, also = [], onSchool } = request;
  const schools = await schoolsOf(db, request);
  let total = 0;
  for (const school of schools) {
    const accounts = await inTransaction(db, async (tx) => {
      const pupils = subjectsAt(tx, { relation: 'attends', school, at });
      const count = await voidPasswords(tx, pupils, at);
      await voidResetsOf(tx, pupils);
      await forgetContacts(tx, pupils); // whoever held the accounts may have given them, to have a link sent there
      await voidActivations(tx, pupils);
      for (const end of also) await end(tx, pupils, at);
      await audit(tx, { at, event: 'accounts.reset', actor, school, details: { audience, accounts: count } });
      return count;
    });
    onSchool?.(school, accounts);
    total += accounts;
  }
  return { schools: schools.length, accounts: total };
}

/** How many pupils of a school can sign in, and how many of them wait for a new password. */
export function countPupils(
  db: Db,
  { school, at }: { school: string; at: number },
): Promise<{ active: number; withoutPassword: number }> {
  return countAccounts(db, subjectsAt(db, { relation: 'attends', school, at }));
}

async function schoolsOf(db: Db, wide: Wide): Promise<string[]> {
  if ('academy' in wide) {
    const found = (await listSchools(db)).filter(({ academy }) => academy === wide.academy).map(({ uai }) => uai);
    if (found.length === 0) throw new Refusal('unknown_school', `no school is of the academy \`${wide.academy}\``);
    return found;
  }
  const known = new Set((await listSchools(db, wide.schools)).map(({ uai }) => uai));
  for (const uai of wide.schools)
    if (!known.has(uai)) throw new Refusal('unknown_school', `no school has the UAI \`${uai}\``, { uai });
  return [...known];
}
