// « de » before a name, as it is said in French: « de Paul », « d'Aline », « d'Hélène », « de Yanis », « d'Yves ».

/** What begins as a vowel does, a silent h or y among them; other h are too many to tell apart, and keep their « de ». */
const ELIDES = /^(?:[aeiouàâäéèêëîïôöùûüœæ]|h[eéèê]|y[^aeiouéè])/i;

export function de(name: string): string {
  return ELIDES.test(name) ? `d'${name}` : `de ${name}`;
}
