// The catalogue of relations: everything that can decide a right, with the types of its two ends.

/** What a fact can be about. */
export type EntityType = 'person' | 'school' | 'class' | 'group' | 'logbook' | 'absence' | 'lesson' | 'offer';

/** Where a fact can come from: the state's exports, a local act, a module, or a computation over other facts. */
export type Source = 'aaf1d' | 'aaf2d' | 'local' | 'module' | 'derived';

export interface RelationEntry {
  readonly subject: EntityType;
  readonly object: readonly EntityType[];
  readonly sources: readonly Source[];
  /** The French sentence between the two ends. */
  readonly french: string;
  /** A condition of its subject, which is its object too: the sentence ends without it. */
  readonly reflexive?: true;
  /**
   * What the subject must be at the same school, one of these at least: a fact never outlasts them, and ends in the
   * change that ends the last of them. See standing.ts.
   */
  readonly standsOn?: readonly Place[];
}

/** What somebody is at a school. */
export interface Place {
  readonly relation: string;
  /** The function that a post must be of. */
  readonly function?: string;
  /** The audience for which it counts; for any when not said. */
  readonly audience?: string;
}

/** What makes somebody of an audience of resources (rights.md, table 3): not the office, nor the bursar, nor who comes from elsewhere. */
export const audiencePlaces = [
  { audience: 'pupil', relation: 'attends' },
  { audience: 'teacher', relation: 'post', function: 'teacher' },
  { audience: 'librarian', relation: 'post', function: 'librarian' },
  { audience: 'staff', relation: 'heads' },
  { audience: 'staff', relation: 'deputises' },
  { audience: 'staff', relation: 'post', function: 'head' },
  { audience: 'staff', relation: 'post', function: 'deputy' },
  { audience: 'staff', relation: 'post', function: 'direction' },
  { audience: 'staff', relation: 'post', function: 'school_life' },
  { audience: 'staff', relation: 'post', function: 'assistant' },
] as const satisfies readonly Place[];

/** The posts of those to whom a class may be given to follow, or its logbooks to read (rights.md, C7, C11). */
const schoolLifePosts = [
  { relation: 'post', function: 'school_life' },
  { relation: 'post', function: 'assistant' },
] as const satisfies readonly Place[];

/** The functions of those who may be named to give licences (rights.md, table 3, C32). */
export const assigningFunctions = ['teacher', 'direction', 'librarian', 'school_life', 'administrative'] as const;

const state = ['aaf1d', 'aaf2d'] as const;
const local = ['local'] as const;
const derived = ['derived'] as const;

