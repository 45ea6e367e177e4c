// The people and schools that are in every sample feed, under fixed ids: what a demonstration and tests can name.
import { uaiOf } from '../uai.ts';

/** The academy when none is asked for: a code that no real academy has. */
export const SAMPLE_ACADEMY = '099';

/** The day of the export when none is asked for, YYYYMMDD. */
export const SAMPLE_DATE = '20260901';

/** The three schools of the cast: `id` is their key inside the export. */
export const sampleSchools = {
  college: { id: '501', uai: uaiOf('0990001'), name: 'Les Tilleuls', kind: 'COLLEGE', degree: 2 },
  lycee: { id: '502', uai: uaiOf('0990002'), name: 'Albert Camus', kind: 'LYCEE', degree: 2 },
  ecole: { id: '503', uai: uaiOf('0990003'), name: 'Jules Verne', kind: 'ECOLE', degree: 1 },
} as const;

export type SampleSchoolName = keyof typeof sampleSchools;

/** Subjects, by their code in the export. */
export const sampleSubjects = {
  french: { code: '020700', label: 'FRANÇAIS' },
  latin: { code: '020400', label: 'LATIN' },
  philosophy: { code: '013000', label: 'PHILOSOPHIE' },
  english: { code: '030201', label: 'ANGLAIS LV1' },
  spanish: { code: '030602', label: 'ESPAGNOL LV2' },
  history: { code: '040100', label: 'HISTOIRE-GÉOGRAPHIE' },
  maths: { code: '061300', label: 'MATHÉMATIQUES' },
  physics: { code: '062300', label: 'PHYSIQUE-CHIMIE' },
  biology: { code: '062900', label: 'SCIENCES DE LA VIE & DE LA TERRE' },
  sport: { code: '100100', label: 'ÉDUCATION PHYSIQUE ET SPORTIVE' },
  arts: { code: '090100', label: 'ARTS PLASTIQUES' },
  technology: { code: '070100', label: 'TECHNOLOGIE' },
} as const;

export type SampleSubject = keyof typeof sampleSubjects;

/** Classes and the group of the cast's schools. A class of the first degree has an id of its own. */
export const sampleAudiences = {
  sixiemeA: { school: 'college', kind: 'class', code: '6A', label: '6EME A' },
  sixiemeB: { school: 'college', kind: 'class', code: '6B', label: '6EME B' },
  cinquiemeC: { school: 'college', kind: 'class', code: '5C', label: '5EME C' },
  latinists: { school: 'college', kind: 'group', code: '6LAT', label: '6EME LATIN' },
  terminale: { school: 'lycee', kind: 'class', code: 'T1', label: 'TERMINALE 1' },
  seconde: { school: 'lycee', kind: 'class', code: '2GT1', label: 'SECONDE 1' },
  cm2: { school: 'ecole', kind: 'class', code: '80001', label: 'CM2' },
  ce1: { school: 'ecole', kind: 'class', code: '80002', label: 'CE1' },
  cp: { school: 'ecole', kind: 'class', code: '80003', label: 'CP' },
} as const satisfies Record<string, { school: SampleSchoolName; kind: 'class' | 'group'; code: string; label: string }>;

export type SampleAudienceName = keyof typeof sampleAudiences;

export interface CastMember {
  /** The id in the export, the same in both degrees. */
  readonly id: string;
  readonly givenName: string;
  readonly familyName: string;
  /** YYYY-MM-DD; pupils are aged for the school year that begins in 2026. */
  readonly birthDate?: string;
  readonly is: string;
}

