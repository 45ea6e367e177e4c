// Letters and class cards in the pages: issued and printed by whoever may, once; and a pupil's way in by card.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueCards } from '../../src/letters/cards.ts';
import { sheetsAfter } from '../../src/letters/runs.ts';
import { COLLEGE, ECOLE, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { recoveryCodeOf } from '../second-factor.ts';
import { openWalker, type Visited, type Walker } from '../ways/walker.ts';
import { browsersOf, identifierOf, type Opened, openPortal, PASSWORD } from './portal.ts';

const who = ['helene', 'david', 'denise', 'tom', 'paula'] as const;

describe.each(engines)('letters and cards, on $name', ({ open }) => {
  let portal: Opened;
  beforeAll(async () => {
    portal = await openPortal(open, { accounts: who, delivered: Date.now() - 3_600_000 });
  });
  afterAll(() => portal?.close());

  const { as } = browsersOf(() => portal);
  const at = (path: string) => `${portal.origin}${path}`;
  const asked = { kind: 'activation', who: 'families', class: '', name: '', by: 'letter', again: '' };
  const runOf = (page: Visited) => /\/school\/letters\/(\w+)/.exec(page.url)?.[1] ?? '';
  const key = () => portal.config.keyFor('letters');
  const sheetsOf = (run: string) => sheetsAfter(portal.db, { run, key: key(), after: 0, most: 100 });

  it('are found from the front page by whoever may issue, and by nobody else', async () => {
    const helene = await as('helene');
    const page = await helene.follow(await helene.visit(at('/')), 'Lettres et cartes');
    expect(page.url).toBe(at('/school/letters'));
    expect(page.text).toContain('Collège Les Tilleuls');
    expect(page.text).not.toContain('cartes de classe, pour les élèves');
    for (const name of ['tom', 'paula'] as const) {
      const walker = await as(name);
      expect((await walker.visit(at('/'))).text).not.toContain('Lettres et cartes');
      expect((await walker.visit(at('/school/letters'))).status).toBe(403);
    }
    expect((await openWalker().visit(at('/school/letters'))).status).toBe(401);
    expect((await helene.visit(at(`/school/letters?school=${ECOLE}`))).status).toBe(403);
  });

  it('are issued once when the form is sent twice, printed as often as needed, and by nobody of another school', async () => {
    const helene = await as('helene');
    const form = await helene.visit(at('/school/letters'));
    const [page, twice] = await Promise.all([helene.submit(form, 'run', asked), helene.submit(form, 'run', asked)]);
    expect(page.url).toBe(twice.url);
    expect(page.text).toContain('Prêt à imprimer');
    const codes = await sheetsOf(runOf(page));
    expect(codes).toHaveLength(2); // Paula has an account
    for (let n = 0; n < 2; n += 1) {
      const pdf = await helene.visit(`${page.url}/sheets.pdf`);
      expect(pdf.headers.get('content-type')).toBe('application/pdf');
      expect(pdf.headers.get('content-disposition')).toBe(`attachment; filename="activation-${COLLEGE}.pdf"`);
      expect(pdf.headers.get('cache-control')).toBe('no-store');
      expect(pdf.html.startsWith('%PDF-1.7')).toBe(true);
      expect(pdf.html.trimEnd().endsWith('%%EOF')).toBe(true);
    }
    const printed = await portal.db('audit').where({ event: 'letters.printed', school: COLLEGE });
    expect(printed.map(({ actor }) => actor)).toEqual(Array(2).fill(await personOf(portal.db, 'helene')));
    expect((await (await as('david')).visit(`${page.url}/sheets.pdf`)).status).toBe(200);
    for (const name of ['denise', 'tom', 'paula'] as const)
      for (const path of [page.url, `${page.url}/sheets.pdf`])
        expect((await (await as(name)).visit(path)).status).toBe(404);
    expect((await openWalker().visit(`${page.url}/sheets.pdf`)).status).toBe(401);
    expect(portal.logged()).not.toContain(codes[0]!.code);
  });

  it('that nobody needs are refused, and what was chosen is kept', async () => {
    const helene = await as('helene');
    const form = await helene.visit(at('/school/letters'));
    const refused = await helene.submit(form, 'run', { ...asked, name: 'Inconnue' });
    expect(refused.status).toBe(422);
    expect(refused.html).toContain('<code>nothing_to_issue</code>');
    expect(refused.html).toContain('value="Inconnue"');
  });

  it('are refused to a forged form, to another’s form, and to words that are not of the page', async () => {
    const helene = await as('helene');
    const form = await helene.visit(at('/school/letters'));
    const token = /name="token" value="([^"]+)"/.exec(form.html)?.[1] ?? '';
    const post = (walker: Walker, fields: Record<string, string>) =>
      walker.post(at('/school/letters'), { ...asked, ...fields });
    expect((await post(helene, { run: 'a'.repeat(32), token })).status).toBe(403);
    const run = /name="run" value="([^"]+)"/.exec(form.html)?.[1] ?? '';
    expect((await post(await as('david'), { run, token })).status).toBe(403);
    for (const wrong of [{ kind: 'all' }, { who: 'everybody' }, { by: 'pigeon' }])
      expect((await post(helene, { run, token, ...wrong })).status).toBe(400);
    expect((await post(helene, { run, token, kind: 'cards' })).status).toBe(400);
  });

  it('ask first who is there: an open session alone neither issues nor prints', async () => {
    const denise = openWalker({ byHand: true });
    const login = await denise.visit(portal.authorize());
    const next = await denise.submit(login, 'password', { login: identifierOf('denise'), password: PASSWORD });
    if (!next.url.startsWith(portal.module)) await denise.submit(next, 'submit');
    const form = await denise.visit(at('/school/letters'));
    const { id } = await issueCards(portal.db, key(), {
      school: ECOLE,
      to: { who: 'pupils' },
      again: true,
      actor: 'operator',
      at: Date.now(),
    });
    const before = (await portal.db('print_run')).length;
    // from here on there is a factor, and this session has not proven it
    await recoveryCodeOf(portal.db, identifierOf('denise'));
    for (const path of ['/school/letters', `/school/letters/${id}/sheets.pdf`])
      expect((await denise.visit(at(path))).url).toBe(at(`/account/prove?to=${encodeURIComponent(path)}`));
    expect((await denise.submit(form, 'run', { ...asked, kind: 'cards', who: 'pupils' })).url).toContain(
      '/account/prove',
    );
    expect(await portal.db('print_run')).toHaveLength(before);
    expect(await portal.db('audit').where({ event: 'letters.printed', school: ECOLE })).toEqual([]);
    const person = await personOf(portal.db, 'denise');
    for (const table of ['factor', 'recovery_code', 'print_sheet', 'print_run'])
      await portal
        .db(table)
        .where(table.startsWith('print') ? {} : { person })
        .delete();
    await portal.db('card').delete();
  });

  it('a letter’s square brings the code and nothing more, and leaves it in no address', async () => {
    const helene = await as('helene');
    const form = await helene.visit(at('/school/letters'));
    const run = runOf(await helene.submit(form, 'run', { ...asked, again: 'yes', name: 'Amrani' }));
    const [{ code }] = (await sheetsOf(run)) as unknown as [{ code: string }];
    const ali = openWalker();
    const page = await ali.visit(at(`/activation?code=${code}`));
    expect(page.url).toBe(at('/activation'));
    expect(page.html).toContain(`value="${code}"`);
    const next = await ali.submit(page, 'code', { check: 'Amrani' });
    expect(next.url).toBe(at('/activation/account'));
    const odd = await openWalker().visit(at('/activation?code=%22%3E%3Cscript%3E'));
    expect(odd.html).not.toContain('script%3E');
    expect(odd.html).not.toMatch(/name="code"[^>]*value="[^"]/);
  });

  describe('a class card', () => {
    async function cardOfLea(): Promise<{ identifier: string; words: string[] }> {
      const issued = { school: ECOLE, to: { who: 'pupils' }, again: true, actor: 'operator', at: Date.now() } as const;
      const run = await issueCards(portal.db, key(), issued);
      const [sheet] = await sheetsOf(run.id);
      return { identifier: sheet!.identifier!, words: sheet!.code.split(' ') };
    }
    const typed = ({ identifier, words }: { identifier: string; words: string[] }) => ({
      login: identifier,
      ...Object.fromEntries(words.map((word, index) => [`word${index + 1}`, word])),
    });

    it('is made by the direction of a primary school', async () => {
      const denise = await as('denise');
      const form = await denise.visit(at('/school/letters'));
      expect(form.text).toContain('Des cartes de classe');
      const page = await denise.submit(form, 'run', { ...asked, kind: 'cards', who: 'pupils', class: 'CM2' });
      expect(page.text).toContain('1 carte');
      const pdf = await denise.visit(`${page.url}/sheets.pdf`);
      expect(pdf.headers.get('content-disposition')).toBe(`attachment; filename="cards-${ECOLE}.pdf"`);
    });

    it('lets a pupil into a service, says how in the token, and opens no page of the account', async () => {
      const card = await cardOfLea();
      const lea = openWalker();
      const login = await lea.visit(portal.authorize());
      const page = await lea.follow(login, 'J’ai une carte de classe');
      const notice = await lea.submit(page, 'word1', typed(card));
      expect(notice.text).toContain('Léa Bernard');
      const inside = await lea.submit(notice, 'submit');
      expect(inside.url.startsWith(portal.module)).toBe(true);
      // the browser has served: what others of the class try keeps its pupil out no more
      expect([...lea.cookies.values()].filter(({ name }) => name.endsWith('-device'))).toHaveLength(1);
      expect(await portal.db('known_device').pluck('person')).toContain(await personOf(portal.db, 'lea'));
      for (const path of ['/me', '/account', '/me/sessions', '/account/password', '/school/letters', '/family']) {
        const refused = await lea.visit(at(path));
        expect([path, refused.status]).toEqual([path, 403]);
        expect(refused.text).toContain('Une carte de classe n’ouvre pas cette page');
      }
      expect((await lea.visit(at('/'))).text).not.toContain('Mes données');
      // what is traced outside the request is written a moment later
      const opened = () => portal.db('audit').where({ event: 'session.opened' }).pluck('actor');
      await expect.poll(opened, { timeout: 10_000 }).toContain(await personOf(portal.db, 'lea'));
    });

    it('shown first leads to the services of the school, and lets in once', async () => {
      const card = await cardOfLea();
      const lea = openWalker();
      const page = await lea.visit(at(`/card?id=${card.identifier}`));
      expect(page.html).toContain(`value="${card.identifier}"`);
      const places = await lea.submit(page, 'word1', typed(card));
      expect(places.url).toBe(at('/card/places'));
      expect(places.text).toContain('Bonjour Léa');
      expect(places.html).toContain(`href="${portal.module}"`);
      const next = await lea.visit(portal.authorize());
      expect(next.url.startsWith(portal.module) || next.text.includes('Léa')).toBe(true);
      lea.forget('preau');
      lea.forget('preau.sig');
      expect((await lea.visit(portal.authorize())).html).toContain('id="password"');
    });

    it('that was replaced between the page and the service lets nobody in', async () => {
      const lea = openWalker();
      const card = await cardOfLea();
      await lea.submit(await lea.visit(at('/card')), 'word1', typed(card));
      await cardOfLea();
      // what is remembered of an account is a second old at most
      const next = async () => (await lea.visit(portal.authorize())).html;
      await expect.poll(next, { timeout: 10_000, interval: 500 }).toContain('id="password"');
    });

    it('that is wrong is refused in few words, keeps the name and not the words', async () => {
      const card = await cardOfLea();
      const page = await openWalker().visit(at('/card'));
      const lea = openWalker();
      const refused = await lea.submit(await lea.visit(page.url), 'word1', {
        ...typed(card),
        word2: 'mauvaismot',
      });
      expect(refused.status).toBe(422);
      expect(refused.html).toContain(`value="${card.identifier}"`);
      expect(refused.html).not.toContain('mauvaismot');
      for (const word of card.words) expect(refused.html).not.toContain(`value="${word}"`);
    });

    it('begun anew forgets who was there before', async () => {
      const lea = openWalker();
      await lea.submit(await lea.visit(at('/card')), 'word1', typed(await cardOfLea()));
      await lea.visit(at('/card'));
      expect((await lea.visit(at('/card/places'))).url).toBe(at('/card'));
    });
  });
});
