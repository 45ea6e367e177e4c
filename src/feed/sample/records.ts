// The records of the sample, in the words of either degree: attributes as real exports carry them, wanted or not.
import { sampleSubjects } from './cast.ts';
import { civilityOf } from './dice.ts';
import type { SamplePupil, SampleRelative, SampleSchool, SampleService, SampleStaff } from './model.ts';

/** An attribute and its values; one that is blank has the value ''. */
export type SampleAttribute = readonly [name: string, ...values: string[]];

export interface SampleRecord {
  readonly id: string;
  readonly attributes: readonly SampleAttribute[];
}

export interface SampleContext {
  /** Three digits. */
  readonly academy: string;
}

export function schoolRecord(school: SampleSchool, { academy }: SampleContext): SampleRecord {
  const shared: SampleAttribute[] = [
    ['ENTStructureJointure', school.id],
    ['ENTStructureUAI', school.uai],
    ['ENTStructureSIREN', `1900${school.uai.slice(0, 7)}000`.slice(0, 14)],
    ['ENTServAcAcademie', 'ACADEMIE INVENTEE'],
    ['ENTServAcCodeAcademie', academy],
  ];
  if (school.degree === 1)
    return {
      id: school.id,
      attributes: [
        ...shared,
        ['ENTStructureNomCourant', `ECOLE ELEMENTAIRE$${school.name}$ac-inventee`],
        ['ENTStructureTypeStruct', 'ECOLE ELEMENTAIRE'],
        ['ENTEcoleContrat', 'PU'],
        ['ENTStructureAdresse', '1 rue de la Paix'],
        ['ENTStructureCodePostal', '99000'],
        ['ENTStructureVille', 'VILLE-INVENTEE'],
        ['ENTStructureTelephone', '+33 1 99 00 00 00'],
        ['ENTEcoleCirconscription', '7001'],
      ],
    };
  const classes = school.classes.map(({ code, label }) => `${code}$${label}$10010012110`);
  return {
    id: school.id,
    attributes: [
      ...shared,
      ['ENTStructureNomCourant', `${school.kind}$${school.name}$ac-inventee`],
      ['ENTStructureTypeStruct', school.kind],
      ['ENTEtablissementContrat', 'PU'],
      ['street', '1 rue de la Paix'],
      ['postalCode', '99000'],
      ['l', 'VILLE-INVENTEE'],
      ['telephoneNumber', '+33 1 99 00 00 00'],
      // the first class stands twice, as it does in real exports
      ['ENTStructureClasses', ...classes, ...classes.slice(0, 1)],
      ['ENTStructureGroupes', ...school.groups.map((one) => [one.code, one.label, ...one.classes].join('$'))],
    ],
  };
}

export function pupilRecord(pupil: SamplePupil, school: SampleSchool): SampleRecord {
  return { id: pupil.id, attributes: school.degree === 1 ? pupil1(pupil, school) : pupil2(pupil, school) };
}

function pupil2(pupil: SamplePupil, school: SampleSchool): SampleAttribute[] {
  return [
    ['ENTPersonJointure', pupil.id],
    ['ENTEleveINE', `1${pupil.id.padStart(8, '0')}ZZ`],
    ['ENTEleveStructRattachId', pupil.id],
    ['ENTPersonDateNaissance', day(pupil.birthDate)],
    ['sn', pupil.familyName],
    ['givenName', pupil.givenName],
    ['personalTitle', 'M.'],
    ['ENTPersonStructRattach', school.id],
    ['ENTEleveClasses', ...pupil.classes.map((code) => `${school.id}$${code}`)],
    ['ENTEleveGroupes', ...pupil.groups.map((code) => `${school.id}$${code}`)],
    ['ENTEleveDateEntreeStructRattach', day(pupil.entered)],
    ['ENTEleveDateEntreeClasses', ...pupil.classes.map((code) => `${school.id}$${day(pupil.entered)}$${code}`)],
    ...(pupil.left === undefined
      ? []
      : ([
          ['ENTEleveDateSortieStructRattach', day(pupil.left)],
          [
            'ENTEleveDateSortieClasses',
            ...pupil.classes.map((code) => `${school.id}$${day(pupil.left ?? '')}$${code}`),
          ],
        ] satisfies SampleAttribute[])),
    ['ENTEleveMEF', levelOf(pupil).code],
    ['ENTEleveLibelleMEF', levelOf(pupil).label],
    ['ENTEleveStatutEleve', 'SCOLAIRE'],
    ['ENTEleveBoursier', 'N'],
    ['ENTEleveRegime', 'DEMI-PENSIONNAIRE'],
    ['ENTEleveTransport', 'O'],
    ['ENTEleveAdresse', '12 rue du Secret$$$'],
    ['ENTEleveCodePostal', '99000'],
    ['homePhone', '+33 1 99 11 11 11'],
    ['mail', ''],
    ['ENTElevePersRelEleve', ...pupil.links.map(({ relative, type, legal }) => `${relative}$${type}$1$${legal}$1$0`)],
  ];
}

/** Lycées and collèges name a class by its level first. */
function levelOf({ classes }: SamplePupil): (typeof sampleLevels)[number] {
  const [first = ''] = classes;
  return sampleLevels.find(({ classes: begin }) => first.startsWith(begin)) ?? sampleLevels[0];
}

