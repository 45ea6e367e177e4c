// The mail that tells somebody that a school holds data about them, activated or not; it leads to the whole notice.
import { dateForms } from '../text/dates.ts';
import type { Mail } from './mails.ts';

/** `school` is the UAI, `name` the school's own; `board` the day of its meeting, empty when there is none on record. */
interface Told extends Record<string, string> {
  readonly school: string;
  readonly name: string;
  readonly level: 'adult' | 'teen' | 'child';
  readonly version: string;
  readonly board: string;
}

export const notice: Mail<Told> = {
  fr: ({ school, name, level, version, board }, _secret, { issuer }) => ({
    subject: level === 'adult' ? 'Ce qui est gardé de vous' : 'Ce qui est gardé de toi',
    body: (level === 'adult' ? frenchAdult : frenchYoung)(
      name,
      `${issuer}/notices?school=${school}&level=${level}`,
      `${board ? `Le conseil en parle cette année le ${day(board, 'fr')}.\n` : ''}Version ${version}.`,
    ),
  }),
  en: ({ school, name, level, version, board }, _secret, { issuer }) => ({
    subject: level === 'adult' ? 'What is held about you' : 'What is kept about you',
    body: (level === 'adult' ? englishAdult : englishYoung)(
      name,
      `${issuer}/notices?school=${school}&level=${level}&lang=en`,
      `${board ? `The board speaks of it this year on ${day(board, 'en')}.\n` : ''}Version ${version}.`,
    ),
  }),
};

const frenchAdult = (name: string, link: string, last: string): string => `Bonjour,

${name} détient des données sur vous dans Préau, qui ouvre ses services numériques avec un seul compte. Vous devez le savoir, que vous activiez ou non ce compte ; rien ne vous y oblige.

Ces données viennent de l’annuaire de l’Éducation nationale : identité, date de naissance, adresse de courriel, et selon votre place, classes, enfants ou fonctions. Préau note aussi les connexions, pour la sécurité, pendant douze mois.

Vous pouvez les consulter, les faire corriger, vous y opposer, et saisir le délégué à la protection des données ou la CNIL.

Tout est dit ici, sans vous connecter : ${link}
Le secrétariat vous le remet sur papier si vous le demandez.

${last}
Personne ne sait si vous ouvrez ce message ni cette page.`;

const frenchYoung = (name: string, link: string, last: string): string => `Bonjour,

${name} garde des informations sur toi dans Préau, qui ouvre les services de l’école sur l’ordinateur. Tu as le droit de le savoir, même si tu ne t’en sers pas.

Tout est expliqué ici, avec des mots simples : ${link}
Tu peux aussi le demander sur papier, et en parler avec un adulte.

${last}
Personne ne sait si tu ouvres ce message ni cette page.`;

const englishAdult = (name: string, link: string, last: string): string => `Hello,

${name} holds data about you in Préau, which opens its digital services with one account. You must know, whether you activate this account or not; nothing obliges you to.

The data come from the directory of the ministry of education: identity, date of birth, e-mail address and, by your place, classes, children or functions. Préau also notes sign-ins, for security, for twelve months.

You may see them, have them corrected, object, and turn to the data protection officer or to the CNIL.

All is said here, without signing in: ${link}
The secretariat gives it to you on paper if you ask.

${last}
Nobody knows whether you open this message or that page.`;

const englishYoung = (name: string, link: string, last: string): string => `Hello,

${name} keeps information about you in Préau, which opens the services of the school on the computer. You have the right to know, even if you do not use it.

All is explained here, in plain words: ${link}
You may also ask for it on paper, and talk about it with an adult.

${last}
Nobody knows whether you open this message or that page.`;

function day(text: string, locale: 'fr' | 'en'): string {
  const format = new Intl.DateTimeFormat(dateForms[locale], { dateStyle: 'long', timeZone: 'UTC' });
  return format.format(Date.parse(`${text}T00:00:00Z`));
}
