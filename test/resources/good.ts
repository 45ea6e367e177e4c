// A subscription that breaks no rule.
import { COLLEGE } from '../cast.ts';

export const good = {
  idAbonnement: 'ABO-2026-1',
  idDistributeurCom: '461730832_0000000000000000',
  idRessource: 'ark:/49591/ManuelMaths.p',
  typeIdRessource: 'ark',
  libelleRessource: 'Manuel de mathématiques',
  debutValidite: '2026-09-01T00:00:00',
  finValidite: '2027-08-15T23:59:59',
  uaiEtab: [COLLEGE],
  categorieAffectation: 'transferable',
  typeAffectation: 'INDIV',
  nbLicenceEleve: 320,
  nbLicenceEnseignant: 11,
  publicCible: ['ELEVE', 'ENSEIGNANT'],
} as const;
