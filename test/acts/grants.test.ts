// Openings of logbooks: who offers, who validates, who ends, on which days, and every refusal by its name (C6, C21 to C24c, I4).
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { delegate } from '../../src/acts/delegations.ts';
import {
  askGrant,
  endGrant,
  findGrant,
  type Grant,
  listGrants,
  offerGrant,
  refuseGrant,
  standingOf,
  validateGrant,
} from '../../src/acts/grants.ts';
import { verifyAudit } from '../../src/audit/audit.ts';
import { applyDelivery, type DeliveredFact } from '../../src/directory/directory.ts';
import { Refusal } from '../../src/errors.ts';
import { startOfDay } from '../../src/facts/calendar.ts';
import { may, type When } from '../../src/rights/rights.ts';
import type { Db } from '../../src/storage/storage.ts';
import { COLLEGE, cast, ECOLE, logbookOf, NOW } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { collegeAtWork, extras, keyOf, openSchool, YEAR_END } from '../rights/school.ts';

const DAY = 86_400_000;
const CHRISTMAS = startOfDay('2026-12-19');

type Act = 'asks' | 'offers' | 'validates' | 'refuses' | 'declines' | 'ends';

/**
 * Tom keeps the mathematics of 6A, beside Coline; Olga teaches elsewhere in the school. What stands before, who does
 * what, and what comes of it: a state, or the refusal's code.
 */
