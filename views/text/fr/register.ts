// The French words of the register of processing (RGPD art. 30) and of the report on one object and one day.

import type { CoreEntry, Term } from '../../../src/privacy/register/processing.ts';
import { de } from '../elide.ts';

/** What an entry says before what is configured is added to it. */
interface EntryWords {
  readonly title: string;
  readonly purposes: readonly string[];
  readonly basis: string;
  readonly persons: readonly string[];
  readonly data: readonly string[];
  readonly sources: readonly string[];
  readonly recipients: readonly string[];
}

const task =
  "Mission d'intérêt public (RGPD, article 6, paragraphe 1, e) ; arrêté du 30 novembre 2006 modifié sur les ENT.";
const duty = 'Obligation légale (RGPD, article 6, paragraphe 1, c).';

const entries: Record<CoreEntry, EntryWords> = {
  directory: {
    title: "Annuaire de l'établissement",
    purposes: [
      'Connaître les élèves, leurs responsables légaux et le personnel pour ouvrir à chacun ce qui le concerne.',
    ],
    basis: task,
    persons: ['élèves', 'responsables légaux', 'personnel'],
    data: [],
    sources: ["L'annuaire AAF de l'académie, premier et second degré.", "Les actes de l'établissement."],
    recipients: ["La direction et le secrétariat, pour les codes d'activation, les notices et les demandes."],
  },
  accounts: {
    title: 'Comptes et connexion',
    purposes: ["Permettre à chaque personne qui l'a voulu d'activer un compte et de se connecter avec lui."],
    basis: task,
    persons: ['personnes qui ont activé leur compte'],
    data: [
      'identifiant, empreinte du mot de passe, moyens de connexion supplémentaires',
      'adresse de courriel confirmée',
      'états successifs du compte, et qui les a décidés',
      'sessions en cours, et modules ouverts avec elles',
    ],
    sources: ['La personne elle-même.'],
    recipients: ["Personne d'autre que la personne ; les modules ne reçoivent que ce que dit leur propre fiche."],
  },
  logbooks: {
    title: 'Droits sur les cahiers de textes',
    purposes: ['Décider qui lit, écrit ou vise chaque cahier de textes, et pouvoir dire qui le pouvait un jour passé.'],
    basis: task,
    persons: ['personnel', 'élèves', 'responsables légaux'],
    data: [
      'classes, groupes, matières et services',
      'autorisations de lecture, remplacements, délégations, inspections, restrictions',
    ],
    sources: ["L'annuaire.", 'Les actes des personnes qui tiennent les cahiers et de la direction.'],
    recipients: [],
  },
  absences: {
    title: 'Absences du personnel et remplacement',
    purposes: ["Organiser les remplacements. Aucun motif n'est enregistré, et aucun module n'en reçoit rien."],
    basis: task,
    persons: ['personnel'],
    data: [
      'dates de l’absence, cours concernés, personne qui remplace',
      'sort de chaque cours : assuré, déplacé, non assuré',
    ],
    sources: ['La personne absente, le secrétariat par délégation, la direction.'],
    recipients: [],
  },
  security: {
    title: 'Traces de sécurité et registre des décisions',
    purposes: [
      "Protéger les données, et rejouer une décision prise sur un droit. Jamais évaluer ni surveiller quelqu'un.",
    ],
    basis: 'Obligation de sécurité (RGPD, article 32).',
    persons: ['toutes les personnes qui se connectent ou sur qui un droit est demandé'],
    data: ["date, nature de l'acte, clés techniques des personnes et du module ; ni nom, ni mot de passe, ni contenu"],
    sources: ['Préau lui-même.'],
    recipients: [
      'La personne, pour les siennes.',
      "Les personnes chargées de l'exploitation, pour la sécurité seulement.",
    ],
  },
  notices: {
    title: 'Information des personnes',
    purposes: ["Informer chaque personne dans le mois, puis chaque année, qu'elle ait activé un compte ou non."],
    basis: duty,
    persons: ['élèves', 'responsables légaux', 'personnel'],
    data: ['quelle notice, par quel moyen, à quelle date ; jamais si elle a été lue'],
    sources: ['Préau lui-même.'],
    recipients: ['La direction, en nombres seulement ; moins de dix personnes ne sont pas comptées à part.'],
  },
  requests: {
    title: 'Demandes des personnes sur leurs données',
    purposes: [
      "Recevoir les demandes d'accès, de rectification, d'effacement et d'opposition, et y répondre une par une.",
    ],
    basis: duty,
    persons: ['personnes qui font une demande, et les mandataires qui écrivent pour elles'],
    data: [
      'nature et texte de la demande, vérification de l’identité, mandat et son document',
      'réponse, motifs, dates',
    ],
    sources: ['La personne, ou la lettre qu’elle a envoyée.'],
    recipients: [
      'La direction, qui décide.',
      'Le secrétariat, qui enregistre.',
      'Le délégué à la protection des données.',
      'La CNIL, si elle le demande.',
    ],
  },
  resources: {
    title: 'Ressources numériques et éditeurs',
    purposes: [
      "Ouvrir à chacun les ressources auxquelles son établissement est abonné, sans dire à l'éditeur qui il est.",
      'Pouvoir dire à chacun ce qui est parti, et répondre à la direction et à la personne déléguée à la protection des données.',
    ],
    basis: task,
    persons: ['élèves', "enseignants, professeurs documentalistes et autres personnels de l'établissement"],
    data: [
      "l'identifiant par lequel chaque éditeur connaît une personne",
      'les licences affectées, et qui les a affectées',
      'ce qui a été envoyé à chaque ressource : le nom des données et une empreinte de leur valeur, jamais la valeur',
      'les jours où un éditeur a demandé si une personne peut ouvrir une ressource',
      "le choix de ne pas être connu d'un éditeur",
      "des compteurs d'usage par mois, par profil et par établissement, sans personne",
    ],
    sources: ["L'annuaire.", 'Les abonnements et les conventions.', 'Les responsables d’affectation.', 'La personne.'],
    recipients: [
      'Les éditeurs : chacun reçoit ce que dit sa propre fiche, au moment où la personne ouvre sa ressource.',
    ],
  },
  mail: {
    title: 'Courriels et lettres',
    purposes: ["Remettre les codes, prévenir des changements d'un compte et des réponses."],
    basis: task,
    persons: ['personnes qui ont confirmé une adresse, ou dont l’annuaire en donne une'],
    data: ['adresse, modèle du message, dates d’envoi ; les codes sont chiffrés et effacés après l’envoi'],
    sources: ['La personne, ou l’annuaire pour un premier code.'],
    recipients: ["Le serveur de courrier de l'établissement ou de la collectivité."],
  },
};

