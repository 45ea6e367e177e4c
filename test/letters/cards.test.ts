// Class cards: for pupils of primary school alone, good for the year, hard to guess, and replaced at will.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openAccount } from '../../src/accounts/accounts.ts';
import { noteDevice } from '../../src/accounts/factors/devices.ts';
import { accountOf } from '../../src/accounts/records.ts';
import { moveAccount, movesOf, stateOf } from '../../src/accounts/states.ts';
import { addressHash, reserve, scopeOf } from '../../src/accounts/throttle.ts';
import { applyDelivery } from '../../src/directory/directory.ts';
import { pagesOf } from '../../src/letters/card-page.ts';
import { cardOf, issueCards, plainWords, purgeCards, signInByCard } from '../../src/letters/cards.ts';
import { type Run, sheetsAfter } from '../../src/letters/runs.ts';
import { words } from '../../src/letters/words.ts';
import { resetPupils } from '../../src/oidc/reset-pupils.ts';
import { type Db, newKey, openDatabase } from '../../src/storage/storage.ts';
import { from, outcomes, PASSWORD, refusalOf, SCHOOL } from '../accounts/people.ts';
import { COLLEGE, deliverCast, ECOLE, ecole, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';

const key = randomBytes(32);
const ATTACKER = '203.0.113.9';
/** The school year of the cast ends as the 15th of August begins. */
const YEAR_END = Date.UTC(2027, 7, 14, 22);

describe('the words of cards', () => {
  it('are enough for four of them to be more than 2^40', () => {
    expect(words.length ** 4).toBeGreaterThan(2 ** 40);
  });

  it('are short, plain to type, and each there once', () => {
    expect(words.filter((word) => !/^[a-z]{3,9}$/.test(word))).toEqual([]);
    expect(new Set(words).size).toBe(words.length);
  });

  it('are never one letter away from each other: one slip is never another card', () => {
    const near = (word: string): string[] =>
      [...word].flatMap((_letter, place) => [
        `${word.slice(0, place)}?${word.slice(place + 1)}`,
        `${word.slice(0, place)}?${word.slice(place)}`,
      ]);
    const shapes = new Map<string, string>();
    const clashes: string[] = [];
    for (const word of words)
      for (const shape of new Set([...near(word), `${word}?`])) {
        const other = shapes.get(shape);
        if (other && other.length === word.length) clashes.push(`${other} ${word}`);
        shapes.set(shape, word);
      }
    expect(clashes).toEqual([]);
    const all = new Set(words);
    expect(words.filter((word) => [...word].some((_l, at) => all.has(word.slice(0, at) + word.slice(at + 1))))).toEqual(
      [],
    );
  });
});

describe.each(engines)('class cards on $name', ({ open }) => {
  let database: TestDatabase;
  let db: Db;
  let lea: string;
  beforeAll(async () => {
    database = await open();
    db = database.db;
    await deliverCast(db);
    lea = await personOf(db, 'lea');
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    for (const table of ['print_sheet', 'print_run', 'card', 'account_move', 'throttle']) await db(table).delete();
    await db('account').where({ person: lea }).delete();
  });

  const issue = (more: Partial<Parameters<typeof issueCards>[2]> = {}): Promise<Run> =>
    issueCards(db, key, { school: ECOLE, to: { who: 'pupils' }, actor: 'operator', at: NOW, ...more });
  const cardOn = async (run: Run) => {
    const [sheet] = await sheetsAfter(db, { run: run.id, key, after: 0, most: 9 });
    return { identifier: sheet!.identifier!, words: sheet!.code };
  };
  const given = async () => cardOn(await issue());
  const show = (card: { identifier: string; words: string }, at = NOW, address?: string) =>
    signInByCard(db, { ...from(address, at), ...card });

  it('are for pupils of primary schools', async () => {
    expect(await issue()).toMatchObject({ size: 1, kind: 'cards', audience: 'pupils' });
    expect((await refusalOf(issue({ school: COLLEGE }))).code).toBe('not_first_degree');
    expect((await refusalOf(issue({ to: { who: 'pupils', class: 'CE1' } }))).code).toBe('unknown_class');
  });

  it('open nothing by being printed: their first use opens the account, without a password', async () => {
    const card = await given();
    expect(await stateOf(db, lea, NOW)).toBe('record');
    expect(await show(card)).toEqual({ person: lea, epoch: expect.any(Number) });
    expect(await accountOf(db, lea)).toMatchObject({ state: 'active', secret: null });
    expect(await movesOf(db, lea)).toMatchObject([{ before: 'record', after: 'active', why: 'card', actor: lea }]);
    expect(await cardOf(db, lea)).toMatchObject({ firstUsedAt: NOW });
  });

  it('are read however they are typed', async () => {
    const { identifier, words: four } = await given();
    const typed = four.toUpperCase().replaceAll(' ', ' - ').replace(/E/, 'É');
    expect((await show({ identifier: ` ${identifier.toUpperCase()} `, words: ` ${typed} ` })).person).toBe(lea);
    expect(plainWords('  Été; ŒUF,  chat\nlune ')).toBe('ete oeuf chat lune');
  });

  it('open one account, however often the first use comes at once', async () => {
    const card = await given();
    const other = openDatabase(database.url);
    const shown = await outcomes(
      Array.from({ length: 20 }, (_, n) => signInByCard(n % 2 ? other : db, { ...from(`192.0.2.${n}`, NOW), ...card })),
    );
    await other.destroy();
    expect(shown).toEqual({ ok: 20 });
    expect(await movesOf(db, lea)).toHaveLength(1);
  });

  it('tell nothing apart: unknown, wrong, replaced, ended, of somebody who has left, or suspended', async () => {
    const old = await given();
    const fresh = await cardOn(await issue({ again: true }));
    const wrong = { ...fresh, words: 'chat chat chat chat' };
    const seen = [
      await refusalOf(show({ identifier: 'personne1234', words: 'chat chat chat chat' }, NOW, '192.0.2.1')),
      await refusalOf(show({ identifier: "'; drop", words: '' }, NOW, '192.0.2.2')),
      await refusalOf(show(wrong, NOW, '192.0.2.3')),
      await refusalOf(show(old, NOW, '192.0.2.4')),
      await refusalOf(show(fresh, YEAR_END, '192.0.2.5')),
    ];
    await show(fresh, NOW, '192.0.2.6');
    await moveAccount(db, { person: lea, to: 'suspended', actor: 'operator', why: 'essai', from: 'operator', at: NOW });
    seen.push(await refusalOf(show(fresh, NOW, '192.0.2.7')));
    expect(new Set(seen.map((refusal) => JSON.stringify(refusal))).size).toBe(1);
    expect(seen[0]?.code).toBe('sign_in_failed');
  });

  it('are good until the instant the year ends, and then gone', async () => {
    const card = await given();
    expect((await show(card, YEAR_END - 1)).person).toBe(lea);
    expect((await refusalOf(show(card, YEAR_END, SCHOOL))).code).toBe('sign_in_failed');
    expect(await purgeCards(db, YEAR_END - 1)).toBe(0);
    expect(await purgeCards(db, YEAR_END)).toBe(1);
  });

  it('end with the pupil’s leaving of the school, at the next delivery', async () => {
    const card = await given();
    const before = ecole();
    const facts = before.facts.filter((fact) => !('person' in fact.subject && fact.subject.person === '2101'));
    await applyDelivery(db, { ...before, at: NOW, facts });
    expect((await refusalOf(show(card, NOW))).code).toBe('sign_in_failed');
    await applyDelivery(db, ecole(NOW));
    expect((await show(card, NOW, SCHOOL)).person).toBe(lea);
  });

  it('are replaced at will, under the same name: the old words are dead, and sessions of before are over', async () => {
    const first = await given();
    const { epoch } = await show(first);
    await expect(issue()).rejects.toMatchObject({ code: 'nothing_to_issue' });
    const second = await cardOn(await issue({ again: true }));
    expect(second.identifier).toBe(first.identifier);
    expect((await refusalOf(show(first))).code).toBe('sign_in_failed');
    expect((await show(second, NOW, SCHOOL)).epoch).toBeGreaterThan(epoch);
  });

  it('do not reopen an account that its holder has closed; a card of after does', async () => {
    const card = await given();
    await show(card);
    await moveAccount(db, { person: lea, to: 'closed', actor: lea, why: 'essai', from: 'here', at: NOW + 1 });
    expect((await refusalOf(show(card, NOW + 2))).code).toBe('sign_in_failed');
    const fresh = await cardOn(await issue({ again: true, at: NOW + 3 }));
    expect((await show(fresh, NOW + 4, SCHOOL)).person).toBe(lea);
  });

  it('leave a password as it is', async () => {
    await openAccount(db, { person: lea, identifier: 'lea.bernard', password: PASSWORD, actor: 'system', at: NOW });
    const { secret } = (await accountOf(db, lea))!;
    await show(await given());
    expect((await accountOf(db, lea))!).toMatchObject({ secret, identifier: 'lea.bernard' });
  });

  it('end with all else when the school resets its pupils', async () => {
    const card = await given();
    await show(card);
    await resetPupils(db, { schools: [ECOLE], actor: 'operator', at: NOW });
    expect((await refusalOf(show(card, NOW, SCHOOL))).code).toBe('sign_in_failed');
    expect(await cardOf(db, lea)).toBeUndefined();
  });

  it('are not guessed: of fifty tries at once few are judged, and their holder elsewhere still gets in', async () => {
    const card = await given();
    const guesses = words.slice(0, 50).map((word) => show({ ...card, words: `${word} lune lune lune` }, NOW, ATTACKER));
    // those for whom the machine has no time are told so: they were not judged either
    const { sign_in_failed: failed = 0, unavailable = 0 } = await outcomes(guesses);
    expect(failed + unavailable).toBe(50);
    // even the right words wait where so many were wrong
    expect((await refusalOf(show(card, NOW, ATTACKER))).code).toBe('sign_in_failed');
    expect((await show(card, NOW + 120_000, SCHOOL)).person).toBe(lea);
  });

  it('cannot be kept by anybody elsewhere from letting in where they have let in before', async () => {
    const card = await given();
    await show(card, NOW, SCHOOL);
    const account = scopeOf(from().key, 'account', 'card', card.identifier);
    for (let n = 0; n < 40; n += 1) await reserve(db, [account], NOW + n * 10);
    expect((await refusalOf(show(card, NOW + 1_000, '192.0.2.77'))).code).toBe('sign_in_failed');
    expect((await show(card, NOW + 1_000, SCHOOL)).person).toBe(lea);
  });

  it('cannot be kept by the others of the class from letting in on a tablet where they have let in', async () => {
    const card = await given();
    const throttle = from().key;
    const seen = (at: number) => noteDevice(db, { person: lea, device: 'tablet', key: throttle, at });
    const onTablet = (at: number, typed: { identifier: string; words: string }, address = SCHOOL) =>
      signInByCard(db, { ...from(address, at), device: 'tablet', ...typed });
    expect((await show(card, NOW, SCHOOL)).person).toBe(lea);
    await seen(NOW);
    const pair = scopeOf(throttle, 'pair', 'card', card.identifier, addressHash(throttle, SCHOOL));
    const hammer = async (since: number) => {
      for (const seconds of [0, 0, 0, 0, 0, 1, 3, 7, 15, 31, 63]) await reserve(db, [pair], since + seconds * 1_000);
    };
    await hammer(NOW);
    const now = NOW + 120_000;
    expect((await refusalOf(show(card, now, SCHOOL))).code).toBe('sign_in_failed');
    expect((await onTablet(now, card)).person).toBe(lea);
    // a tablet shared by the class lets nobody guess more, from anywhere; and that of one pupil is not that of another
    const wrong = { ...card, words: 'lune lune lune lune' };
    for (let n = 0; n < 6; n += 1) await refusalOf(onTablet(now, wrong, `203.0.113.${n}`));
    expect((await refusalOf(onTablet(now, card))).code).toBe('sign_in_failed');
    await refusalOf(onTablet(now, { ...wrong, identifier: 'noe1234' }));
    expect(await db('throttle').where({ kind: 'browser' })).toHaveLength(1);
    // a new card counts where it has let in itself
    const fresh = await cardOn(await issue({ again: true, at: now + 60_000 }));
    await hammer(now);
    expect((await refusalOf(onTablet(now + 120_000, fresh))).code).toBe('sign_in_failed');
    await seen(now + 60_000);
    expect((await onTablet(now + 120_000, fresh)).person).toBe(lea);
  });

  it('are issued once when the same form comes twenty times at once', async () => {
    const id = newKey();
    const runs = await Promise.all(Array.from({ length: 20 }, () => issue({ id, again: true })));
    expect(new Set(runs.map((run) => run.id))).toEqual(new Set([id]));
    const [run] = runs;
    expect(await sheetsAfter(db, { run: id, key, after: 0, most: 99 })).toHaveLength(1);
    expect((await show(await cardOn(run!))).person).toBe(lea);
  });

  it('leave a trace of who issued how many, and neither name nor words in it or in the table', async () => {
    const card = await given();
    const issued = await db('audit').where({ event: 'cards.issued' }).orderBy('seq', 'desc').first();
    expect(issued).toMatchObject({ actor: 'operator', school: ECOLE });
    expect(JSON.parse(issued.details)).toMatchObject({ cards: 1, audience: 'pupils' });
    const kept = JSON.stringify([await db('audit').select('details'), await db('card').select()]);
    expect(kept).not.toContain(card.words);
  });

  it('stand eight on a page, no two classes on one', () => {
    const cards = [...Array(9).fill('CP'), ...Array(3).fill('CE1')].map((className: string) => ({ className }));
    expect([...pagesOf(cards)].map((page) => page.length)).toEqual([8, 1, 3]);
  });
});
