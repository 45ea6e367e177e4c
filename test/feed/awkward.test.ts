// The awkward cases of real exports, one row each: what a record becomes, and which code says so.
import { describe, expect, it } from 'vitest';
import { functionsOf } from '../../src/feed/aaf/functions.ts';
import { meaningOf } from '../../src/feed/aaf/links.ts';
import { dayOf, textOf } from '../../src/feed/aaf/values.ts';
import { isUai, uaiOf } from '../../src/feed/uai.ts';
import { engines } from '../databases.ts';
import {
  type Export,
  pupil,
  relative,
  SCHOOL_A,
  SCHOOL_B,
  school,
  small,
  staff,
  type WrittenRecord,
} from './exports.ts';
import { codes, deliver, on, onSqlite, sentences } from './world.ts';

describe('a UAI', () => {
  it.each([
    ['0750655E', true],
    ['0750654D', true],
    ['0750655D', false],
    ['0750655I', false],
    ['750655E', false],
    ['0750655e', false],
  ])('%s: %s', (uai, expected) => expect(isUai(uai)).toBe(expected));

  it('has the letter that follows from its digits', () => expect(uaiOf('0750655')).toBe('0750655E'));
});

describe('a link between a pupil and a relative', () => {
  it.each([
    // type, legal, meaning
    ['1', '1', 'legal'], // old: father
    ['2', '1', 'legal'], // old: mother
    ['2', '2', 'legal'], // old: `2` is the second representative
    ['3', '2', 'legal'], // old: tutor
    ['1', '0', 'none'],
    ['4', '0', 'none'],
    ['7', '1', 'self'],
    ['10', '1', 'legal'], // new: mother
    ['20', '1', 'legal'], // new: father
    ['20', '2', 'none'], // new: `2` is a person in charge
    ['39', '2', 'none'],
    ['38', '0', 'none'],
    ['42', '0', 'none'],
    ['50', '1', 'legal'],
    ['51', '1', 'legal'],
    ['70', '1', 'self'],
    ['70', '0', 'self'],
    ['10', '', 'none'],
    ['10', '3', 'none'],
    ['8', '1', 'unknown'],
    ['', '1', 'unknown'],
    ['11', '1', 'unknown'],
  ])('type %s with legal %s is %s', (type, legal, meaning) => expect(meaningOf(type, legal)).toBe(meaning));
});

describe('a function', () => {
  it.each([
    // degree, code, post, what it gives
    [2, 'DIR', 'D0010', ['head']],
    [2, 'DIR', 'D0011', ['deputy']],
    [2, 'DIR', '', ['administrative']],
    [2, 'ADF', 'D0011', ['administrative']], // a bursar is never a deputy
    [2, 'ADF', 'A0030', ['administrative']],
    [2, 'DEC', 'D0010', ['administrative']],
    [2, 'ENS', '', ['teacher']],
    [2, 'DOC', 'L0080', ['librarian']],
    [2, 'EDU', 'E0030', ['school_life']],
    [2, 'AED', 'S0054', ['assistant']],
    [2, 'INS', '', ['inspector']],
    [2, 'COLTER', '', ['collectivity']],
    [2, '-', '', []],
    [2, 'XYZ', '', []],
    [1, 'DEC', '', ['teacher', 'direction']],
    [1, 'DIR', 'D0010', ['teacher', 'direction']], // a director of the first degree heads nobody
    [1, 'ENS', '', ['teacher']],
  ] as const)('degree %s, %s %s gives %s', (degree, code, poste, expected) =>
    expect(functionsOf(degree, code, poste)).toEqual(expected));
});

describe('a value', () => {
  it.each([
    ['L&apos;Haÿ', "L'Haÿ"],
    ['R&amp;D', 'R&D'],
    ['R&D', 'R&D'],
    ['&#233;t&#xe9;', 'été'],
    ['&amp;apos;', '&apos;'], // once, and once only
    ['&unknown;', '&unknown;'],
    ['  a \n b ', 'a b'],
  ])('%j reads %j', (value, expected) => expect(textOf(value)).toBe(expected));

  it.each([
    ['04/05/2015', '2015-05-04'],
    ['29/02/2016', '2016-02-29'],
    ['29/02/2015', undefined],
    ['2015-05-04', undefined],
    ['00/00/0000', undefined],
    ['01/01/1753', undefined],
  ])('the day %s is %s', (text, expected) => expect(dayOf(text)).toBe(expected));
});

