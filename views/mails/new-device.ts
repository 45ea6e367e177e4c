// The mail that tells of a sign-in from a browser that was never used before.
import type { Mail } from './mails.ts';
import { momentText } from './moments.ts';

/** `at` is the instant of the sign-in, UTC milliseconds. */
export const newDevice: Mail<{ at: number }> = {
  fr: ({ at }, _secret, { issuer }) => ({
    subject: 'Connexion depuis un nouvel appareil',
    body: `Bonjour,

Votre compte a été ouvert le ${momentText(at, 'fr')} depuis un navigateur qui n’avait pas encore servi.

C’est vous ? Il n’y a rien à faire.
Ce n’est pas vous ? Changez aussitôt votre mot de passe à l’adresse ${issuer}/ puis prévenez votre établissement.

Ce message n’appelle pas de réponse. Préau ne vous demande jamais votre mot de passe ni un code par courriel.`,
  }),
  en: ({ at }, _secret, { issuer }) => ({
    subject: 'Sign-in from a new device',
    body: `Hello,

Your account was opened on ${momentText(at, 'en')} from a browser that had not been used before.

Was it you? There is nothing to do.
It was not you? Change your password at once at ${issuer}/ then tell your school.

This message needs no reply. Préau never asks for your password or for a code by e-mail.`,
  }),
};