const table: readonly (readonly [cell: string, before: Before, who: string, act: Act, outcome: string])[] = [
  // who offers: whoever keeps that logbook, and nobody else
  ['r1 C21', 'nothing', 'tom', 'offers', 'offered'],
  ['r2 C21', 'nothing', 'coline', 'offers', 'offered'],
  ['r3 C22', 'nothing', 'tania', 'offers', 'not_owner'],
  ['r5 C22', 'nothing', 'marc', 'offers', 'not_owner'],
  ['r6 C22', 'nothing', 'diane', 'offers', 'not_owner'],
  ['r7 C22', 'nothing', 'carla', 'offers', 'not_owner'],
  ['r8', 'nothing', 'aed', 'offers', 'not_owner'],
  ['r9', 'nothing', 'sylvie', 'offers', 'not_owner'],
  ['r9b', 'nothing', 'berthe', 'offers', 'not_owner'],
  ['r10', 'nothing', 'helene', 'offers', 'not_owner'],
  ['r11', 'nothing', 'david', 'offers', 'not_owner'],
  ['r13', 'nothing', 'ivan', 'offers', 'not_owner'],
  ['r15', 'nothing', 'paul', 'offers', 'not_owner'],
  ['r19', 'nothing', 'paula', 'offers', 'not_owner'],
  ['r23', 'nothing', 'operator', 'offers', 'not_owner'],
  ['r27', 'nothing', '', 'offers', 'not_owner'],
  // who asks: staff of the school, and it opens nothing
  ['r1 of one’s own', 'nothing', 'tom', 'asks', 'grant_to_self'],
  ['r3 C22', 'nothing', 'tania', 'asks', 'asked'],
  ['r5 C22', 'nothing', 'olga', 'asks', 'asked'],
  ['r6 C22', 'nothing', 'diane', 'asks', 'asked'],
  ['r7 C22', 'nothing', 'carla', 'asks', 'asked'],
  ['r9', 'nothing', 'sylvie', 'asks', 'grant_not_staff'],
  ['r9b', 'nothing', 'berthe', 'asks', 'grant_not_staff'],
  ['r10', 'nothing', 'helene', 'asks', 'grant_not_staff'],
  ['r11', 'nothing', 'david', 'asks', 'grant_not_staff'],
  ['r13 by an inspection, never by an opening', 'nothing', 'ivan', 'asks', 'grant_not_staff'],
  ['r15', 'nothing', 'paul', 'asks', 'grant_not_staff'],
  ['r19', 'nothing', 'paula', 'asks', 'grant_not_staff'],
  ['r5 of another school', 'nothing', 'lise', 'asks', 'grant_not_staff'],
  ['twice', 'asked', 'olga', 'asks', 'grant_exists'],
  ['what is offered already', 'offered', 'olga', 'asks', 'grant_exists'],
  ['what is open already', 'granted', 'olga', 'asks', 'grant_exists'],
  ['again, once the owner has declined', 'declined', 'olga', 'asks', 'grant_refused_before'],
  ['again, once the head has refused', 'refused', 'olga', 'asks', 'grant_refused_before'],
  ['again, once it has ended', 'ended', 'olga', 'asks', 'asked'],
  // the owner answers what is asked
  ['accepting', 'asked', 'tom', 'offers', 'offered'],
  ['declining', 'asked', 'tom', 'declines', 'refused'],
  ['declining as the other owner', 'asked', 'coline', 'declines', 'refused'],
  ['declining in the owner’s place', 'asked', 'helene', 'declines', 'not_owner'],
  ['declining for oneself', 'asked', 'olga', 'declines', 'not_owner'],
  ['after having declined', 'declined', 'tom', 'offers', 'offered'],
  ['twice', 'offered', 'tom', 'offers', 'grant_exists'],
  ['while it is open', 'granted', 'tom', 'offers', 'grant_exists'],
  ['over what the head refused', 'refused', 'tom', 'offers', 'grant_refused_before'],
  ['over what has ended', 'ended', 'tom', 'offers', 'offered'],
  ['over a refusal that was lifted', 'lifted', 'tom', 'offers', 'offered'],
  // who validates: nobody for themselves, and only after the owner
  ['r1 what one offers', 'offered', 'tom', 'validates', 'not_allowed'],
  ['r2 what the other owner offers', 'offered', 'coline', 'validates', 'not_allowed'],
  ['r5 for oneself', 'offered', 'olga', 'validates', 'not_allowed'],
  ['r3', 'offered', 'tania', 'validates', 'not_allowed'],
  ['r9', 'offered', 'sylvie', 'validates', 'not_allowed'],
  ['r9b', 'offered', 'berthe', 'validates', 'not_allowed'],
  ['r10 C23', 'offered', 'helene', 'validates', 'granted'],
  ['r10 of another school', 'offered', 'henri', 'validates', 'not_allowed'],
  ['r11 no delegation', 'offered', 'david', 'validates', 'no_delegation'],
  ['r12 of another school', 'offered', 'denise', 'validates', 'not_allowed'],
  ['r23', 'offered', 'operator', 'validates', 'not_allowed'],
  ['before the owner', 'asked', 'helene', 'validates', 'grant_not_offered'],
  ['twice', 'granted', 'helene', 'validates', 'grant_decided'],
  ['once it has ended', 'ended', 'helene', 'validates', 'grant_closed'],
  ['once the owner has withdrawn', 'withdrawn', 'helene', 'validates', 'grant_closed'],
  ['once it was refused', 'refused', 'helene', 'validates', 'grant_closed'],
  ['once the owner has declined', 'declined', 'helene', 'validates', 'grant_closed'],
  ['once the refusal is lifted', 'lifted', 'helene', 'validates', 'grant_closed'],
  // who refuses what is offered
  ['r10 C23', 'offered', 'helene', 'refuses', 'refused'],
  ['r11 no delegation', 'offered', 'david', 'refuses', 'no_delegation'],
  ['r1 one withdraws instead', 'offered', 'tom', 'refuses', 'not_allowed'],
  ['r3', 'offered', 'tania', 'refuses', 'not_allowed'],
  ['what is open: one ends it', 'granted', 'helene', 'refuses', 'grant_decided'],
  ['twice', 'refused', 'helene', 'refuses', 'grant_closed'],
  // who ends
  ['r1 C24', 'granted', 'tom', 'ends', 'ended'],
  ['r2 C24', 'granted', 'coline', 'ends', 'ended'],
  ['r5 C24b', 'granted', 'olga', 'ends', 'ended'],
  ['r10 C24', 'granted', 'helene', 'ends', 'ended'],
  ['r10 of another school', 'granted', 'henri', 'ends', 'not_allowed'],
  ['r11 no delegation', 'granted', 'david', 'ends', 'no_delegation'],
  ['r3', 'granted', 'tania', 'ends', 'not_allowed'],
  ['r9', 'granted', 'sylvie', 'ends', 'not_allowed'],
  ['r19', 'granted', 'paula', 'ends', 'not_allowed'],
  ['r23 C24c', 'granted', 'operator', 'ends', 'ended'],
  ['r1 what is not validated yet', 'offered', 'tom', 'ends', 'ended'],
  ['r5 what is not validated yet', 'offered', 'olga', 'ends', 'ended'],
  ['r5 what one asked', 'asked', 'olga', 'ends', 'ended'],
  ['twice', 'ended', 'tom', 'ends', 'grant_closed'],
  ['a refusal, to lift it', 'refused', 'helene', 'ends', 'lifted'],
  ['a refusal of the head', 'refused', 'tom', 'ends', 'not_allowed'],
  ['a refusal of the owner', 'declined', 'helene', 'ends', 'grant_closed'],
];

