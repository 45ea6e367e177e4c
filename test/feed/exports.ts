// Exports made by hand for one test each: a small whole one, and the ways to spoil it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOfDay } from '../../src/facts/calendar.ts';
import { uaiOf } from '../../src/feed/uai.ts';

/** When the exports of these tests are applied. */
export const AT = startOfDay('2026-09-10');

export const SCHOOL_A = uaiOf('0991001');
export const SCHOOL_B = uaiOf('0991002');

/** An attribute and its values, already written as XML text. */
export type Written = readonly [name: string, ...values: string[]];

export interface WrittenRecord {
  readonly id: string;
  readonly attributes: readonly Written[];
  /** The operational value, when it is not the category's. */
  readonly operational?: string;
  /** The content of `identifier/id`, when it is not the id. */
  readonly identifier?: string;
}

export interface Export {
  readonly degree: 1 | 2;
  EtabEducNat: WrittenRecord[];
  Eleve: WrittenRecord[];
  PersRelEleve: WrittenRecord[];
  PersEducNat: WrittenRecord[];
  MatiereEducNat: WrittenRecord[];
  /** No export has to have levels. */
  MefEducNat?: WrittenRecord[];
}

const OPERATIONAL = {
  EtabEducNat: ['categorieStructure', 'EtabEducNat'],
  Eleve: ['categoriePersonne', 'Eleve'],
  PersRelEleve: ['categoriePersonne', 'PersRelEleve'],
  PersEducNat: ['categoriePersonne', 'PersEducNat'],
  MatiereEducNat: ['categorieMatiere', 'MatEducNat'],
  MefEducNat: ['categorieMef', 'MefEducNat'],
} as const;

export type WrittenCategory = keyof typeof OPERATIONAL;

/** One collège (id 1) with ten pupils of 6A, a mother each, a head and a teacher of mathematics. */
export function small(): Export {
  const order = Array.from({ length: 10 }, (_, index) => index);
  return {
    degree: 2,
    EtabEducNat: [school('1', SCHOOL_A)],
    Eleve: order.map((index) => pupil(`10${index}`, [`20${index}$10$1$1$1$0`])),
    PersRelEleve: order.map((index) => relative(`20${index}`)),
    PersEducNat: [
      staff('301', ['ENTPersonFonctions', '1$DIR$DIRECTION$D0010$CHEF']),
      staff('302', ['ENTPersonFonctions', '1$ENS$ENSEIGNEMENT$$'], ['ENTAuxEnsClassesMatieres', '1$6A$MAT']),
    ],
    MatiereEducNat: [
      {
        id: 'MAT',
        attributes: [
          ['ENTMatJointure', 'MAT'],
          ['ENTLibelleMatiere', 'MATHS'],
        ],
      },
    ],
  };
}

export function school(id: string, uai: string, ...more: Written[]): WrittenRecord {
  return {
    id,
    attributes: [
      ['ENTStructureJointure', id],
      ['ENTStructureUAI', uai],
      ['ENTStructureNomCourant', `COLLEGE$Nom ${id}$ac-inventee`],
      ['ENTStructureTypeStruct', 'COLLEGE'],
      ['ENTServAcCodeAcademie', '099'],
      ...more,
    ],
  };
}

export function pupil(id: string, links: readonly string[], ...more: Written[]): WrittenRecord {
  return person(id, [
    ['ENTPersonDateNaissance', '04/05/2015'],
    ['ENTPersonStructRattach', '1'],
    ['ENTEleveClasses', '1$6A'],
    ['ENTElevePersRelEleve', ...links],
    ...more,
  ]);
}

export function relative(id: string, ...more: Written[]): WrittenRecord {
  return person(id, more);
}

/** A level (MEF) that is called after its code. */
export function level(code: string, ...more: Written[]): WrittenRecord {
  return { id: code, attributes: [['ENTMefJointure', code], ['ENTLibelleMef', `MEF ${code}`], ...more] };
}

export function staff(id: string, ...more: Written[]): WrittenRecord {
  return person(id, more);
}

/** A person named after the id. An attribute given again takes the place of the one before it. */
function person(id: string, more: readonly Written[]): WrittenRecord {
  const attributes = new Map<string, Written>();
  for (const one of [['ENTPersonJointure', id], ['sn', `Nom${id}`], ['givenName', `Prénom${id}`], ...more] as Written[])
    attributes.set(one[0], one);
  return { id, attributes: [...attributes.values()] };
}

export interface Spoiling {
  readonly date?: string;
  readonly prefix?: string;
  /** The comment at the head; by default one that names the academy and the degree. */
  readonly comment?: string;
  readonly declaration?: string;
  readonly encoding?: BufferEncoding;
}

export interface Folder {
  readonly path: string;
  readonly remove: () => void;
  readonly fileOf: (category: string, number?: number) => string;
}

/** Writes an export into a new folder. */
export function write(wanted: Export, spoiling: Spoiling = {}): Folder {
  const path = mkdtempSync(join(tmpdir(), 'preau-feed-'));
  const { date = '20260901', prefix = `T-ENT${wanted.degree}D`, encoding = 'utf8' } = spoiling;
  const fileOf = (category: string, number = 0) =>
    join(path, `${prefix}_Complet_${date}_${category}_${String(number).padStart(4, '0')}.xml`);
  for (const category of Object.keys(OPERATIONAL) as WrittenCategory[]) {
    if (category === 'MatiereEducNat' && wanted.degree === 1) continue;
    const records = wanted[category];
    if (records)
      writeFileSync(fileOf(category), Buffer.from(xmlOf(category, records, spoiling, wanted.degree), encoding));
  }
  return { path, fileOf, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The text of one file. */
export function xmlOf(
  category: WrittenCategory,
  records: readonly WrittenRecord[],
  { comment, declaration = '<?xml version="1.0" encoding="UTF-8"?>' }: Spoiling = {},
  degree: 1 | 2 = 2,
): string {
  const [name, value] = OPERATIONAL[category];
  const said = comment ?? `codeAcademieExport="99" degre="${degree}D"`;
  const one = ({ id, attributes, operational = value, identifier = id }: WrittenRecord) => `<addRequest>
<operationalAttributes><attr name="${name}"><value>${operational}</value></attr></operationalAttributes>
<identifier><id>${identifier}</id></identifier>
<attributes>${attributes
    .map(
      ([attr, ...values]) => `<attr name="${attr}">${values.map((text) => `<value>${text}</value>`).join('')}</attr>`,
    )
    .join('\n')}</attributes>
</addRequest>`;
  return `${declaration}
<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd">
<!-- ${said} -->
<ficAlimMENESR>
${records.map(one).join('\n')}
</ficAlimMENESR>
`;
}
