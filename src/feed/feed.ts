// The delivery door: an export of the state's directory becomes persons and facts, school by school; never an account.
import { audit } from '../audit/audit.ts';
import { type Applied, applyDelivery, personsPresent } from '../directory/directory.ts';
import { listSchools } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import type { Db } from '../storage/storage.ts';
import { takingTurns } from '../storage/turns.ts';
import type { LevelBody, SchoolBody, SubjectBody } from './aaf/bodies.ts';
import { problems as words } from './aaf/problems.ts';
import { beginBatch, finishBatch, holdDoor, inCharge, requireFresh } from './batches.ts';
import type { Batch, Gathered } from './delivery.ts';
import { type Departure, departures } from './guard.ts';
import { type Intake, takeIn } from './intake.ts';
import { type FeedReport, tally } from './report.ts';
import { gatherTrusted } from './reused.ts';
import { openStaging, type Staging } from './staging.ts';

export interface FeedOptions {
  /** A folder or a .tar.gz that holds one Complet of one academy and one degree. */
  readonly path: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
  /** Tells what would be done, and writes nothing. */
  readonly dryRun?: boolean | undefined;
  /** Applies a batch that the brake would hold. */
  readonly accept?: boolean | undefined;
  /** Ids that look like somebody else's until now, and are the same person's: a name that changed. */
  readonly same?: readonly string[] | undefined;
  /** Who delivers: a person's key, or `system`. */
  readonly actor?: string | undefined;
  /** What follows from it in rooms that a delivery knows nothing of. */
  readonly follow?: Follow | undefined;
}

/** Done in the transaction of a school's delivery that changed something, so that nobody sees the one without the other. */
export type Follow = (tx: Db, said: { school: string; at: number; actor: string }) => Promise<void>;

/**
 * Applies an export: every school in a transaction of its own, wholly old or wholly new. The same export twice writes
 * nothing; one that was cut short is completed by the next run. Two at once in an academy take turns, school by
 * school; of two of the same degree, the one that began last goes on and the other stops with feed_stale.
 * Refuses the whole of it with feed_unreadable, feed_hostile, feed_incomplete, feed_mixed, feed_stale or feed_held.
 */
export async function importFeed(db: Db, options: FeedOptions): Promise<FeedReport> {
  const staging = await openStaging();
  try {
    const intake = await takeIn(staging, options.path);
    await staging.settle();
    await setForeignersAside(db, staging, intake);
    const batch = await batchOf(staging, intake, options.at);
    await requireFresh(db, batch, intake.date);
    const leaving = await departures(db, staging, batch);
    if (leaving.length > 0 && !options.accept && !options.dryRun)
      throw new Refusal(
        'feed_held',
        `${leaving.length} school(s) would lose more than a fifth of their persons, or of their places in classes`,
        {
          departures: leaving,
        },
      );
    const totals = await applyAll(db, staging, batch, { ...options, date: intake.date, leaving });
    await staging.noteOrphans();
    if (!options.dryRun) await finish(db, staging, batch, { ...totals, accepted: leaving.length, ...options });
    return {
      batch: batch.id,
      source: batch.source,
      degree: batch.degree,
      academy: batch.academy,
      date: intake.date,
      dryRun: options.dryRun ?? false,
      files: intake.files,
      categories: await tally(staging),
      ...totals,
      problems: (await staging.problems()).map((one) => ({ ...one, text: words[one.code] })),
      unknownAttributes: intake.unknownAttributes,
      departures: leaving,
    };
  } finally {
    await staging.close();
  }
}

/** A school stays where it was first delivered: another academy's export must not end what its own has said. */
async function setForeignersAside(db: Db, staging: Staging, { academy, degree }: Intake): Promise<void> {
  const known = new Map((await listSchools(db)).map((school) => [school.uai, school]));
  const foreign = (await staging.all<SchoolBody>('EtabEducNat')).filter(({ body }) => {
    const before = known.get(body.uai);
    return before && (before.academy !== academy || before.degree !== degree);
  });
  const ids = foreign.map((record) => record.id);
  if (ids.length > 0) await staging.setAside('UAI_ELSEWHERE', 'EtabEducNat', ids);
}

async function batchOf(staging: Staging, intake: Intake, at: number): Promise<Batch> {
  const source = intake.degree === 1 ? 'aaf1d' : 'aaf2d';
  const schools = await staging.all<SchoolBody>('EtabEducNat');
  const subjects = await staging.all<SubjectBody>('MatiereEducNat');
  const levels = await staging.all<LevelBody>('MefEducNat');
  return {
    id: [source, intake.academy, intake.date, intake.fingerprint.slice(0, 12)].join(':'),
    source,
    degree: intake.degree,
    academy: intake.academy,
    at,
    schools: new Map(schools.map(({ id, body }) => [id, body])),
    subjects: new Map(subjects.map(({ id, body }) => [id, body])),
    levels: new Map(levels.map(({ id, body }) => [id, body])),
    silentSubjects: new Set(await staging.quarantinedIds('MatiereEducNat')),
  };
}

type Totals = Pick<FeedReport, 'schools' | 'persons' | 'facts'>;

