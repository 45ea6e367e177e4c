// The pages about logbooks: who may read, opening to a colleague, validating, ending; who is let in to which page.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { delegate } from '../../src/acts/delegations.ts';
import { askGrant, endGrant, findGrant, listGrants, offerGrant, validateGrant } from '../../src/acts/grants.ts';
import { askInspection, findInspection } from '../../src/acts/inspections.ts';
import { recordAuthority, recordTerritory } from '../../src/acts/territories.ts';
import { assignTeaching } from '../../src/directory/teaching.ts';
import { dayOf, schoolYear, schoolYearAt } from '../../src/facts/calendar.ts';
import { changeFacts, currentFacts } from '../../src/facts/facts.ts';
import { type CastName, COLLEGE, ECOLE, LYCEE, logbookOf, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { openWalker, type Visited } from '../ways/walker.ts';
import { browsersOf, type Opened, openPortal } from './portal.ts';

const DAY = 86_400_000;
const YEAR_END = schoolYear(schoolYearAt(Date.now())).to;
const LAST = dayOf(YEAR_END - 1);
const today = new Intl.DateTimeFormat('fr', { dateStyle: 'long', timeZone: 'Europe/Paris' }).format(Date.now());
const DELIVERED = Date.now() - 3_600_000;

const who = ['tom', 'tania', 'olga', 'helene', 'david', 'carla', 'berthe', 'paul', 'paula', 'denise', 'henri'] as const;

describe.each(engines)('the pages about logbooks, on $name', ({ open }) => {
  let portal: Opened;
  let maths: string;
  const key: Partial<Record<CastName, string>> = {};

  beforeAll(async () => {
    portal = await openPortal(open, { accounts: who, delivered: DELIVERED });
    maths = await logbookOf(portal.db, COLLEGE, '6A', 'MATHS');
    for (const name of who) key[name] = await personOf(portal.db, name);
  });
  afterAll(() => portal?.close());
  afterEach(async () => {
    await portal.db('access_grant').delete();
    await portal.db('fact').whereIn('relation', ['granted', 'delegated']).delete();
  });

  const { as, see } = browsersOf(() => portal);
  const offer = (beneficiary: CastName = 'olga') =>
    offerGrant(portal.db, {
      logbook: maths,
      beneficiary: key[beneficiary]!,
      until: YEAR_END,
      by: key.tom!,
      at: Date.now(),
    });
  const granted = async () => validateGrant(portal.db, { grant: (await offer()).id, by: key.helene!, at: Date.now() });
  /** The hidden fields of the page’s form for an act, with what is typed. */
  const send = async (name: CastName, page: Visited, act: string, typed: Record<string, string> = {}) => {
    const form = [...page.html.matchAll(/<form\b[^>]*method="post"[^>]*>([\s\S]*?)<\/form>/g)]
      .map(([, inside = '']) => inside)
      .find((inside) => inside.includes(`name="act" value="${act}"`));
    if (!form) throw new Error(`no form \`${act}\` on ${page.url}`);
    const hidden = Object.fromEntries(
      [...form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, field, value]) => [
        field,
        value,
      ]),
    );
    return (await as(name)).post(page.url.replace(/\?.*/, ''), { ...hidden, ...typed } as Record<string, string>);
  };

  it('many logbooks are looked through by a subject, a class or a name; few are not', async () => {
    expect((await see('helene', '/logbooks?find=tania')).html).not.toContain('id="search-form"');
    const one = await portal.db('logbook').where({ id: maths }).first();
    const facts = (await portal.db('fact').where({ object: maths }).orWhere({ subject: maths })).filter(
      ({ relation }) => ['ofSchool', 'audience', 'owns'].includes(relation),
    );
    const more = Array.from({ length: 20 }, (_, place) => ({ ...one, id: `more-${place}`, subject: `M${place}` }));
    await portal.db('logbook').insert(more);
    for (const { id: copy } of more) {
      const of = (end: string) => (end === maths ? copy : end);
      const copies = facts.map(({ id: _, subject, object, ...fact }) => ({
        ...fact,
        subject: of(subject),
        object: of(object),
      }));
      await portal.db('fact').insert(copies);
    }
    const found = async (words: string) => {
      const { text } = await see('helene', `/logbooks?find=${encodeURIComponent(words)}`);
      return ['Mathématiques, 6e A', 'Français, 6e A', 'Latin, 6e latin'].filter((title) => text.includes(title));
    };
    try {
      expect((await see('helene', '/logbooks')).html).toContain('id="search-form"');
      expect(await found('')).toHaveLength(3);
      expect(await found('mathematiques garnier')).toEqual(['Mathématiques, 6e A']);
      expect(await found('LOPEZ')).toEqual(['Français, 6e A']);
      const nothing = await see('helene', '/logbooks?find=chimie');
      expect(nothing.text).toContain('Aucun cahier ne va avec ces mots.');
      expect(nothing.text).toContain('Voir les 25 cahiers');
    } finally {
      await portal.db('fact').whereLike('object', 'more-%').orWhereLike('subject', 'more-%').delete();
      await portal.db('logbook').whereLike('id', 'more-%').delete();
    }
  });

  it('the teacher opens to a colleague, the head validates, the teacher ends it', async () => {
    const walker = await as('tom');
    const home = await walker.visit(`${portal.origin}/`);
    const shelf = await walker.follow(home, 'Mes cahiers');
    expect(shelf.text).toContain('Les cahiers que vous tenez');
    const page = await walker.follow(shelf, 'Mathématiques, 6e A');
    expect(page.url).toBe(`${portal.origin}/logbooks/${maths}`);
    expect(page.text).toContain('Ce cahier n’est ouvert à aucun collègue en particulier.');

    const offered = await send('tom', page, 'offer', { colleague: key.olga!, from: '', until: LAST });
    expect(offered.passed).toEqual([page.url, `${page.url}?done=offered`]);
    expect(offered.text).toContain('La direction doit maintenant valider : d’ici là, rien n’est ouvert.');
    expect(offered.text).toContain('proposé, en attente de la direction');

    expect((await see('helene', '/')).text).toContain('Une décision vous attend.');
    const waiting = await see('helene', '/validations');
    expect(waiting.text).toContain('Mathématiques, 6e A : Tom Garnier propose d’ouvrir à Olga Petit');
    const validated = await send('helene', waiting, 'validate');
    expect(validated.text).toContain('C’est validé.');
    expect(validated.text).toContain('Rien n’attend votre décision.');

    const open = await see('tom', `/logbooks/${maths}`);
    expect(open.text).toMatch(/Ouverture à un collègue .* Olga Petit/);
    expect((await see('olga', '/logbooks')).text).toMatch(
      /Ce que des collègues vous ouvrent Mathématiques, 6e A .* ouvert/,
    );
    const ended = await send('tom', open, 'end');
    expect(ended.text).toContain('C’est terminé');
    expect(ended.text).not.toContain('Ouverture à un collègue Un collègue');
    expect(ended.text).toContain(`terminé le ${today}, par la personne qui tient le cahier`);
  });

  it.each([
    'America/Guadeloupe',
    'Pacific/Noumea',
  ])('the days of an ask are those of the school’s clock, in %s', async (zone) => {
    await portal.db('school').where({ uai: COLLEGE }).update({ zone });
    try {
      const { to } = schoolYear(schoolYearAt(Date.now(), undefined, zone), undefined, zone);
      const page = await see('olga', '/logbooks');
      expect(page.html).toContain(`min="${dayOf(Date.now(), zone)}"`);
      expect(page.html).toContain(`max="${dayOf(to - 1, zone)}"`);
    } finally {
      await portal.db('school').where({ uai: COLLEGE }).update({ zone: 'Europe/Paris' });
    }
  });

  it('the shelf is of this year: what is in the archive is not on it', async () => {
    const { audience, school, subject } = await portal.db('logbook').where({ id: maths }).first();
    const old = { id: 'old', school, year: schoolYearAt(Date.now()) - 1, audience, subject, created_at: 1 };
    await portal.db('logbook').insert(old);
    const kept = { validFrom: Date.now() - DAY, validTo: YEAR_END };
    const begin = [
      { relation: 'archivedAt', subject: old.id, object: COLLEGE, ...kept },
      { relation: 'authored', subject: key.tom!, object: old.id, ...kept },
    ] as const;
    await changeFacts(portal.db, { school: COLLEGE, at: Date.now(), source: 'derived', actor: 'test', begin });
    for (const name of ['helene', 'tom'] as const) {
      expect((await see(name, '/logbooks')).html).not.toContain('/logbooks/old');
      const page = await see(name, '/logbooks/old');
      expect(page.status).toBe(200);
      expect(page.text).toContain('Dans l’archive L’année de ce cahier est terminée');
      expect(page.text).toMatch(/A tenu le cahier La personne qui a tenu un cahier .* Tom Garnier/);
      expect(page.text).toMatch(/avec un motif écrit La cheffe ou le chef d’établissement lit .* Hélène Marchand/);
    }
    await portal.db('fact').where({ subject: 'old' }).orWhere({ object: 'old' }).delete();
    await portal.db('logbook').where({ id: 'old' }).delete();
  });

  it('what a colleague gave up meanwhile is not offered by an old page', async () => {
    await askGrant(portal.db, { logbook: maths, by: key.olga!, at: Date.now() });
    const page = await see('tom', `/logbooks/${maths}`);
    expect((await send('olga', await see('olga', '/logbooks'), 'renounce')).text).toContain('C’est terminé');
    const late = await send('tom', page, 'accept', { until: LAST });
    expect(late.status).toBe(422);
    expect(late.html).toContain('<code>grant_closed</code>');
    expect((await listGrants(portal.db, { logbooks: [maths] })).map(({ state }) => state)).toEqual(['ended']);
  });

  it('a colleague asks, the teacher accepts or declines, the colleague gives up', async () => {
    const shelf = await see('olga', '/logbooks');
    const asked = await send('olga', shelf, 'ask', { logbook: maths, until: LAST });
    expect(asked.text).toContain('Votre demande est partie.');
    expect((await see('tom', '/logbooks')).text).toContain('1 en attente de votre réponse');
    expect((await see('helene', '/validations')).text).toContain('Rien n’attend votre décision.');
    const page = await see('tom', `/logbooks/${maths}`);
    expect(page.text).toContain('Olga Petit demande à lire ce cahier');
    expect((await send('tom', page, 'accept', { until: LAST })).text).toContain('C’est proposé.');
    expect((await send('olga', await see('olga', '/logbooks'), 'renounce')).text).toContain('C’est terminé');

    await askGrant(portal.db, { logbook: maths, by: key.carla!, at: Date.now() });
    const declined = await send('tom', await see('tom', `/logbooks/${maths}`), 'decline');
    expect(declined.text).toContain('La demande est refusée.');
    expect((await see('carla', '/logbooks')).text).toContain(`refusé le ${today}, par la personne qui tient le cahier`);
  });

  it('the head refuses saying why, goes back on it, and ends what is open saying why', async () => {
    const { id } = await offer();
    const silent = await send('helene', await see('helene', '/validations'), 'refuse', { reason: ' ' });
    expect(silent.status).toBe(422);
    expect(silent.html).toContain('<code>reason_missing</code>');
    const refused = await send('helene', silent, 'refuse', { reason: 'Jusqu’à Noël suffirait' });
    expect(refused.text).toContain('C’est refusé.');
    expect((await see('tom', `/logbooks/${maths}`)).text).toContain('« Jusqu’à Noël suffirait »');
    const again = await send('tom', await see('tom', `/logbooks/${maths}`), 'offer', {
      colleague: key.olga!,
      until: LAST,
    });
    expect(again.status).toBe(422);
    expect(again.text).toContain('Cette ouverture a été refusée pour ces dates. Parlez-en à la direction');
    expect(again.html).toContain(`<option value="${key.olga}" selected>`);
    expect((await send('helene', refused, 'lift', { reason: 'Accord trouvé' })).text).toContain('Le refus est levé.');
    expect((await findGrant(portal.db, id)).state).toBe('lifted');
    await granted();
    const ended = await send('helene', await see('helene', '/validations'), 'end', { reason: 'Fin du projet' });
    expect(ended.text).toContain('Aucune ouverture n’est en cours.');
    expect((await see('tom', `/logbooks/${maths}`)).text).toContain(
      `terminé le ${today}, par la direction · « Fin du projet »`,
    );
  });

  it.each([
    ['the end that is missing', { until: '' }, 'grant_without_end'],
    ['a past end', { until: '2020-01-01' }, 'grant_dates'],
    ['an end after the year', { until: dayOf(YEAR_END + DAY) }, 'grant_too_long'],
    ['an end that is no day', { until: 'demain' }, 'grant_dates'],
    ['a start after the end', { from: LAST, until: dayOf(Date.now() + DAY) }, 'grant_dates'],
    ['nobody', { colleague: '' }, 'grant_not_staff'],
    ['oneself', { colleague: 'tom' }, 'grant_to_self'],
    ['a pupil', { colleague: 'paul' }, 'grant_not_staff'],
    ['the bursar', { colleague: 'berthe' }, 'grant_not_staff'],
  ])('%s is told on the page, which keeps what was typed', async (_, wrong: Record<string, string>, code) => {
    const page = await see('tom', `/logbooks/${maths}`);
    const colleague = wrong.colleague === undefined ? key.olga! : (key[wrong.colleague as CastName] ?? '');
    const told = await send('tom', page, 'offer', { from: '', until: LAST, ...wrong, colleague });
    expect(told.status).toBe(422);
    expect(told.html).toContain(`<code>${code}</code>`);
    expect(told.html).toContain('id="offer-form"');
    expect(await listGrants(portal.db, { logbooks: [maths] })).toEqual([]);
  });

  it('a double click does it once', async () => {
    const page = await see('tom', `/logbooks/${maths}`);
    const typed = { colleague: key.olga!, from: '', until: LAST };
    const offers = await Promise.all([1, 2].map(() => send('tom', page, 'offer', typed)));
    expect(offers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await listGrants(portal.db, { logbooks: [maths] })).toHaveLength(1);
    const waiting = await see('helene', '/validations');
    const decided = await Promise.all([1, 2].map(() => send('helene', waiting, 'validate')));
    expect(decided.map(({ text }) => text.includes('C’est validé.'))).toEqual([true, true]);
    const open = await see('tom', `/logbooks/${maths}`);
    const ended = await Promise.all([1, 2].map(() => send('tom', open, 'end')));
    expect(ended.map(({ text }) => text.includes('C’est terminé'))).toEqual([true, true]);
  });

  it('what was ended meanwhile is told, and stays closed', async () => {
    const { id } = await offer();
    const waiting = await see('helene', '/validations');
    await endGrant(portal.db, { grant: id, by: key.tom!, at: Date.now() });
    const late = await send('helene', waiting, 'validate');
    expect(late.status).toBe(422);
    expect(late.html).toContain('<code>grant_closed</code>');
    expect((await findGrant(portal.db, id)).state).toBe('ended');
  });

  const logbooksOf = async (school: string, code: string, subject: string) =>
    logbookOf(portal.db, school, code, subject);

  it.each([
    ['tom', 'its owner', 200],
    ['helene', 'the head', 200],
    ['david', 'the deputy', 200],
    ['tania', 'a teacher of the team', 403],
    ['olga', 'another teacher', 403],
    ['carla', 'the CPE', 403],
    ['berthe', 'the bursar', 403],
    ['paul', 'a pupil of the class', 403],
    ['paula', 'a parent', 403],
    ['henri', 'the head of another school', 403],
    ['denise', 'a director of another school', 403],
  ] as const)('%s, %s, asks for the readers: %i', async (name, _, status) => {
    const page = await see(name, `/logbooks/${maths}`);
    expect(page.status).toBe(status);
    if (status === 403) expect(page.text).not.toContain('Tom Garnier');
    const offers = page.html.includes('id="offer-form"');
    expect(offers).toBe(name === 'tom');
  });

  it.each([
    ['helene', 200, ''],
    ['david', 403, 'no_delegation'],
    ['tom', 403, 'not_allowed'],
    ['berthe', 403, 'not_allowed'],
    ['paula', 403, 'not_allowed'],
    ['denise', 403, 'not_allowed'],
  ] as const)('%s asks for what waits: %i %s', async (name, status, code) => {
    const page = await see(name, '/validations');
    expect(page.status).toBe(status);
    expect(page.html.includes(`<code id="code">${code}</code>`)).toBe(code !== '');
    expect((await see(name, '/')).html.includes('id="to-validations"')).toBe(status === 200);
  });

  it('a deputy with a delegation decides in the head’s place', async () => {
    const given = { school: COLLEGE, deputy: key.david!, acts: ['validate'], decision: 'n° 3' } as const;
    await delegate(portal.db, { ...given, by: key.helene!, at: Date.now() });
    await offer();
    const validated = await send('david', await see('david', '/validations'), 'validate');
    expect(validated.text).toContain('C’est validé.');
    const ending = await send('david', validated, 'end', { reason: 'non' });
    expect(ending.status).toBe(422);
    expect(ending.html).toContain('<code>no_delegation</code>');
  });

  it('nobody signed in is asked to sign in, and an unknown logbook is not known', async () => {
    for (const path of ['/logbooks', `/logbooks/${maths}`, '/validations'])
      expect((await openWalker().visit(`${portal.origin}${path}`)).status).toBe(401);
    expect((await see('tom', '/logbooks/none')).status).toBe(404);
  });

  it('a form of another person, of another page, or forged, does nothing', async () => {
    const { id } = await offer();
    const page = await see('helene', '/validations');
    const token = page.html.match(/name="token" value="([^"]*)"/)?.[1] ?? '';
    const forged = [
      await (await as('helene')).post(page.url, { act: 'validate', grant: id }),
      await (await as('helene')).post(page.url, { token: 'x.y', act: 'validate', grant: id }),
      await (await as('helene')).post(page.url, { token, act: 'validate', grant: id }, 'http://evil.example'),
      await (await as('david')).post(page.url, { token, act: 'validate', grant: id }),
      await (await as('helene')).post(`${portal.origin}/logbooks/${maths}`, { token, act: 'end', grant: id }),
    ];
    expect(forged.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    expect((await findGrant(portal.db, id)).state).toBe('offered');
  });

  it('an opening of another logbook is not ended from this one’s page', async () => {
    const latin = await logbooksOf(COLLEGE, '6LAT', 'LATIN');
    const theo = await personOf(portal.db, 'theo');
    const offered = { logbook: latin, beneficiary: key.olga!, until: YEAR_END, by: theo, at: Date.now() };
    const { id } = await offerGrant(portal.db, offered);
    await offer();
    const page = await see('tom', `/logbooks/${maths}`);
    expect((await send('tom', page, 'end', { grant: id })).status).toBe(404);
    expect((await findGrant(portal.db, id)).state).toBe('offered');
  });

  it('families are counted, never named', async () => {
    const { text } = await see('tom', `/logbooks/${maths}`);
    expect(text).toMatch(/Élèves : 2/);
    expect(text).toMatch(/Responsables légaux : 3/);
    expect(text).not.toMatch(/Bernard|Amrani/);
  });

  it('a past moment is told as it was enforced and as it is known today, with the difference', async () => {
    const at = Date.now() - 20 * 60_000;
    const { db } = portal;
    const [tania] = await currentFacts(db, { school: COLLEGE, relations: ['teaches'], subject: key.tania! });
    expect(tania).toBeDefined();
    const clock = (instant: number) =>
      new Intl.DateTimeFormat('fr-FR', { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Paris' }).format(
        instant,
      );
    const asked = `/logbooks/${maths}?day=${dayOf(at)}&time=${clock(at)}`;
    const before = await see('tom', asked);
    expect(before.text).toContain('Ce qui était appliqué ce jour-là');
    expect(before.text).toContain('ne change rien à ce qui était appliqué');
    expect(before.text).toMatch(/Équipe de la classe .* Tania Lopez/);
    // it is learnt today that Olga had been let in since this morning, and that she should have been
    await changeFacts(db, {
      school: COLLEGE,
      at: Date.now(),
      source: 'local',
      actor: 'test',
      begin: [{ relation: 'granted', subject: key.olga!, object: maths, validFrom: at - 60_000, validTo: YEAR_END }],
    });
    const after = await see('tom', asked);
    expect(after.html).not.toContain('id="same"');
    expect(after.text).toMatch(/Auraient dû pouvoir lire, et ne le pouvaient pas .* Olga Petit/);
    expect(after.text.split('Ce que l’on sait aujourd’hui')[0]).not.toMatch(/Ouverture à un collègue .* Olga Petit/);
  });

  it.each([
    ['day=2020-02-30&time=09:00', 422],
    [`day=${dayOf(Date.now() + 2 * DAY)}&time=09:00`, 422],
    ['day=2026-11-12&time=29:99', 422],
    ['day=hier&time=09:00', 422],
    ['day=0500-11-12&time=09:00', 200],
    ['day=0000-01-01&time=00:00', 200],
    ['day=2010-11-12&time=09:00', 200],
  ])('a moment written %s gives %i', async (query, status) => {
    const page = await see('tom', `/logbooks/${maths}?${query}`);
    expect(page.status).toBe(status);
    expect(page.html.includes('id="past-fault"')).toBe(status === 422);
    if (status === 200) expect(page.text).toContain('Personne ne pouvait lire ce cahier à ce moment');
  });

  describe('inspections', () => {
    /** An inspector of the territory asks to read what a teacher keeps. */
    const asked = async (school: string, teacher: CastName) => {
      const inspector = await personOf(portal.db, 'lise');
      const at = Date.now();
      await recordTerritory(portal.db, { person: inspector, schools: [school], specialty: '', by: 'operator', at });
      const asks = { school, audiences: [], motive: 'Rendez-vous de carrière', mostDays: 30 };
      return askInspection(portal.db, { ...asks, teachers: [await personOf(portal.db, teacher)], by: inspector, at });
    };
    afterEach(async () => {
      await portal.db('inspection').delete();
      await portal.db('told').delete();
      await portal.db('fact').whereIn('relation', ['territory', 'authority', 'inspects']).delete();
    });

    it('the teacher is told, the head approves, the teacher is told again, the head ends it', async () => {
      const { id } = await asked(COLLEGE, 'tom');
      expect((await see('tom', '/logbooks')).text).toMatch(
        /À savoir Lise Noël demande à inspecter vos cahiers du .* Motif : « Rendez-vous de carrière »/,
      );
      expect((await see('helene', '/')).text).toContain('Une décision vous attend.');
      const waiting = await see('helene', '/validations');
      expect(waiting.text).toContain('Lise Noël demande à lire : Tom Garnier');
      const approved = await send('helene', waiting, 'approve-inspection');
      expect(approved.text).toContain('C’est approuvé. Les enseignants concernés en sont informés.');
      expect(approved.text).toContain('Lise Noël lit : Tom Garnier');
      const page = await see('tom', `/logbooks/${maths}`);
      expect(page.text).toMatch(/Inspection Une inspectrice .* Lise Noël jusqu’au /);
      expect((await see('tom', '/logbooks')).text).toMatch(/Lise Noël peut inspecter vos cahiers du /);
      expect((await send('helene', approved, 'end-inspection', { reason: '' })).html).toContain('reason_missing');
      expect((await send('helene', approved, 'end-inspection', { reason: 'Visite faite' })).text).toContain(
        'C’est terminé',
      );
      expect((await findInspection(portal.db, id)).state).toBe('ended');
      expect((await see('tom', '/logbooks')).text).toContain('L’inspection de Lise Noël est terminée.');
    });

    it('a double click approves once, and what was decided meanwhile is told', async () => {
      await asked(COLLEGE, 'tom');
      const waiting = await see('helene', '/validations');
      const both = await Promise.all([1, 2].map(() => send('helene', waiting, 'approve-inspection')));
      expect(both.map(({ text }) => text.includes('C’est approuvé.'))).toEqual([true, true]);
      const late = await send('helene', waiting, 'refuse-inspection', { reason: 'non' });
      expect(late.status).toBe(422);
      expect(late.html).toContain('<code>inspection_decided</code>');
    });

    it('in first degree the designate approves, and the director does not', async () => {
      const marc = await personOf(portal.db, 'marc');
      const audience = { kind: 'class', code: 'CE1' } as const;
      await assignTeaching(portal.db, { school: ECOLE, teacher: marc, audience, by: key.denise!, at: Date.now() });
      await asked(ECOLE, 'marc');
      expect((await see('denise', '/validations')).status).toBe(403);
      const authority = { person: key.carla!, school: ECOLE, decision: 'DASEN 12', by: 'operator', at: Date.now() };
      await recordAuthority(portal.db, authority);
      const waiting = await see('carla', '/validations');
      expect(waiting.text).toContain('École Jules-Verne');
      expect(waiting.text).not.toContain('Ouvertures en cours');
      expect((await send('carla', waiting, 'approve-inspection')).text).toContain('C’est approuvé.');
    });
  });

  it('a suspension is told to the owner and to the head', async () => {
    const { id } = await granted();
    await endGrant(portal.db, { grant: id, reason: 'Compte détourné', by: 'operator', at: Date.now() });
    for (const name of ['tom', 'helene'] as const)
      expect((await see(name, '/logbooks')).text).toContain(
        'L’exploitant a suspendu, pour raison de sécurité, l’ouverture du cahier Mathématiques, 6e A à Olga Petit.',
      );
    expect((await see('tom', `/logbooks/${maths}`)).text).toContain(
      `terminé le ${today}, suspendu pour raison de sécurité par l’exploitant · « Compte détourné »`,
    );
    expect((await see('tania', '/logbooks')).text).not.toContain('À savoir');
  });

  it('nothing of it is for families', async () => {
    for (const name of ['paul', 'paula'] as const) {
      const home = await see(name, '/');
      expect(home.html).not.toContain('Logbooks"');
      const shelf = await see(name, '/logbooks');
      expect(shelf.html).not.toContain('id="ask-form"');
      expect(shelf.html).not.toMatch(/href="\/logbooks\/\w/);
    }
    expect([await logbooksOf(LYCEE, 'T1', 'PHILO'), ECOLE]).toHaveLength(2);
  });
});
