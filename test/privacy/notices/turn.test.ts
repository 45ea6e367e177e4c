// When a school year begins, whoever leads a school is told once: the share reached last year, and the board's day to enter.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordBoardDay } from '../../../src/privacy/notices/school.ts';
import { tellTurn } from '../../../src/privacy/notices/turn.ts';
import { writeMail } from '../../../views/mails/mails.ts';
import { type CastName, COLLEGE, deliverCast, personOf } from '../../cast.ts';
import { engines, type TestDatabase } from '../../databases.ts';
import { mailOf, on, openSchool, round, settle } from './notices.ts';

const HOUSE = { issuer: 'https://preau.example' };

describe.each(engines)('the turn of the year, on $name', ({ open }) => {
  let opened: TestDatabase;
  beforeEach(async () => {
    opened = await open();
    await deliverCast(opened.db, on('2026-09-01', 0));
  });
  afterEach(() => opened.close());

  const mailsTo = async (name: CastName): Promise<Record<string, string>[]> => {
    const rows = await opened.db('mail').where({ person: await personOf(opened.db, name), template: 'yearTurn' });
    return rows.map(({ data }: { data: string }) => JSON.parse(data));
  };

  it('is told once to heads and directors, whichever nodes run; the next year again', async () => {
    const { db } = opened;
    const told = await Promise.all([1, 2, 3].map(() => tellTurn(db, on('2026-09-02'))));
    expect(told.reduce((all, one) => all + one)).toBe(3);
    expect(await tellTurn(db, on('2026-09-03'))).toBe(0);
    for (const name of ['helene', 'henri', 'denise'] as const) expect(await mailsTo(name), name).toHaveLength(1);
    expect(await mailsTo('david')).toEqual([]);
    // nobody leads before the state has said so again
    expect(await tellTurn(db, on('2027-08-31'))).toBe(0);
    await deliverCast(db, on('2027-09-01', 0));
    expect(await tellTurn(db, on('2027-09-02'))).toBe(3);
  });

  it('is told in the first sixty days, and not the day after', async () => {
    const { db } = opened;
    const first = on('2026-08-15', 0);
    expect(await tellTurn(db, first + 61 * 86_400_000)).toBe(0);
    expect(await tellTurn(db, first + 59 * 86_400_000)).toBe(3);
  });

  it('says what share was reached last year, and whether the board’s day is on record', async () => {
    const { db } = opened;
    await openSchool(db);
    for (const name of [
      'tom',
      'tania',
      'theo',
      'olga',
      'carla',
      'diane',
      'sylvie',
      'berthe',
      'david',
      'paula',
    ] as const)
      await mailOf(db, name, `${name}@exemple.fr`);
    await round(db, on('2026-09-05'));
    for (const { id } of await db('mail').where({ template: 'notice' })) await settle(db, id, 'sent', on('2026-09-06'));
    await round(db, on('2026-09-07'));
    await deliverCast(db, on('2027-09-01', 0));
    await tellTurn(db, on('2027-09-02'));
    const [helene] = await mailsTo('helene');
    expect(helene).toMatchObject({ name: 'Collège Les Tilleuls', years: '2026-2027', board: '' });
    expect(helene!.reached).toMatch(/^(\d+|few|almost_all)$/);
    const { subject, body } = writeMail('yearTurn', helene!, {}, HOUSE);
    expect(subject).toContain('La nouvelle année');
    expect(body).toContain('Il reste à enregistrer le jour');
    expect(body).toContain('https://preau.example/school/notices');
    expect(`${subject}${body}`).not.toMatch(/undefined|Hélène|Marchand/);
  });

  it('says no figure of a school too small for one, and that the day is there when it is', async () => {
    const { db } = opened;
    await recordBoardDay(db, { school: COLLEGE, day: '2026-11-10', by: 'operator', at: on('2026-09-01') });
    await tellTurn(db, on('2026-09-02'));
    const [helene] = await mailsTo('helene');
    expect(helene).toMatchObject({ reached: '', board: '2026-11-10' });
    const { body } = writeMail('yearTurn', helene!, {}, HOUSE);
    expect(body).toContain('La réunion du conseil de cette année est enregistrée');
    expect(body).not.toContain('2025-2026');
  });
});
