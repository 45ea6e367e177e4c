// Whoever objected to a module is nobody to it: no family, no search and no list tells it of them, though others are asked about.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createCircle } from '../../src/circles/circles.ts';
import { acceptInvitation, invite } from '../../src/circles/invitations.ts';
import { invitationsOf } from '../../src/circles/waiting.ts';
import { schoolYear, schoolYearAt } from '../../src/facts/calendar.ts';
import { closeModule } from '../../src/privacy/module-objections.ts';
import { COLLEGE, cast } from '../cast.ts';
import { engines } from '../databases.ts';
import { keyOf } from '../rights/school.ts';
import { openApi, type Served, type ServedModule } from './harness.ts';

const SCOPES = ['openid', 'rights', 'children', 'circles'];

describe.each(engines)('whoever objected to a module, on $name', ({ open }) => {
  let api: Served;
  let refused: ServedModule;
  let other: ServedModule;
  let circle: string;

  beforeAll(async () => {
    api = await openApi(open);
    [refused, other] = [await api.module({ scopes: SCOPES }), await api.module({ scopes: SCOPES })];
    const [tom, tania] = [await api.house.account('tom'), await api.house.account('tania')];
    await api.house.account('paula');
    const at = Date.now();
    const asked = { purpose: 'Chanter', beyondSchooling: false, until: schoolYear(schoolYearAt(at)).to, at };
    circle = await createCircle(api.db, { ...asked, by: tom, schools: [COLLEGE], name: 'Chorale' });
    await invite(api.db, { circle, by: tom, name: cast.tania.name, at });
    const [invitation] = await invitationsOf(api.db, tania, at);
    await acceptInvitation(api.db, { invitation: invitation!.id, by: tania, at });
    for (const name of ['paul', 'tania'])
      await closeModule(api.db, { person: await keyOf(api.db, name), client: refused.id, request: name, since: 1 });
    for (const name of ['paul', 'tania']) {
      const sub = await refused.sub(name);
      await vi.waitFor(
        async () => expect(await api.house.provider.personBehind(refused.id, sub)).toBeUndefined(),
        5_000,
      );
    }
  });
  afterAll(() => api?.close());

  /** What a module is told that names each of some, by their `sub` there. */
  const told = async (module: ServedModule, path: string, body?: object, scope = 'rights'): Promise<string> => {
    const answer = await api.ask(path, { token: await module.token(scope), ...(body && { body }) });
    expect(answer.status).toBe(200);
    return JSON.stringify(answer.body);
  };

  it('is no child of a family, whoever asks', async () => {
    const paula = await keyOf(api.db, 'paula');
    for (const [module, isThere] of [
      [refused, false],
      [other, true],
    ] as const) {
      const own = await told(module, `/api/v1/family?subject=${await module.sub('paula')}`);
      const answer = await api.ask('/api/v1/family', { token: await module.tokenOf(paula, 'rights') });
      for (const children of [own, JSON.stringify(answer.body)])
        expect([children.includes('Léa'), children.includes('Paul')]).toEqual([true, isThere]);
    }
  });

  it('is found by no search, as no evaluation allows them anything', async () => {
    const resource = { type: 'logbook', id: await api.logbook(COLLEGE, '6A', 'MATHS') };
    const question = { subject: { type: 'user' }, action: { name: 'read' }, resource };
    for (const [module, isThere] of [
      [refused, false],
      [other, true],
    ] as const) {
      const found = await told(module, '/access/v1/search/subject', question);
      expect(found).toContain(await module.sub('tom'));
      for (const name of ['paul', 'tania']) {
        const id = await module.sub(name);
        expect([name, found.includes(id)]).toEqual([name, isThere]);
        const evaluated = await told(module, '/access/v1/evaluation', { ...question, subject: { type: 'user', id } });
        expect(JSON.parse(evaluated).decision).toBe(isThere);
      }
    }
  });

  it('is neither among the members of a circle, nor told as the child through whom a parent reads', async () => {
    for (const [module, isThere] of [
      [refused, false],
      [other, true],
    ] as const) {
      const members = await told(module, `/api/v1/circles/${circle}/members`, undefined, 'circles');
      expect(members).toContain(await module.sub('tom'));
      expect(members.includes(await module.sub('tania'))).toBe(isThere);
      const books = await told(module, `/api/v1/logbooks?action=read&subject=${await module.sub('paula')}`);
      expect(books).toContain(await module.sub('lea'));
      expect(books.includes(await module.sub('paul'))).toBe(isThere);
    }
  });
});