type Before = 'nothing' | 'asked' | 'declined' | 'offered' | 'withdrawn' | 'granted' | 'refused' | 'lifted' | 'ended';

describe.each(engines)('openings of logbooks on $name', ({ open }) => {
  let base: TestDatabase;
  let db: Db;
  let maths: string;
  let keys: Record<string, string>;

  beforeAll(async () => {
    base = await open();
    db = base.db;
    await openSchool(db);
  });
  afterAll(() => base.close());
  beforeEach(async () => {
    maths = await logbookOf(db, COLLEGE, '6A', 'MATHS');
    keys = {};
    for (const name of [...Object.keys(cast), ...Object.keys(extras)]) keys[name] = await keyOf(db, name);
  });
  afterEach(async () => {
    await db('access_grant').delete();
    await db('fact').whereIn('relation', ['granted', 'delegated', 'directs', 'barred', 'territory']).delete();
  });

  const key = (name: string): string => keys[name] ?? name;
  const by = (name: string, at = NOW) => ({ by: key(name), at });
  const offer = (more: Partial<Parameters<typeof offerGrant>[1]> = {}, name = 'tom') =>
    offerGrant(db, { logbook: maths, beneficiary: key('olga'), until: CHRISTMAS, ...by(name), ...more });
  const validate = (grant: Grant, name = 'helene', at = NOW) => validateGrant(db, { grant: grant.id, ...by(name, at) });
  const end = (grant: Grant, name = 'tom', at = NOW) =>
    endGrant(db, { grant: grant.id, reason: 'motif', ...by(name, at) });
  const reads = async (name: string, when: When, logbook = maths) => {
    const resource = { type: 'logbook', id: logbook } as const;
    const { reasons } = await may(db, { person: key(name), action: 'read', resource, when });
    return reasons.some(({ rule }) => rule === 'colleague');
  };

  /** Brings an opening of Tom's logbook to Olga to where it stands before. */
  const bring = async (before: Before): Promise<Grant | undefined> => {
    if (before === 'nothing') return undefined;
    if (before === 'asked' || before === 'declined') {
      const asked = await askGrant(db, { logbook: maths, ...by('olga') });
      return before === 'asked' ? asked : refuseGrant(db, { grant: asked.id, ...by('tom') });
    }
    const offered = await offer();
    if (before === 'offered') return offered;
    if (before === 'withdrawn') return end(offered);
    if (before === 'refused' || before === 'lifted') {
      const refused = await refuseGrant(db, { grant: offered.id, reason: 'trop long', ...by('helene') });
      return before === 'refused' ? refused : end(refused, 'helene');
    }
    const granted = await validate(offered);
    return before === 'granted' ? granted : end(granted);
  };

  it.each(table)('%s: %s, %s %s: %s', async (_, before, who, act, outcome) => {
    const grant = (await bring(before))?.id ?? '';
    const doing = { grant, reason: 'un motif', ...by(who) };
    const beneficiary = key('olga');
    const acts: Record<Act, () => Promise<Grant>> = {
      asks: () => askGrant(db, { logbook: maths, ...by(who) }),
      offers: () => offerGrant(db, { logbook: maths, beneficiary, until: CHRISTMAS, ...by(who) }),
      validates: () => validateGrant(db, doing),
      refuses: () => refuseGrant(db, doing),
      declines: () => refuseGrant(db, doing),
      ends: () => endGrant(db, doing),
    };
    const done = await acts[act]().then(({ state }) => state, codeOf);
    expect(done).toBe(outcome);
    // nothing but a validated opening opens anything
    const opened = done === 'granted' || (before === 'granted' && done !== 'ended');
    expect(await reads('olga', { at: NOW + 1 })).toBe(opened);
  });

  describe('to whom', () => {
    it.each([
      ['a teacher of the school', 'olga', 'offered'],
      ['a teacher of the class team', 'tania', 'offered'],
      ['the librarian', 'diane', 'offered'],
      ['school life', 'carla', 'offered'],
      ['oneself', 'tom', 'grant_to_self'],
      ['the other owner', 'coline', 'grant_to_self'],
      ['the secretariat', 'sylvie', 'grant_not_staff'],
      ['the bursar', 'berthe', 'grant_not_staff'],
      ['an inspector', 'ivan', 'grant_not_staff'],
      ['an agent of the collectivity', 'agent', 'grant_not_staff'],
      ['a pupil', 'paul', 'grant_not_staff'],
      ['a parent', 'paula', 'grant_not_staff'],
      ['a grandmother', 'gina', 'grant_not_staff'],
      ['a teacher of another school', 'lise', 'grant_not_staff'],
      ['a teacher of the école next door', 'denise', 'grant_not_staff'],
      ['nobody known', 'nobody', 'grant_not_staff'],
    ])('%s: %s: %s', async (_, who, outcome) => {
      expect(await offer({ beneficiary: key(who) }).then(({ state }) => state, codeOf)).toBe(outcome);
    });

    it('an inspector of the territory asks for an inspection, not for an opening', async () => {
      await db('fact').insert({
        ...restriction(key('ivan'), COLLEGE),
        relation: 'territory',
        properties: '{"specialty":""}',
      });
      expect(await offer({ beneficiary: key('ivan') }).catch(codeOf)).toBe('grant_not_staff');
      expect(await askGrant(db, { logbook: maths, ...by('ivan') }).catch(codeOf)).toBe('grant_not_staff');
    });

    it('a person whom a restriction keeps out of the logbook is not let in', async () => {
      await db('fact').insert(restriction(key('olga'), maths));
      expect(await offer().catch(codeOf)).toBe('grant_not_staff');
    });
  });

  describe('until when', () => {
    it.each([
      ['no end', {}, 'grant_without_end'],
      ['an end that is past', { until: NOW - 1 }, 'grant_dates'],
      ['an end at once', { until: NOW }, 'grant_dates'],
      ['a start that is past', { from: NOW - 1, until: CHRISTMAS }, 'grant_dates'],
      ['a start after the end', { from: CHRISTMAS, until: CHRISTMAS }, 'grant_dates'],
      ['an end that is no date', { until: Number.NaN }, 'grant_dates'],
      ['the last instant of the school year', { until: YEAR_END }, 'offered'],
      ['an instant after the school year', { until: YEAR_END + 1 }, 'grant_too_long'],
      ['a start to come', { from: NOW + DAY, until: CHRISTMAS }, 'offered'],
    ])('%s: %s: %s', async (_, dates, outcome) => {
      const given = { logbook: maths, beneficiary: key('olga'), ...by('tom'), ...dates };
      expect(await offerGrant(db, given).then(({ state }) => state, codeOf)).toBe(outcome);
    });

    it('it begins with the validation when the start is past by then, and ends by itself', async () => {
      const offered = await offer({ until: CHRISTMAS });
      await validate(offered, 'helene', NOW + DAY);
      const days = [NOW, NOW + DAY - 1, NOW + DAY, CHRISTMAS - 1, CHRISTMAS, CHRISTMAS + DAY];
      const seen = [];
      for (const at of days) seen.push(await reads('olga', { at }));
      expect(seen).toEqual([false, false, true, true, false, false]);
      const after = await findGrant(db, offered.id);
      expect([standingOf(after, CHRISTMAS - 1), standingOf(after, CHRISTMAS)]).toEqual(['granted', 'expired']);
    });

    it('it begins with its start when the validation comes first', async () => {
      const offered = await offer({ from: NOW + 3 * DAY });
      await validate(offered);
      const seen = [];
      for (const at of [NOW, NOW + 3 * DAY - 1, NOW + 3 * DAY]) seen.push(await reads('olga', { at }));
      expect(seen).toEqual([false, false, true]);
      await end(offered, 'olga', NOW + DAY);
      expect(await reads('olga', { at: NOW + 3 * DAY })).toBe(false);
      expect((await findGrant(db, offered.id)).endedAs).toBe('beneficiary');
    });

    it('an offer that nobody validated in time is closed', async () => {
      const offered = await offer();
      expect(await validate(offered, 'helene', CHRISTMAS).catch(codeOf)).toBe('grant_closed');
    });

    it('another opening may follow one that is under way, or what was refused, and not overlap them', async () => {
      await offer();
      expect(await offer({ from: CHRISTMAS - 1, until: YEAR_END }).catch(codeOf)).toBe('grant_exists');
      const next = await offer({ from: CHRISTMAS, until: CHRISTMAS + 10 * DAY });
      await refuseGrant(db, { grant: next.id, reason: 'non', ...by('helene') });
      expect(await offer({ from: CHRISTMAS + 9 * DAY, until: YEAR_END }).catch(codeOf)).toBe('grant_refused_before');
      expect((await offer({ from: CHRISTMAS + 10 * DAY, until: YEAR_END })).state).toBe('offered');
    });
  });

  it('an opening is of one logbook and one person', async () => {
    await validate(await offer());
    const latin = await logbookOf(db, COLLEGE, '6LAT', 'MATHS');
    expect(await reads('olga', { at: NOW + 1 }, latin)).toBe(false);
    expect(await reads('diane', { at: NOW + 1 })).toBe(false);
    expect(
      await may(db, { person: key('olga'), action: 'write', resource: { type: 'logbook', id: maths } }),
    ).toMatchObject({ allowed: false });
  });

  it('who is let in by one opening gives up that one, and not another’s', async () => {
    await validate(await offer({ beneficiary: key('diane') }));
    const olgas = await validate(await offer());
    expect(await end(olgas, 'diane').catch(codeOf)).toBe('not_allowed');
  });

  describe('a deputy', () => {
    const given = (act: 'validate' | 'revoke' | 'visa', at = NOW) =>
      delegate(db, { school: COLLEGE, deputy: key('david'), acts: [act], decision: 'n° 12', ...by('helene', at) });

    it('validates with a delegation of that act, and of no other', async () => {
      await given('revoke');
      await given('visa');
      const offered = await offer();
      expect(await validate(offered, 'david').catch(codeOf)).toBe('no_delegation');
      await given('validate');
      expect(await validate(offered, 'david')).toMatchObject({ state: 'granted', decidedAs: 'delegate' });
    });

    it('ends with a delegation of that act', async () => {
      const granted = await validate(await offer());
      await given('validate');
      expect(await end(granted, 'david').catch(codeOf)).toBe('no_delegation');
      await given('revoke');
      expect(await end(granted, 'david')).toMatchObject({ state: 'ended', endedAs: 'delegate' });
    });
  });

  describe('in first degree', () => {
    const decided = (person: string) =>
      db('fact').insert({ ...restriction(key(person), ECOLE), relation: 'directs', school: ECOLE, object: ECOLE });

    it('the director validates only with a decision on record, and never what she offers', async () => {
      const ce1 = await logbookOf(db, ECOLE, 'CE1', '');
      const cm2 = await logbookOf(db, ECOLE, 'CM2', '');
      const marcs = await offer({ logbook: ce1, beneficiary: key('denise'), ...by('marc') });
      expect(await validate(marcs, 'denise').catch(codeOf)).toBe('not_allowed');
      await decided('denise');
      // nobody validates for themselves
      expect(await validate(marcs, 'denise').catch(codeOf)).toBe('grant_own_validation');
      const hers = await offer({ logbook: cm2, beneficiary: key('marc'), ...by('denise') });
      expect(await validate(hers, 'denise').catch(codeOf)).toBe('grant_own_validation');
      expect(await reads('marc', { at: NOW + 1 }, cm2)).toBe(false);
    });
  });

  describe('why it is refused or ended', () => {
    it('is said by the head, and by an operator who suspends; the owner and the colleague need not', async () => {
      const granted = await validate(await offer());
      const without = { grant: granted.id, reason: '  ' };
      expect(await endGrant(db, { ...without, ...by('helene') }).catch(codeOf)).toBe('reason_missing');
      expect(await endGrant(db, { ...without, ...by('operator') }).catch(codeOf)).toBe('reason_missing');
      expect(await reads('olga', { at: NOW + 1 })).toBe(true);
      expect(await endGrant(db, { ...without, ...by('tom') })).toMatchObject({ state: 'ended', reason: null });
      const offered = await offer();
      expect(await refuseGrant(db, { grant: offered.id, ...by('helene') }).catch(codeOf)).toBe('reason_missing');
    });

    it('an operator suspends, which the owners and the head are told, and opens nothing', async () => {
      const granted = await validate(await offer());
      expect(await end(granted, 'operator')).toMatchObject({ endedAs: 'operator', endedBy: 'operator' });
      expect(await reads('olga', { at: NOW + 1 })).toBe(false);
      // whoever keeps it and the head are told, nobody else
      const told = (await db('told').where({ about: granted.id })).map(({ person, what }) => `${person} ${what}`);
      expect(told.sort()).toEqual(['tom', 'coline', 'helene'].map((name) => `${key(name)} grant_suspended`).sort());
    });
  });

  it('what has no such key is not known', async () => {
    expect(await validateGrant(db, { grant: 'none', ...by('helene') }).catch(codeOf)).toBe('unknown_grant');
    expect(await askGrant(db, { logbook: 'none', ...by('olga') }).catch(codeOf)).toBe('unknown_logbook');
  });

  it('who offered and keeps the logbook no more has offered nothing', async () => {
    const offered = await offer({}, 'coline');
    await deliver(db, { at: NOW + 1000, leave: (fact) => named(fact, extras.coline, 'teaches') });
    expect(await validate(offered, 'helene', NOW + 2000).catch(codeOf)).toBe('grant_owner_gone');
    await deliver(db, { at: NOW + 3000, leave: () => false });
  });

  it('a colleague who leaves the school loses it with the delivery that says so, and it is never validated again', async () => {
    const granted = await validate(await offer());
    const waiting = await offer({ logbook: await logbookOf(db, COLLEGE, '6LAT', 'MATHS') });
    await deliver(db, { at: NOW + 1000, leave: (fact) => named(fact, cast.olga.id) });
    expect(await reads('olga', { at: NOW + 999 })).toBe(true);
    expect(await reads('olga', { at: NOW + 1000 })).toBe(false);
    expect(await findGrant(db, granted.id)).toMatchObject({
      state: 'ended',
      endedAs: 'departure',
      endedAt: NOW + 1000,
    });
    expect(await validate(waiting, 'helene', NOW + 2000).catch(codeOf)).toBe('grant_not_staff');
    // who comes back begins again
    await deliver(db, { at: NOW + 3000, leave: () => false });
    expect(await reads('olga', { at: NOW + 4000 })).toBe(false);
    expect(await end(granted, 'tom', NOW + 4000).catch(codeOf)).toBe('grant_closed');
  });

  it('a colleague whose post is only to come has left until then', async () => {
    await validate(await offer());
    const whole = collegeAtWork(NOW + 1000);
    const later = (fact: DeliveredFact) =>
      named(fact, cast.olga.id, 'post') ? { ...fact, validFrom: NOW + DAY } : fact;
    await applyDelivery(db, { ...whole, facts: whole.facts.map(later) });
    expect(await reads('olga', { at: NOW + 2000 })).toBe(false);
    expect(await reads('olga', { at: NOW + 2 * DAY })).toBe(false);
    await deliver(db, { at: NOW + 3000, leave: () => false });
  });

  it('a delivery that changes nothing for her leaves it open', async () => {
    await validate(await offer());
    await deliver(db, { at: NOW + 1000, leave: (fact) => named(fact, cast.paul.id) });
    expect(await reads('olga', { at: NOW + 2000 })).toBe(true);
    await deliver(db, { at: NOW + 3000, leave: () => false });
  });

  describe('at once', () => {
    it('of two validations, one opens', async () => {
      const offered = await offer();
      const outcomes = await Promise.all([1, 2, 3].map(() => validate(offered).then(({ state }) => state, codeOf)));
      expect(outcomes.sort()).toEqual(['grant_decided', 'grant_decided', 'granted']);
      expect(await db('fact').where({ relation: 'granted', known_to: Number.MAX_SAFE_INTEGER })).toHaveLength(1);
    });

    it('of two offers to one person, one stands', async () => {
      const outcomes = await Promise.all(
        [offer(), offer({}, 'coline')].map((one) => one.then(({ state }) => state, codeOf)),
      );
      expect(outcomes.sort()).toEqual(['grant_exists', 'offered']);
    });

    it('validated and ended: it is closed, and the trail says in which order', async () => {
      for (let turn = 0; turn < 6; turn += 1) {
        const offered = await offer();
        const both = [() => validate(offered), () => end(offered)];
        if (turn % 2) both.reverse();
        const outcomes = (await Promise.all(both.map((act) => act().then(({ state }) => state, codeOf)))).sort();
        expect([['ended', 'granted'], ['ended', 'grant_closed'].sort()]).toContainEqual(outcomes);
        expect(await reads('olga', { at: NOW + 1 })).toBe(false);
        expect(standingOf(await findGrant(db, offered.id), NOW)).toBe('ended');
        const told = (await db('audit').orderBy(['day', 'seq']))
          .filter(({ details }) => details.includes(offered.id))
          .map(({ event }) => event);
        expect([
          ['grant.offered', 'grant.validated', 'grant.ended'],
          ['grant.offered', 'grant.ended'],
        ]).toContainEqual(told);
      }
      expect((await verifyAudit(db)).firstBad).toBeUndefined();
    });
  });

  it('a past day tells what was open then, and what is known of it today', async () => {
    const granted = await validate(await offer(), 'helene', NOW + DAY);
    await end(granted, 'tom', NOW + 5 * DAY);
    const told = [];
    for (const at of [NOW, NOW + DAY, NOW + 5 * DAY - 1, NOW + 5 * DAY])
      told.push([await reads('olga', { enforcedOn: at }), await reads('olga', { knownTodayOf: at })]);
    expect(told).toEqual([
      [false, false],
      [true, true],
      [true, true],
      [false, false],
    ]);
  });

  it('the trail holds keys, never a reason', async () => {
    const granted = await validate(await offer());
    await endGrant(db, { grant: granted.id, reason: 'Mme Petit a quitté la classe', ...by('helene') });
    const rows = (await db('audit')).filter(({ details }) => details.includes(granted.id));
    expect(rows.map(({ event, actor, subject, school }) => ({ event, actor, subject, school }))).toEqual([
      { event: 'grant.offered', actor: key('tom'), subject: key('olga'), school: COLLEGE },
      { event: 'grant.validated', actor: key('helene'), subject: key('olga'), school: COLLEGE },
      { event: 'grant.ended', actor: key('helene'), subject: key('olga'), school: COLLEGE },
    ]);
    expect(JSON.stringify(rows)).not.toContain('Petit');
  });

  it('openings are listed by school, by logbook and by colleague', async () => {
    const granted = await validate(await offer());
    const asked = await askGrant(db, { logbook: maths, ...by('carla') });
    const ids = async (which: Parameters<typeof listGrants>[1]) => (await listGrants(db, which)).map(({ id }) => id);
    expect((await ids({ schools: [COLLEGE] })).sort()).toEqual([granted.id, asked.id].sort());
    expect(await ids({ schools: [ECOLE] })).toEqual([]);
    expect((await ids({ logbooks: [maths] })).sort()).toEqual([granted.id, asked.id].sort());
    expect(await ids({ logbooks: [] })).toEqual([]);
    expect(await ids({ beneficiary: key('carla') })).toEqual([asked.id]);
  });
});

function codeOf(error: unknown): string {
  if (!(error instanceof Refusal)) throw error;
  return error.code;
}

/** A recorded restriction of the collège, as a row. */
function restriction(subject: string, object: string) {
  return {
    school: COLLEGE,
    relation: 'barred',
    subject,
    object,
    valid_from: NOW - DAY,
    valid_to: YEAR_END,
    known_from: 1,
    known_to: Number.MAX_SAFE_INTEGER,
    source: 'local',
    actor: 'test',
    properties: '{}',
  };
}

/** The collège delivered again, without some of what it said. */
async function deliver(db: Db, { at, leave }: { at: number; leave: (fact: DeliveredFact) => boolean }): Promise<void> {
  const whole = collegeAtWork(at);
  await applyDelivery(db, { ...whole, facts: whole.facts.filter((fact) => !leave(fact)) });
}

function named(fact: DeliveredFact, externalId: string, relation?: string): boolean {
  const is = 'person' in fact.subject && fact.subject.person === externalId;
  return is && (relation === undefined || fact.relation === relation);
}
