// The mails about one's own account: an address to confirm, a password to reset, and what was changed.
import type { Mail } from './mails.ts';

type Nothing = Record<never, never>;

const fr = (body: string) => `Bonjour,\n\n${body}`;
const en = (body: string) => `Hello,\n\n${body}`;

export const emailConfirm: Mail<Nothing, { code: string }> = {
  fr: (_data, { code }, { issuer }) => ({
    subject: 'Confirmez votre adresse électronique',
    body: fr(`Pour confirmer que cette adresse est la vôtre, saisissez ce code sur la page ${issuer}/account/email :

${code}

Il ne sert qu’une fois, pendant une heure. Si vous n’avez rien demandé, laissez ce message : rien ne changera.`),
  }),
  en: (_data, { code }, { issuer }) => ({
    subject: 'Confirm your e-mail address',
    body: en(`To confirm that this address is yours, enter this code on the page ${issuer}/account/email:

${code}

It works once, for an hour. If you asked for nothing, leave this message: nothing will change.`),
  }),
};

export const emailReplaced: Mail = {
  fr: (_data, _secret, { issuer }) => ({
    subject: 'Votre adresse électronique a été remplacée',
    body: fr(`Une autre adresse vient d’être confirmée pour votre compte. Nous n’écrirons plus à celle-ci.

Si ce n’est pas vous, changez votre mot de passe sur ${issuer}/account/password, ou demandez un code à votre établissement.`),
  }),
  en: (_data, _secret, { issuer }) => ({
    subject: 'Your e-mail address was replaced',
    body: en(`Another address has just been confirmed for your account. We shall not write to this one any more.

If it was not you, change your password on ${issuer}/account/password, or ask your school for a code.`),
  }),
};

export const emailRemoved: Mail = {
  fr: (_data, _secret, { issuer }) => ({
    subject: 'Votre adresse électronique a été retirée',
    body: fr(`Cette adresse vient d’être retirée de votre compte. Nous n’y écrirons plus.

Si ce n’est pas vous, changez votre mot de passe sur ${issuer}/account/password, ou demandez un code à votre établissement.`),
  }),
  en: (_data, _secret, { issuer }) => ({
    subject: 'Your e-mail address was removed',
    body: en(`This address has just been removed from your account. We shall not write to it any more.

If it was not you, change your password on ${issuer}/account/password, or ask your school for a code.`),
  }),
};

/** `minutes` is how long the link is good for. */
export const reset: Mail<{ minutes: number }, { code: string }> = {
  fr: ({ minutes }, { code }, { issuer }) => ({
    subject: 'Choisir un nouveau mot de passe',
    body: fr(`Quelqu’un, vous sans doute, a demandé à changer le mot de passe de votre compte. Pour en choisir un nouveau :

${issuer}/reset/password?code=${code}

Ce lien ne sert qu’une fois, pendant ${lasting(minutes, 'fr')}. ${
      minutes > 30
        ? 'Plusieurs liens ont été demandés : celui-ci remplace les autres, et le suivant ne partira qu’après. '
        : ''
    }Si vous n’avez rien demandé, laissez ce message : rien ne changera.`),
  }),
  en: ({ minutes }, { code }, { issuer }) => ({
    subject: 'Choose a new password',
    body: en(`Somebody, most likely you, asked to change the password of your account. To choose a new one:

${issuer}/reset/password?code=${code}

This link works once, for ${lasting(minutes, 'en')}. ${
      minutes > 30
        ? 'Several links were asked for: this one replaces the others, and the next leaves only after it. '
        : ''
    }If you asked for nothing, leave this message: nothing will change.`),
  }),
};

/** `45 minutes`, `6 h 45`. */
function lasting(minutes: number, locale: 'fr' | 'en'): string {
  if (minutes <= 30) return locale === 'fr' ? 'une demi-heure' : 'half an hour';
  if (minutes < 60) return `${minutes} minutes`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${String(rest).padStart(2, '0')}`}`;
}

export const accountClosed: Mail = {
  fr: () => ({
    subject: 'Votre compte est fermé',
    body: fr(`Votre compte est fermé, comme vous l’avez demandé : plus rien ne permet de s’y connecter, et cette adresse est effacée.

Votre établissement peut vous donner un nouveau code si vous changez d’avis.`),
  }),
  en: () => ({
    subject: 'Your account is closed',
    body: en(`Your account is closed, as you asked: nothing signs in to it any more, and this address is erased.

Your school can give you a new code if you change your mind.`),
  }),
};
