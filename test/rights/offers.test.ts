// Offers at work: who opens what, when and why, through the doors by which agreements, subscriptions and licences come.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Command } from '../../src/command.ts';
import { applyDelivery } from '../../src/directory/directory.ts';
import { ensureOffers, offersOf } from '../../src/directory/offers.ts';
import { startOfDay } from '../../src/facts/calendar.ts';
import { audiencePlaces } from '../../src/facts/catalogue.ts';
import { changeFacts, currentFacts, type NewFact } from '../../src/facts/facts.ts';
import { endAgreement, recordAgreement } from '../../src/resources/agreements.ts';
import { assignLicences, takeBack } from '../../src/resources/licences.ts';
import { recordResource, suspendResource, validateResource } from '../../src/resources/registry.ts';
import { createSubscription } from '../../src/resources/subscriptions.ts';
import { categoriesAbout } from '../../src/rights/about.ts';
import { explainCommand, whoCommand } from '../../src/rights/commands.ts';
import { whoBetween } from '../../src/rights/history.ts';
import { policy } from '../../src/rights/policy.ts';
import { readProposal } from '../../src/rights/proposal.ts';
import { list, may, who } from '../../src/rights/rights.ts';
import { whatIf } from '../../src/rights/what-if.ts';
import { whyNot } from '../../src/rights/why.ts';
import { ACADEMY, COLLEGE, LYCEE, NOW } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { good } from '../resources/good.ts';
import { goodResource } from '../resources/good-resource.ts';
import { collegeAtWork, keyOf, type Name, openSchool } from './school.ts';

const DAY = 86_400_000;
const distributor = good.idDistributeurCom;

/** When the agreement of the collège begins and ends, and when the subscriptions do. */
const AGREED = { from: NOW + DAY, to: NOW + 30 * DAY };
const SUBSCRIBED = { from: startOfDay('2026-09-01'), to: startOfDay('2026-12-20') };

const individual = {
  ...good,
  finValidite: '2026-12-20T00:00:00',
  nbLicenceEleve: 30,
  nbLicenceEnseignant: 5,
};
const whole = {
  ...individual,
  typeAffectation: 'ETABL',
  nbLicenceGlobale: 'ILLIMITE',
  nbLicenceEleve: undefined,
  nbLicenceEnseignant: undefined,
};

it('whom a whole licence is for is who can be given one', () => {
  const [, opened] = policy.offer.launch.allow;
  const told = opened.paths.map((path) => {
    const [openTo, place] = path.slice(-2);
    const [, audience] = openTo?.property ?? [];
    return { audience, relation: place?.relation, ...(place?.property && { function: place.property[1] }) };
  });
  expect(told).toEqual(audiencePlaces);
});

