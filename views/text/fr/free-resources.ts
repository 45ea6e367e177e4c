// The French words of the page on which a school opens what is free.
export const freeResources = {
  title: (school: string) => `Ressources gratuites · ${school}`,
  heading: 'Les ressources gratuites',
  notDone: "Ce n'est pas fait",
  intro:
    'Une ressource gratuite s’ouvre sans abonnement ni licence. Elle n’est ouverte à personne tant que vous ne l’avez pas décidé : vous choisissez pour quel public, et vous la fermez quand vous voulez. Tout le public choisi peut l’ouvrir, ceux qui arrivent ensuite aussi. Qui ne veut pas être connu de l’éditeur ne le sera pas.',
  none: 'Aucune ressource gratuite n’est proposée pour l’instant.',
  noAgreement: 'Aucune convention n’est en cours pour cet établissement : ce que vous ouvrez ici s’ouvrira avec elle.',
  link: (given: readonly [open: number, all: number]) => `Ressources gratuites : ${given[0]} sur ${given[1]} ouvertes`,
  by: (publisher: string) => `Éditeur : ${publisher}`,
  received: 'Ce que reçoit l’éditeur de qui l’ouvre',
  openTo: (given: readonly [publics: string, day: string]) => `Ouverte depuis le ${given[1]} : ${given[0]}.`,
  closed: 'Fermée dans votre établissement.',
  whom: 'Pour qui',
  open: 'Ouvrir à l’établissement',
  change: 'Changer le public',
  close: 'Fermer',
  of: (name: string) => `« ${name} »`,
  done: {
    opened: 'C’est fait : la ressource est ouverte au public choisi, et à lui seul.',
    closed: 'C’est fait : la ressource est fermée dans votre établissement.',
  },
};
