// Mandates: the document is kept once for its envelope, read by few, named in the register, and goes with the last request.
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { appoint } from '../../src/acts/appointments.ts';
import { changeFacts, currentFacts } from '../../src/facts/facts.ts';
import { decideRequest, recordIdentity } from '../../src/privacy/requests/deciding.ts';
import { requestRegister } from '../../src/privacy/requests/export.ts';
import { fileLetters, type Letter } from '../../src/privacy/requests/filing.ts';
import {
  claimDocument,
  DOCUMENT_SIZE,
  keepDocument,
  readMandate,
  typeOf,
} from '../../src/privacy/requests/mandates.ts';
import { giveMandate } from '../../src/privacy/requests/mandating.ts';
import { findRequests, readRequest } from '../../src/privacy/requests/records.ts';
import { purgeRequests } from '../../src/privacy/requests/retention.ts';
import { inTransaction, onPostgres } from '../../src/storage/storage.ts';
import { DAY, eventsOf, openWorld, refused, type World } from '../acts/acts.ts';
import { COLLEGE, NOW } from '../cast.ts';
import { engines } from '../databases.ts';

const pdf = (words: string) => Buffer.from(`%PDF-1.7\n${words}\n%%EOF\n`);
const PNG = Buffer.from('89504e470d0a1a0a0000000d494844520000000100000001', 'hex');
const PNG_END = Buffer.from('0000000049454e44ae426082', 'hex');

describe('what a document is, told by what it holds', () => {
  it.each([
    ['application/pdf', pdf('un mandat')],
    ['application/pdf', Buffer.concat([pdf('un mandat'), Buffer.alloc(500, 10)])],
    ['image/png', Buffer.concat([PNG, PNG_END])],
    ['image/jpeg', Buffer.from('ffd8ffe000104a464946ffd9', 'hex')],
    [undefined, Buffer.from('%PDF-1.7\nla moitié d’un mandat')],
    [undefined, PNG],
    [undefined, Buffer.from('<!doctype html><script>%PDF-1.7 %%EOF</script>')],
    [undefined, Buffer.concat([Buffer.from(' '), pdf('un mandat')])],
    [undefined, Buffer.from('PK\u0003\u0004')],
    [undefined, Buffer.alloc(0)],
  ] as const)('%s', (type, content) => {
    expect(typeOf(content)).toBe(type);
  });
});

