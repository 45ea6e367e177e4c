// What a publisher receives, in English: one sentence per attribute.
import type { AttributeName } from '../../../src/resources/attributes.ts';

export const attributes: Record<AttributeName, string> = {
  IDO: 'an identifier that does not say who you are, and that this publisher alone receives',
  UAI: 'the school from which you open the resource',
  PRO: 'your profile: pupil, teacher, librarian or other staff',
  PRE: 'your first name',
  NOM: 'your family name',
  CIV: 'your title (M. or Mme), if you are staff',
  P_MEL: 'your e-mail address at work, if you belong to the staff',
  P_MAT: 'the subjects that you teach at this school',
  DIV: 'your classes at this school, or those where you teach',
  GRO: 'your groups at this school, or those where you teach',
  P_MS4: 'your level of education, if you are a pupil',
};
