// What each rule of a subscription asks, for the developer of a distributor.
import type { RuleName } from '../../../src/resources/rules.ts';

export const subscriptions: Record<RuleName, string> = {
  RG1: 'Indiquez soit nbLicenceGlobale, soit au moins un des nombres de licences par public, pas les deux.',
  RG2: 'Indiquez soit uaiEtab, soit codeNatureUAI, pas les deux.',
  RG3: 'idDistributeurCom est le SIREN (9 chiffres), un tiret bas et l’ISNI (16 chiffres, des zéros s’il n’y en a pas).',
  RG4: 'categorieAffectation vaut transferable ; typeAffectation vaut INDIV ou ETABL.',
  RG5: 'Un nombre de licences n’est donné que pour un public qui figure dans publicCible.',
  RG6: 'Avec typeAffectation ETABL, nbLicenceGlobale est obligatoire et seule.',
  RG7: 'Dans anneeFinValidite, la seconde année suit la première, de dix ans au plus.',
  RG8: 'La fin vient après le début, au plus dix ans plus tard, jour pour jour.',
  RG9: 'Indiquez soit finValidite, soit anneeFinValidite, pas les deux.',
  RG10: 'anneeFinValidite s’écrit 2026-2027.',
  RG11: 'Une école n’a pas de documentaliste : ni public DOCUMENTALISTE, ni nbLicenceProfDoc.',
  RG12: 'idAbonnement n’a ni blanc ni signe d’adresse, et n’est ni abonnements ni categorie.',
  RG13: 'idAbonnement ne commence pas par un tiret bas.',
  MANDATORY: 'Ce champ est obligatoire.',
  FORM: 'Ce champ n’est pas écrit comme attendu.',
  FIELD: 'Ce champ n’existe pas, est trop long, est répété ou n’est pas un texte.',
  SCHOOL: 'Un établissement de uaiEtab n’est pas connu ici.',
  UNCHANGED: 'Ce champ ne change pas : créez un autre abonnement.',
};