interface Row {
  readonly is: string;
  readonly change: (given: Export) => void;
  /** Facts that must be there. */
  readonly facts?: readonly string[];
  /** Facts that must not. */
  readonly without?: readonly string[];
  readonly codes?: Record<string, number>;
}

const replace = (records: WrittenRecord[], id: string, ...by: WrittenRecord[]) =>
  records.splice(
    records.findIndex((one) => one.id === id),
    1,
    ...by,
  );

const rows: readonly Row[] = [
  {
    is: 'a small export, as it should be',
    change: () => undefined,
    facts: ['100 attends here', '200 guards 100', '301 heads here'],
    codes: {},
  },
  {
    is: 'an adult who is his own relative',
    change: (given) => {
      replace(given.Eleve, '100', pupil('100', ['200$70$1$1$1$0'], ['ENTPersonDateNaissance', '01/01/2008']));
    },
    facts: ['100 attends here'],
    without: ['200 guards 100'],
    codes: { SELF_RELATIVE: 1, ORPHAN_RELATIVE: 1 },
  },
  {
    is: 'a pupil named as his own relative under his own id',
    change: (given) => replace(given.Eleve, '100', pupil('100', ['100$10$1$1$1$0', '200$10$1$1$1$0'])),
    facts: ['200 guards 100'],
    without: ['100 guards 100'],
    codes: { SELF_RELATIVE: 1 },
  },
  {
    is: 'a link of an unknown type',
    change: (given) => replace(given.Eleve, '100', pupil('100', ['200$99$1$1$1$0'])),
    without: ['200 guards 100'],
    codes: { UNKNOWN_LINK_TYPE: 1, NO_LEGAL_REP: 1, ORPHAN_RELATIVE: 1 },
  },
  {
    is: 'a link of five parts',
    change: (given) => replace(given.Eleve, '100', pupil('100', ['200$10$1$1$1'])),
    facts: ['100 attends here'],
    without: ['200 guards 100'],
    codes: { BAD_PARTS: 1, NO_LEGAL_REP: 1, ORPHAN_RELATIVE: 1 },
  },
  {
    is: 'who pays, is called and is paid, without authority',
    change: (given) => replace(given.Eleve, '100', pupil('100', ['200$10$1$0$1$1'])),
    without: ['200 guards 100'],
    codes: { NO_LEGAL_REP: 1, ORPHAN_RELATIVE: 1 },
  },
  {
    is: 'a relative who is not in the export',
    change: (given) => replace(given.Eleve, '100', pupil('100', ['200$10$1$1$1$0', '999$20$1$1$1$0'])),
    facts: ['200 guards 100'],
    codes: { UNKNOWN_RELATIVE: 1 },
  },
  {
    is: 'a relative of nobody',
    change: (given) => given.PersRelEleve.push(relative('299')),
    codes: { ORPHAN_RELATIVE: 1 },
  },
  {
    is: 'a birth date that does not exist',
    change: (given) =>
      replace(given.Eleve, '100', pupil('100', ['200$10$1$1$1$0'], ['ENTPersonDateNaissance', '31/02/2015'])),
    facts: ['100 attends here', '200 guards 100'],
    codes: { BAD_DATE: 1 },
  },
  {
    is: 'a pupil of a school that is not in the export',
    change: (given) =>
      replace(
        given.Eleve,
        '100',
        pupil('100', ['200$10$1$1$1$0'], ['ENTPersonStructRattach', '77'], ['ENTEleveClasses', '77$6A']),
      ),
    without: ['100 attends here', '200 guards 100'],
    codes: { UNKNOWN_ETAB: 1, ORPHAN_RELATIVE: 1 },
  },
  {
    is: 'a pupil of two schools',
    change: (given) => {
      given.EtabEducNat.push(school('2', SCHOOL_B));
      replace(given.Eleve, '100', pupil('100', ['200$10$1$1$1$0'], ['ENTEleveClasses', '1$6A', '2$ULIS']));
    },
    facts: ['100 attends here', '100 enrolled class 6A'],
    codes: {},
  },
  {
    is: 'a subject that is not in the export',
    change: (given) =>
      replace(
        given.PersEducNat,
        '302',
        staff('302', ['ENTPersonFonctions', '1$ENS$E$$'], ['ENTAuxEnsClassesMatieres', '1$6A$NONE', '1$5B$MAT']),
      ),
    facts: ['302 post here teacher', '302 teaches class 5B MAT'],
    without: ['302 teaches class 6A NONE', '302 teaches class 6A'],
    codes: { UNKNOWN_SUBJECT: 1 },
  },
  {
    is: 'a class taught without a subject, and a service of one part',
    change: (given) => replace(given.PersEducNat, '302', staff('302', ['ENTAuxEnsClassesMatieres', '1$6A', '6A'])),
    facts: ['302 teaches class 6A', '302 post here teacher'],
    codes: { BAD_PARTS: 1 },
  },
  {
    is: 'an unknown function',
    change: (given) =>
      replace(given.PersEducNat, '302', staff('302', ['ENTPersonFonctions', '1$ZZZ$INCONNUE$$', '1$DOC$D$L0080$'])),
    facts: ['302 post here librarian'],
    codes: { UNKNOWN_FUNCTION: 1 },
  },
  {
    is: 'a replacement teacher of a zone',
    change: (given) =>
      given.PersEducNat.push(
        staff(
          '303',
          ['ENTPersonStructRattach', '8888'],
          ['ENTPersonFonctions', ''],
          ['ENTAuxEnsGroupesMatieres', '1$G1$MAT'],
        ),
      ),
    facts: ['303 post here teacher', '303 teaches group G1 MAT'],
    codes: {},
  },
  {
    is: 'a deputy whom the export also calls a teacher, and a bursar with the post of a deputy',
    change: (given) =>
      given.PersEducNat.push(
        staff('304', ['ENTPersonCategorieEnseignant', 'O'], ['ENTPersonFonctions', '1$DIR$D$D0011$ADJOINT']),
        staff('305', ['ENTPersonFonctions', '1$ADF$A$D0011$ADJOINT GESTIONNAIRE']),
      ),
    facts: ['304 deputises here', '304 post here deputy', '305 post here administrative'],
    without: ['304 post here teacher', '305 deputises here', '305 post here deputy'],
    codes: {},
  },
  {
    is: 'someone with no function at all',
    change: (given) =>
      given.PersEducNat.push(staff('306', ['ENTPersonStructRattach', '1'], ['ENTPersonCategorieEnseignant', 'O'])),
    without: ['306 post here teacher'],
    codes: {},
  },
  {
    is: 'the same record twice',
    change: (given) => given.Eleve.push(pupil('100', ['200$10$1$1$1$0'])),
    facts: ['100 attends here'],
    codes: { ID_DUPLICATE_IN_BATCH: 1 },
  },
  {
    is: 'two pupils under one id',
    change: (given) => given.Eleve.push(pupil('100', ['200$10$1$1$1$0'], ['sn', 'Autre'])),
    without: ['100 attends here'],
    codes: { ID_DUPLICATE_IN_BATCH: 2, ORPHAN_RELATIVE: 1 },
  },
  {
    is: 'a pupil and a relative of another name under one id',
    change: (given) => given.PersRelEleve.push(relative('100', ['sn', 'Autre'])),
    without: ['100 attends here'],
    codes: { ID_DUPLICATE_IN_BATCH: 2, ORPHAN_RELATIVE: 1 },
  },
  {
    is: 'two ids in one record',
    change: (given) => replace(given.Eleve, '100', { ...pupil('100', []), identifier: '555' }),
    without: ['100 attends here', '555 attends here'],
    codes: { ID_MISMATCH: 1, NO_LEGAL_REP: 1, ORPHAN_RELATIVE: 1 },
  },
  {
    is: 'a record in the file of another category',
    change: (given) => replace(given.Eleve, '100', { ...pupil('100', ['200$10$1$1$1$0']), operational: 'PersEducNat' }),
    without: ['100 attends here'],
    codes: { ID_MISMATCH: 1, ORPHAN_RELATIVE: 1 },
  },
  {
    is: 'a pupil without a name',
    change: (given) => replace(given.Eleve, '100', pupil('100', ['200$10$1$1$1$0'], ['sn', ''])),
    without: ['100 attends here'],
    codes: { NO_NAME: 1, ORPHAN_RELATIVE: 1 },
  },
  {
    is: 'a name in the wrong encoding',
    change: (given) => replace(given.Eleve, '100', pupil('100', ['200$10$1$1$1$0'], ['sn', 'LefÃ¨vre'])),
    without: ['100 attends here'],
    codes: { ENCODING: 1, ORPHAN_RELATIVE: 1 },
  },
  {
    is: 'a pupil who left, one who will come, one who leaves later',
    change: (given) => {
      replace(given.Eleve, '100', pupil('100', ['200$10$1$1$1$0'], ['ENTEleveDateSortieStructRattach', '05/09/2026']));
      replace(given.Eleve, '101', pupil('101', ['201$10$1$1$1$0'], ['ENTEleveDateEntreeStructRattach', '01/10/2026']));
      replace(given.Eleve, '102', pupil('102', ['202$10$1$1$1$0'], ['ENTEleveDateSortieClasses', '1$05/09/2026$6A']));
    },
    facts: ['101 attends here', '201 guards 101', '102 attends here'],
    without: ['100 attends here', '200 guards 100', '102 enrolled class 6A'],
    codes: { ORPHAN_RELATIVE: 1 },
  },
  {
    is: 'a class that stands twice, and one that nobody declares',
    change: (given) =>
      replace(
        given.EtabEducNat,
        '1',
        school('1', SCHOOL_A, ['ENTStructureClasses', '6A$SIXIEME A$1', '6A$SIXIEME A$1']),
      ),
    facts: ['100 enrolled class 6A'],
    codes: {},
  },
];