/** One line per relation. `properties` of a fact are part of its identity. */
export const catalogue = {
  // pupils
  attends: { subject: 'person', object: ['school'], sources: state, french: 'est élève de' },
  enrolled: { subject: 'person', object: ['class', 'group'], sources: state, french: 'suit les cours de' },
  // families: legal representatives only, kept with the child's school
  guards: { subject: 'person', object: ['person'], sources: state, french: 'représente légalement' },
  // staff; properties: { function }, a key of `functions`
  post: { subject: 'person', object: ['school'], sources: [...state, 'local'], french: 'exerce à' },
  // properties: { subject? }, the code of a subject
  teaches: { subject: 'person', object: ['class', 'group'], sources: [...state, 'local'], french: 'enseigne à' },
  leads: {
    subject: 'person',
    object: ['class'],
    sources: [...state, 'local'],
    french: "coordonne l'équipe pédagogique de",
  },
  heads: { subject: 'person', object: ['school'], sources: ['aaf2d'], french: 'dirige' },
  deputises: { subject: 'person', object: ['school'], sources: ['aaf2d'], french: 'seconde la direction de' },
  // first degree, only where a decision is on record; properties: { decision }
  directs: { subject: 'person', object: ['school'], sources: local, french: 'lit tous les cahiers, par décision, à' },
  // a signature delegated by the head, or a recorded suppléance; properties: { act, decision }
  delegated: { subject: 'person', object: ['school'], sources: local, french: 'a reçu délégation de signature à' },
  secretary: { subject: 'person', object: ['school'], sources: local, french: 'tient le secrétariat de' },
  // those who look after the accounts of a school, and after the rights of its people; properties: { decision }
  administers: { subject: 'person', object: ['school'], sources: local, french: 'administre les comptes de' },
  protects: {
    subject: 'person',
    object: ['school'],
    sources: local,
    french: 'assure la protection des données de',
  },
  // school life: the classes one follows, and the head's opening of their logbooks
  inCharge: {
    subject: 'person',
    object: ['class', 'group'],
    sources: local,
    french: 'suit la vie scolaire de',
    standsOn: schoolLifePosts,
  },
  opened: {
    subject: 'person',
    object: ['class', 'group'],
    sources: local,
    french: 'lit, par décision de la direction, les cahiers de',
    standsOn: schoolLifePosts,
  },
  // inspectors: where they may ask, and what was approved; properties: { specialty }, the code of a subject, empty for all
  territory: { subject: 'person', object: ['school'], sources: local, french: 'inspecte dans le ressort de' },
  authority: { subject: 'person', object: ['school'], sources: local, french: 'approuve les inspections à' },
  inspects: { subject: 'person', object: ['logbook'], sources: local, french: 'peut inspecter' },
  // logbooks
  ofSchool: { subject: 'logbook', object: ['school'], sources: ['derived', 'module'], french: 'est tenu à' },
  audience: { subject: 'logbook', object: ['class', 'group'], sources: ['derived', 'module'], french: 'est destiné à' },
  owns: { subject: 'person', object: ['logbook'], sources: ['derived', 'module'], french: 'tient' },
  // once its year is over, as long as it is kept
  archivedAt: { subject: 'logbook', object: ['school'], sources: ['derived', 'module'], french: 'est archivé à' },
  authored: { subject: 'person', object: ['logbook'], sources: ['derived', 'module'], french: 'a tenu' },
  // opened by its owner and validated by the head
  granted: { subject: 'person', object: ['logbook'], sources: local, french: 'peut lire' },
  // on a written ask, for days: who may read a logbook, and nothing of it; properties: { decision }, the reference of the ask
  ticketed: {
    subject: 'person',
    object: ['logbook'],
    sources: local,
    french: 'voit, sur demande écrite, qui peut lire',
    standsOn: [{ relation: 'administers' }, { relation: 'protects' }, { relation: 'authority' }],
  },
  // properties: { replacing }, the key of the teacher who is replaced
  substitutes: { subject: 'person', object: ['logbook'], sources: local, french: 'assure le remplacement dans' },
  // what no right overrides, and what a decision on a judgment opens; properties: { decision, school } where it was recorded
  barred: { subject: 'person', object: ['person', 'logbook'], sources: local, french: 'ne peut rien lire de' },
  objected: { subject: 'person', object: ['person'], sources: local, french: "s'oppose à la lecture par" },
  admitted: { subject: 'person', object: ['person'], sources: local, french: 'lit, par décision, ce qui concerne' },
  // of age before eighteen; properties: { decision }
  emancipated: {
    subject: 'person',
    object: ['school'],
    sources: local,
    french: 'a reçu son émancipation, par décision, à',
  },
  // where families without a device of their own read the logbook; properties: { where }. It opens no right
  workstation: { subject: 'school', object: ['school'], sources: local, french: 'tient un poste à disposition à' },
  // an agreement in force lets its school exchange with the GAR (I13); properties: { agreement }
  connected: {
    subject: 'school',
    object: ['school'],
    sources: local,
    french: 'échange avec le GAR, par convention, à',
  },
  // an offer is one subscription at one school, or a free resource that it opened: what it takes for it to be launched
  // there. First of all that: the subscription runs, or the resource is free and open
  subscribed: {
    subject: 'offer',
    object: ['offer'],
    sources: derived,
    french: 'est sous abonnement ou gratuite',
    reflexive: true,
  },
  // the agreement of its school; properties: { agreement }
  agreed: { subject: 'offer', object: ['offer'], sources: derived, french: 'est sous convention', reflexive: true },
  // what its publisher asks to know was validated
  cleared: { subject: 'offer', object: ['offer'], sources: derived, french: 'est validée', reflexive: true },
  // to all of an audience, without a licence each; properties: { audience }, a key of `resourceAudiences`
  openTo: { subject: 'school', object: ['offer'], sources: derived, french: 'ouvre à tout un public' },
  // a licence, one person's, as what the person is there; properties: { audience }
  assigned: {
    subject: 'person',
    object: ['offer'],
    sources: derived,
    french: 'a une licence pour',
    standsOn: audiencePlaces,
  },
  // by the person's own act: not to be known to the publisher
  declines: {
    subject: 'person',
    object: ['offer'],
    sources: local,
    french: "ne veut pas se faire connaître de l'éditeur de",
  },
  // named by the head and accepted; properties: { decision }
  assigns: {
    subject: 'person',
    object: ['school'],
    sources: local,
    french: 'affecte les licences à',
    // of what table 3 opens it to: not an assistant's post, nor who comes from elsewhere
    standsOn: [
      ...assigningFunctions.map((one) => ({ relation: 'post', function: one })),
      { relation: 'heads' },
      { relation: 'deputises' },
      { relation: 'secretary' },
      { relation: 'administers' },
    ],
  },
  // absences of staff, which no module ever asks about; never a reason
  absenceOf: { subject: 'absence', object: ['person'], sources: local, french: "est l'absence de" },
  absenceAt: { subject: 'absence', object: ['school'], sources: local, french: 'a lieu à' },
  watched: { subject: 'absence', object: ['class', 'group'], sources: local, french: 'laisse sans cours' },
  covers: { subject: 'person', object: ['absence'], sources: local, french: 'remplace pendant' },
  inquires: { subject: 'person', object: ['absence'], sources: local, french: 'peut consulter' },
  // what families see instead: a lesson of their class, and whether it is held
  lessonAt: { subject: 'lesson', object: ['school'], sources: local, french: 'a lieu à' },
  lessonFor: { subject: 'lesson', object: ['class', 'group'], sources: local, french: 'est le cours de' },
} as const satisfies Record<string, RelationEntry>;

export type Relation = keyof typeof catalogue;

/** What somebody serves a school by, or the schools of a territory, whatever the directory calls what they do there. */
export const serving = [
  'post',
  'teaches',
  'leads',
  'heads',
  'deputises',
  'directs',
  'delegated',
  'secretary',
  'territory',
  'authority',
  'administers',
  'protects',
] as const satisfies readonly Relation[];

/** Whether a relation is a condition of its subject, and so leads nowhere else. */
export function isReflexive(relation: Relation): boolean {
  return 'reflexive' in catalogue[relation];
}

/** The functions a post may hold. `school_life` is a CPE; an `assistant` is an AED, an AESH, or other school life. A school director of the first degree is a teacher who also holds `direction`. */
export const functions = [
  'teacher',
  'direction',
  'head',
  'deputy',
  'librarian',
  'school_life',
  'assistant',
  'administrative',
  'inspector',
  'collectivity',
] as const;

export type SchoolFunction = (typeof functions)[number];