function pupil1(pupil: SamplePupil, school: SampleSchool): SampleAttribute[] {
  const label = (code: string) => school.classes.find((one) => one.code === code)?.label ?? code;
  return [
    ['ENTPersonJointure', pupil.id],
    ['ENTEleveINE', `1${pupil.id.padStart(8, '0')}ZZ`],
    ['ENTPersonDateNaissance', day(pupil.birthDate)],
    ['ENTPersonNom', pupil.familyName],
    ['ENTPersonPrenom', pupil.givenName],
    ['ENTPersonCivilite', 'M.'],
    ['ENTPersonStructRattach', school.id],
    ['ENTPersonClasses', ...pupil.classes.map((code) => `${school.id}$$$${code}$${label(code)}`)],
    ['ENTEleveNiveau', pupil.level],
    ['ENTEleveDateEntreeStructRattach', day(pupil.entered)],
    ['ENTEleveCantine', 'O'],
    ['ENTEleveGarderieMatin', 'N'],
    // the first degree names holders of parental authority only, and says nothing else of them
    ['ENTEleveAutoriteParentale', ...pupil.links.filter(isHolder).map(({ relative, type }) => `${relative}$${type}`)],
  ];
}

function isHolder({ type, legal }: { type: string; legal: string }): boolean {
  return legal === '1' || (legal === '2' && type.length === 1);
}

export function relativeRecord(relative: SampleRelative, degree: 1 | 2): SampleRecord {
  const { id, familyName, givenName, email = '' } = relative;
  const attributes: SampleAttribute[] =
    degree === 1
      ? [
          ['ENTPersonJointure', id],
          ['ENTPersonNom', familyName],
          ['ENTPersonPrenom', givenName],
          ['ENTPersonCivilite', ''],
          ['ENTPersonMail', email],
          ['ENTPersonTelPerso', '+33 6 99 22 22 22'],
        ]
      : [
          ['ENTPersonJointure', id],
          ['ENTPersonDateNaissance', ''],
          ['sn', familyName],
          ['givenName', givenName],
          ['personalTitle', ''],
          ['mail', email],
          ['mobile', '+33 6 99 22 22 22'],
          ['ENTPersonAdresse', '12 rue du Secret$$$'],
          ['ENTPersonAdresseDiffusion', 'N'],
        ];
  return { id, attributes };
}

export function staffRecord(staff: SampleStaff, degree: 1 | 2): SampleRecord {
  const posts = staff.posts.map((one) =>
    [one.school, one.code, one.label, one.poste ?? '', one.posteLabel ?? ''].join('$'),
  );
  const email = `${staff.id}@ac-inventee.example`;
  const service = (one: SampleService) => `${one.school}$${one.audience}$${one.subject}`;
  const shared: SampleAttribute[] = [
    ['ENTPersonJointure', staff.id],
    ['ENTPersonDateNaissance', day(staff.birthDate)],
    ['ENTPersonStructRattach', staff.managedBy],
    ['ENTPersonFonctions', ...posts],
    ['ENTPersonCategorieEnseignant', staff.teacher ? 'O' : 'N'],
    ...(staff.directs.length > 0 ? ([['ENTEnsFonctionDir', ...staff.directs]] satisfies SampleAttribute[]) : []),
  ];
  const attributes: SampleAttribute[] =
    degree === 1
      ? [
          ...shared,
          ['ENTPersonNom', staff.familyName],
          ['ENTPersonPrenom', staff.givenName],
          ['ENTPersonCivilite', civilityOf(staff)],
          ['ENTPersonMail', email],
        ]
      : [
          ...shared,
          ['sn', staff.familyName],
          ['givenName', staff.givenName],
          ['personalTitle', civilityOf(staff)],
          ['mail', email],
          ['ENTAuxEnsClasses', ...staff.classes.map((one) => `${one.school}$${one.audience}`)],
          ['ENTAuxEnsClassesMatieres', ...staff.classes.map(service)],
          ['ENTAuxEnsGroupesMatieres', ...staff.groups.map(service)],
          ['ENTAuxEnsClassesPrincipal', ...staff.leads.map((one) => `${one.school}$${one.audience}`)],
          ['PersEducNatPresenceDevantEleves', staff.teacher ? 'O' : 'N'],
        ];
  return { id: staff.id, attributes };
}

export function subjectRecords(): SampleRecord[] {
  return Object.values(sampleSubjects).map(({ code, label }) => ({
    id: code,
    attributes: [
      ['ENTMatJointure', code],
      ['ENTLibelleMatiere', label],
      ['ENTMatiereRattach', code],
    ],
  }));
}

/** Invented like the rest, in the form of national codes. */
const sampleLevels = [
  { classes: '6', code: '10010012110', stat: '21110010001', label: '6EME' },
  { classes: '5', code: '10110012110', stat: '21120010001', label: '5EME' },
  { classes: '4', code: '10210012110', stat: '21150010001', label: '4EME' },
  { classes: '3', code: '10310012110', stat: '21160010001', label: '3EME' },
  { classes: '2', code: '20010018110', stat: '22110010001', label: '2NDE GENERALE ET TECHNOLOGIQUE' },
  { classes: '1', code: '20110019110', stat: '22120010001', label: '1ERE GENERALE' },
  // some rows of real exports are without
  { classes: 'T', code: '20210019110', stat: '', label: 'TERMINALE GENERALE' },
] as const;

export function levelRecords(): SampleRecord[] {
  return sampleLevels.map(({ code, stat, label }) => ({
    id: code,
    attributes: [
      ['ENTMefJointure', code],
      ['ENTLibelleMef', label],
      ['ENTMEFRattach', ''],
      ['ENTMEFSTAT11', stat],
    ],
  }));
}

/** dd/MM/yyyy, as the exports write days. */
function day(text: string): string {
  return text.split('-').reverse().join('/');
}
