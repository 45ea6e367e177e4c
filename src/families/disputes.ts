// "I am not the legal representative of this pupil": nothing more is read at once, and the school settles it.

import { OPERATOR } from '../acts/offices.ts';
import { requireNoOwnCause } from '../acts/own-cause.ts';
import { audit } from '../audit/audit.ts';
import { familyFacts } from '../directory/joined.ts';
import { holderOf } from '../directory/persons.ts';
import { holdSchoolsOfPupil, schoolsOfPupil } from '../directory/restrictions.ts';
import { Refusal } from '../errors.ts';
import { changeFacts, currentFacts, type Fact, factsNaming, lockSchool } from '../facts/facts.ts';
import { queueMail } from '../mail/mail.ts';
import { type Db, inTransaction, newKey } from '../storage/storage.ts';
import { settlesAt } from './deciding.ts';
import { referenceOf } from './families.ts';

/** `open`: the school has yet to look at it; `upheld`: it agreed, and nothing is read; `withdrawn`: it was an error. */
export type DisputeState = 'open' | 'upheld' | 'withdrawn';

export interface Dispute {
  readonly id: string;
  readonly person: string;
  readonly child: string;
  readonly state: DisputeState;
  /** UTC milliseconds. */
  readonly openedAt: number;
  readonly settledAt?: number | undefined;
  readonly settledBy?: string | undefined;
  /** What the school's decision rests on. */
  readonly decision?: string | undefined;
}

const TABLE = 'family_dispute';

interface Row {
  id: string;
  person: string;
  child: string;
  state: DisputeState;
  opened_at: number;
  settled_at: number | null;
  settled_by: string | null;
  decision: string | null;
}

/**
 * Whoever the state calls the legal representative of a pupil says that they are not: from this moment they read nothing
 * through the pupil, in any school, whatever deliveries say. Saying it again changes nothing. `not_guardian` for a pupil
 * whom they do not represent, whoever it is.
 */
export async function dispute(
  db: Db,
  { person, child, at }: { person: string; child: string; at: number },
): Promise<Dispute> {
  return inTransaction(db, async (tx) => {
    const schools = await holdSchoolsOfPupil(tx, child, at);
    const before = await liveDispute(tx, person, child);
    if (before) return before;
    const facts = (await familyFacts(tx, person, at)).filter((fact) => fact.object === child && fact.validFrom <= at);
    const represents = facts.some(({ relation }) => relation === 'guards' || relation === 'admitted');
    if (!represents || facts.some(({ relation }) => relation === 'barred'))
      throw new Refusal('not_guardian', 'expected a pupil whom they represent');
    const opened: Dispute = { id: newKey(), person, child, state: 'open', openedAt: at };
    await tx(TABLE).insert({ id: opened.id, person, child, state: 'open', opened_at: at, settled_at: null });
    const properties = { dispute: opened.id };
    for (const school of new Set([...schools, ...facts.map((fact) => fact.school)])) {
      const bar = { relation: 'barred', subject: person, object: child, properties } as const;
      await changeFacts(tx, { school, at, source: 'local', actor: person, begin: [bar] });
    }
    await queueMail(tx, { person, template: 'dispute', data: { state: 'open' }, at });
    await audit(tx, { at, event: 'family.disputed', actor: person, subject: child, details: { dispute: opened.id } });
    return opened;
  });
}

/**
 * A school that the pupil attends settles a dispute: `upheld`, nothing is read for good; `withdrawn`, it was an error, and
 * the person reads again what the state says. What was upheld may be withdrawn later, and no more. Settling it again in the
 * same way changes nothing. Refuses `unknown_dispute`, the same for one of another school, `own_cause` to whoever said so or
 * represents the pupil too, and `dispute_settled`.
 */
export async function settleDispute(
  db: Db,
  asked: { id: string; outcome: 'upheld' | 'withdrawn'; decision: string; by: string; at: number },
): Promise<Dispute> {
  const { id, outcome, by, at } = asked;
  return inTransaction(db, async (tx) => {
    const known = await find(tx, id);
    const held = known ? await holdSchoolsOfPupil(tx, known.child, at) : [];
    const current = await find(tx, id);
    const school = current && (await schoolDeciding(tx, current, { by, at }));
    if (!current || school === undefined) throw new Refusal('unknown_dispute', 'expected a dispute that is theirs');
    await requireNoOwnCause(tx, { by, about: [current.person], pupils: [current.child], at });
    if (current.state === outcome) return current;
    if (current.state === 'withdrawn') throw new Refusal('dispute_settled', 'expected a dispute that is not withdrawn');
    const decision = referenceOf(asked.decision);
    if (outcome === 'withdrawn') await lift(tx, current, { held, by, at });
    await tx(TABLE)
      .where({ id })
      .update({ state: outcome, settled_at: at, settled_by: by, settled_at_school: school, decision });
    const person = await holderOf(tx, current.person);
    await queueMail(tx, { person, template: 'dispute', data: { state: outcome }, at });
    const details = { dispute: id, outcome };
    await audit(tx, { at, event: 'family.settled', actor: by, subject: current.child, school, details });
    return { ...current, state: outcome, settledAt: at, settledBy: by, decision };
  });
}

