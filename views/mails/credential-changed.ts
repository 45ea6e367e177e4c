// The mail that tells of any change of what one signs in with, whoever made it.
import type { Mail } from './mails.ts';
import { momentText } from './moments.ts';

/** What changed, in words for its holder. */
const changes = {
  password: { fr: 'Votre mot de passe a été changé.', en: 'Your password was changed.' },
  totp_added: {
    fr: 'Une application de codes a été ajoutée à votre connexion.',
    en: 'A code application was added to your sign-in.',
  },
  passkey_added: { fr: 'Une clé d’accès a été ajoutée à votre connexion.', en: 'A passkey was added to your sign-in.' },
  factor_removed: {
    fr: 'Un second moyen de connexion a été retiré de votre compte.',
    en: 'A second way of signing in was removed from your account.',
  },
  recovery_made: {
    fr: 'De nouveaux codes de secours ont été créés ; les anciens ne servent plus.',
    en: 'New recovery codes were made; the old ones no longer work.',
  },
  recovery_used: {
    fr: 'Un code de secours a servi à ouvrir votre compte.',
    en: 'A recovery code was used to open your account.',
  },
  code_asked: {
    fr: 'Une personne de votre établissement a demandé un code qui retirerait vos seconds moyens de connexion. Une autre doit encore le contresigner. Vous pouvez l’arrêter depuis votre page.',
    en: 'Somebody at your school asked for a code that would remove your second ways of signing in. Somebody else must still sign it. You can stop it from your page.',
  },
  code_issued: {
    fr: 'Votre établissement a délivré un code qui retire vos seconds moyens de connexion.',
    en: 'Your school issued a code that removes your second ways of signing in.',
  },
  factors_lost: {
    fr: 'Vos seconds moyens de connexion ont été retirés avec un code délivré par votre établissement.',
    en: 'Your second ways of signing in were removed with a code issued by your school.',
  },
} as const;

export type CredentialChange = keyof typeof changes;

/** `what` is a `CredentialChange`; `at` is when, UTC milliseconds. */
export const credentialChanged: Mail<{ what: CredentialChange; at: number }> = {
  fr: ({ what, at }, _secret, { issuer }) => ({
    subject: 'Votre façon de vous connecter a changé',
    body: `Bonjour,

${changes[what].fr}
C’était le ${momentText(at, 'fr')}.

C’est vous ? Il n’y a rien à faire.
Ce n’est pas vous ? Changez aussitôt votre mot de passe à l’adresse ${issuer}/ puis prévenez votre établissement.

Ce message n’appelle pas de réponse. Préau ne vous demande jamais votre mot de passe ni un code par courriel.`,
  }),
  en: ({ what, at }, _secret, { issuer }) => ({
    subject: 'The way you sign in has changed',
    body: `Hello,

${changes[what].en}
That was on ${momentText(at, 'en')}.

Was it you? There is nothing to do.
It was not you? Change your password at once at ${issuer}/ then tell your school.

This message needs no reply. Préau never asks for your password or for a code by e-mail.`,
  }),
};
