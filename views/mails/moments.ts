// Instants as mails say them: a mail is read anywhere, so the clock that is meant is named.
import { dateForms } from '../text/dates.ts';

const ZONE = 'Europe/Paris';

/** `12 novembre 2026 à 09:05, heure de Paris` */
export function momentText(at: number, locale: 'fr' | 'en'): string {
  const text = new Intl.DateTimeFormat(dateForms[locale], {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: ZONE,
  }).format(at);
  return `${text}${locale === 'fr' ? ', heure de Paris' : ', Paris time'}`;
}
