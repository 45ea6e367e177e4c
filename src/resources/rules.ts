// The rules of a subscription: RG1 to RG13 of the service, and what a text must look like. All that are broken are told.
import {
  audiences,
  endOf,
  type FieldName,
  fields,
  instantOf,
  licences,
  type Misread,
  type Sheet,
  yearsOf,
} from './sheet.ts';

/** What the rules need to know of the schools that are named. */
export interface Schools {
  /** Their degree, by UAI; none for a school that is not known here. */
  readonly degrees: ReadonlyMap<string, 1 | 2>;
}

export interface Violation {
  readonly rule: RuleName;
  /** The field it is about, or the first of several. */
  readonly field: string;
}

type Check = (sheet: Sheet, schools: Schools) => FieldName | undefined | false;

/** One line per rule: the field at fault when it is broken. */
const checks = {
  /** Licences for all together, or by public: one of the two. */
  RG1: (sheet) => {
    const isBroken = sheet.nbLicenceGlobale === undefined ? numbered(sheet).length === 0 : counted(sheet).length > 0;
    return isBroken && 'nbLicenceGlobale';
  },
  /** Schools by name, or all of a nature: one of the two. */
  RG2: ({ uaiEtab, codeNatureUAI }) => (uaiEtab !== undefined) === (codeNatureUAI !== undefined) && 'uaiEtab',
  /** SIREN, then ISNI, zeros for one that has none. */
  RG3: ({ idDistributeurCom = '' }) => !/^\d{9}_\d{16}$/.test(idDistributeurCom) && 'idDistributeurCom',
  RG4: ({ categorieAffectation, typeAffectation = '' }) => {
    if (categorieAffectation !== 'transferable') return 'categorieAffectation';
    return !/^(INDIV|ETABL)$/.test(typeAffectation) && 'typeAffectation';
  },
  /** Whoever licences are counted for is of the public. */
  RG5: (sheet) => counted(sheet).find(([audience]) => !sheet.publicCible?.includes(audience))?.[1],
  /** The licence of a school counts nobody. */
  RG6: (sheet) => {
    if (sheet.typeAffectation !== 'ETABL') return undefined;
    return (sheet.nbLicenceGlobale === undefined || counted(sheet).length > 0) && 'nbLicenceGlobale';
  },
  /** The years are in their order, and ten apart at most. */
  RG7: ({ anneeFinValidite = '' }) => {
    const [first, second] = yearsOf(anneeFinValidite) ?? [0, 1];
    return (second <= first || second - first > 10) && 'anneeFinValidite';
  },
  /** It ends after it begins, and ten years later at most: ten years to the second are allowed. */
  RG8: (sheet) => {
    const { debutValidite = '', finValidite } = sheet;
    const [start, end] = [instantOf(debutValidite), endOf(sheet)];
    if (start === undefined || end === undefined) return undefined;
    const late = finValidite !== undefined && end > tenYearsAfter(debutValidite);
    return (end <= start || late) && (finValidite === undefined ? 'anneeFinValidite' : 'finValidite');
  },
  /** It ends on a day, or with a school year: one of the two. */
  RG9: ({ finValidite, anneeFinValidite }) =>
    (finValidite !== undefined) === (anneeFinValidite !== undefined) && 'finValidite',
  RG10: ({ anneeFinValidite }) =>
    anneeFinValidite !== undefined && yearsOf(anneeFinValidite) === undefined && 'anneeFinValidite',
  /** A school of the first degree has no librarian. */
  RG11: ({ uaiEtab = [], codeNatureUAI = '', publicCible = [], nbLicenceProfDoc = '0' }, { degrees }) => {
    const first = /^1/.test(codeNatureUAI) || uaiEtab.some((uai) => degrees.get(uai) === 1);
    if (!first) return undefined;
    return publicCible.includes('DOCUMENTALISTE') ? 'publicCible' : !isNone(nbLicenceProfDoc) && 'nbLicenceProfDoc';
  },
  /** Words that addresses use, and what an address could not carry. */
  RG12: ({ idAbonnement = '' }) =>
    (/^(abonnements|categorie)$/i.test(idAbonnement) || !/^[^\s/?#%\\]+$/.test(idAbonnement)) && 'idAbonnement',
  /** Kept for subscriptions that were removed. */
  RG13: ({ idAbonnement = '' }) => idAbonnement.startsWith('_') && 'idAbonnement',
  /** What every subscription says. */
  MANDATORY: (sheet) => mandatory.find((name) => sheet[name] === undefined),
  /** Dates, numbers and words are written as they must be. */
  FORM: (sheet) => malformed(sheet)[0],
  /** The schools are known here. */
  SCHOOL: ({ uaiEtab = [] }, { degrees }) => uaiEtab.some((uai) => !degrees.has(uai)) && 'uaiEtab',
} as const satisfies Record<string, Check>;

export type RuleName = keyof typeof checks | 'FIELD' | 'UNCHANGED';

/** Every rule that a sheet breaks, with what could not be read of it; none when it is good. */
export function violationsOf(sheet: Sheet, schools: Schools, misread: readonly Misread[] = []): Violation[] {
  const unread = misread.map(({ field }): Violation => ({ rule: 'FIELD', field }));
  const said = new Set(misread.map(({ field }) => field));
  const broken = Object.entries(checks as Record<string, Check>).flatMap(([rule, check]): Violation[] => {
    const field = check(sheet, schools);
    // what could not be read is told once, and not again as missing
    return field && !said.has(field) ? [{ rule: rule as RuleName, field }] : [];
  });
  return [...unread, ...broken];
}

const mandatory = [
  'idAbonnement',
  'idDistributeurCom',
  'idRessource',
  'typeIdRessource',
  'libelleRessource',
  'debutValidite',
  'publicCible',
] as const satisfies readonly FieldName[];

/** The publics of which a number is said, and where. */
function numbered(sheet: Sheet): (readonly [audience: string, field: FieldName])[] {
  return Object.entries(audiences).filter(([, field]) => sheet[field] !== undefined);
}

/** What licences are counted for: none is as good as not said, as RG11 has it. */
function counted(sheet: Sheet): (readonly [audience: string, field: FieldName])[] {
  return numbered(sheet).filter(([, field]) => !isNone(String(sheet[field])));
}

function isNone(licences: string): boolean {
  return /^0+$/.test(licences);
}

function malformed(sheet: Sheet): FieldName[] {
  const isWrong = (name: FieldName, text: string): boolean => {
    if (name === 'debutValidite' || name === 'finValidite') return instantOf(text) === undefined;
    if (name.startsWith('nbLicence')) return licences(text) === undefined;
    if (name === 'publicCible') return !Object.hasOwn(audiences, text);
    if (name === 'typeIdRessource') return !/^ark$/i.test(text);
    if (name === 'idRessource') return !/^(https?:\/\/[^\s]+\/)?ark:\/[^\s]+$/.test(text);
    return name === 'codeNatureUAI' && !/^\d{3}$/.test(text);
  };
  return fields
    .filter(({ name }) => [sheet[name] ?? []].flat().some((text) => isWrong(name, text)))
    .map(({ name }) => name);
}

/** The same day and time ten years on, on the clock it was written for; the 28th of February for the 29th. */
function tenYearsAfter(dateTime: string): number {
  const year = String(Number(dateTime.slice(0, 4)) + 10).padStart(4, '0');
  const later = `${year}${dateTime.slice(4)}`;
  return instantOf(later) ?? instantOf(later.replace('-02-29T', '-02-28T')) ?? Number.NaN;
}

/** When a good sheet begins and ends, UTC milliseconds. */
export function validityOf(sheet: Sheet): { startsAt: number; endsAt: number } {
  const [startsAt, endsAt] = [instantOf(sheet.debutValidite ?? ''), endOf(sheet)];
  if (startsAt === undefined || endsAt === undefined) throw new Error('expected a sheet that breaks no rule');
  return { startsAt, endsAt };
}
