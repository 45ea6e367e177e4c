// Whatever the API answered while facts kept changing, from memory or by SQL, comes out again from the log as it was told.
import { describe, expect, it } from 'vitest';
import { type DecisionLog, openDecisionLog, verifyDecisions } from '../../src/audit/decisions.ts';
import { changeFacts, currentFacts, type NewFact } from '../../src/facts/facts.ts';
import { presentVersion } from '../../src/rights/document.ts';
import { replay } from '../../src/rights/replay.ts';
import { COLLEGE } from '../cast.ts';
import { engines } from '../databases.ts';
import { keyOf } from '../rights/school.ts';
import { openApi } from './harness.ts';
import { keysLogged } from './logged.ts';

const people = ['tom', 'tania', 'olga', 'carla', 'paul', 'zoe', 'paula', 'helene', 'david', 'fleur'] as const;
const actions = ['read', 'write', 'visa', 'validate', 'see_readers', 'read_archive'] as const;
const ROUNDS = 30;

describe.each(engines)('the answers of the API on $name', ({ open }) => {
  it('are all told again by a replay, after every change that followed them', async () => {
    let log: DecisionLog | undefined;
    const api = await openApi(open, {
      decisions: (db) => {
        log = openDecisionLog(db, { policy: presentVersion, sample: 1, everyMs: 20 });
        return log;
      },
    });
    const { db } = api;
    const module = await api.module({ schools: [COLLEGE] });
    const token = await module.token('rights');
    const logbook = await api.logbook(COLLEGE, '6A', 'MATHS');
    const keys = await Promise.all(people.map((name) => keyOf(db, name)));
    const subs = await Promise.all(people.map((name) => module.sub(name)));
    const evaluations = subs.flatMap((id) =>
      actions.map((name) => ({ subject: { type: 'user', id }, action: { name } })),
    );
    const body = { resource: { type: 'logbook', id: logbook }, evaluations, context: { motive: 'Recours' } };
    const answers = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const source = 'local';
      const at = Date.now();
      const who = keys[round % keys.length]!;
      const live = await currentFacts(db, { school: COLLEGE, endingAfter: at });
      const begin: NewFact[] = [
        { relation: 'granted', subject: who, object: logbook, validTo: at + 40 },
        { relation: round % 2 ? 'barred' : 'substitutes', subject: keys[(round * 7) % keys.length]!, object: logbook },
      ];
      const end = live.filter(
        ({ relation, subject }) =>
          (relation === 'barred' || (round > ROUNDS / 2 && relation !== 'ofSchool')) && subject !== who,
      );
      await changeFacts(db, { school: COLLEGE, at, source, actor: 'test', begin, end: end.slice(0, 2) });
      const answer = await api.ask('/access/v1/evaluations', { token, body });
      answers.add(JSON.stringify(answer.body.evaluations));
    }
    await log!.flush();
    expect(answers.size).toBeGreaterThan(ROUNDS / 3);
    const ids = await keysLogged(db);
    expect(ids).toHaveLength(ROUNDS * evaluations.length);
    const told = { yes: 0, no: 0 };
    // one in seven, which is no divisor of a batch: in the end every person and action has its turn
    const replayed = ids.filter((_, place) => place % 7 === 3);
    for (const id of replayed) {
      const { same, logged } = await replay(db, id);
      expect({ id, same, logged }).toMatchObject({ same: true });
      told[logged.allowed ? 'yes' : 'no'] += 1;
    }
    expect(Math.min(told.yes, told.no)).toBeGreaterThan(replayed.length / 10);
    const [{ rows } = { rows: 0 }] = await db('decision').count({ rows: '*' });
    expect(await verifyDecisions(db)).toEqual({ rows: Number(rows) });
    await api.close();
  });
});
