// The main way, from the export to the page: everyone of the invented ENT signs in, reads what is theirs, writes what is theirs.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Demo, openDemo } from '../../src/demo/demo.ts';
import { keyOf } from '../../src/demo/people.ts';
import { endTeaching } from '../../src/directory/teaching.ts';
import { sampleAudiences, sampleSchools } from '../../src/feed/sample/cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { asksPassword, passLogin, shelvesOn, signedIn, titlesOn, urlOf } from './visitors.ts';
import { openWalker, type Walker } from './walker.ts';

const ofTheCollege = [
  'Français, 6EME A',
  'Français, 6EME B',
  'Latin, 6EME LATIN',
  'Mathématiques, 5EME C',
  'Mathématiques, 6EME A',
  'Mathématiques, 6EME LATIN',
];

const lesson = { day: '2026-11-20', text: 'Proportionnalité : la règle de trois.', homework: '', due: '' };

describe.each(engines)('a newcomer on $name', ({ open }) => {
  let place: TestDatabase;
  let demo: Demo;

  beforeAll(async () => {
    place = await open({ migrated: false });
    demo = await openDemo({ port: 0, database: place.url });
  });
  afterAll(async () => {
    await demo?.close();
    await place?.close();
  });

  /** The address of a logbook, as the head of the collège knows it. */
  const ofHead = async (title: string) => urlOf((await signedIn(demo, 'helene')).shelves, title);

  const signOutOfPreau = async (walker: Walker) =>
    walker.submit(await walker.visit(`${demo.issuer}/session/end`), 'op.logoutForm', { logout: 'yes' });

  /** Préau tells modules beside the request that ends a session: soon after, not within it. */
  const ends = (walker: Walker, url: string) =>
    expect.poll(async () => asksPassword(await walker.visit(url), demo), { timeout: 30_000 }).toBe(true);

  it('the teacher sees their own logbooks and those of the team, and no others', async () => {
    const { shelves } = await signedIn(demo, 'tom');
    expect(titlesOn(shelves)).toEqual([
      'Français, 6EME A',
      'Français, 6EME B',
      'Latin, 6EME LATIN',
      'Mathématiques, 6EME A *',
      'Mathématiques, 6EME LATIN *',
    ]);
  });

  it('each logbook of the list says why it may be read', async () => {
    for (const who of ['tom', 'helene', 'paul', 'paula'] as const) {
      const { shelves } = await signedIn(demo, who);
      const reasons = Object.values(shelvesOn(shelves)).flatMap((of) => of.map(({ why }) => why));
      expect(reasons.length).toBeGreaterThan(3);
      for (const why of reasons) expect(why).toMatch(/\p{L}{3,}/u);
    }
  });

  it('the teacher writes in their own logbook, and what is written has its author', async () => {
    const { walker, shelves } = await signedIn(demo, 'tom');
    const logbook = await walker.visit(urlOf(shelves, 'Mathématiques, 6EME A'));
    expect(logbook.text).toContain('Vous lisez ce cahier parce que');
    expect(logbook.text).toMatch(/Règle owner/);
    const written = await walker.submit(logbook, 'write', {
      ...lesson,
      homework: 'Exercice 3 page 90.',
      due: '2026-11-27',
    });
    expect(written.text).toContain('La séance est inscrite au cahier.');
    expect(written.text).toContain(
      'vendredi 20 novembre 2026 Proportionnalité : la règle de trois. ' +
        'À faire pour le vendredi 27 novembre 2026 Exercice 3 page 90. Tom Garnier',
    );
    const pupil = await signedIn(demo, 'paul');
    const read = await pupil.walker.visit(urlOf(pupil.shelves, 'Mathématiques, 6EME A'));
    expect(read.text).toContain('Proportionnalité : la règle de trois.');
  });

  it('what is missing in an entry is told beside its field, and nothing typed is lost', async () => {
    const { walker, shelves } = await signedIn(demo, 'tom');
    const logbook = await walker.visit(urlOf(shelves, 'Mathématiques, 6EME LATIN'));
    const faulty = await walker.submit(logbook, 'write', { ...lesson, homework: 'Le jeu des nombres', due: '' });
    expect(faulty.status).toBe(422);
    expect(faulty.text).toContain('Indiquez pour quand ce travail est à faire.');
    expect(faulty.html).toContain('Le jeu des nombres</textarea>');
    expect((await walker.visit(logbook.url)).text).not.toContain('Proportionnalité');
  });

  it('the teacher reads a logbook of the team, and cannot write there, not even by a forged form', async () => {
    const { walker, shelves } = await signedIn(demo, 'tom');
    const logbook = await walker.visit(urlOf(shelves, 'Français, 6EME A'));
    expect(logbook.status).toBe(200);
    expect(logbook.text).toMatch(/Règle team/);
    expect(logbook.text).toContain('Vous n’y écrivez pas.');
    expect(logbook.html).not.toContain('id="write"');
    const forged = await walker.post(`${logbook.url}/seances`, { ...lesson, form: formTokenOf(logbook.html) });
    expect(forged.status).toBe(403);
    expect(forged.text).toContain('Vous ne pouvez pas écrire dans ce cahier');
    expect((await walker.visit(logbook.url)).text).not.toContain('Proportionnalité');
  });

  it('the teacher does not read the logbook of a class that is not theirs', async () => {
    const { walker } = await signedIn(demo, 'tom');
    const refused = await walker.visit(await ofHead('Mathématiques, 5EME C'));
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('Ce cahier ne vous est pas ouvert');
    expect(refused.text).not.toContain('Symétrie centrale');
  });

  it.each([
    ['the head', 'helene', 'head'],
    ['the deputy', 'david', 'deputy'],
  ] as const)('%s reads every logbook of the school, and writes in none', async (_, who, rule) => {
    const { walker, shelves } = await signedIn(demo, who);
    expect(titlesOn(shelves)).toEqual(ofTheCollege);
    for (const title of ofTheCollege) {
      const logbook = await walker.visit(urlOf(shelves, title));
      expect(logbook.status).toBe(200);
      expect(logbook.text).toContain(`Règle ${rule}`);
      expect(logbook.html).not.toContain('id="write"');
      const forged = await walker.post(`${logbook.url}/seances`, { ...lesson, form: formTokenOf(logbook.html) });
      expect(forged.status).toBe(403);
      expect(forged.text).toContain('Décision de Préau : refus');
    }
  });

  it('the pupil reads the logbooks of their class and of their group, and writes in none', async () => {
    const { walker, shelves } = await signedIn(demo, 'paul');
    expect(titlesOn(shelves)).toEqual([
      'Français, 6EME A',
      'Latin, 6EME LATIN',
      'Mathématiques, 6EME A',
      'Mathématiques, 6EME LATIN',
    ]);
    const logbook = await walker.visit(urlOf(shelves, 'Latin, 6EME LATIN'));
    expect(logbook.text).toMatch(/Règle pupil/);
    expect(logbook.html).not.toContain('id="write"');
  });

  it('a parent with children in an école, a collège and a lycée signs in once and finds the three', async () => {
    const { walker, shelves } = await signedIn(demo, 'paula');
    const found = shelvesOn(shelves);
    expect(Object.keys(found).sort()).toEqual(['Léa', 'Noé', 'Paul']);
    expect(found.Léa?.map(({ title }) => title)).toEqual(['Toutes les matières, CM2']);
    expect(found.Noé?.map(({ title }) => title).sort()).toEqual(['Latin, TERMINALE 1', 'Philosophie, TERMINALE 1']);
    expect(found.Paul).toHaveLength(4);
    expect(shelves.text).toMatch(/Léa [^·]*Jules Verne[^·]*CM2/);
    expect(shelves.text).toMatch(/Paul [^·]*Les Tilleuls[^·]*6EME A/);
    expect(shelves.text).toMatch(/Noé [^·]*Albert Camus[^·]*TERMINALE 1/);
    for (const { url, writes } of Object.values(found).flat()) {
      expect(writes).toBe(false);
      const logbook = await walker.visit(url);
      expect(logbook.url).toBe(url);
      expect(logbook.status).toBe(200);
      expect(logbook.text).toMatch(/Règle guardian/);
    }
  });

  it('the director of an école who teaches writes for her own class, and reads no other without a decision', async () => {
    const { walker, shelves } = await signedIn(demo, 'denise');
    expect(titlesOn(shelves)).toEqual(['Toutes les matières, CM2 *']);
    expect(shelves.text).toContain('direction d’école');
    const written = await walker.submit(
      await walker.visit(urlOf(shelves, 'Toutes les matières, CM2')),
      'write',
      lesson,
    );
    expect(written.text).toContain('La séance est inscrite au cahier.');
  });

  it('the pupil of a lycée reads the logbooks of their class there', async () => {
    const { shelves } = await signedIn(demo, 'noe');
    expect(titlesOn(shelves)).toEqual(['Latin, TERMINALE 1', 'Philosophie, TERMINALE 1']);
  });

  it.each([
    ['the bursar', 'berthe'],
    ['the CPE', 'carla'],
  ] as const)('%s finds no logbook, and is refused by a direct address', async (_, who) => {
    const { walker, shelves } = await signedIn(demo, who);
    expect(titlesOn(shelves)).toEqual([]);
    expect(shelves.text).toContain('Aucun cahier ne vous est ouvert');
    const refused = await walker.visit(await ofHead('Mathématiques, 6EME A'));
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('Décision de Préau : refus');
    expect(refused.text).not.toContain('Fractions');
  });

  it('the rights are those of the moment: a class taken back closes the logbook to writing, in the same session', async () => {
    const { walker, shelves } = await signedIn(demo, 'denise');
    const url = urlOf(shelves, 'Toutes les matières, CM2');
    const form = await walker.visit(url);
    await endTeaching(demo.db, {
      school: sampleSchools.ecole.uai,
      teacher: await keyOf(demo.db, 'denise'),
      audience: { kind: 'class', code: sampleAudiences.cm2.code },
      by: 'operator',
      at: Date.now(),
    });
    const refused = await walker.submit(form, 'write', { ...lesson, text: 'Trop tard.' });
    expect(refused.status).toBe(403);
    expect((await walker.visit(url)).status).toBe(403);
  });

  it('an address opened before signing in is found again after', async () => {
    const url = await ofHead('Français, 6EME B');
    const walker = openWalker();
    const login = await walker.visit(url);
    expect(asksPassword(login, demo)).toBe(true);
    const logbook = await passLogin(walker, login, 'david');
    expect(logbook.url).toBe(url);
    expect(logbook.status).toBe(200);
  });

  it('signing out of the module ends its session, and Préau’s', async () => {
    const { walker, shelves } = await signedIn(demo, 'tania');
    const asked = await walker.submit(shelves, 'sign-out');
    const gone = await walker.submit(asked, 'op.logoutForm', { logout: 'yes' });
    expect(gone.url).toMatch(new RegExp(`^${demo.module}/au-revoir`));
    expect(gone.text).toContain('Vous êtes déconnecté');
    expect(asksPassword(await walker.visit(`${demo.module}/cahiers`), demo)).toBe(true);
  });

  it('signing out of Préau ends the session of the module, which is told so behind the browser’s back', async () => {
    const { walker, shelves } = await signedIn(demo, 'tania');
    expect((await walker.visit(shelves.url)).status).toBe(200);
    await signOutOfPreau(walker);
    await ends(walker, shelves.url);
  });

  it('signing out in one browser leaves the other one signed in', async () => {
    const [here, there] = [await signedIn(demo, 'david'), await signedIn(demo, 'david')];
    await signOutOfPreau(here.walker);
    await ends(here.walker, here.shelves.url);
    // answered at once: not by way of Préau, which would sign in again without a word
    expect((await there.walker.visit(there.shelves.url)).passed).toEqual([there.shelves.url]);
  });

  it('a second sign-in in the same browser asks no password: Préau’s session is one', async () => {
    const { walker } = await signedIn(demo, 'tom');
    walker.forget('cahier_session');
    const again = await walker.visit(`${demo.module}/cahiers`);
    expect(again.url).toBe(`${demo.module}/cahiers`);
    expect(titlesOn(again)).toHaveLength(5);
  });
});

function formTokenOf(html: string): string {
  return html.match(/name="form" value="([^"]+)"/)?.[1] ?? '';
}
