// What a publisher receives, in the words of whom it is about: a sentence for each attribute.
import type { Locale } from '../http/locale.ts';
import { wordsOf } from '../http/pages.ts';
import type { AttributeName } from '../resources/attributes.ts';
import { type Resource, releasable } from '../resources/registry.ts';

/** The sentences of attributes; `schools` says whether the school of the click is told alone, or all of them. */
export function sentencesOf(
  names: readonly AttributeName[],
  { schools, locale }: { readonly schools: Resource['schools']; readonly locale: Locale },
): string[] {
  const { attributes, pages } = wordsOf(locale);
  const several = pages.launching.severalSchools;
  return names.map((name) => (name === 'UAI' && schools === 'all' ? several : attributes[name]));
}

/** The sentences of what a resource would be sent now. */
export function receivedBy(resource: Resource, locale: Locale): string[] {
  return sentencesOf(releasable(resource), { schools: resource.schools, locale });
}
