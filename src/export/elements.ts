// The elements of the national GAR's files: their order, how often a value may stand, and how long it may be.

/** The files of an export, in the order of an archive. */
export const kinds = ['Etab', 'Eleve', 'Enseignant', 'Groupe', 'RespAff'] as const;

export type Kind = (typeof kinds)[number];

export type Degree = 1 | 2;

/** What an element holds: text, or elements of its own. Absent is absent: an empty element is never written. */
export interface Values {
  readonly [field: string]: string | readonly string[] | readonly Values[] | undefined;
}

export interface Field {
  readonly name: string;
  /** How often it may stand. */
  readonly card: '1' | '0..1' | '0..n' | '1..n';
  /** How many characters its text may have. */
  readonly max?: number;
  /** What stands in it instead of text. */
  readonly inside?: readonly Field[];
  /** The degrees whose files know it, when not both. */
  readonly degrees?: readonly Degree[];
  /** Whether the nodes of one person at several schools give their values together; the first says it otherwise. */
  readonly gathers?: true;
}

export interface Element {
  readonly name: ElementName;
  readonly kind: Kind;
  readonly degrees: readonly Degree[];
  readonly fields: readonly Field[];
  /** The fields by which two are the same one, which no file may hold twice. */
  readonly key: readonly string[];
}

const both = [1, 2] as const;
const first = [1] as const;
const second = [2] as const;

const UAI: Field = { name: 'GARStructureUAI', card: '1', max: 45 };
const PERSON: Field = { name: 'GARPersonIdentifiant', card: '1', max: 64 };
const NAMES: readonly Field[] = [
  { name: 'GARPersonNom', card: '1', max: 500 },
  { name: 'GARPersonPrenom', card: '1', max: 500 },
];
const GROUP: Field = { name: 'GARGroupeCode', card: '1', max: 255 };
const SUBJECT: Field = { name: 'GARMatiereCode', card: '1', max: 255 };
const LEVEL: Field = { name: 'GARMEFCode', card: '1', max: 255 };
const ETAB: Field = { name: 'GARPersonEtab', card: '1..n', max: 45, gathers: true };

const CIVILITY: Field = { name: 'GARPersonCivilite', card: '0..1', max: 30 };
const STAT: Field = { name: 'GARMEFSTAT4Code', card: '1', max: 4 };

/** Of a person we say who they are, where, and as what: birth dates, birth names stay here. */
const WHO: readonly Field[] = [
  PERSON,
  {
    name: 'GARPersonProfils',
    card: '1..n',
    gathers: true,
    inside: [UAI, { name: 'GARPersonProfil', card: '1', max: 31 }],
  },
  ...NAMES,
  { name: 'GARPersonAutresPrenoms', card: '1..n', max: 500 },
];

/**
 * Every element that we write, in the order in which its file holds them. What is optional there and not kept by the
 * directory has no line here: courses and civilities of pupils, disciplines of posts, contracts of schools.
 */
export const elements = [
  {
    name: 'GAREtab',
    kind: 'Etab',
    degrees: both,
    fields: [UAI, { name: 'GARStructureNomCourant', card: '1', max: 500 }],
    key: ['GARStructureUAI'],
  },
  {
    name: 'GARMEF',
    kind: 'Etab',
    degrees: second,
    fields: [
      UAI,
      LEVEL,
      { name: 'GARMEFLibelle', card: '1', max: 255 },
      { name: 'GARMEFSTAT11', card: '0..1', max: 255 },
    ],
    key: ['GARStructureUAI', 'GARMEFCode'],
  },
  {
    name: 'GARMatiere',
    kind: 'Etab',
    degrees: second,
    fields: [UAI, SUBJECT, { name: 'GARMatiereLibelle', card: '1', max: 255 }],
    key: ['GARStructureUAI', 'GARMatiereCode'],
  },
  { name: 'GAREleve', kind: 'Eleve', degrees: both, fields: [...WHO, ETAB], key: ['GARPersonIdentifiant'] },
  {
    name: 'GARPersonMEF',
    kind: 'Eleve',
    degrees: second,
    fields: [UAI, PERSON, LEVEL],
    key: ['GARStructureUAI', 'GARPersonIdentifiant', 'GARMEFCode'],
  },
  {
    name: 'GARPersonMEFSTAT4',
    kind: 'Eleve',
    degrees: first,
    fields: [UAI, PERSON, STAT],
    key: ['GARStructureUAI', 'GARPersonIdentifiant', 'GARMEFSTAT4Code'],
  },
  {
    name: 'GAREnseignant',
    kind: 'Enseignant',
    degrees: both,
    fields: [...WHO, CIVILITY, ETAB, { name: 'GARPersonMail', card: '0..n', max: 255, degrees: second }],
    key: ['GARPersonIdentifiant'],
  },
  {
    name: 'GARGroupe',
    kind: 'Groupe',
    degrees: both,
    fields: [
      GROUP,
      UAI,
      { name: 'GARGroupeLibelle', card: '1', max: 255 },
      { name: 'GARGroupeStatut', card: '1', max: 31 },
      { name: 'GARGroupeDivAppartenance', card: '0..n', max: 255 },
    ],
    key: ['GARGroupeCode', 'GARStructureUAI'],
  },
  {
    name: 'GARPersonGroupe',
    kind: 'Groupe',
    degrees: both,
    fields: [UAI, PERSON, GROUP],
    key: ['GARStructureUAI', 'GARPersonIdentifiant', 'GARGroupeCode'],
  },
  {
    name: 'GAREnsGroupeMatiere',
    kind: 'Groupe',
    degrees: second,
    fields: [UAI, PERSON, GROUP, { ...SUBJECT, card: '1..n' }],
    key: ['GARStructureUAI', 'GARPersonIdentifiant', 'GARGroupeCode'],
  },
  {
    name: 'GAREnsClasseMatiere',
    kind: 'Groupe',
    degrees: second,
    fields: [UAI, PERSON, GROUP, { ...SUBJECT, card: '1..n' }],
    key: ['GARStructureUAI', 'GARPersonIdentifiant', 'GARGroupeCode'],
  },
  {
    name: 'GARRespAff',
    kind: 'RespAff',
    degrees: both,
    fields: [
      PERSON,
      ...NAMES,
      CIVILITY,
      { name: 'GARPersonMail', card: '1..n', max: 255 },
      { name: 'GARRespAffEtab', card: '1..n', max: 45, gathers: true },
    ],
    key: ['GARPersonIdentifiant'],
  },
] as const satisfies readonly (Omit<Element, 'name'> & { name: string })[];

export type ElementName = (typeof elements)[number]['name'];

const byName = new Map<string, Element>(elements.map((element) => [element.name, element]));

export function elementNamed(name: ElementName): Element {
  return byName.get(name)!;
}

/** One element of a file, as one school gives it. */
export interface Node {
  readonly element: ElementName;
  readonly school: string;
  readonly values: Values;
}

/** What makes two nodes of one element the same one. */
export function keyOf({ element, values }: Pick<Node, 'element' | 'values'>): string {
  return JSON.stringify(elementNamed(element).key.map((field) => values[field]));
}

/** One node out of those that several schools give of one person. */
export function together(element: ElementName, given: readonly Values[]): Values {
  const [first = {}] = given;
  const gathered = elementNamed(element).fields.filter(({ gathers }) => gathers);
  return {
    ...first,
    ...Object.fromEntries(
      gathered.map(({ name }) => [name, given.flatMap((one) => (one[name] ?? []) as readonly Values[])]),
    ),
  };
}
