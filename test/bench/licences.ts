// Licences: a school of a thousand pupils is given them at once, by class and one by one; newcomers are followed; many want the last one.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyDelivery, type SchoolDelivery } from '../../src/directory/directory.ts';
import { currentFacts } from '../../src/facts/facts.ts';
import { assignLicences, seatsOf, settleDue, type Target, takeBack } from '../../src/resources/licences.ts';
import { createSubscription } from '../../src/resources/subscriptions.ts';
import { type Db, migrate, openDatabase } from '../../src/storage/storage.ts';
import type { Pace } from './metered.ts';
import { fixed, quantile, table, title, whole } from './print.ts';

const SCHOOL = '0999999Z';
const DISTRIBUTOR = '461730832_0000000000000000';
const PUPILS = 1_000;
const CLASSES = 40;
const NEWCOMERS = 25;
const TAKERS = 500;
const DAY = 86_400_000;

export async function benchLicences(_pace: Pace): Promise<void> {
  title(`Licences: a school of ${whole(PUPILS)} pupils in ${CLASSES} classes, on SQLite`);
  const folder = mkdtempSync(join(tmpdir(), 'preau-bench-'));
  const db = openDatabase(join(folder, 'licences.sqlite'));
  try {
    await migrate(db);
    const at = Date.now();
    await applyDelivery(db, deliveryOf(PUPILS, at));
    const rows = [await allAtOnce(db, at), await byClass(db, at), await oneByOne(db, at), await following(db, at)];
    table(['act', 'licences', 'seconds', 'ms each, median', 'p95'], [...rows, await takingTheLast(db, at)]);
  } finally {
    await db.destroy();
    rmSync(folder, { recursive: true });
  }
}

type Line = readonly string[];

async function allAtOnce(db: Db, at: number): Promise<Line> {
  const subscription = await subscribe(db, 'ABO-1', PUPILS, at);
  const spent = await timed([() => give(db, subscription, { kind: 'audience', key: 'pupil' }, at)]);
  await requireTaken(db, subscription, PUPILS);
  return lineOf('all pupils, in one act', PUPILS, spent);
}

async function byClass(db: Db, at: number): Promise<Line> {
  const subscription = await subscribe(db, 'ABO-2', PUPILS, at);
  const classes: { id: string }[] = await db('audience').where({ school: SCHOOL }).select('id');
  const spent = await timed(
    classes.map(
      ({ id }) =>
        () =>
          give(db, subscription, { kind: 'class', key: id }, at),
    ),
  );
  await requireTaken(db, subscription, PUPILS);
  return lineOf('class by class', PUPILS, spent);
}

async function oneByOne(db: Db, at: number): Promise<Line> {
  const subscription = await subscribe(db, 'ABO-3', PUPILS, at);
  const pupils = (await pupilsOf(db)).slice(0, PUPILS / 5);
  const spent = await timed(pupils.map((key) => () => give(db, subscription, { kind: 'person', key }, at)));
  await requireTaken(db, subscription, pupils.length);
  return lineOf('one by one', pupils.length, spent);
}

/** A delivery brings newcomers to classes that were given: three subscriptions follow. */
async function following(db: Db, at: number): Promise<Line> {
  await settleDue(db, at);
  await applyDelivery(db, deliveryOf(PUPILS + NEWCOMERS, at + DAY));
  const spent = await timed([() => settleDue(db, at + DAY)]);
  return lineOf(`${NEWCOMERS} newcomers, 3 subscriptions`, NEWCOMERS, spent);
}

async function takingTheLast(db: Db, at: number): Promise<Line> {
  const subscription = await subscribe(db, 'ABO-4', 1, at);
  const pupils = await pupilsOf(db);
  const start = performance.now();
  const tried = await Promise.allSettled(
    pupils.slice(0, TAKERS).map((key) => give(db, subscription, { kind: 'person', key }, at)),
  );
  const seconds = (performance.now() - start) / 1000;
  const [first] = tried.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  await requireTaken(db, subscription, 1);
  await takeBack(db, { id: first!.id, by: 'operator', at: at + 1 });
  return [`${TAKERS} at once want the last one`, '1', fixed(seconds), fixed((seconds * 1000) / TAKERS), '-'];
}

function give(db: Db, subscription: string, target: Target, at: number) {
  return assignLicences(db, { subscription, school: SCHOOL, target, by: 'operator', at });
}

async function subscribe(db: Db, id: string, licences: number, at: number): Promise<string> {
  const fields = {
    idAbonnement: id,
    idDistributeurCom: DISTRIBUTOR,
    idRessource: `ark:/49591/${id}.p`,
    typeIdRessource: 'ark',
    libelleRessource: id,
    debutValidite: new Date(at - 1000).toISOString(),
    finValidite: new Date(at + 200 * DAY).toISOString(),
    uaiEtab: [SCHOOL],
    categorieAffectation: 'transferable',
    typeAffectation: 'INDIV',
    nbLicenceEleve: licences,
    publicCible: ['ELEVE'],
  };
  await createSubscription(db, { id, fields, distributor: DISTRIBUTOR, actor: 'operator', at });
  return id;
}

function deliveryOf(pupils: number, at: number): SchoolDelivery {
  const classes = Array.from({ length: CLASSES }, (_, place) => `C${place}`);
  const ids = Array.from({ length: pupils }, (_, place) => String(10_000 + place));
  return {
    source: 'aaf2d',
    batch: 'bench',
    at,
    school: { uai: SCHOOL, name: 'Collège du banc', kind: 'collège', degree: 2, academy: '099' },
    subjects: [],
    audiences: classes.map((code) => ({ kind: 'class', code, label: code })),
    persons: ids.map((externalId) => ({ academy: '099', externalId, givenName: `P${externalId}`, familyName: 'Banc' })),
    facts: ids.flatMap((person, place) => [
      { relation: 'attends', subject: { person }, object: { school: true } } as const,
      { relation: 'enrolled', subject: { person }, object: { class: classes[place % CLASSES]! } } as const,
    ]),
  };
}

async function pupilsOf(db: Db): Promise<string[]> {
  const facts = await currentFacts(db, { school: SCHOOL, relations: ['attends'], endingAfter: Date.now() });
  return facts.map(({ subject }) => subject);
}

/** A figure of what did not happen is none. */
async function requireTaken(db: Db, subscription: string, wanted: number): Promise<void> {
  const taken = (await seatsOf(db, { subscription })).get('pupil')?.taken;
  if (taken !== wanted) throw new Error(`expected ${wanted} licences to be taken, not ${taken}`);
}

async function timed(acts: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const spent: number[] = [];
  for (const act of acts) {
    const start = performance.now();
    await act();
    spent.push(performance.now() - start);
  }
  return spent;
}

function lineOf(act: string, licences: number, spent: readonly number[]): Line {
  const seconds = spent.reduce((sum, one) => sum + one, 0) / 1000;
  const alone = spent.length === 1;
  return [
    act,
    whole(licences),
    fixed(seconds),
    alone ? '-' : fixed(quantile(spent, 0.5), 1),
    alone ? '-' : fixed(quantile(spent, 0.95), 1),
  ];
}
