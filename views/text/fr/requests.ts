// The French words of the pages about requests on one's data: the holder's, the school's, the register of the DPO.

import type { SchoolFunction } from '../../../src/facts/catalogue.ts';
import type { Ground, IdentityCheck, RequestKind, RequestTarget } from '../../../src/privacy/requests/kinds.ts';
import type { RequestState } from '../../../src/privacy/requests/records.ts';
import { de } from '../elide.ts';

const kinds: Record<RequestKind, string> = {
  access: 'Avoir une copie de mes données',
  rectification: 'Faire corriger une donnée',
  erasure: 'Faire effacer des données',
  objection: "M'opposer à un usage",
  exposure: 'Demander ce qui a pu être lu',
};

const names: Record<RequestKind, string> = {
  access: 'Accès aux données',
  rectification: 'Rectification',
  erasure: 'Effacement',
  objection: 'Opposition',
  exposure: 'Signalement',
};

const targets: Record<RequestTarget, string> = {
  all: "l'ensemble",
  givenName: 'le prénom',
  familyName: 'le nom',
  birthDate: 'la date de naissance',
  email: "l'adresse de courriel de l'annuaire",
  schooling: 'la classe, le groupe ou la scolarité',
  post: 'la fonction ou les services',
  family: 'un lien de famille',
  other: 'autre chose',
  account: 'le compte seulement',
  logbook: 'un cahier de textes que je tiens',
  module: 'un seul service',
};

const states: Record<RequestState, string> = {
  open: 'En attente de réponse',
  accepted: 'Acceptée',
  refused: 'Refusée',
  withdrawn: 'Retirée',
};

const identity: Record<IdentityCheck, string> = {
  session: 'connexion à son compte',
  known: "connue de l'agent",
  document: 'pièce présentée, non conservée',
  contact: 'confirmée par un contact déjà connu',
  awaited: 'à vérifier',
};

const grounds: Record<Ground, string> = {
  public_task: "Mission de service public : l'annuaire est nécessaire (RGPD, article 17, paragraphe 3, b).",
  archives: 'Archives publiques (RGPD, article 17, paragraphe 3, d ; code du patrimoine, article L212-2).',
  prevailing: "Des motifs impérieux l'emportent sur la situation exposée (RGPD, article 21, paragraphe 1).",
  no_own_reason:
    "Aucune raison propre à la personne ou à son enfant n'est donnée (RGPD, article 21 ; Conseil d'État, 18 mars 2019).",
  accurate: 'La donnée est exacte (RGPD, article 16).',
  others: "Cela porterait atteinte aux droits d'autres personnes (RGPD, article 15, paragraphe 4).",
  not_held: 'Rien de tel n’est conservé sur cette personne (RGPD, article 11).',
  identity: "L'identité n'a pas pu être établie (RGPD, article 12, paragraphes 2 et 6).",
  excessive: 'Demande manifestement infondée ou excessive (RGPD, article 12, paragraphe 5).',
};

