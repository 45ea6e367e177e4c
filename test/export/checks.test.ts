// Our own checks: what the schema lets through, and what it does not, is found before anything is written.
import { describe, expect, it } from 'vitest';
import { faultsOf } from '../../src/export/checks.ts';
import type { ElementName, Node, Values } from '../../src/export/elements.ts';
import { nationalCode } from '../../src/export/groups.ts';
import type { FaultCode } from '../../src/export/problems.ts';
import { functions } from '../../src/facts/catalogue.ts';
import { profileOf, profileOfFunction } from '../../src/resources/profiles.ts';
import { COLLEGE, LYCEE } from '../cast.ts';

const school = {
  uai: COLLEGE,
  name: 'Collège',
  kind: 'collège',
  degree: 2,
  siren: null,
  academy: '090',
  yearStart: '08-15',
  zone: 'Europe/Paris',
} as const;

const node = (element: ElementName, values: Values): Node => ({ element, school: COLLEGE, values });
const person = (identifier: string, profile: string, change: Values = {}): Node =>
  node(profile.toUpperCase().endsWith('ELV') ? 'GAREleve' : 'GAREnseignant', {
    GARPersonIdentifiant: identifier,
    GARPersonProfils: [{ GARStructureUAI: COLLEGE, GARPersonProfil: profile }],
    GARPersonNom: 'Bernard',
    GARPersonPrenom: 'Paul',
    GARPersonAutresPrenoms: ['Paul'],
    GARPersonEtab: [COLLEGE],
    ...change,
  });
const group = (code: string, status: string, ...divisions: string[]): Node =>
  node('GARGroupe', {
    GARGroupeCode: code,
    GARStructureUAI: COLLEGE,
    GARGroupeLibelle: code,
    GARGroupeStatut: status,
    GARGroupeDivAppartenance: divisions,
  });
const member = (identifier: string, code: string): Node =>
  node('GARPersonGroupe', { GARStructureUAI: COLLEGE, GARPersonIdentifiant: identifier, GARGroupeCode: code });
const subject = (code: string): Node =>
  node('GARMatiere', { GARStructureUAI: COLLEGE, GARMatiereCode: code, GARMatiereLibelle: code });
const teaching = (
  element: 'GAREnsClasseMatiere' | 'GAREnsGroupeMatiere',
  identifier: string,
  code: string,
  ...subjects: string[]
): Node =>
  node(element, {
    GARStructureUAI: COLLEGE,
    GARPersonIdentifiant: identifier,
    GARGroupeCode: code,
    GARMatiereCode: subjects,
  });
const level = (identifier: string, code: string): Node =>
  node('GARPersonMEF', { GARStructureUAI: COLLEGE, GARPersonIdentifiant: identifier, GARMEFCode: code });
const short = (identifier: string, code: string): Node =>
  node('GARPersonMEFSTAT4', { GARStructureUAI: COLLEGE, GARPersonIdentifiant: identifier, GARMEFSTAT4Code: code });
const assigner = (change: Values = {}): Node =>
  node('GARRespAff', {
    GARPersonIdentifiant: 't1',
    GARPersonNom: 'A',
    GARPersonPrenom: 'B',
    GARPersonMail: ['a@b.fr'],
    GARRespAffEtab: [COLLEGE],
    ...change,
  });

/** A sheet that is good. */
const good: readonly Node[] = [
  node('GAREtab', { GARStructureUAI: COLLEGE, GARStructureNomCourant: 'Collège' }),
  node('GARMEF', { GARStructureUAI: COLLEGE, GARMEFCode: '10010012110', GARMEFLibelle: '6EME' }),
  subject('0613'),
  person('p1', 'National_ELV'),
  person('t1', 'National_ENS'),
  level('p1', '10010012110'),
  group('6A', 'DIVISION'),
  group('6LAT', 'GROUPE', '6A'),
  member('p1', '6A'),
  member('t1', '6LAT'),
  teaching('GAREnsGroupeMatiere', 't1', '6LAT', '0613'),
  teaching('GAREnsClasseMatiere', 't1', '6A', '0613'),
  assigner(),
];

