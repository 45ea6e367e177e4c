// The words of the rules told as a whole: what facts stand between, what is asked, and who forbids.
import type { EntityType } from '../../src/facts/catalogue.ts';
import type { Action, ResourceType } from '../../src/rights/policy.ts';

/** What stands at the ends of facts: alone, and when it is first spoken of. */
export const entityWords: Readonly<Record<EntityType, { readonly bare: string; readonly one: string }>> = {
  person: { bare: 'personne', one: 'une personne' },
  school: { bare: 'établissement', one: 'un établissement' },
  class: { bare: 'classe', one: 'une classe' },
  group: { bare: 'groupe', one: 'un groupe' },
  logbook: { bare: 'cahier', one: 'un cahier' },
  absence: { bare: 'absence', one: 'une absence' },
  lesson: { bare: 'cours', one: 'un cours' },
  offer: { bare: 'ressource', one: 'une ressource' },
};

/** What is asked about. */
export const resourceWords: Readonly<Record<ResourceType, string>> = {
  logbook: 'le cahier',
  absence: "l'absence",
  lesson: 'le cours',
  school: "l'établissement",
  offer: 'la ressource',
};

export const typeTitles: Readonly<Record<ResourceType, string>> = {
  logbook: 'Cahier de textes',
  absence: 'Absence du personnel',
  lesson: 'Cours',
  school: 'Établissement',
  offer: 'Ressource numérique',
};

/** What may be done, as a heading. */
export const actionTitles: Readonly<Record<Action, string>> = {
  read: 'lire',
  write: 'écrire',
  visa: 'viser',
  read_archive: "lire dans l'archive",
  grant: 'ouvrir à un collègue',
  request: "demander l'ouverture",
  validate: 'valider une ouverture',
  revoke: 'mettre fin à une ouverture',
  see_readers: 'voir qui peut lire',
  read_today: "voir ce qui n'est pas assuré aujourd'hui",
  activate: 'délivrer les codes et lancer les réinitialisations',
  inform: 'suivre les informations dues',
  file: 'enregistrer une demande reçue sur papier',
  decide: 'décider des demandes et des contestations',
  oversee: 'tenir le registre et contresigner',
  protect: 'réinitialiser tous les élèves',
  convene: 'créer un cercle et y inviter',
  assign: 'affecter les licences',
  launch: 'ouvrir la ressource',
};

export const policyWords = {
  thePerson: 'la personne',
  closes: 'ferme tout',
  closesSome: (rules: string) => `ferme ${rules}`,
  closesThrough: (rules: string) => `ferme ${rules}, pour ce qui passe par la même personne`,
  restriction: 'restriction',
  or: ' ou ',
} as const;
