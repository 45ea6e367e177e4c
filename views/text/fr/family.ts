// The French words of the pages about families: one's children, joining two records, and what a school settles.
import { de } from '../elide.ts';

export const family = {
  done: {
    joined: "C'est fait : les deux fiches sont réunies.",
    separated: "C'est fait : les deux fiches sont de nouveau séparées.",
    disputed: "C'est noté : vous ne voyez plus rien de cet élève, et son établissement va vérifier.",
    upheld: "C'est noté : le signalement est confirmé.",
    withdrawn: "C'est noté : le signalement est levé.",
  },
  notDone: "Ce n'est pas fait",
  on: (day: string) => `le ${day}`,
  children: {
    title: 'Mes enfants',
    heading: 'Mes enfants',
    intro:
      'Vos enfants, leur établissement et les services qui leur sont ouverts. Chaque service ne voit que ses élèves.',
    none: "Aucun enfant n'apparaît ici pour l'instant.",
    services: 'Services ouverts',
    servicesNone: "Aucun service n'est encore ouvert dans cet établissement.",
    notMine: (name: string) => `Je ne suis pas responsable légal ${de(name)}`,
    notMineAnswer:
      "Vous cesserez aussitôt de voir ce qui concerne cet élève, partout. L'établissement vérifiera, et lui seul pourra revenir dessus.",
    notMineSubmit: 'Le signaler',
    missing: 'Il manque un enfant ?',
    missingAnswer:
      'Chaque établissement peut vous connaître sous une fiche à part. Avec le code de sa lettre, ou avec votre autre compte, vous retrouvez tous vos enfants ici.',
    missingLink: 'Ajouter un enfant',
    records: 'Vos fiches réunies',
    recordsIntro:
      'Vous pouvez défaire une réunion quand vous voulez : chaque fiche montrera de nouveau ce qu’elle seule dit.',
    record: (name: string) => `Fiche au nom de ${name}`,
    recordChildren: (names: string) => `Avec elle : ${names}`,
    proof: {
      code: 'réunie avec le code de sa lettre',
      credentials: 'réunie avec les identifiants des deux comptes',
      paper: "réunie à votre demande par l'établissement",
      upstream: 'réunie parce que le service par lequel vous vous connectez (ÉduConnect) vous connaît sous les deux',
    },
    separate: 'Séparer cette fiche',
    separateAnswer:
      "Les enfants de cette fiche ne seront plus ici. Si elle avait un compte, il s'ouvre de nouveau avec son identifiant et son mot de passe ; sinon, demandez un code à l'établissement.",
    separateSubmit: 'Séparer',
    reports: 'Vos signalements',
    report: {
      open: "Vous avez signalé ne pas être responsable légal d'un élève. L'établissement vérifie.",
      upheld: "L'établissement a confirmé que vous n'êtes pas responsable légal d'un élève.",
    },
  },
  join: {
    title: 'Ajouter un enfant',
    heading: 'Ajouter un enfant',
    intro:
      'Si un établissement vous connaît sous une autre fiche, réunissez-la à ce compte : un seul mot de passe pour tous vos enfants. Vous pourrez revenir en arrière.',
    work: "Si vous travaillez aussi dans un établissement, votre compte professionnel reste à part, avec sa propre connexion : votre employeur le gère, et n'a rien à voir avec votre vie de famille.",
    byCode: "J'ai reçu une lettre avec un code",
    code: "Le code de la lettre de l'autre établissement",
    codeHint: 'Sept groupes de quatre caractères. Il ne sert qu’une fois, dans les trois mois.',
    check: 'Votre date de naissance, ou votre nom de famille',
    checkHint: 'La date de naissance si l’établissement la connaît (31/12/1980), sinon le nom de famille.',
    byCodeSubmit: 'Ajouter avec ce code',
    byAccount: "J'ai déjà un autre compte",
    byAccountIntro: 'Pour réunir deux comptes, il faut les mots de passe des deux. L’autre compte sera mis en attente.',
    password: 'Le mot de passe de ce compte-ci',
    otherLogin: "L'identifiant de l'autre compte",
    otherPassword: "Le mot de passe de l'autre compte",
    factor: "Le code de sécurité de l'autre compte, s'il en demande un",
    byAccountSubmit: 'Réunir les deux comptes',
    back: 'Mes enfants',
  },
  disputes: {
    title: 'Responsables légaux',
    heading: 'Responsables légaux',
    intro:
      'Des personnes signalent ne pas être responsables légales d’un élève. Elles ne voient déjà plus rien de lui. Vérifiez la base élèves, corrigez-la si besoin, puis répondez ici.',
    open: 'À vérifier',
    openNone: 'Aucun signalement n’attend votre réponse.',
    says: ([person, child]: readonly [string, string]) => `${person} dit ne pas être responsable légal ${de(child)}`,
    upheld: 'Confirmés',
    upheldLine: ([person, child]: readonly [string, string]) => `${person} n'est pas responsable légal ${de(child)}`,
    decision: 'Sur quoi repose votre décision',
    decisionHint: 'Une référence, sans détail personnel : jugement, livret de famille vu le…',
    uphold: 'Confirmer le signalement',
    withdraw: 'Lever le signalement',
    withdrawOpen: 'C’était une erreur',
    records: 'Fiches réunies par des parents',
    recordsIntro: 'Un parent peut défaire lui-même une réunion. Faites-le ici s’il vous le demande.',
    recordsNone: 'Aucune fiche de cet établissement n’est réunie à une autre.',
    request: 'Référence de sa demande',
    requestHint: 'Par exemple : courrier reçu le 12 novembre.',
    separate: 'Séparer à sa demande',
  },
};
