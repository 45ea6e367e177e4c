// The mail to whoever leads a school when the year turns: the share reached last year, and the board's day to enter.
import type { Mail } from './mails.ts';

/** `reached`: whole per cent, a word of `shares`, or empty for no figure; `board` the day on record, YYYY-MM-DD, or empty. */
interface Turn extends Record<string, string> {
  readonly name: string;
  readonly years: string;
  readonly reached: string;
  readonly board: string;
}

const shares: Readonly<Record<string, { readonly fr: string; readonly en: string }>> = {
  none: { fr: 'personne n’a été informé', en: 'nobody was told' },
  few: { fr: 'moins de dix personnes ont été informées', en: 'fewer than ten people were told' },
  almost_all: { fr: 'presque toutes les personnes ont été informées', en: 'almost everybody was told' },
  all: { fr: 'toutes les personnes ont été informées', en: 'everybody was told' },
};

export const yearTurn: Mail<Turn> = {
  fr: ({ name, years, reached, board }, _secret, { issuer }) => ({
    subject: 'La nouvelle année : informer les personnes',
    body: `Bonjour,

Une nouvelle année scolaire commence dans Préau pour ${name}.
${reached ? `\nEn ${years}, ${shares[reached]?.fr ?? `${reached} % des personnes ont été informées`} de ce qui est gardé d’elles, par courriel ou par lettre. Personne ne sait qui l’a lu.\n` : ''}
${
  board
    ? 'La réunion du conseil de cette année est enregistrée : la notice la citera.'
    : 'Il reste à enregistrer le jour où le conseil en parlera cette année : la notice annuelle partira alors avec cette date.'
}
Tout est ici : ${issuer}/school/notices

Ce message n’appelle pas de réponse.`,
  }),
  en: ({ name, years, reached, board }, _secret, { issuer }) => ({
    subject: 'The new year: telling people',
    body: `Hello,

A new school year begins in Préau for ${name}.
${reached ? `\nIn ${years}, ${shares[reached]?.en ?? `${reached} % of the people were told`} what is held about them, by mail or by letter. Nobody knows who read it.\n` : ''}
${
  board
    ? 'This year’s meeting of the board is on record: the notice will name it.'
    : 'The day on which the board speaks of it this year is still to be entered: the yearly notice then leaves with that date.'
}
All is here: ${issuer}/school/notices

This message needs no reply.`,
  }),
};
