// Requests of persons about their data: each is one row, has its clock, is decided alone, with reasons of its own.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccount } from '../../src/accounts/accounts.ts';
import { stateOf } from '../../src/accounts/states.ts';
import { verifyAudit } from '../../src/audit/audit.ts';
import type { CommandContext } from '../../src/command.ts';
import { applyDelivery, type DeliveredFact, type SchoolDelivery } from '../../src/directory/directory.ts';
import { holdsOfRequests } from '../../src/directory/holds.ts';
import { findPerson } from '../../src/directory/persons.ts';
import { startOfDay } from '../../src/facts/calendar.ts';
import { changeFacts, currentFacts } from '../../src/facts/facts.ts';
import { requireServed } from '../../src/portal/requests/modules.ts';
import { requestsCommand } from '../../src/privacy/requests/commands.ts';
import {
  attachRequest,
  closeReasons,
  decideRequest,
  extendRequest,
  findHandled,
  markForwarded,
  markSent,
  recordIdentity,
  withdrawRequest,
} from '../../src/privacy/requests/deciding.ts';
import { asCsv, requestRegister } from '../../src/privacy/requests/export.ts';
import { type Envelope, fileLetters, fileRequest } from '../../src/privacy/requests/filing.ts';
import { DOCUMENT_SIZE, keepDocument } from '../../src/privacy/requests/mandates.ts';
import { findRequests } from '../../src/privacy/requests/records.ts';
import { purgeRequests } from '../../src/privacy/requests/retention.ts';
import { DAY, eventsOf, openWorld, refused, together, type World } from '../acts/acts.ts';
import { COLLEGE, cast, ECOLE, LYCEE, logbookOf, NOW } from '../cast.ts';
import { engines } from '../databases.ts';
import { collegeAtWork } from '../rights/school.ts';

const PASSWORD = 'vitrail-moussaka-47-grelot';
const PDF = Buffer.from('%PDF-1.7\nun mandat\n%%EOF\n');
const HASH = createHash('sha256').update(PDF).digest('hex');
const REFUSAL = 'La mère de Paul invoque une crainte générale et ne dit rien de sa propre situation ni de son enfant.';
const batch = () => randomBytes(16).toString('hex');

