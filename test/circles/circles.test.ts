// Circles (S1.6, S1.9, I8; C33 to C36): who creates, who invites, who may be reached, and that nobody is in one but by their own act.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccount } from '../../src/accounts/accounts.ts';
import { moveAccount } from '../../src/accounts/states.ts';
import { appoint } from '../../src/acts/appointments.ts';
import { admitParent, barFromChild } from '../../src/acts/restrictions.ts';
import { nameSecretary } from '../../src/acts/school-life.ts';
import { recordTerritory } from '../../src/acts/territories.ts';
import * as acts from '../../src/circles/circles.ts';
import {
  circleFor,
  circlesOf,
  createCircle,
  endCircle,
  leaveCircle,
  removeMember,
  setModerator,
} from '../../src/circles/circles.ts';
import * as inviting from '../../src/circles/invitations.ts';
import {
  acceptInvitation,
  answerForChild,
  COOLING,
  invite,
  MOST_A_DAY,
  refuseInvitation,
  takeBackAgreement,
  WAITS_FOR,
} from '../../src/circles/invitations.ts';
import { tidyCircles } from '../../src/circles/tidying.ts';
import { agreementsAskedOf, circlesOfChildren, invitationsOf, sentFrom } from '../../src/circles/waiting.ts';
import type { RefusalCode } from '../../src/errors.ts';
import { dayOf } from '../../src/facts/calendar.ts';
import { changeFacts, currentFacts } from '../../src/facts/facts.ts';
import { COLLEGE, ECOLE, LYCEE } from '../cast.ts';
import { engines } from '../databases.ts';
import type { Name } from '../rights/school.ts';
import { YEAR_END } from '../rights/school.ts';
import { type CircleWorld, DAY, openCircles, wholeName } from './world.ts';

const everybody: readonly Name[] = [
  ...([
    'helene',
    'david',
    'berthe',
    'tom',
    'tania',
    'theo',
    'olga',
    'carla',
    'diane',
    'sylvie',
    'paul',
    'ines',
  ] as const),
  ...(['lucas', 'denise', 'marc', 'henri', 'lise', 'noe', 'paula', 'pierre', 'ali', 'gina'] as const),
  ...(['coline', 'ivan', 'aed', 'agent', 'fleur', 'fanny', 'dual'] as const),
];

const refused = (code: RefusalCode, work: Promise<unknown>) => expect(work).rejects.toMatchObject({ code });

/** Row of rights.md | who | whether they create and invite at the collège (C33, C34) | whether an invitation of the head reaches them (C35, C36). */
const table: readonly (readonly [row: string, who: Name, creates: boolean, reached: boolean])[] = [
  ['r1', 'tom', true, true],
  ['r2', 'coline', true, true],
  ['r3', 'tania', true, true],
  ['r5', 'olga', true, true],
  ['r6', 'diane', true, true],
  ['r7', 'carla', true, true],
  ['r8', 'aed', false, true],
  ['r9', 'sylvie', true, true],
  ['r9b', 'berthe', false, true],
  ['r11', 'david', true, true],
  ['r10 of another school', 'henri', false, false],
  ['r12 of another school', 'denise', false, false],
  ['r13', 'ivan', true, true],
  ['r15 C36, invited by the head of the school', 'ines', false, true],
  ['r16 C36, invited by the head of the school', 'lucas', false, true],
  ['r17 of another school', 'noe', false, false],
  ['r18', 'fleur', false, false],
  ['r19', 'paula', false, true],
  ['r19 both alike', 'pierre', false, true],
  ['r20 admitted by the head', 'gina', false, true],
  ['r22', 'fanny', false, false],
  ['r24', 'agent', false, true],
];