describe.each(engines)('mandates on $name', ({ open }) => {
  let world: World;
  let now = NOW;
  const later = () => {
    now += 60_000;
    return now;
  };
  const key = (name: string) => world.key(name);
  const keep = async (by: string, content = pdf('un mandat')) =>
    keepDocument(world.db, { content, by: await key(by), at: later() });
  const file = async (by: string, letters: readonly Letter[], document?: string) =>
    fileLetters(world.db, {
      school: COLLEGE,
      by: await key(by),
      at: later(),
      kind: 'access',
      target: 'all',
      received: '2026-11-10',
      identity: 'known',
      batch: randomBytes(16).toString('hex'),
      letters,
      ...(document !== undefined && { mandate: { reference: 'Courrier 12', holder: 'Section', document } }),
    });
  const read = async (by: string, id: string) => readMandate(world.db, { id, by: await key(by), at: later() });
  const documents = async (): Promise<string[]> =>
    (await world.db('mandate_document').orderBy('hash').select('id')).map(({ id }) => id);

  beforeAll(async () => {
    world = await openWorld(open);
    const decision = { school: COLLEGE, decision: 'Lettre 2026-4', by: 'operator', at: NOW - 1_000 };
    await appoint(world.db, 'protects', { ...decision, person: await key('diane') });
  });
  afterAll(() => world.close());

  it('one document serves all letters of an envelope, and the same sent twenty times at once is one', async () => {
    const kept = await Promise.all(Array.from({ length: 20 }, () => keep('david')));
    expect(new Set(kept.map(({ id }) => id)).size).toBe(1);
    expect(kept[0]).toMatchObject({
      type: 'application/pdf',
      hash: createHash('sha256').update(pdf('un mandat')).digest('hex'),
      size: pdf('un mandat').length,
    });
    const letters = [
      { name: 'Tania Lopez', about: await key('tania') },
      ...Array.from({ length: 39 }, (_, index) => ({ name: `Personne ${index}` })),
    ];
    const filed = await file('david', letters, kept[0]!.id);
    expect(filed).toHaveLength(40);
    expect(new Set(filed.map(({ document }) => document))).toEqual(new Set([kept[0]!.id]));
    expect(await documents()).toEqual([kept[0]!.id]);
  });

  it('it comes back byte for byte to who decides and the DPO, and to nobody else', async () => {
    const [request] = await findRequests(world.db, { about: await key('tania') });
    for (const name of ['helene', 'diane']) {
      const { type, content } = await read(name, request!.id);
      expect([type, content.equals(pdf('un mandat'))]).toEqual(['application/pdf', true]);
    }
    // the one who recorded it decides nothing; nobody else has to do with it
    for (const name of ['david', 'sylvie', 'tom', 'berthe', 'denise', 'henri', 'theo'])
      await refused('unknown_request', read(name, request!.id));
    // the person concerned too, where others signed it
    await refused('unknown_request', read('tania', request!.id));
    await world.db('person_request').whereNot({ id: request!.id }).update({ document: null });
    expect((await read('tania', request!.id)).content.equals(pdf('un mandat'))).toBe(true);
    await refused('unknown_request', read('helene', 'nothing'));
    expect(await eventsOf(world.db, 'request.mandate_read')).toBe(2);
    expect(JSON.stringify(await world.db('audit').where({ event: 'request.mandate_read' }))).not.toMatch(
      /Section|Lopez/,
    );
  });

  it('whoever is concerned by a request does not read what another gave for it', async () => {
    const [request] = await findRequests(world.db, { about: await key('tania') });
    const guards = { relation: 'guards', subject: await key('helene'), object: await key('tania') } as const;
    await changeFacts(world.db, { school: COLLEGE, at: later(), source: 'aaf2d', actor: 'test', begin: [guards] });
    await refused('unknown_request', read('helene', request!.id));
    const held = { relations: ['guards'], subject: guards.subject, endingAfter: now } as const;
    const end = await currentFacts(world.db, { school: COLLEGE, ...held });
    await changeFacts(world.db, { school: COLLEGE, at: later(), source: 'aaf2d', actor: 'test', end });
    expect((await read('helene', request!.id)).request.id).toBe(request!.id);
  });

  it('another agent’s document is nobody’s mandate, and one that is no document is not kept', async () => {
    const { id } = await keep('helene', pdf('un autre'));
    await refused('mandate_incomplete', file('david', [{ name: 'Une Personne' }], id));
    await refused('mandate_unreadable', keep('david', Buffer.from('un mandat')));
    await refused('file_too_large', keep('david', Buffer.concat([pdf('x'), Buffer.alloc(DOCUMENT_SIZE)])));
    const whole = Buffer.concat([Buffer.from('%PDF-1.7'), Buffer.alloc(DOCUMENT_SIZE - 13), Buffer.from('%%EOF')]);
    expect(whole.length).toBe(DOCUMENT_SIZE);
    expect((await keep('helene', whole)).size).toBe(DOCUMENT_SIZE);
  });

  it('documents that wait for an envelope are ten at most, the newest, and none that serves', async () => {
    const before = await documents();
    for (let index = 0; index < 12; index += 1) await keep('david', pdf(`brouillon ${index}`));
    const kept = await documents();
    expect(kept.filter((id) => !before.includes(id))).toHaveLength(10);
    expect(kept).toEqual(expect.arrayContaining(before));
  });

  it('a draft that a letter claims at that very moment does not go for a newer one', async () => {
    const drafts: string[] = [];
    for (let index = 0; index < 10; index += 1) drafts.push((await keep('helene', pdf(`attente ${index}`))).id);
    const waiting = () =>
      world.db('pg_stat_activity').whereRaw(`datname = current_database() and wait_event_type = 'Lock'`);
    let newer: Promise<unknown> | undefined;
    await inTransaction(world.db, async (tx) => {
      await claimDocument(tx, { id: drafts[0]!, at: later() });
      newer = keep('helene', pdf('le onzième'));
      if (onPostgres(tx)) await vi.waitFor(async () => expect(await waiting()).toHaveLength(1), 5_000);
    });
    await newer;
    expect(await documents()).toContain(drafts[0]);
  });

  it('a mandate that comes later is added, to one letter or to its envelope, and never another than was noted', async () => {
    const filed = await file('david', [{ name: 'Une' }, { name: 'Deux' }, { name: 'Trois' }]);
    const [one, two, three] = filed.map(({ id }) => id) as [string, string, string];
    const { id: document } = await keep('david', pdf('plus tard'));
    const given = { reference: 'Courrier 13', holder: 'Maître Petit', document };
    const give = async (by: string, id: string, to: 'one' | 'envelope', mandate = given) =>
      giveMandate(world.db, { id, by: await key(by), at: later(), to, mandate });
    await refused('unknown_request', give('tom', one, 'one'));
    await refused('mandate_incomplete', give('helene', one, 'one'));
    expect(await give('david', one, 'one')).toBe(1);
    expect(await give('david', one, 'one')).toBe(0);
    expect((await readRequest(world.db, two))!.mandate).toBeNull();
    // the hash of three's was noted when documents were not kept
    const noted = JSON.stringify({ reference: 'r', holder: 'h', hash: 'ab'.repeat(32) });
    await world.db('person_request').where({ id: three }).update({ mandate: noted });
    await refused('mandate_other', give('david', three, 'one'));
    expect(await give('david', two, 'envelope')).toBe(1);
    expect((await readRequest(world.db, three))!.document).toBeNull();
    const other = { ...given, document: (await keep('david', pdf('encore un'))).id };
    await refused('request_over', give('david', two, 'one', other));
  });

  it('an agent says nothing of who they are themselves: their own letter is checked by another', async () => {
    const [own, other] = await file('david', [
      { name: 'David', about: await key('david') },
      { name: 'Théo Blanc', about: await key('theo') },
    ]);
    expect([own!.identity, other!.identity]).toEqual(['awaited', 'known']);
    const act = { id: own!.id, at: later(), how: 'known' } as const;
    await refused('request_own', recordIdentity(world.db, { ...act, by: await key('david') }));
    await refused(
      'request_own',
      giveMandate(world.db, {
        id: own!.id,
        by: await key('david'),
        at: later(),
        to: 'one',
        mandate: { reference: 'r', holder: 'h', document: 'x' },
      }),
    );
    expect((await recordIdentity(world.db, { ...act, by: await key('helene') })).identity).toBe('known');
  });

  it('the register names the hash, and says nothing of the document', async () => {
    const line = (await requestRegister(world.db, COLLEGE, now)).find(({ person }) => person === 'Tania Lopez');
    expect(line).toMatchObject({
      mandate: 'Courrier 12',
      mandate_holder: 'Section',
      mandate_hash: createHash('sha256').update(pdf('un mandat')).digest('hex'),
    });
  });

  it('a document goes with the last request that names it, a year after the answer, and a draft after a day', async () => {
    const [request] = await findRequests(world.db, { about: await key('tania') });
    const document = request!.document!;
    const answer = { outcome: 'accepted', reason: 'Votre copie est prête.' } as const;
    const { decidedAt } = await decideRequest(world.db, {
      id: request!.id,
      by: await key('helene'),
      at: later(),
      ...answer,
    });
    const inUse = (await findRequests(world.db, { school: COLLEGE })).flatMap((one) => one.document ?? []);
    const { documents: dropped } = await purgeRequests(world.db, now + 2 * DAY);
    expect(dropped).toBeGreaterThan(10);
    expect((await documents()).sort()).toEqual([...new Set(inUse)].sort());
    await world.db('person_request').where({ document }).whereNot({ id: request!.id }).update({ document: null });
    const year = new Date(decidedAt!).setUTCFullYear(new Date(decidedAt!).getUTCFullYear() + 1);
    await purgeRequests(world.db, year);
    expect(await documents()).toContain(document);
    await purgeRequests(world.db, year + 1);
    expect(await documents()).not.toContain(document);
    await refused('unknown_request', read('helene', request!.id));
  });
});
