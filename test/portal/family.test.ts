// The pages of families: one's children, a record joined and separated, a pupil disputed; and one browser for two persons.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { issueActivation, openAccount } from '../../src/accounts/accounts.ts';
import { applyDelivery } from '../../src/directory/directory.ts';
import { addModule } from '../../src/oidc/modules.ts';
import { ACADEMY, type CastName, cast, ECOLE, ecole, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { answerFactorsAt, recoveryCodeOf } from '../second-factor.ts';
import { openWalker, type Visited, type Walker } from '../ways/walker.ts';
import { enterAs, identifierOf, type Opened, openPortal, PASSWORD, sheet } from './portal.ts';

const DELIVERED = Date.now() - 3_600_000;
const SECOND = '3999';
/** The cookie that a session is known by. */
const SESSION = 'preau';
const who = ['paula', 'pierre', 'paul', 'ali', 'helene', 'denise', 'tom'] as const;

describe.each(engines)('the pages of families, on $name', ({ open }) => {
  let portal: Opened;
  let record: string;
  const key: Partial<Record<CastName, string>> = {};

  beforeAll(async () => {
    portal = await openPortal(open, { accounts: who, delivered: DELIVERED });
    answerFactorsAt(portal.origin, portal.db);
    // at the école, the same Pierre stands under another record
    const said = ecole(DELIVERED);
    const second = { academy: ACADEMY, externalId: SECOND, givenName: 'Pierre', familyName: 'Bernard' };
    const guards = { relation: 'guards', subject: { person: SECOND }, object: { person: cast.lea.id } } as const;
    await applyDelivery(portal.db, { ...said, persons: [...said.persons, second], facts: [...said.facts, guards] });
    record = (await portal.db('external_identity').where({ external_id: SECOND }).first('person')).person;
    for (const name of who) key[name] = await personOf(portal.db, name);
    const library = { ...sheet(portal.module), id: 'library', name: 'Bibliothèque', schools: [ECOLE] };
    await addModule(portal.db, library, { actor: 'system', at: Date.now() });
  });
  afterAll(() => portal?.close());
  beforeEach(async () => {
    await portal.db('throttle').delete();
  });

  const enter = async (walker: Walker, login: Visited, name: CastName): Promise<Visited> => {
    const next = await walker.submit(login, 'password', { login: identifierOf(name), password: PASSWORD });
    return next.html.includes('class="received"') ? walker.submit(next, 'submit') : next;
  };
  const as = (name: CastName): Promise<Walker> => enterAs(portal, name);
  const see = (walker: Walker, path: string) => walker.visit(`${portal.origin}${path}`);
  /** The hidden fields of the form that holds a text, posted with what is typed. */
  const send = async (walker: Walker, page: Visited, holds: string, typed: Record<string, string> = {}) => {
    const form = [...page.html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].find(([, , inside = '']) =>
      inside.includes(holds),
    );
    if (!form) throw new Error(`no form with « ${holds} » on ${page.url}: ${page.text.slice(0, 400)}`);
    const hidden = [...form[2]!.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
    const fields = Object.fromEntries(hidden.map(([, field, value]) => [field, value])) as Record<string, string>;
    return walker.post(page.url.replace(/\?.*/, ''), { ...fields, ...typed }, page.url);
  };
  const codeOf = async () =>
    (await issueActivation(portal.db, { person: record, actor: 'system', at: Date.now() })).code;
  const joined = async (walker: Walker): Promise<Visited> => {
    const page = await see(walker, '/family/join');
    return send(walker, page, 'value="code"', { code: await codeOf(), check: 'Bernard' });
  };
  const apart = async (walker: Walker): Promise<Visited> =>
    send(walker, await see(walker, '/family'), 'value="separate"');

  it('shows each child with school, class and the services open there, and nobody else', async () => {
    const walker = await as('paula');
    const home = await see(walker, '/');
    const page = await walker.follow(home, 'Mes enfants');
    expect(page.text).toContain('Léa Bernard CM2, École Jules-Verne Services ouverts Bibliothèque');
    expect(page.text).toContain('Paul Bernard 6e A, Collège Les Tilleuls');
    const [lea = '', noe = '', paul = ''] = page.html.split('<section class="of-school"').slice(1);
    expect([lea, noe, paul].map((part) => part.includes('Bibliothèque'))).toEqual([true, false, false]);
    for (const word of ['Pierre', 'Gina', 'Inès', 'Amrani', key.pierre!]) expect(page.html).not.toContain(word);
  });

  it('is nothing to whoever represents nobody, and asks everybody else to sign in', async () => {
    for (const name of ['tom', 'paul'] as const) {
      const walker = await as(name);
      expect((await see(walker, '/')).text).not.toContain('Mes enfants');
      expect((await see(walker, '/family')).text).toContain('Aucun enfant n’apparaît ici');
      expect((await see(walker, '/family/join')).status).toBe(403);
    }
    for (const path of ['/family', '/family/join', '/school/disputes'])
      expect((await see(openWalker(), path)).status).toBe(401);
  });

  it('a parent adds a child with the code of the letter, sees it, and undoes it', async () => {
    const walker = await as('pierre');
    const page = await see(walker, '/family');
    expect(page.text).not.toContain('Léa');
    const wrong = await send(walker, await walker.follow(page, 'Ajouter un enfant'), 'value="code"', {
      code: 'AAAA-AAAA',
      check: 'Bernard',
    });
    expect([wrong.status, wrong.html.includes('AAAA-AAAA')]).toEqual([422, true]);
    const after = await joined(walker);
    expect(after.url).toBe(`${portal.origin}/family?done=joined`);
    expect(after.text).toContain('Léa Bernard');
    expect(after.text).toContain('réunie avec le code de sa lettre');
    expect(after.text).toContain('Avec elle : Léa');
    const undone = await apart(walker);
    expect(undone.text).toContain('de nouveau séparées');
    expect(undone.text).not.toContain('Léa');
  });

  it('two accounts take both passwords; the other one is put out, and comes back when they part', async () => {
    await openAccount(portal.db, {
      person: record,
      identifier: 'pierre.ecole',
      password: PASSWORD,
      actor: 'system',
      at: Date.now(),
    });
    const other = openWalker();
    const login = await other.visit(portal.authorize());
    const notice = await other.submit(login, 'password', { login: 'pierre.ecole', password: PASSWORD });
    await other.submit(notice, 'submit');
    expect((await see(other, '/family')).text).toContain('Léa');
    const walker = await as('pierre');
    const page = await see(walker, '/family/join');
    const typed = { password: PASSWORD, 'other-login': 'pierre.ecole', 'other-password': PASSWORD };
    for (const wrong of [{ password: 'faux' }, { 'other-password': 'faux' }, { 'other-login': 'personne' }]) {
      const refusal = await send(walker, page, 'value="account"', { ...typed, ...wrong });
      expect([refusal.status, refusal.text.includes('ne permettent pas de réunir')]).toEqual([422, true]);
    }
    const [after, twice] = await Promise.all([1, 2].map(() => send(walker, page, 'value="account"', typed)));
    expect(after!.text).toContain('réunie avec les identifiants des deux comptes');
    expect(twice!.url).toBe(after!.url);
    const late = await send(walker, page, 'value="account"', { ...typed, password: 'faux' });
    expect(late.status).toBe(422);
    expect((await see(other, '/family')).status).toBe(401);
    await apart(walker);
    await enterAgain(other, 'pierre.ecole');
    expect((await see(other, '/family')).text).toContain('Léa');
    await portal.db('credential').where({ person: record }).delete();
    await portal.db('account').where({ person: record }).delete();
  });

  const enterAgain = async (walker: Walker, identifier: string): Promise<void> => {
    const login = await walker.visit(portal.authorize());
    await walker.submit(login, 'password', { login: identifier, password: PASSWORD });
  };

  it('a double click, a form of somebody else, and another’s keys do nothing more', async () => {
    const walker = await as('pierre');
    const page = await see(walker, '/family/join');
    const typed = { code: await codeOf(), check: 'Bernard' };
    const answers = await Promise.all([
      send(walker, page, 'value="code"', typed),
      send(walker, page, 'value="code"', typed),
    ]);
    expect(answers.map(({ url }) => url)).toEqual(Array(2).fill(`${portal.origin}/family?done=joined`));
    const family = await see(walker, '/family');
    const join = family.html.match(/name="join" value="(\w+)"/)?.[1] ?? '';
    const ali = await as('ali');
    const own = await see(ali, '/family');
    const token = own.html.match(/name="token" value="([^"]+)"/)?.[1] ?? '';
    const forged = (fields: Record<string, string>) => ali.post(`${portal.origin}/family`, { token, ...fields });
    expect((await forged({ act: 'separate', join })).status).toBe(422);
    expect((await forged({ act: 'dispute', child: await personOf(portal.db, 'lea') })).status).toBe(422);
    expect((await forged({ act: 'anything' })).status).toBe(400);
    const theirs = family.html.match(/name="token" value="([^"]+)"/)?.[1] ?? '';
    expect((await ali.post(`${portal.origin}/family`, { token: theirs, act: 'separate', join })).status).toBe(403);
    await apart(walker);
  });

  it('a pupil disputed is gone at once; the head of the school answers, and nobody else sees it', async () => {
    const walker = await as('ali');
    const page = await see(walker, '/family');
    const told = await send(walker, page, 'value="dispute"');
    expect(told.text).toContain('vous ne voyez plus rien de cet élève');
    expect(told.text).toContain('Vos signalements');
    expect(told.text).not.toContain('Inès');
    for (const name of ['tom', 'denise'] as const) {
      const answer = await see(await as(name), '/school/disputes');
      expect(answer.text).not.toContain('Amrani');
      expect(answer.status).toBe(name === 'tom' ? 403 : 200);
    }
    const head = await as('helene');
    expect((await see(head, '/')).text).toContain('Un signalement attend votre réponse');
    const list = await see(head, '/school/disputes');
    expect(list.text).toContain('Ali Amrani dit ne pas être responsable légal d’Inès Amrani, 6e A');
    const bare = await send(head, list, 'value="withdrawn"', { outcome: 'withdrawn', decision: '' });
    expect([bare.status, bare.text.includes('Ce n’est pas fait')]).toEqual([422, true]);
    const done = await send(head, list, 'value="withdrawn"', { outcome: 'withdrawn', decision: 'Livret vu' });
    expect(done.text).toContain('le signalement est levé');
    expect((await see(walker, '/family')).text).toContain('Inès');
  });

  it('a session left open neither reports a pupil nor separates a record before its person is there again', async () => {
    const walker = await as('pierre');
    await joined(walker);
    const recovery = await recoveryCodeOf(portal.db, identifierOf('pierre'));
    const page = await see(walker, '/family');
    for (const form of ['value="dispute"', 'value="separate"']) {
      const asked = await send(walker, page, form);
      expect(asked.url).toBe(`${portal.origin}/account/prove?to=%2Ffamily`);
    }
    expect((await see(walker, '/family')).text).toContain('Léa');
    const back = await walker.submit(await see(walker, '/account/prove?to=/family'), 'by-recovery', { recovery });
    expect((await send(walker, back, 'value="separate"')).text).toContain('de nouveau séparées');
    await portal.db('factor').where({ person: key.pierre! }).delete();
  });

  it('the school undoes a join on a request, with its reference', async () => {
    const walker = await as('pierre');
    await joined(walker);
    const director = await as('denise');
    const list = await see(director, '/school/disputes');
    expect(list.text).toContain('Pierre Bernard');
    expect(list.html).not.toContain('Paul');
    const done = await send(director, list, 'value="separated"', { decision: 'Courrier du 12 novembre' });
    expect(done.text).toContain('de nouveau séparées');
    expect((await see(walker, '/family')).text).not.toContain('Léa');
  });

  describe('one browser for two persons', () => {
    const again = (more: Record<string, string> = {}) => portal.authorize({ prompt: 'login', ...more });
    const pairs = [
      ['paula', 'paul'],
      ['paul', 'paula'],
    ] as const;

    it.each(pairs)('after %s, %s has a session of their own and inherits nothing', async (first, second) => {
      const walker = await as(first);
      const before = await see(walker, '/family');
      const session = [...walker.cookies.values()].find(({ name }) => name === SESSION)?.value;
      // the module asks again who is there, and somebody else answers
      const asked = await enter(walker, await walker.visit(again()), second);
      expect(asked.text).not.toContain('Mes enfants');
      const switched = asked.html.includes('op.logoutForm')
        ? await walker.submit(asked, 'op.logoutForm', { logout: 'yes' })
        : asked;
      const last = switched.html.includes('class="received"') ? await walker.submit(switched, 'submit') : switched;
      expect(last.url).toContain(`${portal.module}/callback`);
      expect([...walker.cookies.values()].find(({ name }) => name === SESSION)?.value).not.toBe(session);
      const home = await see(walker, '/');
      expect(home.text).toContain(`Bonjour ${cast[second].name}`);
      expect(home.text).not.toContain(cast[first].name);
      expect((await see(walker, '/family')).text.includes('Léa')).toBe(second === 'paula');
      // a form that was left open in a tab is of no use to whoever came after
      const token = before.html.match(/name="token" value="([^"]+)"/)?.[1];
      if (token) {
        const child = await personOf(portal.db, 'lea');
        const answer = await walker.post(`${portal.origin}/family`, { token, act: 'dispute', child });
        expect(answer.status).toBe(403);
      }
      // a second module is entered as whoever is there now
      const other = await walker.visit(portal.authorize({ client_id: 'library' }));
      expect(other.text).not.toContain(cast[first].name);
    });

    it.each(pairs)('%s leaves, and %s is asked who they are', async (first, second) => {
      const walker = await as(first);
      const question = await see(walker, '/session/end');
      await walker.submit(question, 'op.logoutForm', { logout: 'yes' });
      const login = await walker.visit(portal.authorize());
      expect(login.html).toContain('id="password"');
      expect(login.html).not.toContain(identifierOf(first));
      await enter(walker, login, second);
      expect((await see(walker, '/')).text).toContain(`Bonjour ${cast[second].name}`);
    });

    it('whoever stops before the switch leaves the first session as it was', async () => {
      const walker = await as('paula');
      const asked = await enter(walker, await walker.visit(again()), 'paul');
      expect(asked.url).not.toContain(portal.module);
      expect((await see(walker, '/')).text).toContain('Bonjour Paula Bernard');
    });

    it('the session that was left opens nothing any more, even with its cookie', async () => {
      const walker = await as('paula');
      const kept = new Map([...walker.cookies]);
      const asked = await enter(walker, await walker.visit(again()), 'paul');
      if (asked.html.includes('op.logoutForm')) await walker.submit(asked, 'op.logoutForm', { logout: 'yes' });
      const thief = openWalker();
      for (const [name, cookie] of kept) (thief.cookies as Map<string, typeof cookie>).set(name, cookie);
      expect((await see(thief, '/family')).status).toBe(401);
    });
  });
});
