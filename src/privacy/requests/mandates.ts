// The document that lets somebody act for others: kept with the requests that it serves, its type told by what it holds.
import { createHash } from 'node:crypto';
import { audit } from '../../audit/audit.ts';
import { Refusal } from '../../errors.ts';
import { type Db, inTransaction, newKey } from '../../storage/storage.ts';
import { documentsInUse, isItsAlone, type PersonRequest, readRequest } from './records.ts';
import { holdsOffice, isOwn } from './standing.ts';

const TABLE = 'mandate_document';

/** The most that a document may weigh, in bytes. */
export const DOCUMENT_SIZE = 5 * 1024 * 1024;

/** How many documents of no request yet somebody may have. */
const MOST_WAITING = 10;

/** How long a document waits for the envelope that it came with to be recorded. */
export const WAITS_FOR = 86_400_000;

/** Types, by their extension. */
export const documentTypes = { pdf: 'application/pdf', jpg: 'image/jpeg', png: 'image/png' } as const;
export type DocumentType = (typeof documentTypes)[keyof typeof documentTypes];

export interface MandateDocument {
  readonly id: string;
  readonly type: DocumentType;
  /** In bytes. */
  readonly size: number;
  /** SHA-256, in hexadecimal. */
  readonly hash: string;
}

const described = ['id', 'type', 'size', 'hash'] as const;

/**
 * Keeps a document for the requests that are about to name it; the same one sent again by the same agent is one. Refuses
 * `mandate_unreadable` for what is no PDF, JPEG or PNG, or not the whole of one, and `file_too_large`.
 */
export async function keepDocument(
  db: Db,
  { content, by, at }: { content: Buffer; by: string; at: number },
): Promise<MandateDocument> {
  if (content.length > DOCUMENT_SIZE)
    throw new Refusal('file_too_large', `expected a file of at most ${DOCUMENT_SIZE} bytes`);
  const type = typeOf(content);
  if (!type) throw new Refusal('mandate_unreadable', 'expected a whole PDF, JPEG or PNG');
  const hash = createHash('sha256').update(content).digest('hex');
  return inTransaction(db, async (tx) => {
    await tx(TABLE)
      .insert({ id: newKey(), type, size: content.length, hash, content, stored_by: by, stored_at: at })
      .onConflict(['stored_by', 'hash'])
      .merge({ stored_at: at });
    await dropBeyond(tx, by);
    const kept = await tx(TABLE)
      .where({ stored_by: by, hash })
      .first(...described);
    return toDocument(kept);
  });
}

/** A document that an agent has sent; `mandate_incomplete` for anything else. */
export async function documentOf(db: Db, sent: { id: string; by: string }): Promise<MandateDocument> {
  const found = await findDocument(db, sent);
  if (!found) throw new Refusal('mandate_incomplete', 'expected the document of the mandate');
  return found;
}

/** The same, or nothing: one that waited for too long is kept no more. */
export async function findDocument(
  db: Db,
  { id, by }: { id: string; by: string },
): Promise<MandateDocument | undefined> {
  const row = await db(TABLE)
    .where({ id, stored_by: by })
    .first(...described);
  return row && toDocument(row);
}

/** Holds a document that requests are about to name, so that it is not let go of meanwhile; the same refusal. */
export async function claimDocument(tx: Db, { id, at }: { id: string; at: number }): Promise<void> {
  if ((await tx(TABLE).where({ id }).update({ stored_at: at })) === 0)
    throw new Refusal('mandate_incomplete', 'expected the document of the mandate');
}

/**
 * The document of a request's mandate: for whoever may decide it, the data protection officer, and the person concerned,
 * where it is theirs alone: that of an envelope names those who signed beside them. `unknown_request` for anybody else.
 * Traced, but for one's own.
 */
export async function readMandate(
  db: Db,
  { id, by, at }: { id: string; by: string; at: number },
): Promise<{ readonly request: PersonRequest; readonly type: DocumentType; readonly content: Buffer }> {
  const request = await readRequest(db, id);
  const own =
    request !== undefined && (request.asker === by || request.about === by) && (await isItsAlone(db, request));
  if (!request?.document || !(own || (await mayRead(db, request, { by, at }))))
    throw new Refusal('unknown_request', `no request that you may see has a document and the key \`${id}\``);
  const row = await db(TABLE).where({ id: request.document }).first('type', 'content');
  const { school, kind, about } = request;
  if (!own)
    await audit(db, {
      at,
      event: 'request.mandate_read',
      actor: by,
      subject: about ?? undefined,
      school,
      details: { request: id, kind },
    });
  return { request, type: row.type, content: Buffer.from(row.content) };
}

/** Whether somebody reads the document in their charge. */
export async function mayRead(
  db: Db,
  request: PersonRequest,
  { by, at }: { by: string; at: number },
): Promise<boolean> {
  if (await isOwn(db, request, { by, at })) return false;
  const { school } = request;
  return (
    (await holdsOffice(db, { school, by, at }, 'decide')) || (await holdsOffice(db, { school, by, at }, 'oversee'))
  );
}

/** Removes documents that no request names, and that were sent before an instant. Returns how many. */
export async function dropDocuments(tx: Db, before: number): Promise<number> {
  return tx(TABLE).where('stored_at', '<', before).whereNotIn('id', documentsInUse(tx)).delete();
}

/** Of those that wait for an envelope, an agent keeps the newest. */
async function dropBeyond(tx: Db, by: string): Promise<void> {
  const waiting: { id: string; stored_at: number }[] = await tx(TABLE)
    .where({ stored_by: by })
    .whereNotIn('id', documentsInUse(tx))
    .orderBy([
      { column: 'stored_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .select('id', 'stored_at');
  // one that a request claims meanwhile is claimed at another instant, and stays
  for (const { id, stored_at } of waiting.slice(MOST_WAITING)) await tx(TABLE).where({ id, stored_at }).delete();
}

function toDocument({ id, type, size, hash }: MandateDocument): MandateDocument {
  return { id, type, size: Number(size), hash };
}

/** How each type begins, and what stands near its end: half of one is refused. */
const marks: readonly { readonly type: DocumentType; readonly first: Buffer; readonly last: Buffer }[] = [
  { type: 'application/pdf', first: Buffer.from('%PDF-'), last: Buffer.from('%%EOF') },
  { type: 'image/jpeg', first: Buffer.from([0xff, 0xd8, 0xff]), last: Buffer.from([0xff, 0xd9]) },
  {
    type: 'image/png',
    first: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52]),
    last: Buffer.from([0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]),
  },
];

/** How far from its end the end of a document may stand: some tools write something after it. */
const NEAR_THE_END = 2_048;

/** What a document is, whatever its name says. */
export function typeOf(content: Buffer): DocumentType | undefined {
  const end = content.subarray(Math.max(0, content.length - NEAR_THE_END));
  return marks.find(({ first, last }) => content.subarray(0, first.length).equals(first) && end.includes(last))?.type;
}