export const requests = {
  kinds,
  names,
  targets,
  states,
  identity,
  grounds,
  answered: 'Répondue',
  notDone: "Cela n'a pas été fait",
  ofLogbook: (title: string) => `le cahier « ${title} »`,
  ofModule: (name: string) => `le service « ${name} »`,
  due: (day: string) => `Réponse au plus tard le ${day}`,
  dueLate: (day: string) => `En retard : la réponse était due le ${day}`,
  left: (count: string) => `encore ${count} ${Number(count) < 2 ? 'jour' : 'jours'}`,
  received: (day: string) => `Reçue le ${day}`,
  extended: (day: string) => `Délai prolongé de deux mois le ${day}`,
  decided: (day: string) => `Réponse du ${day}`,
  collectively: (count: string) => `au nom de ${count} personnes`,
  why: 'Pourquoi',
  ground: 'Fondement',
  wanted: 'Ce qui est exact',
  complaint:
    'Si cette réponse ne vous convient pas, écrivez au délégué à la protection des données de votre établissement, ou à la CNIL (www.cnil.fr/fr/plaintes).',
  effects: {
    access: "La copie est prête : téléchargez-la ci-dessous, ou demandez-la par écrit à l'établissement.",
    names:
      "La correction est appliquée ici, et tient à chaque mise à jour jusqu'à ce que l'annuaire de l'État dise la même chose. L'établissement la transmet au service qui le tient.",
    upstream:
      "L'établissement transmet la correction au service qui tient cette donnée ; elle arrivera ici avec sa prochaine mise à jour.",
    account:
      'Le compte est fermé, ses sessions aussi. Un nouveau code de l’établissement pourrait le rouvrir, si vous le voulez un jour.',
    erasure:
      "Le compte est fermé et l'adresse de l'annuaire effacée ; elle ne reviendra pas. La fiche de l'annuaire reste, tant que l'État vous y nomme : c'est une mission de service public (article 17, paragraphe 3, b).",
    objection:
      "Vous n'êtes plus dans cet établissement pour Préau, et les prochaines mises à jour ne vous y ramèneront pas. Ce que la loi fait conserver (l'auteur d'un cahier, qui pouvait lire) reste.",
    email: "L'adresse est effacée, et ne reviendra pas avec les mises à jour.",
    module:
      'Ce service ne s’ouvre plus pour la personne concernée et ne reçoit plus rien sur elle, même après une mise à jour de l’annuaire. Ce qu’il avait reçu avant est chez lui : demandez-lui de l’effacer.',
    exposure: "L'établissement a répondu.",
  },
  me: {
    title: 'Mes demandes',
    heading: 'Mes demandes sur mes données',
    intro:
      "Vous demandez, l'établissement répond à vous personnellement, avec ses raisons, dans le mois. S'il lui faut plus de temps, il vous dit pourquoi.",
    mine: 'Où en sont vos demandes',
    none: "Vous n'avez encore rien demandé.",
    new: 'Faire une demande',
    kind: 'Ce que vous voulez',
    about: 'Pour qui',
    self: 'Moi',
    school: 'À quel établissement',
    target: 'Ce que cela concerne',
    targetHint:
      "Choisissez ce qui va avec votre demande ; « l'ensemble » convient pour une copie, une opposition ou un signalement.",
    groups: {
      any: 'Toute demande',
      rectification: 'Pour corriger',
      erasure: 'Pour effacer',
      logbooks: 'Un cahier que vous tenez',
      modules: 'Un seul service',
    },
    wanted: 'Ce qui est exact',
    wantedHint: 'Seulement pour une correction, sur une ligne.',
    words: 'Vos raisons',
    wordsFree: 'Précisions, si vous le souhaitez',
    wordsHint: {
      objection: 'Dites ce qui tient à votre situation, ou à celle de votre enfant.',
      exposure: 'Dites ce qui a pu être lu, où et quand.',
    },
    signatories: 'En combien de noms',
    signatoriesHint:
      "1 pour vous seul. Plus, si vous écrivez pour plusieurs collègues, une section syndicale ou des membres du conseil d'administration.",
    submit: 'Envoyer la demande',
    logbookWarning:
      "Un cahier de textes n'est pas effacé à la demande de son auteur : la loi le fait conserver. Vous aurez une réponse motivée.",
    paper: "Vous pouvez aussi écrire une lettre à l'établissement, sans compte. Elle vaut autant.",
    noSchool: 'Aucun établissement ne conserve de données sur vous. Adressez-vous à celui que vous avez quitté.',
    done: {
      filed: 'Votre demande est enregistrée.',
      withdrawn: 'Votre demande est retirée.',
    },
  },
  one: {
    title: 'Une demande',
    back: 'Toutes mes demandes',
    withdraw: 'Retirer cette demande',
    withdrawObjection: 'Revenir sur cette opposition',
    withdrawHint: 'Les prochaines mises à jour vous ramèneront dans cet établissement.',
    withdrawEmailHint: 'Les prochaines mises à jour pourront ramener cette adresse.',
    withdrawModuleHint: 'Le service s’ouvrira de nouveau à la prochaine connexion, et recevra ce que dit sa notice.',
    copy: 'Télécharger la copie',
    copyHint: 'Un fichier au format JSON, fait au moment où vous le demandez.',
    saw: 'Ce que vous avez écrit',
    mandate: (given: readonly string[]) => `Une personne agit pour vous : ${given[1]} (${given[0]}).`,
  },
  school: {
    title: 'Demandes des personnes',
    heading: 'Demandes des personnes',
    intro:
      "Chaque demande a sa réponse, donnée par une personne à une personne. Rien n'est accepté ni refusé tout seul, ni en bloc.",
    open: (count: string) => `À traiter : ${count}`,
    late: (count: string) => `En retard : ${count}`,
    none: "Aucune demande n'attend.",
    paper: 'Enregistrer des lettres',
    register: 'Le registre des demandes',
    upstream: "À porter au système de l'État",
    upstreamIntro:
      "Ces corrections sont acceptées ici. Portez chacune dans l'outil d'où vient l'annuaire, puis notez-le.",
    forward: 'C’est fait',
    forwarded: (day: string) => `Transmise le ${day}`,
    letters: 'À dire par lettre',
    lettersIntro:
      "Ces personnes n'ont pas d'adresse confirmée : envoyez-leur la réponse, ou les raisons du délai, puis notez-le.",
    sent: 'Envoyée',
    closed: 'Closes récemment',
    unattached: (name: string) => `« ${name} », à rattacher`,
    online: 'en ligne',
    onPaper: 'lettre',
    mandate: (given: readonly string[]) => `Mandat : ${given[0]}, ${given[1]}`,
    document: 'Lire le mandat',
    done: {
      filed: 'Les lettres sont enregistrées, une ligne par personne.',
      accepted: 'La réponse est enregistrée.',
      refused: 'Le refus est enregistré, avec ses raisons.',
      extended: 'Le délai est prolongé, et la personne en a les raisons.',
      withdrawn: 'La demande est retirée.',
      identified: 'La vérification est notée.',
      attached: 'La lettre est rattachée.',
      forwarded: 'C’est noté.',
      sent: 'C’est noté.',
      mandated: 'Le mandat est joint.',
    },
  },
  handled: {
    title: 'Une demande',
    back: 'Toutes les demandes',
    of: (name: string) => `Demande ${de(name)}`,
    hash: 'Empreinte du document (SHA-256) :',
    about: (name: string) => `pour ${name}`,
    words: 'Ce que la personne écrit',
    wordsGone: "Rien n'a été écrit, ou le texte n'est plus conservé.",
    identityHeading: "Vérification de l'identité",
    identityLabel: 'Comment',
    identitySubmit: 'Noter la vérification',
    attachHeading: "Rattacher à l'annuaire",
    attachIntro:
      'Choisissez la personne de l’établissement qui a écrit cette lettre. En cas de doute, vérifiez avec elle.',
    attachLabel: 'Personne',
    attachSubmit: 'Rattacher',
    search: 'Chercher un autre nom',
    searchSubmit: 'Chercher',
    attachNone: 'Personne de ce nom dans l’établissement.',
    answer: 'Répondre',
    own: 'Cette demande vous concerne : une autre personne doit y répondre.',
    cannot: 'Seule la direction répond à cette demande.',
    reason: 'Vos raisons, pour cette personne',
    reasonHint:
      'La personne les lira. Parlez de sa situation : des raisons déjà données mot pour mot à une autre sont refusées.',
    acceptModule:
      'Ce service ne s’ouvrira plus pour la personne concernée et ne recevra plus rien sur elle. Prévoyez comment elle aura autrement ce qui lui est dû.',
    acceptEmail: 'L’adresse sera effacée de l’annuaire ici, et ne reviendra pas avec les prochaines mises à jour.',
    accept: 'Accepter',
    acceptExposure: 'Répondre',
    acceptHint: {
      access: 'La personne pourra télécharger sa copie.',
      rectification: 'La correction ira à la liste à porter au système de l’État.',
      erasure: 'Le compte sera fermé et ce que la loi ne fait pas garder, effacé.',
      objection: 'La personne ne reviendra pas avec les prochaines mises à jour.',
      exposure: 'La réponse sera donnée à la personne.',
    } satisfies Record<RequestKind, string> as Record<RequestKind, string>,
    refuse: 'Refuser',
    ground: 'Fondement du refus',
    groundChoose: 'Choisissez',
    extend: 'Prendre deux mois de plus',
    extendHint: 'Une seule fois, avant la fin du premier mois, avec des raisons que la personne lira.',
    extendSubmit: 'Prolonger',
    withdraw: 'Noter que la personne retire sa demande',
    addMandate: 'Joindre le mandat',
    addMandateTo: 'Pour quelles lettres',
    addMandateOne: 'Celle-ci seulement',
    addMandateEnvelope: 'Toutes celles de la même enveloppe qui n’en ont pas',
    close: (count: string) =>
      Number(count) < 2
        ? "Raisons proches de celles d'un autre refus de l'année."
        : `Raisons proches de celles de ${count} autres refus de l'année.`,
    report: 'Qui pouvait lire, et sur quelle base',
    copy: 'Préparer la copie à remettre',
    decidedBy: (given: readonly string[]) => `Par ${given[0]}, le ${given[1]}`,
    logbookKept:
      "Un cahier de textes n'est jamais effacé à la demande de son auteur (RGPD, article 17, paragraphe 3, b et d ; code du patrimoine, article L212-2). Cette demande ne peut qu'être refusée, avec des raisons.",
  },
  letters: {
    title: 'Enregistrer des lettres',
    heading: 'Enregistrer des lettres',
    step: (step: number) => `Étape ${step} sur 2`,
    intro: 'Une enveloppe peut contenir plusieurs lettres : chacune devient une demande, avec sa propre réponse.',
    school: 'Établissement',
    received: 'Jour de réception',
    receivedHint: 'Le délai d’un mois part de ce jour.',
    kind: 'Ce qui est demandé',
    target: 'Ce que cela concerne',
    wanted: 'Ce qui est exact (pour une correction)',
    words: 'Ce que dit la lettre',
    wordsHint: 'Le texte commun, si toutes suivent un modèle.',
    people: 'Les personnes, une par ligne',
    peopleHint: 'Prénom et nom, comme dans la lettre. Jusqu’à 80.',
    identity: "Comment l'identité a été vérifiée",
    mandate: 'Un syndicat ou un avocat agit pour elles',
    mandateHolder: 'Qui porte le mandat',
    mandateReference: 'Référence du mandat',
    mandateFile: 'Le document',
    mandateFileHint:
      'PDF, JPEG ou PNG, 5 Mo au plus. Il est conservé avec les demandes de cette enveloppe : qui y répond et le délégué à la protection des données peuvent le lire, et la personne elle-même s’il n’est que pour elle ; personne d’autre.',
    mandateKept: (given: readonly string[]) =>
      `Document reçu : ${given[0]}, ${given[1]} ko. Pour en changer, choisissez un autre fichier.`,
    next: 'Continuer',
    confirmHeading: 'Qui a écrit ?',
    confirmIntro:
      'Pour chaque nom, choisissez la personne de l’annuaire. Rien n’est rattaché à un simple nom : c’est vous qui le dites.',
    nobody: 'Je ne sais pas encore, ou pas dans l’annuaire',
    submit: (count: string) => (Number(count) < 2 ? 'Enregistrer la demande' : `Enregistrer les ${count} demandes`),
    change: 'Revenir en arrière',
  },
  /** At the door of a module that the person objected to. */
  objected: {
    title: 'Service fermé à votre demande',
    heading: (module: string) => `${module} ne s'ouvre pas`,
    why: 'Une opposition à ce service a été acceptée pour vous. Rien ne lui a été envoyé.',
    whySince: (day: string) =>
      `Une opposition à ce service a été acceptée pour vous le ${day}. Rien ne lui a été envoyé.`,
    next: 'Que faire',
    undo: "Pour vous en servir de nouveau, revenez sur cette opposition : c'est immédiat, et vous n'avez pas à dire pourquoi.",
    parent:
      "Si c'est votre responsable légal qui s'est opposé, parlez-en ensemble : la décision lui revient jusqu'à votre majorité.",
    requests: 'Mes demandes',
    back: 'Revenir au service sans se connecter',
  },
  /** On one's own page. */
  closed: {
    heading: 'Services fermés à votre demande',
    line: (given: readonly string[]) => `${given[0]}, depuis le ${given[1]}`,
    child: (given: readonly string[]) => `${given[0]}, pour ${given[2]}, depuis le ${given[1]}`,
  },
  /** What stands on the page of what is held. */
  heldModule: (name: string) => `Opposition acceptée : le service ${name} ne reçoit rien`,
  heldMandate: (given: readonly string[]) => `Mandat joint à votre demande : ${given[0]}, ${given[1]}`,
  /** What tells homonyms apart. */
  matching: {
    functions: {
      teacher: 'enseignement',
      direction: 'direction',
      head: 'direction',
      deputy: 'adjoint à la direction',
      librarian: 'documentation',
      school_life: 'vie scolaire',
      assistant: 'assistance',
      administrative: 'administration',
      inspector: 'inspection',
      collectivity: 'collectivité',
    } satisfies Record<SchoolFunction, string>,
    relative: 'responsable légal',
  },
  register: {
    title: 'Registre des demandes',
    heading: 'Registre des demandes',
    intro: 'Toutes les demandes, une ligne par personne, avec leurs délais et leurs réponses.',
    csv: 'Exporter en CSV',
    json: 'Exporter en JSON',
    processing: 'Le registre des traitements',
    report: 'Qui pouvait lire, et sur quelle base',
    none: "Aucune demande n'a encore été faite.",
    columns: {
      received: 'Reçue',
      person: 'Personne',
      kind: 'Demande',
      due: 'Réponse due',
      state: 'État',
      answer: 'Réponse',
    },
    close: (count: string) => `raisons proches : ${count}`,
  },
};
