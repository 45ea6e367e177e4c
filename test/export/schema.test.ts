// What the files of the national GAR may look like: each result as it was obtained with the ministry's own schemas.
import { describe, expect, it } from 'vitest';
import type { Degree, Kind } from '../../src/export/elements.ts';
import { faultOf } from './schema.ts';

const NAMESPACES = { 1: 'http://data.education.fr/ns/gar/1d', 2: 'http://data.education.fr/ns/gar' } as const;

interface Options {
  readonly degree?: Degree;
  readonly namespace?: string;
  readonly version?: string;
}

/** Whether a file of a kind, with this in it, is valid. */
function isValid(
  kind: Kind,
  content: string,
  { degree = 2, namespace = NAMESPACES[degree], version = ' Version="1.0"' }: Options = {},
): boolean {
  const inside = content.replace(/<(\/?)(\w+)/g, '<$1men:$2');
  const xml = `<?xml version="1.0" encoding="UTF-8"?><men:GAR-ENT-${kind} xmlns:men="${namespace}"${version}>${inside}</men:GAR-ENT-${kind}>`;
  return faultOf(degree, xml) === undefined;
}

const el = (name: string, ...values: string[]) => values.map((value) => `<${name}>${value}</${name}>`).join('');
const UAI = el('GARStructureUAI', '0900001A');
const profile = (name = 'National_ELV', uai = UAI) =>
  `<GARPersonProfils>${uai}${el('GARPersonProfil', name)}</GARPersonProfils>`;
const names = el('GARPersonNom', 'Bernard') + el('GARPersonPrenom', 'Paul');
const first = el('GARPersonAutresPrenoms', 'Paul');
const etab = el('GARPersonEtab', '0900001A');
const born = (day: string) => `<GARPersonDateNaissance>${day}</GARPersonDateNaissance>`;
const id = (text = 'p1') => el('GARPersonIdentifiant', text);
const pupil = (parts = id() + profile() + names + first + etab) => el('GAREleve', parts);
const teacher = (more = '', before = '') =>
  el('GAREnseignant', id() + profile('National_ENS') + names + first + etab + before + more);
const level = (person = 'p1') => el('GARPersonMEF', UAI + id(person) + el('GARMEFCode', '10010012110'));
const civility = el('GARPersonCivilite', 'Mme');
const mef = (after = '', before = '') =>
  el('GARMEF', UAI + el('GARMEFCode', '10010012110') + before + el('GARMEFLibelle', '6EME') + after);
const group = (code: string, status: string, ...divisions: string[]) =>
  el(
    'GARGroupe',
    el('GARGroupeCode', code) +
      UAI +
      el('GARGroupeLibelle', code) +
      el('GARGroupeStatut', status) +
      el('GARGroupeDivAppartenance', ...divisions),
  );
const teaching = (name: string, code: string, ...subjects: string[]) =>
  el(name, UAI + id() + el('GARGroupeCode', code) + el('GARMatiereCode', ...subjects));
const mail = el('GARPersonMail', 'h.marchand@ac-test.fr');
const at = (...uais: string[]) => el('GARRespAffEtab', ...uais);