const codesOf = (nodes: readonly Node[], degree: 1 | 2 = 2) => [
  ...new Set(faultsOf({ school: { ...school, degree }, nodes }).map(({ code }) => code)),
];

describe('a sheet', () => {
  it('that is good has no fault', () => {
    expect(faultsOf({ school, nodes: good })).toEqual([]);
  });

  it.each<[what: string, bad: Node, code: FaultCode]>([
    ['a parent', person('x', 'National_tut'), 'bad_profile'],
    ['somebody of the academy', person('x', 'National_ACA'), 'bad_profile'],
    ['an invented profile', person('x', 'National_XYZ'), 'bad_profile'],
    ['a profile without its prefix', person('x', 'ENS'), 'bad_profile'],
    ['a school that is none', person('x', 'National_ENS', { GARPersonEtab: ['abc'] }), 'bad_uai'],
    ['an empty school', person('x', 'National_ENS', { GARPersonEtab: [''] }), 'bad_uai'],
    ['a school in lower case', person('x', 'National_ENS', { GARPersonEtab: ['0900001a'] }), 'bad_uai'],
    ['another school', person('x', 'National_ENS', { GARPersonEtab: [LYCEE] }), 'other_school'],
    ['no school', person('x', 'National_ENS', { GARPersonEtab: [] }), 'missing'],
    ['no profile', person('x', 'National_ENS', { GARPersonProfils: [] }), 'missing'],
    ['no first names', person('x', 'National_ELV', { GARPersonAutresPrenoms: [] }), 'missing'],
    ['an empty name', person('x', 'National_ELV', { GARPersonNom: '' }), 'missing'],
    ['no identifier', person('', 'National_ELV'), 'missing'],
    ['an identifier of 65 characters', person('a'.repeat(65), 'National_ELV'), 'too_long'],
    [
      'a birth date, that we never send',
      person('x', 'National_ELV', { GARPersonDateNaissance: '2010-09-30' }),
      'unexpected',
    ],
    ['the civility of a pupil', person('x', 'National_ELV', { GARPersonCivilite: 'M.' }), 'unexpected'],
    ['two civilities', person('x', 'National_ENS', { GARPersonCivilite: ['M.', 'Mme'] }), 'twice'],
    ['a short level, which is of the first degree', short('p1', '2111'), 'unexpected'],
    ['half a character', person('x', 'National_ELV', { GARPersonNom: 'a\uD800' }), 'unwritable'],
    ['one person twice', person('p1', 'National_ELV'), 'twice'],
    ['a group that is a CLASSE', group('6B', 'CLASSE'), 'bad_status'],
    ['a division of a division', group('6B', 'DIVISION', '6A'), 'bad_status'],
    ['a group with the code of a division', group('6A', 'GROUPE'), 'twice'],
    ['a group of an unknown division', group('6B', 'GROUPE', '5Z'), 'unknown_group'],
    ['a group of a group', group('6B', 'GROUPE', '6LAT'), 'unknown_group'],
    ['an unknown person in a group', member('nobody', '6A'), 'unknown_person'],
    ['somebody in an unknown group', member('p1', '5Z'), 'unknown_group'],
    ['somebody in a group twice', member('p1', '6A'), 'twice'],
    ['a level of an unknown person', level('nobody', '10010012110'), 'unknown_person'],
    ['a level of a teacher', level('t1', '10010012110'), 'unknown_person'],
    ['an unknown level', level('p1', '99999999999'), 'unknown_level'],
    ['teaching by a pupil', teaching('GAREnsClasseMatiere', 'p1', '6A', '0613'), 'unknown_person'],
    ['teaching of an unknown subject', teaching('GAREnsClasseMatiere', 't1', '6A', '0613', '9999'), 'unknown_subject'],
    ['teaching of a group as of a division', teaching('GAREnsClasseMatiere', 't1', '6LAT', '0613'), 'unknown_group'],
    ['teaching of nothing', teaching('GAREnsGroupeMatiere', 't1', '6LAT'), 'missing'],
    ['one teaching twice', teaching('GAREnsClasseMatiere', 't1', '6A', '0613'), 'twice'],
    ['an assigner without an address', assigner({ GARPersonMail: [] }), 'missing'],
    ['an assigner without a school', assigner({ GARRespAffEtab: [] }), 'missing'],
    ['one assigner twice', assigner(), 'twice'],
    ['a node of another school', { ...subject('1'), school: LYCEE }, 'other_school'],
  ])('with %s is held: %s', (_what, bad, code) => {
    expect(codesOf([...good, bad])).toContain(code);
  });

  it.each(['National_ens', 'NATIONAL_ENS', 'National_Doc'])('may write a profile in any case: %s', (profile) => {
    expect(codesOf([...good, person('x', profile)])).toEqual([]);
  });

  it('lengths are counted in characters, not in bytes or halves', () => {
    expect(codesOf([...good, person('x', 'National_ENS', { GARPersonNom: '𝒜'.repeat(500) })])).toEqual([]);
    expect(codesOf([...good, person('x', 'National_ENS', { GARPersonNom: '𝒜'.repeat(501) })])).toEqual(['too_long']);
  });

  it('a pupil is not among the staff, nor the staff among pupils', () => {
    const swapped = { ...person('x', 'National_ENS'), element: 'GAREleve' } as const;
    expect(codesOf([...good, swapped])).toEqual(['bad_profile']);
    expect(codesOf([...good, { ...person('y', 'National_ELV'), element: 'GAREnseignant' }])).toEqual(['bad_profile']);
  });

  it('of the first degree has no subject, no teaching, no level, no address of a teacher', () => {
    const first = good.filter(({ element }) => !/Matiere|MEF/.test(element));
    expect(codesOf(first, 1)).toEqual([]);
    for (const one of [subject('1'), level('p1', '10010012110'), teaching('GAREnsClasseMatiere', 't1', '6A', '0613')])
      expect(codesOf([...first, one], 1)).toContain('unexpected');
    expect(codesOf([...first, person('x', 'National_ENS', { GARPersonMail: ['a@b.fr'] })], 1)).toEqual(['unexpected']);
  });

  it('of the first degree may say the short level of its pupils, of four characters, once', () => {
    const first = good.filter(({ element }) => !/Matiere|MEF/.test(element));
    expect(codesOf([...first, short('p1', '1125')], 1)).toEqual([]);
    expect(codesOf([...first, short('p1', '11250')], 1)).toEqual(['too_long']);
    expect(codesOf([...first, short('t1', '1125')], 1)).toEqual(['unknown_person']);
    expect(codesOf([...first, short('p1', '1125'), short('p1', '1125')], 1)).toEqual(['twice']);
  });

  it('a fault names the element, the field and what it was found by', () => {
    const [fault] = faultsOf({ school, nodes: [...good, person('x', 'National_ELV', { GARPersonNom: ' ' })] });
    expect(fault).toEqual({ code: 'missing', element: 'GAREleve', field: 'GARPersonNom', what: 'x' });
  });
});

describe('profiles', () => {
  it.each([
    [['teacher'], 'ENS'],
    [['teacher', 'librarian'], 'DOC'],
    [['teacher', 'deputy'], 'DIR'],
    [['teacher', 'direction'], 'ENS'],
    [['teacher', 'inspector'], 'ENS'],
    [['school_life', 'administrative'], 'EVS'],
    [['assistant'], 'EVS'],
    [['administrative'], 'ETA'],
    [['collectivity'], 'COL'],
    [['inspector'], undefined],
    [[], undefined],
  ] as const)('%j is %s', (held, profile) => {
    expect(profileOf(held)).toBe(profile);
  });

  it('every function has its line, and nobody becomes a pupil by one', () => {
    expect(Object.keys(profileOfFunction).sort()).toEqual([...functions].sort());
    expect(Object.values(profileOfFunction)).not.toContain('ELV');
  });
});

describe('the code of a subject', () => {
  it.each([
    ['061300', '061300'],
    ['RENNES-061300', '061300'],
    ['AC-RENNES-0613a0', '0613A0'],
    ['maths', 'MATHS'],
    ['RENNES-MATHS', 'RENNES-MATHS'],
  ])('%s is %s', (code, national) => {
    expect(nationalCode(code)).toBe(national);
  });
});
