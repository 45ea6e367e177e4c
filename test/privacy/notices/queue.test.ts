// Everybody about whom a school holds data is told in time, once for each thing that is to be told.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAccount } from '../../../src/accounts/accounts.ts';
import { applyDelivery } from '../../../src/directory/directory.ts';
import { joinOnPaper, separate } from '../../../src/families/families.ts';
import { addModule } from '../../../src/oidc/modules.ts';
import { drawUp } from '../../../src/privacy/notices/drawing.ts';
import { lettersWaiting } from '../../../src/privacy/notices/letters.ts';
import { isLate, isWaiting, rowsOfYear, waitingAt } from '../../../src/privacy/notices/queue.ts';
import { recordBoardDay } from '../../../src/privacy/notices/school.ts';
import { shareTold } from '../../../src/privacy/notices/share.ts';
import { noticeInForce } from '../../../src/privacy/notices/texts.ts';
import { PASSWORD } from '../../accounts/people.ts';
import { COLLEGE, cast, college, deliverCast, ECOLE, personOf } from '../../cast.ts';
import { engines, type TestDatabase } from '../../databases.ts';
import { sheet } from '../../portal/portal.ts';
import { mailOf, mailsTo, on, openSchool, round, rowsFor, settle } from './notices.ts';

describe.each(engines)('on $name', ({ open }) => {
  let opened: TestDatabase;
  beforeEach(async () => {
    opened = await open();
    await deliverCast(opened.db, on('2026-09-01', 0));
  });
  afterEach(() => opened.close());

  it('whoever arrives has a month, to the day: neither the day before nor the last day is late', async () => {
    const { db } = opened;
    await round(db, on('2026-09-05'));
    const [row] = await rowsFor(db, 'ali');
    expect(row).toMatchObject({ occasion: 'arrival', category: 'guardian', dueDay: '2026-10-01', toldAt: null });
    expect(['2026-09-30', '2026-10-01', '2026-10-02'].map((day) => isLate(row!, day))).toEqual([false, false, true]);
    // the grandmother has no legal place there: a name in the export is no reason
    expect(await rowsFor(db, 'gina')).toEqual([]);
  });

  it('a month is counted from when the school knew, however late the job runs', async () => {
    const { db } = opened;
    await round(db, on('2026-11-20'));
    expect((await rowsFor(db, 'tom'))[0]).toMatchObject({ dueDay: '2026-10-01', category: 'staff' });
  });

  it('whoever joins during the year has a month from that day', async () => {
    const { db } = opened;
    await round(db, on('2026-09-05'));
    const later = college(on('2027-01-31', 0));
    const persons = [
      ...later.persons,
      { ...later.persons[0]!, externalId: '9001', givenName: 'Nina', familyName: 'Neuve' },
    ];
    const post = later.facts.find(
      ({ relation, properties }) => relation === 'post' && properties?.function === 'teacher',
    )!;
    await applyDelivery(db, { ...later, persons, facts: [...later.facts, { ...post, subject: { person: '9001' } }] });
    await round(db, on('2027-02-01'));
    const nina = (await db('external_identity').where({ external_id: '9001' }).first('person')).person;
    const row = (await waitingAt(db, COLLEGE)).find(({ person }) => person === nina);
    expect(row).toMatchObject({ occasion: 'arrival', dueDay: '2027-02-28' });
  });

  it('newcomers wait for what an opening asks, and no later than a week before the last day', async () => {
    const { db } = opened;
    await mailOf(db, 'tom', 'tom@ecole.example');
    expect((await round(db, on('2026-09-05'))).queued).toBe(0);
    expect((await round(db, on('2026-09-23'))).queued).toBe(0);
    expect((await round(db, on('2026-09-24'))).queued).toBe(1);
    const mails = await mailsTo(db, await personOf(db, 'tom'));
    expect(mails).toHaveLength(1);
    expect(mails[0]?.data).toMatchObject({ school: COLLEGE, name: 'Collège Les Tilleuls', level: 'adult', board: '' });
  });

  describe('whose two records are joined', () => {
    /** Another record of Paula's at the collège, which says she represents Zoé. */
    const twinOf = async (at: number): Promise<string> => {
      const base = college(at);
      const twin = { ...base.persons[0]!, externalId: '9101', givenName: 'Paula', familyName: 'Bernard' };
      const guards = { relation: 'guards', subject: { person: '9101' }, object: { person: cast.zoe.id } } as const;
      await applyDelivery(opened.db, { ...base, persons: [...base.persons, twin], facts: [...base.facts, guards] });
      return (await opened.db('external_identity').where({ external_id: '9101' }).first('person')).person;
    };
    const join = async (record: string, at: number) => {
      const survivor = await personOf(opened.db, 'paula');
      const account = { person: survivor, identifier: 'paula', password: PASSWORD, actor: 'system', at };
      if (!(await opened.db('account').where({ person: survivor }).first())) await openAccount(opened.db, account);
      return (await joinOnPaper(opened.db, { survivor, record, reference: 'Lettre 7', at })).join;
    };
    const rowsOf = async (person: string) => (await rowsOfYear(opened.db, COLLEGE, 2026)).get(person) ?? [];

    it('was told under one of them, and is not told again; but is once they are separate', async () => {
      const { db } = opened;
      await openSchool(db);
      const twin = await twinOf(on('2026-09-02'));
      await db('person').where({ id: twin }).update({ email: 'paula@exemple.fr' });
      await round(db, on('2026-09-05'));
      await settle(db, (await mailsTo(db, twin))[0]!.id, 'sent', on('2026-09-06'));
      await round(db, on('2026-09-06'));
      expect((await rowsFor(db, 'paula')).map(({ endedAt, toldAt }) => [endedAt, toldAt])).toEqual([[null, null]]);
      const { people } = (await shareTold(db, { school: COLLEGE, at: on('2026-09-06') })).all!;
      const { id } = await join(twin, on('2026-09-10'));
      expect(await round(db, on('2026-09-11'))).toMatchObject({ drawn: 0, queued: 0 });
      expect((await rowsFor(db, 'paula')).map(({ endedAt }) => endedAt)).toEqual([on('2026-09-11')]);
      expect(
        (await lettersWaiting(db, { school: COLLEGE, at: on('2026-09-25') })).flatMap(({ letters }) =>
          letters.map(({ name }) => name),
        ),
      ).not.toContain('Paula Bernard');
      expect((await shareTold(db, { school: COLLEGE, at: on('2026-09-12') })).all!.people).toBe(people - 1);
      await separate(db, { join: id, by: 'operator', reference: 'Lettre 8', at: on('2026-09-20') });
      await round(db, on('2026-09-21'));
      expect((await rowsFor(db, 'paula')).filter(isWaiting)).toHaveLength(1);
      expect((await rowsOf(twin)).filter(({ toldAt }) => toldAt !== null)).toHaveLength(1);
    });

    it('has no more time than the record that waited: its last day is theirs', async () => {
      const { db } = opened;
      const twin = await twinOf(on('2026-09-02'));
      await round(db, on('2026-09-05'));
      const [waits] = await rowsOf(twin);
      await db('notice_due')
        .where({ school: COLLEGE, person: await personOf(db, 'paula') })
        .delete();
      await join(twin, on('2026-09-29'));
      await round(db, on('2026-09-29', 12));
      expect((await rowsOf(twin)).filter(isWaiting)).toEqual([]);
      const [row] = (await rowsFor(db, 'paula')).filter(isWaiting);
      expect(row!.dueDay <= waits!.dueDay).toBe(true);
    });
  });

  it('where all is on record a newcomer is told at once, and told means that the mail has left', async () => {
    const { db } = opened;
    await openSchool(db);
    await mailOf(db, 'tom', 'tom@ecole.example');
    const tom = await personOf(db, 'tom');
    expect((await round(db, on('2026-09-05'))).queued).toBe(1);
    const [mail] = await mailsTo(db, tom);
    expect((await rowsFor(db, 'tom'))[0]).toMatchObject({ toldAt: null, mail: mail?.id });
    await settle(db, mail!.id, 'sent', on('2026-09-06'));
    expect(await round(db, on('2026-09-07'))).toMatchObject({ told: 1, queued: 0 });
    const [row] = await rowsFor(db, 'tom');
    const { version } = (await noticeInForce(db, { school: COLLEGE, at: on('2026-09-07') }))!;
    expect(row).toMatchObject({ toldAt: on('2026-09-06'), toldAs: 'mail', version });
    expect(await round(db, on('2026-09-08'))).toMatchObject({ drawn: 0, queued: 0, told: 0 });
  });

  it('whose mail never left is not told, and waits for a letter', async () => {
    const { db } = opened;
    await openSchool(db);
    await mailOf(db, 'tom', 'tom@ecole.example');
    await round(db, on('2026-09-05'));
    const [mail] = await mailsTo(db, await personOf(db, 'tom'));
    await settle(db, mail!.id, 'given_up', on('2026-09-07'));
    expect(await round(db, on('2026-09-08'))).toMatchObject({ failed: 1, queued: 0 });
    expect((await rowsFor(db, 'tom'))[0]).toMatchObject({ toldAt: null, mail: null, version: null });
    expect((await round(db, on('2026-09-25'))).queued).toBe(0);
  });

  it('the directory’s address is not used for whoever has an account without an address of their own', async () => {
    const { db } = opened;
    await openSchool(db);
    await mailOf(db, 'tom', 'tom@ecole.example');
    await openAccount(db, {
      person: await personOf(db, 'tom'),
      identifier: 'tom',
      password: PASSWORD,
      actor: 'system',
      at: on('2026-09-02'),
    });
    expect((await round(db, on('2026-09-05'))).queued).toBe(0);
  });

  it('whoever leaves untold is no longer to be told, and is again when they come back', async () => {
    const { db } = opened;
    await round(db, on('2026-09-05'));
    const without = college(on('2026-09-10', 0));
    const facts = without.facts.filter(({ subject }) => !('person' in subject && subject.person === '1007'));
    await applyDelivery(db, { ...without, facts });
    expect(await round(db, on('2026-09-11'))).toMatchObject({ ended: 1 });
    expect((await rowsFor(db, 'olga'))[0]).toMatchObject({ endedAt: on('2026-09-11') });
    await applyDelivery(db, college(on('2026-12-01', 0)));
    await round(db, on('2026-12-02'));
    expect((await rowsFor(db, 'olga')).at(-1)).toMatchObject({
      number: 2,
      occasion: 'arrival',
      dueDay: '2027-01-01',
      endedAt: null,
    });
  });

  it('each school year everybody is told again, with the board’s day once it is on record', async () => {
    const { db } = opened;
    await openSchool(db);
    await mailOf(db, 'tom', 'tom@ecole.example');
    const tom = await personOf(db, 'tom');
    await round(db, on('2026-09-05'));
    const [first] = await mailsTo(db, tom);
    await settle(db, first!.id, 'sent', on('2026-09-05'));
    await round(db, on('2026-09-06'));
    // the last day of a school year, then the first of the next: the export has not come yet
    await round(db, on('2027-08-14'));
    expect(await rowsFor(db, 'tom', { year: 2027 })).toEqual([]);
    await applyDelivery(db, college(on('2027-09-01', 0)));
    await round(db, on('2027-09-02'));
    expect((await rowsFor(db, 'tom', { year: 2027 }))[0]).toMatchObject({ occasion: 'year', dueDay: '2027-12-01' });
    expect(await mailsTo(db, tom)).toHaveLength(1);
    await recordBoardDay(db, { school: COLLEGE, by: 'operator', at: on('2027-10-01'), day: '2027-10-14' });
    await round(db, on('2027-10-01'));
    expect((await mailsTo(db, tom)).at(-1)?.data).toMatchObject({ board: '2027-10-14' });
  });

  it('without the board’s day the yearly notice leaves a week before its last day', async () => {
    const { db } = opened;
    await openSchool(db);
    await mailOf(db, 'tom', 'tom@ecole.example');
    const tom = await personOf(db, 'tom');
    await round(db, on('2026-09-05'));
    await settle(db, (await mailsTo(db, tom))[0]!.id, 'sent', on('2026-09-05'));
    await round(db, on('2026-09-06'));
    await applyDelivery(db, college(on('2027-09-01', 0)));
    await round(db, on('2027-11-23'));
    expect(await mailsTo(db, tom)).toHaveLength(1);
    await round(db, on('2027-11-24'));
    expect((await mailsTo(db, tom)).at(-1)?.data).toMatchObject({ board: '' });
  });

  it('what was not said in time last year is no less late this year', async () => {
    const { db } = opened;
    await round(db, on('2026-09-05'));
    await applyDelivery(db, college(on('2027-09-01', 0)));
    await round(db, on('2027-09-02'));
    expect((await rowsFor(db, 'ali'))[0]?.endedAt).toBe(on('2027-09-02'));
    expect(await rowsFor(db, 'ali', { year: 2027 })).toMatchObject([{ occasion: 'arrival', dueDay: '2026-10-01' }]);
  });

  it('a new service is news: who was told of less is told again within a month, who waits is told once', async () => {
    const { db } = opened;
    await openSchool(db);
    await mailOf(db, 'tom', 'tom@ecole.example');
    const tom = await personOf(db, 'tom');
    await round(db, on('2026-09-05'));
    await settle(db, (await mailsTo(db, tom))[0]!.id, 'sent', on('2026-09-05'));
    await round(db, on('2026-09-06'));
    await addModule(db, sheet('http://localhost:9'), { actor: 'system', at: on('2026-10-10') });
    expect(await round(db, on('2026-10-10'))).toMatchObject({ drawn: 1, queued: 1 });
    expect((await rowsFor(db, 'tom')).at(-1)).toMatchObject({ occasion: 'change', dueDay: '2026-11-10' });
    expect(await rowsFor(db, 'ali')).toHaveLength(1);
  });

  it('a text that changed while a mail was under way is told as well', async () => {
    const { db } = opened;
    await openSchool(db);
    await mailOf(db, 'tom', 'tom@ecole.example');
    await round(db, on('2026-09-05'));
    await addModule(db, sheet('http://localhost:9'), { actor: 'system', at: on('2026-09-06') });
    await round(db, on('2026-09-06'));
    const [mail] = await mailsTo(db, await personOf(db, 'tom'));
    await settle(db, mail!.id, 'sent', on('2026-09-07'));
    await round(db, on('2026-09-08'));
    const [first, second] = await rowsFor(db, 'tom');
    expect(first?.toldAt).not.toBeNull();
    expect(second).toMatchObject({ toldAt: null, endedAt: null });
    expect(second?.content).not.toBe(first?.content);
  });

  it('somebody of two schools is told by each', async () => {
    const { db } = opened;
    await round(db, on('2026-09-05'));
    expect(await rowsFor(db, 'paula')).toHaveLength(1);
    expect(await rowsFor(db, 'paula', { school: ECOLE })).toHaveLength(1);
  });

  it('many nodes at once draw each person once', async () => {
    const { db } = opened;
    await Promise.all(Array.from({ length: 12 }, () => drawUp(db, { school: COLLEGE, at: on('2026-09-02') })));
    const rows = await db('notice_due').where({ school: COLLEGE });
    expect(rows).toHaveLength(17);
    expect(rows.every(({ number }) => number === 1)).toBe(true);
  });

  it('many nodes at once mail each person once', async () => {
    const { db } = opened;
    for (const name of ['tom', 'tania', 'theo', 'olga', 'paula', 'pierre'] as const)
      await mailOf(db, name, `${name}@ecole.example`);
    await round(db, on('2026-09-02'));
    await openSchool(db);
    await Promise.all(Array.from({ length: 12 }, () => round(db, on('2026-09-05'))));
    const rows = await db('notice_due').where({ school: COLLEGE });
    expect(new Set(rows.map(({ person }) => person)).size).toBe(rows.length);
    const mails: { person: string; data: string }[] = await db('mail').where({ template: 'notice' });
    const said = mails.map(({ person, data }) => `${person} ${JSON.parse(data).school}`);
    expect(new Set(said).size).toBe(said.length);
    expect(said.filter((one) => one.endsWith(COLLEGE))).toHaveLength(6);
  });
});
