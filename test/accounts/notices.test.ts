// Notices read, and the code given on the command line.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acknowledgeNotice, findActivation, noticeDue, openAccount } from '../../src/accounts/accounts.ts';
import { activationCommand } from '../../src/accounts/commands.ts';
import { demoConfig } from '../../src/config.ts';
import { deliverCast, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { bornOn, eventsOf, from, PASSWORD, refusalOf } from './people.ts';

describe.each(engines)('on $name', ({ open }) => {
  let opened: TestDatabase;
  beforeAll(async () => {
    opened = await open();
    await deliverCast(opened.db);
  });
  afterAll(() => opened.close());

  it('a notice is due once per person, module and version', async () => {
    const { db } = opened;
    const person = await personOf(db, 'paula');
    const other = await personOf(db, 'tom');
    for (const [key, identifier] of [
      [person, 'paula'],
      [other, 'tom'],
    ] as const)
      await openAccount(db, { person: key, identifier, password: PASSWORD, actor: 'system', at: NOW });
    const notice = { person, client: 'logbook', version: 1 };
    expect(await noticeDue(db, notice)).toBe(true);
    await Promise.all([1, 2, 3].map(() => acknowledgeNotice(db, { ...notice, at: NOW })));
    expect(await noticeDue(db, notice)).toBe(false);
    expect(await noticeDue(db, { ...notice, version: 2 })).toBe(true);
    expect(await noticeDue(db, { ...notice, client: 'agenda' })).toBe(true);
    expect(await noticeDue(db, { ...notice, person: other })).toBe(true);
    expect(await eventsOf(db, person)).toEqual(['account.opened', 'notice.acknowledged']);
  });

  const command = async (...args: string[]) => {
    const lines: string[] = [];
    const config = demoConfig({ secret: 'unused', database: opened.url }, {});
    await activationCommand({ config, db: opened.db, args, print: (line) => lines.push(line) });
    return lines.join('\n');
  };

  it('the command gives a code that works, and says how to use it', async () => {
    const { db } = opened;
    const person = await personOf(db, 'pierre');
    const said = await command('issue', '--person', person);
    expect(said).toContain('Pierre Bernard');
    expect(said).toMatch(/jusqu’au \d{1,2}(er)? \p{L}+ \d{4}/u);
    expect(said).toContain('son nom de famille');
    const code = /(?:[A-Z0-9]{4}-){6}[A-Z0-9]{4}/.exec(said)?.[0] ?? '';
    expect(await findActivation(db, { ...from(undefined, Date.now()), code, check: 'Bernard' })).toMatchObject({
      person,
    });
    // the same hand that resets and gives codes against lost factors, on the command line
    expect(await db('activation').where({ person }).first('issued_by')).toEqual({ issued_by: 'operator' });
    await bornOn(db, person, '1980-01-02');
    expect(await command('issue', '--person', person)).toContain('sa date de naissance');
  });

  it('the command refuses what it does not understand, and whom it does not know', async () => {
    for (const args of [
      [],
      ['issue'],
      ['issue', '--person'],
      ['issue', '--person', 'x', '--force'],
      ['revoke', '--person', 'x'],
    ])
      expect((await refusalOf(command(...args))).code).toBe('bad_argument');
    expect((await refusalOf(command('issue', '--person', 'nobody'))).code).toBe('unknown_person');
  });
});