describe.each(engines)('requests on $name', ({ open }) => {
  let world: World;
  let now = NOW;
  /** Later than everything done so far. */
  const later = (days = 0) => {
    now += 60_000 + days * DAY;
    return now;
  };
  const key = (name: string) => world.key(name);
  const deliver = (change: (said: SchoolDelivery) => SchoolDelivery = (said) => said) =>
    applyDelivery(world.db, change(withoutFleur(collegeAtWork(later()))));
  const filed = async (by: string, wish: Partial<Parameters<typeof fileRequest>[1]> = {}) =>
    fileRequest(world.db, {
      school: COLLEGE,
      about: await key(by),
      kind: 'access',
      target: 'all',
      at: later(),
      ...wish,
      by: await key(by),
    });
  const envelope = async (
    by: string,
    letters: Envelope['letters'],
    more: Partial<Envelope> = {},
  ): Promise<Envelope> => ({
    school: COLLEGE,
    by: await key(by),
    at: later(),
    kind: 'objection',
    target: 'all',
    words: 'Je m’oppose à l’enregistrement de mes données dans l’ENT.',
    received: '2026-11-10',
    identity: 'known',
    batch: batch(),
    letters,
    ...more,
  });
  const decide = async (by: string, id: string, more: Partial<Parameters<typeof decideRequest>[1]> = {}) =>
    decideRequest(world.db, {
      id,
      by: await key(by),
      at: later(),
      outcome: 'accepted',
      reason: 'Nous répondons à votre demande.',
      ...more,
    });
  const refusal = { outcome: 'refused', ground: 'no_own_reason', reason: REFUSAL } as const;
  const ofNobody = { ...refusal, ground: 'not_held' } as const;
  const documentOf = async (by: string) =>
    (await keepDocument(world.db, { content: PDF, by: await key(by), at: later() })).id;

  beforeAll(async () => {
    world = await openWorld(open);
  });
  afterAll(() => world.close());

  it('a holder asks online, and the same twice at once is one request', async () => {
    const about = await key('olga');
    const at = later();
    const wish = { school: COLLEGE, about, by: about, kind: 'access', target: 'all', at } as const;
    const answers = await Promise.all(Array.from({ length: 20 }, () => fileRequest(world.db, wish)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(answers[0]).toMatchObject({ state: 'open', due: '2026-12-12', identity: 'session', channel: 'online' });
    expect(await findRequests(world.db, { asker: about })).toHaveLength(1);
    await refused('request_open', fileRequest(world.db, { ...wish, words: 'Et vite.' }));
    expect(await eventsOf(world.db, 'request.filed')).toBe(1);
  });

  it('nobody asks for another, but a legal representative for a minor', async () => {
    const about = await key('paul');
    await refused('not_allowed', filed('olga', { about }));
    // without a birth date nobody knows that Paul is a minor: it goes through the school
    await refused('not_allowed', filed('paula', { about }));
    await deliver((said) => ({
      ...said,
      persons: said.persons.map((one) => (one.externalId === cast.paul.id ? { ...one, birthDate: '2014-03-12' } : one)),
    }));
    const request = await filed('paula', { about });
    expect(request).toMatchObject({ about, asker: await key('paula') });
    await refused('not_allowed', filed('gina', { about }));
  });

  it('what one parent asks for a child is not told to the other, nor to the child', async () => {
    const about = await key('paul');
    const one = await filed('paula', { about, kind: 'erasure', target: 'account', words: 'Mes raisons.' });
    const other = await filed('pierre', { about, kind: 'erasure', target: 'account', words: 'Les miennes.' });
    const own = await filed('paul', { about, kind: 'erasure', target: 'account', words: 'Et moi.' });
    expect(new Set([one.id, other.id, own.id]).size).toBe(3);
    await refused('request_open', filed('paula', { about, kind: 'erasure', target: 'account', words: 'Encore.' }));
  });

  it('an agent takes back what came on paper, and never what was asked online', async () => {
    const online = await filed('hana');
    const by = await key('helene');
    await refused('not_allowed', withdrawRequest(world.db, { id: online.id, by, at: later() }));
    expect((await withdrawRequest(world.db, { id: online.id, by: online.asker!, at: later() })).state).toBe(
      'withdrawn',
    );
    const [letter] = await fileLetters(world.db, await envelope('helene', [{ name: 'Lucas Meyer' }]));
    expect((await withdrawRequest(world.db, { id: letter!.id, by, at: later() })).state).toBe('withdrawn');
  });

  it('an agent does not take back what the other parent asks for a child of theirs', async () => {
    const [about, david] = [await key('paul'), await key('david')];
    const request = await filed('paula', { about, kind: 'objection', target: 'email', words: 'Mes raisons.' });
    const guards = { relation: 'guards', subject: david, object: about } as const;
    await changeFacts(world.db, { school: COLLEGE, at: later(), source: 'aaf2d', actor: 'test', begin: [guards] });
    await refused('request_own', withdrawRequest(world.db, { id: request.id, by: david, at: later() }));
    await withdrawRequest(world.db, { id: request.id, by: await key('paula'), at: later() });
    await deliver((said) => ({
      ...said,
      persons: said.persons.map((one) => (one.externalId === cast.paul.id ? { ...one, birthDate: '2014-03-12' } : one)),
    }));
  });

  it('a school that holds nothing of a person is not asked', async () => {
    await refused('not_allowed', filed('tom', { school: LYCEE }));
    await refused('unknown_school', filed('tom', { school: '0999999X' }));
  });

  it.each([
    ['request_words_missing', { kind: 'objection', target: 'all', words: '  ' }],
    ['correction_missing', { kind: 'rectification', target: 'familyName', wanted: '' }],
    ['correction_missing', { kind: 'rectification', target: 'familyName', wanted: 'a\nb' }],
    ['bad_request', { kind: 'rectification', target: 'all', wanted: 'x' }],
    ['bad_request', { kind: 'nothing' as 'access', target: 'all' }],
    ['bad_request', { kind: 'access', target: 'all', words: 'x'.repeat(3001) }],
    ['bad_request', { kind: 'access', target: 'all', signatories: 2 }],
  ] as const)('%s: what is not well formed is not filed', async (code, wish) => {
    await refused(code, filed('tania', wish));
  });

  it('forty letters in one envelope are forty requests, with their mandate, and the same envelope twice is one', async () => {
    const letters = Array.from({ length: 38 }, (_, index) => ({ name: `Signataire ${index}` }));
    const known = [
      { name: 'Théo BLANC', about: await key('theo') },
      { name: 'LOPEZ Tania', about: await key('tania') },
    ];
    const named = { reference: 'Courrier du 9 novembre', holder: 'SNES, section du collège' };
    const document = await documentOf('helene');
    const posted = await envelope('sylvie', [...known, ...letters], { mandate: { ...named, document } });
    await refused('not_allowed', fileLetters(world.db, posted));
    const byHead = { ...posted, by: await key('helene') };
    const [first, second] = await Promise.all([fileLetters(world.db, byHead), fileLetters(world.db, byHead)]);
    expect(second).toEqual(first);
    expect(first).toHaveLength(40);
    const clock = { received: '2026-11-10', due: '2026-12-10' };
    expect(first[0]).toMatchObject({ about: await key('theo'), mandate: { ...named, hash: HASH }, ...clock });
    expect(new Set(first.map((one) => one.document))).toEqual(new Set([document]));
    expect(first[5]).toMatchObject({ about: null, name: 'Signataire 3', filedBy: await key('helene') });
    const again = { ...byHead, batch: batch() };
    await refused('request_open', fileLetters(world.db, again));
  });

  it.each([
    ['people_missing', { letters: [] }],
    ['people_missing', { letters: [{ name: ' ' }] }],
    ['people_missing', { letters: Array.from({ length: 81 }, () => ({ name: 'X' })) }],
    ['mandate_incomplete', { mandate: { reference: 'r', holder: '', document: '' } }],
    ['mandate_incomplete', { mandate: { reference: 'r', holder: 'h', document: 'abc' } }],
    ['dates_refused', { received: '2026-11-30' }],
    ['dates_refused', { received: '2025-11-01' }],
    ['dates_refused', { received: '2026-02-30' }],
    ['bad_request', { identity: 'session' }],
    ['bad_request', { batch: 'x' }],
  ] as const)('%s: an envelope that is not well formed is not filed', async (code, more) => {
    const posted = await envelope('helene', [{ name: 'Une Personne' }]);
    await refused(code, fileLetters(world.db, { ...posted, ...(more as Partial<Envelope>) }));
  });

  it('another’s request is unknown to whoever does not handle it, and the secretariat does not decide', async () => {
    const request = await filed('diane');
    for (const who of ['tom', 'henri', 'berthe', 'denise'])
      await refused('unknown_request', findHandled(world.db, { id: request.id, by: await key(who), at: now }));
    await refused('unknown_request', decide('tom', request.id));
    await refused('not_allowed', decide('david', request.id));
    await refused('unknown_request', withdrawRequest(world.db, { id: request.id, by: await key('tom'), at: now }));
    await refused('unknown_request', decide('helene', 'nothing'));
    await refused(
      'not_allowed',
      decideRequest(world.db, {
        id: request.id,
        by: 'operator',
        at: now,
        outcome: 'accepted',
        reason: 'Nous répondons oui.',
      }),
    );
  });

  it('nobody decides their own request, nor their child’s', async () => {
    const own = await filed('helene');
    await refused('request_own', decide('helene', own.id));
    await refused(
      'request_own',
      extendRequest(world.db, {
        id: own.id,
        by: await key('helene'),
        at: later(),
        reason: 'Il nous faut plus de temps pour cela.',
      }),
    );
    expect(await findRequests(world.db, { asker: await key('helene'), state: 'open' })).toHaveLength(1);
  });

  it('nor what somebody asks who bears their name: who works there and has a child there is two records', async () => {
    const namesake = { externalId: '9901', familyName: 'MARCHAND', givenName: 'Helene' };
    const guards = { relation: 'guards', subject: { person: '9901' }, object: { person: cast.ines.id } } as const;
    const said = await deliver((one) => ({
      ...one,
      persons: [...one.persons, { academy: one.persons[0]!.academy, ...namesake }],
      facts: [...one.facts, { ...one.facts[0]!, ...guards, properties: {} }],
    }));
    expect(said.begun).toBeGreaterThan(0);
    const request = await filed('ines', { words: 'Je veux ma copie.' });
    await refused('request_own', decide('helene', request.id));
    await deliver();
    expect((await decide('helene', request.id)).state).toBe('accepted');
    // and a letter that bears it, attached to nobody yet
    const [letter] = await fileLetters(world.db, await envelope('helene', [{ name: 'Mme MARCHAND Hélène' }]));
    expect(letter!.identity).toBe('awaited');
    await refused('request_own', decide('helene', letter!.id, ofNobody));
  });

  it('a decision takes one request, with reasons of substance, and the same again changes nothing', async () => {
    const request = await filed('carla', { kind: 'objection', words: 'Je suis menacée par un proche.' });
    await refused('reason_thin', decide('helene', request.id, { reason: 'Oui.' }));
    await refused(
      'reason_thin',
      decide('helene', request.id, { ...refusal, reason: 'non non non non non non non non non non' }),
    );
    await refused('ground_missing', decide('helene', request.id, { ...refusal, ground: undefined }));
    await refused('ground_missing', decide('helene', request.id, { ...refusal, ground: 'archives' }));
    const decided = await decide('helene', request.id, refusal);
    expect(decided).toMatchObject({ state: 'refused', ground: 'no_own_reason', reason: REFUSAL, answer: 'letter' });
    expect(
      await decide('helene', request.id, {
        ...refusal,
        reason: 'Autre chose qui ne sera jamais écrit nulle part du tout.',
      }),
    ).toEqual(decided);
    await refused('request_over', decide('helene', request.id));
    expect(await markSent(world.db, { id: request.id, by: await key('helene'), at: later() })).toMatchObject({
      answeredAt: now,
    });
  });

  it('a reason that refused one refuses no other word for word; a close one is counted', async () => {
    const [one, two] = await fileLetters(
      world.db,
      await envelope('helene', [{ name: 'Anne Lebrun' }, { name: 'Guy Petitjean' }]),
    );
    await refused('request_unattached', decide('helene', one!.id, refusal));
    await refused('reason_repeated', decide('helene', one!.id, ofNobody));
    const cased = `${REFUSAL.toUpperCase().replaceAll('.', ' !')} Anne LEBRUN`;
    await refused('reason_repeated', decide('helene', one!.id, { ...ofNobody, reason: cased }));
    const close = `${REFUSAL} La lettre est un modèle.`;
    const decided = await decide('helene', one!.id, { ...ofNobody, reason: close });
    expect(await closeReasons(world.db, decided, now)).toBe(1);
    const other = await decide('helene', two!.id, {
      ...ofNobody,
      reason: 'Monsieur Petitjean écrit qu’il a quitté le collège en 2019 et aucune de ses données n’est restée.',
    });
    expect(await closeReasons(world.db, other, now)).toBe(0);
  });

  it('of many refused with one reason at the same instant, one is', async () => {
    const names = [
      'Ange Un',
      'Ange Deux',
      'Ange Trois',
      'Ange Quatre',
      'Ange Cinq',
      'Ange Six',
      'Ange Sept',
      'Ange Huit',
    ];
    const posted = await fileLetters(
      world.db,
      await envelope(
        'helene',
        names.map((name) => ({ name })),
      ),
    );
    const reason = 'La demande ne dit rien de la situation de la personne, ni de celle de ses enfants au collège.';
    const answers = await together(posted.map(({ id }) => decide('helene', id, { ...ofNobody, reason })));
    expect(answers).toEqual({ done: 1, refused: Array.from({ length: 7 }, () => 'reason_repeated') });
    for (const { id, state } of await findRequests(world.db, { batch: posted[0]!.batch }))
      if (state === 'open') await withdrawRequest(world.db, { id, by: await key('helene'), at: later() });
  });

  it('an extension is told within the first month, once, with reasons', async () => {
    const request = await filed('hana');
    const by = await key('helene');
    await refused('reason_thin', extendRequest(world.db, { id: request.id, by, at: later(), reason: 'Trop' }));
    const reason = 'Quarante demandes sont arrivées le même jour.';
    const extended = await extendRequest(world.db, { id: request.id, by, at: later(), reason });
    expect(extended).toMatchObject({ due: '2027-02-12', extensionReason: reason, extensionTold: 'letter' });
    const sent = await markSent(world.db, { id: request.id, by, at: later() });
    expect(sent.extensionToldAt).toBe(now);
    expect(await extendRequest(world.db, { id: request.id, by, at: later(), reason })).toEqual(sent);
    const late = await filed('coline');
    await refused('extension_late', extendRequest(world.db, { id: late.id, by, at: startOfDay('2026-12-13'), reason }));
    const lastMoment = startOfDay('2026-12-13') - 1;
    expect((await extendRequest(world.db, { id: late.id, by, at: lastMoment, reason })).due).toBe('2027-02-12');
  });

  it('what is not attached, or of an identity not checked, is not accepted', async () => {
    const [letter] = await fileLetters(
      world.db,
      await envelope('helene', [{ name: 'Monsieur Meyer' }], { identity: 'awaited', kind: 'access' }),
    );
    const [id, by] = [letter!.id, await key('helene')];
    await refused('request_unattached', decide('helene', id));
    await refused('unknown_person', attachRequest(world.db, { id, by, about: await key('henri'), at: later() }));
    await refused(
      'unknown_request',
      attachRequest(world.db, { id, by: await key('tom'), about: await key('lucas'), at: later() }),
    );
    expect(await attachRequest(world.db, { id, by, about: await key('lucas'), at: later() })).toMatchObject({
      asker: await key('lucas'),
    });
    await refused('identity_unchecked', decide('helene', id));
    await recordIdentity(world.db, { id, by, at: later(), how: 'document' });
    expect(await decide('helene', id)).toMatchObject({ state: 'accepted', identity: 'document' });
  });

  it('a corrected name holds against the next import, until the state says the same', async () => {
    const person = await key('hana');
    const request = await filed('hana', { kind: 'rectification', target: 'familyName', wanted: 'Éssaï' });
    await decide('helene', request.id);
    expect((await findPerson(world.db, person)).familyName).toBe('Éssaï');
    await deliver();
    expect((await findPerson(world.db, person)).familyName).toBe('Éssaï');
    const forwarded = await markForwarded(world.db, { id: request.id, by: await key('helene'), at: later() });
    expect(forwarded.forwardedAt).toBe(now);
    const renamed = (name: string) => (said: SchoolDelivery) => ({
      ...said,
      persons: said.persons.map((one) => (one.externalId === '4002' ? { ...one, familyName: name } : one)),
    });
    await deliver(renamed('ÉSSAÏ'));
    expect((await holdsOfRequests(world.db, [request.id])).get(request.id)).toMatchObject({ endedAs: 'agreed' });
    await deliver(renamed('Nouvelle'));
    expect((await findPerson(world.db, person)).familyName).toBe('Nouvelle');
  });

  it('what decides rights is corrected upstream alone', async () => {
    const request = await filed('hana', { kind: 'rectification', target: 'birthDate', wanted: '2000-01-01' });
    const before = await findPerson(world.db, await key('hana'));
    await decide('helene', request.id);
    expect(await findPerson(world.db, await key('hana'))).toEqual(before);
    expect(await holdsOfRequests(world.db, [request.id])).toEqual(new Map());
  });

  it('an objection accepted is honoured at the next import, for that person and nobody else, until it is taken back', async () => {
    const person = await key('theo');
    const [request] = await findRequests(world.db, { about: person, state: 'open' });
    const liveOf = async () => {
      const facts = await currentFacts(world.db, { school: COLLEGE, subject: person, endingAfter: now });
      return facts.map(({ relation }) => relation).filter((relation) => relation !== 'authored');
    };
    const others = async () =>
      (await currentFacts(world.db, { school: COLLEGE, endingAfter: now })).filter(
        ({ subject, source }) => subject !== person && source === 'aaf2d',
      ).length;
    const before = await others();
    expect(await liveOf()).toContain('teaches');
    await decide('helene', request!.id);
    expect(await liveOf()).toEqual([]);
    const applied = await deliver();
    expect(await liveOf()).toEqual([]);
    expect(await others()).toBe(before);
    const again = await deliver();
    expect([applied.begun, applied.ended, again.begun, again.ended]).toEqual([0, 0, 0, 0]);
    await withdrawRequest(world.db, { id: request!.id, by: person, at: later() });
    await deliver();
    expect((await liveOf()).sort()).toEqual(['owns', 'post', 'teaches']);
  });

  it('an address that is objected to does not come back', async () => {
    const withMail = (said: SchoolDelivery) => ({
      ...said,
      persons: said.persons.map((one) =>
        one.externalId === cast.berthe.id ? { ...one, email: 'b.colin@example.fr' } : one,
      ),
    });
    await deliver(withMail);
    const request = await filed('berthe', { kind: 'objection', target: 'email', words: 'Je reçois trop de courrier.' });
    const emailNow = async () => (await findPerson(world.db, await key('berthe'))).email;
    expect(await emailNow()).toBe('b.colin@example.fr');
    await decide('helene', request.id);
    expect(await emailNow()).toBeNull();
    await deliver(withMail);
    expect(await emailNow()).toBeNull();
  });

  it('an erasure closes the account; the directory’s record stays', async () => {
    const person = await key('ali');
    await openAccount(world.db, {
      person,
      identifier: 'ali.amrani',
      password: PASSWORD,
      actor: 'system',
      at: later(),
    });
    const request = await filed('ali', { kind: 'erasure', target: 'all' });
    await decide('helene', request.id);
    expect(await stateOf(world.db, person, now)).toBe('closed');
    expect(await findPerson(world.db, person)).toMatchObject({ familyName: 'Amrani', email: null });
    expect(
      (await currentFacts(world.db, { school: COLLEGE, subject: person, endingAfter: now })).length,
    ).toBeGreaterThan(0);
  });

  it('a logbook is never erased because its author asks', async () => {
    const logbook = await logbookOf(world.db, COLLEGE, '5C', 'MATHS');
    const request = await filed('olga', { kind: 'erasure', target: `logbook:${logbook}`, words: 'C’est mon travail.' });
    await refused('logbook_kept', decide('helene', request.id));
    const reason =
      'Ce cahier de mathématiques est celui de la cinquième C, que les familles consultent encore cette année.';
    const decided = await decide('helene', request.id, { outcome: 'refused', ground: 'archives', reason });
    expect(decided).toMatchObject({ state: 'refused', ground: 'archives' });
    expect(await world.db('logbook').where({ id: logbook })).toHaveLength(1);
  });

  it('any member of staff asks what could be read, also in the name of several, and a pupil does not', async () => {
    const words = 'Une page publique montrait les absences du lundi.';
    const asked = await filed('tom', { kind: 'exposure', words, signatories: 12 });
    expect(asked).toMatchObject({ signatories: 12, state: 'open' });
    await refused('not_allowed', filed('lucas', { kind: 'exposure', words }));
    const answered = await decide('helene', asked.id, {
      reason: 'La page a été fermée le jour même ; personne d’autre ne la lisait.',
    });
    expect(answered.state).toBe('accepted');
  });

  it('decided at once from both sides, it is decided once', async () => {
    const request = await filed('tania');
    const acts = Array.from({ length: 12 }, (_, index) =>
      index % 2
        ? decide('helene', request.id)
        : withdrawRequest(world.db, { id: request.id, by: request.asker!, at: later() }),
    );
    const { refused: codes } = await together(acts);
    expect(new Set(codes)).toEqual(new Set(['request_over']));
    const [ended] = await findRequests(world.db, { asker: request.asker!, about: request.about! });
    expect(['accepted', 'withdrawn']).toContain(ended!.state);
    expect(
      (await eventsOf(world.db, 'request.accepted')) + (await eventsOf(world.db, 'request.withdrawn')),
    ).toBeGreaterThan(0);
  });

  it('an objection at one school takes nothing from who is known at another, by a decision alone', async () => {
    const person = await key('pierre');
    await openAccount(world.db, {
      person,
      identifier: 'pierre.deux',
      password: PASSWORD,
      actor: 'system',
      at: later(),
    });
    await world.db('person').where({ id: person }).update({ birth_date: '1981-02-03' });
    const admitted = { relation: 'admitted', subject: person, object: await key('lea') } as const;
    await changeFacts(world.db, { school: ECOLE, at: later(), source: 'local', actor: 'test', begin: [admitted] });
    const request = await filed('pierre', { kind: 'objection', target: 'all', words: 'Pour ma sécurité, ici.' });
    await decide('helene', request.id);
    expect(await stateOf(world.db, person, later())).toBe('active');
    expect((await findPerson(world.db, person)).birthDate).toBe('1981-02-03');
    await withdrawRequest(world.db, { id: request.id, by: person, at: later() });
    await deliver();
  });

  it('the answer goes by mail to a confirmed address, even when the decision closes the account', async () => {
    const mailKey = randomBytes(32);
    const person = await key('diane');
    await openAccount(world.db, { person, identifier: 'diane', password: PASSWORD, actor: 'system', at: later() });
    await world.db('account_email').insert({ person, email: 'diane@example.fr', verified_at: now });
    const asked = await filed('diane', { kind: 'rectification', target: 'post', wanted: 'Documentaliste' });
    expect(await decide('helene', asked.id, { mailKey })).toMatchObject({ answer: 'mail' });
    const closing = await filed('diane', { kind: 'erasure', target: 'account' });
    expect(await decide('helene', closing.id, { mailKey })).toMatchObject({ answer: 'mail' });
    const mails = await world.db('mail').where({ person }).orderBy('queued_at');
    const told = mails.filter((mail) => mail.template.startsWith('request-'));
    expect(told.map((mail) => [mail.template, mail.sealed !== null])).toEqual([
      ['request-received', false],
      ['request-decided', false],
      ['request-received', false],
      ['request-decided', true],
    ]);
    expect(JSON.stringify(told.map(({ data }) => data))).not.toMatch(/example|Faure/);
  });

  it('whoever a letter is attached to is told, and told again when an agent takes it back', async () => {
    const person = await key('olga');
    await openAccount(world.db, { person, identifier: 'olga', password: PASSWORD, actor: 'system', at: later() });
    await world.db('account_email').insert({ person, email: 'olga@example.fr', verified_at: now });
    const [letter] = await fileLetters(
      world.db,
      await envelope('helene', [{ name: 'Olga Petit' }], { kind: 'erasure', target: 'account' }),
    );
    const told = async () =>
      (await world.db('mail').where({ person }).orderBy('queued_at')).map(({ template }) => template as string);
    expect(await told()).not.toContain('request-received');
    const act = { id: letter!.id, by: await key('helene') };
    await attachRequest(world.db, { ...act, about: person, at: later() });
    expect((await told()).at(-1)).toBe('request-received');
    await withdrawRequest(world.db, { ...act, at: later() });
    await withdrawRequest(world.db, { ...act, at: later() });
    expect((await told()).filter((template) => template === 'request-withdrawn')).toHaveLength(1);
    const own = await filed('olga', { kind: 'objection', target: 'email', words: 'Trop de courrier.' });
    await withdrawRequest(world.db, { id: own.id, by: person, at: later() });
    expect((await told()).filter((template) => template === 'request-withdrawn')).toHaveLength(1);
  });

  it('a contact of whom the school keeps no fact asks by a letter that is attached to nobody', async () => {
    const about = [{ name: 'Gina Bernard', about: await key('gina') }];
    await refused('unknown_person', fileLetters(world.db, await envelope('helene', about)));
    const [letter] = await fileLetters(world.db, await envelope('helene', [{ name: 'Gina Bernard' }]));
    const reason = 'Nous avons cherché Gina Bernard dans nos fichiers : rien n’y est conservé sur elle.';
    const refusedToHer = { outcome: 'refused', ground: 'not_held', reason } as const;
    expect(await decide('helene', letter!.id, refusedToHer)).toMatchObject({ state: 'refused', answer: 'letter' });
  });

  it('commands record letters with the hash of the mandate, answer one at a time, and export', async () => {
    const lines: string[] = [];
    const run = (...args: string[]) =>
      requestsCommand(
        { db: world.db, args, print: (line: string) => lines.push(line) } as unknown as CommandContext,
        requireServed,
      );
    const folder = mkdtempSync(join(tmpdir(), 'preau-mandate-'));
    const mandate = join(folder, 'mandat.pdf');
    writeFileSync(mandate, PDF);
    const today = new Date().toISOString().slice(0, 10);
    const letter = [
      'file',
      COLLEGE,
      '--kind',
      'access',
      '--received',
      today,
      '--identity',
      'known',
      '--name',
      'Ève Durand',
    ];
    await run(...letter, '--mandate', mandate, '--holder', 'Maître Petit', '--reference', 'R1');
    const [request] = await findRequests(world.db, { filedBy: 'operator' });
    expect(request!.mandate).toMatchObject({ hash: HASH });
    await refused('not_allowed', run('accept', request!.id, '--reason', 'Nous répondons à votre demande.'));
    const ground = [
      '--ground',
      'not_held',
      '--reason',
      'Nous avons cherché Ève Durand partout : rien n’est conservé ici sur elle.',
    ];
    await run('refuse', request!.id, '--by', await key('helene'), ...ground);
    const out = join(folder, 'registre.json');
    await run('export', COLLEGE, '--format', 'json', '--out', out);
    expect(JSON.parse(readFileSync(out, 'utf8'))).toContainEqual(
      expect.objectContaining({ person: 'Ève Durand', state: 'refused' }),
    );
    const objection = [
      'file',
      COLLEGE,
      '--kind',
      'objection',
      '--identity',
      'known',
      '--person',
      await key('paul'),
      '--words',
      'Je ne veux pas de ce service.',
    ];
    // of a service that the school does not have, as on the page
    await refused('bad_request', run(...objection, '--target', 'module:nothing'));
    await refused('bad_argument', run('refuse-all', COLLEGE));
    await refused('bad_argument', run('refuse', request!.id, request!.id, '--reason', 'x'));
    await refused('bad_argument', run(...letter, '--mandate', join(folder, 'nothing')));
    const text = join(folder, 'mandat.txt');
    writeFileSync(text, 'un mandat');
    await refused('mandate_unreadable', run(...letter, '--mandate', text, '--holder', 'h', '--reference', 'r'));
    writeFileSync(text, Buffer.alloc(DOCUMENT_SIZE + 1));
    await refused('file_too_large', run(...letter, '--mandate', text, '--holder', 'h', '--reference', 'r'));
    rmSync(folder, { recursive: true });
    await world.db('person_request').where({ filed_by: 'operator' }).delete();
  });

  it('the register says one line per person, and no cell is a formula', async () => {
    await fileLetters(world.db, await envelope('helene', [{ name: '=HYPERLINK("x")' }]));
    const lines = await requestRegister(world.db, COLLEGE, startOfDay('2027-01-10'));
    expect(lines).toHaveLength((await findRequests(world.db, { school: COLLEGE })).length);
    expect(lines.filter(({ late }) => late).length).toBeGreaterThan(30);
    expect(lines.find(({ person }) => person === 'Théo Blanc')).toMatchObject({
      mandate_holder: 'SNES, section du collège',
      state: 'withdrawn',
    });
    const csv = asCsv(lines);
    expect(csv.startsWith('\uFEFFid,school,kind')).toBe(true);
    expect(csv).toContain(`"'=HYPERLINK(""x"")"`);
    const hostile = ['-1', '+1', '@SUM(A1)', '\t=1', 'bien;=1+1', 'bien\n=1+1', 'bien, -1', '＝1', 'a|=1', '"=1'];
    for (const person of hostile) {
      const [, row = ''] = asCsv([{ ...lines[0]!, id: '', school: '', kind: '', target: '', person }]).split('\r\n');
      expect(row.replaceAll('""', '"'), person).not.toMatch(/(^|[;,|\t\n"])\s*[=+\-@＝]/);
    }
    expect(await requestRegister(world.db, ECOLE, now)).toEqual([]);
  });

  it('words go a year after the answer, the line five years after; what is still honoured stays', async () => {
    const closed = (await findRequests(world.db, { state: 'refused' })).length;
    expect(closed).toBeGreaterThan(2);
    const last = Math.max(
      ...(await findRequests(world.db, { school: COLLEGE })).map(({ decidedAt }) => decidedAt ?? 0),
    );
    const years = (count: number) => new Date(last).setUTCFullYear(new Date(last).getUTCFullYear() + count);
    expect(await purgeRequests(world.db, now + 300 * DAY)).toMatchObject({ wiped: 0, removed: 0 });
    expect((await purgeRequests(world.db, years(1) + DAY)).wiped).toBeGreaterThan(0);
    expect(
      (await findRequests(world.db, { state: 'refused' })).every(
        ({ words, mandate }) => words === null && mandate === null,
      ),
    ).toBe(true);
    expect((await findRequests(world.db, { state: 'open' })).some(({ words }) => words !== null)).toBe(true);
    await purgeRequests(world.db, years(5) + DAY);
    expect(await findRequests(world.db, { state: 'refused' })).toEqual([]);
    const kept = (await findRequests(world.db, { state: 'accepted' })).map(({ kind, target }) => `${kind} ${target}`);
    expect(kept.sort()).toEqual(['erasure all', 'objection email']);
  });

  it('nobody says whose letter it is that bears their name, nor that one is theirs or their child’s', async () => {
    const letters = [{ name: 'Mme MARCHAND Hélène' }, { name: 'Une inconnue' }];
    const [own, other] = await fileLetters(world.db, await envelope('helene', letters, { kind: 'access' }));
    const attach = async (id: string, about: string) =>
      attachRequest(world.db, { id, by: await key('helene'), about: await key(about), at: later() });
    await refused('request_own', attach(own!.id, 'lucas'));
    await refused('request_own', attach(other!.id, 'helene'));
    const guards = { relation: 'guards', subject: await key('helene'), object: await key('ines') } as const;
    await changeFacts(world.db, { school: COLLEGE, at: later(), source: 'aaf2d', actor: 'test', begin: [guards] });
    await refused('request_own', attach(other!.id, 'ines'));
    await deliver();
    expect((await attach(other!.id, 'ines')).about).toBe(await key('ines'));
  });

  it('the trail holds, and names nobody', async () => {
    expect((await verifyAudit(world.db)).firstBad).toBeUndefined();
    const trail = JSON.stringify(await world.db('audit').where('event', 'like', 'request.%'));
    for (const word of ['Signataire', 'Amrani', 'crainte', 'SNES', 'example.fr']) expect(trail).not.toContain(word);
  });
});

/** What a delivery of today says: Fleur left in October. */
function withoutFleur(said: SchoolDelivery): SchoolDelivery {
  const isFleur = (end: DeliveredFact['subject']) => 'person' in end && end.person === '4007';
  return { ...said, facts: said.facts.filter(({ subject, object }) => !isFleur(subject) && !isFleur(object)) };
}
