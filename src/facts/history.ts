// The whole history of facts: every row ever written that a walk meets, whatever was known when, and the instants of revisions.
import type { Knex } from 'knex';
import { type Db, FOREVER, inPieces } from '../storage/storage.ts';
import type { Relation } from './catalogue.ts';
import { type Fact, STILL_KNOWN, spine } from './facts.ts';
import type { Path, Step } from './paths.ts';

/** A row of the spine as history sees it, without where it came from. */
export type PastFact = Omit<Fact, 'source' | 'actor' | 'properties'>;

/** Every row about a key, in every school, that was ever written. `end` says which side the key stands on. */
export async function everyFactAbout(
  db: Db,
  end: 'subject' | 'object',
  keys: readonly string[],
  relations: readonly Relation[],
): Promise<PastFact[]> {
  const rows: PastFact[] = [];
  for (const piece of inPieces([...new Set(keys)]))
    rows.push(
      ...(await select(db)
        .whereIn(end, piece)
        .whereIn('relation', [...relations])),
    );
  return rows;
}

/**
 * The instants, between two (both outside), at which an answer of these paths about a resource can change: where a fact
 * that the paths can meet, in any order of time, begins, ends, becomes known or is known no more. Sorted, each once.
 */
export async function turningPoints(
  db: Db,
  around: { school: string; resource: string; paths: readonly Path[] },
  { from, to }: { from: number; to: number },
): Promise<number[]> {
  const met = new Map<number, PastFact>();
  await walk(db, around.school, { nodes: new Set([around.resource]), paths: around.paths }, met);
  const revisions = new Set<number>();
  const points = new Set<number>();
  for (const { validFrom, validTo, knownFrom, knownTo } of met.values()) {
    points.add(validFrom).add(validTo);
    revisions.add(knownFrom);
    if (knownTo < STILL_KNOWN) revisions.add(knownTo);
  }
  for (const instant of await instantsOf(db, around.school, revisions)) points.add(instant);
  return [...points].filter((point) => from < point && point < Math.min(to, FOREVER)).sort((a, b) => a - b);
}

/** The revision that each school was at, at an instant; none for a school that had no fact yet. */
export async function revisionsAt(db: Db, schools: readonly string[], at: number): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const piece of inPieces([...new Set(schools)]))
    for (const { school, revision } of (await db(spine.revisions)
      .whereIn('school', piece)
      .where('at', '<=', at)
      .groupBy('school')
      .select('school')
      .max({ revision: 'revision' })) as { school: string; revision: number }[])
      found.set(school, Number(revision));
  return found;
}

/**
 * Since when each subject of facts of a school has been known there, UTC milliseconds: `first`, the instant of the first
 * revision that said anything of them that reaches beyond `endingAfter`, be it said otherwise since; `present`, of what is
 * still said.
 */
export async function knownSince(
  db: Db,
  school: string,
  where: { readonly relations: readonly Relation[]; readonly endingAfter: number },
): Promise<Map<string, { first: number; present: number }>> {
  const since = (): Knex.QueryBuilder =>
    db(`${spine.facts} as f`)
      .join(`${spine.revisions} as r`, (on) => on.on('r.school', 'f.school').andOn('r.revision', 'f.known_from'))
      .where('f.school', school)
      .whereIn('f.relation', [...where.relations])
      .where('f.valid_to', '>', where.endingAfter)
      .groupBy('f.subject')
      .select('f.subject')
      .min({ since: 'r.at' });
  const instants = async (query: Knex.QueryBuilder) =>
    ((await query) as { subject: string; since: number }[]).map((row) => [row.subject, Number(row.since)] as const);
  const present = new Map(await instants(since().where('f.known_to', STILL_KNOWN)));
  const first = await instants(since());
  return new Map(first.map(([key, at]) => [key, { first: at, present: present.get(key) ?? at }]));
}

interface Front {
  readonly nodes: ReadonlySet<string>;
  readonly paths: readonly Path[];
}

/** Follows paths step by step from a set of nodes; paths that begin alike are walked once. */
async function walk(db: Db, school: string, { nodes, paths }: Front, met: Map<number, PastFact>): Promise<void> {
  if (nodes.size === 0) return;
  const tails = new Map<string, { step: Step; rest: Path[] }>();
  for (const [step, ...rest] of paths) {
    if (!step) continue;
    const name = `${step.relation} ${step.way}`;
    const before = tails.get(name) ?? { step, rest: [] };
    before.rest.push(rest);
    tails.set(name, before);
  }
  for (const { step, rest } of tails.values()) {
    const near = step.way === 'in' ? 'object' : 'subject';
    const beside = paths.flatMap(([first]) =>
      first && first.relation === step.relation && first.way === step.way && first.alongside
        ? first.alongside.relation
        : [],
    );
    const facts = await everyFactAbout(db, near, [...nodes], [step.relation, ...beside]);
    const reached = new Set<string>();
    for (const fact of facts) {
      if (fact.school !== school) continue;
      met.set(fact.id, fact);
      if (fact.relation === step.relation) reached.add(step.way === 'in' ? fact.subject : fact.object);
    }
    await walk(db, school, { nodes: reached, paths: rest }, met);
  }
}

async function instantsOf(db: Db, school: string, revisions: ReadonlySet<number>): Promise<number[]> {
  const instants: number[] = [];
  for (const piece of inPieces([...revisions]))
    for (const row of await db(spine.revisions).where({ school }).whereIn('revision', piece).select('at'))
      instants.push(Number(row.at));
  return instants;
}

function select(db: Db) {
  return db(spine.facts).select({
    id: 'id',
    school: 'school',
    relation: 'relation',
    subject: 'subject',
    object: 'object',
    validFrom: 'valid_from',
    validTo: 'valid_to',
    knownFrom: 'known_from',
    knownTo: 'known_to',
  });
}
