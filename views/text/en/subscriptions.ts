// What each rule of a subscription asks, for the developer of a distributor.
import type { subscriptions as french } from '../fr/subscriptions.ts';

export const subscriptions: typeof french = {
  RG1: 'Give either nbLicenceGlobale or at least one number of licences by public, not both.',
  RG2: 'Give either uaiEtab or codeNatureUAI, not both.',
  RG3: 'idDistributeurCom is the SIREN (9 digits), an underscore and the ISNI (16 digits, zeros when there is none).',
  RG4: 'categorieAffectation is transferable; typeAffectation is INDIV or ETABL.',
  RG5: 'A number of licences is given only for a public that publicCible holds.',
  RG6: 'With typeAffectation ETABL, nbLicenceGlobale is mandatory and alone.',
  RG7: 'In anneeFinValidite, the second year follows the first, by ten years at most.',
  RG8: 'The end comes after the start, ten years later at most, to the day.',
  RG9: 'Give either finValidite or anneeFinValidite, not both.',
  RG10: 'anneeFinValidite is written 2026-2027.',
  RG11: 'A first-degree school has no librarian: neither the public DOCUMENTALISTE nor nbLicenceProfDoc.',
  RG12: 'idAbonnement has no blank and no sign of addresses, and is neither abonnements nor categorie.',
  RG13: 'idAbonnement does not begin with an underscore.',
  MANDATORY: 'This field is mandatory.',
  FORM: 'This field is not written as expected.',
  FIELD: 'This field does not exist, is too long, is repeated or is not a text.',
  SCHOOL: 'A school of uaiEtab is not known here.',
  UNCHANGED: 'This field does not change: create another subscription.',
};
