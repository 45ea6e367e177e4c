// The mail that tells somebody, afterwards, that an incident file has opened their log.
import type { Mail } from './mails.ts';
import { momentText } from './moments.ts';

/** `from` and `to`: the first and last instants of the log that could be read, UTC milliseconds. */
export const incident: Mail<{ from: number; to: number }> = {
  fr: ({ from, to }, _secret, { issuer }) => ({
    subject: 'Vos connexions ont été consultées dans un dossier d’incident',
    body: `Bonjour,

Un dossier d’incident a permis de lire le journal de vos connexions, du ${momentText(from, 'fr')} au ${momentText(to, 'fr')}. Il est maintenant clos : plus rien n’est lisible.

Il a été ouvert avec un motif écrit et contresigné par la personne déléguée à la protection des données. Il ne peut pas servir à vous évaluer.
Le motif et les dates se lisent sur votre page : ${issuer}/me/log

Pour demander une explication ou vous y opposer, adressez-vous à votre établissement, ou à la CNIL (www.cnil.fr).`,
  }),
  en: ({ from, to }, _secret, { issuer }) => ({
    subject: 'Your sign-ins were consulted in an incident file',
    body: `Hello,

An incident file made it possible to read the log of your sign-ins, from ${momentText(from, 'en')} to ${momentText(to, 'en')}. It is now closed: nothing can be read any more.

It was opened with a written motive and countersigned by the data protection officer. It cannot be used to appraise you.
The motive and the dates are on your page: ${issuer}/me/log

To ask for an explanation or to object, turn to your school, or to the CNIL (www.cnil.fr).`,
  }),
};
