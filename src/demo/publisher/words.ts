// The publisher's own words for what it may receive, and for what it does not.

/** What each attribute is, as a publisher would explain it to its visitors. */
export const attributes: Readonly<Record<string, string>> = {
  IDO: 'votre pseudonyme : toujours le même ici, un autre chez chaque éditeur',
  UAI: 'le code de l’établissement d’où vous avez cliqué',
  PRO: 'votre profil',
  PRE: 'votre prénom',
  NOM: 'votre nom de famille',
  CIV: 'votre civilité',
  P_MEL: 'votre adresse électronique professionnelle',
  P_MAT: 'vos matières',
  DIV: 'vos classes, code et libellé',
  divisions: 'les mêmes classes, en deux champs',
  GRO: 'vos groupes, code et libellé',
  teaching_groups: 'les mêmes groupes, en deux champs',
  subjects: 'les mêmes matières, en deux champs',
  P_MS4: 'votre niveau, par son code national',
};

/** What a publisher could wish to know, and the attribute that would say it; none where nothing says it, ever. */
export const wished: readonly (readonly [what: string, attribute?: string])[] = [
  ['votre prénom', 'PRE'],
  ['votre nom de famille', 'NOM'],
  ['votre classe', 'DIV'],
  ['vos groupes', 'GRO'],
  ['votre niveau', 'P_MS4'],
  ['votre adresse électronique', 'P_MEL'],
  ['votre date de naissance'],
  ['vos parents'],
  ['vos autres établissements'],
  ['les autres élèves de votre classe'],
];
