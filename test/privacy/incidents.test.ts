// Incident files: who asks, who signs beside, what is read and until when, and that the person is told afterwards.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { appoint } from '../../src/acts/appointments.ts';
import { audit, verifyAudit } from '../../src/audit/audit.ts';
import { openDecisionLog } from '../../src/audit/decisions.ts';
import { changeFacts, currentFacts } from '../../src/facts/facts.ts';
import { readIncident } from '../../src/privacy/incident-log.ts';
import {
  askIncident,
  endDueIncidents,
  endIncident,
  findIncident,
  type IncidentAsked,
  incidentsFor,
  incidentsTold,
  MOST_DAYS,
  OPEN_FOR,
  refuseIncident,
  signIncident,
} from '../../src/privacy/incidents.ts';
import { purgeLogs } from '../../src/privacy/keeping.ts';
import { newKey } from '../../src/storage/storage.ts';
import { type CastName, COLLEGE, deliverCast, LYCEE, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';

const DAY = 86_400_000;
const FROM = NOW - 10 * DAY;
const TO = NOW - 3 * DAY;
const who = ['helene', 'david', 'sylvie', 'berthe', 'tom', 'olga', 'paul', 'paula', 'lise', 'henri', 'diane'] as const;

describe.each(engines)('incident files, on $name', ({ open }) => {
  let test: TestDatabase;
  const key = {} as Record<(typeof who)[number], string>;

  beforeAll(async () => {
    test = await open();
    await deliverCast(test.db);
    for (const name of who) key[name] = await personOf(test.db, name);
    const named = { decision: 'Lettre de mission 12', by: 'operator', at: NOW - 20 * DAY, school: COLLEGE };
    await appoint(test.db, 'protects', { ...named, person: key.sylvie });
    await appoint(test.db, 'administers', { ...named, person: key.berthe });
  });
  afterAll(() => test?.close());
  afterEach(async () => {
    await test.db('incident_file').delete();
    await test.db('mail').delete();
  });

  const ask = (by: CastName = 'helene', more: Partial<IncidentAsked> = {}) =>
    askIncident(test.db, {
      school: COLLEGE,
      named: 'Tom Garnier',
      motive: 'Connexions de nuit signalées le 5 novembre',
      startsAt: FROM,
      endsAt: TO,
      by: key[by as 'tom'],
      at: NOW,
      ...more,
    });
  const act = (by: CastName, id: string, at = NOW) => ({ id, by: key[by as 'tom'], at });
  const read = (by: CastName, id: string, at = NOW) =>
    readIncident(test.db, { ...act(by, id, at), serves: async (client) => client !== 'elsewhere' });
  const code = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error) => error.code ?? error,
    );
  const opened = async () => {
    const { id } = await ask();
    await signIncident(test.db, act('sylvie', id));
    return id;
  };

  it('asks once by the same form, sent at once or again once it is over; another says the same once while it waits', async () => {
    const id = newKey();
    const both = await Promise.all([1, 2].map(() => ask('helene', { id })));
    expect(both.map((file) => file.id)).toEqual([id, id]);
    const twins = await Promise.all([1, 2, 3].map(() => ask()));
    expect(new Set(twins.map((file) => file.id))).toEqual(new Set([id]));
    await endIncident(test.db, act('helene', id));
    expect((await ask('helene', { id })).state).toBe('ended');
    expect(await test.db('incident_file')).toHaveLength(1);
    expect(await code(ask('berthe', { id }))).toBe('unknown_incident');
    expect((await ask()).id).not.toBe(id);
  });

  it('takes two signatures: the one who asks reads nothing before the other has signed, nor does the other', async () => {
    const { id, state } = await ask();
    expect(state).toBe('asked');
    for (const name of ['helene', 'sylvie'] as const) expect(await code(read(name, id))).toBe('incident_closed');
    expect(await code(signIncident(test.db, act('helene', id)))).toBe('unknown_incident');
    expect((await signIncident(test.db, act('sylvie', id))).state).toBe('open');
    for (const name of ['helene', 'sylvie'] as const) expect(await code(read(name, id))).toBe('done');
    for (const name of ['tom', 'david', 'berthe', 'henri', 'paula'] as const) {
      expect(await code(read(name, id))).toBe('unknown_incident');
      expect(await code(endIncident(test.db, act(name, id)))).toBe('unknown_incident');
    }
  });

  it.each([
    ['a teacher', 'tom', {}, 'not_allowed'],
    ['the deputy', 'david', {}, 'not_allowed'],
    ['the data protection officer', 'sylvie', {}, 'not_allowed'],
    ['the head of another school', 'henri', {}, 'not_allowed'],
    ['a parent', 'paula', {}, 'not_allowed'],
    ['the administrator', 'berthe', {}, 'done'],
    ['nobody can, without a motive', 'helene', { motive: ' \n ' }, 'motive_missing'],
    ['nor with a motive without end', 'helene', { motive: 'x'.repeat(1_001) }, 'bad_request'],
    ['nor for dates to come', 'helene', { startsAt: NOW + DAY, endsAt: NOW + 2 * DAY }, 'dates_refused'],
    ['nor the wrong way round', 'helene', { startsAt: TO, endsAt: FROM }, 'dates_refused'],
    ['nor without days', 'helene', { endsAt: FROM }, 'dates_refused'],
    ['31 days', 'helene', { endsAt: FROM + MOST_DAYS * DAY }, 'done'],
    ['not 32', 'helene', { endsAt: FROM + (MOST_DAYS + 1) * DAY }, 'dates_refused'],
    ['nobody about oneself', 'helene', { named: 'helene marchand' }, 'incident_own'],
    ['nor about somebody of another school', 'helene', { named: 'Lise Noël' }, 'unknown_person'],
    ['nor about whoever the school does not know', 'helene', { named: 'Personne' }, 'unknown_person'],
    ['a pupil, whatever the accents and capitals', 'helene', { named: 'paul  BERNARD' }, 'done'],
    ['a parent too', 'helene', { named: 'Paula Bernard' }, 'done'],
    ['nor of a school that does not exist', 'helene', { school: '0999999Z' }, 'unknown_school'],
  ] as const)('may be asked by, or not: %s', async (_what, by, more, answer) => {
    expect(await code(ask(by, more))).toBe(answer);
  });

  it('names one person: two of the same name are told apart by their number', async () => {
    await test.db('person').where({ id: key.olga }).update({ given_name: 'Tom', family_name: 'Garnier' });
    try {
      expect(await code(ask())).toBe('person_ambiguous');
      expect((await ask('helene', { named: key.tom })).person).toBe(key.tom);
    } finally {
      await test.db('person').where({ id: key.olga }).update({ given_name: 'Olga', family_name: 'Petit' });
    }
  });

  it('is signed by nobody who asked for it, nor whom it is about, even as data protection officer', async () => {
    const both = { school: COLLEGE, at: NOW - DAY, source: 'local', actor: 'operator' } as const;
    const office = { subject: key.berthe, object: COLLEGE, properties: { decision: 'x' } } as const;
    await changeFacts(test.db, { ...both, begin: [{ relation: 'protects', ...office }] });
    try {
      const own = await ask('berthe');
      expect(await code(signIncident(test.db, act('berthe', own.id)))).toBe('incident_own');
      expect(await code(refuseIncident(test.db, { ...act('berthe', own.id), reason: 'non' }))).toBe('incident_own');
      const about = await ask('helene', { named: 'Sylvie Morel' });
      expect(await code(signIncident(test.db, act('sylvie', about.id)))).toBe('incident_own');
      expect(await code(read('sylvie', about.id))).toBe('unknown_incident');
      const [seen] = await incidentsFor(test.db, { by: key.sylvie, at: NOW });
      expect(seen?.files.map(({ id }) => id)).toEqual([own.id]);
      expect((await signIncident(test.db, act('berthe', about.id))).state).toBe('open');
    } finally {
      const [fact] = (await currentFacts(test.db, { school: COLLEGE, relations: ['protects'] })).filter(
        ({ subject }) => subject === key.berthe,
      );
      await changeFacts(test.db, { ...both, at: NOW - 1, end: [fact!] });
    }
  });

  it('is refused with a reason, and opens nothing then', async () => {
    const { id } = await ask();
    expect(await code(refuseIncident(test.db, { ...act('sylvie', id), reason: ' ' }))).toBe('reason_missing');
    const refused = await refuseIncident(test.db, { ...act('sylvie', id), reason: 'Aucun incident établi' });
    expect(refused).toMatchObject({ state: 'refused', reason: 'Aucun incident établi', toldAt: null });
    expect(await code(signIncident(test.db, act('sylvie', id)))).toBe('incident_decided');
    expect(await code(read('helene', id))).toBe('incident_closed');
  });

  it('shows the events of that person, of those days and of that school alone', async () => {
    const events = [
      { at: FROM, event: 'session.opened', actor: key.tom, client: 'logbook' },
      { at: FROM - 1, event: 'session.opened', actor: key.tom, client: 'before' },
      { at: TO, event: 'module.entered', actor: key.tom, client: 'after' },
      { at: TO - 1, event: 'module.entered', actor: key.tom, client: 'logbook' },
      { at: FROM + 1, event: 'module.entered', actor: key.tom, client: 'elsewhere' },
      { at: FROM + 2, event: 'module.entered', actor: key.olga, client: 'logbook' },
      { at: FROM + 3, event: 'sign_in.failed', subject: key.tom },
      { at: FROM + 4, event: 'grant.ended', actor: key.tom, school: LYCEE },
      { at: FROM + 5, event: 'grant.ended', actor: key.tom, school: COLLEGE },
    ];
    // what is nobody's to know but the person's: a circle refused in silence, the answer to a charter
    const silent = ['circle.refused', 'charter.answered', 'notice.acknowledged', 'publisher.declined'];
    await audit(test.db, ...silent.map((event) => ({ at: FROM + 5, event, actor: key.tom, subject: key.tom })));
    await audit(test.db, ...events);
    const log = openDecisionLog(test.db, { policy: 'v', sample: 1 });
    const one = { kind: 'evaluation', action: 'read', type: 'logbook', allowed: false, client: 'logbook' } as const;
    log.record({ ...one, at: FROM + 6, subject: key.tom, revision: `${COLLEGE}:3`, resource: 'l1' });
    log.record({ ...one, at: FROM + 7, subject: key.tom, revision: `${LYCEE}:3`, resource: 'l2' });
    log.record({ ...one, at: FROM + 8, subject: key.olga, revision: `${COLLEGE}:3`, resource: 'l3' });
    await log.close();
    await test.db('decision').update({ day: new Date(FROM).toISOString().slice(0, 10) });
    const { events: shown, cut } = await read('helene', await opened());
    expect(cut).toBe(false);
    expect(shown).toEqual([
      { at: FROM, event: 'session.opened', client: 'logbook' },
      { at: FROM + 3, event: 'sign_in.failed' },
      { at: FROM + 5, event: 'grant.ended' },
      { at: FROM + 6, event: 'decision.read', client: 'logbook', about: 'logbook l1', allowed: false },
      { at: TO - 1, event: 'module.entered', client: 'logbook' },
    ]);
  });

  it('says that there was more, where what happened elsewhere took the room', async () => {
    const elsewhere = { event: 'grant.ended', actor: key.diane, school: LYCEE };
    await audit(
      test.db,
      { ...elsewhere, at: FROM, school: COLLEGE },
      ...Array.from({ length: 1_000 }, (_, n) => ({ ...elsewhere, at: FROM + 1 + n })),
    );
    const { id } = await ask('helene', { named: 'Diane Faure' });
    await signIncident(test.db, act('sylvie', id));
    expect(await read('helene', id)).toMatchObject({ events: [], cut: true });
  });

  it('ends when either says so, or by itself; then nobody reads it, and the person is told once', async () => {
    for (const name of ['helene', 'sylvie'] as const) {
      const id = await opened();
      expect(await incidentsTold(test.db, key.tom)).toEqual([]);
      await endIncident(test.db, act(name, id));
      expect(await code(read('helene', id))).toBe('incident_closed');
      expect((await incidentsTold(test.db, key.tom)).map((file) => file.id)).toEqual([id]);
      expect(await code(endIncident(test.db, act(name, id)))).toBe('incident_decided');
      await test.db('incident_file').delete();
    }
    const id = await opened();
    expect(await code(read('helene', id, NOW + OPEN_FOR - 1))).toBe('done');
    expect(await endDueIncidents(test.db, NOW + OPEN_FOR - 1)).toBe(0);
    expect(await code(read('helene', id, NOW + OPEN_FOR))).toBe('incident_closed');
    expect(await endDueIncidents(test.db, NOW + OPEN_FOR)).toBe(1);
    expect(await endDueIncidents(test.db, NOW + OPEN_FOR)).toBe(0);
    expect(await findIncident(test.db, id)).toMatchObject({
      state: 'ended',
      endedBy: 'system',
      toldAt: NOW + OPEN_FOR,
    });
    const mails = await test.db('mail').select('person', 'template', 'data');
    expect(mails).toHaveLength(3);
    expect(mails[0]).toMatchObject({ person: key.tom, template: 'incident' });
    expect(JSON.parse(mails[0].data)).toEqual({ from: FROM, to: TO - 1 });
  });

  it('tells nobody of a file that never opened', async () => {
    const { id } = await ask();
    await endIncident(test.db, act('helene', id));
    expect(await incidentsTold(test.db, key.tom)).toEqual([]);
    expect(await test.db('mail')).toEqual([]);
  });

  it('closes to whoever no longer holds the office by which they read', async () => {
    const id = await opened();
    const [fact] = await currentFacts(test.db, { school: COLLEGE, relations: ['protects'], endingAfter: NOW });
    expect(fact?.subject).toBe(key.sylvie);
    const change = { school: COLLEGE, source: 'local', actor: 'operator' } as const;
    await changeFacts(test.db, { ...change, at: NOW + 1, end: [fact!] });
    expect(await code(read('sylvie', id, NOW + 2))).toBe('unknown_incident');
    expect(await code(read('helene', id, NOW + 2))).toBe('done');
    const begin = [{ relation: 'protects', subject: key.sylvie, object: COLLEGE, validFrom: NOW - 20 * DAY } as const];
    await changeFacts(test.db, { ...change, at: NOW + 3, begin });
  });

  it('decides once when many come together, and a second click asks for nothing new', async () => {
    const asked = await Promise.all(Array.from({ length: 3 }, () => ask()));
    const first = await ask();
    expect((await ask()).id).toBe(first.id);
    const { id } = asked[0]!;
    const answers = await Promise.all([
      ...Array.from({ length: 10 }, () => code(signIncident(test.db, act('sylvie', id)))),
      ...Array.from({ length: 10 }, () => code(refuseIncident(test.db, { ...act('sylvie', id), reason: 'non' }))),
    ]);
    expect(answers.filter((one) => one === 'done')).toHaveLength(1);
    const open = await opened();
    const ends = await Promise.all(Array.from({ length: 20 }, () => code(endIncident(test.db, act('helene', open)))));
    expect(ends.filter((one) => one === 'done')).toHaveLength(1);
    expect(await test.db('mail')).toHaveLength(1);
  });

  it('is traced at each step, look by look, and the trail holds no motive', async () => {
    const id = await opened();
    await read('helene', id);
    await read('sylvie', id);
    await endIncident(test.db, act('helene', id));
    const rows = (await test.db('audit').where({ subject: key.tom }).orderBy(['day', 'seq'])) as {
      event: string;
      details: string;
    }[];
    const mine = rows.filter(({ details }) => details.includes(id));
    expect(mine.map(({ event }) => event)).toEqual([
      'incident.asked',
      'incident.opened',
      'incident.read',
      'incident.read',
      'incident.ended',
    ]);
    expect(JSON.stringify(rows)).not.toContain('Connexions de nuit');
    expect((await verifyAudit(test.db)).firstBad).toBeUndefined();
  });

  it('is let go of twelve months after its end, and not before', async () => {
    const id = await opened();
    await endIncident(test.db, act('helene', id));
    const purgedOn = (day: string) => purgeLogs(test.db, { at: Date.parse(`${day}T12:00:00Z`), months: 12 });
    await purgedOn('2027-11-11');
    expect((await findIncident(test.db, id)).state).toBe('ended');
    await purgedOn('2027-11-12');
    expect(await code(findIncident(test.db, id))).toBe('unknown_incident');
  });

  it('that nobody ever answered is let go of twelve months after it was asked', async () => {
    const { id } = await ask();
    const purgedOn = (day: string) => purgeLogs(test.db, { at: Date.parse(`${day}T12:00:00Z`), months: 12 });
    await purgedOn('2027-11-11');
    expect((await findIncident(test.db, id)).state).toBe('asked');
    await purgedOn('2027-11-12');
    expect(await code(findIncident(test.db, id))).toBe('unknown_incident');
  });
});
