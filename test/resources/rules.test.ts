// RG1 to RG13 as a table: a good subscription, and each way of breaking one rule.
import { describe, expect, it } from 'vitest';
import { type RuleName, violationsOf } from '../../src/resources/rules.ts';
import { instantOf, readSheet } from '../../src/resources/sheet.ts';
import { COLLEGE, ECOLE, LYCEE } from '../cast.ts';
import { good } from './good.ts';

const everybody = ['ELEVE', 'ENSEIGNANT', 'DOCUMENTALISTE', 'AUTRE PERSONNEL'];
const none = undefined;
const whole = {
  typeAffectation: 'ETABL',
  nbLicenceGlobale: 'ILLIMITE',
  nbLicenceEleve: none,
  nbLicenceEnseignant: none,
};
const degrees = new Map<string, 1 | 2>([
  [COLLEGE, 2],
  [LYCEE, 2],
  [ECOLE, 1],
]);

const broken = (change: Record<string, unknown>): RuleName[] => {
  const { sheet, misread } = readSheet({ ...good, ...change });
  return [...new Set(violationsOf(sheet, { degrees }, misread).map(({ rule }) => rule))];
};

describe('a subscription is in order', () => {
  it.each<[string, Record<string, unknown>]>([
    ['as it stands', {}],
    ['for a school as a whole', { ...whole, publicCible: everybody, finValidite: none, anneeFinValidite: '2026-2027' }],
    ['for two schools', { uaiEtab: [COLLEGE, LYCEE] }],
    ['for all of a nature', { uaiEtab: none, codeNatureUAI: '340' }],
    ['for pupils without end', { nbLicenceEleve: 'ILLIMITE' }],
    ['for a global number of licences', { nbLicenceGlobale: '30', nbLicenceEleve: none, nbLicenceEnseignant: none }],
    ['with what is left empty left out', { commentaireAbonnement: '', codeProjetRessource: ' ' }],
    ['over ten years to the second', { finValidite: '2036-09-01T00:00:00' }],
    ['over ten years from a leap day', { debutValidite: '2028-02-29T00:00:00', finValidite: '2038-02-28T00:00:00' }],
    ['until the tenth year after', { finValidite: none, anneeFinValidite: '2026-2036' }],
    ['with milliseconds and an offset', { finValidite: '2027-08-15T23:59:59.000+02:00' }],
    ['in a first-degree school, without librarians', { uaiEtab: [ECOLE] }],
    [
      'in a first-degree school, with no licence for librarians, in so many words',
      { uaiEtab: [ECOLE], nbLicenceProfDoc: 0 },
    ],
    ['with no licence for a public that it is not for', { nbLicenceAutrePersonnel: '00' }],
    ['for a school as a whole, with no licence for pupils besides', { ...whole, nbLicenceEleve: 0 }],
    ['with no licence left', { nbLicenceEleve: 0, nbLicenceEnseignant: 0 }],
  ])('%s', (_, change) => {
    expect(broken(change)).toEqual([]);
  });
});