describe.each(engines)('offers at work on $name', ({ open }) => {
  let base: TestDatabase;
  let manual: string;
  let site: string;
  let staffOnly: string;
  let elsewhere: string;
  let given: string;
  beforeAll(async () => {
    base = await open();
    const { db } = base;
    await openSchool(db);
    const by = { by: 'operator', at: NOW };
    await recordResource(db, { ...goodResource, ...by });
    await validateResource(db, { id: goodResource.id, attributes: ['PRE'], ...by });
    const agreement = {
      collectivity: 'Département de la Meuse',
      siren: '225500016',
      academy: ACADEMY,
      state: 'signed',
      documentHash: 'ab'.repeat(32),
    } as const;
    await recordAgreement(db, {
      ...agreement,
      reference: 'C-1',
      startsAt: AGREED.from,
      endsAt: AGREED.to,
      schools: [COLLEGE],
      ...by,
    });
    const subscribe = async (id: string, fields: object) => {
      await createSubscription(db, {
        id,
        fields: { ...fields, idAbonnement: id },
        distributor,
        actor: 'maison',
        at: NOW,
      });
      const [offer] = await offersOf(db, { subscription: id });
      return offer!.id;
    };
    manual = await subscribe('ABO-MANUAL', individual);
    site = await subscribe('ABO-SITE', {
      ...whole,
      publicCible: ['ELEVE', 'ENSEIGNANT', 'DOCUMENTALISTE', 'AUTRE PERSONNEL'],
    });
    staffOnly = await subscribe('ABO-STAFF', { ...whole, publicCible: ['AUTRE PERSONNEL'] });
    elsewhere = await subscribe('ABO-LYCEE', { ...whole, uaiEtab: [LYCEE], publicCible: ['ELEVE'] });
    const school = { school: COLLEGE, by: await keyOf(db, 'helene'), at: NOW };
    const row = await db('audience').where({ school: COLLEGE, code: '6A' }).first('id');
    await assignLicences(db, { subscription: 'ABO-MANUAL', target: { kind: 'class', key: row.id }, ...school });
    const tom = await keyOf(db, 'tom');
    given = (await assignLicences(db, { subscription: 'ABO-MANUAL', target: { kind: 'person', key: tom }, ...school }))
      .id;
  });
  afterAll(() => base.close());

  const INSIDE = AGREED.from + DAY;
  const opens = async (name: Name, offer: string, at = INSIDE) =>
    may(base.db, {
      person: await keyOf(base.db, name),
      action: 'launch',
      resource: { type: 'offer', id: offer },
      when: { at },
    });
  const why = async (name: Name, offer: string, at = INSIDE) =>
    whyNot(base.db, {
      person: await keyOf(base.db, name),
      action: 'launch',
      resource: { type: 'offer', id: offer },
      when: { at },
    });
  const run = async (command: Command, ...args: string[]): Promise<string> => {
    const lines: string[] = [];
    await command({ config: {} as never, db: base.db, args, print: (line) => lines.push(line) });
    return lines.join('\n');
  };

  const nobody: Name[] = [
    'berthe',
    'sylvie',
    'paula',
    'pierre',
    'ali',
    'gina',
    'ivan',
    'agent',
    'fanny',
    'henri',
    'noe',
  ];

  it('a licence opens to whom it was given, and a whole licence to its audience', async () => {
    const table: readonly (readonly [Name, string | undefined, string | undefined, string | undefined])[] = [
      ['ines', 'assigned', 'site', undefined],
      ['paul', 'assigned', 'site', undefined],
      ['lucas', undefined, 'site', undefined],
      ['tom', 'assigned', 'site', undefined],
      ['tania', undefined, 'site', undefined],
      ['diane', undefined, 'site', undefined],
      ['carla', undefined, 'site', 'site'],
      ['aed', undefined, 'site', 'site'],
      ['helene', undefined, 'site', 'site'],
      ['david', undefined, 'site', 'site'],
      ...nobody.map((name) => [name, undefined, undefined, undefined] as const),
    ];
    for (const [name, ...rules] of table) {
      const found = [await opens(name, manual), await opens(name, site), await opens(name, staffOnly)];
      expect(
        found.map(({ rule }) => rule),
        name,
      ).toEqual(rules);
    }
  });

  it('nobody of another school opens it, and a school without an agreement opens nothing', async () => {
    for (const name of ['noe', 'henri', 'lise', 'paul'] as const)
      expect((await opens(name, elsewhere)).allowed).toBe(false);
    expect((await why('noe', elsewhere))?.code).toBe('agreed_missing');
  });

  it.each([
    ['the day before the agreement begins', AGREED.from - 1, false],
    ['from its first instant', AGREED.from, true],
    ['to its last one', AGREED.to - 1, true],
    ['and no longer', AGREED.to, false],
  ])('%s', async (_, at, allowed) => {
    for (const offer of [manual, site]) expect((await opens('ines', offer, at)).allowed).toBe(allowed);
    const decision = await opens('ines', manual, at);
    if (allowed) expect(decision.validUntil).toBe(AGREED.to);
  });

  it('an answer ends with whatever ends first: the agreement, or the subscription', async () => {
    expect(AGREED.to).toBeLessThan(SUBSCRIBED.to);
    const listed = await list(base.db, {
      person: await keyOf(base.db, 'ines'),
      action: 'launch',
      type: 'offer',
      when: { at: INSIDE },
    });
    expect(listed.map(({ id, reasons }) => [id, reasons.map(({ validUntil }) => validUntil)])).toEqual(
      [manual, site].sort().map((id) => [id, [AGREED.to]]),
    );
  });

  it('tells the person what is missing, in words, and a stranger nothing of the school', async () => {
    const codes = async (names: readonly Name[], offer: string, at?: number) =>
      Promise.all(names.map(async (name) => (await why(name, offer, at))?.code));
    expect(await codes(['ines', 'tom'], manual, AGREED.from - 1)).toEqual(['agreed_not_begun', 'agreed_not_begun']);
    expect(await codes(['ines', 'carla'], site, AGREED.to)).toEqual(['agreed_ended', 'agreed_ended']);
    expect(await codes(['lucas', 'tania', 'diane'], manual)).toEqual(['no_licence', 'no_licence', 'no_licence']);
    expect(await codes(['paula', 'berthe', 'noe'], site)).toEqual([
      'not_for_families',
      'function_opens_nothing',
      'no_role_here',
    ]);
    // who has no licence is not told that the agreement has ended
    expect(await codes(['lucas'], manual, AGREED.to)).toEqual(['no_licence']);
    expect(await why('ines', manual, AGREED.to)).toMatchObject({
      fr: expect.stringMatching(/^La convention .* a pris fin le 12 décembre 2026\. La direction /),
      en: expect.stringMatching(/^The agreement .* ended on 12 December 2026\./),
    });
  });

  it('who declines a publisher is let in by nothing, and is told so', async () => {
    const { db } = base;
    const paul = await keyOf(db, 'paul');
    const begin: NewFact[] = [
      { relation: 'declines', subject: paul, object: manual, validFrom: INSIDE, validTo: INSIDE + DAY },
    ];
    await changeFacts(db, { school: COLLEGE, at: NOW, source: 'local', actor: paul, begin });
    expect((await opens('paul', manual, INSIDE - 1)).allowed).toBe(true);
    expect(await opens('paul', manual)).toMatchObject({ allowed: false, forbidden: 'declined' });
    expect((await opens('paul', site)).allowed).toBe(true);
    expect((await opens('paul', manual, INSIDE + DAY)).allowed).toBe(true);
    expect((await why('paul', manual))?.code).toBe('declined');
  });

  it('explain and who know offers, one or all of a resource, at a school', async () => {
    const day = new Date(INSIDE).toISOString().slice(0, 10);
    const ines = await keyOf(base.db, 'ines');
    const yes = await run(explainCommand, ines, 'launch', `offer:${manual}`, '--at', day);
    expect(yes).toMatch(/^Ressource ark:\/49591\/ManuelMaths\.p \(abonnement ABO-MANUAL, \w+\) : Collège Les Tilleuls/);
    expect(yes).toMatch(
      /cette ressource est sous abonnement ou gratuite, depuis le .* jusqu’au 19\/12\/2026 \[derived\]/,
    );
    expect(yes).toMatch(/cette ressource est sous convention \(agreement C-1\), depuis le /);
    expect(yes).toMatch(/cette ressource est validée, depuis le /);
    expect(yes).toMatch(/Inès Amrani a une licence pour cette ressource \(audience pupil\)/);
    const no = await run(explainCommand, ines, 'launch', `offer:${manual}`, '--at', '2026-12-15');
    expect(no).toMatch(/il manque : cette ressource est sous convention/);
    expect(no).toMatch(/hors dates : cette ressource est sous convention \(agreement C-1\)/);
    const told = await run(whoCommand, 'launch', `resource:${good.idRessource}`, '--school', COLLEGE, '--at', day);
    expect(told.match(/^Ressource /gm)).toHaveLength(3);
    expect(told).toMatch(
      /Inès Amrani \(\w+\) : assigned jusqu’au 11\/12\/2026|Inès Amrani \(\w+\) : assigned jusqu’au /,
    );
    expect(told).toMatch(/Hélène Marchand \(\w+\) : site jusqu’au /);
    expect(told).not.toMatch(/Bernard \(\w+\) : .*guardian|Paula|Berthe|Sylvie/);
    expect((await run(whoCommand, 'launch', `resource:${good.idRessource}`)).match(/^Ressource /gm)).toHaveLength(4);
    await expect(run(whoCommand, 'launch', 'resource:ark:/1/none')).rejects.toMatchObject({ code: 'not_found' });
    await expect(run(whoCommand, 'launch', 'offer:none')).rejects.toMatchObject({ code: 'not_found' });
    await expect(run(whoCommand, 'read', `offer:${manual}`)).rejects.toMatchObject({ code: 'bad_argument' });
    await expect(run(whoCommand, 'launch', `offer:${manual}`, '--school', COLLEGE)).rejects.toMatchObject({
      code: 'bad_argument',
    });
    await expect(run(whoCommand, 'launch', 'resource:x', '--school', '0')).rejects.toMatchObject({
      code: 'unknown_school',
    });
  });

  it('what-if: a post that ends takes the licence with it, and what the whole school had', async () => {
    const { db } = base;
    const at = NOW + 2 * DAY;
    const proposal = await readProposal(
      db,
      JSON.stringify({
        school: COLLEGE,
        end: [{ relation: 'post', subject: await keyOf(db, 'tom'), object: COLLEGE }],
      }),
    );
    const { gains, losses } = await whatIf(db, { proposal, school: COLLEGE, at });
    expect(gains).toEqual([]);
    expect(
      losses.filter(({ action }) => action === 'launch').map(({ resource, rules }) => [resource.id, rules]),
    ).toEqual(
      [
        [manual, ['assigned']],
        [site, ['site']],
      ].sort(),
    );
    const without = await readProposal(
      db,
      JSON.stringify({ school: COLLEGE, end: [{ relation: 'agreed', subject: site, object: site }] }),
    );
    const closed = await whatIf(db, { proposal: without, school: COLLEGE, at });
    expect(closed.losses.length).toBeGreaterThan(8);
    expect(new Set(closed.losses.map(({ resource }) => resource.id))).toEqual(new Set([site]));
    await expect(
      readProposal(
        db,
        JSON.stringify({ school: COLLEGE, begin: [{ relation: 'cleared', subject: 'none', object: 'none' }] }),
      ),
    ).rejects.toMatchObject({ code: 'not_found' });
    expect((await opens('tom', manual)).allowed).toBe(true);
  });

  it('what-if: an agreement that ends closes every resource of its school, and nothing else', async () => {
    const { db } = base;
    const end = [{ relation: 'connected', subject: COLLEGE, object: COLLEGE }];
    const proposal = await readProposal(db, JSON.stringify({ school: COLLEGE, end }));
    const { gains, losses } = await whatIf(db, { proposal, school: COLLEGE, at: INSIDE });
    expect(gains).toEqual([]);
    expect(new Set(losses.map(({ resource }) => resource.id))).toEqual(new Set([manual, site, staffOnly]));
    expect(new Set(losses.map(({ action }) => action))).toEqual(new Set(['launch']));
    const resource = { type: 'offer', id: site } as const;
    const openers = await who(db, { action: 'launch', resource, when: { at: INSIDE } });
    expect(losses.filter(({ resource: { id } }) => id === site)).toHaveLength(openers.length);
    const begin = [{ relation: 'connected', subject: LYCEE, object: LYCEE, properties: { agreement: 'C-2' } }];
    const other = await readProposal(db, JSON.stringify({ school: LYCEE, begin }));
    const opened = await whatIf(db, { proposal: other, school: LYCEE, at: INSIDE });
    expect(opened.gains.map((gain) => [gain.person, gain.resource.id])).toEqual([[await keyOf(db, 'noe'), elsewhere]]);
    expect((await opens('noe', elsewhere)).allowed).toBe(false);
    expect((await opens('paul', site)).allowed).toBe(true);
  });

  it('what-if: a charge that ends takes with it the licences that its holder gives', async () => {
    const { db } = base;
    const ali = await keyOf(db, 'ali');
    const dates = { validFrom: NOW, validTo: NOW + 10 * DAY };
    const begin: NewFact[] = (['administers', 'assigns'] as const).map((relation) => ({
      relation,
      subject: ali,
      object: COLLEGE,
      ...dates,
    }));
    await changeFacts(db, { school: COLLEGE, at: NOW, source: 'local', actor: 'test', begin });
    const end = (await currentFacts(db, { school: COLLEGE, subject: ali })).filter(
      ({ relation }) => relation === 'administers',
    );
    const proposal = { facts: { school: COLLEGE, begin: [], end } };
    const { losses } = await whatIf(db, { proposal, school: COLLEGE, at: NOW + DAY });
    expect(losses.map(({ action, rules }) => [action, rules])).toContainEqual(['assign', ['assigner']]);
  });

  it('a resource tells nobody anything about anybody: it is in no list of who sees what', async () => {
    const found = await categoriesAbout(base.db, { person: await keyOf(base.db, 'ines'), when: { at: INSIDE } });
    expect(new Set(found.map(({ type }) => type))).toEqual(new Set(['logbook']));
  });

  it('one question about a day: who could open it then, as applied and as is known now', async () => {
    const { db } = base;
    const resource = { type: 'offer', id: manual } as const;
    const before = await who(db, { action: 'launch', resource, when: { enforcedOn: INSIDE } });
    await takeBack(db, { id: given, by: await keyOf(db, 'helene'), at: INSIDE + 1 });
    const tom = await keyOf(db, 'tom');
    expect(before.map(({ person }) => person)).toContain(tom);
    expect(await who(db, { action: 'launch', resource, when: { enforcedOn: INSIDE } })).toEqual(before);
    const after = await who(db, { action: 'launch', resource, when: { at: INSIDE + 1 } });
    expect(after.map(({ person }) => person)).toEqual(before.map(({ person }) => person).filter((one) => one !== tom));
    const period = await whoBetween(db, {
      action: 'launch',
      resource,
      from: AGREED.from - DAY,
      to: AGREED.to + DAY,
      reading: 'known',
    });
    expect(period.find(({ person }) => person === tom)?.spans).toEqual([{ from: AGREED.from, to: INSIDE + 1 }]);
    expect(period.find(({ person }) => person !== tom)?.spans.at(-1)?.to).toBe(AGREED.to);
    expect((await why('tom', manual, INSIDE + 1))?.code).toBe('assigned_ended');
  });

  it('a pupil who is no longer delivered loses the licence in the very change that ends the enrolment', async () => {
    const { db } = base;
    const ines = await keyOf(db, 'ines');
    const at = INSIDE + 2 * DAY;
    const delivery = collegeAtWork(at);
    const gone = '2002';
    await applyDelivery(db, {
      ...delivery,
      persons: delivery.persons.filter(({ externalId }) => externalId !== gone),
      facts: delivery.facts.filter(({ subject, object }) => !JSON.stringify([subject, object]).includes(`"${gone}"`)),
    });
    const own = await currentFacts(db, { school: COLLEGE, subject: ines, relations: ['attends', 'assigned'] });
    expect(own.map(({ relation, validTo }) => [relation, validTo]).sort()).toEqual([
      ['assigned', at],
      ['attends', at],
    ]);
    expect(new Set(own.map(({ knownFrom }) => knownFrom)).size).toBe(1);
    expect([(await opens('ines', manual, at - 1)).allowed, (await opens('ines', manual, at)).allowed]).toEqual([
      true,
      false,
    ]);
    expect((await opens('paul', manual, at)).allowed).toBe(true);
  });

  it('what is no longer validated, or whose agreement is ended, closes that minute, and nothing else does', async () => {
    const { db } = base;
    const at = INSIDE + 3 * DAY;
    const everything = async (name: Name) =>
      (await list(db, { person: await keyOf(db, name), action: 'read', type: 'logbook', when: { at } })).length;
    const before = await everything('paul');
    await suspendResource(db, { id: goodResource.id, by: 'operator', at });
    expect([(await opens('paul', manual, at - 1)).allowed, (await opens('paul', manual, at)).allowed]).toEqual([
      true,
      false,
    ]);
    expect((await why('paul', manual, at))?.code).toBe('cleared_ended');
    await validateResource(db, { id: goodResource.id, attributes: [], by: 'operator', at: at + 1 });
    expect((await opens('paul', manual, at + 1)).allowed).toBe(true);
    await endAgreement(db, { reference: 'C-1', by: 'operator', at: at + 2 });
    expect((await opens('paul', manual, at + 2)).allowed).toBe(false);
    expect((await why('paul', manual, at + 2))?.code).toBe('agreed_ended');
    expect(await everything('paul')).toBe(before);
  });

  it('an offer keeps its key, whoever asks for it first', async () => {
    const { db } = base;
    const wanted = { subscription: 'ABO-SITE', school: LYCEE, resource: good.idRessource };
    const made = await Promise.all(Array.from({ length: 8 }, () => ensureOffers(db, [wanted, wanted])));
    expect(new Set(made.flat().map(({ id }) => id)).size).toBe(1);
    expect(made.every((offers) => offers.length === 1)).toBe(true);
    expect(await offersOf(db, { subscription: 'ABO-SITE', school: LYCEE })).toEqual(made[0]);
    expect(await offersOf(db, { ids: [site, 'none', site] })).toEqual([
      { id: site, subscription: 'ABO-SITE', school: COLLEGE, resource: good.idRessource },
    ]);
    expect(await offersOf(db, { ids: [] })).toEqual([]);
  });

  it('licences are given by the head and by whoever was named and accepted, and by no function', async () => {
    const { db } = base;
    const diane = await keyOf(db, 'diane');
    const begin: NewFact[] = [
      { relation: 'assigns', subject: diane, object: COLLEGE, validFrom: NOW, validTo: NOW + DAY },
    ];
    await changeFacts(db, { school: COLLEGE, at: NOW, source: 'local', actor: 'test', begin });
    const rule = async (name: Name, at: number) =>
      (
        await may(db, {
          person: await keyOf(db, name),
          action: 'assign',
          resource: { type: 'school', id: COLLEGE },
          when: { at },
        })
      ).rule;
    expect([await rule('helene', NOW), await rule('henri', NOW)]).toEqual(['head', undefined]);
    expect([await rule('diane', NOW - 1), await rule('diane', NOW), await rule('diane', NOW + DAY)]).toEqual([
      undefined,
      'assigner',
      undefined,
    ]);
    for (const name of ['david', 'sylvie', 'berthe', 'tom', 'ines', 'paula'] as const)
      expect(await rule(name, NOW)).toBeUndefined();
    const told = await whyNot(db, {
      person: await keyOf(db, 'tom'),
      action: 'assign',
      resource: { type: 'school', id: COLLEGE },
      when: { at: NOW },
    });
    expect(told?.code).toBe('not_assigner');
  });
});
