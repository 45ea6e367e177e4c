// The texts of notices: each kept by its hash, with the dates from which it was in force at each school.
import { createHash } from 'node:crypto';
import { type AuditEvent, audit } from '../../audit/audit.ts';
import { Refusal } from '../../errors.ts';
import { lockSchool } from '../../facts/facts.ts';
import { type Db, inPieces, inTransaction } from '../../storage/storage.ts';
import type { NoticeDocument } from './document.ts';

/** What stands for no school of its own: the notice for whoever has not said where, and the terms of use. */
export const GENERAL = 'general';
export const TERMS = 'terms';

/** A version of a notice: the common text, and what the school adds to it. */
export interface NoticeVersion {
  /** The UAI, `GENERAL` or `TERMS`. */
  readonly school: string;
  /** What both texts are called together, 20 hexadecimal digits: the same words have the same name everywhere. */
  readonly version: string;
  /** In force from the first instant, UTC milliseconds, to the second; none while it still is. */
  readonly from: number;
  readonly until: number | undefined;
  /** What is said, whatever the words: a new one is news for those who were told another. */
  readonly content: string;
  readonly document: NoticeDocument;
  /** What the school adds, as it was written. */
  readonly own: string | undefined;
}

interface Row {
  school: string;
  number: number;
  from_at: number;
  version: string;
  common: string;
  own: string | null;
  content: string;
  actor: string;
}

/** The notice in force at a school (or `GENERAL`, or `TERMS`) at an instant; none before its first. */
export async function noticeInForce(
  db: Db,
  { school, at }: { school: string; at: number },
): Promise<NoticeVersion | undefined> {
  const rows = (await db('notice_version').where({ school }).orderBy('number')) as Row[];
  const index = rows.findLastIndex((row) => row.from_at <= at);
  const row = rows[index];
  return row && { ...(await read(db, row)), until: rows[index + 1]?.from_at };
}

/** Every version of a school's notice, the newest first, without the texts. */
export async function noticeHistory(
  db: Db,
  school: string,
): Promise<readonly Pick<NoticeVersion, 'version' | 'from' | 'until'>[]> {
  const rows = (await db('notice_version').where({ school }).orderBy('number', 'desc')) as Row[];
  return rows.map((row, index) => ({ version: row.version, from: row.from_at, until: rows[index - 1]?.from_at }));
}

/** A version by its name, as it was, is or will be in force at a school; at any school when none is said. */
export async function noticeVersion(db: Db, version: string, school?: string): Promise<NoticeVersion | undefined> {
  const query = db('notice_version')
    .where({ version, ...(school !== undefined && { school }) })
    .orderBy([{ column: 'from_at', order: 'desc' }, 'school', { column: 'number', order: 'desc' }]);
  const row = (await query.first()) as Row | undefined;
  if (!row) return undefined;
  const next = await db('notice_version')
    .where({ school: row.school, number: row.number + 1 })
    .first('from_at');
  return { ...(await read(db, row)), until: next?.from_at };
}

/** What names the newest version of a school. */
export interface CurrentVersion extends Pick<NoticeVersion, 'version' | 'content' | 'from'> {
  /** The hash of the common text. */
  readonly common: string;
}

/** What is in force now at every school that has a notice: version and content. */
export async function currentVersions(db: Db, schools?: readonly string[]): Promise<Map<string, CurrentVersion>> {
  const found = new Map<string, CurrentVersion>();
  const newest = db('notice_version').select('school').max({ number: 'number' }).groupBy('school');
  if (schools) newest.whereIn('school', [...schools]);
  const rows = (await db
    .with('newest', newest)
    .select('v.school', 'v.version', 'v.content', 'v.common', 'v.from_at')
    .from('newest')
    .join('notice_version as v', (on) =>
      on.on('v.school', 'newest.school').andOn('v.number', 'newest.number'),
    )) as Row[];
  for (const { school, from_at: from, version, content, common } of rows)
    found.set(school, { version, content, common, from });
  return found;
}

/** A text to be in force at a school from now on. */
export interface Publication {
  readonly school: string;
  readonly content: string;
  readonly document: NoticeDocument;
}

/**
 * Puts texts in force where they are not already; what a school adds stays. Returns how many schools have a new version.
 * Saying the same again writes nothing, and two at once write it once.
 */
