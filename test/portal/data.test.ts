// One's own page: what is held, who may see it, sessions, sign-ins and consultations; a minor's, for a legal representative.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startOfDay } from '../../src/facts/calendar.ts';
import { changeFacts } from '../../src/facts/facts.ts';
import { openConsultations } from '../../src/privacy/consultations.ts';
import { noteOpenings } from '../../src/privacy/file-openings.ts';
import { type CastName, COLLEGE, logbookOf, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { openWalker, type Visited, type Walker } from '../ways/walker.ts';
import { browsersOf, enterAs, identifierOf, type Opened, openPortal } from './portal.ts';

const DAY = 86_400_000;
const who = ['tom', 'olga', 'paul', 'paula', 'pierre', 'ali', 'noe'] as const;

describe.each(engines)('one’s own page, on $name', ({ open }) => {
  let portal: Opened;
  const key: Partial<Record<CastName, string>> = {};

  beforeAll(async () => {
    portal = await openPortal(open, { accounts: who, delivered: Date.now() - 3_600_000 });
    for (const name of who) key[name] = await personOf(portal.db, name);
    await born('paul', daysAgo(11 * 365));
    await born('noe', daysAgo(19 * 365));
  });
  afterAll(() => portal?.close());
  afterEach(async () => {
    await portal.db('fact').whereIn('relation', ['barred', 'emancipated', 'admitted']).delete();
    await born('paul', daysAgo(11 * 365));
  });

  const { as, see } = browsersOf(() => portal);
  const born = (name: CastName, birth_date: string | null) =>
    portal.db('person').where({ id: key[name] }).update({ birth_date });
  const record = (relation: 'barred' | 'admitted', subject: CastName, object: CastName, decision = 'JAF 26/118') =>
    changeFacts(portal.db, {
      school: COLLEGE,
      at: Date.now() - 1_000,
      source: 'local',
      actor: 'operator',
      begin: [{ relation, subject: key[subject]!, object: key[object]!, properties: { decision } }],
    });
  const copyOf = async (name: CastName, path = '/me/copy') => JSON.parse((await see(name, path)).html);

  it('is found from the front page, and is nobody’s when nobody is signed in', async () => {
    const walker = await as('tom');
    const me = await walker.follow(await walker.visit(`${portal.origin}/`), 'Mes données');
    expect(me.url).toBe(`${portal.origin}/me`);
    for (const title of ['Ce qui est conservé sur moi', 'Qui peut le voir', 'Mes sessions', 'Où je me suis connecté'])
      expect((await walker.follow(me, title)).status).toBe(200);
    for (const path of ['', '/held', '/copy', '/readers', '/sessions', '/log'])
      expect((await openWalker().visit(`${portal.origin}/me${path}`)).status).toBe(401);
  });

  it('tells what is held, from where, since when, what for and how long', async () => {
    const page = await see('tom', '/me/held');
    expect(page.text).toContain('Prénom : Tom');
    expect(page.text).toContain('Tom Garnier enseigne à 6e A, Collège Les Tilleuls (Mathématiques)');
    expect(page.text).toContain('Tom Garnier exerce à Collège Les Tilleuls (enseignement)');
    expect(page.text).toContain('l’annuaire de l’Éducation nationale (AAF, second degré)');
    expect(page.text).toContain('Identifiant dans l’annuaire de l’académie 090 : 1004');
    expect(page.text).toContain('Identifiant de connexion : tom.garnier');
    expect(page.text).toContain('Jamais pour évaluer.');
    expect((await (await as('tom')).visit(`${portal.origin}/me/held?lang=en`)).text).toContain(
      'Tom Garnier teaches 6e A, Collège Les Tilleuls (Mathématiques)',
    );
    await (await as('tom')).visit(`${portal.origin}/me/held?lang=fr`);
  });

  it('gives the same to take away, as JSON that no cache keeps', async () => {
    const opened = { school: COLLEGE, persons: [key.tom!], purpose: 'request', at: Date.now() } as const;
    await noteOpenings(portal.db, { ...opened, by: await personOf(portal.db, 'helene') });
    const page = await see('tom', '/me/copy');
    expect(page.headers.get('content-disposition')).toBe('attachment; filename="preau.json"');
    expect(page.headers.get('cache-control')).toBe('no-store');
    const copy = JSON.parse(page.html);
    expect(copy.about).toBe('Tom Garnier');
    const taught = copy.held.find(({ what }: { what: string }) => what.includes('enseigne à 6e A'));
    expect(taught).toMatchObject({
      category: 'Fonctions',
      school: COLLEGE,
      from: 'l’annuaire de l’Éducation nationale (AAF, second degré)',
    });
    expect(Object.keys(taught)).toEqual(['category', 'what', 'from', 'since', 'until', 'school', 'purpose', 'kept']);
    expect(copy.sign_ins[0]).toMatchObject({ what: 'entered', module: 'logbook' });
    const day = new Date(opened.at).toISOString().slice(0, 10);
    expect(copy.openings).toContainEqual({ day, category: 'staff', purpose: 'request', school: COLLEGE });
  });

  it('names to a pupil their legal representatives, and to each parent their child alone', async () => {
    const text = (await see('paul', '/me/held')).text;
    expect(text).toContain('Paula Bernard représente légalement Paul Bernard');
    expect(text).toContain('Pierre Bernard représente légalement Paul Bernard');
    const paula = JSON.stringify(await copyOf('paula'));
    expect(paula).toContain('Paula Bernard représente légalement Paul Bernard');
    expect(paula).not.toContain('Pierre');
  });

  it('is read for a minor by each legal representative, who reads nothing of the other', async () => {
    const me = await see('paula', '/me');
    expect(me.text).toContain('Ce qui est conservé sur Paul Bernard');
    expect(me.text).not.toContain('Noé');
    for (const [parent, other] of [
      ['paula', 'Pierre'],
      ['pierre', 'Paula'],
    ] as const) {
      await record('admitted', other === 'Pierre' ? 'pierre' : 'paula', 'paul');
      const page = await see(parent, `/me/children/${key.paul}`);
      expect(page.text).toContain('Paul Bernard suit les cours de 6e A, Collège Les Tilleuls');
      const all = [page.html, JSON.stringify(await copyOf(parent, `/me/children/${key.paul}/copy`))].join(' ');
      expect(all).not.toContain(other);
      expect(all).not.toContain('jugement');
      expect(all).not.toContain('sign_ins');
      expect(all).not.toContain('paul.bernard');
      expect((await see(parent, `/me/children/${key.paul}/readers`)).text).toContain(
        'Qui peut voir des données sur Paul',
      );
      await portal.db('fact').where({ relation: 'admitted' }).delete();
    }
  });

  it('is refused to anybody else, in the same words whoever it is about', async () => {
    const asked: [CastName, string][] = [
      ['ali', key.paul!],
      ['paula', key.noe!],
      ['tom', key.paul!],
      ['paul', key.paula!],
      ['paula', 'f'.repeat(32)],
      ['paula', 'nobody'],
    ];
    const answers = new Set<string>();
    for (const [name, id] of asked)
      for (const more of ['', '/copy', '/readers']) {
        const page = await see(name, `/me/children/${id}${more}`);
        expect(page.status).toBe(403);
        answers.add(page.text.replace(/Référence.*/, ''));
      }
    expect(answers.size).toBe(1);
  });

  it('closes to a parent whom a restriction bars, and when the child comes of age, is emancipated, or has no known age', async () => {
    const path = `/me/children/${key.paul}`;
    expect((await see('pierre', path)).status).toBe(200);
    await record('barred', 'pierre', 'paul');
    expect((await see('pierre', path)).status).toBe(403);
    expect((await see('paula', path)).html).not.toContain('JAF 26/118');
    expect((await see('pierre', '/me/held')).text).toContain(
      'ne peut rien lire de Paul Bernard (décision : JAF 26/118)',
    );
    expect((await see('paul', '/me/held')).text).toContain('Une personne ne peut rien lire de Paul Bernard');
    await portal.db('fact').where({ relation: 'barred' }).delete();
    const today = dayIn(Date.now());
    const eighteen = (day: string) => `${Number(day.slice(0, 4)) - 18}${day.slice(4)}`;
    await born('paul', eighteen(dayIn(startOfDay(today) + 36 * 3_600_000)));
    expect((await see('paula', path)).status).toBe(200);
    await born('paul', eighteen(today));
    expect((await see('paula', path)).status).toBe(403);
    await born('paul', null);
    expect((await see('paula', path)).status).toBe(403);
    await born('paul', daysAgo(16 * 365));
    expect((await see('paula', path)).status).toBe(200);
    await changeFacts(portal.db, {
      school: COLLEGE,
      at: Date.now() - 1_000,
      source: 'local',
      actor: 'operator',
      begin: [{ relation: 'emancipated', subject: key.paul!, object: COLLEGE, properties: { decision: 'TJ 26/9' } }],
    });
    expect((await see('paula', path)).status).toBe(403);
  });

  it('says which categories may see, today and on a past day, and never a name', async () => {
    const page = await see('paul', '/me/readers');
    expect(page.text).toContain('Les cahiers de textes de la classe et des groupes');
    expect(page.text).toContain('La cheffe ou le chef d’établissement lit tous les cahiers de son établissement.');
    for (const name of ['Hélène', 'Tom', 'Paula', 'Pierre']) expect(page.text).not.toContain(name);
    const before = await see('paul', `/me/readers?day=${dayIn(Date.now() - 30 * DAY)}`);
    expect(before.text).toMatch(
      /Ce qui était appliqué ce jour-là Aucune autre règle n’ouvre ces données à quelqu’un\./,
    );
    for (const day of [dayIn(Date.now() + 2 * DAY), '2026-02-30', '<b>']) {
      const wrong = await see('paul', `/me/readers?day=${encodeURIComponent(day)}`);
      expect(wrong.status).toBe(422);
      expect(wrong.html).not.toContain('<b>');
    }
  });

  it('lists the sessions, marks this one, ends one and then all others', async () => {
    const [here, there, elsewhere] = [
      await enterAs(portal, 'olga'),
      await enterAs(portal, 'olga'),
      await enterAs(portal, 'olga'),
    ];
    const mine = (walker: Walker) => walker.visit(`${portal.origin}/me/sessions`);
    const page = await mine(here);
    expect(page.html.match(/data-current="yes"/g)).toHaveLength(1);
    expect(page.html.match(/data-current="no"/g)).toHaveLength(2);
    expect(page.text).toContain('Avec : mot de passe');
    expect(page.text).toContain('Cahier de textes, le');
    const ended = await here.submit(page, 'session');
    expect(ended.text).toContain('cette session est fermée');
    const left = [await mine(there), await mine(elsewhere)].map(({ status }) => status).sort();
    expect(left).toEqual([200, 401]);
    const again = await here.submit(page, 'session');
    expect(again.status).toBe(200);
    const others = await here.submit(await mine(here), 'end-others');
    expect(others.text).toContain('seule celle-ci reste ouverte');
    expect([await mine(there), await mine(elsewhere)].map(({ status }) => status)).toEqual([401, 401]);
    expect((await mine(here)).status).toBe(200);
  });

  it('ends nobody else’s session, whatever key is sent, and takes no forged form', async () => {
    const tom = await as('tom');
    const olga = await enterAs(portal, 'olga');
    await enterAs(portal, 'olga'); // so that the page has a form
    const page = await olga.visit(`${portal.origin}/me/sessions`);
    const token = /name="token" value="([^"]+)"/.exec(page.html)![1]!;
    for (const { uid } of await portal.db('oidc_session').where({ account: key.tom }).select('uid'))
      expect((await olga.post(page.url, { token, act: 'end', session: uid })).status).toBe(200);
    expect((await tom.visit(`${portal.origin}/me`)).status).toBe(200);
    expect((await olga.post(page.url, { token: 'a.b', act: 'others' })).status).toBe(403);
    expect((await tom.post(`${portal.origin}/me/sessions`, { token, act: 'others' })).status).toBe(403);
    expect((await olga.post(page.url, { token, act: 'all' })).status).toBe(400);
  });

  it('tells where one signed in, and refused tries, to nobody but oneself', async () => {
    const stranger = openWalker();
    const login = await stranger.visit(portal.authorize());
    await stranger.submit(login, 'password', { login: identifierOf('pierre'), password: 'un autre mot de passe' });
    const page = await waitFor('pierre', (text) => text.includes('Essai refusé') && text.includes('Connexion'));
    expect(page.text).toContain('Essai refusé : mauvais mot de passe');
    expect(page.text).toMatch(/Connexion Cahier de textes/);
    expect(page.text).toContain('Gardées 12 mois au plus');
    expect((await see('paula', '/me/log')).text).not.toContain('Pierre');
  });

  it('tells consultations by day, category and purpose: not of few families, and never by whom', async () => {
    const maths = await logbookOf(portal.db, COLLEGE, '6A', 'MATHS');
    const noted = openConsultations(portal.db);
    const entry = { kind: 'evaluation', at: Date.now(), client: 'logbook', subject: key.olga, action: 'read' } as const;
    const one = { ...entry, type: 'logbook', resource: maths, allowed: true } as const;
    noted.note({ ...one, rule: 'team' });
    noted.note({ ...one, rule: 'head' });
    noted.note({ ...one, rule: 'guardian' });
    noted.note({ ...one, rule: 'owner' });
    noted.note({ ...one, rule: 'team', allowed: false });
    await noted.close();
    const page = await see('tom', '/me/log');
    expect(page.text).toContain(
      'Personnel de l’établissement autorisé Lire « Mathématiques, 6e A », par Cahier de textes',
    );
    expect(page.text.match(/Personnel de l’établissement autorisé/g)).toHaveLength(1);
    expect(page.text).not.toContain('Élèves et familles de la classe Lire');
    expect(page.text).not.toContain('Olga');
    expect((await see('olga', '/me/log')).text).toContain('Aucune consultation n’est gardée.');
  });

  /** The trail is written beside the requests. */
  async function waitFor(name: CastName, holds: (text: string) => boolean): Promise<Visited> {
    for (let tries = 0; ; tries += 1) {
      const page = await see(name, '/me/log');
      if (holds(page.text.split('Mes connexions')[1] ?? '') || tries === 50) return page;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
});

function dayIn(at: number): string {
  return new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeZone: 'Europe/Paris' }).format(at);
}

function daysAgo(days: number): string {
  return dayIn(Date.now() - days * DAY);
}
