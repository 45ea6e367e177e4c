// The French words of the media centre: what one may open, what is closed, and why.
export const mediaCentre = {
  title: 'Mes ressources',
  heading: 'Mes ressources numériques',
  intro:
    'Un clic ouvre la ressource, sans autre mot de passe. Son éditeur reçoit le strict nécessaire : c’est écrit sous chacune.',
  none: 'Aucune ressource ne vous est ouverte ici pour l’instant.',
  noneAnswer:
    'Une ressource apparaît dès que votre établissement vous en a donné la licence : parlez-en à un professeur, ou au professeur documentaliste.',
  noSchool: 'Aucun établissement ne vous ouvre de ressource.',
  noSchoolAnswer:
    'Les ressources sont ouvertes aux élèves et au personnel, dans leur établissement. Si vous venez d’y arriver, elles apparaîtront dès que votre inscription sera connue.',
  represents:
    'Vous représentez un élève : c’est avec son propre compte qu’il ouvre ses ressources. Elles ne s’ouvrent jamais avec le vôtre, et son travail reste le sien.',
  noAgreement: 'Les ressources ne sont pas encore ouvertes dans cet établissement',
  noAgreementAnswer:
    'Il manque une convention entre la collectivité et l’académie : sans elle, rien sur vous n’est transmis à un éditeur. Vous n’avez rien à faire. La direction de l’établissement peut vous dire où elle en est. Le reste de Préau fonctionne comme d’habitude.',
  kinds: { MAN: 'Manuel numérique', MUL: 'Multimédia', PRO: 'Pour produire' },
  by: (publisher: string) => `Éditeur : ${publisher}`,
  prices: { free: 'Gratuite', subscribed: 'Abonnement' },
  assigned: 'Licence à votre nom',
  site: 'Ouverte dans tout l’établissement',
  count: (count: number) => (count === 1 ? 'une ressource' : `${count} ressources`),
  received: 'Ce que reçoit l’éditeur',
  receivedAloud: (name: string) => `pour « ${name} »`,
  receivedEnd: 'Rien d’autre, et seulement quand vous ouvrez la ressource.',
  closed: 'Fermées pour l’instant',
  why: {
    declined: 'Il a été demandé, par vous ou par un de vos responsables légaux, que cet éditeur ne vous connaisse pas.',
    agreement: 'La convention de l’établissement n’est pas en vigueur. Rien à faire de votre côté.',
    waiting:
      'Elle vous est destinée, et il ne reste pas de licence : vous en aurez une dès qu’il s’en libère, sans rien faire.',
    review: 'Elle est en cours de vérification. Elle s’ouvrira d’elle-même ensuite.',
  },
  ownPage: 'Revenir sur ce choix',
  known: 'Les éditeurs qui vous connaissent, et ce qui leur a été transmis',
};
