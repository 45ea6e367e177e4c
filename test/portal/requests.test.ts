// The pages about requests: asked online, answered alone, recorded from paper, exported; and the registers and the report.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { appoint } from '../../src/acts/appointments.ts';
import { changeFacts } from '../../src/facts/facts.ts';
import { decideRequest } from '../../src/privacy/requests/deciding.ts';
import { fileRequest } from '../../src/privacy/requests/filing.ts';
import { keepDocument } from '../../src/privacy/requests/mandates.ts';
import { findRequests } from '../../src/privacy/requests/records.ts';
import { fr } from '../../views/text/fr.ts';
import { type CastName, COLLEGE, LYCEE, logbookOf, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { openWalker, type Visited } from '../ways/walker.ts';
import { browsersOf, type Opened, openPortal } from './portal.ts';

const who = ['helene', 'henri', 'tom', 'tania', 'olga', 'diane', 'theo', 'paula', 'paul', 'david'] as const;
const REASON = 'Madame Lopez ne donne aucune raison qui lui soit propre, et enseigne le français à la sixième A.';

describe.each(engines)('the pages about requests, on $name', ({ open }) => {
  let portal: Opened;
  const key: Partial<Record<CastName, string>> = {};

  beforeAll(async () => {
    portal = await openPortal(open, { accounts: who, delivered: Date.now() - 3_600_000 });
    for (const name of who) key[name] = await personOf(portal.db, name);
    const decision = { school: COLLEGE, decision: 'Lettre 2026-4', by: 'operator', at: Date.now() - 1_000 };
    await appoint(portal.db, 'protects', { ...decision, person: key.diane! });
  });
  afterAll(() => portal?.close());

  const { as, see } = browsersOf(() => portal);
  const ask = async (name: CastName, kind: string, typed: Record<string, string> = {}): Promise<Visited> => {
    const page = await see(name, `/me/requests?kind=${kind}`);
    return (await as(name)).submit(page, 'words', { target: 'all', words: '', ...typed });
  };
  const newest = async (name: CastName) => (await findRequests(portal.db, { asker: key[name]! }))[0]!;
  const hiddenOf = (page: Visited, act: string): Record<string, string> => {
    const form = [...page.html.matchAll(/<form\b[^>]*method="post"[^>]*>([\s\S]*?)<\/form>/g)]
      .map(([, inside = '']) => inside)
      .find((inside) => inside.includes(`name="act" value="${act}"`));
    if (!form) throw new Error(`no form \`${act}\` on ${page.url}`);
    const fields = form.matchAll(/<input type="hidden" name="([\w-]+)" value="([^"]*)"/g);
    return Object.fromEntries([...fields].map(([, field = '', value = '']) => [field, value]));
  };
  const send = async (name: CastName, page: Visited, act: string, typed: Record<string, string> = {}) =>
    (await as(name)).post(page.url.replace(/\?.*/, ''), { ...hiddenOf(page, act), ...typed });

  it('a teacher asks, the head answers with reasons, the teacher reads them', async () => {
    const asked = await ask('tom', 'objection', {
      words: 'Ma fiche de paie est affichée avec mon nom.',
      target: 'email',
    });
    expect(asked.passed).toEqual([
      expect.stringContaining('/me/requests?kind='),
      `${portal.origin}/me/requests?done=filed`,
    ]);
    expect(asked.text).toContain('Votre demande est enregistrée.');
    const { id } = await newest('tom');

    const waiting = await see('helene', '/school/requests');
    expect(waiting.text).toContain('Tom Garnier : Opposition, l’adresse de courriel de l’annuaire');
    const one = await (await as('helene')).follow(waiting, 'Tom Garnier');
    expect(one.url).toBe(`${portal.origin}/school/requests/${id}`);
    expect(one.text).toContain('Ma fiche de paie est affichée avec mon nom.');
    const thin = await send('helene', one, 'accept', { reason: 'oui' });
    expect(thin.status).toBe(422);
    expect(thin.html).toContain('<code>reason_thin</code>');
    expect(thin.html).toContain('>oui</textarea>');
    const answered = await send('helene', one, 'accept', { reason: 'Votre adresse personnelle est effacée.' });
    expect(answered.url).toBe(`${portal.origin}/school/requests?done=accepted`);
    expect(answered.text).toContain('À dire par lettre');

    const read = await see('tom', `/me/requests/${id}`);
    expect(read.text).toContain('Votre adresse personnelle est effacée.');
    expect(read.text).toContain('L’adresse est effacée, et ne reviendra pas');
    expect((await send('helene', answered, 'sent')).text).not.toContain('À dire par lettre');
  });

  it('a double click is one request, and what is typed comes back when it is refused', async () => {
    const page = await see('olga', '/me/requests?kind=access');
    const walker = await as('olga');
    const typed = { words: 'Une copie, s’il vous plaît.' };
    const both = await Promise.all([walker.submit(page, 'words', typed), walker.submit(page, 'words', typed)]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(await findRequests(portal.db, { asker: key.olga! })).toHaveLength(1);
    const again = await walker.submit(page, 'words', { words: 'Une autre fois.' });
    expect(again.status).toBe(422);
    expect(again.html).toContain('<code>request_open</code>');
    expect(again.html).toContain('>Une autre fois.</textarea>');
  });

  it('another’s request is refused and says nothing, to read and to change', async () => {
    const { id } = await newest('olga');
    for (const name of ['tom', 'tania', 'henri', 'paula'] as const) {
      const theirs = await see(name, `/me/requests/${id}`);
      const nothing = await see(name, '/me/requests/nothing');
      expect([theirs.status, theirs.text.replace(/Référence \S+/, '')]).toEqual([
        404,
        nothing.text.replace(/Référence \S+/, ''),
      ]);
      expect((await see(name, `/school/requests/${id}`)).status).toBe(404);
      const own = await see(name, '/me/requests?kind=access');
      const { token = '' } = Object.fromEntries(
        [...own.html.matchAll(/name="(token)" value="([^"]*)"/g)].map(([, a = '', b = '']) => [a, b]),
      );
      const forged = await (await as(name)).post(`${portal.origin}/me/requests/${id}`, { token });
      expect([403, 404]).toContain(forged.status);
    }
    expect((await newest('olga')).state).toBe('open');
    const asOther = await ask('tania', 'access', { about: key.olga! });
    expect(asOther.status).toBe(403);
  });

  it('who does not handle requests has no page of them; the deputy records and does not decide', async () => {
    for (const name of ['tom', 'paul', 'paula'] as const) {
      expect((await see(name, '/school/requests')).status).toBe(403);
      expect((await see(name, '/school/requests/letters')).status).toBe(403);
      expect((await see(name, '/school/register')).status).toBe(403);
      expect((await see(name, `/school/register/${COLLEGE}.csv`)).status).toBe(403);
    }
    const { id } = await newest('olga');
    const page = await see('david', `/school/requests/${id}`);
    expect(page.text).toContain('Seule la direction répond à cette demande.');
    expect(page.html).not.toContain('value="accept"');
    const other = await see('helene', `/school/requests/${id}`);
    const { token } = hiddenOf(other, 'accept');
    expect((await (await as('david')).post(page.url, { token: token!, act: 'accept', reason: REASON })).status).toBe(
      403,
    );
  });

  it('an envelope of letters: named, attached by the agent, one request each', async () => {
    const page = await see('helene', '/school/requests/letters');
    const content = Buffer.from('%PDF-1.7\nun mandat\n%%EOF\n');
    const { id: document } = await keepDocument(portal.db, { content, by: key.helene!, at: Date.now() });
    const typed = {
      school: COLLEGE,
      wish: 'objection all',
      words: 'Modèle de lettre du syndicat.',
      people: 'LOPEZ Tania\nMme Blanc Théo\nQuelqu’un Parti',
      identity: 'known',
      holder: 'Section syndicale',
      reference: 'Courrier 12',
      document,
    };
    const walker = await as('helene');
    const missing = await walker.submit(page, 'people', { ...typed, people: ' ' });
    expect(missing.html).toContain('<code>people_missing</code>');
    expect(missing.html).toContain('>Modèle de lettre du syndicat.</textarea>');
    expect((await walker.submit(page, 'people', { ...typed, document: '' })).html).toContain(
      '<code>mandate_incomplete</code>',
    );
    const confirm = await walker.submit(page, 'people', typed);
    expect(confirm.text).toContain('Qui a écrit ?');
    expect(confirm.html).toContain(`<option value="${key.tania}">Tania Lopez, enseignement</option>`);
    expect(await findRequests(portal.db, { filedBy: key.helene! })).toEqual([]);
    const writers = { 'writer-0': key.tania!, 'writer-1': key.theo!, 'writer-2': '' };
    const [filed, twice] = await Promise.all([
      walker.submit(confirm, 'writer-0', writers),
      walker.submit(confirm, 'writer-0', writers),
    ]);
    for (const done of [filed, twice]) expect(done.url).toBe(`${portal.origin}/school/requests?done=filed`);
    const rows = await findRequests(portal.db, { filedBy: key.helene! });
    expect(rows.map(({ about, mandate }) => [about, mandate?.holder])).toEqual([
      [null, 'Section syndicale'],
      [key.theo, 'Section syndicale'],
      [key.tania, 'Section syndicale'],
    ]);
    expect(filed.text).toContain('« Quelqu’un Parti », à rattacher');
    const homonym = await walker.submit(confirm, 'writer-0', { ...writers, batch: 'f'.repeat(32) });
    expect(homonym.html).toContain('<code>request_open</code>');
  });

  it('a refusal takes a ground and its own reasons; the same words again are refused', async () => {
    const tania = await newest('tania');
    const page = await see('helene', `/school/requests/${tania.id}`);
    expect((await send('helene', page, 'refuse', { reason: REASON, ground: '' })).html).toContain(
      '<code>ground_missing</code>',
    );
    const done = await send('helene', page, 'refuse', { reason: REASON, ground: 'no_own_reason' });
    expect(done.url).toBe(`${portal.origin}/school/requests?done=refused`);
    const theo = await newest('theo');
    const other = await see('helene', `/school/requests/${theo.id}`);
    const repeated = await send('helene', other, 'refuse', { reason: REASON, ground: 'no_own_reason' });
    expect(repeated.html).toContain('<code>reason_repeated</code>');
    expect((await newest('theo')).state).toBe('open');
  });

  it('the page of a logbook’s erasure offers no acceptance, and names the law', async () => {
    const logbook = await logbookOf(portal.db, COLLEGE, '6A', 'MATHS');
    await ask('tom', 'erasure', { target: `logbook:${logbook}`, words: 'C’est à moi.' });
    const { id } = await newest('tom');
    const page = await see('helene', `/school/requests/${id}`);
    expect(page.text).toContain('code du patrimoine, article L212-2');
    expect(page.html).not.toContain('value="accept"');
    const forced = await send('helene', page, 'refuse', { act: 'accept', reason: 'Nous acceptons votre demande.' });
    expect(forced.html).toContain('<code>logbook_kept</code>');
  });

  it('one service alone is objected to, closed at its door once accepted, and opened again by the person', async () => {
    const words = 'Ce service montre mes heures de cours à tous mes collègues.';
    const page = await see('tania', '/me/requests?kind=objection');
    expect(page.html).toContain('<option value="module:logbook">Cahier de textes</option>');
    expect((await ask('tania', 'objection', { target: 'module:nothing', words })).status).toBe(400);
    await ask('tania', 'objection', { target: 'module:logbook', words });
    const { id } = await newest('tania');
    const one = await see('helene', `/school/requests/${id}`);
    expect(one.text).toContain('Opposition, le service « Cahier de textes »');
    expect(one.text).toContain('Ce service ne s’ouvrira plus');
    await send('helene', one, 'accept', { reason: 'Vos heures de cours ne regardent pas vos collègues.' });
    const tania = await as('tania');
    const door = await vi.waitFor(async () => {
      const at = await tania.visit(portal.authorize());
      expect([at.status, at.url.startsWith(`${portal.origin}/interaction/`)]).toEqual([403, true]);
      return at;
    }, 5_000);
    expect(door.text).toContain('Cahier de textes ne s’ouvre pas');
    expect(door.text).toContain('Rien ne lui a été envoyé.');
    expect((await tania.submit(door, 'cancel')).url).toContain(`${portal.module}/callback?error=access_denied`);
    const forged = await tania.post(door.url, { token: 'x' });
    expect([403, 400]).toContain(forged.status);
    const me = await see('tania', '/me');
    expect(me.text).toContain('Services fermés à votre demande Cahier de textes, depuis le');
    expect((await see('tania', '/me/held')).text).toContain('le service Cahier de textes ne reçoit rien');
    expect((await see('tania', '/me/log')).text).toContain('Traiter une demande sur vos données');
    const own = await tania.follow(me, 'Cahier de textes, depuis le');
    expect(own.text).toContain('Le service s’ouvrira de nouveau');
    expect((await tania.submit(own, 'token')).url).toBe(`${portal.origin}/me/requests?done=withdrawn`);
    await vi.waitFor(async () => {
      expect((await tania.visit(portal.authorize())).status).toBe(200);
    }, 5_000);
    expect((await see('tania', '/me')).text).not.toContain('Services fermés');
  });

  it('the data protection officer takes the register away, of their school alone', async () => {
    const page = await see('diane', '/school/register');
    expect(page.text).toContain('Exporter en CSV');
    const walker = await as('diane');
    const csv = await walker.visit(`${portal.origin}/school/register/${COLLEGE}.csv`);
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.html.split('\r\n').length).toBe((await findRequests(portal.db, { school: COLLEGE })).length + 2);
    const json = await walker.visit(`${portal.origin}/school/register/${COLLEGE}.json`);
    expect(JSON.parse(json.html).map(({ person }: { person: string }) => person)).toContain('Quelqu’un Parti');
    expect((await see('diane', `/school/register/${LYCEE}.csv`)).status).toBe(403);
  });

  it('everybody signed in reads the register of processing, on any day', async () => {
    const page = await see('paula', '/processing');
    expect(page.text).toContain('Module « Cahier de textes »');
    expect(page.text).toContain('Annuaire de l’établissement');
    expect((await see('paula', '/processing?day=2020-01-01')).text).toContain('aucune fiche ce jour-là');
    expect((await see('paula', '/processing?day=2999-01-01')).status).toBe(422);
    expect((await openWalker().visit(`${portal.origin}/processing`)).status).toBe(401);
  });

  it('the report answers for one’s own logbook, and not for another’s', async () => {
    const logbook = await logbookOf(portal.db, COLLEGE, '6A', 'MATHS');
    const now = new Date(Date.now() - 60_000);
    const part = (options: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat('sv', { ...options, timeZone: 'Europe/Paris' }).format(now);
    const query = `day=${part({ dateStyle: 'short' })}&time=${part({ timeStyle: 'short' })}`;
    const own = await see('tom', `/report?object=logbook:${logbook}&${query}`);
    expect(own.status).toBe(200);
    expect(own.text).toMatch(
      /La cheffe ou le chef d’établissement lit tous les cahiers de son établissement. 1 personne\b/,
    );
    expect(own.text).toContain('Élèves moins de 10 personnes');
    expect(own.text).not.toContain('Marchand');
    expect((await see('olga', `/report?key=logbook:${logbook}&${query}`)).status).toBe(422);
    expect((await see('helene', `/report?key=logbook:${logbook}&${query}`)).status).toBe(200);
    expect((await see('paul', `/report?object=person:${key.paul}&${query}`)).text).toContain('L’équipe enseignante');
    expect((await see('tom', `/report?object=person:${key.paul}&${query}`)).status).toBe(422);
    expect((await see('tom', '/report?object=logbook:x&day=2999-01-01')).status).toBe(422);
  });

  it('a copy is handed over by who decided, for an access asked and accepted, and each time is traced', async () => {
    const { id } = await newest('olga');
    const at = Date.now();
    expect((await see('helene', `/school/requests/${id}/copy`)).status).toBe(404);
    await decideRequest(portal.db, { id, by: key.helene!, at, outcome: 'accepted', reason: 'Voici votre copie.' });
    const copy = await see('helene', `/school/requests/${id}/copy`);
    expect(JSON.parse(copy.html)).toMatchObject({ about: 'Olga Petit' });
    // what the school does not hold, such as circles, factors, mails and the life of the account, is on her own page alone
    const { categories } = fr.pages.data;
    const told = JSON.parse(copy.html).held.map(({ category }: { category: string }) => category);
    expect(told).toEqual(expect.arrayContaining([categories.identity.title, categories.service.title]));
    for (const kept of ['account', 'security', 'circles'] as const) expect(told).not.toContain(categories[kept].title);
    expect((await see('david', `/school/requests/${id}/copy`)).status).toBe(403);
    expect((await see('olga', `/me/requests/${id}`)).html).toContain('href="/me/copy"');
    expect(await portal.db('audit').where({ event: 'request.copied' })).toHaveLength(1);
  });

  it('a request is taken back by who made it', async () => {
    const [about, at] = [key.paul!, Date.now()];
    const { id } = await fileRequest(portal.db, {
      school: COLLEGE,
      by: about,
      about,
      kind: 'access',
      target: 'all',
      at,
    });
    const page = await see('paul', `/me/requests/${id}`);
    const done = await (await as('paul')).submit(page, 'token', {});
    expect(done.text).toContain('Votre demande est retirée.');
    expect((await newest('paul')).state).toBe('withdrawn');
  });

  it('what one parent asks for a child is on no list of the other, whatever their office', async () => {
    await portal.db('person').where({ id: key.paul }).update({ birth_date: '2016-03-12' });
    const wanted = 'Interne chez sa grand-mère';
    const wish = { kind: 'rectification', target: 'schooling', wanted } as const;
    await fileRequest(portal.db, { ...wish, school: COLLEGE, about: key.paul!, by: key.paula!, at: Date.now() });
    expect((await see('david', '/school/requests')).text).toContain(wanted);
    const guards = { relation: 'guards', subject: key.david!, object: key.paul! } as const;
    await changeFacts(portal.db, { school: COLLEGE, at: Date.now(), source: 'aaf2d', actor: 'test', begin: [guards] });
    expect((await see('helene', '/school/requests')).text).toContain(wanted);
    const list = await see('david', '/school/requests');
    expect(list.text).toContain('Paula Bernard');
    expect(list.text).not.toContain(wanted);
  });
});
