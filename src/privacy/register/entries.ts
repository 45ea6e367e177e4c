// The register as it is kept: a version of an entry is in force from a day to another, and a new one begins only when its content changes.
import { createHash } from 'node:crypto';
import { audit } from '../../audit/audit.ts';
import { type Db, inTransaction } from '../../storage/storage.ts';
import type { EntryContent } from './processing.ts';

const TABLE = 'processing_entry';

export interface RegisterEntry {
  readonly entry: string;
  /** 1, 2, 3… of this entry. */
  readonly version: number;
  /** SHA-256 of the content. */
  readonly hash: string;
  readonly content: EntryContent;
  /** UTC milliseconds; `until` is none for what is in force. */
  readonly since: number;
  readonly until: number | null;
}

type Row = Omit<RegisterEntry, 'content'> & { content: string };

/**
 * Makes the register say this from now on, of the entry named by `only` (of all by default): what has
 * changed takes a new version, what is not there any more ends. Saying the same again writes nothing. Returns how many
 * entries were written.
 */
export async function keepRegister(
  db: Db,
  entries: ReadonlyMap<string, EntryContent>,
  { at, actor, only }: { at: number; actor: string; only?: string },
): Promise<number> {
  return inTransaction(db, async (tx) => {
    const present = (await tx(TABLE).where({ until: null, ...(only !== undefined && { entry: only }) })) as Row[];
    const kept = new Map(present.map((row) => [row.entry, row]));
    const changed: string[] = [];
    for (const [entry, content] of entries) {
      const body = JSON.stringify(content);
      const hash = createHash('sha256').update(body).digest('hex');
      const before = kept.get(entry);
      kept.delete(entry);
      if (before?.hash === hash) continue;
      if (before && !(await end(tx, before, at))) continue;
      if (await begin(tx, { entry, hash, content: body, since: Math.max(at, before?.since ?? 0), until: null }))
        changed.push(entry);
    }
    for (const row of kept.values()) if (await end(tx, row, at)) changed.push(row.entry);
    await audit(tx, ...changed.map((entry) => ({ at, event: 'register.changed', actor, details: { entry } })));
    return changed.length;
  });
}

/** The register in force at an instant, in the order of its entries. */
export async function registerAt(db: Db, at: number): Promise<RegisterEntry[]> {
  const rows = (await db(TABLE)
    .where('since', '<=', at)
    .where((either) => either.whereNull('until').orWhere('until', '>', at))
    .orderBy('entry')) as Row[];
  return rows.map(toEntry).sort(byKind);
}

/** Every version of an entry, newest first. */
export async function versionsOf(db: Db, entry: string): Promise<RegisterEntry[]> {
  return ((await db(TABLE).where({ entry }).orderBy('version', 'desc')) as Row[]).map(toEntry);
}

/** False when another node has just ended it. */
async function end(tx: Db, { entry, version, since }: Row, at: number): Promise<boolean> {
  const until = Math.max(at, since);
  return (await tx(TABLE).where({ entry, version, until: null }).update({ until })) === 1;
}

/** False when another node has just begun it. */
async function begin(tx: Db, row: Omit<Row, 'version'>): Promise<boolean> {
  const last = await tx(TABLE).where({ entry: row.entry }).max({ version: 'version' }).first();
  const written = await tx(TABLE)
    .insert({ ...row, version: Number(last?.version ?? 0) + 1 })
    .onConflict(['entry', 'version'])
    .ignore()
    .returning('entry');
  return written.length > 0;
}

/** What Préau does first, then the modules. */
function byKind(one: RegisterEntry, other: RegisterEntry): number {
  const order = ({ entry }: RegisterEntry) => (entry.startsWith('module:') ? 1 : 0);
  return order(one) - order(other) || (one.entry < other.entry ? -1 : 1);
}

function toEntry({ content, ...row }: Row): RegisterEntry {
  return { ...row, content: JSON.parse(content) as EntryContent };
}
