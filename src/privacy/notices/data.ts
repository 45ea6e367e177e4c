// What is held about persons: each attribute that is kept of a delivery, as the notice calls it.
import type { KeptAttribute, RecordKind } from '../../feed/aaf/attributes.ts';
import { keptAttributes } from '../../feed/aaf/attributes.ts';

/** Whom a record is about. */
export type Kind = Extract<RecordKind, 'pupil' | 'relative' | 'staff'>;

export const kinds = ['pupil', 'relative', 'staff'] as const satisfies readonly Kind[];

/** What the notice calls each attribute that is kept; `undefined` for what says nothing of a person. */
export const dataOf = {
  ENTPersonJointure: 'number',
  ENTStructureJointure: undefined,
  ENTMatJointure: undefined,
  ENTMefJointure: undefined,
  sn: 'name',
  givenName: 'name',
  ENTPersonNom: 'name',
  ENTPersonPrenom: 'name',
  ENTPersonDateNaissance: 'birthDate',
  mail: 'email',
  ENTPersonMail: 'email',
  personalTitle: 'civility',
  ENTPersonCivilite: 'civility',
  ENTStructureUAI: undefined,
  ENTStructureSIREN: undefined,
  ENTStructureNomCourant: undefined,
  ENTStructureTypeStruct: undefined,
  ENTServAcCodeAcademie: undefined,
  ENTStructureClasses: undefined,
  ENTStructureGroupes: undefined,
  ENTLibelleMatiere: undefined,
  ENTMEFSTAT11: undefined,
  ENTPersonStructRattach: 'school',
  ENTEleveClasses: 'classes',
  ENTEleveGroupes: 'classes',
  ENTPersonClasses: 'classes',
  ENTPersonGroupes: 'classes',
  ENTEleveDateEntreeClasses: 'dates',
  ENTEleveDateSortieClasses: 'dates',
  ENTEleveDateEntreeGroupes: 'dates',
  ENTEleveDateSortieGroupes: 'dates',
  ENTEleveDateEntreeStructRattach: 'dates',
  ENTEleveDateSortieStructRattach: 'dates',
  ENTElevePersRelEleve: 'family',
  ENTEleveAutoriteParentale: 'family',
  ENTEleveMEF: 'level',
  ENTEleveLibelleMEF: 'level',
  ENTEleveNiveau: 'level',
  ENTPersonFonctions: 'functions',
  ENTPersonCategorieEnseignant: 'functions',
  ENTEnsFonctionDir: 'functions',
  ENTAuxEnsClassesMatieres: 'teaching',
  ENTAuxEnsGroupesMatieres: 'teaching',
  ENTAuxEnsClassesPrincipal: 'teaching',
} as const satisfies Record<KeptAttribute, string | undefined>;

/** What is held, as the notice calls it. */
export type Datum = Exclude<(typeof dataOf)[KeptAttribute], undefined> | 'children';

/** What is held about each kind of person, in the order of the attributes. What a pupil's record says of its family is held of the family too. */
export function dataHeld(): Record<Kind, Datum[]> {
  const held = (kind: Kind): Datum[] => {
    const named = (Object.entries(keptAttributes) as [KeptAttribute, readonly RecordKind[]][])
      .filter(([, kept]) => kept.includes(kind))
      .flatMap(([attribute]) => dataOf[attribute] ?? []);
    return [...new Set<Datum>(named)];
  };
  const pupil = held('pupil');
  const relative = held('relative');
  return { pupil, relative: pupil.includes('family') ? [...relative, 'children'] : relative, staff: held('staff') };
}