describe.each(engines)('circles on $name', ({ open }) => {
  let world: CircleWorld;
  let db: CircleWorld['db'];
  beforeAll(async () => {
    world = await openCircles(open, everybody);
    db = world.db;
    const { key, later } = world;
    const at = later();
    await nameSecretary(db, { school: COLLEGE, person: key('sylvie'), by: key('helene'), at });
    await recordTerritory(db, { person: key('ivan'), schools: [COLLEGE], specialty: '', by: 'operator', at });
    const judgment = { school: COLLEGE, person: key('gina'), child: key('paul'), decision: 'JAF 12' };
    await admitParent(db, { ...judgment, by: key('helene'), at });
    const ages = { paul: '2014-03-02', ines: '2014-07-01', lucas: '2011-01-10', noe: '2008-02-01' } as const;
    for (const [name, birth_date] of Object.entries(ages))
      await db('person')
        .where({ id: key(name as Name) })
        .update({ birth_date });
  }, 60_000);
  afterAll(() => world.base.close());

  const mailsTo = async (name: Name, template: string) =>
    (await db('mail').where({ person: world.key(name), template })).length;
  const membersOf = async (circle: string, by: Name) =>
    (await circleFor(db, { circle, by: world.key(by), at: world.later() })).members.map(({ person }) => person);
  const accept = (invitation: string | undefined, by: Name) =>
    acceptInvitation(db, { invitation: invitation!, by: world.key(by), at: world.later() });
  const refuse = (invitation: string | undefined, by: Name, never = false) =>
    refuseInvitation(db, { invitation: invitation!, by: world.key(by), never, at: world.later() });

  it.each(table)('%s: %s creates %s, is reached %s', async (_, who, creates, reached) => {
    if (creates) expect(await world.circle(who)).toMatch(/^\w{32}$/);
    else await refused('not_allowed', world.circle(who));
    const circle = await world.circle('helene');
    expect((await world.invited(circle, 'helene', who)) !== undefined).toBe(reached);
  });

  it('r23, r28: whoever administers creates and is reached; the data protection officer is reached only', async () => {
    const { key, later } = world;
    const named = { school: COLLEGE, decision: 'D 1', by: 'operator' };
    await appoint(db, 'administers', { ...named, person: key('marc'), at: later() });
    expect(await world.circle('marc')).toMatch(/^\w{32}$/);
    await appoint(db, 'protects', { ...named, person: key('lise'), at: later() });
    await refused('not_allowed', world.circle('lise'));
    const circle = await world.circle('helene');
    expect(await world.invited(circle, 'helene', 'lise')).toBeDefined();
    expect(await world.invited(circle, 'helene', 'marc')).toBeDefined();
  });

  it('is created empty, with a purpose and an end within the school year', async () => {
    const circle = await world.circle('tom');
    expect(await membersOf(circle, 'tom')).toEqual([world.key('tom')]);
    const asked = { by: world.key('tom'), schools: [COLLEGE], name: 'C', purpose: 'P', beyondSchooling: false };
    const made = (more: object) => createCircle(db, { ...asked, until: YEAR_END, at: world.later(), ...more });
    await refused('circle_incomplete', made({ purpose: ' \n ' }));
    await refused('circle_incomplete', made({ name: 'x'.repeat(81) }));
    await refused('circle_school_missing', made({ schools: [] }));
    await refused('not_allowed', made({ schools: [COLLEGE, LYCEE] }));
    await refused('not_allowed', made({ schools: ['0000000X'] }));
    await refused('dates_refused', made({ until: YEAR_END + 1 }));
    await refused('dates_refused', made({ until: world.later() - DAY }));
    await refused('dates_refused', made({ until: Number.NaN }));
  });

  it('the invitee alone makes themselves a member: sent, seen, accepted, and then only is anybody there', async () => {
    const circle = await world.circle('helene');
    const invitation = await world.invited(circle, 'helene', 'tom');
    expect(await mailsTo('tom', 'circleInvited')).toBeGreaterThan(0);
    expect(await membersOf(circle, 'helene')).toEqual([world.key('helene')]);
    await refused('unknown_circle', membersOf(circle, 'tom'));
    for (const other of ['helene', 'tania', 'paula'] as const) {
      await refused('invitation_closed', accept(invitation, other));
      await refused('invitation_closed', refuse(invitation, other));
    }
    expect(await accept(invitation, 'tom')).toBe('member');
    expect(await accept(invitation, 'tom')).toBe('member');
    expect(await membersOf(circle, 'tom')).toEqual([world.key('helene'), world.key('tom')]);
    expect((await circlesOf(db, world.key('tom'), world.later())).map(({ id }) => id)).toContain(circle);
    await refused('invitation_closed', refuse(invitation, 'tom'));
  });

  it('no verb of the room adds anybody: whatever is done by others, only who accepted is in', async () => {
    expect(Object.keys(acts).filter((verb) => /add|join|enrol|insert/i.test(verb))).toEqual([]);
    expect(Object.keys(inviting).filter((verb) => /add|join|enrol|insert/i.test(verb))).toEqual([]);
    const circle = await world.circle('helene');
    const invitation = (await world.invited(circle, 'helene', 'tania'))!;
    const by = world.key('helene');
    const tania = world.key('tania');
    const at = world.later();
    await Promise.allSettled([
      setModerator(db, { circle, by, person: tania, moderates: true, at }),
      removeMember(db, { circle, by, person: tania, at }),
      answerForChild(db, { invitation, by, agrees: true, at }),
      takeBackAgreement(db, { circle, child: tania, by, at }),
      acceptInvitation(db, { invitation, by, at }),
      acceptInvitation(db, { invitation, by: world.key('marc'), at }),
      acceptInvitation(db, { invitation, by: 'operator', at }),
      leaveCircle(db, { circle, by: tania, at }),
    ]);
    expect(await membersOf(circle, 'helene')).toEqual([by]);
  });

  it('what is refused, silent, unknown, without account or elsewhere looks the same to who invited', async () => {
    const circle = await world.circle('helene');
    const refusal = await world.invited(circle, 'helene', 'olga');
    await refuse(refusal, 'olga');
    await world.invited(circle, 'helene', 'diane');
    const by = world.key('helene');
    for (const name of ['Personne Ici', 'Zoé Perrin', 'Henri Vidal', 'olga', 'Petit'])
      await invite(db, { circle, by, name, at: world.later() });
    const sent = await sentFrom(db, circle, world.later());
    expect(sent.map(({ named }) => named).sort()).toEqual(
      ['Diane Faure', 'Henri Vidal', 'Olga Petit', 'Personne Ici', 'Petit', 'Zoé Perrin', 'olga'].sort(),
    );
    expect(new Set(sent.flatMap((line) => Object.keys(line)))).toEqual(new Set(['named', 'at', 'expiresAt']));
    // the whole name, and never a part of it
    const waiting = await invitationsOf(db, world.key('olga'), world.later());
    expect(waiting.filter((one) => one.circle === circle)).toEqual([]);
    // the trail of who invited says no more
    const events = await db('audit').where({ actor: by, event: 'circle.invited' });
    expect(
      new Set(events.map(({ subject, details }) => [subject, Object.keys(JSON.parse(details)).join()].join())),
    ).toEqual(new Set([',circle']));
    // once over, what was written is forgotten, answered or not
    await tidyCircles(db, world.later() + WAITS_FOR + DAY);
    expect(await db('circle_invitation').where({ circle }).whereNotNull('named')).toEqual([]);
  });

  it('after a refusal nothing comes for 90 days, and after a second one nothing ever, and the inviter cannot tell', async () => {
    const circle = await world.circle('tom', { until: YEAR_END });
    const first = await world.invited(circle, 'tom', 'tania');
    await refuse(first, 'tania');
    const since = world.later();
    const retry = async (at: number) => {
      await invite(db, { circle, by: world.key('tom'), name: wholeName('tania'), at });
      return (await invitationsOf(db, world.key('tania'), at)).filter((one) => one.circle === circle);
    };
    expect(await retry(since + WAITS_FOR + DAY)).toEqual([]);
    expect((await sentFrom(db, circle, since + WAITS_FOR + 2 * DAY)).map(({ named }) => named)).toEqual([
      'Tania Lopez',
    ]);
    expect(await retry(since + COOLING - 20 * DAY + 2000)).toEqual([]);
    const again = await retry(since + COOLING + 15 * DAY);
    expect(again).toHaveLength(1);
    await refuseInvitation(db, {
      invitation: again[0]!.id,
      by: world.key('tania'),
      never: false,
      at: since + COOLING + 16 * DAY,
    });
    expect(await retry(since + 3 * COOLING - DAY)).toEqual([]);
    expect(await mailsTo('tania', 'circleInvited')).toBeGreaterThan(1);
  });

  it('the day before 90 days nothing comes, the day itself it does', async () => {
    for (const [after, comes] of [
      [COOLING - 1, 0],
      [COOLING, 1],
    ] as const) {
      const circle = await world.circle('tom');
      const invitation = (await world.invited(circle, 'tom', 'coline'))!;
      const at = world.later();
      await refuseInvitation(db, { invitation, by: world.key('coline'), never: false, at });
      await invite(db, { circle, by: world.key('tom'), name: wholeName('coline'), at: at + after });
      const found = (await invitationsOf(db, world.key('coline'), at + after)).filter((one) => one.circle === circle);
      expect(found).toHaveLength(comes);
    }
  });

  it('who leaves has said no as well; who is removed has not', async () => {
    const circle = await world.circle('david');
    await accept(await world.invited(circle, 'david', 'carla'), 'carla');
    await accept(await world.invited(circle, 'david', 'diane'), 'diane');
    await leaveCircle(db, { circle, by: world.key('carla'), at: world.later() });
    await leaveCircle(db, { circle, by: world.key('carla'), at: world.later() });
    await removeMember(db, { circle, by: world.key('david'), person: world.key('diane'), at: world.later() });
    expect(await membersOf(circle, 'david')).toEqual([world.key('david')]);
    await refused('unknown_circle', membersOf(circle, 'carla'));
    expect(await world.invited(circle, 'david', 'carla')).toBeUndefined();
    expect(await world.invited(circle, 'david', 'diane')).toBeDefined();
  });

  it('whoever wants no more of one inviter hears nothing more, whatever the circle; of others they do', async () => {
    await refuse(await world.invited(await world.circle('helene'), 'helene', 'theo'), 'theo', true);
    expect(await world.invited(await world.circle('helene'), 'helene', 'theo')).toBeUndefined();
    expect(await world.invited(await world.circle('tom'), 'tom', 'theo')).toBeDefined();
  });

  it('S1.9: an inspector reaches only those who accepted, one by one, and never everybody', async () => {
    const circle = await world.circle('ivan');
    expect(await membersOf(circle, 'ivan')).toEqual([world.key('ivan')]);
    await accept(await world.invited(circle, 'ivan', 'tom'), 'tom');
    await world.invited(circle, 'ivan', 'tania');
    expect(await membersOf(circle, 'ivan')).toEqual([world.key('ivan'), world.key('tom')]);
    const many = await world.circle('diane');
    const at = world.later() + 200 * DAY;
    const asked = { circle: many, by: world.key('diane'), at };
    for (let place = 0; place < MOST_A_DAY; place += 1) await invite(db, { ...asked, name: `Nom ${place}` });
    await refused('too_many_invitations', invite(db, { ...asked, name: 'Un de plus' }));
    await invite(db, { ...asked, name: 'Nom 1' });
    await invite(db, { ...asked, at: at + DAY + 1, name: 'Un de plus' });
  });

  it('only the owner and the moderators invite, while they may convene; only the owner names a moderator', async () => {
    const circle = await world.circle('tom');
    for (const name of ['tania', 'berthe', 'ines'] as const)
      await accept(await world.invited(circle, 'tom', name), name);
    const byTania = { circle, by: world.key('tania'), name: wholeName('olga') };
    await refused('not_allowed', invite(db, { ...byTania, at: world.later() }));
    await refused('unknown_circle', invite(db, { ...byTania, by: world.key('helene'), at: world.later() }));
    const naming = { circle, by: world.key('tom'), moderates: true };
    await setModerator(db, { ...naming, person: world.key('tania'), at: world.later() });
    await invite(db, { ...byTania, at: world.later() });
    for (const name of ['berthe', 'ines', 'olga', 'tom'] as const)
      await refused('not_allowed', setModerator(db, { ...naming, person: world.key(name), at: world.later() }));
    await refused('not_allowed', endCircle(db, { circle, by: world.key('tania'), at: world.later() }));
    await setModerator(db, { ...naming, moderates: false, person: world.key('tania'), at: world.later() });
    await refused('not_allowed', invite(db, { ...byTania, at: world.later() }));
  });

  it('when the owner leaves, the first moderator follows; without one the circle is over', async () => {
    const circle = await world.circle('tom');
    await accept(await world.invited(circle, 'tom', 'tania'), 'tania');
    await setModerator(db, {
      circle,
      by: world.key('tom'),
      person: world.key('tania'),
      moderates: true,
      at: world.later(),
    });
    await leaveCircle(db, { circle, by: world.key('tom'), at: world.later() });
    expect((await circleFor(db, { circle, by: world.key('tania'), at: world.later() })).own.role).toBe('owner');
    await leaveCircle(db, { circle, by: world.key('tania'), at: world.later() });
    await refused('unknown_circle', membersOf(circle, 'tania'));
  });

  it('it is over on its day, by itself, for all; the day before it is not', async () => {
    const until = world.later() + 3 * DAY;
    const circle = await world.circle('tom', { until });
    const invitation = (await world.invited(circle, 'tom', 'tania'))!;
    const of = (at: number) => circlesOf(db, world.key('tom'), at).then((all) => all.map(({ id }) => id));
    expect(await of(until - 1)).toContain(circle);
    expect(await of(until)).not.toContain(circle);
    await refused('invitation_closed', acceptInvitation(db, { invitation, by: world.key('tania'), at: until }));
    await refused('unknown_circle', circleFor(db, { circle, by: world.key('tom'), at: until }));
    await tidyCircles(db, until + 91 * DAY);
    expect(await db('circle').where({ id: circle })).toEqual([]);
  });

  it('an invitation nobody answered is over after 30 days, and may come again', async () => {
    const circle = await world.circle('tom');
    const invitation = (await world.invited(circle, 'tom', 'diane'))!;
    const { at } = (await invitationsOf(db, world.key('diane'), world.later())).find((one) => one.id === invitation)!;
    const by = world.key('diane');
    await refused('invitation_closed', acceptInvitation(db, { invitation, by, at: at + WAITS_FOR }));
    await invite(db, { circle, by: world.key('tom'), name: wholeName('diane'), at: at + WAITS_FOR });
    const again = (await invitationsOf(db, by, at + WAITS_FOR)).filter((one) => one.circle === circle);
    expect(again).toHaveLength(1);
  });

  it('500 answers at once: one counts, and the member is there once', async () => {
    const circle = await world.circle('tom');
    const invitation = (await world.invited(circle, 'tom', 'diane'))!;
    const at = world.later();
    const by = world.key('diane');
    const answers = await Promise.allSettled(
      Array.from({ length: 250 }).flatMap(() => [
        acceptInvitation(db, { invitation, by, at }),
        refuseInvitation(db, { invitation, by, never: false, at }),
      ]),
    );
    const events = await db('audit').where({ subject: by }).whereIn('event', ['circle.accepted', 'circle.refused']);
    expect(events.filter(({ details }) => details.includes(circle))).toHaveLength(1);
    const isIn = (await membersOf(circle, 'tom')).includes(by);
    const refusals = answers.slice(0).filter((one, place) => place % 2 === 1 && one.status === 'fulfilled').length;
    expect(refusals).toBe(isIn ? 0 : 1);
  }, 60_000);

  it('500 same invitations at once reach somebody once', async () => {
    const circle = await world.circle('tom');
    const asked = { circle, by: world.key('tom'), name: wholeName('carla'), at: world.later() };
    // a machine that is busy lets some of them wait too long for a connection: they write nothing
    await Promise.allSettled(Array.from({ length: 500 }, () => invite(db, asked)));
    expect(await db('circle_invitation').where({ circle })).toHaveLength(1);
  }, 60_000);

  it('of two who share a name neither is invited, unless the class tells them apart', async () => {
    const { id } = (await db('person')
      .where({ id: world.key('ines') })
      .first('id')) as { id: string };
    await db('person').where({ id }).update({ given_name: 'Lucas', family_name: 'Meyer' });
    const circle = await world.circle('helene');
    expect(await world.invited(circle, 'helene', 'lucas')).toBeUndefined();
    const asked = { circle, by: world.key('helene'), name: 'meyer LUCAS', audience: '6e b' };
    await invite(db, { ...asked, at: world.later() });
    const of = async (name: Name) =>
      (await invitationsOf(db, world.key(name), world.later())).filter((one) => one.circle === circle).length;
    expect([await of('lucas'), await of('ines')]).toEqual([1, 0]);
    await db('person').where({ id }).update({ given_name: 'Inès', family_name: 'Amrani' });
  });

  describe('minors (C36)', () => {
    it('are reached by the staff of their school only, and their representatives are told when they join', async () => {
      for (const [by, reaches] of [
        ['tom', true],
        ['carla', true],
        ['sylvie', true],
        ['ivan', false],
        ['marc', false],
      ] as const)
        expect((await world.invited(await world.circle(by), by, 'ines')) !== undefined, by).toBe(reaches);
      const circle = await world.circle('helene');
      const before = await mailsTo('ali', 'circleJoined');
      expect(await accept(await world.invited(circle, 'helene', 'ines'), 'ines')).toBe('member');
      expect(await mailsTo('ali', 'circleJoined')).toBe(before + 1);
      const told = await circlesOfChildren(db, world.key('ali'), world.later());
      expect(told.filter((one) => one.circle.id === circle)).toMatchObject([
        { child: world.key('ines'), agreed: false },
      ]);
      await refused('unknown_circle', membersOf(circle, 'ali'));
    });

    it('under fifteen and beyond schooling, pupil and representative both agree, in that order', async () => {
      const circle = await world.circle('helene', { beyondSchooling: true });
      const invitation = (await world.invited(circle, 'helene', 'paul'))!;
      const answer = (by: Name, agrees: boolean) =>
        answerForChild(db, { invitation, by: world.key(by), agrees, at: world.later() });
      await refused('invitation_closed', answer('paula', true));
      expect(await accept(invitation, 'paul')).toBe('agreeing');
      expect(await accept(invitation, 'paul')).toBe('agreeing');
      expect(await membersOf(circle, 'helene')).toEqual([world.key('helene')]);
      for (const parent of ['paula', 'pierre'] as const) {
        expect(await mailsTo(parent, 'circleToAgree')).toBeGreaterThan(0);
        const asked = await agreementsAskedOf(db, world.key(parent), world.later());
        expect(asked.map(({ id }) => id)).toContain(invitation);
      }
      for (const other of ['ali', 'gina', 'helene', 'paul'] as const)
        await refused('invitation_closed', answer(other, true));
      await answer('pierre', true);
      await refused('invitation_closed', answer('paula', false));
      expect(await membersOf(circle, 'helene')).toContain(world.key('paul'));
      // either may take it back, and the child may leave without asking
      const back = (by: Name) =>
        takeBackAgreement(db, { circle, child: world.key('paul'), by: world.key(by), at: world.later() });
      await refused('unknown_circle', back('ali'));
      await back('paula');
      expect(await membersOf(circle, 'helene')).not.toContain(world.key('paul'));
    });

    it('of age, nobody takes back for the pupil what was agreed before, nor answers for them', async () => {
      const born = (birth_date: string | null) =>
        db('person')
          .where({ id: world.key('paul') })
          .update({ birth_date });
      const circle = await world.circle('helene', { beyondSchooling: true });
      const other = await world.circle('helene', { beyondSchooling: true });
      const invitation = (await world.invited(circle, 'helene', 'paul'))!;
      const waiting = (await world.invited(other, 'helene', 'paul'))!;
      await accept(invitation, 'paul');
      await accept(waiting, 'paul');
      await answerForChild(db, { invitation, by: world.key('paula'), agrees: true, at: world.later() });
      await born('2001-01-01');
      const act = { by: world.key('paula'), at: world.later() };
      await refused('unknown_circle', takeBackAgreement(db, { ...act, circle, child: world.key('paul') }));
      await refused('invitation_closed', answerForChild(db, { ...act, invitation: waiting, agrees: false }));
      expect(await agreementsAskedOf(db, act.by, act.at)).toEqual([]);
      expect(await membersOf(circle, 'helene')).toContain(world.key('paul'));
      await born(null);
    });

    it('of fifteen the pupil alone decides; without a birth date they count as the youngest; of age as adults', async () => {
      const at = (name: Name, birth_date: string | null) =>
        db('person')
          .where({ id: world.key(name) })
          .update({ birth_date });
      const born = (years: number, days: number) => {
        const day = dayOf(world.later());
        const birthday = Date.parse(`${Number(day.slice(0, 4)) - years}${day.slice(4)}T00:00:00Z`);
        return new Date(birthday + days * DAY).toISOString().slice(0, 10);
      };
      for (const [days, comes] of [
        [1, 'agreeing'],
        [0, 'member'],
        [undefined, 'agreeing'],
      ] as const) {
        const circle = await world.circle('helene', { beyondSchooling: true });
        await at('lucas', days === undefined ? null : born(15, days));
        expect(await accept(await world.invited(circle, 'helene', 'lucas'), 'lucas')).toBe(comes);
      }
      const schooling = await world.circle('helene');
      expect(await accept(await world.invited(schooling, 'helene', 'lucas'), 'lucas')).toBe('member');
      // of age, or emancipated: anybody who may convene invites them, and nobody is told
      for (const [days, reached] of [
        [1, false],
        [0, true],
      ] as const) {
        const circle = await world.circle('ivan');
        await at('dual', born(18, days));
        expect((await world.invited(circle, 'ivan', 'dual')) !== undefined).toBe(reached);
      }
      await at('dual', born(16, 0));
      const judged = { relation: 'emancipated', subject: world.key('dual'), object: COLLEGE } as const;
      await changeFacts(db, { school: COLLEGE, at: world.later(), source: 'local', actor: 'test', begin: [judged] });
      expect(await world.invited(await world.circle('ivan'), 'ivan', 'dual')).toBeDefined();
    });

    it('a representative says no: it goes no further, and counts as a refusal', async () => {
      const circle = await world.circle('helene', { beyondSchooling: true });
      const invitation = (await world.invited(circle, 'helene', 'paul'))!;
      await accept(invitation, 'paul');
      await answerForChild(db, { invitation, by: world.key('paula'), agrees: false, at: world.later() });
      expect(await membersOf(circle, 'helene')).toEqual([world.key('helene')]);
      await refused('invitation_closed', accept(invitation, 'paul'));
      expect(await world.invited(circle, 'helene', 'paul')).toBeUndefined();
    });

    it('I1: whoever is barred to a child is in no circle with that child, whichever came first, and nobody says why', async () => {
      const first = await world.circle('helene');
      await accept(await world.invited(first, 'helene', 'ines'), 'ines');
      const late = (await world.invited(first, 'helene', 'ali'))!;
      const bar = { school: COLLEGE, person: world.key('ali'), child: world.key('ines'), decision: 'TJ 9' };
      await barFromChild(db, { ...bar, by: world.key('helene'), at: world.later() });
      await refused('invitation_closed', accept(late, 'ali'));
      expect(await world.invited(await circleWith('ali'), 'helene', 'ines')).toBeUndefined();
      expect(await circlesOfChildren(db, world.key('ali'), world.later())).toEqual([]);
    });

    const circleWith = async (name: Name) => {
      const circle = await world.circle('helene');
      await accept(await world.invited(circle, 'helene', name), name);
      return circle;
    };
  });

  it('who has left the school, or whose account is suspended, is reached through it no more', async () => {
    const circle = await world.circle('helene');
    for (const name of ['diane', 'aed', 'berthe'] as const)
      await accept(await world.invited(circle, 'helene', name), name);
    const account = { person: world.key('diane'), actor: 'operator', why: 'test', from: 'operator' } as const;
    await moveAccount(db, { ...account, to: 'suspended', at: world.later() });
    const posts = await currentFacts(db, { school: COLLEGE, relations: ['post'], subject: world.key('aed') });
    await changeFacts(db, { school: COLLEGE, at: world.later(), source: 'aaf2d', actor: 'test', end: posts });
    expect(await membersOf(circle, 'helene')).toEqual([world.key('helene'), world.key('berthe')]);
    await tidyCircles(db, world.later());
    await moveAccount(db, { ...account, to: 'active', at: world.later() });
    expect(await membersOf(circle, 'helene')).toEqual(
      ['helene', 'diane', 'berthe'].map((name) => world.key(name as Name)),
    );
    expect(
      await db('circle_member')
        .where({ circle, person: world.key('aed') })
        .whereNull('until'),
    ).toEqual([]);
  });

  it('a record that never opened an account is not found, and is once it has', async () => {
    const circle = await world.circle('henri', { schools: [LYCEE] });
    expect(await world.invited(circle, 'henri', 'lise')).toBeDefined();
    const other = await world.circle('denise', { schools: [ECOLE] });
    expect(await world.invited(other, 'denise', 'lea')).toBeUndefined();
    const person = world.key('lea');
    await openAccount(db, {
      person,
      identifier: 'lea.b',
      password: 'vitrail-moussaka-47-grelot',
      actor: 'x',
      at: world.later(),
    });
    expect(await world.invited(await world.circle('denise', { schools: [ECOLE] }), 'denise', 'lea')).toBeDefined();
  });
});
