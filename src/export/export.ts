// The nightly files of the national GAR: drawn school by school, judged, then written whole or not at all.
import { join } from 'node:path';
import { audit } from '../audit/audit.ts';
import type { School } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import type { SchoolFunction } from '../facts/catalogue.ts';
import { isUai } from '../feed/uai.ts';
import { isConnected } from '../resources/agreements.ts';
import { type GarProfile, profileOfFunction } from '../resources/profiles.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { forgetDrafts, forgetOlder, type WrittenArchive, writeArchive } from './archive.ts';
import { faultsOf } from './checks.ts';
import type { Degree, ElementName, Node } from './elements.ts';
import { filesOf, stemOf } from './files.ts';
import { garIdentifiers } from './identifiers.ts';
import type { Fault, Note } from './problems.ts';
import { exportedSchools, keepOutcome } from './schools.ts';
import { drawSheet } from './sheet.ts';
import { openStaging } from './staging.ts';

/** Which profile each function gives: the table, but for what an operator says otherwise. */
export type Profiles = Readonly<Record<SchoolFunction, GarProfile | 'none'>>;

interface Terms {
  readonly ent: string;
  /** 32 bytes: `config.keyFor('gar')`. */
  readonly key: Buffer;
  /** Now, UTC milliseconds. */
  readonly at: number;
  readonly profiles?: Profiles;
}

export interface Wanted extends Terms {
  readonly degree: Degree;
  /** Where the archive goes: into `<idENT>` of it, and `<idENT>-1D` for the first degree. */
  readonly folder: string;
  readonly by: string;
  /** How many nodes a file holds; 10,000 by default. */
  readonly most?: number;
  /** Earlier archives of this idENT and degree are erased after so many days; by default they stay. */
  readonly keepDays?: number | undefined;
}

/** `closed`: no agreement is in force. Only what is `sent` is in the archive. */
export type SchoolState = 'sent' | 'held' | 'closed';

export interface Judged {
  readonly school: School;
  readonly state: SchoolState;
  readonly counts: Readonly<Record<'pupils' | 'staff' | 'groups' | 'assigners', number>>;
  readonly faults: readonly (Fault & { readonly person?: string })[];
  readonly notes: readonly Note[];
}

export interface ExportReport {
  readonly degree: Degree;
  readonly schools: readonly Judged[];
  /** None when no school could be sent: an empty archive would empty the GAR. */
  readonly written?: WrittenArchive;
}

/**
 * Writes the archive of one degree and its checksum. A school with a fault is held back whole, and reported; so is one
 * without an agreement in force. Whoever is at several schools is one person of the schools that are sent.
 * Refuses `bad_argument` for a folder that cannot be written to, `export_exists` twice in one second, and
 * `export_overtaken` when an agreement ended meanwhile.
 */
export async function writeExport(db: Db, wanted: Wanted): Promise<ExportReport> {
  const { ent, degree, at } = wanted;
  const began = performance.now();
  const staging = await openStaging();
  try {
    const schools: Judged[] = [];
    for (const { school } of await exportedSchools(db, { ent, degree })) {
      const { nodes, ...judged } = await judge(db, school, wanted);
      schools.push(judged);
      if (judged.state === 'sent') await staging.add(nodes);
    }
    const stem = stemOf(ent, degree, at);
    if (!schools.some(({ state }) => state === 'sent')) {
      await trace(db, schools, { ...wanted, stem });
      return { degree, schools };
    }
    const folder = join(wanted.folder, degree === 1 ? `${ent}-1D` : ent);
    await forgetDrafts(folder, { ent, degree, at });
    const files = filesOf(staging, { stem, degree, ...(wanted.most !== undefined && { most: wanted.most }) });
    // nothing leaves that the trail does not know of, nor of a school whose agreement has ended by now
    const written = await writeArchive(folder, stem, files, async () => {
      await requireConnected(db, schools, at + Math.ceil(performance.now() - began));
      await trace(db, schools, { ...wanted, stem });
    });
    if (wanted.keepDays !== undefined) await forgetOlder(folder, { ent, degree, at, days: wanted.keepDays });
    return { degree, schools, written };
  } finally {
    await staging.close();
  }
}

/** What would be sent of a school now, and what is in the way; nothing is written. */
export async function judgeSchool(db: Db, school: School, terms: Terms): Promise<Judged> {
  const { nodes: _nodes, ...judged } = await judge(db, school, terms);
  return judged;
}

async function judge(db: Db, school: School, terms: Terms): Promise<Judged & { readonly nodes: readonly Node[] }> {
  const none = { school, faults: [], notes: [], nodes: [], counts: countsIn([]) };
  if (!(await isConnected(db, school.uai, terms.at))) return { ...none, state: 'closed' };
  const identifierOf = garIdentifiers(terms.key, terms.ent);
  const persons = new Map<string, string>();
  const identify = (keys: readonly string[]) => {
    const found = new Map(keys.map((person) => [person, identifierOf(person)]));
    for (const [person, identifier] of found) persons.set(identifier, person);
    return found;
  };
  const { at, profiles = profileOfFunction } = terms;
  const sheet = await drawSheet(db, { school, at, identify, profiles });
  const faults = faultsOf(sheet).map((fault) => ({ ...fault, ...personBehind(fault, persons) }));
  const notes: Note[] = isUai(school.uai) ? [...sheet.notes] : [...sheet.notes, { code: 'odd_uai' }];
  const state = faults.length > 0 ? 'held' : 'sent';
  return { school, state, faults, notes, counts: countsIn(sheet.nodes), nodes: sheet.nodes };
}

function personBehind({ what = '' }: Fault, persons: ReadonlyMap<string, string>): { person?: string } {
  const person = persons.get(what);
  return person === undefined ? {} : { person };
}

function countsIn(nodes: readonly Node[]): Judged['counts'] {
  const count = (name: ElementName) => nodes.filter(({ element }) => element === name).length;
  return {
    pupils: count('GAREleve'),
    staff: count('GAREnseignant'),
    groups: count('GARGroupe'),
    assigners: count('GARRespAff'),
  };
}

async function requireConnected(db: Db, schools: readonly Judged[], at: number): Promise<void> {
  for (const { school, state } of schools)
    if (state === 'sent' && !(await isConnected(db, school.uai, at)))
      throw new Refusal('export_overtaken', `the agreement of \`${school.uai}\` ended during the export`);
}

/** One line of the trail for each school that is in the archive, or held back; keys and counts, and nobody's name. */
async function trace(
  db: Db,
  schools: readonly Judged[],
  { ent, stem, by, at }: Wanted & { stem: string },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    for (const became of ['sent', 'held'] as const) {
      const those = schools.filter(({ state }) => state === became);
      await keepOutcome(tx, { schools: those.map(({ school }) => school.uai), became, at });
      const events = those.map(({ school, counts, faults }) => ({
        at,
        event: `gar_export.${became}`,
        actor: by,
        school: school.uai,
        details: became === 'sent' ? { ent, archive: stem, ...counts } : { ent, faults: faults.length },
      }));
      await audit(tx, ...events);
    }
  });
}
