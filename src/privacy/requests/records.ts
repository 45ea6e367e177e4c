// Requests as they are kept: one row per person, whatever envelope they came in.
import { type Db, inPieces, newKey } from '../../storage/storage.ts';
import { dueDay } from './clock.ts';
import type { Ground, IdentityCheck, RequestKind } from './kinds.ts';

const TABLE = 'person_request';

export type RequestState = 'open' | 'accepted' | 'refused' | 'withdrawn';

/** Who acts for the person: a union, a lawyer. */
export interface Mandate {
  readonly reference: string;
  readonly holder: string;
  /** SHA-256 of the document, in hexadecimal. */
  readonly hash: string;
}

export interface PersonRequest {
  readonly id: string;
  /** The UAI of the school that answers. */
  readonly school: string;
  readonly kind: RequestKind;
  /** As `targets` of the kinds, or `logbook:KEY`. */
  readonly target: string;
  /** The value asked for, of a rectification. */
  readonly wanted: string | null;
  /** What the person wrote; none once it was wiped. */
  readonly words: string | null;
  /** Who asks; none as long as a letter is not attached to anybody. */
  readonly asker: string | null;
  /** Whose data. */
  readonly about: string | null;
  /** As a letter writes it. */
  readonly name: string | null;
  /** In how many names, of one asked collectively. */
  readonly signatories: number;
  readonly channel: 'online' | 'paper';
  /** The letters that came together. */
  readonly batch: string;
  readonly identity: IdentityCheck;
  readonly mandate: Mandate | null;
  /** The key of the mandate's document; none where it is not kept, or not any more. */
  readonly document: string | null;
  /** YYYY-MM-DD */
  readonly received: string;
  readonly filedAt: number;
  readonly filedBy: string;
  readonly state: RequestState;
  readonly extendedAt: number | null;
  readonly extendedBy: string | null;
  readonly extensionReason: string | null;
  /** How the extension is told, and when it was. */
  readonly extensionTold: 'mail' | 'letter' | null;
  readonly extensionToldAt: number | null;
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  readonly ground: Ground | null;
  readonly reason: string | null;
  /** The reason as it is compared with others; kept of refusals. */
  readonly likeness: string | null;
  /** How the answer is told. */
  readonly answer: 'mail' | 'letter' | null;
  readonly answeredAt: number | null;
  /** When a correction was carried to the state's system, and by whom. */
  readonly forwardedAt: number | null;
  readonly forwardedBy: string | null;
  /** The last day on which the answer is in time, YYYY-MM-DD. */
  readonly due: string;
}

/** What is written when a request is filed; the rest begins empty. */
export type NewRequest = Pick<
  PersonRequest,
  | 'school'
  | 'kind'
  | 'target'
  | 'wanted'
  | 'words'
  | 'asker'
  | 'about'
  | 'name'
  | 'signatories'
  | 'channel'
  | 'batch'
  | 'identity'
  | 'mandate'
  | 'document'
  | 'received'
  | 'filedAt'
  | 'filedBy'
> & {
  /** What may be open only once: a second one that says the same breaks a unique key. */
  readonly slot: string;
};

type Fields = Omit<PersonRequest, 'due'>;

/** Columns by field. */
const columns = {
  id: 'id',
  school: 'school',
  kind: 'kind',
  target: 'target',
  wanted: 'wanted',
  words: 'words',
  asker: 'asker',
  about: 'about',
  name: 'name',
  signatories: 'signatories',
  channel: 'channel',
  batch: 'batch',
  identity: 'identity',
  mandate: 'mandate',
  document: 'document',
  received: 'received',
  filedAt: 'filed_at',
  filedBy: 'filed_by',
  state: 'state',
  extendedAt: 'extended_at',
  extendedBy: 'extended_by',
  extensionReason: 'extension_reason',
  extensionTold: 'extension_told',
  extensionToldAt: 'extension_told_at',
  decidedBy: 'decided_by',
  decidedAt: 'decided_at',
  ground: 'ground',
  reason: 'reason',
  likeness: 'likeness',
  answer: 'answer',
  answeredAt: 'answered_at',
  forwardedAt: 'forwarded_at',
  forwardedBy: 'forwarded_by',
} as const satisfies Record<keyof Fields, string>;

type Row = Record<(typeof columns)[keyof Fields], unknown>;

/** Writes new requests, in the order given. Breaks the unique key of `slot` when one of them is open already. */
export async function insertRequests(tx: Db, requests: readonly NewRequest[]): Promise<string[]> {
  const rows = requests.map(({ slot, ...request }, place) => ({
    id: newKey(),
    slot,
    place,
    state: 'open',
    ...toColumns(request),
  }));
  for (const piece of inPieces(rows)) await tx(TABLE).insert(piece);
  return rows.map(({ id }) => id);
}

