// What a publisher receives, in French: one sentence per attribute.
import type { AttributeName } from '../../../src/resources/attributes.ts';

export const attributes: Record<AttributeName, string> = {
  IDO: 'un identifiant qui ne dit pas qui vous êtes, et que cet éditeur est seul à recevoir',
  UAI: "l'établissement depuis lequel vous ouvrez la ressource",
  PRO: 'votre profil : élève, enseignant, professeur documentaliste ou autre personnel',
  PRE: 'votre prénom',
  NOM: 'votre nom de famille',
  CIV: 'votre civilité, si vous faites partie du personnel',
  P_MEL: 'votre adresse électronique professionnelle, si vous faites partie du personnel',
  P_MAT: 'les matières que vous enseignez dans cet établissement',
  DIV: 'vos classes dans cet établissement, ou celles où vous enseignez',
  GRO: 'vos groupes dans cet établissement, ou ceux où vous enseignez',
  P_MS4: 'votre niveau de formation, si vous êtes élève',
};
