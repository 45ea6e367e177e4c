// The French words of the information notice in three reading levels, the terms of use, the charter, and their pages.

import type { ClaimName } from '../../../src/oidc/claims.ts';
import type { apiScopes } from '../../../src/oidc/scopes.ts';
import type { Datum } from '../../../src/privacy/notices/data.ts';

/** The notice itself. */
const document = {
  headings: {
    who: 'Qui en répond',
    why: 'Pour quoi faire',
    what: 'Ce qui est gardé',
    source: "D'où cela vient",
    sent: 'Ce que reçoit chaque service',
    sees: 'Qui peut voir quoi',
    long: 'Combien de temps',
    logs: 'Ce qui est noté de vos connexions',
    rights: 'Vos droits',
    more: 'Pour en savoir plus',
  },
  kinds: { pupil: 'Des élèves', relative: 'Des responsables légaux', staff: 'Du personnel' },
  adult: {
    who: {
      1: "À l'école publique, la direction académique des services de l'Éducation nationale (la DASEN) répond de ces informations.",
      2: "Au collège et au lycée, la cheffe ou le chef d'établissement répond de ces informations.",
    },
    officer:
      "La collectivité et l'académie y prennent part, selon une convention écrite. Un délégué à la protection des données veille à ce que ces règles soient tenues : ses coordonnées sont données avec cette notice, et l'établissement vous les indique.",
    why: "Pour vous ouvrir, avec un seul compte, les services numériques de l'établissement, et pour décider qui a le droit de lire quoi. Rien ne sert à évaluer une personne, et aucune décision sur une personne n'est prise par une machine.",
    basis:
      "C'est une mission de service public (article 6, paragraphe 1, point e du règlement européen sur la protection des données), dans le cadre de l'arrêté du 30 novembre 2006 modifié sur les espaces numériques de travail. Votre accord n'est donc pas demandé ; vous pouvez vous opposer, comme il est dit plus bas. Personne n'est obligé d'activer son compte.",
    what: "Voici tout ce que Préau reçoit de l'annuaire de l'Éducation nationale et garde, et rien d'autre. Les adresses postales, les téléphones, les bourses, la cantine et le transport ne sont jamais gardés.",
    data: {
      number: "le numéro sous lequel l'annuaire de l'Éducation nationale vous connaît",
      name: 'le nom et le prénom',
      birthDate:
        "la date de naissance, pour vérifier que c'est bien vous, choisir la notice de votre âge, et la majorité",
      email: "l'adresse de courriel de l'annuaire, pour vous remettre un code et cette notice",
      civility: 'la civilité (M. ou Mme), pour les ressources numériques qui en ont le droit',
      school: "l'établissement",
      classes: 'les classes et les groupes',
      dates: "les dates d'entrée et de sortie de l'établissement, des classes et des groupes",
      family: 'les personnes responsables légales, et de quel élève',
      level:
        "le niveau d'enseignement, pour donner les licences de ressources d'un niveau à ses élèves, et pour les ressources qui ont le droit de le connaître",
      children: 'les élèves dont vous êtes responsable légal',
      functions: "les fonctions et la catégorie d'enseignant",
      teaching: 'les classes, les groupes et les matières, et la classe dont on est professeur principal',
    } satisfies Record<Datum, string>,
    alsoHeading: "Ce qui vient de l'établissement ou de vous",
    also: [
      "si vous activez votre compte : votre identifiant, une forme de votre mot de passe qui ne permet pas de le relire, l'adresse que vous confirmez, vos moyens de connexion",
      "les décisions de l'établissement qui vous concernent : remplacements, délégations, autorisations de lecture, restrictions, opposition, émancipation, vie scolaire, secrétariat",
      'les absences du personnel, sans aucun motif, et ce que deviennent les cours',
      'vos demandes sur vos données, et les réponses',
      'quand et comment cette notice vous a été envoyée ou remise ; jamais si vous l’avez ouverte',
    ],
    source:
      "Les informations de l'annuaire viennent des bases de l'Éducation nationale (l'annuaire AAF de l'académie), qui les tient de la scolarité et de la gestion du personnel. Le reste vient de l'établissement, ou de vous.",
    notGiven:
      'Comme vous ne les avez pas données vous-même à Préau, cette notice vous est envoyée ou remise dans le mois, que vous activiez ou non votre compte, puis à chaque année scolaire.',
    sent: "Chaque service ne reçoit que la liste suivante, au moment où vous l'ouvrez, ou quand il demande si une personne a un droit. L'identifiant qu'il reçoit n'est pas celui que reçoivent les autres. Préau ne vend rien et n'envoie rien hors de ces services.",
    sentNone: "Aucun service ne reçoit encore d'information de Préau pour cet établissement.",
    sees: 'Une information se lit selon le rôle de chacun, jamais au-delà :',
    seesLogbooks: 'Les cahiers de textes',
    seesAbsences: 'Les absences du personnel, jamais pour les familles ni pour un service',
    seesOthersHeading: 'Le reste',
    seesOthers: [
      "La direction et le secrétariat de l'établissement préparent les codes d'activation et cette notice : ils voient les noms, les classes et les fonctions.",
      "La personne qui exploite Préau n'a de rôle dans aucun établissement ; ce qu'elle fait est noté.",
      'Personne, dans la hiérarchie, ne voit vos connexions, votre dernière venue ni ce que vous ouvrez.',
    ],
    long: [
      "Tant que vous avez une place dans l'établissement. Les données du compte sont effacées au plus tard trois mois après la fin de toute raison d'en avoir un.",
      "Un code d'activation dure trois mois. Qui avait le droit de lire un cahier de textes reste connu aussi longtemps que ce cahier est conservé. Les demandes sur les données sont gardées le temps que la loi prévoit.",
    ],
    logsWhat:
      'Préau garde une trace de votre activité : la date de chaque connexion et le service ouvert, les essais manqués, les actes sur les droits, et les réponses données aux services sur les droits. Ces traces ne contiennent ni nom, ni mot de passe, ni le contenu de ce que vous lisez.',
    logsWhy:
      "Elles servent à la sécurité, et à répondre à la question « qui pouvait lire cela ce jour-là ? ». Elles ne servent jamais à évaluer ni à surveiller quelqu'un.",
    logsLong: (given: readonly string[]) =>
      `Les traces de connexion et de sécurité sont gardées douze mois, celles des réponses sur les droits ${given[0]} mois.`,
    logsWho:
      "Vous voyez les vôtres. Les personnes chargées de l'exploitation ne les lisent que pour la sécurité. Personne d'autre n'y accède, sauf par un dossier d'incident : un motif écrit, des dates bornées, l'accord du délégué à la protection des données, et vous en êtes prévenu ensuite.",
    rights:
      "Vous pouvez consulter ce qui est gardé de vous et en avoir une copie, le faire corriger, le faire effacer quand la loi le permet, en limiter l'usage, et vous y opposer pour des raisons qui vous sont propres ou propres à votre enfant. Pour un mineur, ses responsables légaux le peuvent aussi.",
    rightsHow:
      "Faites-le en ligne, depuis votre page dans Préau, ou par une lettre à l'établissement, sans avoir de compte. Une association, un syndicat ou un avocat peut écrire pour vous avec un mandat.",
    rightsTime:
      "Une réponse vous est due dans le mois (trois au plus, si c'est compliqué, et on vous dit pourquoi). Elle est personnelle et motivée.",
    complaint:
      'Si la réponse ne vous va pas, vous pouvez vous plaindre à la CNIL : www.cnil.fr/fr/plaintes, ou CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07.',
    guide:
      "La CNIL publie un guide « Informatique et Libertés pour l'enseignement du second degré » : sa fiche 9 parle des espaces numériques de travail, la 10 du contrôle de l'usage des ordinateurs. Elle a aussi des pages pour les élèves et leurs parents : www.cnil.fr.",
  },
  recipient: {
    heading: (given: readonly string[]) => `« ${given[0]} », dont répond : ${given[1]}`,
    purpose: (given: readonly string[]) => `Pour quoi : ${given[0]}`,
    identifier: 'un identifiant propre à ce service, qui ne dit rien de la personne',
  },
  /** The schools that are exported say to whom, and what: see src/export/elements.ts. */
  nationalGar: {
    heading: 'Le GAR national, dont répond : le ministère chargé de l’éducation nationale',
    adult: [
      'Pour quoi : ouvrir les ressources numériques que l’établissement a choisies. L’export a lieu chaque nuit.',
      'votre prénom et votre nom, votre profil, votre établissement',
      'vos classes et vos groupes ; le niveau des élèves ; les matières que le personnel enseigne',
      'pour le personnel du second degré et les responsables d’affectation : l’adresse que donne l’annuaire',
      'un identifiant propre au GAR ; rien sur les parents, ni date de naissance',
    ],
    young: [
      'Pour quoi : ouvrir les livres et les sites que ton établissement a choisis.',
      'ton prénom et ton nom, ton établissement, ta classe, tes groupes et ton niveau',
      'que tu es élève, et un numéro rien que pour lui ; rien sur tes parents, ni ta date de naissance',
    ],
  },
  /** What a service may ask by itself. */
  asks: {
    rights:
      "il peut demander si une personne a un droit sur un cahier, qui l'a et pourquoi, sous des identifiants qui lui sont propres ; à qui tient le cahier et à la direction, il montre les noms du personnel qui peut le lire, et combien de familles",
    logbooks: 'il peut inscrire des cahiers de textes, et qui les tient',
    teaching: "il peut inscrire, au nom de la direction d'une école, qui enseigne à quelle classe",
    circles:
      'il peut voir les cercles des établissements qu’il sert et qui a accepté d’y entrer, sous des identifiants qui lui sont propres',
    own_data:
      'il peut vous montrer ce que Préau conserve sur vous dans les établissements qu’il sert, et qui a consulté ce que vous tenez',
    resource_list:
      'il peut demander, pour une personne qu’il connaît déjà sous un identifiant qui lui est propre, quelles ressources numériques lui sont ouvertes, pour les montrer dans son médiacentre',
    subscriptions: 'il peut enregistrer les abonnements de son distributeur ; il n’y a là rien sur les personnes',
    usage:
      'il peut demander combien de licences de ses abonnements sont utilisées dans chaque établissement : des nombres, et jamais qui les utilise',
    grants:
      "il peut transmettre vos propres demandes : ouvrir un cahier, y renoncer, l'inspecter, remplacer, déléguer votre signature, vous opposer",
  } satisfies Record<(typeof apiScopes)[number], string>,
  young: {
    dataHeading: 'Sur toi, Préau garde',
    data: {
      number: "ton numéro dans l'annuaire de l'école",
      name: 'ton nom et ton prénom',
      birthDate: 'ta date de naissance',
      email: 'ton adresse de courriel',
      civility: 'si on te dit monsieur ou madame',
      school: 'ton établissement',
      classes: 'ta classe et tes groupes',
      dates: 'les dates où tu y entres et où tu en sors',
      family: 'qui sont les adultes responsables de toi',
      level: 'ton niveau (CM2, sixième…)',
      children: 'les élèves dont tu es responsable',
      functions: 'ton métier',
      teaching: 'ce que tu enseignes',
    } satisfies Record<Datum, string>,
    claims: {
      name: 'ton prénom et ton nom',
      given_name: 'ton prénom',
      family_name: 'ton nom de famille',
      roles: 'que tu es élève, et où',
      schools: 'le nom de ton établissement',
      classes: 'ta classe',
      groups: 'tes groupes',
      children: 'quand un parent se connecte : ton prénom, ton établissement et ta classe',
      functions: "les fonctions des adultes de l'établissement",
      profiles: "que tu es élève, dit avec le mot de l'Éducation nationale",
    } satisfies Record<ClaimName, string>,
    identifier: 'un numéro rien que pour lui, qui ne dit rien de toi',
    asks: {
      resource_list: 'il peut demander quelles ressources numériques te sont ouvertes, pour te les montrer',
      subscriptions: 'il peut dire à quoi ton établissement est abonné ; rien sur toi',
      usage: 'il peut demander combien d’élèves utilisent ses ressources, jamais lesquels',
      rights: "il peut demander qui a le droit de lire un cahier, et pourquoi ; ton nom n'est jamais dans la réponse",
      logbooks: 'il peut dire quels cahiers existent, et quels professeurs les tiennent',
      teaching: 'il peut dire quel professeur enseigne à quelle classe',
      circles: 'si tu as choisi d’entrer dans un cercle, il peut savoir que tu y es',
      own_data: 'il peut te montrer ce que Préau sait de toi dans ton établissement',
      grants: "il peut transmettre les demandes des adultes, et la tienne si tu es majeur et que tu t'opposes",
    } satisfies Record<(typeof apiScopes)[number], string>,
  },
  teen: {
    headings: {
      who: 'Qui est responsable de ces informations',
      why: 'À quoi elles servent',
      what: 'Ce que Préau sait de toi',
      source: "D'où ça vient",
      sent: 'Ce que reçoivent les services que tu ouvres',
      sees: 'Qui peut les voir',
      long: 'Combien de temps elles restent',
      logs: 'Les traces de tes connexions',
      rights: 'Ce que tu peux demander',
    },
    who: {
      1: "À l'école, c'est la direction académique (la DASEN) qui en est responsable.",
      2: "Au collège et au lycée, c'est la cheffe ou le chef d'établissement.",
    },
    why: "Elles te donnent un seul compte pour tous les services de ton établissement, et elles évitent que n'importe qui lise ce qui te concerne. On ne te note pas avec, et aucune machine ne décide à ta place.",
    what: "Seulement ce qui est dans cette liste. Pas ton adresse, pas ton téléphone, pas la cantine, pas d'argent. Si tu actives ton compte, Préau garde aussi ton identifiant, et ton mot de passe sous une forme que personne ne peut relire.",
    source:
      "De l'inscription faite à ton établissement : elle arrive par l'annuaire de l'Éducation nationale. Ce n'est pas toi qui l'as donné à Préau, c'est pour cela qu'on te prévient, même si tu n'actives jamais ton compte.",
    sent: 'Chaque service reçoit seulement sa liste. Ils ne peuvent pas comparer ce qu’ils savent de toi : chacun te connaît sous un numéro différent.',
    sentNone: 'Aucun service ne reçoit encore rien.',
    sees: "Tes professeurs et la direction voient ton nom et ta classe. Tes parents responsables voient les cahiers de ta classe, sauf si tu es majeur et que tu t'y opposes. Les autres élèves ne voient rien sur toi.",
    long: 'Tant que tu es élève ici. Ensuite, ton compte est effacé en trois mois au plus.',
    logs: (given: readonly string[]) =>
      `Préau note quand tu te connectes et à quel service : c'est une trace de ce que tu fais. Elle sert à la sécurité, elle est effacée après douze mois (${given[0]} mois pour les réponses sur les droits). Tu peux voir la tienne. Tes professeurs ne la voient pas. Il faut une raison grave, écrite et contrôlée, pour que quelqu'un la lise, et on te le dit après.`,
    rights: [
      'Tu peux demander à voir ce qui est gardé de toi, à le corriger, ou dire non pour une raison à toi. Tes parents responsables peuvent le demander aussi.',
      "Fais-le sur ta page dans Préau, ou par une lettre à ton établissement : il a un mois pour te répondre. Un délégué à la protection des données peut t'aider.",
      'Si la réponse ne te va pas, tu peux écrire à la CNIL, qui défend ce droit pour tout le monde : www.cnil.fr.',
    ],
  },
  child: {
    headings: {
      who: "Qui s'en occupe",
      why: 'À quoi ça sert',
      what: 'Ce que Préau sait de toi',
      source: 'Qui le lui a dit',
      sent: "Ce qu'il dit aux services",
      sees: 'Qui peut le voir',
      long: 'Jusqu’à quand',
      logs: "Ce qu'il note",
      rights: 'Ce que tu peux faire',
    },
    who: {
      1: "Les chefs des écoles de ton département (on dit : la DASEN). Ton école peut t'expliquer.",
      2: 'La directrice ou le directeur de ton collège ou de ton lycée.',
    },
    why: "Préau, c'est comme la porte de l'école sur l'ordinateur. Il ouvre la porte aux bonnes personnes, et pas aux autres.",
    what: "Préau sait ces choses sur toi, et c'est tout.",
    source: "Ton école. C'est écrit dans le grand cahier des écoles, qui arrive jusqu'à Préau.",
    sent: 'Quand tu ouvres un service, Préau lui dit seulement ce qui est dans sa liste.',
    sentNone: 'Pour le moment, il ne dit rien à personne.',
    sees: 'Ta maîtresse, ton maître, la direction, et tes parents. Pas les autres enfants.',
    long: "Jusqu'à ce que tu quittes l'école. Après, c'est effacé en trois mois au plus.",
    logs: (given: readonly string[]) =>
      `Préau écrit le jour et l'heure quand tu entres, et dans quel service. C'est pour protéger tout le monde. C'est effacé après un an (${given[0]} mois pour le reste). Personne ne lit cela pour te surveiller.`,
    rights: [
      "Tu peux demander : qu'est-ce que vous savez sur moi ? Si c'est faux, tu peux le faire corriger. Tu peux aussi dire non.",
      "Demande à tes parents ou à ta maîtresse, à ton maître : ils écrivent pour toi. L'école répond dans le mois.",
      "Si ça ne va pas, tes parents peuvent le dire à la CNIL. Son travail, c'est de défendre tout le monde.",
    ],
  },
};

