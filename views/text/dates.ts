// How days are written in each language: one form everywhere, `12 novembre 2026` and `12 November 2026`.

/** What `Intl` calls the form of each language. */
export const dateForms = { fr: 'fr-FR', en: 'en-GB' } as const;
