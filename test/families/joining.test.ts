// One sign-in per parent: joining two records of one person, and undoing it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authenticate } from '../../src/accounts/accounts.ts';
import { stateOf } from '../../src/accounts/states.ts';
import {
  admitParent,
  barFromChild,
  barFromLogbook,
  recordEmancipation,
  recordObjection,
  unbarFromChild,
} from '../../src/acts/restrictions.ts';
import { verifyAudit } from '../../src/audit/audit.ts';
import { applyDelivery } from '../../src/directory/directory.ts';
import { withholdPerson } from '../../src/directory/holds.ts';
import { findByExternalId, findPerson, holderOf } from '../../src/directory/persons.ts';
import { assignTeaching } from '../../src/directory/teaching.ts';
import { factsAbout } from '../../src/facts/facts.ts';
import { childrenOf } from '../../src/families/children.ts';
import { dispute } from '../../src/families/disputes.ts';
import {
  type Joined,
  joinByCode,
  joinByCredentials,
  joinOnPaper,
  joinsAt,
  joinsWith,
  separate,
} from '../../src/families/families.ts';
import { purgeJoins } from '../../src/families/joins.ts';
import { decideRequest } from '../../src/privacy/requests/deciding.ts';
import { fileRequest } from '../../src/privacy/requests/filing.ts';
import { list, may, type When } from '../../src/rights/rights.ts';
import { inTransaction } from '../../src/storage/storage.ts';
import { eventsOf, refused, together } from '../acts/acts.ts';
import { ACADEMY, COLLEGE, DELIVERED, ECOLE, LYCEE, logbookOf, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { recoveryCodeOf } from '../second-factor.ts';
import {
  apart,
  codeFor,
  deliver,
  deliveryOf,
  INES,
  keysOf,
  LEA,
  NOE,
  open as openAccount,
  origin,
  PASSWORD,
  PAUL,
  pupil,
  type RelativeName,
  represented,
  schoolNames,
} from './world.ts';

const HOUR = 3_600_000;
const factors = { bound: 'session x', issuer: 'http://localhost', secrets: Buffer.alloc(32, 9) };

describe.each(engines)('$name', ({ open }) => {
  let base: TestDatabase;
  let keys: Record<RelativeName, string>;
  beforeEach(async () => {
    base = await open();
    await deliver(base.db);
    keys = await keysOf(base.db);
    await openAccount(base.db, keys.paula, 'paula.bernard');
  });
  afterEach(() => base.close());

  const byCode = async (record: string, check = 'Bernard', survivor = keys.paula): Promise<Joined> =>
    joinByCode(base.db, { ...origin, survivor, code: await codeFor(base.db, record), check });
  const byCredentials = (
    given: { password?: string; identifier?: string; other?: string; survivor?: string; factor?: string } = {},
  ) =>
    joinByCredentials(base.db, {
      ...origin,
      ...factors,
      survivor: given.survivor ?? keys.paula,
      password: given.password ?? PASSWORD,
      other: {
        identifier: given.identifier ?? 'paula.ecole',
        password: given.other ?? PASSWORD,
        factor: given.factor ?? '',
      },
    });

  /** The logbook of Léa's class: in first degree the school says who teaches it. */
  const cm2Logbook = async (): Promise<string> => {
    const teacher = await personOf(base.db, 'denise');
    const audience = { kind: 'class', code: 'CM2' } as const;
    await assignTeaching(base.db, { school: ECOLE, teacher, audience, by: 'system', at: DELIVERED });
    return logbookOf(base.db, ECOLE, 'CM2', '');
  };

  describe('by the code of the second record', () => {
    it('opens every child of that record under the first account, from that moment and not before', async () => {
      const before = await represented(base.db, keys.paula);
      const reads = async (when: When) =>
        (await list(base.db, { person: keys.paula, action: 'read', type: 'logbook', when })).map(({ id }) => id).sort();
      const cm2 = await cm2Logbook();
      const was = await reads({ enforcedOn: NOW - HOUR });
      expect(was.length).toBeGreaterThan(1);
      const { join } = await byCode(keys.paulaAtEcole);
      expect([before, await represented(base.db, keys.paula), join.proof]).toEqual([[PAUL], [PAUL, LEA], 'code']);
      expect(await represented(base.db, keys.paulaAtEcole)).toEqual([]);
      expect(await findByExternalId(base.db, ACADEMY, '3101')).toBe(keys.paula);
      expect(await reads({ enforcedOn: NOW - HOUR })).toEqual(was);
      expect(await reads({ knownTodayOf: NOW - HOUR })).toEqual(was);
      expect(await reads({ at: NOW })).toEqual([...was, cm2].sort());
    });

    it('is told by mail and in the trail, with keys and no name', async () => {
      const { join } = await byCode(keys.paulaAtEcole);
      const mails = await base.db('mail').where({ template: 'joined' }).select('person', 'data');
      expect(mails).toEqual([{ person: keys.paula, data: '{}' }]);
      const [row] = await base.db('audit').where({ event: 'family.joined' });
      expect(JSON.parse(row.details)).toEqual({ record: keys.paulaAtEcole, join: join.id, proof: 'code', schools: 1 });
      expect(JSON.stringify(row)).not.toMatch(/Paula|Bernard/i);
      expect(await joinsWith(base.db, keys.paula)).toMatchObject([{ record: keys.paulaAtEcole, schools: [ECOLE] }]);
    });

    it('is refused in one way, whatever is wrong', async () => {
      const code = await codeFor(base.db, keys.paulaAtEcole);
      const others = await codeFor(base.db, keys.pierreAtEcole);
      const pupils = await codeFor(base.db, await personOf(base.db, 'lea'));
      const teachers = await codeFor(base.db, await personOf(base.db, 'marc'));
      const tries = [
        { code: 'AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA', check: 'Bernard' },
        { code: '', check: '' },
        { code, check: 'Durand' },
        { code: others, check: 'Bernard' },
        { code: pupils, check: 'Bernard' },
        { code: teachers, check: 'Leroy' },
      ];
      const messages = new Set<string>();
      for (const one of tries) {
        const error = await joinByCode(base.db, { ...origin, survivor: keys.paula, ...one }).catch((thrown) => thrown);
        expect(error).toMatchObject({ name: 'Refusal', code: 'join_refused', details: {} });
        messages.add(error.message);
      }
      expect(messages.size).toBe(1);
      expect(await represented(base.db, keys.paula)).toEqual([PAUL]);
      expect(await stateOf(base.db, keys.pierreAtEcole, NOW)).toBe('invited'); // the code of another is not used up
      // only the trail tells whose letters were tried, with the right check
      const tried = await base.db('audit').where({ event: 'family.join_refused' }).orderBy('seq').pluck('subject');
      const told = [keys.pierreAtEcole, await personOf(base.db, 'lea'), await personOf(base.db, 'marc')];
      expect(tried).toEqual(told);
    });

    it('is refused once the code is over, and good until the instant before', async () => {
      const { code } = { code: await codeFor(base.db, keys.paulaAtEcole) };
      const row = await base.db('activation').where({ person: keys.paulaAtEcole }).first('expires_at');
      const at = Number(row.expires_at);
      const asked = { ...origin, survivor: keys.paula, code, check: 'Bernard' };
      await refused('join_refused', joinByCode(base.db, { ...asked, at }));
      await joinByCode(base.db, { ...asked, at: at - 1 });
    });

    it('is done once when the same form comes twice', async () => {
      const code = await codeFor(base.db, keys.paulaAtEcole);
      const asked = { ...origin, survivor: keys.paula, code, check: 'Bernard' };
      const [one, two] = await Promise.all([joinByCode(base.db, asked), joinByCode(base.db, asked)]);
      expect(two.join.id).toBe(one.join.id);
      expect((await joinByCode(base.db, asked)).join.id).toBe(one.join.id);
      expect(await eventsOf(base.db, 'family.joined')).toBe(1);
    });

    it('gives the record to one of many who use the code at the same time', async () => {
      await openAccount(base.db, keys.paulaAtLycee, 'paula.lycee');
      const code = await codeFor(base.db, keys.paulaAtEcole);
      const survivors = [keys.paula, keys.paulaAtLycee];
      const tries = Array.from({ length: 500 }, (_, index) =>
        joinByCode(base.db, { ...origin, survivor: survivors[index % 2]!, code, check: 'Bernard' }),
      );
      const settled = await Promise.allSettled(tries);
      const joins = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value.join] : []));
      expect(new Set(joins.map(({ id }) => id)).size).toBe(1);
      expect(await eventsOf(base.db, 'family.joined')).toBe(1);
      const winner = joins[0]!.survivor;
      const loser = survivors.find((one) => one !== winner)!;
      expect(await represented(base.db, winner)).toContain(LEA);
      expect(await represented(base.db, loser)).not.toContain(LEA);
    }, 60_000);

    it('no code opens an account of its own on a record that is joined', async () => {
      const code = await codeFor(base.db, keys.paulaAtEcole);
      const asked = { survivor: keys.paula, record: keys.paulaAtEcole, reference: 'Courrier', at: NOW };
      await joinOnPaper(base.db, asked);
      expect(await stateOf(base.db, keys.paulaAtEcole, NOW)).toBe('record');
      await refused('account_exists', codeFor(base.db, keys.paulaAtEcole));
      await refused('join_refused', joinByCode(base.db, { ...origin, survivor: keys.paula, code, check: 'Bernard' }));
    });
  });

  describe('who may be joined', () => {
    it('homonyms with the same birth date never mix without the code of the other', async () => {
      const births = { paula: '1984-03-02', homonym: '1984-03-02' } as const;
      await deliver(base.db, apart, NOW - HOUR, births);
      expect(await represented(base.db, keys.paula)).toEqual([PAUL]);
      expect(await findByExternalId(base.db, ACADEMY, '3104')).toBe(keys.homonym);
      const asked = { ...origin, survivor: keys.paula, code: 'AAAA-AAAA', check: '02/03/1984' };
      await refused('join_refused', joinByCode(base.db, asked));
      expect(await base.db('family_join')).toEqual([]);
    });

    it('two records with different birth dates are two persons, even with the code', async () => {
      const births = { paula: '1984-03-02', paulaAtEcole: '1984-03-03' } as const;
      await deliver(base.db, apart, NOW - HOUR, births);
      await refused('join_refused', byCode(keys.paulaAtEcole, '03/03/1984'));
    });

    it('a family name that has changed is one person where the birth date says so', async () => {
      const births = { paula: '1984-03-02', paulaAtEcole: '1984-03-02' } as const;
      await deliver(base.db, apart, NOW - HOUR, births);
      await base.db('person').where({ id: keys.paulaAtEcole }).update({ family_name: 'Girard' });
      await byCode(keys.paulaAtEcole, '02/03/1984');
      expect(await represented(base.db, keys.paula)).toEqual([PAUL, LEA]);
    });

    it('no account of staff or of a pupil takes a record, and none is taken', async () => {
      const marc = await personOf(base.db, 'marc');
      const paul = await personOf(base.db, 'paul');
      await openAccount(base.db, marc, 'marc.leroy');
      await openAccount(base.db, paul, 'paul.bernard');
      await refused('join_not_family', byCode(keys.paulaAtEcole, 'Bernard', marc));
      await refused('join_not_family', byCode(keys.paulaAtLycee, 'Bernard', paul));
      await refused('join_refused', byCredentials({ identifier: 'marc.leroy' }));
      await refused('join_refused', byCredentials({ identifier: 'paul.bernard' }));
    });

    it('a record is joined once, and to no one that is joined itself', async () => {
      await openAccount(base.db, keys.paulaAtEcole, 'paula.ecole');
      await byCredentials();
      await refused('join_not_family', byCode(keys.paulaAtLycee, 'Bernard', keys.paulaAtEcole));
      const again = { survivor: keys.paula, record: keys.paulaAtEcole, reference: 'Courrier', at: NOW };
      await refused('join_refused', joinOnPaper(base.db, again));
      await refused('join_refused', joinOnPaper(base.db, { ...again, record: keys.paula }));
    });
  });

  describe('by both credentials', () => {
    beforeEach(() => openAccount(base.db, keys.paulaAtEcole, 'paula.ecole'));

    it('leaves one account that signs in, and the other waits', async () => {
      const { ended } = await byCredentials();
      expect(ended).toBe(keys.paulaAtEcole);
      expect(await represented(base.db, keys.paula)).toEqual([PAUL, LEA]);
      expect(await stateOf(base.db, keys.paulaAtEcole, NOW)).toBe('suspended');
      const asked = { ...origin, identifier: 'paula.ecole', password: PASSWORD };
      await refused('sign_in_failed', authenticate(base.db, asked));
      const mails = await base.db('mail').where({ template: 'joined' }).orderBy('person').pluck('person');
      expect(mails).toEqual([keys.paula, keys.paulaAtEcole].sort());
    });

    it('asks for both, and says the same of either', async () => {
      await refused('join_refused', byCredentials({ password: 'faux' }));
      await refused('join_refused', byCredentials({ other: 'faux' }));
      await refused('join_refused', byCredentials({ identifier: 'inconnu' }));
      await refused('join_refused', byCredentials({ identifier: 'paula.bernard' })); // oneself
      expect(await stateOf(base.db, keys.paulaAtEcole, NOW)).toBe('active');
    });

    it('asks for the second factor too of an account that holds one', async () => {
      const factor = await recoveryCodeOf(base.db, 'paula.ecole');
      await refused('join_refused', byCredentials());
      await refused('join_refused', byCredentials({ factor: '123456' }));
      await refused('join_refused', byCredentials({ factor: 'AAAA-AAAA-AAAA-AAAA' }));
      await byCredentials({ factor });
      expect(await represented(base.db, keys.paula)).toEqual([PAUL, LEA]);
    });

    it('of two that cross, one comes first and the other is refused', async () => {
      const cross = () => [
        byCredentials(),
        byCredentials({ survivor: keys.paulaAtEcole, identifier: 'paula.bernard' }),
      ];
      const { done, refused: codes } = await together([...cross(), ...cross(), ...cross()]);
      // the same form again is the same join; the one that crosses it is none
      expect(done).toBeGreaterThanOrEqual(1);
      expect(done).toBeLessThanOrEqual(3);
      expect(await base.db('family_join')).toHaveLength(1);
      expect(codes.every((code) => ['join_refused', 'join_not_family'].includes(code))).toBe(true);
      const states = await Promise.all([keys.paula, keys.paulaAtEcole].map((one) => stateOf(base.db, one, NOW)));
      expect(states.sort()).toEqual(['active', 'suspended']);
    });

    it('separated, the account that waited signs in again', async () => {
      const { join } = await byCredentials();
      await separate(base.db, { join: join.id, by: keys.paula, at: NOW + HOUR });
      expect(await stateOf(base.db, keys.paulaAtEcole, NOW)).toBe('active');
      const asked = { ...origin, identifier: 'paula.ecole', password: PASSWORD };
      expect((await authenticate(base.db, asked)).person).toBe(keys.paulaAtEcole);
    });
  });

  describe('what arrives by the feed afterwards', () => {
    it('a child named on either record is a child of the one account', async () => {
      await byCode(keys.paulaAtEcole);
      const more = {
        ...apart,
        ecole: [...apart.ecole, ['paulaAtEcole', LEA] as const],
        lycee: [['paulaAtEcole', NOE] as const],
      };
      await deliver(base.db, more, NOW + HOUR);
      expect(await represented(base.db, keys.paula, NOW + HOUR)).toEqual([PAUL, LEA, NOE]);
    });

    it('the same export writes nothing, and the first record alone names the person', async () => {
      await byCode(keys.paulaAtEcole);
      const revisions = await base.db('fact_revision').count({ count: '*' }).first();
      await deliver(base.db, apart, NOW + HOUR);
      expect(await base.db('fact_revision').count({ count: '*' }).first()).toEqual(revisions);
      expect(await findPerson(base.db, keys.paula)).toMatchObject({ givenName: 'Paula', familyName: 'Bernard' });
      expect(await findPerson(base.db, keys.paulaAtEcole)).toMatchObject({ familyName: 'BERNARD' });
    });

    it('one that runs at the same time is wholly before or wholly after', async () => {
      const code = await codeFor(base.db, keys.paulaAtEcole);
      const less = { ...apart, ecole: [['pierreAtEcole', LEA] as const] };
      await Promise.all([
        joinByCode(base.db, { ...origin, survivor: keys.paula, code, check: 'Bernard' }).catch(() => undefined),
        applyDelivery(base.db, deliveryOf('ecole', less, NOW)),
        applyDelivery(base.db, deliveryOf('college', apart, NOW)),
      ]);
      expect(await represented(base.db, keys.paula, NOW)).toEqual([PAUL]);
      expect(await represented(base.db, keys.paulaAtEcole, NOW)).toEqual([]);
    });
  });

  describe('undoing it', () => {
    it('gives each record what it says today, told apart even after deliveries', async () => {
      const { join } = await byCode(keys.paulaAtEcole);
      const moved = {
        college: [['paulaAtEcole', PAUL] as const], // the first record is no longer Paul's guardian: the second is
        ecole: [['paulaAtEcole', LEA] as const],
        lycee: [['paula', NOE] as const],
      };
      await deliver(base.db, moved, NOW + HOUR);
      expect(await represented(base.db, keys.paula, NOW + HOUR)).toEqual([PAUL, LEA, NOE]);
      await separate(base.db, { join: join.id, by: keys.paula, at: NOW + 2 * HOUR });
      expect(await represented(base.db, keys.paula, NOW + 2 * HOUR)).toEqual([NOE]);
      expect(await represented(base.db, keys.paulaAtEcole, NOW + 2 * HOUR)).toEqual([PAUL, LEA]);
      expect(await findByExternalId(base.db, ACADEMY, '3101')).toBe(keys.paulaAtEcole);
      expect(await joinsWith(base.db, keys.paula)).toEqual([]);
      expect(await base.db('record_fact')).toEqual([]);
    });

    it('is told, traced, and done once', async () => {
      const { join } = await byCode(keys.paulaAtEcole);
      const asked = { join: join.id, by: keys.paula, at: NOW + HOUR };
      await Promise.all([separate(base.db, asked), separate(base.db, asked)]);
      expect(await eventsOf(base.db, 'family.separated')).toBe(1);
      expect(await base.db('mail').where({ template: 'separated' }).count({ count: '*' }).first()).toMatchObject({
        count: 2,
      });
    });

    it('what was read in between stays in the history, on the day it was read', async () => {
      const { join } = await byCode(keys.paulaAtEcole);
      await separate(base.db, { join: join.id, by: keys.paula, at: NOW + 2 * HOUR });
      expect(await represented(base.db, keys.paula, NOW + HOUR)).toEqual([PAUL, LEA]);
      expect(await represented(base.db, keys.paula, NOW + 2 * HOUR)).toEqual([PAUL]);
      expect(await represented(base.db, keys.paulaAtEcole, NOW - HOUR)).toEqual([LEA]);
      expect(await represented(base.db, keys.paulaAtEcole, NOW + HOUR)).toEqual([]);
    });

    it('is forgotten a year later, and no sooner', async () => {
      const { join } = await byCode(keys.paulaAtEcole);
      const year = 365 * 86_400_000;
      expect(await purgeJoins(base.db, NOW + 2 * year)).toBe(0);
      await separate(base.db, { join: join.id, by: keys.paula, at: NOW + HOUR });
      expect(await purgeJoins(base.db, NOW + HOUR + year - 1)).toBe(0);
      expect(await purgeJoins(base.db, NOW + HOUR + year)).toBe(1);
    });

    it('belongs to the holder, or on a request to a school of the record, and to nobody else', async () => {
      const { join } = await byCode(keys.paulaAtEcole);
      const at = NOW + HOUR;
      const [denise, helene, pierre] = [
        await personOf(base.db, 'denise'),
        await personOf(base.db, 'helene'),
        keys.pierre,
      ];
      await refused('unknown_join', separate(base.db, { join: 'nothing', by: keys.paula, at }));
      await refused('unknown_join', separate(base.db, { join: join.id, by: pierre, at, reference: 'Courrier' }));
      await refused('unknown_join', separate(base.db, { join: join.id, by: helene, at, reference: 'Courrier' }));
      await refused('decision_missing', separate(base.db, { join: join.id, by: denise, at }));
      await separate(base.db, { join: join.id, by: denise, at, reference: 'Courrier du 12 novembre' });
      expect(await represented(base.db, keys.paulaAtEcole, at)).toEqual([LEA]);
    });

    it('several joins come apart in any order', async () => {
      await openAccount(base.db, keys.paulaAtEcole, 'paula.ecole');
      const inner = await byCode(keys.paulaAtLycee, 'Bernard', keys.paulaAtEcole);
      const outer = await byCredentials();
      expect(await represented(base.db, keys.paula)).toEqual([PAUL, LEA, NOE]);
      await separate(base.db, { join: inner.join.id, by: keys.paula, at: NOW + HOUR });
      expect(await represented(base.db, keys.paula, NOW + HOUR)).toEqual([PAUL, LEA]);
      expect(await represented(base.db, keys.paulaAtLycee, NOW + HOUR)).toEqual([NOE]);
      await separate(base.db, { join: outer.join.id, by: keys.paula, at: NOW + 2 * HOUR });
      expect(await represented(base.db, keys.paula, NOW + 2 * HOUR)).toEqual([PAUL]);
      expect(await represented(base.db, keys.paulaAtEcole, NOW + 2 * HOUR)).toEqual([LEA]);
    });

    it('the outer first gives the inner one back with what was joined to it', async () => {
      await openAccount(base.db, keys.paulaAtEcole, 'paula.ecole');
      const inner = await byCode(keys.paulaAtLycee, 'Bernard', keys.paulaAtEcole);
      const outer = await byCredentials();
      await separate(base.db, { join: outer.join.id, by: keys.paula, at: NOW + HOUR });
      expect(await represented(base.db, keys.paulaAtEcole, NOW + HOUR)).toEqual([LEA, NOE]);
      await separate(base.db, { join: inner.join.id, by: keys.paulaAtEcole, at: NOW + 2 * HOUR });
      expect(await represented(base.db, keys.paulaAtEcole, NOW + 2 * HOUR)).toEqual([LEA]);
      expect(await represented(base.db, keys.paulaAtLycee, NOW + 2 * HOUR)).toEqual([NOE]);
    });
  });

  describe('restrictions', () => {
    const mayRead = async (person: string, at: number): Promise<boolean> => {
      const resource = { type: 'logbook', id: await cm2Logbook() } as const;
      return (await may(base.db, { person, action: 'read', resource, when: { at } })).allowed;
    };

    it('one on the second record goes with it to the account, and back', async () => {
      const child = await pupil(base.db, LEA);
      const act = { school: ECOLE, by: 'operator', at: NOW - HOUR, decision: 'Jugement 1' };
      await barFromChild(base.db, { ...act, person: keys.paulaAtEcole, child });
      const { join } = await byCode(keys.paulaAtEcole);
      const barred = async () =>
        (
          await base
            .db('fact')
            .where({ relation: 'barred', known_to: Number.MAX_SAFE_INTEGER })
            .where('valid_to', '>', NOW + 3 * HOUR)
        ).map(({ subject }: { subject: string }) => subject);
      expect(await barred()).toEqual([keys.paula]);
      expect(await mayRead(keys.paula, NOW)).toBe(false);
      await separate(base.db, { join: join.id, by: keys.paula, at: NOW + HOUR });
      expect(await barred()).toEqual([keys.paulaAtEcole]);
    });

    it('one recorded while they are joined stays on both when they part', async () => {
      const child = await pupil(base.db, LEA);
      const { join } = await byCode(keys.paulaAtEcole);
      expect(await mayRead(keys.paula, NOW)).toBe(true);
      const act = { school: ECOLE, by: 'operator', at: NOW + HOUR, decision: 'Jugement 2' };
      await barFromChild(base.db, { ...act, person: keys.paula, child });
      await separate(base.db, { join: join.id, by: keys.paula, at: NOW + 2 * HOUR });
      const facts = await base
        .db('fact')
        .where({ relation: 'barred', known_to: Number.MAX_SAFE_INTEGER })
        .where('valid_to', '>', NOW + 3 * HOUR);
      expect(facts.map(({ subject }: { subject: string }) => subject).sort()).toEqual(
        [keys.paula, keys.paulaAtEcole].sort(),
      );
    });

    it('an adult pupil’s objection to one record holds against the account, and goes back with it', async () => {
      const noe = await pupil(base.db, NOE);
      await recordEmancipation(base.db, { school: LYCEE, child: noe, by: 'operator', decision: 'TJ', at: NOW - HOUR });
      await recordObjection(base.db, { by: noe, guardian: keys.paulaAtLycee, at: NOW - HOUR });
      const { join } = await byCode(keys.paulaAtLycee);
      const names = async (person: string, at: number) =>
        (await childrenOf(base.db, { person, at })).map(({ givenName }) => givenName);
      expect(await names(keys.paula, NOW)).toEqual(['Paul']);
      await separate(base.db, { join: join.id, by: keys.paula, at: NOW + HOUR });
      const objected = await factsAbout(base.db, 'subject', noe, NOW + HOUR, ['objected']);
      expect(objected.map(({ object }) => object)).toEqual([keys.paulaAtLycee]);
    });

    it('one recorded under the record that was joined is the account’s', async () => {
      const child = await pupil(base.db, LEA);
      await byCode(keys.paulaAtEcole);
      const act = { school: ECOLE, by: 'operator', at: NOW + HOUR, decision: 'Jugement 3' };
      await barFromChild(base.db, { ...act, person: keys.paulaAtEcole, child });
      expect(await mayRead(keys.paula, NOW + 2 * HOUR)).toBe(false);
      expect(await represented(base.db, keys.paula, NOW + 2 * HOUR)).toEqual([PAUL, LEA]);
      const facts = await base.db('fact').where({ relation: 'barred' });
      expect(facts.map(({ subject }: { subject: string }) => subject)).toEqual([keys.paula]);
    });

    it('an admission by the head’s decision goes with its record, and one made since ends when they part', async () => {
      const lea = await pupil(base.db, LEA);
      const paul = await pupil(base.db, PAUL);
      const helene = await personOf(base.db, 'helene');
      const admit = { school: COLLEGE, by: helene, decision: 'Jugement 4', person: keys.paulaAtEcole };
      const admitted = async (person: string, at: number) =>
        (await factsAbout(base.db, 'subject', person, at, ['admitted'])).map(({ object }) => object);
      await admitParent(base.db, { ...admit, child: paul, at: NOW - HOUR });
      const { join } = await byCode(keys.paulaAtEcole);
      const ines = await pupil(base.db, INES);
      await admitParent(base.db, { ...admit, child: ines, at: NOW + HOUR });
      expect((await admitted(keys.paula, NOW + HOUR)).sort()).toEqual([paul, ines].sort());
      await separate(base.db, { join: join.id, by: keys.paula, at: NOW + 2 * HOUR });
      expect([await admitted(keys.paula, NOW + 2 * HOUR), await admitted(keys.paulaAtEcole, NOW + 2 * HOUR)]).toEqual([
        [],
        [paul],
      ]);
      expect(lea).not.toBe(paul);
    });

    it('what an accepted objection withholds stays withheld through a join, and through its end', async () => {
      const at = NOW + HOUR;
      const { join } = await byCode(keys.paulaAtEcole);
      const request = 'request-1';
      await inTransaction(base.db, (tx) =>
        withholdPerson(tx, { person: keys.paula, school: ECOLE, request, by: 'operator', at }),
      );
      await deliver(base.db, apart, at + 1);
      expect(await represented(base.db, keys.paula, at + 1)).toEqual([PAUL]);
      await separate(base.db, { join: join.id, by: keys.paula, at: at + HOUR });
      await deliver(base.db, apart, at + 2 * HOUR);
      expect(await represented(base.db, keys.paulaAtEcole, at + 2 * HOUR)).toEqual([]);
    });

    it('what was withheld of the second record is withheld of the account, for that record alone', async () => {
      const { withheld } = { withheld: keys.paulaAtEcole };
      await inTransaction(base.db, (tx) =>
        withholdPerson(tx, { person: withheld, school: COLLEGE, request: 'request-1', by: 'operator', at: NOW - HOUR }),
      );
      await byCode(keys.paulaAtEcole);
      const both = { ...apart, college: [...apart.college, ['paulaAtEcole', INES] as const] };
      await deliver(base.db, both, NOW + HOUR);
      expect(await represented(base.db, keys.paula, NOW + HOUR)).toEqual([PAUL, LEA]);
    });

    it('an objection filed under the second record and accepted after the join is honoured at once', async () => {
      const [denise, about] = [await personOf(base.db, 'denise'), keys.paulaAtEcole];
      await openAccount(base.db, about, 'paula.ecole');
      const wish = { kind: 'objection', target: 'all', words: 'Mes raisons.' } as const;
      const { id } = await fileRequest(base.db, { ...wish, school: ECOLE, about, by: about, at: NOW });
      const { join } = await byCredentials();
      expect(await represented(base.db, keys.paula)).toEqual([PAUL, LEA]);
      const reason = 'Votre situation personnelle le justifie.';
      await decideRequest(base.db, { id, by: denise, at: NOW + HOUR, outcome: 'accepted', reason });
      expect(await represented(base.db, keys.paula, NOW + HOUR)).toEqual([PAUL]);
      await deliver(base.db, apart, NOW + 2 * HOUR);
      expect(await represented(base.db, keys.paula, NOW + 2 * HOUR)).toEqual([PAUL]);
      expect(await stateOf(base.db, about, NOW + 2 * HOUR)).toBe('suspended');
      await separate(base.db, { join: join.id, by: keys.paula, at: NOW + 3 * HOUR });
      await deliver(base.db, apart, NOW + 4 * HOUR);
      expect(await represented(base.db, about, NOW + 4 * HOUR)).toEqual([]);
    });

    it('a school is shown the joins of records that concern it, and no other', async () => {
      const { join } = await byCode(keys.paulaAtEcole);
      expect((await joinsAt(base.db, ECOLE, NOW)).map(({ id }) => id)).toEqual([join.id]);
      expect(await joinsAt(base.db, COLLEGE, NOW)).toEqual([]);
    });

    it('one that ended meanwhile does not come back', async () => {
      const child = await pupil(base.db, LEA);
      const act = { school: ECOLE, by: 'operator', decision: 'Jugement 1' };
      await barFromChild(base.db, { ...act, at: NOW - HOUR, person: keys.paulaAtEcole, child });
      const { join } = await byCode(keys.paulaAtEcole);
      await unbarFromChild(base.db, { school: ECOLE, by: 'operator', at: NOW + HOUR, person: keys.paula, child });
      await separate(base.db, { join: join.id, by: keys.paula, at: NOW + 2 * HOUR });
      const facts = await base
        .db('fact')
        .where({ relation: 'barred', known_to: Number.MAX_SAFE_INTEGER })
        .where('valid_to', '>', NOW + 3 * HOUR);
      expect(facts).toEqual([]);
    });
  });

  it('joins, separations, deliveries, restrictions and disputes that come together wait for each other and all end', async () => {
    await openAccount(base.db, keys.paulaAtEcole, 'paula.ecole');
    await openAccount(base.db, keys.pierre, 'pierre.bernard');
    const { join } = await byCode(keys.paulaAtLycee);
    const paul = await pupil(base.db, PAUL);
    const paper = (survivor: string, record: string) =>
      joinOnPaper(base.db, { survivor, record, reference: 'Demande', at: NOW + HOUR });
    const act = { school: COLLEGE, by: 'operator', decision: 'Jugement', at: NOW + HOUR } as const;
    const logbook = await logbookOf(base.db, COLLEGE, '6A', 'MATHS');
    const together = await Promise.allSettled([
      paper(keys.paula, keys.paulaAtEcole),
      paper(keys.paulaAtEcole, keys.paula),
      paper(keys.pierre, keys.pierreAtEcole),
      separate(base.db, { join: join.id, by: keys.paula, at: NOW + HOUR }),
      ...schoolNames.map((school) => applyDelivery(base.db, deliveryOf(school, apart, NOW + HOUR))),
      ...schoolNames.map((school) => applyDelivery(base.db, deliveryOf(school, apart, NOW + HOUR + 1))),
      barFromChild(base.db, { ...act, person: keys.homonym, child: paul }),
      barFromLogbook(base.db, { ...act, person: keys.paulaAtEcole, logbook }),
      dispute(base.db, { person: keys.pierre, child: paul, at: NOW + HOUR }),
    ]);
    const thrown = together.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(thrown.filter(({ name }) => name !== 'Refusal')).toEqual([]);
    expect((await verifyAudit(base.db)).firstBad).toBeUndefined();
    const at = NOW + 2 * HOUR;
    const one = await holderOf(base.db, keys.paula);
    expect(await represented(base.db, one, at)).toEqual([PAUL, LEA]);
    expect(await represented(base.db, keys.paulaAtLycee, at)).toEqual([NOE]);
    // whichever came first, what closes a logbook to one of them closes it to the one who reads
    expect(await factsAbout(base.db, 'subject', one, at, ['barred'])).toMatchObject([{ object: logbook }]);
  });

  it('the schools named in a join are those where something moved', async () => {
    const { join } = await byCode(keys.paulaAtLycee);
    expect(join.schools).toEqual([LYCEE]);
  });
});
