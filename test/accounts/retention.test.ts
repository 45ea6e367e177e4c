// Account data goes three months after the last reason to hold an account, or after its closing; what has its own time stays.

import type { Knex } from 'knex';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acknowledgeNotice, epochOf, openAccount } from '../../src/accounts/accounts.ts';
import { confirmEmail, giveEmail } from '../../src/accounts/contact.ts';
import { turnEpoch } from '../../src/accounts/records.ts';
import { retentionEdge, retireAccounts } from '../../src/accounts/retention.ts';
import { moveAccount, movesOf, stateOf } from '../../src/accounts/states.ts';
import { findPerson } from '../../src/directory/persons.ts';
import { changeFacts, currentFacts } from '../../src/facts/facts.ts';
import { type Db, inTransaction } from '../../src/storage/storage.ts';
import { type CastName, COLLEGE, DELIVERED, deliverCast, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { codeSent, eventsOf, KEYS, PASSWORD } from './people.ts';

const DAY = 86_400_000;

describe('when it is time', () => {
  it.each([
    ['2026-11-12', '2026-08-14'],
    ['2026-05-29', '2026-02-28'], // there is no 31 February: the last day of the month
    ['2027-01-01', '2026-10-03'],
  ])('on %s, what ended on %s at this hour goes: two days before three months are over', (today, ended) => {
    expect(new Date(retentionEdge(Date.parse(`${today}T09:00:00Z`))).toISOString()).toBe(`${ended}T09:00:00.000Z`);
  });

  it('is never later than three months', () => {
    for (let ended = Date.parse('2026-01-01T00:00:00Z'); ended < Date.parse('2029-01-01T00:00:00Z'); ended += DAY) {
      const limit = new Date(ended);
      limit.setUTCMonth(limit.getUTCMonth() + 3);
      if (limit.getUTCDate() !== new Date(ended).getUTCDate()) limit.setUTCDate(0);
      expect(retentionEdge(limit.getTime())).toBeGreaterThanOrEqual(ended);
    }
  });
});

describe.each(engines)('accounts that nobody has a reason to hold, on $name', ({ open }) => {
  let opened: TestDatabase;
  beforeAll(async () => {
    opened = await open();
    await deliverCast(opened.db);
  });
  afterAll(() => opened?.close());
  beforeEach(async () => {
    for (const table of ['account', 'account_move', 'audit', 'mail']) await opened.db(table).delete();
  });

  async function holder(who: CastName, at = DELIVERED): Promise<string> {
    const person = await personOf(opened.db, who);
    await openAccount(opened.db, { person, identifier: who, password: PASSWORD, actor: 'operator', at });
    return person;
  }

  /** Ends all that a person is at the collège; returns when. */
  async function leave(person: string, at: number): Promise<void> {
    const { db } = opened;
    const end = await currentFacts(db, { school: COLLEGE, subject: person, endingAfter: at });
    await changeFacts(db, { school: COLLEGE, at, source: 'aaf2d', actor: 'test', end });
  }

  const gone = (at: number) => retireAccounts(opened.db, at);
  /** The first instant at which what ended at one is due. */
  const dueAfter = (ended: number): number => {
    let at = ended + 85 * DAY;
    while (retentionEdge(at) < ended) at += 3_600_000;
    return at;
  };

  it('go three months after the last reason, and not the day before', async () => {
    const { db } = opened;
    const person = await holder('olga');
    const left = NOW;
    await leave(person, left);
    const due = dueAfter(left);
    expect(await gone(due - DAY)).toBe(0);
    expect(await stateOf(db, person, due)).toBe('active');
    expect(await gone(due)).toBe(1);
    expect(await stateOf(db, person, due)).toBe('record');
    expect(due).toBeLessThan(left + 92 * DAY);
  });

  it('take with them what hangs on the account, and leave the record, the trail and the facts', async () => {
    const { db } = opened;
    const person = await holder('tania');
    await giveEmail(db, { person, email: 'tania@exemple.fr', keys: KEYS, at: NOW });
    await confirmEmail(db, { person, code: await codeSent(db, 'emailConfirm', NOW), keys: KEYS, at: NOW });
    await acknowledgeNotice(db, { person, client: 'logbook', version: 1, at: NOW });
    const facts = (await db('fact').where({ subject: person })).length;
    await leave(person, NOW);
    await gone(dueAfter(NOW));
    for (const table of [
      'account',
      'credential',
      'account_email',
      'account_move',
      'notice_acknowledgement',
      'known_address',
    ])
      expect([table, await db(table).where({ person })]).toEqual([table, []]);
    expect((await findPerson(db, person)).familyName).toBe('Lopez');
    expect(await eventsOf(db, person)).toEqual(expect.arrayContaining(['account.opened', 'account.erased']));
    expect((await db('fact').where({ subject: person })).length).toBeGreaterThanOrEqual(facts);
  });

  it('stay as long as there is one reason, at any school: a teacher, a pupil, a parent', async () => {
    for (const who of ['tom', 'paul', 'paula', 'helene'] as const) await holder(who);
    expect(await gone(NOW + 200 * DAY)).toBe(0);
  });

  it('go three months after their holder closed them, whatever they are at school', async () => {
    const { db } = opened;
    const person = await holder('theo');
    await moveAccount(db, { person, to: 'closed', actor: person, why: 'holder', from: 'here', at: NOW });
    const due = dueAfter(NOW);
    expect(await gone(due - DAY)).toBe(0);
    expect(await stateOf(db, person, due - DAY)).toBe('closed');
    expect(await gone(due)).toBe(1);
    expect(await stateOf(db, person, due)).toBe('record');
    expect(await movesOf(db, person)).toEqual([]);
  });

  it('are not taken at their opening for lack of a reason older than they are', async () => {
    const person = await holder('gina', NOW);
    expect(await gone(NOW + 1)).toBe(0);
    expect(await stateOf(opened.db, person, NOW)).toBe('active');
    expect(await gone(dueAfter(NOW))).toBe(1);
  });

  it('opened again, begin in an epoch that none of those before had: no session of theirs goes on', async () => {
    const { db } = opened;
    const person = await holder('olga');
    const before = (await epochOf(db, person))!;
    for (let times = 0; times < 3; times += 1) await inTransaction(db, (tx) => turnEpoch(tx, person));
    await leave(person, NOW);
    const due = dueAfter(NOW);
    await gone(due);
    expect(await epochOf(db, person)).toBeUndefined();
    await holder('olga', due);
    expect(await epochOf(db, person)).toBeGreaterThan(before + 3);
  });

  it('take along what else is to end, in the same transaction, or stay', async () => {
    const { db } = opened;
    const [person, other] = [await holder('olga'), await holder('tom')];
    await leave(person, NOW);
    const due = dueAfter(NOW);
    const failing = async () => {
      throw new Error('the sessions could not be ended');
    };
    await expect(retireAccounts(db, due, undefined, [failing])).rejects.toThrow('could not be ended');
    expect(await stateOf(db, person, due)).toBe('active');
    const ended: string[] = [];
    const also = async (_tx: Db, persons: Knex.QueryBuilder) => {
      ended.push(...(await persons.clone()).map((row: { person: string }) => row.person));
    };
    expect(await retireAccounts(db, due, undefined, [also])).toBe(1);
    expect(ended).toEqual([person]);
    expect(await stateOf(db, other, due)).toBe('active');
  });

  it('go once, however many nodes run it', async () => {
    const person = await holder('carla');
    await leave(person, NOW);
    const due = dueAfter(NOW);
    const removed = await Promise.all(Array.from({ length: 5 }, () => gone(due)));
    expect(removed.reduce((all, one) => all + one)).toBe(1);
    expect((await eventsOf(opened.db, person)).filter((event) => event === 'account.erased')).toHaveLength(1);
  });
});
