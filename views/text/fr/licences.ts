// The French words of the pages about licences: naming who gives them, answering, giving and taking back.
import type { Standing } from '../../../src/acts/assigners.ts';
import type { ResourceAudience } from '../../../src/directory/offers.ts';

export const licences = {
  notDone: "Ce n'est pas fait",
  publics: {
    pupil: 'Élèves',
    teacher: 'Personnel enseignant',
    librarian: 'Documentation',
    staff: 'Direction et vie scolaire',
  } satisfies Record<ResourceAudience, string>,
  list: {
    title: 'Licences',
    heading: 'Les licences des ressources',
    intro:
      'Une licence ouvre une ressource à une personne. Vous en donnez à une personne, à une classe, à un groupe, à un niveau ou à tout un public, et vous les reprenez quand vous voulez. Une ressource ouverte à tout l’établissement n’est pas ici : il n’y a rien à donner.',
    asked: 'Une désignation attend votre réponse',
    askedBy: (given: readonly string[]) => `${given[0]}, ${given[1]}, vous propose de donner les licences.`,
    askedMeans:
      'Vous verriez les abonnements de l’établissement et combien de licences restent, et vous les donneriez. Rien d’autre ne change pour vous. Vous pouvez refuser, ou renoncer plus tard, sans dire pourquoi.',
    answerBefore: (day: string) => `À répondre avant le ${day}. Sans réponse, rien n’est fait.`,
    accept: 'Accepter',
    refuse: 'Refuser',
    held: 'Vos désignations',
    heldUntil: (given: readonly string[]) => `${given[0]}, jusqu’au ${given[1]}`,
    renounce: 'Renoncer',
    nothing: 'Aucun établissement ne vous a désigné pour donner ses licences.',
    none: 'Aucun abonnement de cet établissement ne se donne personne par personne.',
    until: (day: string) => `jusqu’au ${day}`,
    from: (day: string) => `à partir du ${day}`,
    open: 'Donner et reprendre',
  },
  seats: {
    caption: 'Licences, pour tous les établissements de l’abonnement',
    public: 'Public',
    taken: 'Déjà données',
    left: 'Restent',
    of: (given: readonly [taken: string, total: string]) => `${given[0]} sur ${given[1]}`,
    all: 'sans limite',
    together: 'Tous publics ensemble',
    waiting: (count: number) =>
      count === 1
        ? '1 personne de l’établissement attend une licence : elle l’aura dès qu’il en restera.'
        : `${count} personnes de l’établissement attendent une licence : elles l’auront dès qu’il en restera, dans l’ordre d’arrivée.`,
  },
  one: {
    back: 'Tous les abonnements',
    give: 'Donner',
    toMany: 'À une classe, un groupe, un niveau, un public',
    toManyHint:
      'Les licences sont données à tous, ou à personne s’il n’en reste pas assez. Qui arrive ensuite en reçoit une tant qu’il en reste ; qui s’en va perd la sienne.',
    target: 'À qui',
    choose: 'Choisir',
    classes: 'Classes',
    groups: 'Groupes',
    levels: 'Niveaux',
    audiences: 'Publics',
    allOf: (name: string) => `${name} : tout l’établissement`,
    giveAll: 'Donner à tous',
    toOne: 'À une personne',
    toOneHint: (names: string) =>
      `Cet abonnement est destiné à : ${names}. Le nom entier, dans un ordre ou dans l’autre.`,
    name: 'Prénom et nom',
    inClass: 'Classe (facultatif)',
    inClassHint: 'Utile si deux élèves portent le même nom.',
    giveOne: 'Donner à cette personne',
    missing: (given: readonly [missing: number, wanted: number]) =>
      `Il manque ${given[0]} ${given[0] === 1 ? 'licence' : 'licences'} pour ${given[1]} ${given[1] === 1 ? 'personne' : 'personnes'}.`,
    given: 'Ce qui est donné',
    givenNone: 'Rien n’est donné pour l’instant.',
    covers: (count: number) => (count === 1 ? '1 personne' : `${count} personnes`),
    since: (day: string) => `depuis le ${day}`,
    nobody: 'Une personne qui n’est plus ici',
    otherwise: (name: string) => `${name}, qui n’est plus de ce public : la licence est libre`,
    gone: 'Une classe ou un groupe d’une autre année',
    take: 'Reprendre',
    twice: 'Une personne que plusieurs dons concernent n’a qu’une licence, et la garde tant que l’un d’eux reste.',
  },
  done: {
    accepted: 'C’est fait : vous donnez maintenant les licences de cet établissement.',
    refused: 'C’est fait : vous avez refusé. La direction le verra, et ne saura pas pourquoi.',
    renounced: 'C’est fait : vous ne donnez plus les licences de cet établissement. Celles qui sont données restent.',
    given: 'C’est fait : les licences sont données.',
    taken: 'C’est fait : les licences sont reprises, et libres aussitôt.',
    named:
      'C’est fait : la personne est prévenue par courriel et sur sa page. Rien ne lui est ouvert tant qu’elle n’a pas accepté.',
    ended: 'C’est fait : la désignation a pris fin. Les licences données restent.',
  },
  assigners: {
    title: 'Désignations pour les licences',
    heading: 'Qui donne les licences',
    intro:
      'Vous donnez vous-même les licences de votre établissement, et vous pouvez désigner d’autres personnes. Chacune accepte ou refuse ; aucune fonction n’y oblige. Vous mettez fin à une désignation quand vous voulez, et la personne peut renoncer.',
    own: 'Donner les licences',
    named: 'Personnes désignées',
    namedNone: 'Personne n’est désigné.',
    standing: {
      waiting: 'réponse attendue',
      live: 'a accepté',
      refused: 'a refusé',
      expired: 'n’a pas répondu',
      over: 'terminé',
    } satisfies Record<Standing, string>,
    since: (day: string) => `désignation du ${day}`,
    until: (day: string) => `jusqu’au ${day}`,
    past: 'Désignations passées',
    end: 'Mettre fin',
    withdraw: 'Retirer',
    name: 'Désigner quelqu’un',
    person: 'Qui',
    personHint: 'Le personnel de l’établissement à qui cela peut être confié.',
    choose: 'Choisir',
    day: 'Jusqu’au',
    dayHint: 'Au plus tard, la fin de l’année scolaire.',
    submit: 'Désigner',
    nobody: 'Il n’y a personne à désigner ici.',
  },
};