/** How long what is kept; what is configured is given in numbers. */
const terms: Record<Term, (given: readonly string[]) => string> = {
  record: () => "La fiche : tant que l'annuaire de l'État nomme la personne dans un établissement.",
  account: (given) =>
    `Les données du compte : au plus ${given[0]} mois après la fin de la dernière raison d'en avoir un.`,
  code: (given) => `Un code d'activation : ${given[0]} mois, et une seule fois.`,
  logbook: (given) =>
    `Un cahier de textes : l'année scolaire et ${given[0]} ans ; aucune destruction sans le visa des Archives départementales.`,
  history: () => "Qui pouvait lire : aussi longtemps que l'objet lui-même.",
  decisions: (given) => `Le registre des décisions : ${given[0]} mois.`,
  trail: (given) => `Les traces de connexion : ${given[0]} mois.`,
  mails: (given) => `La trace d'un courriel : ${given[0]} jours.`,
  releases: (given) => `Ce qui a été envoyé aux éditeurs, et leurs demandes : ${given[0]} mois.`,
  words: (given) => `Le texte d'une demande et le mandat : ${given[0]} an après la réponse.`,
  lines: (given) =>
    `La ligne du registre des demandes : ${given[0]} ans après la réponse, et tant qu'une opposition ou une correction est appliquée.`,
  module: () =>
    'Chez le module : selon sa propre fiche et sa convention ; Préau ne lui envoie rien hors des connexions.',
};

