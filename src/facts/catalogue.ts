// The catalogue of relations: everything that can decide a right, with the types of its two ends.

/** What a fact can be about. */
export type EntityType = 'person' | 'school' | 'class' | 'group' | 'logbook';

/** Where a fact can come from: the state's exports, a local act, a module, or a computation over other facts. */
export type Source = 'aaf1d' | 'aaf2d' | 'local' | 'module' | 'derived';

export interface RelationEntry {
  readonly subject: EntityType;
  readonly object: readonly EntityType[];
  readonly sources: readonly Source[];
  /** The French sentence between the two ends. */
  readonly french: string;
}

const state = ['aaf1d', 'aaf2d'] as const;

/** One line per relation. `properties` of a fact are part of its identity. */
export const catalogue = {
  // pupils
  attends: { subject: 'person', object: ['school'], sources: state, french: 'est élève de' },
  enrolled: { subject: 'person', object: ['class', 'group'], sources: state, french: 'est inscrit en' },
  // families: legal representatives only, kept with the child's school
  guards: { subject: 'person', object: ['person'], sources: state, french: 'est responsable légal de' },
  // staff; properties: { function }, a key of `functions`
  post: { subject: 'person', object: ['school'], sources: [...state, 'local'], french: 'exerce à' },
  // properties: { subject? }, the code of a subject
  teaches: { subject: 'person', object: ['class', 'group'], sources: [...state, 'local'], french: 'enseigne à' },
  leads: { subject: 'person', object: ['class'], sources: [...state, 'local'], french: 'est professeur principal de' },
  heads: { subject: 'person', object: ['school'], sources: ['aaf2d'], french: 'dirige' },
  deputises: { subject: 'person', object: ['school'], sources: ['aaf2d'], french: 'est adjoint à la direction de' },
  // first degree, only where a decision is on record; properties: { decision }
  directs: {
    subject: 'person',
    object: ['school'],
    sources: ['local'],
    french: 'lit tous les cahiers, par décision, à',
  },
  // logbooks
  ofSchool: { subject: 'logbook', object: ['school'], sources: ['derived', 'module'], french: 'est tenu à' },
  audience: { subject: 'logbook', object: ['class', 'group'], sources: ['derived', 'module'], french: 'est destiné à' },
  owns: { subject: 'person', object: ['logbook'], sources: ['derived', 'module'], french: 'tient' },
} as const satisfies Record<string, RelationEntry>;

export type Relation = keyof typeof catalogue;

/** The functions a post may hold. A school director of the first degree is a teacher who also holds `direction`. */
export const functions = [
  'teacher',
  'direction',
  'head',
  'deputy',
  'librarian',
  'school_life',
  'administrative',
  'inspector',
  'collectivity',
] as const;

export type SchoolFunction = (typeof functions)[number];
