// The module's own words for Préau's rules: why you, rather than who in general. An unknown rule keeps Préau's sentence.
import type { ReadableLogbook } from './rights.ts';

type Of = Pick<ReadableLogbook, 'rule' | 'audience_kind'>;

const words: Readonly<Record<string, (audience: string) => string>> = {
  owner: () => 'vous tenez ce cahier',
  team: (audience) => `vous êtes de l’équipe ${audience}`,
  colleague: () => 'votre collègue vous l’a ouvert, et la direction l’a validé',
  substitute: () => 'vous remplacez la personne qui le tient',
  inspector: () => 'votre demande d’inspection a été approuvée',
  head: () => 'vous dirigez l’établissement',
  deputy: () => 'vous secondez le chef d’établissement',
  direction: () => 'vous dirigez l’école, et une décision le prévoit',
  pupil: (audience) => `vous êtes élève ${audience}`,
  guardian: (audience) => `vous êtes responsable légal d’un élève ${audience}`,
};

/** What follows « parce que », without a full stop; nothing for a rule that is not known here. */
export function because({ rule, audience_kind }: Of): string | undefined {
  return words[rule]?.(audience_kind === 'class' ? 'de la classe' : 'du groupe');
}

/** The same as a sentence. */
export function sentence(of: Of): string | undefined {
  const reason = because(of);
  return reason && `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}
