// Signing in through a provider of identities, from a module and back to it, over real HTTP with a real provider.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { accountOf } from '../../src/accounts/records.ts';
import { moveAccount, movesOf, stateOf } from '../../src/accounts/states.ts';
import { holderOf } from '../../src/directory/persons.ts';
import { markWorkstation } from '../../src/directory/shared-workstations.ts';
import { joinsWith, separate } from '../../src/families/families.ts';
import { seal } from '../../src/http/cookies.ts';
import { eventsOf } from '../accounts/people.ts';
import { COLLEGE, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { LEA, NOE, open as openAccount, PAUL, represented } from '../families/world.ts';
import { PASSWORD } from '../portal/portal.ts';
import { openWalker, type Visited, type Walker } from '../ways/walker.ts';
import { aaf } from './idp.ts';
import { openWorld, through, toProvider, type World } from './world.ts';

describe.each(engines)('through a provider, on $name', ({ open }) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(open);
  });
  afterAll(() => world?.close());

  /** Goes on past the notice of the module, when it is due. */
  const past = (page: Visited, walker: Walker) =>
    page.url.startsWith(world.module) ? page : walker.submit(page, 'submit');
  /** The form of a page, posted without going on from its answer. */
  const sent = (walker: Walker, page: Visited) => {
    const fields = [...page.html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
    const cookie = [...walker.cookies.values()].map(({ name, value }) => `${name}=${value}`).join('; ');
    return fetch(page.url, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie, origin: world.origin },
      body: new URLSearchParams(fields.map(([, name = '', value = '']): [string, string] => [name, value])),
    });
  };
  const arrived = (page: Visited) => page.url.startsWith(`${world.module}/callback?`) && page.url.includes('code=');
  const home = (walker: Walker) => walker.visit(world.origin);
  const events = (person: string) => eventsOf(world.db, person);

  it('a parent with an account is in, back at the module she came from, with a session that says how', async () => {
    world.idp.says({ subject: 'paula', references: [aaf('3001')] });
    const walker = openWalker();
    const login = await walker.visit(world.authorize());
    expect(login.text).toContain('Se connecter avec ÉduConnect');
    const page = await past(await through(world, walker), walker);
    expect(arrived(page)).toBe(true);
    expect((await home(walker)).text).toContain('Bonjour Paula Bernard');
    expect((await walker.visit(`${world.origin}/me/sessions`)).text).toContain("service d'identité".replace("'", '’'));
    expect((await walker.visit(`${world.origin}/account`)).text).toContain(
      'Vous pouvez vous connecter avec ÉduConnect',
    );
    expect((await walker.visit(`${world.origin}/me/held`)).text).toContain('Vous vous connectez avec ÉduConnect');
    await vi.waitFor(async () => expect(await events(world.keys.paula)).toContain('sign_in.succeeded'), 10_000);
    // the second time it knows her already, and asks nothing
    const again = openWalker();
    expect(arrived(await through(world, again))).toBe(true);
  });

  it('tells the module how: `fed`, and no more than that', async () => {
    world.idp.says({ subject: 'paula', references: [aaf('3001')] });
    const walker = openWalker();
    const code = new URL((await through(world, walker)).url).searchParams.get('code') ?? '';
    const answer = await fetch(`${world.origin}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: 'logbook',
        code,
        redirect_uri: `${world.module}/callback`,
        code_verifier: 'a'.repeat(43),
      }),
    });
    const { id_token: token } = (await answer.json()) as { id_token: string };
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({ amr: ['fed'], acr: 'urn:preau:acr:upstream' });
  });

  it('nobody comes in who is unknown, of another population, suspended or closed: all read the same page', async () => {
    const tom = await personOf(world.db, 'tom');
    await openAccount(world.db, world.keys.homonym, 'homonym.bernard');
    await openAccount(world.db, world.keys.other, 'ali.amrani');
    const at = Date.now();
    await moveAccount(world.db, {
      person: world.keys.homonym,
      to: 'suspended',
      actor: tom,
      why: 'test',
      from: 'operator',
      at,
    });
    await moveAccount(world.db, {
      person: world.keys.other,
      to: 'closed',
      actor: tom,
      why: 'test',
      from: 'operator',
      at,
    });
    const seen = new Set<string>();
    for (const [subject, references] of [
      ['nobody', []],
      ['unknown', [aaf('9999'), 'ECT-ENT|x|1', '{AAF}???|x|3001', '{AAF}091|x|3001']],
      ['teacher', [aaf('1004')]],
      ['suspended', [aaf('3104')]],
      ['closed', [aaf('3105')]],
    ] as const) {
      world.idp.says({ subject, references });
      const page = await through(world, openWalker());
      expect(page.status).toBe(403);
      expect(page.text).toContain('demandez un code à l’établissement');
      seen.add(page.html.replace(/interaction[=/][\w-]+/g, 'INTERACTION'));
    }
    expect(seen.size).toBe(1);
    expect(await stateOf(world.db, world.keys.other, Date.now())).toBe('closed');
  });

  it('who has no account opens it by their own act alone, without a password, and once', async () => {
    const pierre = world.keys.pierre;
    world.idp.says({ subject: 'pierre', references: [aaf('3002')] });
    const walker = openWalker();
    const asked = await through(world, walker);
    expect(asked.status).toBe(200);
    expect(asked.text).toContain('Ouvrir votre compte ?');
    expect(asked.text).toContain('Collège Les Tilleuls');
    expect(await stateOf(world.db, pierre, Date.now())).toBe('record');
    expect((await home(walker)).text).not.toContain('Bonjour');

    const forged = await walker.post(asked.url, { act: 'open', person: pierre, token: 'x' });
    expect(forged.status).toBe(403);
    const other = await walker.submit(asked, 'person', { person: world.keys.homonym });
    expect(other.status).toBe(403);
    expect(await stateOf(world.db, pierre, Date.now())).toBe('record');

    const clicks = await Promise.all([sent(walker, asked), sent(walker, asked)]);
    for (const { status, headers } of clicks) {
      expect(status).toBe(303);
      expect(headers.get('location')).toMatch(/\/auth\/[\w-]+$/);
    }
    await past(await walker.visit(clicks[0]?.headers.get('location') ?? ''), walker);
    const account = await accountOf(world.db, pierre);
    expect(account).toMatchObject({ state: 'active', secret: null, identifier: 'pierre.bernard' });
    expect(await movesOf(world.db, pierre)).toMatchObject([
      { after: 'active', why: 'upstream', from: 'here', actor: pierre },
    ]);
    expect((await events(pierre)).filter((event) => event === 'account.activated')).toHaveLength(1);
    expect((await walker.visit(`${world.origin}/account`)).text).toContain('Ce compte n’a pas de mot de passe');
    // nothing is a password of an account without one
    for (const password of ['', 'null', ' ']) {
      const stranger = openWalker();
      const refused = await stranger.submit(await stranger.visit(world.authorize()), 'password', {
        login: 'pierre.bernard',
        password,
      });
      expect(refused.status).toBe(422);
    }
    const next = openWalker();
    await past(await through(world, next), next);
    expect((await home(next)).text).toContain('Bonjour Pierre Bernard');
  });

  it('whose account has no password chooses one, gives an address and closes it, all of it just after coming in', async () => {
    const pierre = world.keys.pierre;
    world.idp.says({ subject: 'pierre', references: [aaf('3002')] });
    const walker = openWalker();
    await past(await through(world, walker), walker);
    const email = await walker.visit(`${world.origin}/account/email`);
    expect(email.html).not.toContain('type="password"');
    expect((await walker.submit(email, 'give-form', { email: 'pierre@exemple.fr' })).text).toContain(
      'Un code est parti',
    );
    const first = await walker.visit(`${world.origin}/account/password`);
    expect(first.html).not.toContain('id="old"');
    const weak = await walker.submit(first, 'password', { password: 'short' });
    expect(weak.status).toBe(422);
    const done = await walker.submit(weak, 'password', { password: PASSWORD });
    expect(done.text).toContain('Votre mot de passe est changé');
    expect((await accountOf(world.db, pierre))?.secret).toBeTruthy();
    expect((await walker.visit(`${world.origin}/account/password`)).html).toContain('id="old"');
    const byPassword = openWalker();
    const page = await byPassword.submit(await byPassword.visit(world.authorize()), 'password', {
      login: 'pierre.bernard',
      password: PASSWORD,
    });
    expect(arrived(page)).toBe(true);
  });

  it('a pupil comes in as a pupil, and never joins a parent', async () => {
    const ines = await personOf(world.db, 'ines');
    world.idp.says({ subject: 'ines', references: [aaf('2002'), aaf('3103')] });
    const walker = openWalker();
    expect(arrived(await past(await through(world, walker), walker))).toBe(true);
    expect(await joinsWith(world.db, ines)).toEqual([]);
    expect(await stateOf(world.db, world.keys.pierreAtEcole, Date.now())).toBe('record');
  });

  it('eleven minutes later, who has no password to show comes in again first', async () => {
    const person = world.keys.pierreAtEcole;
    world.idp.says({ subject: 'pierre-ecole', references: [aaf('3103')] });
    const walker = openWalker();
    await past(await walker.submit(await through(world, walker), 'person'), walker);
    expect((await walker.visit(`${world.origin}/account/close`)).text).toContain('Fermer mon compte');
    const now = Date.now;
    vi.spyOn(Date, 'now').mockImplementation(() => now() + 11 * 60_000);
    try {
      for (const page of ['close', 'password'])
        expect((await walker.visit(`${world.origin}/account/${page}`)).text).toContain('dans les dix minutes après');
    } finally {
      vi.restoreAllMocks();
    }
    const closed = await walker.submit(await walker.visit(`${world.origin}/account/close`), 'whose');
    expect(closed.text).toContain('fermé');
    expect(await stateOf(world.db, person, Date.now())).toBe('closed');
    expect((await through(world, openWalker())).status).toBe(403);
  });

  it('a parent of several records finds them joined, is told so first, and stays in charge of it', async () => {
    const { paula } = world.keys;
    world.idp.says({ subject: 'paula', references: ['3001', '3101', '3102', '3104'].map((id) => aaf(id)) });
    const walker = openWalker();
    const told = await through(world, walker);
    expect(told.text).toContain('Vos fiches sont réunies');
    expect(told.text).toContain('École Jules-Verne');
    expect(told.text).toContain('Lycée Camus');
    expect((await home(walker)).text).not.toContain('Bonjour'); // not before it was read
    const page = await walker.follow(told, 'Continuer');
    expect(arrived(page)).toBe(true);
    expect(await represented(world.db, paula, Date.now())).toEqual([PAUL, LEA, NOE]);
    const joins = await joinsWith(world.db, paula);
    expect(joins.map(({ proof, actor }) => [proof, actor])).toEqual([
      ['upstream', paula],
      ['upstream', paula],
    ]);
    const row = await world.db('family_join').where({ survivor: paula }).first('reference');
    expect(row.reference).toBe('educonnect');
    // the homonym's account waits, suspended: it is nobody's to join
    expect(await holderOf(world.db, world.keys.homonym)).toBe(world.keys.homonym);
    const family = await walker.visit(`${world.origin}/family`);
    expect(family.text).toContain('vous connaît sous les deux');

    const again = openWalker();
    expect(arrived(await through(world, again))).toBe(true);
    expect(await joinsWith(world.db, paula)).toHaveLength(2);
  });

  it('what she separates stays apart, whatever the provider says next', async () => {
    const { paula, paulaAtEcole } = world.keys;
    const join = (await joinsWith(world.db, paula)).find(({ record }) => record === paulaAtEcole)!;
    const walker = openWalker();
    await through(world, walker);
    const family = await walker.visit(`${world.origin}/family`);
    const parted = await walker.submit(family, join.id, { act: 'separate', join: join.id }).catch(async () => {
      await separate(world.db, { join: join.id, by: paula, at: Date.now() });
      return family;
    });
    expect(parted.status).toBe(200);
    expect(await represented(world.db, paula, Date.now())).toEqual([PAUL, NOE]);
    const next = openWalker();
    expect(arrived(await through(world, next))).toBe(true);
    expect(await holderOf(world.db, paulaAtEcole)).toBe(paulaAtEcole);
    expect((await walker.visit(`${world.origin}/me/held`)).text).toContain('Deux fiches séparées');
  });

  it('two accounts that both sign in are not joined: one is chosen once, and the other is spoken of', async () => {
    const { paula, paulaAtEcole } = world.keys;
    await openAccount(world.db, paulaAtEcole, 'paula.ecole');
    world.idp.says({ subject: 'paula-of-two', references: [aaf('3001'), aaf('3101')] });
    const walker = openWalker();
    const choice = await through(world, walker);
    expect(choice.text).toContain('Quel compte ouvrir ?');
    expect(choice.text).toContain('paula.ecole');
    const stranger = await walker.submit(choice, 'person', { person: world.keys.pierre });
    expect(stranger.text).toContain('Quel compte ouvrir ?'); // not one of those that were offered
    const page = await walker.submit(stranger, 'person', { person: paulaAtEcole });
    expect(arrived(await past(page, walker))).toBe(true);
    expect(await joinsWith(world.db, paulaAtEcole)).toEqual([]);
    expect((await walker.visit(`${world.origin}/family`)).text).toContain('sous un autre compte d’ici');
    const next = openWalker();
    expect(arrived(await through(world, next))).toBe(true);
    expect((await next.visit(`${world.origin}/account`)).text).toContain('paula.ecole');
    expect(await stateOf(world.db, paula, Date.now())).toBe('active');
  });

  it('a response that another browser asked for opens nothing in this one', async () => {
    world.idp.says({ subject: 'paula', references: [aaf('3001')] });
    const hers = openWalker();
    const sent = await toProvider(world, hers);
    const mine = openWalker();
    await toProvider(world, mine);
    const stolen = await mine.submit(sent, 'SAMLResponse');
    expect(stolen.status).toBe(403);
    expect(stolen.text).toContain('upstream_over');
    expect((await home(mine)).text).not.toContain('Bonjour');
    // the address alone is of no use either, nor to herself a second time
    const address = stolen.passed.find((one) => one.includes('/upstream/arrived'))!;
    expect((await openWalker().visit(address)).status).toBe(403);
    const late = await hers.visit(address);
    expect(arrived(await past(late, hers))).toBe(true);
    expect((await hers.visit(address)).status).toBe(403);
  });

  it('what comes with a response leads nowhere but to the sign-in it was asked for', async () => {
    const walker = openWalker();
    const page = await through(world, walker); // the provider sends a RelayState of its own
    for (const address of page.passed) expect([world.origin, world.module]).toContain(new URL(address).origin);
    expect(page.passed.some((address) => address.includes('evil'))).toBe(false);
  });

  it('a module that wants to know anew, and a session over there of yesterday, are asked anew; the module learns since when', async () => {
    const hour = 3_600_000;
    const lastAsked = () => world.idp.asked.at(-1)?.anew;
    world.idp.says({ subject: 'paula', references: [aaf('3001')] });
    await through(world, openWalker());
    expect(lastAsked()).toBe(false);
    for (const more of [{ prompt: 'login' }, { max_age: '60' }] as const) {
      const walker = openWalker();
      await walker.follow(await walker.visit(world.authorize(more)), 'Se connecter avec ÉduConnect');
      expect(lastAsked()).toBe(true);
    }
    world.idp.says({ subject: 'paula', references: [aaf('3001')], authenticatedAt: Date.now() - 3 * hour });
    const walker = openWalker();
    expect(arrived(await through(world, walker))).toBe(true);
    expect(lastAsked()).toBe(false);
    // sensitive pages want somebody who came in within ten minutes: three hours ago is not
    expect((await walker.visit(`${world.origin}/me/sessions`)).text).not.toContain('undefined');

    world.idp.says({ subject: 'paula', references: [aaf('3001')], authenticatedAt: Date.now() - 5 * hour });
    const stale = openWalker();
    const back = await through(world, stale);
    expect(back.url).toContain(world.idp.origin);
    expect(lastAsked()).toBe(true);
    const insists = await stale.submit(back, 'SAMLResponse'); // the provider did not ask
    expect(insists.status).toBe(403);
    expect((await home(stale)).text).not.toContain('Bonjour');
  });

  it('who came in hours ago over there does not choose a first password here', async () => {
    await world.db('credential').where({ person: world.keys.pierre }).delete();
    const said = { subject: 'pierre', references: [aaf('3002')] };
    world.idp.says({ ...said, authenticatedAt: Date.now() - 20 * 60_000 });
    const walker = openWalker();
    await through(world, walker);
    expect((await walker.visit(`${world.origin}/account/password`)).text).toContain('dans les dix minutes après');
    await walker.submit(await walker.visit(`${world.origin}/session/end`), 'logout', { logout: 'yes' });
    world.idp.says(said);
    await toProvider(world, walker);
    expect(world.idp.asked.at(-1)?.anew).toBe(true);
    await through(world, walker);
    expect((await walker.visit(`${world.origin}/account/password`)).html).toContain('id="rules"');
  });

  it('on a shared workstation whoever is there shows who they are, whoever was before', async () => {
    const by = await personOf(world.db, 'helene');
    const id = await markWorkstation(world.db, { school: COLLEGE, place: 'CDI', by, at: Date.now() });
    const walker = openWalker();
    const value = seal(world.config, { workstation: id }, Date.now() + 60_000);
    const cookie = { name: 'preau-workstation', value, host: 'localhost', path: '/', attributes: '' };
    (walker.cookies as Map<string, typeof cookie>).set('workstation', cookie);
    world.idp.says({ subject: 'paula', references: [aaf('3001')], authenticatedAt: Date.now() - 10 * 60_000 });
    const page = await through(world, walker);
    expect(world.idp.asked.at(-1)?.anew).toBe(true);
    expect(page.status).toBe(403);
    world.idp.says({ subject: 'paula', references: [aaf('3001')] });
    expect(arrived(await through(world, walker))).toBe(true);
  });

  it('an account that needs a second factor still gives it', async () => {
    world.idp.says({ subject: 'paula', references: [aaf('3001')] });
    const walker = openWalker({ byHand: true });
    const login = await walker.visit(world.authorize({ acr_values: 'https://refeds.org/profile/mfa' }));
    const page = await walker.submit(await walker.follow(login, 'Se connecter avec ÉduConnect'), 'SAMLResponse');
    expect(page.html).toContain('add-application');
    expect((await home(walker)).text).not.toContain('Bonjour');
  });

  it('leaving says that the session over there may still be open, and where to end it', async () => {
    world.idp.says({ subject: 'paula', references: [aaf('3001')] });
    const walker = openWalker();
    await through(world, walker);
    const question = await walker.visit(`${world.origin}/session/end`);
    expect(question.text).toContain('Votre session ÉduConnect est peut-être encore ouverte');
    const left = await walker.submit(question, 'logout', { logout: 'yes' });
    expect(left.text).toContain('Votre session est fermée');
    expect(left.html).toContain(`href="${world.idp.origin}/leave"`);
    expect((await walker.visit(`${world.origin}/session/end`)).text).not.toContain('ÉduConnect');
  });

  it('says what we are to whoever asks, and signs in nobody at an address of its own', async () => {
    const metadata = await fetch(`${world.origin}/upstream/metadata`);
    expect(metadata.headers.get('content-type')).toContain('application/samlmetadata+xml');
    const text = await metadata.text();
    expect(text).toContain(`entityID="${world.origin}/upstream/metadata"`);
    expect(text).toContain(`Location="${world.origin}/upstream/acs"`);
    const walker = openWalker();
    const { url } = await walker.visit(world.authorize());
    expect((await walker.visit(`${url}/upstream/nobody`)).status).toBe(404);
    expect((await openWalker().visit(`${url}/upstream/educonnect`)).status).toBe(403);
  });

  it('leaves no name, no identifier and no reference in the log', () => {
    expect(world.logged().match(/Paula|Bernard|paula|AAF|PHNhbWw/g)).toBeNull();
  });
});
