// The mails about designations: somebody is named to give a school's licences, or is no more. Where and by whom is on the page.
import type { Mail } from './mails.ts';

export const assignerNamed: Mail = {
  fr: (_data, _secret, { issuer }) => ({
    subject: 'Une désignation attend votre réponse',
    body: `Bonjour,

La direction de votre établissement vous propose de donner les licences des ressources numériques aux élèves et au personnel. Lire ce que c’est, puis accepter ou refuser :

${issuer}/licences

Rien n’est fait tant que vous n’avez pas accepté. Vous pouvez refuser, et plus tard renoncer, sans dire pourquoi.`,
  }),
  en: (_data, _secret, { issuer }) => ({
    subject: 'A designation awaits your answer',
    body: `Hello,

The head of your school asks you to give the licences of digital resources to pupils and staff. To read what it is, then accept or refuse:

${issuer}/licences

Nothing is done unless you accept. You may refuse, and give it up later, without saying why.`,
  }),
};

export const assignerEnded: Mail = {
  fr: (_data, _secret, { issuer }) => ({
    subject: 'Une désignation a pris fin',
    body: `Bonjour,

La direction de votre établissement a mis fin à votre désignation : vous ne donnez plus, ou ne donnerez pas, les licences des ressources numériques. Celles que vous avez données restent.

${issuer}/licences`,
  }),
  en: (_data, _secret, { issuer }) => ({
    subject: 'A designation has ended',
    body: `Hello,

The head of your school has ended your designation: you no longer give, or will not give, the licences of digital resources. Those that you gave stay.

${issuer}/licences`,
  }),
};
