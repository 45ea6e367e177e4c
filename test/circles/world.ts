// The cast with accounts, where circles are tried: whole names, whoever is beside, and a clock that goes on.
import { openAccount } from '../../src/accounts/accounts.ts';
import { createCircle } from '../../src/circles/circles.ts';
import { invite } from '../../src/circles/invitations.ts';
import { invitationsOf } from '../../src/circles/waiting.ts';
import type { Db } from '../../src/storage/storage.ts';
import { type CastName, COLLEGE, cast, NOW } from '../cast.ts';
import type { Engine, TestDatabase } from '../databases.ts';
import { extras, keyOf, type Name, openSchool, YEAR_END } from '../rights/school.ts';

export const DAY = 86_400_000;

export interface CircleWorld {
  readonly db: Db;
  readonly base: TestDatabase;
  readonly key: (name: Name) => string;
  /** A later instant each time. */
  readonly later: (by?: number) => number;
  readonly account: (name: Name) => Promise<void>;
  /** A new circle of somebody, at the collège unless said. */
  readonly circle: (
    by: Name,
    more?: Partial<Pick<Parameters<typeof createCircle>[1], 'schools' | 'beyondSchooling' | 'until'>>,
  ) => Promise<string>;
  /** Invites by whole name; gives the invitation that waits for that person, if one does. */
  readonly invited: (circle: string, by: Name, whom: Name) => Promise<string | undefined>;
}

export function wholeName(name: Name): string {
  return name in extras ? `${name} Essai` : cast[name as CastName].name;
}

/** Opens it, with accounts for these. */
export async function openCircles(open: Engine['open'], accounts: readonly Name[]): Promise<CircleWorld> {
  const base = await open();
  const { db } = base;
  await openSchool(db);
  const keys = new Map<Name, string>();
  for (const name of [...Object.keys(cast), ...Object.keys(extras)] as Name[]) keys.set(name, await keyOf(db, name));
  let last = NOW;
  const world: CircleWorld = {
    db,
    base,
    key: (name) => keys.get(name)!,
    later: (by = 1000) => {
      last += by;
      return last;
    },
    account: async (name) => {
      const identifier = `${name}.circle`;
      const asked = { person: keys.get(name)!, identifier, password: 'vitrail-moussaka-47-grelot' };
      await openAccount(db, { ...asked, actor: 'system', at: NOW });
    },
    circle: (by, more = {}) =>
      createCircle(db, {
        by: keys.get(by)!,
        schools: [COLLEGE],
        name: 'Chorale',
        purpose: 'Chanter ensemble le jeudi',
        beyondSchooling: false,
        until: YEAR_END,
        ...more,
        // nobody comes near the most that may be sent in a day
        at: world.later(DAY / 8),
      }),
    invited: async (circle, by, whom) => {
      await invite(db, { circle, by: keys.get(by)!, name: wholeName(whom), at: world.later() });
      const waiting = await invitationsOf(db, keys.get(whom)!, world.later());
      return waiting.find((one) => one.circle === circle)?.id;
    },
  };
  for (const name of accounts) await world.account(name);
  return world;
}