/** The terms of use: what binds whoever uses Préau, and Préau itself. */
const terms = {
  adult: [
    {
      heading: 'Ce que sont ces conditions',
      text: "Elles disent ce que Préau vous doit et ce qu'il attend de vous. Elles ne sont pas la charte de votre établissement, qui est un texte à part. Vous n'avez rien à signer.",
    },
    {
      heading: 'Un compte est à une personne',
      text: "Ne le prêtez pas et ne demandez pas celui d'un autre. Personne, ni dans votre établissement ni chez qui exploite Préau, ne peut connaître votre mot de passe ni le choisir pour vous.",
    },
    {
      heading: "L'usage",
      text: "Vous l'utilisez pour ce à quoi servent les services de l'établissement. N'essayez pas d'entrer là où vous n'avez pas de droit : si quelque chose s'ouvre qui ne devrait pas, dites-le à l'établissement.",
    },
    {
      heading: 'Rien ne vous oblige',
      text: "Vous pouvez ne pas activer votre compte, et le fermer quand vous voulez. Ne pas s'en servir ne se voit pas et n'a pas de conséquence : l'établissement vous doit le même service autrement.",
    },
    {
      heading: 'Ce que Préau vous doit',
      text: "Dire ce qu'il garde, pourquoi et combien de temps. Garder chaque version de ces conditions, avec la date à partir de laquelle elle vaut. Vous prévenir si vos données ont été exposées et que cela vous met en danger.",
    },
  ],
  young: [
    {
      heading: "Qu'est-ce que c'est",
      text: "Ce sont les règles de Préau, pour toi et pour lui. La charte de ton établissement est un autre texte. Tu n'as rien à signer.",
    },
    {
      heading: 'Ton compte est à toi',
      text: "Ne le prête pas, même à ton meilleur ami. Garde ton mot de passe pour toi. Aucun adulte de l'école n'a besoin de le connaître.",
    },
    {
      heading: 'Ce que tu peux faire',
      text: "Utilise-le pour l'école. Si tu vois quelque chose que tu ne devrais pas voir, dis-le à un adulte : tu ne seras pas puni pour l'avoir dit.",
    },
    {
      heading: "Tu n'es pas obligé",
      text: "Tu peux ne pas t'en servir. L'école doit alors te donner les mêmes choses autrement, sur papier par exemple.",
    },
    {
      heading: 'Ce que Préau te promet',
      text: "Il te dit ce qu'il sait de toi et jusqu'à quand. Si ces règles changent, les anciennes restent à lire, avec leurs dates. Si quelqu'un vole tes informations, on te prévient aussi.",
    },
  ],
};

