// Logbooks: they follow from who teaches what to whom; a module may register others.
import { Refusal } from '../errors.ts';
import { currentFacts, type NewFact, type Outcome, replaceFacts } from '../facts/facts.ts';
import { type Db, inPieces, newKey } from '../storage/storage.ts';

export interface Logbook {
  readonly id: string;
  readonly school: string;
  readonly year: number;
  /** The key of a class or a group. */
  readonly audience: string;
  /** The code of a subject; empty when a class is taught as a whole. */
  readonly subject: string;
  /** The module that registered it, or none when it follows from teaching. */
  readonly client: string | null;
}

/** A logbook by key; `unknown_logbook` when there is none. */
export async function findLogbook(db: Db, id: string): Promise<Logbook> {
  const row = await db('logbook').where({ id }).first();
  if (!row) throw new Refusal('unknown_logbook', `no logbook has the key \`${id}\``);
  return toLogbook(row);
}

/** What a screen needs to name a logbook. */
export interface NamedLogbook extends Logbook {
  readonly schoolName: string;
  readonly audienceKind: 'class' | 'group';
  readonly audienceLabel: string;
  readonly subjectLabel: string;
}

/** Logbooks by key with their names, in the order of school, audience and subject; unknown keys are left out. */
export async function listLogbooks(db: Db, ids: readonly string[]): Promise<NamedLogbook[]> {
  const rows: NamedLogbook[] = [];
  for (const piece of inPieces([...new Set(ids)])) {
    const found = await db('logbook')
      .join('school', 'school.uai', 'logbook.school')
      .join('audience', 'audience.id', 'logbook.audience')
      .leftJoin('subject', function () {
        this.on('subject.academy', 'school.academy').andOn('subject.code', 'logbook.subject');
      })
      .whereIn('logbook.id', piece)
      .select('logbook.*', {
        schoolName: 'school.name',
        audienceKind: 'audience.kind',
        audienceLabel: 'audience.label',
        subjectLabel: 'subject.label',
      });
    rows.push(
      ...found.map((row) => ({
        ...toLogbook(row),
        schoolName: row.schoolName,
        audienceKind: row.audienceKind,
        audienceLabel: row.audienceLabel,
        subjectLabel: row.subjectLabel ?? '',
      })),
    );
  }
  const order = (one: NamedLogbook) => [one.school, one.audienceLabel, one.subjectLabel, one.id].join('\u0000');
  return rows.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/**
 * Makes the logbooks of a school be what its teaching says: one per (audience, subject), kept by all who teach it.
 * A teacher who stops teaching stops keeping; the logbook itself stays.
 */
export async function deriveLogbooks(
  tx: Db,
  change: { school: string; year: number; at: number; actor: string; validTo: number },
): Promise<Outcome> {
  const { school, year, at, actor, validTo } = change;
  const teaching = await currentFacts(tx, { school, relations: ['teaches'], endingAfter: at });
  const present = new Map<string, string>(
    (await tx('logbook').where({ school, year }).whereNull('client')).map((row) => [
      `${row.audience} ${row.subject}`,
      row.id,
    ]),
  );
  const created: object[] = [];
  const wanted: NewFact[] = [];
  for (const fact of teaching) {
    const subject = String(fact.properties.subject ?? '');
    let id = present.get(`${fact.object} ${subject}`);
    if (!id) {
      id = newKey();
      present.set(`${fact.object} ${subject}`, id);
      created.push({ id, school, year, audience: fact.object, subject, client: null, created_at: at });
    }
    wanted.push({
      relation: 'owns',
      subject: fact.subject,
      object: id,
      validFrom: Math.max(at, fact.validFrom),
      validTo: fact.validTo,
    });
  }
  for (const [name, id] of present) {
    wanted.push({ relation: 'ofSchool', subject: id, object: school, validTo });
    wanted.push({ relation: 'audience', subject: id, object: name.slice(0, name.indexOf(' ')), validTo });
  }
  for (const piece of inPieces(created)) await tx('logbook').insert(piece);
  return replaceFacts(tx, {
    school,
    at,
    source: 'derived',
    actor,
    relations: ['owns', 'ofSchool', 'audience'],
    wanted,
  });
}

function toLogbook(row: {
  id: string;
  school: string;
  year: number;
  audience: string;
  subject: string;
  client: string | null;
}): Logbook {
  return {
    id: row.id,
    school: row.school,
    year: row.year,
    audience: row.audience,
    subject: row.subject,
    client: row.client,
  };
}
