// The French words of the pages about letters and class cards.

export const letters = {
  title: 'Lettres et cartes',
  heading: 'Lettres et cartes',
  intro:
    "Délivrez des codes, imprimez-les, remettez-les en main propre. Personne n'a de compte avant de l'avoir ouvert avec son code. Ceux qui ont déjà un compte sont laissés de côté.",
  refused: "Rien n'a été délivré",
  school: "L'établissement",
  what: 'Que délivrer',
  kinds: {
    activation: 'Des lettres pour ouvrir un compte',
    reset: 'Des lettres pour choisir un nouveau mot de passe',
    cards: 'Des cartes de classe, pour les élèves de l’école',
  },
  kindHints: {
    activation: 'Un code par personne, valable trois mois.',
    reset: 'Pour ceux qui ont un compte et ont perdu leur mot de passe. Valable un mois.',
    cards: "Une carte à découper par élève : son nom et quatre mots. Valable jusqu'à la fin de l'année scolaire.",
  },
  who: 'Pour qui',
  whos: { families: 'Les familles', pupils: 'Les élèves', staff: 'Le personnel' },
  class: 'La classe',
  allClasses: 'Toutes les classes',
  name: 'Seulement ce nom de famille',
  nameHint: 'Laissez vide pour tous. Pour une lettre perdue, par exemple.',
  how: 'Comment',
  hows: {
    letter: 'Tout sur papier',
    mail: "Par courriel là où l'annuaire donne une adresse, sur papier pour les autres",
  },
  again: 'Remplacer aussi les codes et les cartes encore valables : les anciens ne vaudront plus rien',
  submit: 'Délivrer',
  runs: 'Les dernières délivrances',
  none: "Rien n'a encore été délivré.",
  day: 'Le',
  sheets: (count: number) => (count === 1 ? '1 feuille' : `${count} feuilles`),
  cards: (count: number) => (count === 1 ? '1 carte' : `${count} cartes`),
  mailed: (count: number) => (count === 1 ? '1 par courriel' : `${count} par courriel`),
  byWhom: (name: string) => `par ${name}`,
  gone: 'Les codes sont effacés.',
  stopped: "La délivrance s'est interrompue. Ce qui est compté ici est bon ; recommencez pour le reste.",
  print: 'Imprimer (PDF)',
  open: 'Ouvrir',
  run: {
    title: 'Prêt à imprimer',
    heading: 'Prêt à imprimer',
    until: (moment: string) =>
      `Vous pouvez imprimer jusqu'au ${moment}, autant de fois qu'il le faut. Ensuite les codes sont effacés. Chaque impression est notée, avec votre nom.`,
    over: "Le temps d'imprimer est passé : les codes sont effacés. Délivrez-en de nouveaux à qui en manque.",
    hand: 'Remettez chaque feuille à la personne dont elle porte le nom, et à nulle autre. Ne les laissez pas sur la photocopieuse.',
    handCards:
      'Découpez les cartes et remettez chacune à l’élève dont elle porte le nom. Ne les laissez pas sur la photocopieuse.',
    onlyMail: 'Tout est parti par courriel : il n’y a rien à imprimer.',
    back: 'Lettres et cartes',
  },
};

export const card = {
  title: 'Ma carte',
  heading: 'J’ai ma carte',
  intro: 'Prends ta carte. Écris ton nom de carte et tes quatre mots.',
  identifier: 'Mon nom de carte',
  word: ['Mot 1', 'Mot 2', 'Mot 3', 'Mot 4'],
  submit: 'Entrer',
  failed: 'Ça ne marche pas',
  failedHelp: 'Regarde bien chaque lettre. Puis demande à ton maître ou à ta maîtresse.',
  hello: (name: string) => `Bonjour ${name}`,
  where: 'Où veux-tu aller ?',
  nowhere: "Il n'y a pas encore de service ouvert à ton école.",
  notMe: 'Ce n’est pas moi',
  grown:
    "Pour les adultes : cette page est pour les élèves des écoles. La session s'arrête après dix minutes sans rien faire.",
  link: 'J’ai une carte de classe',
};
