// Opening an account: the code, what its holder knows, once.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  activate,
  authenticate,
  findActivation,
  isActive,
  issueActivation,
  openAccount,
} from '../../src/accounts/accounts.ts';
import { codeHash, useActivation } from '../../src/accounts/activation.ts';
import { hashingWork } from '../../src/accounts/hashing.ts';
import { type CastName, deliverCast, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { bornOn, eventsOf, everything, from, HOME, outcomes, PASSWORD, refusalOf, SCHOOL } from './people.ts';

const DAY = 24 * 3_600_000;

describe.each(engines)('an activation on $name', ({ open }) => {
  let opened: TestDatabase;
  beforeAll(async () => {
    opened = await open();
    await deliverCast(opened.db);
  });
  afterAll(() => opened.close());

  const issueTo = async (name: CastName, at = NOW) => {
    const person = await personOf(opened.db, name);
    return { person, ...(await issueActivation(opened.db, { person, actor: 'system', at })) };
  };

  it('gives a printable code of seven groups, and the day three months on', async () => {
    const { code, expiresAt } = await issueTo('helene');
    expect(code).toMatch(/^([ACDEFGHJKLMNPRTVWXY34679]{4}-){6}[ACDEFGHJKLMNPRTVWXY34679]{4}$/);
    expect(new Date(expiresAt).toISOString()).toBe('2027-02-12T08:00:00.000Z');
    const { expiresAt: endOfMonth } = await issueTo('helene', Date.parse('2026-11-30T10:00:00Z'));
    expect(new Date(endOfMonth).toISOString()).toBe('2027-02-28T10:00:00.000Z');
  });

  it('opens the account of its holder, who can then sign in, and traces it', async () => {
    const { db } = opened;
    const { person, code } = await issueTo('paula');
    expect(await isActive(db, person)).toBe(false);
    const found = await findActivation(db, { ...from(), code, check: 'Bernard' });
    expect(found).toEqual({ person, proposedIdentifier: 'paula.bernard', minimumLength: 12 });
    const chosen = { identifier: found.proposedIdentifier, password: PASSWORD };
    expect(await activate(db, { ...from(), code, check: 'Bernard', ...chosen })).toEqual({ person });
    expect(await isActive(db, person)).toBe(true);
    expect(await authenticate(db, { ...from(), ...chosen })).toEqual({ person, epoch: expect.any(Number) });
    expect(await eventsOf(db, person)).toEqual(['account.activation_issued', 'account.activated', 'sign_in.succeeded']);
  });

  it('reads the code and the family name however they are typed', async () => {
    const { db } = opened;
    await db('person')
      .where({ id: await personOf(db, 'noe') })
      .update({ family_name: "L'Hélgouac'h Le Gall" });
    const { person, code } = await issueTo('noe');
    const typed = ` ${code.toLowerCase().replaceAll('-', ' ')} `;
    for (const check of ["l'helgouac'h le gall", 'LHELGOUACH-LE-GALL', ' L’Hélgouac’h  Le Gall '])
      expect(await findActivation(db, { ...from(), code: typed, check })).toMatchObject({ person });
  });

  it('asks the birth date when the directory holds one, and then the name is not enough', async () => {
    const { db } = opened;
    const { person, code } = await issueTo('ali');
    await bornOn(db, person, '1981-03-09');
    for (const check of ['1981-03-09', '09/03/1981', '9.3.1981'])
      expect(await findActivation(db, { ...from(), code, check })).toMatchObject({ person });
    for (const check of ['Amrani', '1981-09-03', '', '0000-00-00'])
      expect((await refusalOf(findActivation(db, { ...from(), code, check }))).code).toBe('activation_invalid');
  });

  it('traces a wrong check of a code, and no try at a code that nobody holds', async () => {
    const { db } = opened;
    const { person, code } = await issueTo('olga');
    const rows = async () => Number((await db('audit').count({ rows: '*' }).first())?.rows);
    const before = await rows();
    for (const unknown of ['', 'AAAA', 'ACDE-FGHJ-KLMN-PRTV-WXY3-4679-ACDE'])
      await refusalOf(findActivation(db, { ...from(), code: unknown, check: 'Petit' }));
    expect(await rows()).toBe(before);
    await refusalOf(findActivation(db, { ...from(), code, check: 'Grand' }));
    expect(await eventsOf(db, person)).toEqual(['account.activation_issued', 'account.activation_failed']);
  });

  it('works the day before it ends and not the day after', async () => {
    const { db } = opened;
    const { code, expiresAt } = await issueTo('tom');
    const asked = { code, check: 'Garnier' };
    expect(await findActivation(db, { ...from(HOME, expiresAt - DAY), ...asked })).toMatchObject({ minimumLength: 15 });
    expect(await findActivation(db, { ...from(HOME, expiresAt - 1), ...asked })).toMatchObject({ minimumLength: 15 });
    for (const at of [expiresAt, expiresAt + DAY]) {
      const chosen = { identifier: 'tom.garnier', password: PASSWORD };
      expect((await refusalOf(findActivation(db, { ...from(HOME, at), ...asked }))).code).toBe('activation_invalid');
      expect((await refusalOf(activate(db, { ...from(HOME, at), ...asked, ...chosen }))).code).toBe(
        'activation_invalid',
      );
    }
  });

  it('answers the same for a code that is unknown, replaced, used or expired, for a wrong check, and for too many tries', async () => {
    const { db } = opened;
    const chosen = { identifier: 'carla.simon', password: PASSWORD };
    const replaced = await issueTo('carla');
    const expired = await issueTo('diane', NOW - 100 * DAY);
    const { code } = await issueTo('carla');
    const asked = { ...from(), check: 'Simon', ...chosen };
    const refused = [
      await refusalOf(activate(db, { ...asked, code: 'AAAA-CCCC-DDDD-EEEE-FFFF-GGGG-HHHH' })),
      await refusalOf(activate(db, { ...asked, code: replaced.code })),
      await refusalOf(activate(db, { ...asked, code: expired.code, check: 'Faure' })),
      await refusalOf(activate(db, { ...asked, code, check: 'Faure' })),
      await refusalOf(activate(db, { ...asked, code: '' })),
    ];
    await activate(db, { ...asked, code });
    refused.push(await refusalOf(activate(db, { ...asked, code })));
    const hammered = await issueTo('sylvie');
    for (let tries = 0; tries < 6; tries += 1)
      refused.push(await refusalOf(activate(db, { ...asked, code: hammered.code, check: 'Dupont' })));
    refused.push(await refusalOf(activate(db, { ...asked, code: hammered.code, check: 'Morel' })));
    for (const refusal of refused) expect(refusal).toEqual(refused[0]);
    expect(refused[0]).toMatchObject({ code: 'activation_invalid', details: {} });
  });

  it('lets the holder in again once the wait is over, however much others tried', async () => {
    const { db } = opened;
    const { person, code } = await issueTo('olga');
    for (let tries = 0; tries < 60; tries += 1)
      await refusalOf(findActivation(db, { ...from(SCHOOL), code, check: 'Dupont' }));
    const later = from(HOME, NOW + 61_000);
    expect(await findActivation(db, { ...later, code, check: 'Petit' })).toMatchObject({ person });
  });

  it('keeps the code good when the identifier or the password is refused', async () => {
    const { db } = opened;
    const { person, code } = await issueTo('pierre');
    const asked = { ...from(), code, check: 'Bernard' };
    const good = { identifier: 'pierre.bernard', password: PASSWORD };
    for (let tries = 0; tries < 10; tries += 1) {
      const weak = await refusalOf(activate(db, { ...asked, ...good, password: 'Pierre-Bernard' }));
      expect(weak).toMatchObject({ code: 'password_too_weak', details: { minimumLength: 12 } });
    }
    const odd = await refusalOf(activate(db, { ...asked, ...good, identifier: 'pierre@example.org' }));
    expect(odd).toMatchObject({ code: 'identifier_invalid', details: { reasons: ['characters'] } });
    await openAccount(db, {
      person: await personOf(db, 'gina'),
      identifier: 'pierre.bernard',
      password: PASSWORD,
      actor: 'system',
      at: NOW,
    });
    expect((await refusalOf(activate(db, { ...asked, ...good, identifier: 'Pierre.BERNARD' }))).code).toBe(
      'identifier_taken',
    );
    expect(await findActivation(db, { ...asked })).toMatchObject({ proposedIdentifier: 'pierre.bernard2' });
    expect(await activate(db, { ...asked, ...good, identifier: 'pierre.bernard2' })).toEqual({ person });
  });

  it('gives no code to somebody who has an account, nor to nobody', async () => {
    const { db } = opened;
    const person = await personOf(db, 'henri');
    await openAccount(db, { person, identifier: 'henri', password: PASSWORD, actor: 'system', at: NOW });
    const asked = { actor: 'system', at: NOW };
    expect((await refusalOf(issueActivation(db, { ...asked, person }))).code).toBe('account_exists');
    expect((await refusalOf(issueActivation(db, { ...asked, person: 'nobody' }))).code).toBe('unknown_person');
  });

  it('no longer takes the code of somebody whose account was opened otherwise', async () => {
    const { db } = opened;
    const { person, code } = await issueTo('lucas');
    await openAccount(db, { person, identifier: 'lucas', password: PASSWORD, actor: 'system', at: NOW });
    const asked = { ...from(), code, check: 'Meyer' };
    expect((await refusalOf(findActivation(db, asked))).code).toBe('activation_invalid');
    const other = { identifier: 'lucas.meyer', password: `${PASSWORD}-2` };
    expect((await refusalOf(activate(db, { ...asked, ...other }))).code).toBe('activation_invalid');
    expect(await authenticate(db, { ...from(), identifier: 'lucas', password: PASSWORD })).toEqual({
      person,
      epoch: expect.any(Number),
    });
  });

  it('uses a code up once, and not after its end', async () => {
    const { db } = opened;
    const { code, expiresAt } = await issueTo('zoe');
    expect(await useActivation(db, codeHash(code), expiresAt)).toBe(false);
    expect(await useActivation(db, codeHash(code), expiresAt - 1)).toBe(true);
    expect(await useActivation(db, codeHash(code), expiresAt - 1)).toBe(false);
  });

  it('opens exactly one account when one code is used five hundred times at once', async () => {
    const { db } = opened;
    const { person, code } = await issueTo('david');
    const before = hashingWork().hashed;
    const counts = await outcomes(
      Array.from({ length: 500 }, (_, number) =>
        activate(db, {
          ...from(`10.0.${number >> 8}.${number & 255}`),
          code,
          check: 'Roux',
          identifier: `david${number}`,
          password: PASSWORD,
        }),
      ),
    );
    expect(counts).toEqual({ ok: 1, activation_invalid: 499 });
    expect(hashingWork().hashed - before).toBeLessThanOrEqual(5);
    expect(await db('account').where({ person })).toHaveLength(1);
    expect((await eventsOf(db, person)).filter((event) => event === 'account.activated')).toHaveLength(1);
  });

  it('opens exactly one account when two people want one identifier at once', async () => {
    const { db } = opened;
    const two = [await issueTo('theo'), await issueTo('lise')];
    const counts = await outcomes(
      two.map(({ code }, index) =>
        activate(db, { ...from(), code, check: index ? 'Noël' : 'Blanc', identifier: 'wanted', password: PASSWORD }),
      ),
    );
    expect(counts).toEqual({ ok: 1, identifier_taken: 1 });
  });

  it('keeps one good code when several are issued at once', async () => {
    const { db } = opened;
    const person = await personOf(db, 'berthe');
    const codes = await Promise.all(
      Array.from({ length: 20 }, () => issueActivation(db, { person, actor: 'system', at: NOW })),
    );
    const asked = codes.map(({ code }) => findActivation(db, { ...from(), code, check: 'Colin' }));
    expect(await outcomes(asked)).toEqual({ ok: 1, activation_invalid: 19 });
  });

  it('leaves no code and no password in any table, nor an address', async () => {
    const { db } = opened;
    const { code } = await issueTo('marc');
    await refusalOf(findActivation(db, { ...from('203.0.113.99'), code, check: 'Wrongname' }));
    const asked = { ...from('203.0.113.99'), code, check: 'Leroy' };
    await activate(db, { ...asked, identifier: 'marc.leroy', password: PASSWORD });
    await authenticate(db, { ...from('203.0.113.99'), identifier: 'marc.leroy', password: PASSWORD });
    await refusalOf(authenticate(db, { ...from('203.0.113.99'), identifier: PASSWORD, password: 'marc.leroy' }));
    const all = await everything(db);
    expect(all).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    for (const secret of [code, code.replaceAll('-', ''), PASSWORD, '203.0.113.99', 'Wrongname'])
      expect(all.toLowerCase()).not.toContain(secret.toLowerCase());
  });
});
