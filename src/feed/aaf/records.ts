// Turns a raw record into what Préau keeps of it, with everything that is wrong with it alone.
import { limits } from '../limits.ts';
import { isUai } from '../uai.ts';
import { categories } from './attributes.ts';
import type {
  Body,
  LevelBody,
  PersonBody,
  Place,
  PupilBody,
  SchoolBody,
  Service,
  StaffBody,
  SubjectBody,
} from './bodies.ts';
import { Examination } from './examination.ts';
import { isKnownFunction } from './functions.ts';
import { meaningOf } from './links.ts';
import type { Problem } from './problems.ts';
import type { RawRecord } from './reader.ts';
import { ACADEMY, dayOf } from './values.ts';

/** A record that can be staged, or one that is set aside (`body` is then empty). */
export interface ReadRecord {
  readonly id: string;
  /** The other id of a record that holds two: nobody knows which is right, so that neither is touched. */
  readonly otherId?: string | undefined;
  readonly body: Body;
  readonly quarantined: boolean;
  readonly problems: readonly Problem[];
  /** Ids of the schools that the record places the person in; `loose` ones need not be in the export. */
  readonly schools: readonly { readonly id: string; readonly loose: boolean }[];
}

/** Reads one record. `day` is the export's, YYYY-MM-DD: it says who is a minor. */
export function readRecord(raw: RawRecord, day: string): ReadRecord {
  const reader = new Examination(raw);
  const id = reader.identity();
  const { kind } = categories[raw.category];
  const body = bodies[kind](reader, day);
  const quarantined = reader.problems.some((problem) => problem.quarantine);
  const schools = quarantined ? [] : schoolsOf(kind, body);
  const { otherId, problems } = reader;
  return { id, otherId, body: quarantined ? {} : body, quarantined, problems, schools };
}

const bodies = {
  school,
  subject: (reader: Examination): SubjectBody => ({ label: reader.one('ENTLibelleMatiere') ?? reader.id }),
  level: (reader: Examination): LevelBody => ({ stat: reader.matching(/^[0-9A-Z]{11}$/, 'ENTMEFSTAT11') }),
  pupil,
  relative: (reader: Examination): PersonBody => reader.person(),
  staff,
} as const;

function school(reader: Examination): SchoolBody {
  const uai = (reader.one('ENTStructureUAI') ?? '').toUpperCase();
  if (!isUai(uai)) reader.setAside('BAD_UAI', 'ENTStructureUAI');
  const type = reader.one('ENTStructureTypeStruct') ?? '';
  const [first = '', middle] = (reader.one('ENTStructureNomCourant') ?? uai).split('$');
  const kind = kindOf(type || first);
  const name = (middle ?? first).trim() || uai;
  const labels = (attribute: string) =>
    reader
      .parts([attribute], 1, 1000)
      .flatMap(([code = '', label]) => (code === '' ? [] : [[code, label || code] as const]));
  return {
    uai,
    kind,
    name: middle === undefined || name.toLowerCase().startsWith(kind) ? name : `${capital(kind)} ${name}`,
    // the attribute holds the fourteen digits of a SIRET: its first nine are the SIREN
    siren: /^(\d{9})(\d{5})?$/.exec(reader.one('ENTStructureSIREN') ?? '')?.[1],
    academy: reader.matching(ACADEMY, 'ENTServAcCodeAcademie'),
    classes: labels('ENTStructureClasses'),
    groups: labels('ENTStructureGroupes'),
  };
}

