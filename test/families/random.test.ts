// Random deliveries, joins and separations: nobody reads a child that none of their records represents, and undone is undone.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyDelivery } from '../../src/directory/directory.ts';
import { holderOf } from '../../src/directory/persons.ts';
import { Refusal } from '../../src/errors.ts';
import { joinOnPaper, joinsWith, separate } from '../../src/families/families.ts';
import type { Db } from '../../src/storage/storage.ts';
import { NOW } from '../cast.ts';
import { engines } from '../databases.ts';
import {
  deliver,
  deliveryOf,
  type Guards,
  INES,
  keysOf,
  LEA,
  LUCAS,
  NOE,
  open as openAccount,
  PAUL,
  type RelativeName,
  relatives,
  represented,
  type SchoolName,
  schoolNames,
} from './world.ts';

const HOUR = 3_600_000;
const LATEST = NOW + 1_000 * HOUR;

/** Everybody is known somewhere from the start, so that each has a key. */
const everywhere: Guards = {
  college: (['paula', 'paulaAtEcole', 'paulaAtLycee', 'pierre', 'homonym'] as const).map((name) => [name, INES]),
  ecole: [['pierreAtEcole', LEA]],
  lycee: [['other', NOE]],
};

/** Records that may be joined, as far as names go: of two persons, and a homonym of one of them. */
const records = ['paula', 'paulaAtEcole', 'paulaAtLycee', 'homonym', 'pierre', 'pierreAtEcole'] as const;
const pupils: Record<SchoolName, readonly string[]> = { college: [PAUL, INES, LUCAS], ecole: [LEA], lycee: [NOE] };

const name = fc.constantFrom(...records);
const command = fc.oneof(
  fc.record({ do: fc.constant('join' as const), survivor: name, record: name }),
  fc.record({ do: fc.constant('separate' as const), who: name, which: fc.nat(3) }),
  fc.record({
    do: fc.constant('deliver' as const),
    school: fc.constantFrom(...schoolNames),
    guards: fc.uniqueArray(fc.tuple(name, fc.nat(2)), { maxLength: 6, selector: ([one, of]) => `${one} ${of}` }),
  }),
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

describe.each(engines)('$name', ({ name: engine, open }) => {
  it('whatever happens, in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 4, maxLength: 18 }), async (commands) => {
        const { db, close } = await open();
        const { db: plain, close: closePlain } = await open();
        try {
          await play(db, plain, commands);
        } finally {
          await close();
          await closePlain();
        }
      }),
      { numRuns: engine === 'SQLite' ? 16 : 4 },
    );
  }, 300_000);
});

async function play(db: Db, plain: Db, commands: readonly Command[]): Promise<void> {
  await deliver(db, everywhere, NOW - 2 * HOUR);
  await deliver(plain, everywhere, NOW - 2 * HOUR);
  const keys = await keysOf(db);
  for (const one of records) await openAccount(db, keys[one], `${one}.x`.toLowerCase());
  let said = everywhere;
  let at = NOW;
  for (const one of commands) {
    at += HOUR;
    if (one.do === 'deliver') {
      const guards = one.guards.map(([who, of]) => [who, pupils[one.school][of % pupils[one.school].length]!] as const);
      said = { ...said, [one.school]: guards };
      await applyDelivery(db, deliveryOf(one.school, said, at));
      await applyDelivery(plain, deliveryOf(one.school, said, at));
    } else await expected(one.do === 'join' ? joinThem(db, keys, one, at) : separateOne(db, keys, one, at));
    await check(db, keys, said, at);
  }
  for (const one of records)
    for (const join of await joinsWith(db, keys[one])) {
      at += HOUR;
      await separate(db, { join: join.id, by: 'operator', at, reference: 'Fin' });
    }
  await check(db, keys, said, at);
  at += HOUR;
  await deliver(db, said, at);
  await deliver(plain, said, at);
  expect(await directoryOf(db, at)).toEqual(await directoryOf(plain, at));
  expect(await db('record_fact')).toEqual([]);
  expect(at).toBeLessThan(LATEST);
}

async function joinThem(
  db: Db,
  keys: Record<RelativeName, string>,
  one: { survivor: RelativeName; record: RelativeName },
  at: number,
): Promise<void> {
  await joinOnPaper(db, { survivor: keys[one.survivor], record: keys[one.record], reference: 'Demande', at });
}

async function separateOne(
  db: Db,
  keys: Record<RelativeName, string>,
  one: { who: RelativeName; which: number },
  at: number,
): Promise<void> {
  const holder = await holderOf(db, keys[one.who]);
  const joins = await joinsWith(db, holder);
  const join = joins[one.which % Math.max(1, joins.length)];
  if (join) await separate(db, { join: join.id, by: holder, at });
}

/** Each holder represents exactly the children that the last deliveries name under their records. */
async function check(db: Db, keys: Record<RelativeName, string>, said: Guards, at: number): Promise<void> {
  const wanted = new Map<string, Set<string>>();
  for (const one of Object.keys(relatives) as RelativeName[]) {
    const holder = await holderOf(db, keys[one]);
    const theirs = wanted.get(holder) ?? new Set();
    for (const school of schoolNames) for (const [who, child] of said[school]) if (who === one) theirs.add(child);
    wanted.set(holder, theirs);
    if (holder !== keys[one]) wanted.set(keys[one], wanted.get(keys[one]) ?? new Set());
  }
  for (const [person, children] of wanted) expect(await represented(db, person, at)).toEqual([...children].sort());
}

async function expected(act: Promise<unknown>): Promise<void> {
  await act.catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
  });
}

/** What stands, by external ids: who is who, their names, and the live facts. */
async function directoryOf(db: Db, at: number): Promise<unknown> {
  const identities = await db('external_identity')
    .join('person', 'person.id', 'external_identity.person')
    .orderBy('external_id')
    .select('external_id', 'person', 'record', 'given_name', 'family_name', 'birth_date', 'email');
  const ids = new Map(identities.map((one) => [one.person, one.external_id]));
  const facts = await db('fact')
    .where({ known_to: Number.MAX_SAFE_INTEGER })
    .where('valid_from', '<=', at)
    .where('valid_to', '>', at)
    .whereIn('relation', ['guards', 'barred', 'admitted', 'objected', 'attends', 'enrolled'])
    .select('school', 'relation', 'subject', 'object', 'source', 'valid_to');
  const named = facts.map((fact) =>
    [
      fact.school,
      fact.relation,
      ids.get(fact.subject),
      ids.get(fact.object) ?? 'place',
      fact.source,
      Number(fact.valid_to),
    ].join(' '),
  );
  return { identities: identities.map(({ person: _person, ...one }) => one), facts: named.sort() };
}