export const notices = {
  document,
  terms,
  levels: { adult: 'Pour les adultes', teen: 'De 11 à 15 ans', child: 'Avant 11 ans' },
  notice: {
    title: 'Notice d’information',
    heading: 'Ce qui est gardé de vous, et pourquoi',
    headingYoung: 'Ce qui est gardé de toi, et pourquoi',
    general: 'Pour tous les établissements',
    chooseLevel: 'Choisir comment elle est écrite',
    chooseSchool: 'Choisir l’établissement',
    school: "Code de l'établissement",
    schoolHint:
      'Il figure sur la lettre que vous avez reçue : sept chiffres et une lettre. La notice dit alors ce qui vaut pour lui.',
    schoolSubmit: 'Voir sa notice',
    schoolUnknown: "Aucun établissement n'a ce code ici. Voici la notice de tous.",
    own: "Ce qu'ajoute l'établissement",
    officer: 'Délégué à la protection des données',
    officerNone: "Ses coordonnées n'ont pas encore été enregistrées. Demandez-les à l'établissement.",
    board: {
      1: (given: readonly string[]) => `Le conseil d'école en parle cette année le ${given[0]}.`,
      2: (given: readonly string[]) => `Le conseil d'administration en parle cette année le ${given[0]}.`,
    },
    boardHeading: 'Cette année, au conseil',
    boardNone: "La date du conseil où l'on en parle cette année n'est pas encore enregistrée.",
    inForce: (given: readonly string[]) => `Version ${given[0]}, en vigueur depuis le ${given[1]}.`,
    past: (given: readonly string[]) => `Version ${given[0]}, en vigueur du ${given[1]} au ${given[2]}.`,
    pastWarning: 'Ce texte n’est plus celui qui vaut aujourd’hui.',
    toPresent: 'Voir la notice en vigueur',
    history: 'Les versions précédentes',
    since: (given: readonly string[]) => `Version ${given[0]}, du ${given[1]} au ${given[2]}`,
    told: 'Quand vous en avez été informé',
    toldMail: (given: readonly string[]) => `Le ${given[0]}, par courriel (version ${given[1]})`,
    toldLetter: (given: readonly string[]) => `Le ${given[0]}, par une lettre remise (version ${given[1]})`,
    toldDue: (given: readonly string[]) => `Vous le serez le ${given[0]} au plus tard.`,
    read: 'Les services dont vous avez déjà vu la notice',
    readOn: (given: readonly string[]) => `${given[0]}, le ${given[1]}`,
    also: 'À lire aussi',
    toTerms: "Les conditions d'utilisation",
    toCharter: 'La charte de l’établissement',
    guide: "Le guide de la CNIL pour l'enseignement",
  },
  termsPage: {
    title: "Conditions d'utilisation",
    heading: "Les conditions d'utilisation",
    young: 'Pour les élèves',
    toNotice: "La notice d'information",
  },
  charter: {
    title: 'Charte',
    heading: "La charte de l'établissement",
    intro:
      "La charte est proposée par l'établissement. Vous vous connectez de la même façon que vous l'acceptiez, la refusiez ou ne la lisiez pas, et personne d'autre que vous ne voit ce que vous avez choisi.",
    none: "Aucune charte n'est enregistrée pour cet établissement.",
    noSchool: 'Vous n’avez de place dans aucun établissement en ce moment.',
    signedOut: 'Chaque établissement a la sienne : connectez-vous pour lire celle du vôtre, ou demandez-la-lui.',
    voted: {
      1: (given: readonly string[]) => `Votée par le conseil d'école le ${given[0]}.`,
      2: (given: readonly string[]) => `Votée par le conseil d'administration le ${given[0]}.`,
    },
    notVoted: 'Non votée, sans valeur obligatoire.',
    since: (given: readonly string[]) => `Texte enregistré le ${given[0]}.`,
    accepted: (given: readonly string[]) => `Vous l'avez acceptée le ${given[0]}. Vous seul le voyez.`,
    accept: "J'accepte cette charte",
    acceptHint: 'Rien ne vous y oblige, et rien ne change si vous ne le faites pas.',
    withdraw: 'Retirer mon acceptation',
    done: { accepted: 'Votre acceptation est gardée pour vous.', withdrawn: 'Votre acceptation est retirée.' },
  },
  school: {
    title: 'Informer les personnes',
    heading: 'Informer les personnes',
    intro:
      "Toute personne dont l'établissement détient des données doit en être informée dans le mois, qu'elle active ou non son compte, puis à chaque année scolaire. Préau ne dit à personne qui a ouvert ou lu quoi que ce soit : informé veut dire envoyé ou remis.",
    reach: 'Personnes informées cette année',
    category: 'Catégorie',
    people: 'Nombre',
    share: 'Informées',
    categories: {
      pupil: 'Élèves',
      guardian: 'Responsables légaux',
      staff: 'Personnel',
      all: 'Ensemble',
    },
    percent: (given: readonly string[]) => `${given[0]} %`,
    fewTold: 'Moins de 10',
    almostAll: 'Toutes, sauf moins de 10',
    noneTold: 'Aucune',
    allTold: 'Toutes',
    tooFew: 'Trop peu de personnes pour un chiffre',
    lateHeading: 'En retard',
    late: (given: readonly string[]) => `${given[0]} personnes auraient déjà dû être informées.`,
    lateFew: 'Moins de 10 personnes auraient déjà dû être informées.',
    lateNone: "Personne n'attend au-delà de son terme.",
    next: (given: readonly string[]) => `Le prochain terme est le ${given[0]}.`,
    board: 'La réunion du conseil',
    boardIntro:
      "Chaque année, le conseil d'administration (ou le conseil d'école) informe sur l'espace numérique. Sa date figure dans la notice de l'année, qui part dès que vous l'avez enregistrée, et une semaine avant son terme dans tous les cas.",
    boardDay: 'Date de la réunion',
    boardNone: "Aucune date n'est enregistrée pour cette année.",
    boardIs: (given: readonly string[]) => `Enregistrée : le ${given[0]}.`,
    boardSubmit: 'Enregistrer la date',
    letters: 'Lettres à remettre',
    lettersIntro:
      "Ces personnes n'ont pas d'adresse de courriel connue. Imprimez leurs lettres, remettez-les, puis dites-le ici. Le document tient les textes en entier : aucun appareil n'est nécessaire pour les lire.",
    lettersNone: "Aucune lettre n'attend.",
    count: (given: readonly string[]) => (given[0] === '1' ? '1 lettre' : `${given[0]} lettres`),
    print: 'Imprimer',
    handed: 'Elles sont remises',
    groups: {
      staff: 'Personnel',
      none: 'Sans classe',
      apart: 'À part',
    },
    apart:
      "« À part » : une décision ferme à ces adultes tout ce qui concerne un enfant d'ici. Rien ne leur est envoyé, et leurs lettres ne passent pas par la classe : vous décidez comment les informer, sans rien révéler de l'enfant.",
    opening: "Ce qu'il faut avoir enregistré pour ouvrir",
    openingIntro: "Tout le personnel de l'établissement voit ce qui manque.",
    convention: 'Référence de la convention',
    conventionDay: 'Signée le',
    informedDay: 'Conseil informé de l’ouverture le',
    officer: 'Coordonnées du délégué à la protection des données',
    openingSubmit: 'Enregistrer',
    own: 'Ce que l’établissement ajoute à la notice',
    ownLabel: 'Le texte de l’établissement',
    ownHint:
      'Quelques phrases, lues par tous, sous la notice commune. Laissez vide pour ne rien ajouter. Une ligne vide sépare deux paragraphes.',
    ownSubmit: 'Mettre en vigueur',
    charter: 'La charte',
    charterLabel: 'Le texte de la charte',
    charterHint:
      "Votre texte. Sans vote, elle est montrée comme « non votée, sans valeur obligatoire ». Vous ne saurez pas qui l'accepte, et personne n'en a besoin pour se connecter.",
    charterVoted: 'Votée par le conseil le',
    charterVotedHint: "Laissez vide si elle n'est pas votée.",
    charterSubmit: 'Enregistrer la charte',
    toNotice: 'Voir la notice',
    done: {
      board: 'La date est enregistrée. La notice de l’année part avec elle.',
      handed: 'C’est noté : ces lettres sont remises.',
      opening: 'C’est enregistré, et visible du personnel.',
      own: 'Le texte est en vigueur à partir de maintenant.',
      charter: 'La charte est enregistrée.',
    },
    notDone: "Cela n'a pas été enregistré",
  },
  opening: {
    title: "L'ouverture de l'espace numérique",
    heading: "L'ouverture de l'espace numérique",
    intro:
      'Un établissement ouvre son espace numérique avec une convention, une information de son conseil et une notice. Tout le personnel voit ce qui est fait et ce qui manque.',
    convention: 'Convention',
    conventionIs: (given: readonly string[]) => `${given[0]}, signée le ${given[1]}`,
    informed: "Information du conseil à l'ouverture",
    board: 'Réunion du conseil cette année',
    notice: "Notice d'information",
    noticeIs: (given: readonly string[]) => `version ${given[0]}, depuis le ${given[1]}`,
    officer: 'Délégué à la protection des données',
    charter: 'Charte',
    missing: 'Manque',
    record: 'Enregistrer ce qui manque, ou le corriger',
    next: "Pour ce qui manque, parlez-en à la direction de l'établissement, ou à ses élus au conseil.",
  },
  /** The letter that is handed out, around the notice in full. */
  letter: {
    title: (given: readonly string[]) => `Notice d'information, ${given[0]}`,
    to: (given: readonly string[]) => `Pour ${given[0]}`,
    group: (given: readonly string[]) => `Classe : ${given[0]}`,
    opening: (given: readonly string[]) =>
      `${given[0]} détient des données sur vous dans Préau, qui ouvre ses services numériques. Vous devez le savoir, que vous activiez ou non un compte. Voici ce que dit la notice.`,
    openingYoung: (given: readonly string[]) =>
      `${given[0]} garde des informations sur toi dans Préau, qui ouvre les services de l'école sur l'ordinateur. Tu as le droit de le savoir. Voici ce qu'il faut en savoir.`,
    online: (given: readonly string[]) => `La même notice, et ses versions : ${given[0]}`,
  },
};
