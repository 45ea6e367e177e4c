// Days as paper says them.

/** `12 novembre 2026` */
export function dayInWords(at: number, zone: string): string {
  return new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeZone: zone }).format(at);
}