/** A request by key; nothing when there is none. */
export async function readRequest(db: Db, id: string): Promise<PersonRequest | undefined> {
  const row = (await db(TABLE).where({ id }).first()) as Row | undefined;
  return row && toRequest(row);
}

/** The same, held to the end of the transaction. (SQLite transactions follow each other anyway.) */
export async function holdRequest(tx: Db, id: string): Promise<PersonRequest | undefined> {
  const row = (await tx(TABLE).where({ id }).forUpdate().first()) as Row | undefined;
  return row && toRequest(row);
}

/** The open request that holds a slot. */
export async function openInSlot(db: Db, slot: string): Promise<PersonRequest | undefined> {
  const row = (await db(TABLE).where({ slot }).first()) as Row | undefined;
  return row && toRequest(row);
}

/** Requests by what they have in common, newest first. */
export async function findRequests(
  db: Db,
  where: { school?: string; asker?: string; about?: string; batch?: string; filedBy?: string; state?: RequestState },
): Promise<PersonRequest[]> {
  const rows = (await db(TABLE)
    .where(toColumns(where))
    .orderBy('filed_at', 'desc')
    .orderBy('place', 'desc')
    .orderBy('id', 'desc')) as Row[];
  return rows.map(toRequest);
}

/** Those that a school still has to answer: how many, without reading them. */
export async function countOpen(db: Db, schools: readonly string[]): Promise<number> {
  const row = await db(TABLE)
    .whereIn('school', [...schools])
    .where({ state: 'open' })
    .count({ count: '*' })
    .first();
  return Number(row?.count ?? 0);
}

/** Changes a request; one that is not open any more holds nothing back. */
export async function changeRequest(
  tx: Db,
  id: string,
  { slot, ...change }: Partial<Fields> & { readonly slot?: string },
): Promise<void> {
  const frees = change.state !== undefined && change.state !== 'open';
  await tx(TABLE)
    .where({ id })
    .update({ ...toColumns(change), ...(slot !== undefined && { slot }), ...(frees && { slot: null }) });
}

/** The likenesses of the refusals of a school since an instant, but for one request. */
export async function likenessesAt(
  db: Db,
  { school, since, but }: { school: string; since: number; but: string },
): Promise<string[]> {
  const rows = (await db(TABLE)
    .where({ school, state: 'refused' })
    .where('decided_at', '>=', since)
    .whereNot({ id: but })
    .whereNotNull('likeness')
    .select('likeness')) as { likeness: string }[];
  return rows.map(({ likeness }) => likeness);
}

/** The documents that requests name, as a part of another query. */
export function documentsInUse(db: Db) {
  return db(TABLE).whereNotNull('document').select('document');
}

/** Whether the document of a request's mandate is that of no other request. */
export async function isItsAlone(db: Db, { id, document }: PersonRequest): Promise<boolean> {
  return (await db(TABLE).where({ document }).whereNot({ id }).first('id')) === undefined;
}

/** Wipes what persons wrote and who acted for them in what was closed before an instant. Returns how many. */
export async function wipeWords(tx: Db, before: number, limit = 500): Promise<number> {
  const old = tx(TABLE)
    .where('decided_at', '<', before)
    .where((either) => either.whereNotNull('words').orWhereNotNull('mandate').orWhereNotNull('wanted'))
    .limit(limit)
    .select('id');
  return tx(TABLE).whereIn('id', old).update({ words: null, mandate: null, document: null, wanted: null });
}

/** Removes what was closed before an instant, but for those named. Returns how many. */
export async function removeClosed(tx: Db, before: number, kept: ReadonlySet<string>): Promise<number> {
  const rows = (await tx(TABLE).where('decided_at', '<', before).select('id')) as { id: string }[];
  let removed = 0;
  for (const piece of inPieces(rows.map(({ id }) => id).filter((id) => !kept.has(id))))
    removed += await tx(TABLE).whereIn('id', piece).delete();
  return removed;
}

function toColumns(fields: Partial<Fields>): Record<string, unknown> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([field, value]) => [
      columns[field as keyof Fields],
      field === 'mandate' && value !== null ? JSON.stringify(value) : value,
    ]),
  );
}

function toRequest(row: Row): PersonRequest {
  const fields = Object.fromEntries(
    Object.entries(columns).map(([field, column]) => [field, row[column]]),
  ) as unknown as Fields;
  const mandate = row.mandate === null ? null : (JSON.parse(row.mandate as string) as Mandate);
  const { received, extendedAt } = fields;
  return { ...fields, mandate, due: dueDay({ received, extended: extendedAt !== null }) };
}
