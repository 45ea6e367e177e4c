// Ending facts of many schools in one act: what closes somewhere closes everywhere at once, in a few statements for all of them.
import { type Db, inPieces, inTransaction } from '../storage/storage.ts';
import type { Relation, Source } from './catalogue.ts';
import { STILL_KNOWN, spine } from './facts.ts';
import { announceAll } from './news.ts';
import { foundations } from './standing.ts';

export interface Closing {
  /** The UAI of all schools where any of it may stand; each is held from here to the end of the transaction. */
  readonly schools: readonly string[];
  /** What the facts end on. */
  readonly objects: readonly string[];
  /** Nothing that others stand on: what falls with it is not looked for. */
  readonly relations: readonly Relation[];
  readonly source: Source;
  readonly actor: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

/**
 * Ends what is not over of some relations, each school at a new revision of its own, as `changeFacts` would one by one.
 * What had not begun is withdrawn whole. Returns how many facts ended.
 */
export async function closeFacts(tx: Db, closing: Closing): Promise<number> {
  if (!tx.isTransaction) return inTransaction(tx, (inside) => closeFacts(inside, closing));
  const { at, actor, source, relations } = closing;
  if (relations.some((one) => foundations.includes(one))) throw new Error('expected relations that nothing stands on');
  await holdSchools(tx, closing.schools);
  const facts: { id: number; school: string }[] = [];
  for (const piece of inPieces([...new Set(closing.objects)]))
    facts.push(
      ...(await tx(spine.facts)
        .whereIn('object', piece)
        .whereIn('relation', [...relations])
        .where({ source, known_to: STILL_KNOWN })
        .where('valid_to', '>', at)
        .orderBy('id')
        .select('id', 'school')),
    );
  const held = new Set(closing.schools);
  const ending = facts.filter(({ school }) => held.has(school));
  await nextRevisions(tx, [...new Set(ending.map(({ school }) => school))].sort(), { at, source, actor });
  for (const piece of inPieces(ending.map(({ id }) => id))) await endPiece(tx, piece, { at, actor });
  return ending.length;
}

/** As `lockSchool`, of several, in the order of their UAI. */
async function holdSchools(tx: Db, schools: readonly string[]): Promise<void> {
  for (const piece of inPieces([...new Set(schools)].sort())) {
    await tx(spine.heads)
      .insert(piece.map((school) => ({ school, revision: 0 })))
      .onConflict('school')
      .ignore();
    await tx(spine.heads).whereIn('school', piece).orderBy('school').forUpdate().select('school');
  }
}

/** The next revision of each school, stamped no earlier than its last. */
async function nextRevisions(
  tx: Db,
  schools: readonly string[],
  { at, source, actor }: Pick<Closing, 'at' | 'source' | 'actor'>,
): Promise<void> {
  for (const piece of inPieces(schools)) {
    await announceAll(tx, piece);
    await tx(spine.heads).whereIn('school', piece).increment('revision', 1);
    const heads: { school: string; revision: number }[] = await tx(spine.heads)
      .whereIn('school', piece)
      .select('school', 'revision');
    const lasts = (await tx(spine.revisions)
      .whereIn('school', piece)
      .groupBy('school')
      .select('school')
      .max({ at: 'at' })) as { school: string; at: number }[];
    const last = new Map(lasts.map((one) => [one.school, Number(one.at)]));
    await tx(spine.revisions).insert(
      heads.map(({ school, revision }) => ({
        school,
        revision,
        at: Math.max(at, last.get(school) ?? 0),
        source,
        actor,
      })),
    );
  }
}

const columns = [
  'school',
  'relation',
  'subject',
  'object',
  'valid_from',
  'valid_to',
  'known_from',
  'known_to',
  'source',
  'actor',
  'properties',
] as const;

/** Writes what is left of facts that had begun, and closes their rows, at the revision that their school is at now. */
async function endPiece(tx: Db, ids: readonly number[], { at, actor }: Pick<Closing, 'at' | 'actor'>): Promise<void> {
  const bindings = ids.map(() => '?').join(', ');
  await tx.raw(
    `insert into ${spine.facts} (${columns.join(', ')})
     select f.school, f.relation, f.subject, f.object, f.valid_from, cast(? as bigint), h.revision, cast(? as bigint),
       f.source, cast(? as text), f.properties
     from ${spine.facts} f join ${spine.heads} h on h.school = f.school
     where f.id in (${bindings}) and f.valid_from < cast(? as bigint) order by f.id`,
    [at, STILL_KNOWN, actor, ...ids, at],
  );
  await tx.raw(
    `update ${spine.facts} set known_to = (select h.revision from ${spine.heads} h where h.school = ${spine.facts}.school)
     where id in (${bindings})`,
    [...ids],
  );
}