export const register = {
  entries,
  terms,
  about: {
    pupil: (datum: string) => `élèves : ${datum}`,
    relative: (datum: string) => `responsables légaux : ${datum}`,
    staff: (datum: string) => `personnel : ${datum}`,
  },
  controller: "Le chef d'établissement au collège et au lycée ; la direction académique (DASEN) à l'école publique.",
  transfers: "Aucun transfert hors de l'Union européenne par Préau.",
  security: [
    'Moindre privilège décidé par fait daté ; toute décision se rejoue.',
    'Mots de passe hachés (argon2id), codes à usage unique, secrets chiffrés au repos.',
    'Journal chaîné, dont la première ligne touchée se voit.',
  ],
  nationalGar: (schools: readonly string[]) =>
    `Le GAR national (ministère chargé de l’éducation nationale), chaque nuit et sous convention, pour : ${schools.join(', ')}.`,
  module: {
    title: (name: string) => `Module « ${name} »`,
    persons: ['personnes qui ouvrent ce module'],
    identifier: 'un identifiant propre à ce module',
    responsible: (responsible: string) => `${responsible}, qui répond de ce module`,
    schools: (schools: readonly string[]) => `Établissements servis : ${schools.join(', ')}.`,
    resource: (given: readonly string[]) => `pour « ${given[0]} » : ${given[1]}`,
    launches: 'si une personne qu’il connaît peut encore ouvrir une de ses ressources : oui ou non',
    allSchools: 'Tous les établissements de ce service.',
  },
  page: {
    title: 'Registre des traitements',
    heading: 'Registre des traitements',
    intro:
      'Ce que Préau fait des données, tiré de ce qui est configuré (RGPD, article 30). Chaque fiche est datée ; une nouvelle version ne naît que si son contenu change.',
    day: 'Le registre tel qu’il était le',
    show: 'Voir ce jour-là',
    empty: 'Le registre ne contenait encore aucune fiche ce jour-là.',
    version: (version: string, since: string) => `Version ${version}, en vigueur depuis le ${since}`,
    versionUntil: (version: string, since: string, until: string) =>
      `Version ${version}, en vigueur du ${since} au ${until}`,
    fingerprint: (hash: string) => `Empreinte ${hash}`,
    history: 'Versions de cette fiche',
    labels: {
      controller: 'Responsable du traitement',
      purposes: 'Finalités',
      basis: 'Base légale',
      persons: 'Personnes concernées',
      data: 'Données',
      sources: "D'où elles viennent",
      recipients: 'Destinataires',
      retention: 'Durées de conservation',
      transfers: 'Transferts',
      security: 'Sécurité',
    },
    wrongDay: "Ce jour n'existe pas, ou n'est pas encore passé. Choisissez-en un autre.",
  },
  report: {
    title: 'Qui pouvait lire, et sur quelle base',
    heading: 'Qui pouvait lire, et sur quelle base',
    intro:
      'Une seule réponse aux trois questions : la fiche du registre, la notice en vigueur, et les catégories de personnes qui pouvaient lire, le jour choisi.',
    object: 'Ce dont il s’agit',
    chooseSelf: 'Mes données',
    chooseChild: (name: string) => `Les données ${de(name)}`,
    logbook: (title: string) => `Le cahier : ${title}`,
    absence: (day: string) => `Mon absence du ${day}`,
    byKey: 'Autre chose, par son numéro',
    byKeyHint: 'Pour qui exploite Préau : logbook:… ou absence:…, comme le donnent les commandes.',
    day: 'Jour',
    time: 'Heure',
    submit: 'Établir le rapport',
    on: (when: string) => `Le ${when}`,
    entries: 'Ce que disait le registre des traitements',
    entriesNone: "Aucune fiche du registre n'était en vigueur ce jour-là.",
    notice: 'La notice d’information en vigueur',
    noticeNone: "Aucune notice n'était en vigueur ce jour-là dans cet établissement.",
    noticeOf: (version: string, since: string) => `Version ${version}, en vigueur depuis le ${since}.`,
    noticeLink: 'Lire cette notice',
    readers: 'Qui pouvait lire',
    readersOf: 'Données sur la personne',
    enforced: 'Comme c’était appliqué ce jour-là',
    known: 'Comme on le sait aujourd’hui',
    same: 'Ce que l’on sait aujourd’hui de ce jour-là ne change rien.',
    nobody: 'Personne.',
    count: (count: string) => `${count} ${Number(count) < 2 ? 'personne' : 'personnes'}`,
    fewerThanTen: 'moins de 10 personnes',
    categoryOnly: 'au moins une personne',
    families: { pupil: 'Élèves', guardian: 'Responsables légaux' },
    as: {
      pupil: 'comme élève',
      author: 'sur les cahiers tenus',
      absent: 'sur ses absences',
    },
    archived: "dans l'archive",
    wrongDay: "Ce jour ou cette heure n'existe pas, ou n'est pas encore passé. Choisissez un autre moment.",
    unknown: "Cet objet n'est pas connu, ou ne vous regarde pas. Choisissez-le dans la liste.",
    print: 'Cette page s’imprime telle quelle.',
  },
};
