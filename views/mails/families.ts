// The mails about families: two records joined, separated again, and a dispute over who represents a pupil. No name in them.
import type { Mail } from './mails.ts';

export const joined: Mail = {
  fr: (_data, _secret, { issuer }) => ({
    subject: 'Deux de vos fiches sont réunies',
    body: `Bonjour,

Deux fiches à votre nom viennent d’être réunies : un seul identifiant ouvre maintenant tout ce qui concerne vos enfants.

Vous pouvez voir cette réunion, et la défaire, à l’adresse ${issuer}/family
Si ce n’est pas vous qui l’avez demandée, prévenez l’établissement de votre enfant : il peut la défaire aussi.`,
  }),
  en: (_data, _secret, { issuer }) => ({
    subject: 'Two of your records are joined',
    body: `Hello,

Two records in your name have just been joined: one identifier now opens everything about your children.

You can see this, and undo it, at ${issuer}/family
If you did not ask for it, tell your child’s school: it can undo it as well.`,
  }),
};

export const separated: Mail = {
  fr: (_data, _secret, { issuer }) => ({
    subject: 'Deux de vos fiches sont séparées',
    body: `Bonjour,

Deux fiches à votre nom, qui étaient réunies, sont de nouveau séparées. Chacune montre ce qu’elle montrait avant.

Vos enfants et vos fiches : ${issuer}/family
Si vous n’y êtes pour rien, adressez-vous à l’établissement de votre enfant.`,
  }),
  en: (_data, _secret, { issuer }) => ({
    subject: 'Two of your records are separated',
    body: `Hello,

Two records in your name, which had been joined, are separate again. Each shows what it showed before.

Your children and your records: ${issuer}/family
If this is not your doing, ask your child’s school.`,
  }),
};

export const dispute: Mail<{ state: 'open' | 'upheld' | 'withdrawn' }> = {
  fr: ({ state }, _secret, { issuer }) => ({
    subject: french[state].subject,
    body: `Bonjour,\n\n${french[state].body}\n\nVos enfants : ${issuer}/family`,
  }),
  en: ({ state }, _secret, { issuer }) => ({
    subject: english[state].subject,
    body: `Hello,\n\n${english[state].body}\n\nYour children: ${issuer}/family`,
  }),
};

const french = {
  open: {
    subject: 'Votre signalement est enregistré',
    body: 'Vous avez signalé que vous n’êtes pas responsable légal d’un élève. Vous ne voyez plus rien de cet élève, et son établissement va vérifier.',
  },
  upheld: {
    subject: 'Votre signalement est confirmé',
    body: 'L’établissement confirme que vous n’êtes pas responsable légal de l’élève que vous aviez signalé. Vous ne verrez plus rien de cet élève.',
  },
  withdrawn: {
    subject: 'Votre signalement est levé',
    body: 'L’établissement a levé votre signalement : vous voyez de nouveau l’élève dont vous êtes responsable légal.',
  },
} as const;

const english = {
  open: {
    subject: 'Your report is recorded',
    body: 'You reported that you are not the legal representative of a pupil. You no longer see anything of this pupil, and the school will check.',
  },
  upheld: {
    subject: 'Your report is confirmed',
    body: 'The school confirms that you are not the legal representative of the pupil you reported. You will see nothing more of this pupil.',
  },
  withdrawn: {
    subject: 'Your report is lifted',
    body: 'The school has lifted your report: you see again the pupil whose legal representative you are.',
  },
} as const;
