// Persons: one row each, under as many external identities as the state gives them.
import { Refusal } from '../errors.ts';
import { type Db, inPieces, newKey } from '../storage/storage.ts';

export interface Person {
  readonly id: string;
  readonly givenName: string;
  readonly familyName: string;
  /** YYYY-MM-DD; to match a holder, never to show. */
  readonly birthDate: string | null;
  readonly email: string | null;
}

interface Row {
  id: string;
  given_name: string;
  family_name: string;
  birth_date: string | null;
  email: string | null;
}

/** A person by key; `unknown_person` when there is none. */
export async function findPerson(db: Db, id: string): Promise<Person> {
  const row = (await db('person').where({ id }).first()) as Row | undefined;
  if (!row) throw new Refusal('unknown_person', `no person has the key \`${id}\``);
  return toPerson(row);
}

/** Persons by key; unknown keys are left out. */
export async function listPersons(db: Db, ids: readonly string[]): Promise<Person[]> {
  const persons: Person[] = [];
  for (const piece of inPieces([...new Set(ids)]))
    persons.push(...((await db('person').whereIn('id', piece)) as Row[]).map(toPerson));
  return persons;
}

/** The person behind an external identity, of any degree. */
export async function findByExternalId(db: Db, academy: string, externalId: string): Promise<string | undefined> {
  const row = await db('external_identity').where({ source: 'aaf', academy, external_id: externalId }).first('person');
  return row?.person;
}

/** Keys by external id, of those that are known. */
export async function personsByExternalId(
  db: Db,
  academy: string,
  externalIds: readonly string[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const piece of inPieces(externalIds))
    for (const row of await db('external_identity')
      .where({ source: 'aaf', academy })
      .whereIn('external_id', piece)
      .select('external_id', 'person'))
      found.set(row.external_id, row.person);
  return found;
}

/** External ids by key, in one academy. */
export async function externalIdsOf(db: Db, academy: string, persons: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const piece of inPieces(persons)) {
    // asked by person alone: with the academy beside it, SQLite would read the whole academy each time
    const rows: { source: string; academy: string; external_id: string; person: string }[] = await db(
      'external_identity',
    ).whereIn('person', piece);
    const theirs = rows.filter((row) => row.source === 'aaf' && row.academy === academy);
    for (const row of theirs.sort((a, b) => (a.external_id < b.external_id ? -1 : 1)))
      found.set(row.person, row.external_id);
  }
  return found;
}

/** Writes persons that are new or have changed; returns keys by external id, and the external ids created and changed. */
export async function ensurePersons(
  tx: Db,
  persons: readonly {
    academy: string;
    externalId: string;
    givenName: string;
    familyName: string;
    birthDate?: string | undefined;
    email?: string | undefined;
  }[],
  at: number,
): Promise<{ ids: Map<string, string>; created: string[]; changed: string[] }> {
  const ids = new Map<string, string>();
  const rows: (Row & { created_at: number; updated_at: number })[] = [];
  const identities: { source: string; academy: string; external_id: string; person: string }[] = [];
  const changed: string[] = [];
  for (const piece of inPieces(persons)) {
    const known = await knownPersons(tx, piece);
    for (const person of piece) {
      if (ids.has(person.externalId)) continue;
      const fresh = toRow(person);
      const before = known.get(`${person.academy} ${person.externalId}`);
      const id = before?.id ?? newKey();
      ids.set(person.externalId, id);
      if (!before) {
        rows.push({ id, ...fresh, created_at: at, updated_at: at });
        identities.push({ source: 'aaf', academy: person.academy, external_id: person.externalId, person: id });
      } else if (differs(before, fresh)) {
        await tx('person')
          .where({ id })
          .update({ ...merged(before, fresh), updated_at: at });
        changed.push(person.externalId);
      }
    }
  }
  for (const piece of inPieces(rows)) await tx('person').insert(piece);
  for (const piece of inPieces(identities)) await tx('external_identity').insert(piece);
  return { ids, created: identities.map((one) => one.external_id), changed };
}

async function knownPersons(
  tx: Db,
  piece: readonly { academy: string; externalId: string }[],
): Promise<Map<string, Row>> {
  const rows = (await tx('external_identity')
    .join('person', 'person.id', 'external_identity.person')
    .where('external_identity.source', 'aaf')
    .whereIn('external_identity.academy', [...new Set(piece.map((one) => one.academy))])
    .whereIn(
      'external_identity.external_id',
      piece.map((one) => one.externalId),
    )
    .select('external_identity.academy', 'external_identity.external_id', 'person.*')) as (Row & {
    academy: string;
    external_id: string;
  })[];
  return new Map(rows.map((row) => [`${row.academy} ${row.external_id}`, row]));
}

/** A blank value does not erase what another file of the same export gave. */
function merged(before: Row, fresh: Omit<Row, 'id'>): Omit<Row, 'id'> {
  return {
    given_name: fresh.given_name,
    family_name: fresh.family_name,
    birth_date: fresh.birth_date ?? before.birth_date,
    email: fresh.email ?? before.email,
  };
}

function differs(before: Row, fresh: Omit<Row, 'id'>): boolean {
  const after = merged(before, fresh);
  return (
    before.given_name !== after.given_name ||
    before.family_name !== after.family_name ||
    before.birth_date !== after.birth_date ||
    before.email !== after.email
  );
}

function toRow(person: {
  givenName: string;
  familyName: string;
  birthDate?: string | undefined;
  email?: string | undefined;
}): Omit<Row, 'id'> {
  return {
    given_name: person.givenName,
    family_name: person.familyName,
    birth_date: person.birthDate ?? null,
    email: person.email ?? null,
  };
}

function toPerson(row: Row): Person {
  return {
    id: row.id,
    givenName: row.given_name,
    familyName: row.family_name,
    birthDate: row.birth_date,
    email: row.email,
  };
}