async function applyAll(
  db: Db,
  staging: Staging,
  batch: Batch,
  options: Pick<FeedOptions, 'dryRun' | 'same' | 'actor' | 'follow'> & { date: string; leaving: readonly Departure[] },
): Promise<Totals> {
  const schools = { applied: 0, unchanged: 0 };
  const persons = { created: 0, changed: 0 };
  const facts = { begun: 0, ended: 0 };
  if (!options.dryRun) await beginBatch(db, batch, options.date, options.actor ?? 'system');
  const anySetAside = (await staging.counts()).some((one) => one.fate === 'quarantined');
  const reused = new Set<string>();
  const same = new Set(options.same);
  const inTurn = takingTurns(db);
  const apply = async (said: Gathered['delivery']): Promise<Applied> => {
    const delivery = anySetAside || reused.size > 0 ? await withSilent(db, staging, said) : said;
    const applied = await inTurn(() =>
      options.dryRun ? tried(db, delivery) : inCharge(db, batch, (tx) => applyAndFollow(tx, delivery, options.follow)),
    );
    // a dry run undoes each school before the next, so that a person of two schools would be written twice
    const created = await staging.countNew(applied.created);
    const changed = await staging.countNew(applied.changed);
    persons.created += created;
    persons.changed += changed;
    const wrote = applied.schoolWritten || created + changed + applied.begun + applied.ended > 0;
    schools[wrote ? 'applied' : 'unchanged'] += 1;
    facts.begun += applied.begun;
    facts.ended += applied.ended;
    return applied;
  };
  for (const id of batch.schools.keys()) {
    const gathered = await gatherTrusted(db, staging, batch, { id, reused, same });
    gathered.note();
    await markFates(staging, id, gathered, await apply(gathered.delivery));
  }
  for (const delivery of await farewells(db, batch, options.leaving)) await apply(delivery);
  return { schools, persons, facts };
}

async function applyAndFollow(tx: Db, delivery: Gathered['delivery'], follow?: Follow): Promise<Applied> {
  const applied = await applyDelivery(tx, delivery);
  const { school, at, batch: actor } = delivery;
  if (applied.begun + applied.ended + applied.touched.length > 0) await follow?.(tx, { school: school.uai, at, actor });
  return applied;
}

/** A record that could not be read must not end what is known from the one before it. */
async function withSilent(db: Db, staging: Staging, delivery: Gathered['delivery']): Promise<Gathered['delivery']> {
  const { school, source, at } = delivery;
  const present = await personsPresent(db, { school: school.uai, academy: school.academy, source, at });
  return { ...delivery, silent: await staging.quarantinedAmong(present) };
}

/** Of a school that vanishes, once that is accepted, nothing is said any more: what this source said of it ends. */
async function farewells(db: Db, batch: Batch, leaving: readonly Departure[]): Promise<Gathered['delivery'][]> {
  const gone = leaving.filter((departure) => departure.vanishes).map((departure) => departure.school);
  const { id, source, at } = batch;
  return (await listSchools(db, gone)).map(({ uai, name, kind, degree, siren, academy }) => ({
    source,
    batch: id,
    at,
    school: { uai, name, kind, degree, siren: siren ?? undefined, academy },
    subjects: [],
    audiences: [],
    persons: [],
    facts: [],
  }));
}

/** What applying would do: done in a transaction that is then undone. */
async function tried(db: Db, delivery: Gathered['delivery']): Promise<Applied> {
  const undone = new Error('undone');
  let applied: Applied | undefined;
  try {
    await db.transaction(async (tx) => {
      await holdDoor(tx, delivery.school.academy);
      applied = await applyDelivery(tx, delivery);
      throw undone;
    });
  } catch (error) {
    if (error !== undone) throw error;
  }
  if (!applied) throw new Error('a delivery was tried and said nothing');
  return applied;
}

async function markFates(staging: Staging, id: string, gathered: Gathered, applied: Applied): Promise<void> {
  const { delivery, pupils, relatives, staff } = gathered;
  await staging.mark('unchanged', ['Eleve'], pupils);
  await staging.mark('unchanged', ['PersRelEleve'], relatives);
  await staging.mark('unchanged', ['PersEducNat'], staff);
  await staging.mark('applied', ['Eleve', 'PersRelEleve', 'PersEducNat'], applied.touched);
  await staging.mark(
    'unchanged',
    ['MatiereEducNat'],
    delivery.subjects.map((subject) => subject.code),
  );
  await staging.mark('applied', ['MatiereEducNat'], applied.subjectsWritten);
  const levels = (delivery.levelCodes ?? []).map(({ code }) => code);
  await staging.mark('unchanged', ['MefEducNat'], levels);
  await staging.mark('applied', ['MefEducNat'], applied.levelsWritten);
  await staging.mark(applied.schoolWritten ? 'applied' : 'unchanged', ['EtabEducNat'], [id]);
}

async function finish(
  db: Db,
  staging: Staging,
  batch: Batch,
  { persons, facts, accepted, at, actor = 'system' }: Totals & FeedOptions & { accepted: number },
): Promise<void> {
  const written = persons.created + persons.changed + facts.begun + facts.ended;
  const event = {
    at,
    event: 'feed.applied',
    actor,
    subject: batch.id,
    details: { ...persons, ...facts, schools: batch.schools.size, accepted },
  };
  await inCharge(db, batch, async (tx) => {
    await finishBatch(tx, batch, staging);
    if (written > 0) await audit(tx, event);
  });
}
