// The pages of incident files: asking, signing beside, reading, ending; what is typed stays, and the person finds it afterwards.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { appoint } from '../../src/acts/appointments.ts';
import { dayOf } from '../../src/facts/calendar.ts';
import { type CastName, COLLEGE, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { openWalker, type Visited } from '../ways/walker.ts';
import { browsersOf, type Opened, openPortal } from './portal.ts';

const DAY = 86_400_000;
const who = ['helene', 'sylvie', 'tom', 'berthe'] as const;

describe.each(engines)('the pages of incident files, on $name', ({ open }) => {
  let portal: Opened;
  const key = {} as Record<(typeof who)[number], string>;
  const [from, to] = [dayOf(Date.now() - 3 * DAY), dayOf(Date.now())];
  const typed = { person: 'Tom Garnier', motive: 'Connexions de nuit <b>signalées</b>', from, to };

  beforeAll(async () => {
    portal = await openPortal(open, { accounts: who, delivered: Date.now() - 3_600_000 });
    for (const name of who) key[name] = await personOf(portal.db, name);
    const named = { decision: 'Lettre 12', by: 'operator', at: Date.now() - 1_000, school: COLLEGE };
    await appoint(portal.db, 'protects', { ...named, person: key.sylvie });
  });
  afterAll(() => portal?.close());
  afterEach(() => portal.db('incident_file').delete());

  const { as } = browsersOf(() => portal);
  const see = async (name: CastName, path = '/school/incidents') => (await as(name)).visit(`${portal.origin}${path}`);
  const ask = async (more: Partial<typeof typed> = {}): Promise<Visited> => {
    const walker = await as('helene');
    return walker.submit(await see('helene'), 'motive', { ...typed, ...more });
  };
  const send = async (name: CastName, act: string, more: Record<string, string> = {}) => {
    const walker = await as(name);
    const page = await see(name);
    const form = [...page.html.matchAll(/<form\b[^>]*>([\s\S]*?)<\/form>/g)]
      .map(([, inside = '']) => inside)
      .find((inside) => inside.includes(`name="act" value="${act}"`));
    if (!form) throw new Error(`no form \`${act}\``);
    const hidden = [...form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
    const fields = Object.fromEntries(hidden.map(([, field, value]) => [field!, value!]));
    return { again: () => walker.post(page.url, { ...fields, ...more }) };
  };

  it('the head asks, the DPO signs, both read, the head ends it and the person finds out', async () => {
    const home = await see('helene', '/');
    const page = await (await as('helene')).follow(home, 'Dossiers d’incident');
    expect(page.text).toContain('Jamais pour évaluer, surveiller le travail ou mesurer l’activité');
    const asked = await ask();
    expect(asked.url).toBe(`${portal.origin}/school/incidents?done=asked`);
    expect(asked.text).toContain('attend la contre-signature');
    expect(asked.html).not.toContain('<b>signalées');
    expect((await see('tom', '/me/log')).text).not.toContain('Dossiers d’incident');
    expect((await see('sylvie', '/')).text).toContain('Un dossier attend votre signature.');
    const signed = await (await send('sylvie', 'sign')).again();
    expect(signed.text).toContain('le journal est lisible jusqu’à la fin du dossier');
    for (const name of ['helene', 'sylvie'] as const) {
      const log = await (await as(name)).follow(await see(name), 'Lire le journal');
      expect(log.text).toContain('Journal de Tom Garnier');
      expect(log.text).toContain('Jamais pour évaluer');
    }
    const ended = await (await send('helene', 'end')).again();
    expect(ended.text).toContain('la personne en est informée');
    const told = await see('tom', '/me/log');
    expect(told.text).toContain('Motif : « Connexions de nuit <b>signalées</b> »');
    expect(told.html).not.toContain('<b>signalées');
    expect(told.text).not.toContain('Hélène');
  });

  it('a form that is refused keeps what was typed, and says first what is wrong', async () => {
    const faults = [
      [{ motive: ' ' }, 'motive_missing'],
      [{ person: 'Inconnue' }, 'unknown_person'],
      [{ from: dayOf(Date.now() - 60 * DAY) }, 'dates_refused'],
      [{ from: '2026-02-30' }, 'dates_refused'],
      [{ person: 'Hélène Marchand' }, 'incident_own'],
    ] as const;
    for (const [more, code] of faults) {
      const page = await ask(more);
      expect(page.status).toBe(422);
      expect(page.html).toMatch(/role="alert"[\s\S]*<h2>/);
      expect(page.text).toContain(code);
      for (const value of Object.values({ ...typed, ...more }))
        expect(page.text + page.html).toContain(value.replace('<b>signalées</b>', '').trim());
    }
    expect(await portal.db('incident_file')).toEqual([]);
  });

  it('a second click does what the first did, and no more', async () => {
    await ask();
    await ask();
    expect(await portal.db('incident_file')).toHaveLength(1);
    const sign = await send('sylvie', 'sign');
    for (let click = 0; click < 3; click += 1) expect((await sign.again()).url).toContain('done=signed');
    const end = await send('sylvie', 'end');
    for (let click = 0; click < 3; click += 1) expect((await end.again()).url).toContain('done=ended');
    expect(await portal.db('mail').where({ template: 'incident', person: key.tom })).toHaveLength(2); // with the walk above
  });

  it('a form that asks is for one file: sent again when that one is over, it opens no other', async () => {
    const walker = await as('helene');
    const page = await see('helene');
    const again = () => walker.submit(page, 'motive', typed);
    await Promise.all([again(), again()]);
    await (await send('helene', 'end')).again();
    expect((await again()).url).toContain('done=asked');
    expect(await portal.db('incident_file').pluck('state')).toEqual(['ended']);
  });

  it('is nobody else’s: neither the list, nor a file, nor a forged form', async () => {
    await ask();
    const { id } = await portal.db('incident_file').first('id');
    for (const name of ['tom', 'berthe'] as const) {
      expect((await see(name)).status).toBe(403);
      expect((await see(name, `/school/incidents/${id}`)).status).toBe(404);
      const forged = { token: 'a.b', act: 'sign', file: id };
      expect((await (await as(name)).post(`${portal.origin}/school/incidents`, forged)).status).toBe(403);
    }
    expect((await openWalker().visit(`${portal.origin}/school/incidents`)).status).toBe(401);
    const walker = await as('helene');
    const page = await see('helene');
    const token = /name="token" value="([^"]+)"/.exec(page.html)![1]!;
    expect((await walker.post(page.url, { token, act: 'sign', file: id })).status).toBe(404);
    expect((await walker.post(page.url, { token, act: 'florp', file: id })).status).toBe(400);
    expect((await portal.db('incident_file').first('state')).state).toBe('asked');
  });
});