describe('second degree', () => {
  it.each<[what: string, kind: Kind, content: string, valid: boolean]>([
    ['one pupil with all that is mandatory', 'Eleve', pupil(), true],
    ['no pupil at all', 'Eleve', '', true],
    ['two pupils with one identifier', 'Eleve', pupil() + pupil(), false],
    ['a pupil without first names', 'Eleve', pupil(id() + profile() + names + etab), false],
    ['a pupil without a profile', 'Eleve', pupil(id() + names + first + etab), false],
    ['a pupil without a school', 'Eleve', pupil(id() + profile() + names + first), false],
    [
      'a birth date after the school',
      'Eleve',
      pupil(id() + profile() + names + first + etab + born('2010-09-30')),
      true,
    ],
    [
      'a birth date before the school',
      'Eleve',
      pupil(id() + profile() + names + first + born('2010-09-30') + etab),
      false,
    ],
    [
      'a birth date as it is said in French',
      'Eleve',
      pupil(id() + profile() + names + first + etab + born('30/09/2010')),
      false,
    ],
    ['an empty birth date', 'Eleve', pupil(id() + profile() + names + first + etab + born('')), false],
    ['an identifier of 64 characters', 'Eleve', pupil(id('a'.repeat(64)) + profile() + names + first + etab), true],
    ['an identifier of 65 characters', 'Eleve', pupil(id('a'.repeat(65)) + profile() + names + first + etab), false],
    ['a parent among the pupils', 'Eleve', pupil(id() + profile('National_tut') + names + first + etab), true],
    ['a school that is none', 'Eleve', pupil(id() + profile() + names + first + el('GARPersonEtab', 'abc')), true],
    ['an empty school', 'Eleve', pupil(id() + profile() + names + first + el('GARPersonEtab', '')), true],
    ['a group that is a CLASSE', 'Groupe', group('6A', 'CLASSE'), true],
    ['a level of an unknown person', 'Eleve', pupil() + level('nobody'), true],
    ['one level twice', 'Eleve', pupil() + level() + level(), false],
    ['a civility after the first names', 'Eleve', pupil(id() + profile() + names + first + civility + etab), true],
    ['a civility before the first names', 'Eleve', pupil(id() + profile() + names + civility + first + etab), false],
    ['a civility after the school', 'Eleve', pupil(id() + profile() + names + first + etab + civility), false],
    ['the national code of a level at its end', 'Etab', mef(el('GARMEFSTAT11', '21110010001')), true],
    ['and before its name', 'Etab', mef('', el('GARMEFSTAT11', '21110010001')), false],
    ['and after the level it belongs to', 'Etab', mef(el('GARMEFRattach', '1') + el('GARMEFSTAT11', '2')), true],
    ['and before it', 'Etab', mef(el('GARMEFSTAT11', '2') + el('GARMEFRattach', '1')), false],
    ['one level of a school twice', 'Etab', mef() + mef(), false],
    ['levels before pupils', 'Eleve', level() + pupil(), false],
    ['a division and a group of one code', 'Groupe', group('6A', 'DIVISION') + group('6A', 'GROUPE'), false],
    ['a group of a division', 'Groupe', group('6A', 'DIVISION') + group('6LAT', 'GROUPE', '6A'), true],
    [
      'teaching of divisions before teaching of groups',
      'Groupe',
      teaching('GAREnsClasseMatiere', '6A', 'MATHS') + teaching('GAREnsGroupeMatiere', '6LAT', 'LATIN'),
      false,
    ],
    [
      'teaching of groups, then of divisions',
      'Groupe',
      teaching('GAREnsGroupeMatiere', '6LAT', 'LATIN') + teaching('GAREnsClasseMatiere', '6A', 'MATHS'),
      true,
    ],
    ['two subjects taught to one division', 'Groupe', teaching('GAREnsClasseMatiere', '6A', 'MATHS', 'PHYS'), true],
    [
      'one division of one teacher twice',
      'Groupe',
      teaching('GAREnsClasseMatiere', '6A', 'MATHS') + teaching('GAREnsClasseMatiere', '6A', 'PHYS'),
      false,
    ],
    ['an assigner of two schools', 'RespAff', el('GARRespAff', id() + names + mail + at('0900001A', '0900002B')), true],
    [
      'one assigner twice',
      'RespAff',
      el('GARRespAff', id() + names + mail + at('0900001A'), id() + names + mail + at('0900002B')),
      false,
    ],
    ['an assigner without an address', 'RespAff', el('GARRespAff', id() + names + at('0900001A')), false],
    ['an assigner without a school', 'RespAff', el('GARRespAff', id() + names + mail), false],
    [
      'an address after the disciplines',
      'Enseignant',
      teacher(mail, el('GAREnsDisciplinesPostes', UAI + el('GAREnsDisciplinePosteCode', 'L1300'))),
      true,
    ],
    [
      'an address before the disciplines',
      'Enseignant',
      teacher(el('GAREnsDisciplinesPostes', UAI + el('GAREnsDisciplinePosteCode', 'L1300')), mail),
      false,
    ],
    ['disciplines without a code', 'Enseignant', teacher(el('GAREnsDisciplinesPostes', UAI)), false],
    [
      'a subject of a school',
      'Etab',
      el('GARMatiere', UAI + el('GARMatiereCode', '061300') + el('GARMatiereLibelle', 'Maths')),
      true,
    ],
  ])('%s', (_what, kind, content, valid) => {
    expect(isValid(kind, content)).toBe(valid);
  });

  it('a root without its version', () => {
    expect(isValid('Eleve', pupil(), { version: '' })).toBe(false);
  });
});

describe('first degree', () => {
  const stat4 = (code: string) => el('GARPersonMEFSTAT4', UAI + id() + el('GARMEFSTAT4Code', code));

  it.each<[what: string, kind: Kind, content: string, valid: boolean]>([
    ['one pupil', 'Eleve', pupil(), true],
    ['a level of four characters', 'Eleve', pupil() + stat4('1111'), true],
    ['a level of five characters', 'Eleve', pupil() + stat4('11111'), false],
    ['a level of the second degree', 'Eleve', pupil() + level(), false],
    ['one level twice', 'Eleve', pupil() + stat4('1125') + stat4('1125'), false],
    ['two levels of one pupil', 'Eleve', pupil() + stat4('1124') + stat4('1125'), true],
    ['levels before pupils', 'Eleve', stat4('1125') + pupil(), false],
    ['the level of a teacher', 'Enseignant', teacher() + stat4('1125'), true],
    ['the levels of a school', 'Etab', mef(), false],
    ['two pupils with one identifier', 'Eleve', pupil() + pupil(), false],
    ['an assigner without an address', 'RespAff', el('GARRespAff', id() + names + at('0900003C')), false],
    ['a teacher', 'Enseignant', teacher(), true],
    ['the address of a teacher', 'Enseignant', teacher(mail), false],
    ['an assigner with an address', 'RespAff', el('GARRespAff', id() + names + mail + at('0900003C')), true],
    ['teaching of a division', 'Groupe', teaching('GAREnsClasseMatiere', 'CM2', 'MATHS'), false],
    ['a subject', 'Etab', el('GARMatiere', UAI + el('GARMatiereCode', 'M') + el('GARMatiereLibelle', 'M')), false],
    ['a group of a division', 'Groupe', group('CM2', 'DIVISION') + group('DEC', 'GROUPE', 'CM2'), true],
  ])('%s', (_what, kind, content, valid) => {
    expect(isValid(kind, content, { degree: 1 })).toBe(valid);
  });

  it('the namespace of the second degree', () => {
    expect(isValid('Eleve', pupil(), { degree: 1, namespace: NAMESPACES[2] })).toBe(false);
  });
});
