// The pages about circles: an invitation is answered by its holder alone, and who invited sees that they invited, and no more.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schoolYear, schoolYearAt } from '../../src/facts/calendar.ts';
import { type CastName, COLLEGE, cast, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { openWalker, type Visited } from '../ways/walker.ts';
import { browsersOf, type Opened, openPortal } from './portal.ts';

const who = ['tom', 'tania', 'olga', 'carla', 'berthe', 'paul', 'paula', 'pierre'] as const;

describe.each(engines)('the pages about circles, on $name', ({ open }) => {
  let portal: Opened;

  beforeAll(async () => {
    portal = await openPortal(open, { accounts: who, delivered: Date.now() - 3_600_000 });
    await portal
      .db('person')
      .where({ id: await personOf(portal.db, 'paul') })
      .update({ birth_date: '2014-03-02' });
  });
  afterAll(() => portal?.close());

  const { as, see } = browsersOf(() => portal);
  /** Sends the page’s form for an act, the one that holds a text when there are several. */
  const send = async (name: CastName, page: Visited, act: string, typed: Record<string, string> = {}, holding = '') => {
    const form = [...page.html.matchAll(/<form\b[^>]*method="post"[^>]*>([\s\S]*?)<\/form>/g)]
      .map(([, inside = '']) => inside)
      .find((inside) => inside.includes(`name="act" value="${act}"`) && inside.includes(holding));
    if (!form) throw new Error(`no form \`${act}\` on ${page.url}: ${page.text}`);
    const hidden = Object.fromEntries(
      [...form.matchAll(/<input type="hidden" name="([\w-]+)" value="([^"]*)"/g)].map(([, field, value]) => [
        field,
        value,
      ]),
    );
    return (await as(name)).post(page.url.replace(/\?.*/, ''), { ...hidden, ...typed } as Record<string, string>);
  };
  const last = new Date(schoolYear(schoolYearAt(Date.now())).to - 86_400_000).toISOString().slice(0, 10);
  const create = async (name: CastName, more: Record<string, string> = {}): Promise<Visited> =>
    send(name, await see(name, '/circles'), 'create', { name: 'Chorale', purpose: 'Chanter', until: last, ...more });
  const invite = (name: CastName, page: Visited, whom: CastName) =>
    send(name, page, 'invite', { person: cast[whom].name });

  it('a teacher creates a circle, invites a colleague, who finds it on the front page, accepts, and leaves', async () => {
    const home = await see('tom', '/');
    const made = await send('tom', await (await as('tom')).follow(home, 'Cercles'), 'create', {
      name: 'Chorale',
      purpose: 'Chanter le jeudi',
      until: last,
    });
    expect(made.text).toContain('le cercle est créé');
    const sent = await invite('tom', made, 'tania');
    expect(sent.text).toContain('Si cette personne peut être invitée');
    expect(sent.text).toContain('Tania Lopez invitation envoyée');
    expect((await see('tania', '/')).text).toContain('Une invitation attend votre réponse');
    expect((await see('tania', new URL(made.url).pathname)).status).toBe(404);
    const waiting = await see('tania', '/circles');
    expect(waiting.text).toContain('Tom Garnier vous invite au cercle « Chorale »');
    expect(waiting.text).toContain('Déjà membres : 1');
    const accepted = await send('tania', waiting, 'accept');
    expect(accepted.text).toContain('vous êtes membre');
    const inside = await (await as('tania')).follow(accepted, 'Chorale');
    expect(inside.text).toContain('Tom Garnier');
    expect(inside.html).not.toContain('id="invite"');
    expect((await see('tom', new URL(made.url).pathname)).text).not.toContain('invitation envoyée');
    expect((await send('tania', inside, 'leave')).text).toContain("vous n'êtes plus membre".replace("'", '’'));
  });

  it('of a refusal, of silence and of a name that is nobody’s, who invited reads the same page', async () => {
    const made = await create('carla', { name: 'Théâtre' });
    const readings: string[] = [];
    for (const name of ['Olga Petit', 'Tania Lopez', 'Zoé Perrin', 'Personne Ici']) {
      const page = await send('carla', made, 'invite', { person: name });
      readings.push(page.text.replaceAll(name, 'X').replace(/X invitation envoyée.*?(?= Membres)/, ''));
    }
    expect(new Set(readings).size).toBe(1);
    const refused = await send('olga', await see('olga', '/circles'), 'refuse', {}, '');
    expect(refused.text).toContain('Personne n’en est prévenu');
    const page = await see('carla', new URL(made.url).pathname);
    for (const name of ['Olga Petit', 'Tania Lopez', 'Zoé Perrin', 'Personne Ici'])
      expect(page.text).toContain(`${name} invitation envoyée`);
    expect(page.html).not.toMatch(/refus/i);
  });

  it('nobody answers for another: a form of one person is no form of the next, nor one with another’s key', async () => {
    const made = await create('tom', { name: 'Échecs' });
    await invite('tom', made, 'carla');
    const page = await see('carla', '/circles');
    const invitation = page.html.match(/name="invitation" value="(\w+)"/)?.[1] ?? '';
    for (const act of ['accept', 'refuse', 'agree', 'disagree']) {
      const own = await see('olga', '/circles');
      const token = own.html.match(/name="token" value="([^"]+)"/)?.[1];
      const walker = await as('olga');
      // without a form of one’s own there is no token, and with one it is not the invitee’s
      const answer = await walker.post(`${portal.origin}/circles`, { token: token ?? '', act, invitation });
      expect([403, 422]).toContain(answer.status);
    }
    const theirs = page.html.match(/name="token" value="([^"]+)"/)![1]!;
    const forged = { token: theirs, act: 'accept', invitation };
    expect((await (await as('olga')).post(`${portal.origin}/circles`, forged)).status).toBe(403);
    const members = await portal.db('circle_member').where({ person: await personOf(portal.db, 'carla') });
    const [{ circle }] = await portal.db('circle_invitation').where({ id: invitation });
    expect(members.filter((one) => one.circle === circle)).toEqual([]);
    // a double click is one answer
    const twice = await Promise.all([
      send('carla', page, 'accept', {}, invitation),
      send('carla', page, 'accept', {}, invitation),
    ]);
    expect(twice.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('the bursar, a pupil and a parent are offered no circle to create, and create none', async () => {
    for (const name of ['berthe', 'paul', 'paula'] as const) {
      const page = await see(name, '/circles');
      expect(page.html).not.toContain('id="create"');
      expect(page.status).toBe(200);
    }
  });

  it('what was typed stays when it is refused, and the fault comes first', async () => {
    const page = await create('tom', { purpose: '  ', until: '2040-01-01', name: 'Atelier' });
    expect(page.status).toBe(422);
    expect(page.html).toContain('id="fault"');
    expect(page.html).toContain('value="Atelier"');
    const late = await create('tom', { until: '2040-01-01' });
    expect(late.html).toContain('dates_refused');
    const made = await create('tom', { name: 'Vide' });
    const nobody = await send('tom', made, 'invite', { person: '  ' });
    expect([nobody.status, nobody.html.includes('invitee_missing')]).toEqual([422, true]);
  });

  it('C36: a pupil of twelve and a parent both agree to what is beyond schooling; the other parent sees it, and no more', async () => {
    const made = await create('tom', { name: 'Jeux', beyond: 'yes' });
    await invite('tom', made, 'paul');
    const asked = await send('paul', await see('paul', '/circles'), 'accept');
    expect(asked.text).toContain('Un responsable légal doit encore donner son accord');
    const waiting = await see('paula', '/circles');
    expect(waiting.text).toContain('Paul Bernard souhaite entrer dans le cercle « Jeux »');
    expect((await see('tom', new URL(made.url).pathname)).text).not.toContain('Paul Bernard depuis');
    expect((await send('paula', waiting, 'agree')).text).toContain('votre enfant est membre');
    const other = await see('pierre', '/circles');
    expect(other.text).toContain('Paul Bernard est membre du cercle « Jeux »');
    expect(other.text).not.toContain('Paula');
    expect((await see('pierre', new URL(made.url).pathname)).status).toBe(404);
    expect((await send('pierre', other, 'take-back')).text).toContain('votre enfant n’est plus membre');
    expect((await see('tom', new URL(made.url).pathname)).text).not.toContain('Paul Bernard depuis');
  });

  it('nobody signed in sees nothing', async () => {
    const stranger = openWalker();
    expect((await stranger.visit(`${portal.origin}/circles`)).status).toBe(401);
    expect((await stranger.visit(`${portal.origin}/circles/${COLLEGE}`)).status).toBe(401);
  });
});
