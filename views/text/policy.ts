// The words of the rules told as a whole: what facts stand between, what is asked, and who forbids.
import type { EntityType } from '../../src/facts/catalogue.ts';
import type { Action, ResourceType } from '../../src/rights/policy.ts';

/** What stands at the ends of facts. */
export const entityWords: Readonly<Record<EntityType, string>> = {
  person: 'personne',
  school: 'établissement',
  class: 'classe',
  group: 'groupe',
  logbook: 'cahier',
  absence: 'absence',
  lesson: 'cours',
};

export const typeTitles: Readonly<Record<ResourceType, string>> = {
  logbook: 'Cahier de textes',
  absence: 'Absence du personnel',
  lesson: 'Cours',
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
};

export const policyWords = {
  thePerson: 'la personne',
  closes: 'ferme tout',
  closesSome: (rules: string) => `ferme ${rules}`,
  restriction: 'restriction',
  or: ' ou ',
} as const;
