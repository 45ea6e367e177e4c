// The French words of signing in through a provider of identities: the button, what is opened or joined, and leaving.
import { de } from '../elide.ts';

export const upstream = {
  heading: 'Une autre façon de vous connecter',
  title: 'Connexion',
  from: (provider: string) => `Avec ${provider}`,
  otherwise: "Me connecter d'une autre façon",
  left: (provider: string) =>
    `Votre session ${provider} est peut-être encore ouverte dans ce navigateur : quitter Préau ne la ferme pas. Sur un ordinateur partagé, fermez-la aussi.`,
  leave: (provider: string) => `Se déconnecter ${de(provider)}`,
  nobody: {
    heading: 'Aucun compte ne s’ouvre ici par ce chemin',
    told: (provider: string) =>
      `${provider} a bien dit qui vous êtes, mais aucun compte de nos établissements ne peut s'ouvrir ainsi.`,
    steps: [
      "Si vous avez un identifiant et un mot de passe de l'ENT, servez-vous-en.",
      "Si l'établissement vous a remis un code, activez votre compte avec lui.",
      "Sinon, demandez un code à l'établissement : votre fiche n'est peut-être pas encore arrivée, ou votre compte y attend.",
    ],
    activate: "J'ai un code : activer mon compte",
  },
  choose: {
    heading: 'Quel compte ouvrir ?',
    intro: (provider: string) => `${provider} vous connaît sous plusieurs comptes ou fiches. Choisissez lequel ouvrir.`,
    one: (identifier: string) => `Ouvrir le compte ${identifier}`,
    fresh: (name: string) => `Voir ce qui s'ouvrirait pour ${name}`,
    join: "Pour n'avoir qu'un compte, réunissez-les ensuite dans « Mes enfants » : il faut le mot de passe de chacun.",
  },
  open: {
    heading: 'Ouvrir votre compte ?',
    intro: (name: string) => `Vous n'avez pas encore de compte. Voici ce qui serait ouvert, pour ${name} :`,
    at: (schools: string) => `Un compte (${schools}).`,
    join: (schools: string) =>
      `Votre autre fiche (${schools}) serait réunie à ce compte. Vous pourrez l'en séparer quand vous voulez.`,
    without: (provider: string) => `Vous entrerez avec ${provider}, sans mot de passe à retenir.`,
    nothing: 'Rien ne s’ouvre sans vous : sans ce bouton, votre fiche reste une fiche.',
    privacy: 'Ce que Préau garde, et vos droits',
    submit: 'Ouvrir mon compte',
    later: 'Pas maintenant',
  },
  joined: {
    heading: 'Vos fiches sont réunies',
    intro: (provider: string) =>
      `${provider} vous connaît sous plusieurs fiches, arrivées de nos établissements. Les voici réunies à votre compte :`,
    record: ([name, schools]: readonly [string, string]) => `Fiche au nom de ${name}, ${schools}`,
    undo: 'Ce n’est pas vous, ou vous préférez les garder à part ? Séparez-les dans « Mes enfants », quand vous voulez : elles le resteront.',
    go: 'Continuer',
  },
  again: {
    title: 'Vérification',
    heading: "Montrez que c'est bien vous",
    intro: (providers: string) =>
      `Cette page touche à la sécurité de votre compte, qui n'a pas de mot de passe : elle s'ouvre dans les dix minutes après votre connexion${providers === '' ? '' : ` avec ${providers}`}. Déconnectez-vous, reconnectez-vous, puis revenez ici.`,
    leave: 'Me déconnecter',
  },
  prove: 'La première étape est faite. Il reste à confirmer avec votre second moyen de connexion.',
  account: {
    firstIntro: 'Ce compte n’en a pas. Avec lui, votre identifiant suffira aussi pour entrer :',
    by: (provider: string) => `Vous pouvez vous connecter avec ${provider}.`,
    none: 'Ce compte n’a pas de mot de passe.',
    choose: 'Choisir un mot de passe',
    chooseAnswer: 'Pour pouvoir aussi entrer avec votre identifiant.',
    others: (provider: string) =>
      `${provider} vous connaît aussi sous un autre compte d'ici. Pour n'en avoir qu'un, réunissez-les : il faut le mot de passe de chacun.`,
  },
};