function kindOf(type: string): string {
  const plain = type.toLowerCase();
  if (plain.startsWith('college') || plain.startsWith('collège')) return 'collège';
  // a subscription may be for one nature of schools and not for another
  if (/^lyc[eé]e prof/.test(plain)) return 'lycée professionnel';
  if (plain.startsWith('lycee') || plain.startsWith('lycée')) return 'lycée';
  if (/^[eé]cole mat/.test(plain)) return 'école maternelle';
  if (plain.startsWith('ecole') || plain.startsWith('école')) return 'école';
  return plain;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function pupil(reader: Examination, day: string): PupilBody {
  const person = reader.person();
  const guardians = [...new Set([...links(reader), ...authority(reader)])];
  const adult =
    person.birthDate !== undefined && `${Number(person.birthDate.slice(0, 4)) + 18}${person.birthDate.slice(4)}` <= day;
  if (guardians.length === 0 && !adult) reader.drop('NO_LEGAL_REP');
  return {
    ...person,
    school: reader.one('ENTPersonStructRattach'),
    from: reader.day('ENTEleveDateEntreeStructRattach'),
    to: reader.day('ENTEleveDateSortieStructRattach'),
    places: [...places(reader, 'class'), ...places(reader, 'group')],
    guardians,
    level: level(reader),
  };
}

/** The second degree gives a code and what it is called; the first degree the name alone. */
function level(reader: Examination): PupilBody['level'] {
  const mef = reader.one('ENTEleveMEF');
  const code = mef || reader.one('ENTEleveNiveau');
  if (!code) return undefined;
  const label = (mef && reader.one('ENTEleveLibelleMEF')) || code;
  if (code.length <= limits.part && label.length <= limits.part) return { code, label };
  reader.drop('BAD_PARTS', mef ? 'ENTEleveMEF' : 'ENTEleveNiveau');
  return undefined;
}

/** Second degree: six parts; only those who hold parental authority are kept. */
function links(reader: Examination): string[] {
  const attribute = 'ENTElevePersRelEleve';
  return reader.parts([attribute], 6).flatMap(([relative = '', type = '', , legal = '']) => {
    const meaning = relative === reader.id ? 'self' : meaningOf(type, legal);
    if (meaning === 'self') reader.drop('SELF_RELATIVE', attribute);
    if (meaning === 'unknown') reader.drop('UNKNOWN_LINK_TYPE', attribute);
    return meaning === 'legal' && relative !== '' ? [relative] : [];
  });
}

/** First degree: all who are named hold parental authority, but for the pupil. */
function authority(reader: Examination): string[] {
  const attribute = 'ENTEleveAutoriteParentale';
  return reader.parts([attribute], 2).flatMap(([relative = '', type = '']) => {
    const meaning = relative === reader.id ? 'self' : meaningOf(type, '1');
    if (meaning === 'self') reader.drop('SELF_RELATIVE', attribute);
    if (meaning === 'unknown') reader.drop('UNKNOWN_LINK_TYPE', attribute);
    return meaning === 'legal' && relative !== '' ? [relative] : [];
  });
}

function places(reader: Examination, kind: 'class' | 'group'): Place[] {
  const word = kind === 'class' ? 'Classes' : 'Groupes';
  const from = dated(reader, `ENTEleveDateEntree${word}`);
  const to = dated(reader, `ENTEleveDateSortie${word}`);
  const place = (school: string, code: string, label: string): Place => ({
    kind,
    school,
    code,
    label,
    from: from.get(`${school}$${code}`),
    to: to.get(`${school}$${code}`),
  });
  const second = reader
    .parts([`ENTEleve${word}`], 2)
    .flatMap(([school = '', code = '']) => (code === '' ? [] : [place(school, code, '')]));
  const first = reader
    .parts([`ENTPerson${word}`], 5)
    .flatMap(([school = '', , , code = '', label = '']) => (code === '' ? [] : [place(school, code, label)]));
  return [...second, ...first];
}

/** Days by `school$code`, out of `school$dd/MM/yyyy$code`. */
function dated(reader: Examination, attribute: string): Map<string, string> {
  const days = new Map<string, string>();
  for (const [school = '', text = '', code = ''] of reader.parts([attribute], 3)) {
    const day = dayOf(text);
    if (day !== undefined) days.set(`${school}$${code}`, day);
    else if (text !== '') reader.drop('BAD_DATE', attribute);
  }
  return days;
}

function staff(reader: Examination): StaffBody {
  const person = reader.person();
  const posts = reader.parts(['ENTPersonFonctions'], 3, 5).flatMap(([school = '', code = '', , poste = '']) => {
    if (isKnownFunction(code)) return [{ school, code, poste }];
    reader.drop('UNKNOWN_FUNCTION', 'ENTPersonFonctions');
    return [];
  });
  return {
    ...person,
    civility: reader.civility(),
    posts,
    services: [...services(reader, 'class'), ...services(reader, 'group')],
    leads: reader
      .parts(['ENTAuxEnsClassesPrincipal'], 2)
      .flatMap(([school = '', code = '']) => (code === '' ? [] : [{ school, code }])),
    directs: reader.all('ENTEnsFonctionDir'),
    managedBy: reader.all('ENTPersonStructRattach'),
    teacher: reader.one('ENTPersonCategorieEnseignant') === 'O',
  };
}

function services(reader: Examination, kind: 'class' | 'group'): Service[] {
  const attribute = kind === 'class' ? 'ENTAuxEnsClassesMatieres' : 'ENTAuxEnsGroupesMatieres';
  return reader.parts([attribute], 2, 3).flatMap(([school = '', code = '', subject]) => {
    if (code === '') return [];
    return [{ kind, school, code, subject: subject === '' ? undefined : subject }];
  });
}

function schoolsOf(kind: keyof typeof bodies, body: Body): { id: string; loose: boolean }[] {
  const named = new Map<string, boolean>();
  const add = (ids: readonly (string | undefined)[], loose: boolean): void => {
    for (const id of ids) if (id !== undefined && id !== '') named.set(id, (named.get(id) ?? true) && loose);
  };
  if (kind === 'pupil') {
    const { school, places } = body as PupilBody;
    add([school, ...places.map((place) => place.school)], false);
  }
  if (kind === 'staff') {
    const { posts, services, leads, directs, managedBy } = body as StaffBody;
    add(
      [...posts, ...services, ...leads].map((one) => one.school),
      false,
    );
    add(directs, false);
    // a person may be managed by a replacement zone or an office, which no export holds
    add(managedBy, true);
  }
  return [...named].map(([id, loose]) => ({ id, loose }));
}