export async function publishNotices(
  db: Db,
  publications: readonly Publication[],
  { actor, at }: { actor: string; at: number },
): Promise<number> {
  const bodies = new Map<NoticeDocument, { hash: string; body: string }>();
  for (const { document } of publications)
    if (!bodies.has(document)) {
      const body = JSON.stringify(document);
      bodies.set(document, { hash: hashOf(body), body });
    }
  const present = await currentVersions(db);
  const changed = publications.filter(
    ({ school, document, content }) =>
      present.get(school)?.common !== bodies.get(document)?.hash || present.get(school)?.content !== content,
  );
  let published = 0;
  for (const piece of inPieces(changed, 100))
    published += await inTransaction(db, async (tx) => {
      const events: AuditEvent[] = [];
      for (const { body } of new Set(piece.map(({ document }) => bodies.get(document)!))) await keepText(tx, body, at);
      for (const { school, document, content } of piece) {
        const { hash: common } = bodies.get(document)!;
        const before = await lastRow(tx, school);
        if (before?.common === common && before.content === content) continue;
        const version = await append(tx, before, { school, common, own: before?.own ?? null, content, actor, at });
        if (version) events.push({ at, event: 'notice.published', actor, school, details: { version } });
      }
      await audit(tx, ...events);
      return events.length;
    });
  return published;
}

/**
 * Puts what a school adds in force from now on, or takes it away (an empty text). Returns the version; none when nothing
 * changes. It is said to everybody with the next notice: it changes nothing of what is held or sent.
 */
export async function writeOwnPart(
  db: Db,
  { school, text, actor, at }: { school: string; text: string; actor: string; at: number },
): Promise<string | undefined> {
  return inTransaction(db, async (tx) => {
    await lockSchool(tx, school);
    const before = await lastRow(tx, school);
    if (!before) throw new Refusal('unavailable', `expected a notice in force at \`${school}\` to add to`);
    const body = text.replaceAll('\r\n', '\n').trim();
    const own = body === '' ? null : await keepText(tx, body, at);
    if (own === before.own) return undefined;
    const { common, content } = before;
    const version = await append(tx, before, { school, common, own, content, actor, at });
    if (!version) throw new Refusal('unavailable', 'expected nobody else to publish a notice at the same time');
    await audit(tx, { at, event: 'notice.published', actor, school, details: { version, own: own !== null } });
    return version;
  });
}

/** Keeps a text by its hash; the hash. The same text is kept once, whoever writes it. */
export async function keepText(tx: Db, body: string, at: number): Promise<string> {
  const hash = hashOf(body);
  await tx('notice_text').insert({ hash, body, added_at: at }).onConflict('hash').ignore();
  return hash;
}

/** Texts by their hash. */
export async function textsOf(db: Db, hashes: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const piece of inPieces([...new Set(hashes)]))
    for (const { hash, body } of await db('notice_text').whereIn('hash', piece).select('hash', 'body'))
      found.set(hash, body);
  return found;
}

/** SHA-256, in hexadecimal. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function read(db: Db, row: Row): Promise<Omit<NoticeVersion, 'until'>> {
  const texts = await textsOf(db, [row.common, ...(row.own ? [row.own] : [])]);
  return {
    school: row.school,
    version: row.version,
    from: row.from_at,
    content: row.content,
    document: JSON.parse(texts.get(row.common) ?? '{}') as NoticeDocument,
    own: row.own ? texts.get(row.own) : undefined,
  };
}

async function lastRow(tx: Db, school: string): Promise<Row | undefined> {
  return (await tx('notice_version').where({ school }).orderBy('number', 'desc').first()) as Row | undefined;
}

/** Adds a version after the last one, never before it in time; its name. None when somebody else has just added one. */
async function append(
  tx: Db,
  before: Row | undefined,
  { at, ...next }: Pick<Row, 'school' | 'common' | 'own' | 'content' | 'actor'> & { at: number },
): Promise<string | undefined> {
  const version = hashOf(`${next.common} ${next.own ?? ''}`).slice(0, 20);
  const number = (before?.number ?? 0) + 1;
  const written = await tx('notice_version')
    .insert({ ...next, version, number, from_at: Math.max(at, before?.from_at ?? 0) })
    .onConflict(['school', 'number'])
    .ignore()
    .returning('version');
  return written.length > 0 ? version : undefined;
}
