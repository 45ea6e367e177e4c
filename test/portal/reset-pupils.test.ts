// The page on which a school in trouble resets all its pupils: by whoever may, once confirmed, and counted without telling anybody's.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { epochOf } from '../../src/accounts/accounts.ts';
import { type CastName, COLLEGE, ECOLE, LYCEE, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { openWalker, type Walker } from '../ways/walker.ts';
import { enterAs, type Opened, openPortal } from './portal.ts';

describe.each(engines)('resetting all pupils, on $name', ({ open }) => {
  let portal: Opened;
  beforeAll(async () => {
    const accounts = ['helene', 'david', 'henri', 'tom', 'denise', 'paul', 'ines', 'noe', 'sylvie'] as const;
    portal = await openPortal(open, { accounts });
  });
  afterAll(() => portal?.close());

  const signedIn = (who: CastName): Promise<Walker> => enterAs(portal, who);

  const visit = (walker: Walker) => walker.visit(`${portal.origin}/school/reset`);
  /** How many times all sessions of somebody were ended since their account was opened. */
  const epoch = async (who: CastName) => {
    const person = await personOf(portal.db, who);
    const { opened_at: opened } = await portal.db('account').where({ person }).first();
    return ((await epochOf(portal.db, person)) ?? 0) - opened;
  };

  it.each(['tom', 'david', 'paul', 'sylvie'] as const)('is not for %s', async (who) => {
    expect((await visit(await signedIn(who))).status).toBe(403);
  });

  it('shows the head the own school alone, with counts of which small ones are not told', async () => {
    const page = await visit(await signedIn('helene'));
    expect(page.text).toContain('Collège Les Tilleuls');
    expect(page.text).not.toContain('Lycée');
    expect(page.text).toContain('moins de 10');
    expect(page.text).not.toMatch(/Paul|Inès/);
  });

  it('shows the director of a primary school that school alone', async () => {
    const page = await visit(await signedIn('denise'));
    expect(page.html).toContain(`reset-${ECOLE}`);
    expect(page.html).not.toContain(`reset-${COLLEGE}`);
  });

  it('changes nothing unless the box is ticked, nor at another school, nor by a forged form', async () => {
    const walker = await signedIn('helene');
    const page = await visit(walker);
    const unticked = await walker.submit(page, `reset-${COLLEGE}`, { confirm: '' });
    expect([unticked.status, unticked.html.includes('<code>not_confirmed</code>')]).toEqual([422, true]);
    for (const school of [LYCEE, ECOLE, '', '0999999Z'])
      expect((await walker.submit(page, `reset-${COLLEGE}`, { confirm: 'yes', school })).status).toBe(403);
    const forged = { token: 'a.b', school: COLLEGE, confirm: 'yes' };
    expect((await walker.post(`${portal.origin}/school/reset`, forged)).status).toBe(403);
    expect([await epoch('paul'), await epoch('noe')]).toEqual([0, 0]);
  });

  it('resets the pupils of the school, whose sessions end; the head’s own goes on, and says so', async () => {
    const pupil = await signedIn('paul');
    expect((await pupil.visit(`${portal.origin}/account`)).status).toBe(200);
    const walker = await signedIn('helene');
    const page = await visit(walker);
    const done = await walker.submit(page, `reset-${COLLEGE}`, { confirm: 'yes' });
    expect([done.status, done.text.includes('Plus aucune session d’élève')]).toEqual([200, true]);
    await vi.waitFor(async () => expect((await pupil.visit(`${portal.origin}/account`)).status).toBe(401), 5_000);
    expect([await epoch('paul'), await epoch('ines'), await epoch('noe'), await epoch('tom')]).toEqual([1, 1, 0, 0]);
    const login = await openWalker().visit(portal.authorize());
    expect(login.status).toBe(200);
    expect((await portal.db('audit').where({ event: 'accounts.reset' })).map(({ school }) => school)).toEqual([
      COLLEGE,
    ]);
  });
});
