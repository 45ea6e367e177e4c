// The French words about publishers: on one's own page, which ones know me; and what each of them receives, for those in charge.

export const publishers = {
  mine: {
    title: 'Les éditeurs qui me connaissent',
    heading: (name: string) => `Les éditeurs de ressources et ${name}`,
    intro:
      "Un éditeur ne reçoit quelque chose sur vous qu'au moment où vous ouvrez une de ses ressources, et rien de plus que ce qui est écrit ici. Il ne lit jamais l'annuaire.",
    introChild:
      "Un éditeur ne reçoit quelque chose sur un élève qu'au moment où l'élève ouvre une de ses ressources, et rien de plus que ce qui est écrit ici. Il ne lit jamais l'annuaire.",
    child:
      "Vous lisez ceci comme responsable légal d'un élève mineur. Les jours où il ouvre une ressource n'y figurent pas, et « votre prénom » veut dire le sien : chaque donnée est dite comme à lui.",
    none: "Aucun éditeur n'a rien reçu, et aucune ressource n'est ouverte aujourd'hui.",
    knows: (day: string) => `Le premier envoi gardé date du ${day}.`,
    knowsKept: 'Des envois sont gardés.',
    knowsBefore: 'Il connaît un identifiant. Aucun envoi n’est gardé : ils sont effacés après leur délai.',
    unknown: "Rien ne lui a encore été envoyé : aucune de ses ressources n'a été ouverte.",
    sent: 'Ce qui lui a été envoyé',
    would: "Ce qu'il recevrait à l'ouverture d'une de ses ressources",
    resources: 'Ses ressources',
    open: "ouverte aujourd'hui",
    closed: "fermée aujourd'hui",
    days: (count: string) => `Jour par jour (${count})`,
    daySent: (resource: string) => `« ${resource} » ouverte : un envoi`,
    dayAsked: (resource: string) => `A demandé si vous pouvez ouvrir « ${resource} »`,
    daysIntro:
      "Un éditeur peut demander si vous avez encore le droit d'ouvrir sa ressource : il reçoit oui ou non, rien d'autre.",
    decline: 'Ne plus être connu de cet éditeur',
    declineExplained:
      "Ses ressources ne s'ouvriront plus, dans aucun établissement, et il ne recevra plus rien. Ce qu'il a déjà reçu n'est pas effacé par ce choix : demandez-le-lui, ou faites une demande. Si un enseignant compte sur une de ces ressources, parlez-lui-en : il peut proposer autre chose. Vous pourrez revenir sur ce choix.",
    declineSubmit: 'Je ne veux plus être connu de cet éditeur',
    declineSubmitChild: "Je ne veux plus que cet éditeur connaisse l'élève",
    declined: (day: string) => `Choix fait le ${day} : ne pas être connu de cet éditeur.`,
    declinedByOther: (day: string) =>
      `Choix fait par un responsable légal le ${day} : ne pas être connu de cet éditeur. Un responsable légal seul peut y revenir.`,
    declinedByPupil: (day: string) =>
      `Choix fait par l'élève le ${day} : ne pas être connu de cet éditeur. L'élève seul peut y revenir : parlez-en ensemble.`,
    declinedByBoth:
      "L'élève et un responsable légal l'ont demandé chacun de leur côté : les ressources s'ouvriront quand ni l'un ni l'autre ne le demandera plus.",
    accept: 'Revenir sur ce choix',
    about: (publisher: string) => `pour ${publisher}`,
    request: 'Faire une demande',
    done: {
      declined: "C'est fait : les ressources de cet éditeur ne s'ouvrent plus, et il ne recevra plus rien.",
      withdrawn:
        "C'est fait pour votre part. L'autre choix reste : les ressources de cet éditeur ne s'ouvrent pas tant que celui qui l'a fait n'y revient pas.",
      accepted: "C'est fait : les ressources de cet éditeur s'ouvrent de nouveau, comme pour les autres.",
    },
  },
  all: {
    title: 'Les éditeurs',
    heading: 'Les éditeurs et ce qu’ils reçoivent',
    intro:
      'Pour chaque ressource : ce que l’éditeur a déclaré, ce qui a été validé, ce qui est réellement parti. Les valeurs ne sont pas gardées, seulement une empreinte. Chaque donnée est dite comme à la personne qui la lit sur sa page.',
    none: 'Aucune ressource n’est ouverte dans cet établissement.',
    columns: {
      resource: 'Ressource',
      declared: 'Déclaré',
      validated: 'Validé',
      sent: 'Envoyé',
    },
    states: {
      declared: 'attend sa validation : rien ne s’ouvre',
      validated: 'validée',
      suspended: 'suspendue : rien ne s’ouvre',
      withdrawn: 'retirée',
    },
    waitsUrl: (given: readonly string[]) =>
      `Attend sa validation : une autre adresse, ${given[0]} ; celle qui est validée reste ${given[1]}`,
    waitsSchools:
      'Attend sa validation : l’envoi de tous les établissements de la personne ; n’est validé que celui d’où elle vient',
    nothing: 'rien',
    sentTo: (given: readonly string[]) => `à propos de ${given[0]} personnes, du ${given[1]} au ${given[2]}`,
    sentFew: 'à propos de moins de dix personnes',
    sentToNoMany: 'rien, ou à propos de moins de dix personnes : le dire ferait savoir qui l’a ouverte',
    neverSent: 'rien de gardé',
    declines: (count: string) =>
      `${count} personnes ont choisi, dans tout l’ENT, de ne pas être connues de cet éditeur.`,
    declinesFew: 'Moins de dix personnes ont choisi, dans tout l’ENT, de ne pas être connues de cet éditeur.',
    more: 'Qui peut l’ouvrir',
    client: (name: string) => `Service inscrit : ${name}`,
    noClient: 'Aucun service n’est inscrit pour cette ressource : elle ne s’ouvre pas.',
    school: 'Établissement',
    choose: 'Voir',
  },
  one: {
    title: 'Qui peut ouvrir cette ressource',
    back: 'Les éditeurs',
    intro:
      'Qui en a le droit, par catégorie et en nombre. Cela ne dit pas qui l’ouvre : Préau ne le montre à personne.',
    day: 'Le jour',
    submit: 'Voir ce jour-là',
    wrongDay: 'Ce jour n’existe pas, ou n’est pas encore passé. Choisissez-en un autre.',
    today: 'Aujourd’hui',
    on: (day: string) => `Le ${day}, à midi`,
    enforced: 'Ce qui était appliqué ce jour-là',
    known: 'Ce que l’on sait aujourd’hui de ce jour-là',
    same: 'Ce que l’on sait aujourd’hui de ce jour-là ne change rien.',
    none: 'Personne.',
    count: (given: readonly string[]) => `${given[0]} : ${given[1]}`,
    few: (category: string) => `${category} : moins de dix`,
    categories: {
      pupil: 'Élèves',
      teacher: 'Enseignants',
      librarian: 'Professeurs documentalistes',
      staff: 'Autres personnels',
    },
    staff: 'Personnel, par son nom',
    declinesCounted: 'Qui ne veut pas être connu de l’éditeur y figure comme les autres : ce choix ne regarde que lui.',
    sent: 'Ce qui est parti de cet établissement',
    prints: 'Les empreintes de ce qui est parti',
    printsNone: 'Moins de dix personnes : les empreintes ne sont pas montrées, elles feraient reconnaître quelqu’un.',
    print: (given: readonly string[]) => `${given[0]} : ${given[1]}`,
    printsIntro:
      'Une empreinte permet de vérifier, avec la personne, si une valeur précise a été envoyée. Elle ne se relit pas.',
  },
};
