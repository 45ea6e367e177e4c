// The family of whoever signed in, for a module: its own children there, as they stand now, and nobody else's.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueActivation } from '../../src/accounts/accounts.ts';
import { applyDelivery } from '../../src/directory/directory.ts';
import { dispute } from '../../src/families/disputes.ts';
import { joinByCode } from '../../src/families/families.ts';
import { ACADEMY, COLLEGE, cast, ECOLE, ecole, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { openApi, type Served, type ServedModule } from './harness.ts';

const SECOND = '3999';
const SCOPES = ['openid', 'rights', 'children'] as const;

describe.each(engines)('the family on $name', ({ open }) => {
  let served: Served;
  let paula: string;
  let pierre: string;
  beforeAll(async () => {
    served = await openApi(open);
    const { db, house } = served;
    // at the école, the same Pierre stands under another record
    const said = ecole(house.delivered);
    const second = { academy: ACADEMY, externalId: SECOND, givenName: 'Pierre', familyName: 'Bernard' };
    const guards = { relation: 'guards', subject: { person: SECOND }, object: { person: cast.lea.id } } as const;
    await applyDelivery(db, { ...said, persons: [...said.persons, second], facts: [...said.facts, guards] });
    [paula, pierre] = [await personOf(db, 'paula'), await personOf(db, 'pierre')];
    await house.account('paula');
    await house.account('pierre');
  });
  afterAll(() => served?.close());

  const familyAt = async (module: ServedModule, person: string) => {
    const answer = await served.ask('/api/v1/family', { token: await module.tokenOf(person, 'rights') });
    expect(answer.status).toBe(200);
    return (answer.body.children as { sub: string; given_name: string; school: string }[]) ?? [];
  };
  const namesAt = async (module: ServedModule, person: string) =>
    (await familyAt(module, person)).map(({ given_name }) => given_name);

  it('a module sees only the child that it serves, joined or not', async () => {
    const [college, school] = await Promise.all(
      [[COLLEGE], [ECOLE]].map((schools) => served.module({ schools, scopes: SCOPES })),
    );
    expect([await namesAt(college!, pierre), await namesAt(school!, pierre)]).toEqual([['Paul'], []]);
    const record = (await served.db('external_identity').where({ external_id: SECOND }).first('person')).person;
    const { code } = await issueActivation(served.db, { person: record, actor: 'system', at: Date.now() });
    const origin = { address: '192.0.2.1', key: Buffer.alloc(32), at: Date.now() };
    await joinByCode(served.db, { ...origin, survivor: pierre, code, check: 'Bernard' });
    expect([await namesAt(college!, pierre), await namesAt(school!, pierre)]).toEqual([['Paul'], ['Léa']]);
  });

  it('of two parents, nothing told to one names or counts the other', async () => {
    const module = await served.module({ scopes: SCOPES });
    const told = JSON.stringify(await familyAt(module, pierre));
    const subs = [paula, await served.house.provider.subjectFor(module.id, paula)];
    for (const word of ['Paula', '3001', 'guardian', 'parent', ...subs]) expect(told).not.toContain(word);
    const [mine, theirs] = [await familyAt(module, pierre), await familyAt(module, paula)];
    const paul = ({ given_name }: { given_name: string }) => given_name === 'Paul';
    expect(mine.find(paul)).toEqual(theirs.find(paul)); // the child is the same, told in the same way to each
    expect(Object.keys(mine[0]!).sort()).toEqual(['classes', 'given_name', 'school', 'sub']);
  });

  it('a pupil who is disputed is told no more, at once, and the others are', async () => {
    const module = await served.module({ scopes: SCOPES });
    await dispute(served.db, { person: pierre, child: await personOf(served.db, 'paul'), at: Date.now() });
    expect(await namesAt(module, pierre)).toEqual(['Léa']);
  });

  it('a module asks for itself of a person by their sub, and a person’s token of that person alone', async () => {
    const module = await served.module({ scopes: SCOPES });
    const [mine, theirs] = await Promise.all(
      [paula, pierre].map((one) => served.house.provider.subjectFor(module.id, one)),
    );
    const ask = async (token: string, query: string) => served.ask(`/api/v1/family${query}`, { token });
    const own = await module.token('rights');
    const names = async (token: string, query: string) =>
      ((await ask(token, query)).body.children as { given_name: string }[]).map(({ given_name }) => given_name);
    expect(await names(own, `?subject=${mine}`)).toContain('Léa');
    expect(await names(own, '?subject=nobody')).toEqual([]);
    const refusal = await ask(own, '');
    expect([refusal.status, refusal.body.code]).toEqual([400, 'bad_request']);
    const token = await module.tokenOf(pierre, 'rights');
    expect(await names(token, `?subject=${theirs}`)).toEqual(await names(token, ''));
    expect(await names(token, `?subject=${mine}`)).toEqual([]);
  });

  it('a module that does not announce the children is told nothing', async () => {
    const silent = await served.module({ scopes: ['openid', 'rights'] });
    for (const token of [await silent.tokenOf(paula, 'rights'), await silent.token('rights')]) {
      const refusal = await served.ask('/api/v1/family', { token });
      expect([refusal.status, refusal.body.code]).toEqual([403, 'scope_missing']);
    }
    expect((await served.ask('/api/v1/family')).status).toBe(401);
    expect((await served.ask('/api/v1/family', { method: 'POST' })).status).toBe(405);
  });
});