describe('a record that is awkward', () => {
  it.each(rows)('$is', async ({ change, facts = [], without = [], codes: expected }) => {
    await onSqlite(async (db) => {
      const given = small();
      change(given);
      const report = await deliver(db, given);
      const there = await sentences(db, SCHOOL_A);
      expect(there).toEqual(expect.arrayContaining([...facts]));
      for (const fact of without) expect(there).not.toContain(fact);
      if (expected) expect(codes(report)).toEqual(expected);
      for (const one of Object.values(report.categories))
        expect(one.read).toBe(one.applied + one.unchanged + one.quarantined + one.ignored);
    });
  });

  it('keeps an address that is one, and drops what is none or two, without its holder', async () => {
    await onSqlite(async (db) => {
      const given = small();
      const said = [
        'paula@exemple.fr',
        'paula.b+ecole@sous.exemple.fr',
        'a@b.fr;c@d.fr',
        'a@b.fr, c@d.fr',
        'Paula &lt;p@b.fr&gt;',
        'exemple.fr',
      ];
      for (const [index, mail] of said.entries())
        replace(given.PersRelEleve, `20${index}`, relative(`20${index}`, ['mail', mail]));
      const report = await deliver(db, given);
      expect(codes(report)).toEqual({ BAD_VALUE: 4 });
      expect(report.categories.PersRelEleve).toMatchObject({ read: 10, applied: 10, quarantined: 0 });
      expect((await db('person').whereNotNull('email').orderBy('email').pluck('email')).sort()).toEqual(
        said.slice(0, 2).sort(),
      );
    });
  });

  it('loses a school whose UAI is wrong, and nothing of the others', async () => {
    await onSqlite(async (db) => {
      const given = small();
      given.EtabEducNat.push(school('2', `${SCHOOL_B.slice(0, 7)}I`), school('3', SCHOOL_B), school('4', SCHOOL_B));
      const report = await deliver(db, given);
      expect(codes(report)).toEqual({ BAD_UAI: 1, ID_DUPLICATE_IN_BATCH: 2 });
      expect(report.categories.EtabEducNat).toMatchObject({ read: 4, applied: 1, quarantined: 3 });
      expect(await db('school').select('uai')).toEqual([{ uai: SCHOOL_A }]);
    });
  });

  it('of a school that calls its academy what no academy is called loses that word alone', async () => {
    await onSqlite(async (db) => {
      const given = small();
      for (const [index, code] of ['ORLEANS', '0990', '000', '99'].entries()) {
        const { id, attributes } = school(String(index + 2), uaiOf(`099100${index + 2}`));
        const others = attributes.filter(([name]) => name !== 'ENTServAcCodeAcademie');
        given.EtabEducNat.push({ id, attributes: [...others, ['ENTServAcCodeAcademie', code]] });
      }
      const report = await deliver(db, given);
      expect(codes(report)).toEqual({ BAD_VALUE: 3 });
      expect(report.categories.EtabEducNat).toMatchObject({ read: 5, applied: 5, quarantined: 0 });
      expect(await db('school').pluck('academy')).toEqual(Array.from({ length: 5 }, () => '099'));
    });
  });

  it('counts an attribute that nobody knows, and keeps nothing of it', async () => {
    await onSqlite(async (db) => {
      const given = small();
      replace(
        given.Eleve,
        '100',
        pupil('100', ['200$10$1$1$1$0'], ['ENTEleveReligion', 'secret'], ['homePhone', '+33 6']),
      );
      const report = await deliver(db, given);
      expect(report.unknownAttributes).toEqual({ ENTEleveReligion: 1 });
      for (const table of ['person', 'fact', 'audit', 'feed_quarantine'])
        expect(JSON.stringify(await db(table))).not.toMatch(/secret|\+33 6/);
    });
  });
});

