// The mails about a request on one's data: that it came, that it takes longer, that it is answered. What it says stays on its page.
import { dateForms } from '../text/dates.ts';
import type { Mail } from './mails.ts';

export const requestReceived: Mail<{ request: string; due: string }> = {
  fr: ({ request, due }, _, { issuer }) => ({
    subject: 'Votre demande est enregistrée',
    body: `Bonjour,

Votre demande sur vos données est enregistrée. L’établissement vous répond, avec ses raisons, au plus tard le ${dayText(due, 'fr')}.

La suivre, ou la retirer : ${issuer}/me/requests/${request}`,
  }),
  en: ({ request, due }, _, { issuer }) => ({
    subject: 'Your request is recorded',
    body: `Hello,

Your request about your data is recorded. The school will answer it, with its reasons, by ${dayText(due, 'en')} at the latest.

To follow it, or take it back: ${issuer}/me/requests/${request}`,
  }),
};

export const requestExtended: Mail<{ request: string; due: string }> = {
  fr: ({ request, due }, _, { issuer }) => ({
    subject: 'Votre demande prendra plus de temps',
    body: `Bonjour,

L’établissement a besoin de deux mois de plus pour répondre à votre demande sur vos données : au plus tard le ${dayText(due, 'fr')}.

Ses raisons : ${issuer}/me/requests/${request}`,
  }),
  en: ({ request, due }, _, { issuer }) => ({
    subject: 'Your request will take longer',
    body: `Hello,

The school needs two more months to answer your request about your data: by ${dayText(due, 'en')} at the latest.

Its reasons: ${issuer}/me/requests/${request}`,
  }),
};

export const requestDecided: Mail<{ request: string }> = {
  fr: ({ request }, _, { issuer }) => ({
    subject: 'Réponse à votre demande',
    body: `Bonjour,

L’établissement a répondu à votre demande sur vos données. Sa réponse et ses raisons : ${issuer}/me/requests/${request}

Si votre compte est fermé, demandez cette réponse par écrit à l’établissement.
Si elle ne vous convient pas, vous pouvez écrire au délégué à la protection des données, ou à la CNIL : https://www.cnil.fr/fr/plaintes`,
  }),
  en: ({ request }, _, { issuer }) => ({
    subject: 'Answer to your request',
    body: `Hello,

The school has answered your request about your data. Its answer and its reasons: ${issuer}/me/requests/${request}

If your account is closed, ask the school for this answer on paper.
If it does not satisfy you, you may write to the data protection officer, or to the CNIL: https://www.cnil.fr/fr/plaintes`,
  }),
};

export const requestWithdrawn: Mail<{ request: string }> = {
  fr: ({ request }, _, { issuer }) => ({
    subject: 'Votre demande est retirée',
    body: `Bonjour,

L’établissement a noté que vous retirez votre demande sur vos données : ${issuer}/me/requests/${request}

Si ce n’est pas le cas, dites-le à l’établissement, ou faites-la de nouveau : ${issuer}/me/requests`,
  }),
  en: ({ request }, _, { issuer }) => ({
    subject: 'Your request is taken back',
    body: `Hello,

The school has noted that you take back your request about your data: ${issuer}/me/requests/${request}

If you do not, tell the school, or make it again: ${issuer}/me/requests`,
  }),
};

/** `2026-11-30` as it is read. */
function dayText(day: string, locale: 'fr' | 'en'): string {
  return new Intl.DateTimeFormat(dateForms[locale], { dateStyle: 'long', timeZone: 'UTC' }).format(Date.parse(day));
}
