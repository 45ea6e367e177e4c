// Opening an account without a password, by its holder's own act: a provider has shown who they are.
import { voidActivation } from '../accounts/activation.ts';
import { freeIdentifier, identifierStem } from '../accounts/identifiers.ts';
import { accountOf, identifiersLike, insertAccount } from '../accounts/records.ts';
import { keepMove, stateOf } from '../accounts/states.ts';
import { audit } from '../audit/audit.ts';
import { findPerson, holderOf } from '../directory/persons.ts';
import { passGate } from '../directory/restrictions.ts';
import { Refusal } from '../errors.ts';
import { type Db, inTransaction, isUniqueViolation } from '../storage/storage.ts';
import { useAssertion } from './keeping.ts';
import { holdProvider } from './providers.ts';

/** How often an identifier may be taken by others between our choosing and writing it. */
const TRIES = 5;

/**
 * Opens the account of a person who has none, and uses the assertion up, in one transaction: there is no password, and a
 * code that waited is void. `upstream_over` when the provider has ended, or the assertion was used, or the account opened,
 * by another request.
 */
export async function openByUpstream(
  db: Db,
  opening: { person: string; assertion: string; provider: string; at: number },
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await inTransaction(db, (tx) => write(tx, opening));
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      if (tries === TRIES || (await accountOf(db, opening.person))?.state === 'active') throw over();
    }
  }
}

async function write(
  tx: Db,
  { person, assertion, provider, at }: { person: string; assertion: string; provider: string; at: number },
): Promise<void> {
  if (!(await holdProvider(tx, provider)) || !(await useAssertion(tx, { id: assertion, person, at }))) throw over();
  await passGate(tx, 'delivery'); // nobody joins the record to another meanwhile
  const before = await stateOf(tx, person, at);
  if ((await holderOf(tx, person)) !== person) throw over();
  if (before !== 'record' && before !== 'invited') throw over();
  const { givenName, familyName } = await findPerson(tx, person);
  const stem = identifierStem(givenName, familyName);
  await insertAccount(tx, { person, identifier: freeIdentifier(stem, await identifiersLike(tx, stem)), at });
  await voidActivation(tx, person);
  await keepMove(tx, { person, before, after: 'active', why: 'upstream', actor: person, from: 'here', at });
  const details = { by: 'upstream', provider };
  await audit(tx, { at, event: 'account.activated', actor: person, subject: person, details });
}

function over(): Refusal {
  return new Refusal('upstream_over', 'expected an assertion that was not used yet, for a person without an account');
}