const firstDegree = (): Export => ({
  degree: 1,
  EtabEducNat: [school('1', SCHOOL_A, ['ENTStructureTypeStruct', 'ECOLE PRIMAIRE'])],
  Eleve: [
    {
      id: '100',
      attributes: [
        ['ENTPersonJointure', '100'],
        ['ENTPersonNom', 'Nom'],
        ['ENTPersonPrenom', 'Prénom'],
        ['ENTPersonStructRattach', '1'],
        ['ENTPersonClasses', '1$x$y$55$CM2'],
        ['ENTEleveAutoriteParentale', '200$10', '201$20'],
      ],
    },
  ],
  PersRelEleve: [relative('200'), relative('201'), relative('202')],
  PersEducNat: [
    staff('301', ['ENTPersonFonctions', '1$DEC$DIRECTION$$'], ['ENTPersonCategorieEnseignant', 'N']),
    staff('302', ['ENTEnsFonctionDir', '1'], ['ENTPersonFonctions', '1$ENS$ENSEIGNEMENT$$']),
    staff('303', ['ENTPersonStructRattach', '1'], ['ENTPersonCategorieEnseignant', 'O']),
    staff('304', ['ENTPersonFonctions', '1$ENS$E$$'], ['ENTAuxEnsClassesMatieres', '1$55$MAT']),
  ],
  MatiereEducNat: [],
});

