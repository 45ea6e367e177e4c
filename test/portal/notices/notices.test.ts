// The pages of notices: read by anybody in the words they choose, filled in by those who tell people, a gate to nobody.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayOf, schoolYearAt } from '../../../src/facts/calendar.ts';
import { noticeRound } from '../../../src/portal/notices/job.ts';
import { rowsOfYear } from '../../../src/privacy/notices/queue.ts';
import { recordBoardDay } from '../../../src/privacy/notices/school.ts';
import { noticeHistory, noticeInForce } from '../../../src/privacy/notices/texts.ts';
import { type CastName, COLLEGE, ECOLE, LYCEE, personOf } from '../../cast.ts';
import { engines } from '../../databases.ts';
import { openWalker, type Visited, type Walker } from '../../ways/walker.ts';
import { enterAs, identifierOf, type Opened, openPortal, PASSWORD } from '../portal.ts';

describe.each(engines)('notices, on $name', ({ open }) => {
  let portal: Opened;
  const accounts = ['helene', 'tom', 'paula', 'paul', 'lea', 'sylvie', 'henri'] as const;
  beforeAll(async () => {
    portal = await openPortal(open, { accounts });
    await noticeRound(portal.config)(portal.db, Date.now());
  });
  afterAll(() => portal?.close());

  const signedIn = (name: CastName): Promise<Walker> => enterAs(portal, name);

  const at = (path: string): string => `${portal.origin}${path}`;
  const tokenOf = (page: Visited): string => /name="token" value="([^"]+)"/.exec(page.html)?.[1] ?? '';

  it('a visitor reads the notice of all, then that of a school, in three levels and two languages', async () => {
    const walker = openWalker();
    const general = await walker.visit(at('/notices'));
    expect(general.text).toContain('Pour tous les établissements');
    expect(general.html).toContain('id="of-school"');
    const adult = await walker.visit(at(`/notices?school=${COLLEGE.toLowerCase()}`));
    for (const told of [
      'Collège Les Tilleuls',
      'cheffe ou le chef d’établissement répond',
      'annuaire de l’Éducation nationale',
      'Cahier de textes',
      'votre prénom et votre nom',
      'Préau garde une trace de votre activité',
      'douze mois',
      'délégué à la protection des données',
      'CNIL',
    ])
      expect(adult.text).toContain(told);
    const teen = await walker.follow(adult, 'De 11 à 15 ans');
    expect(teen.text).toContain('ton prénom et ton nom');
    const child = await walker.follow(teen, 'Avant 11 ans');
    expect(child.text).toContain('comme la porte de l’école');
    const english = await walker.follow(child, 'English');
    expect(english.text).toContain('like the door of the school');
    expect(english.text).toContain('Collège Les Tilleuls');
  });

  it('a school that nobody knows is said so, and the notice of all is shown', async () => {
    const page = await openWalker().visit(at('/notices?school=9999999Z'));
    expect(page.status).toBe(200);
    expect(page.text).toContain('Aucun établissement n’a ce code ici');
    expect((await openWalker().visit(at('/notices/0123456789abcdef0123'))).status).toBe(404);
  });

  it('an odd school is a school that nobody knows', async () => {
    const { version } = (await noticeInForce(portal.db, { school: COLLEGE, at: Date.now() }))!;
    for (const odd of ['9%00', '%00', '%ED%A0%80', '%F0%9F%98%80', 'x'.repeat(2_000)]) {
      expect([odd, (await openWalker().visit(at(`/notices?school=${odd}`))).status]).toEqual([odd, 200]);
      expect([odd, (await openWalker().visit(at(`/charter?school=${odd}`))).status]).toEqual([odd, 200]);
      const past = await openWalker().visit(at(`/notices/${version}?school=${odd}`));
      expect([odd, past.status < 500]).toEqual([odd, true]);
    }
  });

  it('each reader finds it in the words of their age, and may choose others', async () => {
    const { db } = portal;
    const years = (count: number): string => dayOf(Date.now() - count * 365.25 * 86_400_000);
    await db('person')
      .where({ id: await personOf(db, 'paul') })
      .update({ birth_date: years(12.5) });
    await db('person')
      .where({ id: await personOf(db, 'lea') })
      .update({ birth_date: years(10.5) });
    const paul = await (await signedIn('paul')).visit(at('/notices'));
    expect(paul.text).toContain('Ce que Préau sait de toi');
    expect(paul.text).toContain('D’où ça vient');
    const lea = await (await signedIn('lea')).visit(at('/notices'));
    expect(lea.text).toContain('comme la porte de l’école');
    expect(lea.text).toContain('École Jules-Verne');
    const paula = await signedIn('paula');
    const own = await paula.visit(at('/notices'));
    expect(own.text).toContain('article 6, paragraphe 1');
    expect((await paula.follow(own, 'Lycée Camus')).text).toContain('chef d’établissement répond');
  });

  it('the notice at sign-in stays short, and leads to the whole', async () => {
    const walker = openWalker();
    const login = await walker.visit(portal.authorize());
    const notice = await walker.submit(login, 'password', { login: identifierOf('henri'), password: PASSWORD });
    expect(notice.html).toContain('id="whole-notice"');
    const whole = await walker.follow(notice, 'Toute la notice');
    expect(whole.text).toContain('Lycée Camus');
    // and going back, the sign-in goes on
    expect((await walker.submit(notice, 'submit')).url).toContain(portal.module);
    expect((await walker.visit(at('/notices'))).text).toContain('Cahier de textes, le');
  });

  it('the head records the board’s day, and every reader sees it', async () => {
    const walker = await signedIn('helene');
    const page = await walker.visit(at('/school/notices'));
    expect(page.status).toBe(200);
    const wrong = await walker.submit(page, 'board-day', { day: '2030-02-30' });
    expect(wrong.status).toBe(422);
    expect(wrong.html).toContain('2030-02-30');
    const day = dayOf(Date.now());
    const done = await walker.submit(page, 'board-day', { day });
    expect(done.url).toContain('done=board');
    expect(done.text).toContain('La date est enregistrée');
    const again = await walker.submit(page, 'board-day', { day });
    expect(again.text).toContain('La date est enregistrée');
    expect(await portal.db('notice_board').where({ school: COLLEGE })).toHaveLength(1);
    expect((await openWalker().visit(at(`/notices?school=${COLLEGE}`))).text).toContain(
      'conseil d’administration en parle',
    );
  });

  it('what a school adds is in force at once, and what was before stays by name', async () => {
    const { db } = portal;
    const before = (await noticeInForce(db, { school: COLLEGE, at: Date.now() }))!;
    const walker = await signedIn('sylvie').catch(() => undefined);
    expect((await walker!.visit(at('/school/notices'))).status).toBe(403);
    const head = await signedIn('helene');
    const page = await head.visit(at('/school/notices'));
    await head.submit(page, 'own-text', {
      text: 'Le collège utilise aussi un agenda papier.\r\n\r\nVoir le <b>secrétariat</b>.',
    });
    const after = await openWalker().visit(at(`/notices?school=${COLLEGE}`));
    expect(after.text).toContain('agenda papier');
    expect(after.html).toContain('&lt;b>secrétariat');
    const past = await openWalker().visit(at(`/notices/${before.version}?school=${COLLEGE}`));
    expect(past.text).toContain('n’est plus celui qui vaut');
    expect(past.text).not.toContain('agenda papier');
    expect(after.html).toContain(`/notices/${before.version}`);
    expect(await noticeHistory(db, COLLEGE)).toHaveLength(2);
    // another school's text is its own
    expect((await openWalker().visit(at(`/notices?school=${LYCEE}`))).text).not.toContain('agenda papier');
  });

  it('letters are printed, then handed out; nobody is handed what was not printed', async () => {
    const { db } = portal;
    const walker = await signedIn('helene');
    // in time for letters: what an opening asks is on record
    const page = await walker.visit(at('/school/notices'));
    const officer = 'Claire Dumas, dpd@academie.example';
    const filled = { convention: 'Convention 14', conventionDay: '2026-06-30', informedDay: '2026-07-02', officer };
    const opened = await walker.submit(page, 'opening-convention', filled);
    expect(opened.text).toContain('visible du personnel');
    const group = /id="letters-([^"]+)"/.exec(opened.html)?.[1] ?? '';
    expect(group).not.toBe('');
    const token = tokenOf(opened);
    const handed = { token, act: 'handed', school: COLLEGE, group };
    const early = await walker.post(at('/school/notices'), handed);
    expect(early.status).toBe(422);
    expect(early.text).toContain('Imprimez ces lettres d’abord');
    const pdf = await walker.post(at('/school/notices/letters'), { ...handed, act: 'print' });
    expect(pdf.headers.get('content-type')).toBe('application/pdf');
    expect(pdf.html.startsWith('%PDF-')).toBe(true);
    const done = await walker.post(at('/school/notices'), handed);
    expect(done.url).toContain('done=handed');
    const told = [...(await rowsOfYear(db, COLLEGE, schoolYearAt(Date.now()))).values()]
      .flat()
      .filter((row) => row.toldAs === 'letter');
    expect(told.length).toBeGreaterThan(0);
    // the same form again: nothing more to hand out
    expect((await walker.post(at('/school/notices'), handed)).url).toContain('done=handed');
    expect((await walker.visit(at('/school/notices'))).html).not.toContain(`id="letters-${group}"`);
  });

  it('the page of the head names nobody', async () => {
    const page = await (await signedIn('helene')).visit(at('/school/notices'));
    for (const name of ['Garnier', 'Bernard', 'Amrani', 'Lopez']) expect(page.text).not.toContain(name);
  });

  it('all the staff see what is missing to open; families and strangers do not', async () => {
    const tom = await (await signedIn('tom')).visit(at('/school/opening'));
    expect(tom.text).toContain('Convention 14');
    expect(tom.text).toContain('parlez-en à la direction');
    expect(tom.html).not.toContain('/school/notices');
    const helene = await (await signedIn('helene')).visit(at('/school/opening'));
    expect(helene.html).toContain(`href="/school/notices?school=${COLLEGE}"`);
    expect(helene.text).not.toContain('parlez-en à la direction');
    const henri = await (await signedIn('henri')).visit(at('/school/opening'));
    expect(henri.text).toContain('Manque');
    expect((await (await signedIn('henri')).visit(at('/'))).text).toContain('Il manque 4 pièces pour ouvrir');
    expect((await (await signedIn('paula')).visit(at('/school/opening'))).status).toBe(403);
    expect((await openWalker().visit(at('/school/opening'))).status).toBe(401);
  });

  it('who may not tell people changes nothing, by a page or a forged form', async () => {
    const { db } = portal;
    const before = await db('notice_board');
    for (const name of ['tom', 'paula', 'sylvie'] as const) {
      const walker = await signedIn(name);
      const charter = await walker.visit(at('/charter'));
      const fields = { token: tokenOf(charter), act: 'board', school: COLLEGE, day: dayOf(Date.now()) };
      expect((await walker.post(at('/school/notices'), fields)).status).toBe(403);
    }
    const head = await signedIn('helene');
    const page = await head.visit(at('/school/notices'));
    const elsewhere = { token: tokenOf(page), act: 'board', school: ECOLE, day: dayOf(Date.now()) };
    expect((await head.post(at('/school/notices'), elsewhere)).status).toBe(403);
    const unknown = { token: tokenOf(page), act: 'erase', school: COLLEGE };
    expect((await head.post(at('/school/notices'), unknown)).status).toBe(400);
    expect(await db('notice_board')).toEqual(before);
    const at0 = Date.now();
    await recordBoardDay(db, { school: ECOLE, by: 'operator', at: at0, day: dayOf(at0) });
  });

  it('the charter is shown as not voted until it is, accepted by whoever wishes, and that is theirs alone', async () => {
    const head = await signedIn('helene');
    const page = await head.visit(at('/school/notices'));
    await head.submit(page, 'charter-text', {
      text: 'Nous restons polis.\n\nNous protégeons nos mots de passe.',
      day: '',
    });
    const tom = await signedIn('tom');
    const charter = await tom.visit(at('/charter'));
    expect(charter.text).toContain('Non votée, sans valeur obligatoire');
    const accepted = await tom.submit(charter, 'answer');
    expect(accepted.text).toContain('Vous seul le voyez');
    await tom.submit(charter, 'answer');
    expect(await portal.db('charter_acceptance')).toHaveLength(1);
    // the head's pages say nothing of it, to anybody
    const seen = [await head.visit(at('/school/notices')), await head.visit(at('/charter')), await head.visit(at('/'))];
    for (const { text } of seen) expect(text).not.toMatch(/accept(ée|é) le|Garnier/);
    const trail = await portal.db('audit').where({ event: 'charter.answered' });
    expect(trail.map(({ details }) => details)).toEqual(trail.map(() => '{}'));
    // voted, it says so; the text is the same, and so is what was accepted
    await head.submit(page, 'charter-text', {
      text: 'Nous restons polis.\n\nNous protégeons nos mots de passe.',
      day: dayOf(Date.now()),
    });
    const voted = await tom.visit(at('/charter'));
    expect(voted.text).toContain('Votée par le conseil d’administration');
    const back = await tom.submit(voted, 'answer');
    expect(back.text).toContain('Votre acceptation est retirée');
    expect(back.text).toContain('J’accepte cette charte');
  });

  it('whoever refused, withdrew or never read the charter signs in just the same', async () => {
    for (const name of ['tom', 'paula', 'sylvie'] as const) {
      const walker = openWalker();
      const login = await walker.visit(portal.authorize());
      const next = await walker.submit(login, 'password', { login: identifierOf(name), password: PASSWORD });
      expect(next.passed.some((address) => address.includes('/charter'))).toBe(false);
      expect(next.url.startsWith(portal.module)).toBe(true);
    }
  });

  it('a charter is answered at one’s own school, as it stands', async () => {
    const paula = await signedIn('paula');
    const page = await paula.visit(at('/charter'));
    const hash = (await portal.db('charter').where({ school: COLLEGE }).first('hash')).hash;
    const henri = await signedIn('henri');
    const other = await henri.visit(at('/charter'));
    const refused = await henri.post(at('/charter'), {
      token: tokenOf(other),
      school: COLLEGE,
      charter: hash,
      answer: 'accept',
    });
    expect(refused.status).toBe(403);
    const stale = await paula.post(at('/charter'), {
      token: tokenOf(page),
      school: COLLEGE,
      charter: 'x',
      answer: 'accept',
    });
    expect(stale.status).toBe(422);
    expect(await portal.db('charter_acceptance').where({ person: await personOf(portal.db, 'paula') })).toEqual([]);
  });

  it('the terms are a text apart, with their version', async () => {
    const terms = await openWalker().visit(at('/terms'));
    expect(terms.text).toContain('Vous n’avez rien à signer');
    const version = /Version ([0-9a-f]{20})/.exec(terms.text)?.[1];
    expect((await openWalker().visit(at(`/terms/${version}`))).status).toBe(200);
    expect((await openWalker().visit(at('/terms/00000000000000000000'))).status).toBe(404);
  });

  it('no page says whether anybody opened anything, nor is it kept', async () => {
    const walker = await signedIn('paula');
    const before = await portal.db('notice_due').where({ person: await personOf(portal.db, 'paula') });
    await walker.visit(at('/notices'));
    expect(await portal.db('notice_due').where({ person: await personOf(portal.db, 'paula') })).toEqual(before);
  });
});
