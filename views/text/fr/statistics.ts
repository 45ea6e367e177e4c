// The French words of the statistics of a school: counts of use, by profile, and nobody among them.
export const statistics = {
  title: 'Statistiques d’usage',
  heading: 'Statistiques d’usage',
  intro:
    'Combien de connexions, de comptes et de ressources ouvertes, mois par mois. Ce sont des compteurs : aucune personne n’y est enregistrée, et rien ne permet d’y reconnaître quelqu’un.',
  merged:
    'Un nombre derrière lequel il y a moins de dix personnes n’est jamais montré seul : il est réuni à d’autres, ou n’est pas dit.',
  none: 'Rien n’a encore été compté.',
  now: 'en cours',
  accounts: 'Comptes actifs',
  accountsHint: 'Les comptes ouverts qui peuvent se connecter.',
  connections: 'Connexions',
  connectionsHint: 'Chaque ouverture de session compte une fois dans chaque établissement de la personne.',
  openings: 'Ressources ouvertes, par profil',
  resources: 'Ressources ouvertes, par ressource',
  tooFew: 'Trop peu de personnes pour être dit.',
  whenOver: 'Dit une fois le mois terminé : suivi au jour le jour, ce nombre pourrait parler d’une seule personne.',
  profile: 'Profil',
  resource: 'Ressource',
  count: 'Nombre',
  profiles: {
    pupil: 'élèves',
    guardian: 'responsables légaux',
    teacher: 'enseignants',
    staff: 'autres personnels',
  },
};
