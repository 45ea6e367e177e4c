// Workstations for families: where those who have no device of their own read the logbook, as the school has recorded it.
import { audit } from '../audit/audit.ts';
import { Refusal } from '../errors.ts';
import { schoolYear, schoolYearAt } from '../facts/calendar.ts';
import { changeFacts, currentFacts, type Fact, lockSchool, type Outcome } from '../facts/facts.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { findSchool } from './schools.ts';

interface Act {
  readonly school: string;
  /** Who says so: the key of a person, or `operator`. */
  readonly by: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

/** The workstations that a school has recorded, at an instant, as known today. */
export async function workstationsOf(db: Db, school: string, at: number): Promise<Fact[]> {
  const facts = await currentFacts(db, { school, relations: ['workstation'], endingAfter: at });
  return facts.filter(({ validFrom }) => validFrom <= at);
}

/** Records a workstation, by where it is and when it is open, until the year ends at the latest. Saying it again writes nothing. */
export async function recordWorkstation(
  db: Db,
  { where, until, ...act }: Act & { where: string; until?: number | undefined },
): Promise<Outcome> {
  return inTransaction(db, async (tx) => {
    const { school: uai, at } = act;
    const { yearStart, zone } = await findSchool(tx, uai);
    await lockSchool(tx, uai);
    const last = schoolYear(schoolYearAt(at, yearStart, zone), yearStart, zone).to;
    const validTo = Math.min(until ?? last, last);
    if (!where.trim() || where.length > 200)
      throw new Refusal('bad_argument', 'expected where it is, and when it is open');
    if (validTo <= at) throw new Refusal('bad_argument', 'expected an end that is still to come');
    const same = (await workstationsOf(tx, uai, at)).filter(({ properties }) => properties.where === where);
    if (same.some((fact) => fact.validTo === validTo)) return changed(tx, act, { begin: [], end: [] });
    const fact = { relation: 'workstation', subject: uai, object: uai, properties: { where }, validTo } as const;
    return changed(tx, act, { begin: [fact], end: same });
  });
}

/** Ends every workstation of a school at once. */
export async function endWorkstations(db: Db, act: Act): Promise<Outcome> {
  return inTransaction(db, async (tx) => {
    await findSchool(tx, act.school);
    await lockSchool(tx, act.school);
    return changed(tx, act, { begin: [], end: await workstationsOf(tx, act.school, act.at) });
  });
}

async function changed(
  tx: Db,
  { school, by, at }: Act,
  facts: Pick<Parameters<typeof changeFacts>[1], 'begin' | 'end'>,
): Promise<Outcome> {
  const outcome = await changeFacts(tx, { school, at, source: 'local', actor: by, ...facts });
  const event = outcome.begun > 0 ? 'workstation.recorded' : 'workstation.ended';
  if (outcome.begun + outcome.ended > 0)
    await audit(tx, { at, event, actor: by, school, details: { revision: outcome.revision } });
  return outcome;
}
