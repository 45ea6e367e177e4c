import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertAccount } from '../../src/accounts/records.ts';
import { moveAccount } from '../../src/accounts/states.ts';
import { applyDelivery, type SchoolDelivery } from '../../src/directory/directory.ts';
import { withholdPerson } from '../../src/directory/holds.ts';
import { removeSchools } from '../../src/export/schools.ts';
import { changeFacts } from '../../src/facts/facts.ts';
import { COLLEGE, cast, college, ECOLE, ecole, LYCEE, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { faultOf } from './schema.ts';
import {
  ENT,
  elementsIn,
  emptied,
  exported,
  freshFolder,
  idOf,
  openWorld,
  type Read,
  unpacked,
  withAddresses,
} from './world.ts';

const STEM = 'U3_GAR-ENT_Complet_20261112_090000';

describe.each(engines)('the export on $name', ({ open }) => {
  let base: TestDatabase;
  beforeAll(async () => {
    base = await open();
  });
  beforeEach(() => emptied(base.db));
  afterAll(() => base.close());

  const filesOf = async (change: Parameters<typeof exported>[1] = {}) => {
    const { written } = await exported(base.db, change);
    return unpacked(written!.archive);
  };
  const readAll = async (change: Parameters<typeof exported>[1] = {}) => elementsIn((await filesOf(change)).values());
  const assign = (name: keyof typeof cast, school: string, validTo?: number) =>
    personOf(base.db, name).then((subject) =>
      changeFacts(base.db, {
        school,
        at: NOW - 1000,
        source: 'local',
        actor: 'operator',
        begin: [
          {
            relation: 'assigns',
            subject,
            object: school,
            properties: { decision: 'd-1' },
            ...(validTo && { validTo }),
          },
        ],
      }),
    );

  describe('one school of the second degree', () => {
    beforeEach(() => openWorld(base.db));

    it('every file is valid, named and ordered as the GAR expects', async () => {
      const files = await filesOf();
      expect([...files.keys()]).toEqual(
        ['Etab', 'Eleve', 'Enseignant', 'Groupe', 'RespAff'].map((kind) => `${STEM}_2D_${kind}_0000.xml`),
      );
      for (const [name, xml] of files) expect([name, faultOf(2, xml)]).toEqual([name, undefined]);
    });

    it('the pupils, each once, with what is mandatory and nothing more', async () => {
      const pupils = (await readAll()).get('GAREleve')!;
      const paul = await idOf(base.db, 'paul');
      expect(pupils).toHaveLength(5);
      expect(pupils.find((one) => one.GARPersonIdentifiant?.[0] === paul)).toEqual({
        GARPersonIdentifiant: [paul],
        GARPersonProfils: [{ GARStructureUAI: [COLLEGE], GARPersonProfil: ['National_ELV'] }],
        GARPersonNom: ['Bernard'],
        GARPersonPrenom: ['Paul'],
        GARPersonAutresPrenoms: ['Paul'],
        GARPersonEtab: [COLLEGE],
      });
    });

    it('the staff, each with one profile of the table, and the address that the state gives', async () => {
      const staff = (await readAll()).get('GAREnseignant')!;
      const profileOf = async (name: keyof typeof cast) => {
        const identifier = await idOf(base.db, name);
        const found = staff.find((one) => one.GARPersonIdentifiant?.[0] === identifier);
        return [(found?.GARPersonProfils?.[0] as Read | undefined)?.GARPersonProfil?.[0], found?.GARPersonMail?.[0]];
      };
      expect(await profileOf('helene')).toEqual(['National_DIR', 'helene.marchand@ac-test.fr']);
      expect(await profileOf('david')).toEqual(['National_DIR', undefined]);
      expect(await profileOf('berthe')).toEqual(['National_ETA', undefined]);
      expect(await profileOf('tom')).toEqual(['National_ENS', 'tom.garnier@ac-test.fr']);
      expect(await profileOf('carla')).toEqual(['National_EVS', undefined]);
      expect(await profileOf('diane')).toEqual(['National_DOC', undefined]);
    });

    it('the civility of staff where the state says it, in both files that have a place for it; of no pupil', async () => {
      for (const name of ['helene', 'tom', 'paul'] as const)
        await base
          .db('person')
          .where({ id: await personOf(base.db, name) })
          .update({ civility: name === 'helene' ? 'Mme' : 'M.' });
      const files = await filesOf();
      for (const xml of files.values()) expect(faultOf(2, xml)).toBeUndefined();
      const read = elementsIn(files.values());
      const civilities = (element: string) =>
        new Map(read.get(element)!.map((one) => [one.GARPersonNom?.[0], one.GARPersonCivilite?.[0]]));
      expect(Object.fromEntries(civilities('GAREnseignant'))).toMatchObject({
        Marchand: 'Mme',
        Garnier: 'M.',
        Roux: undefined,
      });
      expect(civilities('GARRespAff').get('Marchand')).toBe('Mme');
      expect([...civilities('GAREleve').values()].filter(Boolean)).toEqual([]);
    });

    it('a level is named once, with its national code where an export says it', async () => {
      const followed = (name: 'paul' | 'ines' | 'zoe', code: string, label: string) => ({
        person: cast[name].id,
        code,
        label,
      });
      await applyDelivery(base.db, {
        ...withAddresses(college(NOW)),
        levels: [
          followed('paul', '10010012110', '6EME'),
          followed('ines', '10010012110', '6EME'),
          followed('zoe', '10110012110', '5EME'),
        ],
        levelCodes: [{ code: '10010012110', stat: '21110010001' }],
      });
      const files = await filesOf();
      for (const xml of files.values()) expect(faultOf(2, xml)).toBeUndefined();
      const read = elementsIn(files.values());
      expect(read.get('GARMEF')).toEqual([
        {
          GARStructureUAI: [COLLEGE],
          GARMEFCode: ['10010012110'],
          GARMEFLibelle: ['6EME'],
          GARMEFSTAT11: ['21110010001'],
        },
        { GARStructureUAI: [COLLEGE], GARMEFCode: ['10110012110'], GARMEFLibelle: ['5EME'] },
      ]);
      expect(read.get('GARPersonMEF')).toHaveLength(3);
    });

    it('no parent, no relative, no birth date, and no key of the directory', async () => {
      const text = [...(await filesOf()).values()].join('\n');
      for (const name of ['paula', 'pierre', 'ali', 'gina'] as const) {
        expect(text).not.toContain(await idOf(base.db, name));
        expect(text).not.toContain(cast[name].name.split(' ')[0]);
      }
      expect(text).not.toContain('2012-03-04');
      for (const name of ['paul', 'tom', 'helene'] as const) expect(text).not.toContain(await personOf(base.db, name));
    });

    it('divisions, groups with the divisions of their pupils, members, and who teaches what', async () => {
      const read = await readAll();
      const [paul, tom, theo] = [await idOf(base.db, 'paul'), await idOf(base.db, 'tom'), await idOf(base.db, 'theo')];
      const groups = read
        .get('GARGroupe')!
        .map((one) => [one.GARGroupeCode?.[0], one.GARGroupeStatut?.[0], one.GARGroupeDivAppartenance ?? []]);
      expect(groups).toEqual([
        ['5C', 'DIVISION', []],
        ['6A', 'DIVISION', []],
        ['6B', 'DIVISION', []],
        ['6LAT', 'GROUPE', ['6A', '6B']],
        ['T1', 'DIVISION', []],
      ]);
      const placesOf = (person: string) =>
        read
          .get('GARPersonGroupe')!
          .filter((one) => one.GARPersonIdentifiant?.[0] === person)
          .map((one) => one.GARGroupeCode?.[0]);
      expect(placesOf(paul)).toEqual(['6A', '6LAT']);
      expect(placesOf(tom)).toEqual(['6A', '6LAT']);
      expect(
        read.get('GAREnsGroupeMatiere')!.map((one) => [one.GARPersonIdentifiant?.[0], one.GARMatiereCode]),
      ).toEqual(
        [
          [tom, ['MATHS']],
          [theo, ['LATIN']],
        ].sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1)),
      );
      expect(
        read
          .get('GARMatiere')!
          .map((one) => [one.GARStructureUAI?.[0], one.GARMatiereCode?.[0], one.GARMatiereLibelle?.[0]]),
      ).toEqual([
        [COLLEGE, 'FRANC', 'Français'],
        [COLLEGE, 'LATIN', 'Latin'],
        [COLLEGE, 'MATHS', 'Mathématiques'],
        [LYCEE, 'PHILO', 'Philosophie'],
      ]);
    });

    it('the head and the assigners, where they assign; who has no address is told to the school', async () => {
      await assign('tom', COLLEGE);
      await assign('diane', COLLEGE);
      const { schools, written } = await exported(base.db);
      const named = elementsIn((await unpacked(written!.archive)).values()).get('GARRespAff')!;
      expect(new Set(named.map((one) => one.GARPersonNom?.[0]))).toEqual(new Set(['Marchand', 'Garnier', 'Vidal']));
      const notes = schools.find(({ school }) => school.uai === COLLEGE)!.notes;
      expect(notes).toContainEqual({ code: 'assigner_without_mail', person: await personOf(base.db, 'diane') });
      expect(notes.map(({ code }) => code)).not.toContain('no_assigner');
    });

    it('an assigner whose time is over is one no more', async () => {
      await assign('tom', COLLEGE, NOW);
      expect((await readAll()).get('GARRespAff')!.map((one) => one.GARPersonNom?.[0])).not.toContain('Garnier');
      expect((await readAll({ at: NOW - 1 })).get('GARRespAff')!.map((one) => one.GARPersonNom?.[0])).toContain(
        'Garnier',
      );
    });

    it('somebody whose presence ended, who objected, or whose account is closed, is not sent', async () => {
      const [ines, lucas, zoe] = [
        await personOf(base.db, 'ines'),
        await personOf(base.db, 'lucas'),
        await personOf(base.db, 'zoe'),
      ];
      await withholdPerson(base.db, { person: ines, school: COLLEGE, request: 'r-1', by: 'operator', at: NOW - 10 });
      for (const [person, identifier] of [
        [lucas, 'lucas.m'],
        [zoe, 'zoe.p'],
      ] as const)
        await insertAccount(base.db, { person, identifier, secret: 'x', at: NOW - 20 });
      await moveAccount(base.db, {
        person: lucas,
        to: 'closed',
        actor: 'operator',
        why: 'asked',
        from: 'operator',
        at: NOW - 10,
      });
      await moveAccount(base.db, {
        person: zoe,
        to: 'suspended',
        actor: 'operator',
        why: 'asked',
        from: 'operator',
        at: NOW - 10,
      });
      const { schools, written } = await exported(base.db);
      const read = elementsIn((await unpacked(written!.archive)).values());
      expect(
        read
          .get('GAREleve')!
          .map((one) => one.GARPersonPrenom?.[0])
          .sort(),
      ).toEqual(['Noé', 'Paul', 'Zoé']);
      const text = JSON.stringify([...read]);
      for (const name of ['ines', 'lucas'] as const) expect(text).not.toContain(await idOf(base.db, name));
      // a suspension is for a time, and keeps what was assigned
      expect(text).toContain(await idOf(base.db, 'zoe'));
      expect(schools[0]!.notes).toContainEqual({ code: 'account_closed', person: lucas });
      // nobody is in 6B any more, but for its group through Lucas
      expect(read.get('GARGroupe')!.map((one) => one.GARGroupeCode?.[0])).not.toContain('6B');
    });

    it('a pupil who is still to come is not there before the first day', async () => {
      const coming = college();
      const arrives = NOW + 86_400_000;
      const facts = coming.facts.map((fact) =>
        fact.relation !== 'guards' && 'person' in fact.subject && fact.subject.person === cast.zoe.id
          ? { ...fact, validFrom: arrives }
          : fact,
      );
      await applyDelivery(base.db, { ...withAddresses(coming), at: NOW, facts });
      expect((await readAll({ at: arrives - 1 })).get('GAREleve')).toHaveLength(4);
      expect((await readAll({ at: arrives })).get('GAREleve')).toHaveLength(5);
    });

    it('a pupil who left is gone from the instant of leaving', async () => {
      const left = college();
      await applyDelivery(base.db, {
        ...withAddresses(left),
        at: NOW,
        facts: left.facts.filter((fact) => !('person' in fact.subject && fact.subject.person === cast.zoe.id)),
      });
      expect((await readAll({ at: NOW - 1 })).get('GAREleve')).toHaveLength(5);
      expect((await readAll({ at: NOW })).get('GAREleve')).toHaveLength(4);
    });
  });

  describe('several schools', () => {
    const alsoAtLycee = (delivery: SchoolDelivery): SchoolDelivery => {
      if (delivery.school.uai !== LYCEE) return delivery;
      const tom = withAddresses(college()).persons.find(({ externalId }) => externalId === cast.tom.id)!;
      return {
        ...delivery,
        persons: [...delivery.persons, tom],
        facts: [
          ...delivery.facts,
          {
            relation: 'post',
            subject: { person: cast.tom.id },
            object: { school: true },
            properties: { function: 'librarian' },
          },
        ],
      };
    };

    it('a person of two schools is one person, with a profile at each', async () => {
      await openWorld(base.db, alsoAtLycee);
      const read = await readAll();
      const tom = await idOf(base.db, 'tom');
      const found = read.get('GAREnseignant')!.filter((one) => one.GARPersonIdentifiant?.[0] === tom);
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({
        GARPersonProfils: [
          { GARStructureUAI: [COLLEGE], GARPersonProfil: ['National_ENS'] },
          { GARStructureUAI: [LYCEE], GARPersonProfil: ['National_DOC'] },
        ],
        GARPersonEtab: [COLLEGE, LYCEE],
        GARPersonMail: ['tom.garnier@ac-test.fr'],
      });
    });

    it('an assigner of two schools is one node with both', async () => {
      await openWorld(base.db, alsoAtLycee);
      for (const school of [COLLEGE, LYCEE]) await assign('tom', school);
      const tom = await idOf(base.db, 'tom');
      const found = (await readAll()).get('GARRespAff')!.filter((one) => one.GARPersonIdentifiant?.[0] === tom);
      expect(found).toMatchObject([{ GARRespAffEtab: [COLLEGE, LYCEE] }]);
    });

    it('the archive of one degree holds no school of the other', async () => {
      await openWorld(base.db);
      expect((await readAll()).get('GAREtab')!.map((one) => one.GARStructureUAI?.[0])).toEqual([COLLEGE, LYCEE]);
      expect((await readAll({ degree: 1 })).get('GAREtab')!.map((one) => one.GARStructureUAI?.[0])).toEqual([ECOLE]);
    });

    it('of a person at a school that is not sent, nothing is said of it', async () => {
      await openWorld(base.db, alsoAtLycee);
      await removeSchools(base.db, { ent: ENT, schools: [LYCEE], by: 'operator', at: NOW });
      const text = [...(await filesOf()).values()].join('\n');
      expect(text).not.toContain(LYCEE);
      expect(text).toContain(await idOf(base.db, 'tom'));
    });
  });

  describe('the first degree', () => {
    beforeEach(() => openWorld(base.db));

    it('in a folder of its own, in its own namespace, without addresses of teachers, subjects or teachings', async () => {
      const folder = freshFolder();
      const { written } = await exported(base.db, { degree: 1, folder });
      expect(written!.archive).toBe(join(folder, 'U3-1D', `${STEM}_1D.tar.gz`));
      const files = await unpacked(written!.archive);
      for (const [name, xml] of files) expect([name, faultOf(1, xml)]).toEqual([name, undefined]);
      const read = elementsIn(files.values());
      expect([...read.keys()].sort()).toEqual(['GAREleve', 'GAREnseignant', 'GAREtab', 'GARGroupe', 'GARPersonGroupe']);
      expect(read.get('GAREnseignant')!.map((one) => [one.GARPersonNom?.[0], one.GARPersonMail])).toContainEqual([
        'Caron',
        undefined,
      ]);
    });

    it('the level of a pupil by its short code; one that has none is told, and left out', async () => {
      const levelled = async (label: string) => {
        const levels = [{ person: cast.lea.id, code: label, label }];
        await applyDelivery(base.db, { ...withAddresses(ecole(NOW)), levels });
        const { schools, written } = await exported(base.db, { degree: 1, folder: freshFolder() });
        const files = await unpacked(written!.archive);
        for (const xml of files.values()) expect(faultOf(1, xml)).toBeUndefined();
        return { levels: elementsIn(files.values()).get('GARPersonMEFSTAT4'), notes: schools[0]!.notes };
      };
      const lea = await idOf(base.db, 'lea');
      const { levels, notes } = await levelled('CM2');
      expect(levels).toEqual([{ GARStructureUAI: [ECOLE], GARPersonIdentifiant: [lea], GARMEFSTAT4Code: ['1125'] }]);
      expect(notes.map(({ code }) => code)).not.toContain('level_unknown');
      const unknown = await levelled('ULIS');
      expect(unknown.levels).toBeUndefined();
      expect(unknown.notes).toContainEqual({ code: 'level_unknown', what: 'ULIS' });
    });

    it('a director is a teacher, and an assigner only where a decision says so', async () => {
      const profiles = (await readAll({ degree: 1 }))
        .get('GAREnseignant')!
        .flatMap((one) => one.GARPersonProfils as Read[]);
      expect(new Set(profiles.map((one) => one.GARPersonProfil?.[0]))).toEqual(new Set(['National_ENS']));
      expect((await exported(base.db, { degree: 1 })).schools[0]!.notes).toContainEqual({ code: 'no_assigner' });
      const denise = await personOf(base.db, 'denise');
      await changeFacts(base.db, {
        school: ECOLE,
        at: NOW - 5,
        source: 'local',
        actor: 'operator',
        begin: [{ relation: 'directs', subject: denise, object: ECOLE, properties: { decision: 'd-2' } }],
      });
      const named = (await readAll({ degree: 1 })).get('GARRespAff')!;
      expect(named).toMatchObject([
        { GARPersonNom: ['Caron'], GARPersonMail: ['denise.caron@ac-test.fr'], GARRespAffEtab: [ECOLE] },
      ]);
    });
  });

  describe('what is made to fit', () => {
    it('a group with the code of a division gets another code everywhere, and the school is told', async () => {
      await openWorld(base.db, (delivery) =>
        delivery.school.uai !== COLLEGE
          ? delivery
          : {
              ...delivery,
              audiences: [
                ...delivery.audiences,
                { kind: 'group', code: '6A', label: 'Groupe 6A' },
                { kind: 'group', code: '6A GR', label: 'Autre' },
              ],
              facts: [
                ...delivery.facts,
                ...['6A', '6A GR'].map(
                  (group) => ({ relation: 'enrolled', subject: { person: cast.ines.id }, object: { group } }) as const,
                ),
              ],
            },
      );
      const { schools, written } = await exported(base.db);
      expect(schools[0]!.notes).toContainEqual({ code: 'group_renamed', what: '6A → 6A GR2' });
      const files = await unpacked(written!.archive);
      for (const xml of files.values()) expect(faultOf(2, xml)).toBeUndefined();
      const ines = await idOf(base.db, 'ines');
      const places = elementsIn(files.values())
        .get('GARPersonGroupe')!
        .filter((one) => one.GARPersonIdentifiant?.[0] === ines);
      expect(places.map((one) => one.GARGroupeCode?.[0]).sort()).toEqual(['6A', '6A GR', '6A GR2']);
    });

    it('codes and labels are trimmed; a subject code loses what its academy wrote before it', async () => {
      await openWorld(base.db, (delivery) =>
        delivery.school.uai !== COLLEGE
          ? delivery
          : {
              ...delivery,
              subjects: [...delivery.subjects, { code: 'RENNES-0613a0', label: '  Maths  ' }],
              audiences: delivery.audiences.map((one) => (one.code === '5C' ? { ...one, label: '  ' } : one)),
              facts: [
                ...delivery.facts,
                ...['RENNES-0613a0', '069999'].map(
                  (subject) =>
                    ({
                      relation: 'teaches',
                      subject: { person: cast.olga.id },
                      object: { class: '5C' },
                      properties: { subject },
                    }) as const,
                ),
              ],
            },
      );
      const { schools, written } = await exported(base.db);
      const read = elementsIn((await unpacked(written!.archive)).values());
      const labels = new Map(
        read.get('GARMatiere')!.map((one) => [one.GARMatiereCode?.[0], one.GARMatiereLibelle?.[0]]),
      );
      expect(labels.get('0613A0')).toBe('Maths');
      expect(labels.get('069999')).toBe('MATIERE 069999');
      expect(schools[0]!.notes).toContainEqual({ code: 'subject_unknown', what: '069999' });
      const olga = await idOf(base.db, 'olga');
      const taught = read.get('GAREnsClasseMatiere')!.filter((one) => one.GARPersonIdentifiant?.[0] === olga);
      expect(taught.map((one) => one.GARMatiereCode)).toEqual([['0613A0', '069999', 'MATHS']]);
      expect(read.get('GARGroupe')!.find((one) => one.GARGroupeCode?.[0] === '5C')!.GARGroupeLibelle).toEqual(['5C']);
    });

    it('a function that the GAR does not take leaves its holder out, unless the operator says otherwise', async () => {
      await openWorld(base.db, (delivery) => ({
        ...delivery,
        facts: delivery.facts.map((fact) =>
          fact.relation === 'post' && 'person' in fact.subject && fact.subject.person === cast.berthe.id
            ? { ...fact, properties: { function: 'inspector' } }
            : fact,
        ),
      }));
      const berthe = await idOf(base.db, 'berthe');
      const { schools } = await exported(base.db);
      expect(schools[0]!.notes).toContainEqual({ code: 'no_profile', person: await personOf(base.db, 'berthe') });
      const { profileOfFunction } = await import('../../src/resources/profiles.ts');
      const said = await readAll({ profiles: { ...profileOfFunction, inspector: 'ETA' } });
      expect(said.get('GAREnseignant')!.map((one) => one.GARPersonIdentifiant?.[0])).toContain(berthe);
    });

    it('of more assigners than the GAR takes, the head comes first, and the school is told of the rest', async () => {
      const many = Array.from({ length: 55 }, (_, number) => `9${String(number).padStart(3, '0')}`);
      await openWorld(base.db, (delivery) =>
        delivery.school.uai !== COLLEGE
          ? delivery
          : {
              ...delivery,
              persons: [
                ...delivery.persons,
                ...many.map((externalId) => ({
                  academy: '090',
                  externalId,
                  givenName: 'Ada',
                  familyName: `N${externalId}`,
                  email: `n${externalId}@ac-test.fr`,
                })),
              ],
              facts: [
                ...delivery.facts,
                ...many.map(
                  (person) =>
                    ({
                      relation: 'post',
                      subject: { person },
                      object: { school: true },
                      properties: { function: 'teacher' },
                    }) as const,
                ),
              ],
            },
      );
      const keys: { person: string }[] = await base
        .db('external_identity')
        .whereIn('external_id', many)
        .select('person');
      await changeFacts(base.db, {
        school: COLLEGE,
        at: NOW - 1000,
        source: 'local',
        actor: 'operator',
        begin: keys.map(({ person }) => ({
          relation: 'assigns',
          subject: person,
          object: COLLEGE,
          properties: { decision: 'd' },
        })),
      });
      const { schools, written } = await exported(base.db);
      const named = elementsIn((await unpacked(written!.archive)).values()).get('GARRespAff')!;
      const here = named.filter((one) => one.GARRespAffEtab?.includes(COLLEGE));
      expect(here).toHaveLength(50);
      expect(here.map((one) => one.GARPersonNom?.[0])).toContain('Marchand');
      expect(schools[0]!.notes.filter(({ code }) => code === 'too_many_assigners')).toHaveLength(6);
    });
  });
});
