// What ends by itself in circles: each for itself, so that one that cannot be tidied keeps no other waiting.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { moveAccount } from '../../src/accounts/states.ts';
import { acceptInvitation } from '../../src/circles/invitations.ts';
import { tidyCircles } from '../../src/circles/tidying.ts';
import { type Db, onPostgres } from '../../src/storage/storage.ts';
import { engines } from '../databases.ts';
import { type CircleWorld, openCircles } from './world.ts';

/** Has the database do something whenever a membership of a circle ends. */
async function whenLeft(db: Db, circle: string, does: { sqlite: string; postgres: string }): Promise<void> {
  if (!onPostgres(db)) {
    await db.raw(
      `create trigger whenleft after update on circle_member when new.circle = '${circle}' begin ${does.sqlite}; end`,
    );
    return;
  }
  await db.raw(
    `create function whenleft() returns trigger language plpgsql as $$ begin ${does.postgres}; return new; end $$`,
  );
  await db.raw(
    `create trigger whenleft after update on circle_member for each row when (new.circle = '${circle}') execute function whenleft()`,
  );
}

describe.each(engines)('tidying circles on $name', ({ open }) => {
  let world: CircleWorld;
  let circles: string[];

  beforeEach(async () => {
    world = await openCircles(open, ['tom', 'tania']);
    circles = [await world.circle('tom'), await world.circle('tom'), await world.circle('tom')].sort();
    for (const circle of circles) {
      const invitation = (await world.invited(circle, 'tom', 'tania'))!;
      await acceptInvitation(world.db, { invitation, by: world.key('tania'), at: world.later() });
    }
    const closing = { person: world.key('tania'), to: 'closed', actor: 'system', why: 'left', from: 'school' } as const;
    await moveAccount(world.db, { ...closing, at: world.later() });
  });
  afterEach(() => world.base.close());

  const stillIn = async (): Promise<string[]> => {
    const rows = await world
      .db('circle_member')
      .where({ person: world.key('tania') })
      .whereNull('until');
    return rows.map(({ circle }) => circle as string).sort();
  };

  it('who closed their account is of no circle any more', async () => {
    expect(await stillIn()).toEqual(circles);
    await tidyCircles(world.db, world.later());
    expect(await stillIn()).toEqual([]);
  });

  it('a circle that somebody ends meanwhile has nothing left to tidy, and keeps no other waiting', async () => {
    const [first, second] = circles as [string, string, string];
    const ends = `update circle set ended_at = 1, ended_by = 'test' where id = '${second}'`;
    await whenLeft(world.db, first, { sqlite: ends, postgres: ends });
    await tidyCircles(world.db, world.later());
    expect(await stillIn()).toEqual([second]);
  });

  it('a circle that cannot be tidied is told of once the others are done, and tried again at the next round', async () => {
    const [first] = circles as [string, string, string];
    await whenLeft(world.db, first, { sqlite: `select raise(abort, 'bad')`, postgres: `raise exception 'bad'` });
    await expect(tidyCircles(world.db, world.later())).rejects.toThrow(/bad/);
    expect(await stillIn()).toEqual([first]);
    await world.db.raw(onPostgres(world.db) ? 'drop trigger whenleft on circle_member' : 'drop trigger whenleft');
    await tidyCircles(world.db, world.later());
    expect(await stillIn()).toEqual([]);
  });
});
