// The versions of the rules: which was in force when; a past day is asked by the rules of that day.
import { audit } from '../audit/audit.ts';
import { Refusal } from '../errors.ts';
import { rowsOf, type Source } from '../storage/statements.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { presentDocument, presentVersion, type Rules, readDocument, versionOf } from './document.ts';
import { presentRules, type RuleBook } from './questions.ts';

/** From when on a version was in force: until the next one. */
export interface Activation {
  readonly version: string;
  /** UTC milliseconds. */
  readonly at: number;
}

/**
 * Says that this process runs its rules: they are kept, once, and come into force unless they are already. Several
 * nodes may say so at once. Gives whether they have just come into force.
 */
export async function activatePolicy(
  db: Db,
  { at, actor, document = presentDocument }: { at: number; actor: string; document?: string },
): Promise<boolean> {
  const version = versionOf(document);
  return inTransaction(db, async (tx) => {
    await tx('policy_version').insert({ version, document }).onConflict('version').ignore();
    for (;;) {
      const last = await tx('policy_activation').orderBy('place', 'desc').first();
      if (last?.version === version) return false;
      const next = { place: Number(last?.place ?? 0) + 1, version, at: Math.max(at, Number(last?.at ?? 0)) };
      const taken = await tx('policy_activation').insert(next).onConflict('place').ignore().returning('place');
      if (taken.length === 0) continue;
      await audit(tx, { at, event: 'policy.activated', actor, details: { version } });
      return true;
    }
  });
}

/** Every activation, oldest first. */
export async function activations(source: Source): Promise<Activation[]> {
  return rowsOf<Activation>(source, 'select version, at from policy_activation order by place', []);
}

/**
 * The rules in force at an instant: those of the process when no other ones were ever in force here; the first ones for
 * what was before. Refuses `policy_unreadable`: who cannot tell by which rules must say neither yes nor no.
 */
export async function rulesEnforcedOn(source: Source, at: number): Promise<RuleBook> {
  const [row] = await rowsOf<{ version: string }>(source, IN_FORCE, [at]);
  return row ? rulesOfVersion(source, row.version) : presentRules;
}

/** The rules in force at any instant of `[from, to)`, and since when: the first ones since `from`. */
export async function rulesEnforcedBetween(
  source: Source,
  { from, to }: { from: number; to: number },
): Promise<{ since: number; book: RuleBook }[]> {
  const within = (await activations(source)).filter(({ at }) => from < at && at < to);
  const later = await Promise.all(
    within.map(async ({ version, at }) => ({ since: at, book: await rulesOfVersion(source, version) })),
  );
  return [{ since: from, book: await rulesEnforcedOn(source, from) }, ...later];
}

/** The rules of a version; refuses `policy_unreadable` when they are not kept here, or not as they were. */
export async function rulesOfVersion(source: Source, version: string): Promise<RuleBook> {
  if (version === presentVersion) return presentRules;
  const before = books.get(version);
  if (before) return before;
  const document = await documentOfVersion(source, version);
  const book = bookOf(
    version,
    readAs(version, () => readDocument(document)),
  );
  books.set(version, book);
  return book;
}

/** The document of a version, as it was kept. */
export async function documentOfVersion(source: Source, version: string): Promise<string> {
  if (version === presentVersion) return presentDocument;
  const [row] = await rowsOf<{ document: string }>(source, DOCUMENT, [version]);
  return readAs(version, () => {
    if (row === undefined) throw new Error('it is not kept here');
    if (versionOf(row.document) !== version) throw new Error('it is not what it was');
    return row.document;
  });
}

/** What was read of versions; a version never changes. */
const books = new Map<string, RuleBook>();

const IN_FORCE = `select version from policy_activation where place = coalesce(
  (select max(place) from policy_activation where at <= cast(? as bigint)), 1)`;

const DOCUMENT = 'select document from policy_version where version = ?';

function readAs<T>(version: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown';
    throw new Refusal('policy_unreadable', `expected the rules of version \`${version}\`: ${why}`, { version });
  }
}

function bookOf(version: string, rules: Rules): RuleBook {
  const none = { allow: [], forbid: [] };
  return {
    version,
    rulesOf: (type, action) => {
      const actions = Object.hasOwn(rules, type) ? rules[type]! : {};
      return Object.hasOwn(actions, action) ? actions[action]! : none;
    },
  };
}
