// The French words of the page about shared workstations.
export const workstations = {
  title: 'Postes partagés',
  heading: 'Postes partagés',
  intro:
    'Un poste partagé est un ordinateur ou une tablette que plusieurs personnes utilisent à tour de rôle : au CDI, dans le hall, au secrétariat. Sur un navigateur marqué, rien n’est retenu, la session prend fin après cinq minutes sans activité et après une heure au plus, et chaque page dit comment se déconnecter.',
  here: 'Ce navigateur est un poste partagé',
  hereAnswer: (place: string) => `Il est marqué : ${place}.`,
  mark: 'Marquer ce navigateur',
  markIntro:
    'À faire sur l’appareil lui-même, une fois. Votre propre session y prend fin aussitôt. Le lieu compte aussi parmi ceux où les familles peuvent lire.',
  school: 'Établissement',
  place: 'Où il se trouve, et quand il est accessible',
  placeHint: 'Par exemple : CDI, de 8 h à 17 h.',
  known: 'Lieux déjà enregistrés',
  submit: 'En faire un poste partagé',
  list: 'Les navigateurs marqués',
  none: 'Aucun navigateur n’est marqué dans cet établissement.',
  since: (day: string) => `depuis le ${day}`,
  end: 'Ne plus en faire un poste partagé',
  notDone: "Ce n'est pas fait",
  done: {
    marked: 'C’est fait : ce navigateur est un poste partagé, et votre session y est terminée.',
    ended: 'C’est fait : ce navigateur n’est plus un poste partagé. Les sessions ouvertes y ont pris fin.',
  },
};
