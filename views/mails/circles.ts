// The mails about circles: somebody is invited, a child has joined one, a child's wish waits for an agreement. Who and what is on the page.
import type { Mail } from './mails.ts';

export const circleInvited: Mail = {
  fr: (_data, _secret, { issuer }) => ({
    subject: 'Une invitation à un cercle',
    body: `Bonjour,

Quelqu’un de votre établissement vous invite à un cercle, un groupe où l’on n’entre que de soi-même. Qui, et pour quoi faire :

${issuer}/circles

Rien n’est fait tant que vous n’avez pas accepté. Vous pouvez refuser, ou ne rien faire : personne n’en saura rien.`,
  }),
  en: (_data, _secret, { issuer }) => ({
    subject: 'An invitation to a circle',
    body: `Hello,

Somebody of your school invites you to a circle, a group that one joins by oneself alone. Who, and what for:

${issuer}/circles

Nothing is done unless you accept. You may refuse, or do nothing: nobody will know.`,
  }),
};

export const circleJoined: Mail = {
  fr: (_data, _secret, { issuer }) => ({
    subject: 'Votre enfant a rejoint un cercle',
    body: `Bonjour,

Votre enfant, invité par le personnel de son établissement, a choisi d’entrer dans un cercle. Lequel, et pour quoi faire :

${issuer}/circles

Votre enfant peut en sortir à tout moment.`,
  }),
  en: (_data, _secret, { issuer }) => ({
    subject: 'Your child has joined a circle',
    body: `Hello,

Your child, invited by staff of the school, has chosen to join a circle. Which one, and what for:

${issuer}/circles

Your child may leave it at any time.`,
  }),
};

export const circleToAgree: Mail = {
  fr: (_data, _secret, { issuer }) => ({
    subject: 'Votre accord est demandé pour un cercle',
    body: `Bonjour,

Votre enfant, invité par le personnel de son établissement, souhaite entrer dans un cercle qui ne sert pas la scolarité. Avant quinze ans, il faut aussi l’accord d’un responsable légal :

${issuer}/circles

Sans réponse de votre part, votre enfant n’y entre pas.`,
  }),
  en: (_data, _secret, { issuer }) => ({
    subject: 'Your agreement is asked for a circle',
    body: `Hello,

Your child, invited by staff of the school, would like to join a circle that is not for schooling. Under fifteen, a legal representative has to agree too:

${issuer}/circles

Without your answer, your child does not join.`,
  }),
};
