// Ties between a pupil and a relative: the old and the new codes, and which of them hold parental authority.

const OLD = ['1', '2', '3', '4', '5', '6', '7'];
const NEW = ['10', '20', '37', '38', '39', '41', '42', '43', '50', '51', '70', '90'];

export type LinkMeaning = 'legal' | 'none' | 'self' | 'unknown';

/**
 * What a link of ENTElevePersRelEleve means. `2` is a second legal representative in the old codes,
 * and no more than a person in charge in the new ones. Paying, being called or being paid never counts.
 */
export function meaningOf(type: string, legal: string): LinkMeaning {
  const old = OLD.includes(type);
  if (!old && !NEW.includes(type)) return 'unknown';
  if (type === '7' || type === '70') return 'self';
  return legal === '1' || (legal === '2' && old) ? 'legal' : 'none';
}
