// Circles on the command line: counted, ended by a decision, and nobody named or added.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { circleFor } from '../../src/circles/circles.ts';
import { circleCommand } from '../../src/circles/commands.ts';
import type { RefusalCode } from '../../src/errors.ts';
import { COLLEGE } from '../cast.ts';
import { engines } from '../databases.ts';
import { YEAR_END } from '../rights/school.ts';
import { type CircleWorld, openCircles } from './world.ts';

describe.each(engines)('preau circle on $name', ({ open }) => {
  let world: CircleWorld;
  beforeAll(async () => {
    world = await openCircles(open, ['tom', 'tania']);
  });
  afterAll(() => world.base.close());

  const run = async (...args: string[]): Promise<string> => {
    const lines: string[] = [];
    await circleCommand({ config: {} as never, db: world.db, args, print: (line) => lines.push(line) });
    return lines.join('\n');
  };

  it('lists those of a school without a name, merges small counts, and ends one', async () => {
    const circle = await world.circle('tom', { until: YEAR_END });
    const told = await run('list', COLLEGE);
    expect(told).toContain('1 cercle(s)');
    expect(told).toContain(`${circle}  Chorale : Chanter ensemble le jeudi, jusqu’au 2027-08-14, moins de 10 membres`);
    expect(told).not.toMatch(/Tom|Garnier/);
    expect(await run('end', circle, '--decision', 'Courrier 12')).toContain('a pris fin');
    await expect(circleFor(world.db, { circle, by: world.key('tom'), at: world.later() })).rejects.toMatchObject({
      code: 'unknown_circle',
    });
    const [event] = await world.db('audit').where({ event: 'circle.ended' });
    expect([event.actor, event.details]).toEqual(['operator', expect.stringContaining('Courrier 12')]);
  });

  it('knows no other verb', async () => {
    const circle = await world.circle('tom', { until: YEAR_END });
    const wrong: readonly (readonly [RefusalCode, ...string[]])[] = [
      ['bad_argument'],
      ['bad_argument', 'add', circle, world.key('tania')],
      ['bad_argument', 'list'],
      ['bad_argument', 'end', circle],
      ['bad_argument', 'end', circle, '--decision', ' '],
      ['bad_argument', 'list', COLLEGE, 'more'],
      ['bad_argument', 'list', COLLEGE, '--names'],
      ['unknown_school', 'list', 'none'],
      ['unknown_circle', 'end', 'none', '--decision', 'x'],
    ];
    for (const [code, ...args] of wrong) await expect(run(...args), args.join(' ')).rejects.toMatchObject({ code });
  });
});