describe.each(engines)('the first degree on $name', (engine) => {
  it('knows holders of parental authority and directors who teach, and nobody’s class', async () => {
    await on(engine, async (db) => {
      const report = await deliver(db, firstDegree());
      expect(await sentences(db, SCHOOL_A)).toEqual([
        '100 attends here',
        '100 enrolled class 55',
        '200 guards 100',
        '201 guards 100',
        '301 post here direction',
        '301 post here teacher',
        '302 post here direction',
        '302 post here teacher',
        '303 post here teacher',
        '304 post here teacher',
      ]);
      expect(codes(report)).toEqual({ ORPHAN_RELATIVE: 1 });
      expect(await db('audience').select('code', 'label')).toEqual([{ code: '55', label: 'CM2' }]);
    });
  });

  it('and the second give one person the union of both, and each ends only what it said', async () => {
    await on(engine, async (db) => {
      const second = small();
      second.EtabEducNat = [school('9', SCHOOL_B)];
      second.Eleve = [pupil('109', ['200$10$1$1$1$0'], ['ENTPersonStructRattach', '9'], ['ENTEleveClasses', '9$6A'])];
      second.PersRelEleve = [relative('200')];
      second.PersEducNat = [staff('302', ['ENTPersonFonctions', '9$ENS$E$$'])];
      await deliver(db, firstDegree());
      await deliver(db, second);
      expect(await db('external_identity').where({ external_id: '200' })).toHaveLength(1);
      expect(await sentences(db, SCHOOL_B)).toContain('302 post here teacher');
      expect(await sentences(db, SCHOOL_A)).toContain('302 post here direction');
      second.PersEducNat = [staff('399', ['ENTPersonFonctions', '9$ENS$E$$'])];
      await deliver(db, second, { accept: true, spoiling: { date: '20260902' } });
      expect(await sentences(db, SCHOOL_B)).not.toContain('302 post here teacher');
      expect(await sentences(db, SCHOOL_A)).toContain('302 post here direction');
    });
  });
});
