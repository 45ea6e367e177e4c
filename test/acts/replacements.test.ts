// Replacements: a substitute reads and writes what was taken over, within the recorded dates, and nothing else.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replaceCommand } from '../../src/acts/replacement-commands.ts';
import { endReplacement, recordReplacement } from '../../src/acts/replacements.ts';
import { toldTo } from '../../src/acts/told.ts';
import { changeFacts, currentFacts } from '../../src/facts/facts.ts';
import { list } from '../../src/rights/rights.ts';
import { ACADEMY, COLLEGE, cast, ECOLE, logbookOf, NOW } from '../cast.ts';
import { engines } from '../databases.ts';
import { YEAR_END } from '../rights/school.ts';
import { DAY, eventsOf, openWorld, refused, together, type World } from './acts.ts';

describe.each(engines)('replacements on $name', ({ open }) => {
  let world: World;
  let maths: string;
  let latinMaths: string;
  let now = NOW;
  const later = () => {
    now += 60_000;
    return now;
  };
  const does = async (who: string, logbook: string, at: number) => {
    const resource = { type: 'logbook', id: logbook } as const;
    return `${await world.rule(who, 'read', resource, at)}, ${await world.rule(who, 'write', resource, at)}`;
  };
  const between = async (substitute: string, replaced: string, by = 'helene') => ({
    school: COLLEGE,
    substitute: await world.key(substitute),
    replaced: await world.key(replaced),
    by: by === 'operator' ? by : await world.key(by),
  });

  beforeAll(async () => {
    world = await openWorld(open);
    maths = await logbookOf(world.db, COLLEGE, '6A', 'MATHS');
    latinMaths = await logbookOf(world.db, COLLEGE, '6LAT', 'MATHS');
  });
  afterAll(() => world.close());

  it('a substitute reads and writes all that the teacher keeps, from the first day to the last', async () => {
    const at = later();
    const asked = await between('olga', 'tom');
    expect(await does('olga', maths, at)).toBe('no, no');
    const done = await recordReplacement(world.db, { ...asked, from: at + DAY, until: at + 5 * DAY, at });
    expect([...done.logbooks].sort()).toEqual([maths, latinMaths].sort());
    for (const book of [maths, latinMaths]) {
      expect(await does('olga', book, at + DAY - 1)).toBe('no, no');
      expect(await does('olga', book, at + DAY)).toBe('substitute, substitute');
      expect(await does('olga', book, at + 5 * DAY - 1)).toBe('substitute, substitute');
      expect(await does('olga', book, at + 5 * DAY)).toBe('no, no');
    }
    expect(await does('tom', maths, at + DAY)).toBe('owner team, owner');
    for (const action of ['visa', 'grant', 'validate', 'revoke', 'see_readers'] as const)
      expect(await world.rule('olga', action, { type: 'logbook', id: maths }, at + DAY)).toBe('no');
    const [fact] = await currentFacts(world.db, { school: COLLEGE, relations: ['substitutes'], endingAfter: at });
    expect(fact!.properties).toEqual({ replacing: asked.replaced });
    const news = await toldTo(world.db, asked.replaced);
    expect(news.map(({ what }) => what)).toEqual(['replacement_recorded', 'replacement_recorded']);
    await endReplacement(world.db, { ...asked, at: at + 2 * DAY });
    expect(await does('olga', maths, at + 2 * DAY - 1)).toBe('substitute, substitute');
    expect(await does('olga', maths, at + 2 * DAY)).toBe('no, no');
    await refused('nothing_to_end', endReplacement(world.db, { ...asked, at: at + 2 * DAY + 1 }));
    now = at + 3 * DAY;
  });

  it('takes over the logbooks named, and no other; ends one and keeps the other', async () => {
    const asked = await between('olga', 'tom', 'david');
    await recordReplacement(world.db, { ...asked, logbooks: [maths], at: later() });
    expect(await does('olga', maths, now)).toBe('substitute, substitute');
    expect(await does('olga', latinMaths, now)).toBe('no, no');
    await recordReplacement(world.db, { ...asked, logbooks: [latinMaths], at: later() });
    await endReplacement(world.db, { ...asked, logbooks: [maths], at: later() });
    const substituting = await list(world.db, {
      person: asked.substitute,
      action: 'write',
      type: 'logbook',
      when: { at: now },
    });
    const ids = substituting
      .filter(({ reasons }) => reasons.some(({ rule }) => rule === 'substitute'))
      .map(({ id }) => id);
    expect(ids).toEqual([latinMaths]);
    await endReplacement(world.db, { ...asked, at: later() });
  });

  it('lasts no longer than the school year, by default until then; other dates replace the first', async () => {
    const asked = await between('olga', 'tom', 'operator');
    const at = later();
    await refused('dates_refused', recordReplacement(world.db, { ...asked, until: YEAR_END + 1, at }));
    await refused('dates_refused', recordReplacement(world.db, { ...asked, until: at, at }));
    await refused('dates_refused', recordReplacement(world.db, { ...asked, from: at + 2, until: at + 1, at }));
    await recordReplacement(world.db, { ...asked, at });
    expect(await does('olga', maths, YEAR_END - 1)).toBe('substitute, substitute');
    expect(await does('olga', maths, YEAR_END)).toBe('no, no');
    expect((await recordReplacement(world.db, { ...asked, at: at + 1 })).logbooks).toEqual([]);
    expect((await recordReplacement(world.db, { ...asked, until: at + DAY, at: at + 2 })).logbooks).toHaveLength(2);
    expect(await does('olga', maths, at + DAY)).toBe('no, no');
    await endReplacement(world.db, { ...asked, at: at + 3 });
    now = at + 3;
  });

  it('recorded three times at once is recorded once, and ended once', async () => {
    const asked = { ...(await between('olga', 'tom')), at: later(), logbooks: [maths] };
    await Promise.all([1, 2, 3].map(() => recordReplacement(world.db, asked)));
    const live = { school: COLLEGE, relations: ['substitutes'], endingAfter: now } as const;
    expect(await currentFacts(world.db, live)).toHaveLength(1);
    const ends = await together([1, 2].map(() => endReplacement(world.db, { ...asked, at: now + 1 })));
    expect(ends).toEqual({ done: 1, refused: ['nothing_to_end'] });
    now += 1;
  });

  it('is recorded by those who direct the school, of a teacher who keeps what is taken over', async () => {
    const asked = { ...(await between('olga', 'tom')), at: later() };
    for (const who of ['tom', 'olga', 'tania', 'sylvie', 'berthe', 'carla', 'henri', 'denise', 'ivan', 'paula'])
      for (const act of [recordReplacement, endReplacement])
        await refused('not_allowed', act(world.db, { ...asked, by: await world.key(who) }));
    await refused('replaces_self', recordReplacement(world.db, { ...asked, substitute: asked.replaced }));
    await refused('unknown_person', recordReplacement(world.db, { ...asked, substitute: 'nobody' }));
    await refused('unknown_school', recordReplacement(world.db, { ...asked, school: '9999999Z' }));
    await refused('unknown_logbook', recordReplacement(world.db, { ...asked, logbooks: ['none'] }));
    const french = await logbookOf(world.db, COLLEGE, '6A', 'FRANC');
    await refused('not_kept', recordReplacement(world.db, { ...asked, logbooks: [maths, french] }));
    await refused('not_kept', recordReplacement(world.db, { ...asked, replaced: await world.key('diane') }));
    await refused('not_kept', recordReplacement(world.db, { ...asked, replaced: await world.key('lise') }));
    for (const name of ['helene', 'david', 'henri'])
      await refused('substitute_leads', recordReplacement(world.db, { ...asked, substitute: await world.key(name) }));
    for (const name of ['paul', 'noe', 'dual', 'paula'])
      await refused('not_staff', recordReplacement(world.db, { ...asked, substitute: await world.key(name) }));
    expect(await currentFacts(world.db, { school: COLLEGE, relations: ['substitutes'], endingAfter: now })).toEqual([]);
    // somebody of another school, or of none, may be sent
    expect(
      (await recordReplacement(world.db, { ...asked, substitute: await world.key('lise') })).logbooks,
    ).toHaveLength(2);
    await endReplacement(world.db, { ...asked, substitute: await world.key('lise'), at: later() });
    expect(await eventsOf(world.db, 'replacement.recorded')).toBeGreaterThan(4);
  });

  it('in first degree the director records it only where a decision gives the power', async () => {
    const denise = await world.key('denise');
    const asked = { ...(await between('olga', 'marc')), school: ECOLE, by: denise, at: later() };
    await refused('not_allowed', recordReplacement(world.db, asked));
    await changeFacts(world.db, {
      school: ECOLE,
      at: later(),
      source: 'local',
      actor: 'test',
      begin: [{ relation: 'directs', subject: denise, object: ECOLE, properties: { decision: 'DASEN 1' } }],
    });
    expect((await recordReplacement(world.db, { ...asked, at: later() })).logbooks).toHaveLength(1);
  });

  it('is done on the command line', async () => {
    const base = await openWorld(open, Date.now() - DAY);
    const run = async (...args: string[]) => {
      const lines: string[] = [];
      await replaceCommand({ config: {} as never, db: base.db, args, print: (line) => lines.push(line) });
      return lines.join('\n');
    };
    const [olga, tom] = [`${ACADEMY}:${cast.olga.id}`, `${ACADEMY}:${cast.tom.id}`];
    const book = await logbookOf(base.db, COLLEGE, '6A', 'MATHS');
    const writes = () => base.rule('olga', 'write', { type: 'logbook', id: book }, Date.now());
    expect(await run(COLLEGE, olga, tom, '--by', await base.key('helene'))).toBe(
      `Olga Petit remplace Tom Garnier à ${COLLEGE} : 2 cahier(s) changé(s).`,
    );
    expect(await writes()).toBe('substitute');
    expect(await run(COLLEGE, olga, tom, '--end', '--logbook', book)).toMatch(/ne remplace plus.*1 cahier/);
    expect(await writes()).toBe('no');
    await refused('bad_argument', run(COLLEGE, olga));
    await refused('bad_argument', run(COLLEGE, olga, tom, '--until', '31/12'));
    await refused('not_allowed', run(COLLEGE, olga, tom, '--by', tom));
    await base.close();
  });
});