/** The disputes over pupils of a school, the open ones first; what was withdrawn is over. */
export async function disputesAt(db: Db, school: string, at: number): Promise<Dispute[]> {
  const bars = await currentFacts(db, { school, relations: ['barred'], endingAfter: at });
  const ids = bars.flatMap(({ properties }) => (properties.dispute === undefined ? [] : [String(properties.dispute)]));
  const found: Dispute[] = [];
  for (const id of new Set(ids)) {
    const one = await find(db, id);
    if (one && one.state !== 'withdrawn' && (await schoolsSettling(db, one.child, at)).includes(school))
      found.push(one);
  }
  found.sort((a, b) => a.openedAt - b.openedAt);
  return [...found.filter(({ state }) => state === 'open'), ...found.filter(({ state }) => state === 'upheld')];
}

/** What a person has said so of, as long as it holds. */
export async function disputesBy(db: Db, persons: readonly string[]): Promise<Dispute[]> {
  const rows = await db(TABLE)
    .whereIn('person', [...persons])
    .whereNot({ state: 'withdrawn' })
    .orderBy(['opened_at', 'id']);
  return (rows as Row[]).map(toDispute);
}

/** How long a dispute that was an error is kept. */
const KEPT_FOR = 365 * 86_400_000;

/** Forgets the disputes that were withdrawn a year ago; returns how many. What was upheld is kept as long as it closes. */
export async function purgeDisputes(db: Db, at: number): Promise<number> {
  return db(TABLE)
    .where({ state: 'withdrawn' })
    .where('settled_at', '<=', at - KEPT_FOR)
    .delete();
}

/** The school at which somebody decides on it; `operator` writes down what a school has decided. */
async function schoolDeciding(
  tx: Db,
  { child }: Dispute,
  { by, at }: { by: string; at: number },
): Promise<string | undefined> {
  const schools = await schoolsSettling(tx, child, at);
  if (by === OPERATOR) return schools[0] ?? '';
  for (const school of schools) if (await settlesAt(tx, { school, by, at })) return school;
  return undefined;
}

/** The schools that the pupil attends; of one who attends none any more, those where it was written. */
async function schoolsSettling(db: Db, child: string, at: number): Promise<string[]> {
  const attended = await schoolsOfPupil(db, child, at);
  if (attended.length > 0) return attended;
  const bars = await factsNaming(db, 'object', [child], { relations: ['barred'], endingAfter: at });
  return [...new Set(bars.filter(({ properties }) => properties.dispute).map(({ school }) => school))].sort();
}

/** Ends what the dispute closed, wherever it was carried and whoever it stands against today. */
async function lift(
  tx: Db,
  { id, child }: Dispute,
  { held, by, at }: { held: readonly string[]; by: string; at: number },
): Promise<void> {
  const find = async (): Promise<Fact[]> => {
    const bars = await factsNaming(tx, 'object', [child], { relations: ['barred'], endingAfter: at });
    return bars.filter(({ properties }) => properties.dispute === id);
  };
  const schools = [...new Set([...held, ...(await find()).map(({ school }) => school)])].sort();
  for (const school of schools) await lockSchool(tx, school);
  const bars = await find();
  for (const school of schools) {
    const end = bars.filter((fact) => fact.school === school);
    await changeFacts(tx, { school, at, source: 'local', actor: by, end });
  }
}

/** A joined record and its holder are one person. */
async function liveDispute(tx: Db, person: string, child: string): Promise<Dispute | undefined> {
  const rows = (await tx(TABLE).where({ child }).whereNot({ state: 'withdrawn' })) as Row[];
  for (const row of rows) if ((await holderOf(tx, row.person)) === person) return toDispute(row);
  return undefined;
}

async function find(db: Db, id: string): Promise<Dispute | undefined> {
  const row = (await db(TABLE).where({ id }).first()) as Row | undefined;
  return row && toDispute(row);
}

function toDispute({ id, person, child, state, opened_at, settled_at, settled_by, decision }: Row): Dispute {
  return {
    id,
    person,
    child,
    state,
    openedAt: Number(opened_at),
    ...(settled_at !== null && {
      settledAt: Number(settled_at),
      settledBy: settled_by ?? '',
      decision: decision ?? '',
    }),
  };
}
