// What the tests of recorded acts share: the cast at school, who may do what of what, and the refusals by name.
import { expect } from 'vitest';
import { applyDelivery, type SchoolDelivery } from '../../src/directory/directory.ts';
import { type Action, may, type ResourceType, type RuleName } from '../../src/rights/rights.ts';
import type { Db } from '../../src/storage/storage.ts';
import { DELIVERED } from '../cast.ts';
import type { Engine, TestDatabase } from '../databases.ts';
import { keyOf, openSchool } from '../rights/school.ts';

export const DAY = 86_400_000;

export interface World extends TestDatabase {
  /** The key of a person by name. */
  key(name: string): Promise<string>;
  /** By which rule a person may, `no`, or by which forbid not. */
  rule(who: string, action: Action, resource: { type: ResourceType; id: string }, at: number): Promise<string>;
}

export async function openWorld(open: Engine['open'], at = DELIVERED): Promise<World> {
  const base = await open();
  await openSchool(base.db, at);
  const key = (name: string) => keyOf(base.db, name);
  return {
    ...base,
    key,
    rule: async (who, action, resource, at) => {
      const decision = await may(base.db, { person: await key(who), action, resource, when: { at } });
      expect(decision.allowed).toBe(decision.rule !== undefined);
      const rules: RuleName[] = decision.reasons.map(({ rule }) => rule);
      return rules.join(' ') || decision.forbidden || 'no';
    },
  };
}

/** Awaits a refusal of this code. */
export async function refused(code: string, act: Promise<unknown>): Promise<void> {
  await expect(act).rejects.toMatchObject({ name: 'Refusal', code });
}

/** Delivers a school as before, with changes. */
export async function deliver(
  db: Db,
  delivery: SchoolDelivery,
  change: Partial<Pick<SchoolDelivery, 'persons' | 'facts'>>,
): Promise<void> {
  await applyDelivery(db, {
    ...delivery,
    persons: [...delivery.persons, ...(change.persons ?? [])],
    facts: [...delivery.facts, ...(change.facts ?? [])],
  });
}

/** Acts that come at the same time: the codes of those refused, and how many were done. */
export async function together(acts: readonly Promise<unknown>[]): Promise<{ done: number; refused: string[] }> {
  const settled = await Promise.allSettled(acts);
  const refusals = settled.flatMap((one) => (one.status === 'rejected' ? [String(one.reason.code)] : []));
  return { done: settled.length - refusals.length, refused: refusals.sort() };
}

/** How many events of a name the trail holds. */
export async function eventsOf(db: Db, event: string): Promise<number> {
  return Number((await db('audit').where({ event }).count({ count: '*' }).first())?.count);
}
