// Lessons over the API: statuses for those of the class, and nothing of an absence in any answer, whoever asks whatever.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coverSlot, declareAbsence, moveSlot } from '../../src/acts/absences.ts';
import { barFromChild, unbarFromChild } from '../../src/acts/restrictions.ts';
import { dayOf, startOfDay } from '../../src/facts/calendar.ts';
import { changeFacts } from '../../src/facts/facts.ts';
import { addModule } from '../../src/oidc/modules.ts';
import { COLLEGE, LYCEE } from '../cast.ts';
import { engines } from '../databases.ts';
import { keyOf } from '../rights/school.ts';
import { openApi, type Served, type ServedModule } from './harness.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;

describe.each(engines)('lessons over the API on $name', ({ open }) => {
  let api: Served;
  let module: ServedModule;
  let token: string;
  let absence: string;
  let lessonIds: string[];
  const day = dayOf(Date.now() + 3 * DAY);
  const next = dayOf(Date.now() + 4 * DAY);
  const start = startOfDay(day);

  beforeAll(async () => {
    api = await openApi(open);
    module = await api.module();
    token = await module.token('rights');
    for (const name of ['paula', 'tom', 'helene'] as const) await api.house.account(name);
    const [tom, by] = [await keyOf(api.db, 'tom'), await keyOf(api.db, 'helene')];
    const at = Date.now();
    const slot = (code: string, hour: number, kind: 'class' | 'group' = 'class') => ({
      audience: { kind, code },
      subject: 'MATHS',
      from: start + hour * HOUR,
      to: start + (hour + 1) * HOUR,
    });
    const declared = await declareAbsence(api.db, {
      school: COLLEGE,
      person: tom,
      by: tom,
      at,
      from: start,
      to: start + DAY,
      slots: [slot('6A', 8), slot('6A', 9), slot('6A', 10), slot('6LAT', 11, 'group')],
    });
    absence = declared.id;
    lessonIds = declared.slots.map(({ lesson }) => lesson.id);
    const act = { absence, by, at: Date.now() };
    await coverSlot(api.db, { ...act, lesson: lessonIds[1]!, substitute: await keyOf(api.db, 'coline') });
    const to = { from: startOfDay(next) + 8 * HOUR, to: startOfDay(next) + 9 * HOUR };
    await moveSlot(api.db, { ...act, lesson: lessonIds[2]!, to });
  });
  afterAll(() => api.close());

  const lessons = async (name: string, { on = day, as = module, bearer = token } = {}) => {
    const query = new URLSearchParams({ subject: await as.sub(name), day: on });
    const answer = await api.ask(`/api/v1/lessons?${query}`, { token: bearer });
    expect(answer.status).toBe(200);
    return answer.body;
  };

  it('a family is told of its class’s lessons, to the member', async () => {
    const iso = (hour: number) => new Date(start + hour * HOUR).toISOString();
    const common = { school: COLLEGE, audience: '6e A', audience_kind: 'class', subject: 'Mathématiques' };
    const moved = { from: new Date(startOfDay(next) + 8 * HOUR), to: new Date(startOfDay(next) + 9 * HOUR) };
    expect(await lessons('ali')).toEqual([
      { id: lessonIds[0], ...common, from: iso(8), to: iso(9), status: 'not_held' },
      { id: lessonIds[1], ...common, from: iso(9), to: iso(10), status: 'covered' },
      {
        id: lessonIds[2],
        ...common,
        from: iso(10),
        to: iso(11),
        status: 'moved',
        moved_to: { from: moved.from.toISOString(), to: moved.to.toISOString() },
      },
    ]);
    expect((await lessons('paul')).map(({ status }) => status)).toEqual(['not_held', 'covered', 'moved', 'not_held']);
    expect((await lessons('lucas')).map(({ id }) => id)).toEqual([lessonIds[3]]);
    expect((await lessons('ali', { on: next })).map(({ id }) => id)).toEqual([lessonIds[2]]);
    expect(await lessons('ali', { on: dayOf(start + 5 * DAY) })).toEqual([]);
    for (const name of ['zoe', 'gina', 'henri', 'agent', 'gina']) expect(await lessons(name)).toEqual([]);
  });

  it('a parent barred from the child hears of its lessons no more', async () => {
    const [person, child] = [await keyOf(api.db, 'ali'), await keyOf(api.db, 'ines')];
    const act = { school: COLLEGE, person, child, decision: 'TJ 2026/1', by: 'operator' };
    await barFromChild(api.db, { ...act, at: Date.now() });
    expect(await lessons('ali')).toEqual([]);
    expect(await lessons('ines')).toHaveLength(3);
    await unbarFromChild(api.db, { ...act, at: Date.now() });
    expect(await lessons('ali')).toHaveLength(3);
  });

  it('a module asks of the schools it serves, and a person of themselves', async () => {
    const elsewhere = await api.module({ schools: [LYCEE] });
    expect(await lessons('ali', { as: elsewhere, bearer: await elsewhere.token('rights') })).toEqual([]);
    const paula = await module.tokenOf(await keyOf(api.db, 'paula'), 'rights');
    expect(await lessons('paula', { bearer: paula })).toHaveLength(4);
    expect(await lessons('ali', { bearer: paula })).toEqual([]);
    const sub = await module.sub('ali');
    for (const query of [
      `subject=${sub}`,
      `day=${day}`,
      `subject=${sub}&day=today`,
      `subject=${sub}&day=${day}&day=${day}`,
    ]) {
      const { status, body } = await api.ask(`/api/v1/lessons?${query}`, { token });
      expect([status, body.code]).toEqual([400, 'bad_request']);
    }
    expect((await api.ask(`/api/v1/lessons?subject=${sub}&day=${day}`)).status).toBe(401);
    expect((await api.ask('/api/v1/lessons', { method: 'POST', token, body: {} })).status).toBe(405);
  });

  it('no answer to a module, about anybody, holds an absence: neither its key, nor a yes, nor who it is of', async () => {
    const sylvie = await keyOf(api.db, 'sylvie');
    const carla = await keyOf(api.db, 'carla');
    const { id: sixth } = await api.db('audience').where({ code: '6A' }).first('id');
    await changeFacts(api.db, {
      school: COLLEGE,
      at: Date.now(),
      source: 'local',
      actor: 'test',
      begin: [
        { relation: 'secretary', subject: sylvie, object: COLLEGE },
        { relation: 'inCharge', subject: carla, object: sixth },
      ],
    });
    const everybody = ['tom', 'coline', 'helene', 'david', 'sylvie', 'carla', 'ivan', 'paul', 'paula', 'ali', 'agent'];
    const telling = await api.module({ reasons: 'admin' });
    const secrets = [absence, await keyOf(api.db, 'tom'), await keyOf(api.db, 'coline')];
    for (const as of [module, telling]) {
      const bearer = await as.token('rights');
      const tom = await as.sub('tom');
      const answers: unknown[] = [];
      const ask = async (path: string, body?: unknown) => {
        const answer = await api.ask(path, { token: bearer, ...(body !== undefined && { body }) });
        answers.push(answer.body);
        return answer.body;
      };
      for (const name of everybody) {
        const subject = { type: 'user', id: await as.sub(name) };
        const context = { explain: true };
        for (const action of ['read', 'read_today', 'write'].map((one) => ({ name: one }))) {
          const asked = { subject, action, resource: { type: 'absence', id: absence }, context };
          expect(await ask('/access/v1/evaluation', asked)).toMatchObject({ decision: false });
          const batch = await ask('/access/v1/evaluations', { ...asked, evaluations: [{}, {}] });
          expect(batch.evaluations).toMatchObject([{ decision: false }, { decision: false }]);
          const found = [
            await ask('/access/v1/search/resource', { ...asked, resource: { type: 'absence' } }),
            await ask('/access/v1/search/subject', { ...asked, subject: { type: 'user' } }),
            await ask('/access/v1/search/action', { subject, resource: asked.resource }),
          ];
          expect(found.map(({ results }) => results)).toEqual([[], [], []]);
        }
        const query = new URLSearchParams({ subject: subject.id, day });
        await ask(`/api/v1/lessons?${query}`);
        await ask(`/api/v1/logbooks?${new URLSearchParams({ subject: subject.id })}`);
        if (name !== 'tom')
          for (const id of lessonIds)
            expect(
              JSON.stringify(
                await ask('/access/v1/evaluation', {
                  subject,
                  action: { name: 'read' },
                  resource: { type: 'lesson', id },
                  context,
                }),
              ),
            ).not.toContain(tom);
      }
      const told = JSON.stringify(answers);
      for (const secret of secrets) expect(told).not.toContain(secret);
      expect(told).not.toMatch(/absenceOf|absenceAt|covers|watched|Garnier/);
    }
  });

  it('no module is registered with a scope for absences, whatever it is called', async () => {
    for (const scope of ['absences', 'staff_absence', 'Absence', 'absent']) {
      const asked = { id: `m${scope.length}`, name: 'M', purpose: 'p', responsible: 'r', scopes: ['rights', scope] };
      const adding = addModule(api.db, { ...asked, schools: 'all' }, { actor: 'test', at: Date.now() });
      await expect(adding).rejects.toMatchObject({ code: 'scope_forbidden', details: { scope } });
    }
  });
});
