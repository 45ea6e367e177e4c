// What a module receives about each of the cast: exactly this, and only about the schools it serves.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  barFromChild,
  recordEmancipation,
  recordObjection,
  unbarFromChild,
  withdrawObjection,
} from '../../src/acts/restrictions.ts';
import { applyDelivery } from '../../src/directory/directory.ts';
import { dayOf, schoolYear, schoolYearAt } from '../../src/facts/calendar.ts';
import { claims, claimsOf } from '../../src/oidc/claims.ts';
import { type CastName, COLLEGE, cast, college, ECOLE, LYCEE, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { type House, openHouse, type Registered, signIn } from './harness.ts';

const names = {
  [COLLEGE]: { uai: COLLEGE, name: 'Collège Les Tilleuls', degree: 2 },
  [LYCEE]: { uai: LYCEE, name: 'Lycée Camus', degree: 2 },
  [ECOLE]: { uai: ECOLE, name: 'École Jules-Verne', degree: 1 },
};

const PROTOCOL = ['iss', 'aud', 'exp', 'iat', 'nonce', 'auth_time', 'amr', 'acr', 'sub', 'at_hash'];

interface Expected {
  roles: [role: string, school: string][];
  functions?: [name: string, school: string][];
  classes?: [code: string, as: string, subjects?: string[]][];
  groups?: [code: string, as: string, subjects?: string[]][];
  children?: [who: CastName, school: string, code: string][];
  profiles?: [code: string, school: string][];
}

/** One row per person: everything they have, nothing they have not. */
const table: Partial<Record<CastName, Expected>> = {
  helene: { roles: [['head', COLLEGE]], functions: [['head', COLLEGE]], profiles: [['National_DIR', COLLEGE]] },
  david: { roles: [['deputy', COLLEGE]], functions: [['deputy', COLLEGE]], profiles: [['National_DIR', COLLEGE]] },
  berthe: {
    roles: [['administrative', COLLEGE]],
    functions: [['administrative', COLLEGE]],
    profiles: [['National_ETA', COLLEGE]],
  },
  carla: {
    roles: [['school_life', COLLEGE]],
    functions: [['school_life', COLLEGE]],
    profiles: [['National_EVS', COLLEGE]],
  },
  diane: {
    roles: [['librarian', COLLEGE]],
    functions: [['librarian', COLLEGE]],
    profiles: [['National_DOC', COLLEGE]],
  },
  tom: {
    roles: [['teacher', COLLEGE]],
    functions: [['teacher', COLLEGE]],
    classes: [['6A', 'teacher', ['MATHS']]],
    groups: [['6LAT', 'teacher', ['MATHS']]],
    profiles: [['National_ENS', COLLEGE]],
  },
  tania: {
    roles: [['teacher', COLLEGE]],
    functions: [['teacher', COLLEGE]],
    classes: [['6A', 'main_teacher', ['FRANC']]],
    profiles: [['National_ENS', COLLEGE]],
  },
  denise: {
    roles: [['teacher', ECOLE]],
    functions: [
      ['direction', ECOLE],
      ['teacher', ECOLE],
    ],
    profiles: [['National_ENS', ECOLE]],
  },
  paul: {
    roles: [['pupil', COLLEGE]],
    classes: [['6A', 'pupil']],
    groups: [['6LAT', 'pupil']],
    profiles: [['National_ELV', COLLEGE]],
  },
  noe: { roles: [['pupil', LYCEE]], classes: [['T1', 'pupil']], profiles: [['National_ELV', LYCEE]] },
  paula: {
    roles: [
      ['guardian', COLLEGE],
      ['guardian', LYCEE],
      ['guardian', ECOLE],
    ],
    children: [
      ['paul', COLLEGE, '6A'],
      ['noe', LYCEE, 'T1'],
      ['lea', ECOLE, 'CM2'],
    ],
    profiles: [
      ['National_TUT', COLLEGE],
      ['National_TUT', LYCEE],
      ['National_TUT', ECOLE],
    ],
  },
  gina: { roles: [] },
};

describe.each(engines)('claims on $name', ({ open }) => {
  let house: House;
  let everywhere: Registered;

  beforeAll(async () => {
    house = await openHouse(open);
    everywhere = await house.module();
    for (const who of Object.keys(table) as CastName[]) await house.account(who);
  });
  afterAll(() => house.close());

  const told = async (registered: Registered, who: CastName) => {
    const tokens = await signIn(house, registered, await personOf(house.db, who));
    const all = Object.entries(tokens.claims() ?? {});
    return Object.fromEntries(all.filter(([name]) => !PROTOCOL.includes(name)));
  };

  const spelled = async (registered: Registered, who: CastName, row: Expected) => {
    const audience = async (code: string) => house.db('audience').where({ code }).first();
    const audiences = (rows: Expected['classes']) =>
      Promise.all(
        rows?.map(async ([code, as, subjects]) => {
          const { id, label, school } = await audience(code);
          return { id, label, school, as, ...(subjects && { subjects }) };
        }) ?? [],
      );
    const children = Promise.all(
      row.children?.map(async ([child, school, code]) => {
        const { id, label } = await audience(code);
        const person = await personOf(house.db, child);
        const sub = await house.provider.subjectFor(registered.module.id, person);
        return { sub, given_name: cast[child].name.split(' ')[0], school, classes: [{ id, label }] };
      }) ?? [],
    );
    const since = dayOf(house.delivered);
    const until = dayOf(schoolYear(schoolYearAt(house.delivered)).to - 1);
    const [given = '', ...family] = cast[who].name.split(' ');
    const schools = [...new Set(row.roles.map(([, school]) => school))].sort();
    return {
      name: cast[who].name,
      given_name: given,
      family_name: family.join(' '),
      roles: row.roles.map(([role, school]) => ({ role, school, since, until })),
      schools: schools.map((uai) => names[uai as keyof typeof names]),
      ...(row.functions && { functions: row.functions.map(([name, school]) => ({ function: name, school })) }),
      ...(row.classes && { classes: await audiences(row.classes) }),
      ...(row.groups && { groups: await audiences(row.groups) }),
      ...(row.children && { children: await children }),
      ...(row.profiles && { profiles: row.profiles.map(([profile, school]) => ({ profile, school })) }),
    };
  };

  it.each(Object.entries(table) as [CastName, Expected][])('says of %s exactly what is so', async (who, row) => {
    expect(await told(everywhere, who)).toEqual(await spelled(everywhere, who, row));
  });

  it('a module sees only the schools it serves, and only the children there', async () => {
    const lyceeOnly = await house.module({ schools: [LYCEE] });
    expect(await told(lyceeOnly, 'paula')).toEqual(
      await spelled(lyceeOnly, 'paula', {
        roles: [['guardian', LYCEE]],
        children: [['noe', LYCEE, 'T1']],
        profiles: [['National_TUT', LYCEE]],
      }),
    );
    expect(await told(lyceeOnly, 'tom')).toEqual(await spelled(lyceeOnly, 'tom', { roles: [] }));
  });

  it('a module receives what its scopes open, and nothing else', async () => {
    const small = await house.module({ scopes: ['openid'] });
    expect(await told(small, 'paula')).toEqual({});
    const roles = await house.module({ scopes: ['openid', 'roles'] });
    expect(Object.keys(await told(roles, 'tom')).sort()).toEqual(['functions', 'roles']);
  });

  it('a parent barred from a child is nothing to that child, and hears nothing of an adult pupil who objects', async () => {
    const [person, paul, noe] = [
      await personOf(house.db, 'paula'),
      await personOf(house.db, 'paul'),
      await personOf(house.db, 'noe'),
    ];
    const act = { school: COLLEGE, person, child: paul, decision: 'TJ 2026/114', by: 'operator', at: Date.now() };
    const whole = table.paula!;
    const barred = {
      roles: whole.roles.filter(([, school]) => school !== COLLEGE),
      children: whole.children!.filter(([child]) => child !== 'paul'),
      profiles: whole.profiles!.filter(([, school]) => school !== COLLEGE),
    };
    await barFromChild(house.db, act);
    expect(await told(everywhere, 'paula')).toEqual(await spelled(everywhere, 'paula', barred));
    await unbarFromChild(house.db, { ...act, at: Date.now() });
    await recordEmancipation(house.db, { ...act, school: LYCEE, child: noe, at: Date.now() });
    await recordObjection(house.db, { by: noe, guardian: person, at: Date.now() });
    const objected = { ...whole, children: whole.children!.filter(([child]) => child !== 'noe') };
    expect(await told(everywhere, 'paula')).toEqual(await spelled(everywhere, 'paula', objected));
    await withdrawObjection(house.db, { by: noe, guardian: person, at: Date.now() });
    expect(await told(everywhere, 'paula')).toEqual(await spelled(everywhere, 'paula', whole));
  });

  it('what a child is called differs from sector to sector', async () => {
    const other = await house.module();
    const subs = async (registered: Registered) =>
      ((await told(registered, 'paula')).children as { sub: string }[]).map(({ sub }) => sub);
    const [here, there] = [await subs(everywhere), await subs(other)];
    expect(new Set([...here, ...there]).size).toBe(6);
  });

  it('a fact that ends is no longer told, in the session that was open', async () => {
    const paula = await personOf(house.db, 'paula');
    const { browser } = await signIn(house, everywhere, paula);
    const before = college(Date.now());
    const facts = before.facts.filter(
      ({ relation, subject }) => !(relation === 'guards' && 'person' in subject && subject.person === cast.paula.id),
    );
    await applyDelivery(house.db, { ...before, facts });
    const { children } = (await signIn(house, everywhere, paula, { browser })).claims() as unknown as {
      children: { school: string }[];
    };
    expect(children.map(({ school }) => school)).toEqual([LYCEE, ECOLE]);
  });
});

it('the notice names every claim that the scopes of a module open', () => {
  const scopes = [...new Set(Object.values(claims).map(({ scope }) => scope))];
  expect(claimsOf(scopes)).toEqual(Object.keys(claims));
});
