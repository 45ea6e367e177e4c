// Natures of schools: the codes by which a subscription names all schools of a kind.

/** What `ENTStructureTypeStruct` says, without accents and capitals, and the codes (N_NATURE_UAI) that it can stand for. */
const natures: Readonly<Record<string, readonly string[]>> = {
  'ecole maternelle': ['101'],
  'ecole elementaire': ['151'],
  // the state's export says no more than that of some schools: whoever subscribes for either reaches them
  'ecole primaire': ['151'],
  ecole: ['151'],
  college: ['340'],
  lycee: ['300', '302', '306'],
  'lycee general et technologique': ['300'],
  'lycee general': ['302'],
  'lycee technologique': ['301'],
  'lycee polyvalent': ['306'],
  'lycee professionnel': ['320'],
  erea: ['370'],
};

/** What each code is called, as the list of schools says it. */
export const natureNames: Readonly<Record<string, string>> = {
  101: 'ECOLE MATERNELLE',
  151: 'ECOLE DE NIVEAU ELEMENTAIRE',
  300: 'LYCEE ENSEIGNT GENERAL ET TECHNOLOGIQUE',
  301: 'LYCEE D ENSEIGNEMENT TECHNOLOGIQUE',
  302: 'LYCEE D ENSEIGNEMENT GENERAL',
  306: 'LYCEE POLYVALENT',
  320: 'LYCEE PROFESSIONNEL',
  340: 'COLLEGE',
  370: 'ETABLISSEMENT REGIONAL D ENSEIGNT ADAPTE',
};

/** The codes of a school's kind; none when it is of no kind that a subscription can name. */
export function naturesOf({ kind }: { kind: string }): readonly string[] {
  const plain = kind
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')
    .trim();
  return Object.hasOwn(natures, plain) ? natures[plain]! : [];
}
