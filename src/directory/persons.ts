// Persons: one row each, under as many external identities as the state gives them.
import { Refusal } from '../errors.ts';
import { type Db, inPieces, newKey } from '../storage/storage.ts';
import { endAgreed, type HeldAttribute, type Hold, holdAttribute, liveHolds } from './holds.ts';

export interface Person {
  readonly id: string;
  readonly givenName: string;
  readonly familyName: string;
  /** YYYY-MM-DD; to match a holder, never to show. */
  readonly birthDate: string | null;
  readonly email: string | null;
  /** Of staff alone: how they are addressed. */
  readonly civility: Civility | null;
}

/** What the state's exports say before a name; of pupils and parents it is not kept. */
export type Civility = 'M.' | 'Mme';

interface Row {
  id: string;
  given_name: string;
  family_name: string;
  birth_date: string | null;
  email: string | null;
  civility: Civility | null;
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

/** When a person was first delivered, and changed last; UTC milliseconds. And under which identities the state knows them. */
export async function recordOf(
  db: Db,
  id: string,
): Promise<{
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly identities: readonly { readonly academy: string; readonly externalId: string }[];
}> {
  const row = await db('person').where({ id }).first('created_at', 'updated_at');
  if (!row) throw new Refusal('unknown_person', `no person has the key \`${id}\``);
  const identities = (await db('external_identity').where({ person: id }).orderBy(['academy', 'external_id'])) as {
    academy: string;
    external_id: string;
  }[];
  return {
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    identities: identities.map(({ academy, external_id }) => ({ academy, externalId: external_id })),
  };
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

/** What is known of the holders of external ids, each by the record that the id names; unknown ids are left out. */
export async function recordsByExternalId(
  db: Db,
  academy: string,
  externalIds: readonly string[],
): Promise<Map<string, Person>> {
  const found = new Map<string, Person>();
  for (const piece of inPieces(externalIds)) {
    const known = await knownPersons(
      db,
      piece.map((externalId) => ({ academy, externalId })),
    );
    for (const [name, row] of known) found.set(name.slice(academy.length + 1), toPerson(row));
  }
  return found;
}

/** An external identity: whose it is today, and which record it names: the person's own, or one that was joined. */
export interface Identity {
  readonly academy: string;
  readonly externalId: string;
  readonly person: string;
  readonly record: string;
}

/** The identities of persons, in the order of their ids; in one academy, when it is said. */
export async function listIdentities(db: Db, persons: readonly string[], academy?: string): Promise<Identity[]> {
  const found: Identity[] = [];
  for (const piece of inPieces(persons)) {
    // asked by person alone: with the academy beside it, SQLite would read the whole academy each time
    const rows = (await db('external_identity').whereIn('person', piece)) as IdentityRow[];
    const theirs = rows.filter((row) => row.source === 'aaf' && (academy === undefined || row.academy === academy));
    found.push(...theirs.map(toIdentity));
  }
  return found.sort((a, b) => (a.externalId < b.externalId ? -1 : 1));
}

/** The records a person holds: their own first, then those that were joined to it. */
export async function recordsOf(db: Db, person: string): Promise<string[]> {
  const rows: { record: string }[] = await db('external_identity')
    .where({ person })
    .whereNotNull('record')
    .distinct('record')
    .orderBy('record');
  return [person, ...rows.map(({ record }) => record)];
}

/** Who holds a record: its own person, or the one that it was joined to. */
export async function holderOf(db: Db, record: string): Promise<string> {
  return (await db('external_identity').where({ record }).first('person'))?.person ?? record;
}

/** Who holds each of several records that were joined to another; those that stand alone are left out. */
export async function holdersOf(db: Db, records: readonly string[]): Promise<Map<string, string>> {
  return joined(db, 'record', records);
}

/** The records that were joined to any of several persons, each with its holder. */
export async function joinedTo(db: Db, persons: readonly string[]): Promise<Map<string, string>> {
  return joined(db, 'person', persons);
}

async function joined(db: Db, column: 'record' | 'person', keys: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const piece of inPieces([...new Set(keys)])) {
    const rows: { record: string; person: string }[] = await db('external_identity')
      .whereIn(column, piece)
      .whereNotNull('record')
      .select('record', 'person');
    for (const { record, person } of rows) found.set(record, person);
  }
  return found;
}

/** The record that each external id names, of the persons who hold several; the others are left out. */
export async function recordsNamed(
  db: Db,
  academy: string,
  externalIds: readonly string[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  if (!(await db('external_identity').whereNotNull('record').first('record'))) return found;
  for (const piece of inPieces([...new Set(externalIds)])) {
    const rows = (await db('external_identity')
      .where({ source: 'aaf', academy })
      .whereIn('external_id', piece)) as IdentityRow[];
    const persons = [...new Set(rows.map(({ person }) => person))];
    const several = new Set(
      await db('external_identity').whereIn('person', persons).whereNotNull('record').pluck('person'),
    );
    for (const row of rows) if (several.has(row.person)) found.set(row.external_id, toIdentity(row).record);
  }
  return found;
}

/** Gives the identities of some records from one person to another; says which they were. */
export async function moveIdentities(
  tx: Db,
  { records, from, to }: { records: readonly string[]; from: string; to: string },
): Promise<Identity[]> {
  const rows = (await tx('external_identity').where({ person: from })) as IdentityRow[];
  const moved = rows.map(toIdentity).filter(({ record }) => records.includes(record));
  for (const { academy, externalId, record } of moved)
    await tx('external_identity')
      .where({ source: 'aaf', academy, external_id: externalId })
      .update({ person: to, record: record === to ? null : record });
  return moved;
}

interface IdentityRow {
  source: string;
  academy: string;
  external_id: string;
  person: string;
  record: string | null;
}

function toIdentity({ academy, external_id, person, record }: IdentityRow): Identity {
  return { academy, externalId: external_id, person, record: record ?? person };
}

/**
 * Writes an attribute of a person as an accepted request wants it, `null` for nothing; deliveries keep it so until the
 * state says the same.
 */
export async function correctPerson(
  tx: Db,
  {
    person: id,
    what,
    value,
    request,
    at,
  }: { person: string; what: HeldAttribute; value: string | null; request: string; at: number },
): Promise<void> {
  await holdAttribute(tx, { person: id, what, value, request, at });
  await tx('person')
    .where({ id })
    .update({ [columns[what]]: value, updated_at: at });
}

/**
 * Forgets what serves nothing of a person who is nowhere any more and not to be invited: the day of birth, the civility. A
 * delivery that names them gives both back.
 */
export async function forgetDetails(tx: Db, id: string, at: number): Promise<void> {
  await tx('person').where({ id }).update({ birth_date: null, civility: null, updated_at: at });
}

const columns = { givenName: 'given_name', familyName: 'family_name', email: 'email' } as const;

/**
 * Writes persons that are new or have changed; returns keys by external id, and the external ids created and changed.
 * Of those who are withheld, nothing is written; an attribute that is held stays, until the delivery says the same.
 */
export async function ensurePersons(
  tx: Db,
  persons: readonly {
    academy: string;
    externalId: string;
    givenName: string;
    familyName: string;
    birthDate?: string | undefined;
    email?: string | undefined;
    civility?: Civility | undefined;
  }[],
  at: number,
  withheld: ReadonlySet<string> = new Set(),
): Promise<{ ids: Map<string, string>; created: string[]; changed: string[] }> {
  const ids = new Map<string, string>();
  const rows: (Row & { created_at: number; updated_at: number })[] = [];
  const identities: { source: string; academy: string; external_id: string; person: string }[] = [];
  const changed: string[] = [];
  for (const piece of inPieces(persons)) {
    const known = await knownPersons(tx, piece);
    const holds = await holdsByPerson(tx, known);
    for (const person of piece) {
      if (ids.has(person.externalId)) continue;
      const before = known.get(`${person.academy} ${person.externalId}`);
      const holder = before?.holder ?? newKey();
      const id = before?.id ?? holder; // a joined record is named by its own identities, and names nobody else
      ids.set(person.externalId, holder);
      if (withheld.has(holder) || withheld.has(id)) continue;
      const { fresh, agreed } = asHeld(toRow(person), holds.get(id) ?? []);
      await endAgreed(tx, agreed, at);
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
): Promise<Map<string, Row & { holder: string }>> {
  const rows = (await tx('external_identity')
    .join('person', 'person.id', tx.raw('coalesce(external_identity.record, external_identity.person)'))
    .where('external_identity.source', 'aaf')
    .whereIn('external_identity.academy', [...new Set(piece.map((one) => one.academy))])
    .whereIn(
      'external_identity.external_id',
      piece.map((one) => one.externalId),
    )
    .select(
      'external_identity.academy',
      'external_identity.external_id',
      'external_identity.person as holder',
      'person.*',
    )) as (Row & { academy: string; external_id: string; holder: string })[];
  return new Map(rows.map((row) => [`${row.academy} ${row.external_id}`, row]));
}

async function holdsByPerson(tx: Db, known: ReadonlyMap<string, Row>): Promise<Map<string, Hold[]>> {
  const found = new Map<string, Hold[]>();
  const keys = [...known.values()].map(({ id }) => id);
  for (const hold of await liveHolds(tx, keys)) found.set(hold.person, [...(found.get(hold.person) ?? []), hold]);
  return found;
}

/** What a delivery says, as requests hold it; and the holds that the state agrees with, whatever the case of letters. */
function asHeld(said: Omit<Row, 'id'>, holds: readonly Hold[]): { fresh: Omit<Row, 'id'>; agreed: Hold[] } {
  const fresh = { ...said };
  const agreed: Hold[] = [];
  for (const hold of holds) {
    if (hold.what === 'person') continue;
    const column = columns[hold.what];
    const held = hold.value ?? null;
    // an address that is objected to stays away even when an export is silent about it once
    if (held !== null && said[column]?.toLocaleLowerCase('fr') === held.toLocaleLowerCase('fr')) agreed.push(hold);
    else if (column === 'email') fresh.email = held;
    else if (held !== null) fresh[column] = held;
  }
  return { fresh, agreed };
}

/** A blank value does not erase what another file of the same export gave. */
function merged(before: Row, fresh: Omit<Row, 'id'>): Omit<Row, 'id'> {
  return {
    given_name: fresh.given_name,
    family_name: fresh.family_name,
    birth_date: fresh.birth_date ?? before.birth_date,
    email: fresh.email ?? before.email,
    civility: fresh.civility ?? before.civility,
  };
}

function differs(before: Row, fresh: Omit<Row, 'id'>): boolean {
  const after = merged(before, fresh);
  return (
    before.given_name !== after.given_name ||
    before.family_name !== after.family_name ||
    before.birth_date !== after.birth_date ||
    before.email !== after.email ||
    before.civility !== after.civility
  );
}

function toRow(person: {
  givenName: string;
  familyName: string;
  birthDate?: string | undefined;
  email?: string | undefined;
  civility?: Civility | undefined;
}): Omit<Row, 'id'> {
  return {
    given_name: person.givenName,
    family_name: person.familyName,
    birth_date: person.birthDate ?? null,
    email: person.email ?? null,
    civility: person.civility ?? null,
  };
}

function toPerson(row: Row): Person {
  return {
    id: row.id,
    givenName: row.given_name,
    familyName: row.family_name,
    birthDate: row.birth_date,
    email: row.email,
    civility: row.civility,
  };
}
