// Circles for a module: those of which it serves every school, who accepted, by pseudonyms of its own; and nobody is added.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccount } from '../../src/accounts/accounts.ts';
import { recordTerritory } from '../../src/acts/territories.ts';
import { createCircle } from '../../src/circles/circles.ts';
import { acceptInvitation, invite } from '../../src/circles/invitations.ts';
import { invitationsOf } from '../../src/circles/waiting.ts';
import { schoolYear, schoolYearAt } from '../../src/facts/calendar.ts';
import { COLLEGE, cast, LYCEE } from '../cast.ts';
import { engines } from '../databases.ts';
import { keyOf } from '../rights/school.ts';
import { openApi, type Served, type ServedModule } from './harness.ts';

const SCOPES = ['openid', 'rights', 'circles'];

describe.each(engines)('circles for modules on $name', ({ open }) => {
  let api: Served;
  let messages: ServedModule;
  let elsewhere: ServedModule;
  let circle: string;
  let wide: string;
  const key: Record<string, string> = {};

  beforeAll(async () => {
    api = await openApi(open);
    messages = await api.module({ schools: [COLLEGE], scopes: SCOPES });
    elsewhere = await api.module({ schools: [LYCEE], scopes: SCOPES });
    for (const name of ['tom', 'tania', 'olga', 'ivan'] as const) {
      key[name] = await keyOf(api.db, name);
      const account = { person: key[name]!, identifier: `${name}.c`, password: 'vitrail-moussaka-47-grelot' };
      await openAccount(api.db, { ...account, actor: 'test', at: Date.now() }).catch(() => undefined);
    }
    const at = Date.now();
    const asked = { purpose: 'Chanter', beyondSchooling: false, until: schoolYear(schoolYearAt(at)).to, at };
    circle = await createCircle(api.db, { ...asked, by: key.tom!, schools: [COLLEGE], name: 'Chorale' });
    const schools = [COLLEGE, LYCEE];
    await recordTerritory(api.db, { person: key.ivan!, schools, specialty: '', by: 'operator', at });
    wide = await createCircle(api.db, { ...asked, by: key.ivan!, schools, name: 'Circonscription' });
    for (const name of ['tania', 'olga'] as const)
      await invite(api.db, { circle, by: key.tom!, name: cast[name].name, at: Date.now() });
    const [first] = await invitationsOf(api.db, key.tania!, Date.now());
    await acceptInvitation(api.db, { invitation: first!.id, by: key.tania!, at: Date.now() });
  });
  afterAll(() => api.close());

  const members = (token: string, id: string) => api.ask(`/api/v1/circles/${id}/members`, { token });

  it('the module itself sees the circles of a school it serves, and who accepted, never who was invited', async () => {
    const token = await messages.token('circles');
    const { body } = await api.ask(`/api/v1/circles?school=${COLLEGE}`, { token });
    expect(body).toEqual([
      { id: circle, name: 'Chorale', purpose: 'Chanter', schools: [COLLEGE], ends_at: expect.any(String) },
    ]);
    expect((await members(token, circle)).body).toEqual([
      { sub: await messages.sub('tom'), role: 'owner', since: expect.any(String) },
      { sub: await messages.sub('tania'), role: 'member', since: expect.any(String) },
    ]);
  });

  it('a person’s token sees that person’s circles, and the members of those alone', async () => {
    const tania = await messages.tokenOf(key.tania!, 'circles');
    expect((await api.ask('/api/v1/circles', { token: tania })).body.map(({ id }) => id)).toEqual([circle]);
    expect((await members(tania, circle)).body).toHaveLength(2);
    const olga = await messages.tokenOf(key.olga!, 'circles');
    expect((await api.ask(`/api/v1/circles?school=${COLLEGE}`, { token: olga })).body).toEqual([]);
    expect((await members(olga, circle)).status).toBe(404);
  });

  it('a module that serves another school, or not all of them, finds nothing', async () => {
    const token = await elsewhere.token('circles');
    expect((await api.ask(`/api/v1/circles?school=${COLLEGE}`, { token })).body).toEqual([]);
    for (const id of [circle, wide, 'none', '%00']) expect((await members(token, id)).status).toBe(404);
    expect((await members(await messages.token('circles'), wide)).status).toBe(404);
  });

  it('without the scope, without a school and by any other verb it is refused', async () => {
    const path = `/api/v1/circles/${circle}/members`;
    expect((await api.ask(path, { token: await messages.token('rights') })).status).toBe(403);
    expect((await api.ask(path)).status).toBe(401);
    const token = await messages.token('circles');
    expect((await api.ask('/api/v1/circles', { token })).status).toBe(400);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      expect((await api.ask(path, { token, method, body: { sub: 'x' } })).status).toBe(405);
  });
});