/** Everyone who has a name of their own. */
export const sampleCast = {
  // collège Les Tilleuls: staff
  helene: person('51001', 'Hélène', 'Marchand', 'principale du collège', '1971-03-12'),
  david: person('51002', 'David', 'Roux', 'principal adjoint du collège', '1978-10-02'),
  berthe: person('51003', 'Berthe', 'Colin', 'adjointe gestionnaire du collège', '1969-01-25'),
  tom: person('51004', 'Tom', 'Garnier', 'professeur de mathématiques, 6A et groupe 6LAT', '1985-06-30'),
  tania: person('51005', 'Tania', 'Lopez', 'professeure de français de 6A, professeure principale', '1990-04-18'),
  theo: person('51006', 'Théo', 'Blanc', 'professeur de latin du groupe 6LAT, et au lycée en T1', '1982-12-05'),
  olga: person('51007', 'Olga', 'Kowalczyk', 'professeure de mathématiques de 5C', '1993-08-21'),
  carla: person('51008', 'Carla', 'Simon', 'CPE du collège', '1987-02-14'),
  diane: person('51009', 'Diane', 'Faure', 'professeure documentaliste du collège', '1980-09-09'),
  sylvie: person('51010', 'Sylvie', 'Morel', 'secrétaire du collège', '1975-05-03'),
  remi: person('51011', 'Rémi', 'Okafor', 'professeur remplaçant, français en 6B', '1995-11-11'),
  samir: person('51012', 'Samir', 'Haddad', 'assistant d’éducation du collège', '2001-07-07'),
  // lycée Albert Camus: staff
  henri: person('51201', 'Henri', 'Vidal', 'proviseur du lycée', '1966-04-01'),
  lise: person('51202', 'Lise', 'Noël', 'professeure de philosophie de T1', '1984-12-24'),
  quentin: person('51203', 'Quentin', 'Nguyen', 'professeur d’anglais de 2GT1', '1991-03-03'),
  // école Jules Verne: staff
  denise: person('51101', 'Denise', 'Caron', 'directrice de l’école, professeure des écoles', '1976-06-15'),
  marc: person('51102', 'Marc', 'Leroy', 'professeur des écoles', '1988-01-19'),
  fatou: person('51103', 'Fatou', 'Traoré', 'professeure des écoles', '1994-10-10'),
  // pupils
  paul: person('52001', 'Paul', 'Bernard', 'élève de 6A et du groupe 6LAT', '2015-03-08'),
  ines: person('52002', 'Inès', 'Amrani', 'élève de 6A, sans groupe', '2015-07-22'),
  lucas: person(
    '52003',
    'Lucas',
    'Meyer',
    'élève de 6B et du groupe 6LAT, confié à l’aide sociale à l’enfance',
    '2015-01-30',
  ),
  zoe: person('52004', 'Zoé', 'Perrin', 'élève de 5C', '2014-09-17'),
  awa: person('52005', 'Awa', "N'Diaye", 'élève de 6B', '2015-05-05'),
  hugo: person('52006', 'Hugo', 'Da Silva', 'élève de 5C, sans responsable dans l’export', '2014-04-04'),
  maya: person('52007', 'Maya', 'Cohen', 'élève de 5C, liens de parenté de l’ancienne nomenclature', '2014-12-12'),
  nora: person('52008', 'Nora', 'Benali', 'élève qui entrera en 6B dix jours après l’export', '2015-08-08'),
  gabin: person('52009', 'Gabin', 'Texier', 'élève sorti de 5C cinq jours avant l’export', '2014-02-02'),
  lea: person('52101', 'Léa', 'Bernard', 'élève de CM2, sœur de Paul', '2016-06-01'),
  kenza: person('52102', 'Kenza', 'Amrani', 'élève de CE1, sœur d’Inès', '2019-02-27'),
  noe: person('52201', 'Noé', 'Bernard', 'élève de T1, frère de Paul', '2009-11-29'),
  adam: person('52202', 'Adam', 'Lefèvre', 'élève majeur de T1, son propre responsable', '2008-01-02'),
  // families
  paula: person('53001', 'Paula', 'Bernard', 'mère de Paul, Léa et Noé'),
  pierre: person('53002', 'Pierre', 'Girard', 'père de Paul, séparé de sa mère'),
  ali: person('53003', 'Ali', 'Amrani', 'père d’Inès et de Kenza'),
  gina: person('53004', 'Gina', 'Bernard', 'grand-mère de Paul, personne à contacter, sans autorité'),
  guardianship: person('53005', 'Service', "Aide Sociale à l'Enfance", 'représentant légal de Lucas'),
  flora: person('53006', 'Flora', 'Weber', 'assistante familiale de Lucas, sans autorité'),
  paulette: person('53007', 'Paulette', 'Perrin', 'mère de Zoé'),
  marius: person('53008', 'Marius', 'Petit', 'a Zoé en charge, sans autorité'),
  oumou: person('53009', 'Oumou', "N'Diaye", 'mère d’Awa'),
  ruth: person('53010', 'Ruth', 'Cohen', 'mère de Maya, deuxième représentante légale en ancienne nomenclature'),
  elie: person('53011', 'Élie', 'Cohen', 'père de Maya, premier représentant légal en ancienne nomenclature'),
  samia: person('53012', 'Samia', 'Benali', 'mère de Nora'),
  adamSelf: person('53013', 'Adam', 'Lefèvre', 'fiche de responsable d’Adam pour lui-même'),
  solene: person('53014', 'Solène', 'Texier', 'mère de Gabin'),
  bruno: person('53015', 'Bruno', 'Lefèvre', 'père d’Adam, majeur : plus d’autorité'),
  pierreAtEcole: person(
    '53016',
    'Pierre',
    'Girard',
    'père de Léa : la même personne que le père de Paul, sous une autre fiche',
  ),
} as const satisfies Record<string, CastMember>;

export type SampleCastName = keyof typeof sampleCast;

function person(id: string, givenName: string, familyName: string, is: string, birthDate?: string): CastMember {
  return birthDate === undefined ? { id, givenName, familyName, is } : { id, givenName, familyName, is, birthDate };
}
