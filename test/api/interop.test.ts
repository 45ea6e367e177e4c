// The scenarios of the AuthZEN interoperability events over the whole wire: every row of their tables.
import { describe, expect, it } from 'vitest';
import { ACTION, act, EVALUATION, EVALUATIONS, RESOURCE, record, SUBJECT, useFixture, user } from './scenarios.ts';

const { send } = useFixture();

describe('the search scenario of the interoperability events', () => {
  const of = (...ids: number[]) => ids;
  const everything = Array.from({ length: 20 }, (_, place) => 101 + place);
  const expected: Record<string, Record<string, number[]>> = {
    alice: { view: everything, edit: of(101, 107, 110, 113, 119), delete: of(101, 107, 113, 119) },
    bob: {
      view: of(101, 102, 103, 105, 108, 112, 114, 116, 117, 119, 120),
      edit: of(102, 108, 114, 120),
      delete: of(102, 108, 114, 120),
    },
    carol: {
      view: of(101, 102, 103, 105, 108, 109, 112, 115, 116, 117, 119),
      edit: of(103, 109, 115),
      delete: of(103, 109, 115),
    },
    dan: { view: everything, edit: of(104, 110, 115, 116), delete: of(104, 110, 116) },
    erin: { view: of(105, 111, 115, 117), edit: of(105, 111, 117), delete: of(105, 111, 117) },
    felix: { view: of(104, 106, 109, 111, 112, 114, 118, 120), edit: of(106, 112, 118), delete: of(106, 112, 118) },
  };
  const names = Object.keys(expected);
  const acts = ['view', 'edit', 'delete'];
  const may = (who: string, name: string, id: number) => expected[who]![name]!.includes(id);

  it.each(names)('which records %s may view, edit and delete', async (who) => {
    for (const name of acts) {
      const { body } = await send(RESOURCE, { subject: user(who), action: act(name), resource: { type: 'record' } });
      expect(body).toEqual({ results: expected[who]![name]!.map((id) => record(String(id))) });
    }
  });

  it.each(everything)('who may do what to record %i, asked three ways', async (id) => {
    const resource = record(String(id));
    for (const name of acts) {
      const { body } = await send(SUBJECT, { subject: { type: 'user' }, action: act(name), resource });
      expect(body).toEqual({ results: names.filter((who) => may(who, name, id)).map((who) => user(who)) });
    }
    for (const who of names) {
      const { body } = await send(ACTION, { subject: user(who), resource });
      expect(body).toEqual({ results: acts.filter((name) => may(who, name, id)).map((name) => act(name)) });
      const batch = { subject: user(who), resource, evaluations: acts.map((name) => ({ action: act(name) })) };
      expect((await send(EVALUATIONS, batch)).body.evaluations).toEqual(
        acts.map((name) => ({ decision: may(who, name, id) })),
      );
    }
  });
});

describe('the Todo scenario of the interoperability events', () => {
  const sub = (letter: string) => `CiRmZD${letter}2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs`;
  const people = { rick: sub('A'), morty: sub('E'), summer: sub('I'), beth: sub('M'), jerry: sub('Q') };
  const todo = (ownerID: string) => ({
    type: 'todo',
    id: '7240d0db-8ff0-41ec-98b2-34a096273b9f',
    properties: { ownerID },
  });
  const [ricks, mortys] = [todo('rick@the-citadel.com'), todo('morty@the-citadel.com')];

  it.each<[action: string, resource: object, who: string[]]>([
    ['can_read_user', { type: 'user', id: 'beth@the-smiths.com' }, ['rick', 'morty', 'summer', 'beth', 'jerry']],
    ['can_read_todos', { type: 'todo', id: 'todo-1' }, ['rick', 'morty', 'summer', 'beth', 'jerry']],
    ['can_create_todo', { type: 'todo', id: 'todo-1' }, ['rick', 'morty', 'summer']],
    ['can_update_todo', ricks, ['rick']],
    ['can_update_todo', mortys, ['rick', 'morty']],
    ['can_delete_todo', ricks, ['rick']],
    ['can_delete_todo', mortys, ['rick', 'morty']],
    ['can_update_todo', { type: 'todo', id: 'x' }, ['rick']],
    ['can_read_user', { type: 'todo', id: 'x' }, []],
  ])('%s on %j', async (name, resource, who) => {
    for (const [person, id] of Object.entries(people)) {
      const { body } = await send(EVALUATION, { subject: user(id), action: act(name), resource, context: {} });
      expect([person, body]).toEqual([person, { decision: who.includes(person) }]);
    }
    const stranger = { subject: user('CiRm'), action: act(name), resource };
    expect((await send(EVALUATION, stranger)).body).toEqual({ decision: false });
  });

  it('in a batch, with a default that says nothing', async () => {
    const items = { resource: {}, context: {}, evaluations: [{ resource: ricks }, { resource: mortys }] };
    const { body } = await send(EVALUATIONS, { subject: user(people.morty), action: act('can_update_todo'), ...items });
    expect(body).toEqual({ evaluations: [{ decision: false }, { decision: true }] });
  });
});