describe('a subscription breaks', () => {
  it.each<[RuleName, string, Record<string, unknown>]>([
    ['RG1', 'global and by public', { nbLicenceGlobale: 10 }],
    ['RG1', 'neither', { nbLicenceEleve: none, nbLicenceEnseignant: none }],
    ['RG2', 'schools and nature', { codeNatureUAI: '340' }],
    ['RG2', 'neither', { uaiEtab: none }],
    ['RG3', 'a distributor misspelt', { idDistributeurCom: '46173_832020065' }],
    ['RG4', 'not transferable', { categorieAffectation: 'non transferable' }],
    ['RG4', 'another kind of assignment', { typeAffectation: 'indiv' }],
    ['RG5', 'licences for librarians who are not of the public', { nbLicenceProfDoc: 2 }],
    ['RG7', 'years that are too far apart', { finValidite: none, anneeFinValidite: '2025-2036' }],
    ['RG7', 'years the wrong way round', { finValidite: none, anneeFinValidite: '2028-2027' }],
    ['RG8', 'a second more than ten years', { finValidite: '2036-09-01T00:00:01' }],
    ['RG8', 'an end before the start', { finValidite: '2026-08-31T23:59:59' }],
    ['RG8', 'two thousand years', { debutValidite: '0026-09-01T00:00:00' }],
    ['RG9', 'both ends', { anneeFinValidite: '2026-2027' }],
    ['RG9', 'no end', { finValidite: none }],
    ['RG10', 'a year alone', { finValidite: none, anneeFinValidite: '2027' }],
    ['RG5', 'as many as are wanted, for librarians who are not of the public', { nbLicenceProfDoc: 'ILLIMITE' }],
    ['RG11', 'librarians in a first-degree school', { uaiEtab: [ECOLE], publicCible: everybody }],
    [
      'RG11',
      'librarians in schools of a first-degree nature',
      { uaiEtab: none, codeNatureUAI: '151', publicCible: everybody },
    ],
    ['RG12', 'a word of addresses', { idAbonnement: 'abonnements' }],
    ['RG12', 'an id with a blank', { idAbonnement: 'ABO 1' }],
    ['RG13', 'an id of those removed', { idAbonnement: '_ABO1' }],
    ['FIELD', 'an id of 46 characters', { idAbonnement: 'A'.repeat(46) }],
    ['FIELD', 'a field that is none', { nbLicences: 3 }],
    ['FIELD', 'a school twice', { uaiEtab: [COLLEGE, COLLEGE] }],
    ['FIELD', 'no text', { libelleRessource: { fr: 'Manuel' } }],
    ['MANDATORY', 'no title', { libelleRessource: none }],
    ['FORM', 'a day that is none', { debutValidite: '2026-02-30T00:00:00' }],
    ['FORM', 'less than no licence', { nbLicenceEleve: '-1' }],
    ['FORM', 'a public that is none', { publicCible: ['ELEVE', 'ENSEIGNANT', 'PARENT'] }],
    ['SCHOOL', 'a school that is not known', { uaiEtab: [COLLEGE, '0999999Z'] }],
  ])('%s: %s, and nothing else', (rule, _, change) => {
    expect(broken(change)).toEqual([rule]);
  });

  it('RG6: licences by public for a school as a whole, which breaks RG1 as well', () => {
    expect(broken({ ...whole, nbLicenceEleve: 3, publicCible: everybody })).toEqual(['RG1', 'RG6']);
    expect(broken({ typeAffectation: 'ETABL' })).toEqual(['RG6']);
  });

  it('years the wrong way round, which end before the start as well', () => {
    expect(broken({ finValidite: none, anneeFinValidite: '2026-2025' })).toEqual(['RG7', 'RG8']);
  });

  it('several rules at once, and all are told', () => {
    const change = {
      idAbonnement: '_a b',
      idDistributeurCom: 'x',
      finValidite: none,
      uaiEtab: none,
      categorieAffectation: none,
    };
    expect(broken(change)).toEqual(['RG2', 'RG3', 'RG4', 'RG9', 'RG12', 'RG13']);
    expect(broken({ idAbonnement: none, publicCible: [] })).toEqual(['RG5', 'RG12', 'MANDATORY']);
  });
});

it('a date is read on the clock of Paris, in winter and in summer, or by its offset', () => {
  expect(instantOf('2026-01-01T00:00:00')).toBe(Date.parse('2025-12-31T23:00:00Z'));
  expect(instantOf('2026-07-01T00:00:00')).toBe(Date.parse('2026-06-30T22:00:00Z'));
  expect(instantOf('2026-07-01T00:00:00.000+02:00')).toBe(Date.parse('2026-06-30T22:00:00Z'));
  for (const wrong of ['2026-07-01', '2026-02-30T00:00:00', '2026-07-01T25:00:00', 'demain', ''])
    expect(instantOf(wrong)).toBeUndefined();
});
