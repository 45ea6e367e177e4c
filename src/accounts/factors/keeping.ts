// The table of second factors: applications that show codes, and passkeys.
import { type Db, inPieces, newKey, onPostgres } from '../../storage/storage.ts';

export type FactorKind = 'totp' | 'passkey';

/** Counts, in a statement on accounts, the factors of each. */
export const countOfFactors = '(select count(*) from factor where factor.person = account.person)';

/** A factor as it is kept. */
export interface FactorRow {
  readonly id: string;
  readonly person: string;
  readonly kind: FactorKind;
  readonly name: string;
  /** UTC milliseconds. */
  readonly added_at: number;
  readonly used_at: number | null;
  /** Of an application: its secret, sealed. */
  readonly secret: Buffer | null;
  /** The last step of time that a code was taken for; of a passkey, how often it says that it has signed. */
  readonly step: number;
  readonly credential: string | null;
  readonly public_key: Buffer | null;
  /** How a browser reaches the passkey, separated by spaces. */
  readonly transports: string;
  /** 1 when the passkey may be on several devices. */
  readonly synced: number;
}

/** What a new factor brings; the rest is of the other kind. */
export type NewFactor = Pick<FactorRow, 'person' | 'kind' | 'name'> &
  Partial<Pick<FactorRow, 'id' | 'secret' | 'step' | 'credential' | 'public_key' | 'transports' | 'synced'>>;

/** A person's factors, oldest first. */
export async function rowsOf(db: Db, person: string): Promise<FactorRow[]> {
  return (await db('factor').where({ person }).orderBy(['added_at', 'id'])) as FactorRow[];
}

/** The same, held until the transaction ends: nobody removes or adds beside it. */
export async function lockRows(tx: Db, person: string): Promise<FactorRow[]> {
  const rows = tx('factor').where({ person }).orderBy(['added_at', 'id']);
  return (await (onPostgres(tx) ? rows.forUpdate() : rows)) as FactorRow[];
}

/** Keeps a factor; a passkey that somebody has already breaks a unique key. Returns its id. */
export async function insertFactor(tx: Db, factor: NewFactor, at: number): Promise<string> {
  const { id = newKey(), person, kind, name, secret, step, credential, public_key, transports, synced } = factor;
  await tx('factor').insert({
    id,
    person,
    kind,
    name,
    added_at: at,
    used_at: null,
    secret: secret ?? null,
    step: step ?? 0,
    credential: credential ?? null,
    public_key: public_key ?? null,
    transports: transports ?? '',
    synced: synced ?? 0,
  });
  return id;
}

/**
 * Takes a step of time, once: of all who come with the same code, the first. A step that has not come yet is from a clock
 * that was put back, and keeps nobody out. `now` is the step of this instant.
 */
export async function takeStep(
  db: Db,
  { id, step, now, at }: { id: string; step: number; now: number; at: number },
): Promise<boolean> {
  const taken = await db('factor')
    .where({ id, kind: 'totp' })
    .where((query) => query.where('step', '<', step).orWhere('step', '>', now + 1))
    .update({ step, used_at: at });
  return taken === 1;
}

/** Takes the count of a passkey's signatures: it only grows, but in those that always say zero. */
export async function takeCount(
  db: Db,
  { id, count, at }: { id: string; count: number; at: number },
): Promise<boolean> {
  const taken = await db('factor')
    .where({ id, kind: 'passkey' })
    .where((query) => (count === 0 ? query.where('step', 0) : query.where('step', '<', count)))
    .update({ step: count, used_at: at });
  return taken === 1;
}

/** Gives a factor of a person another name; false when it is not theirs. */
export async function nameRow(tx: Db, { person, id, name }: { person: string; id: string; name: string }) {
  return (await tx('factor').where({ person, id }).update({ name })) === 1;
}

/** Removes factors of a person: one of them, or all. Returns how many went. */
export async function deleteRows(tx: Db, person: string, id?: string): Promise<number> {
  return tx('factor')
    .where(id === undefined ? { person } : { person, id })
    .delete();
}

/** Those of several persons who hold a factor. */
export async function holdersAmong(db: Db, persons: readonly string[]): Promise<string[]> {
  const holders: string[] = [];
  for (const piece of inPieces(persons))
    holders.push(...((await db('factor').whereIn('person', piece).distinct('person').pluck('person')) as string[]));
  return holders;
}
