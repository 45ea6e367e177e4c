// Natures of schools: the codes by which a subscription names all schools of a kind.

/** What `ENTStructureTypeStruct` says, without accents and capitals, and the codes (N_NATURE_UAI) that it can stand for. */
const natures: Readonly<Record<string, readonly string[]>> = {
  'ecole maternelle': ['101'],
  'ecole elementaire': ['151'],
  // of both levels, it is of the elementary nature: whoever subscribes for the `maternelles` does not reach it
  'ecole primaire': ['151'],
  ecole: ['151'],
  college: ['340'],
  // the state's export says no more than that of some schools: whoever subscribes for any of these reaches them
  lycee: ['300', '302', '306'],
  'lycee general et technologique': ['300'],
  'lycee general': ['302'],
  'lycee technologique': ['301'],
  'lycee polyvalent': ['306'],
  'lycee professionnel': ['320'],
  erea: ['370'],
};

interface Nature {
  readonly name: string;
  /** The type of the list of schools, and what it is called. */
  readonly type: readonly [code: string, name: string];
}

const [schools, colleges, lycees] = [
  ['1ORD', 'Ecoles du premier degré ordinaires'],
  ['CLG', 'Collèges'],
  ['LYC', 'Lycées'],
] as const;

/** What each code is called in the list of schools. */
export const natureNames: Readonly<Record<string, Nature>> = {
  101: { name: 'Ecole maternelle', type: schools },
  151: { name: 'Ecole élémentaire', type: schools },
  300: { name: "Lycée d'enseignement général et technologique", type: lycees },
  301: { name: "Lycée d'enseignement technologique", type: lycees },
  302: { name: "Lycée d'enseignement général", type: lycees },
  306: { name: 'Lycée polyvalent', type: lycees },
  320: { name: 'Lycée professionnel', type: ['LP', 'Lycées professionnels'] },
  340: { name: 'Collège', type: colleges },
  370: {
    name: "Etablissement régional d'enseignement adapté",
    type: ['EREA', "Etablissements régionaux d'enseignement adapté"],
  },
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
