// The mail that brings an activation code, where the directory gives an address and the school chose it.
import type { Mail } from './mails.ts';

export const activation: Mail<{ until: string }, { code: string }> = {
  fr: ({ until }, { code }, { issuer }) => ({
    subject: 'Votre code pour ouvrir votre compte',
    body: `Bonjour,

L’établissement vous invite à ouvrir votre compte. Rien n’est ouvert tant que vous ne l’avez pas fait vous-même.

1. Allez à l’adresse ${issuer}/activation
2. Saisissez ce code : ${code}
3. Donnez votre date de naissance, ou votre nom de famille si l’établissement ne la connaît pas.
4. Choisissez un identifiant et un mot de passe.

Ce code ne sert qu’une fois, jusqu’au ${until}. Ne le transmettez à personne : l’établissement ne vous le demandera jamais.
Ce que l’établissement conserve sur vous, et vos droits : ${issuer}/privacy`,
  }),
  en: ({ until }, { code }, { issuer }) => ({
    subject: 'Your code to open your account',
    body: `Hello,

The school invites you to open your account. Nothing is opened until you do so yourself.

1. Go to ${issuer}/activation
2. Enter this code: ${code}
3. Give your date of birth, or your family name where the school does not know it.
4. Choose an identifier and a password.

This code works once, until ${until}. Give it to nobody: the school will never ask you for it.
What the school holds about you, and your rights: ${issuer}/privacy`,
  }),
};
