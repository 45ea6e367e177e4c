// The cast as a school that feeds the national GAR has it: addresses of staff, an agreement, and the files read back.
import { createReadStream, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { XmlDocument, type XmlElement } from 'libxml2-wasm';
import { extract } from 'tar-stream';
import { applyDelivery, type SchoolDelivery } from '../../src/directory/directory.ts';
import { type Wanted, writeExport } from '../../src/export/export.ts';
import { garIdentifiers } from '../../src/export/identifiers.ts';
import { addSchools } from '../../src/export/schools.ts';
import { recordAgreement } from '../../src/resources/agreements.ts';
import { type Db, onPostgres } from '../../src/storage/storage.ts';
import { ACADEMY, type CastName, COLLEGE, cast, college, ECOLE, ecole, LYCEE, lycee, NOW, personOf } from '../cast.ts';

export const ENT = 'U3';
export const KEY = Buffer.alloc(32, 7);
const DAY = 86_400_000;

/** Addresses of those whom the state gives one; David has none. */
const addresses: Partial<Record<CastName, string>> = {
  helene: 'helene.marchand@ac-test.fr',
  tom: 'tom.garnier@ac-test.fr',
  denise: 'denise.caron@ac-test.fr',
  henri: 'henri.vidal@ac-test.fr',
};

export function withAddresses(delivery: SchoolDelivery): SchoolDelivery {
  const byId = new Map(Object.entries(addresses).map(([name, email]) => [cast[name as CastName].id as string, email]));
  const persons = delivery.persons.map((one) => ({ ...one, email: byId.get(one.externalId), birthDate: '2012-03-04' }));
  return { ...delivery, persons };
}

/** The cast, its three schools exported under an agreement; deliveries may be changed on the way in. */
export async function openWorld(
  db: Db,
  change: (delivery: SchoolDelivery) => SchoolDelivery = (delivery) => delivery,
): Promise<void> {
  for (const delivery of [college(), lycee(), ecole()]) await applyDelivery(db, change(withAddresses(delivery)));
  await agree(db, { schools: [COLLEGE, LYCEE, ECOLE] });
  await addSchools(db, { ent: ENT, schools: [COLLEGE, LYCEE, ECOLE], by: 'operator', at: NOW });
}

const TABLES = [
  'gar_school',
  'agreement_school',
  'agreement',
  'account_move',
  'credential',
  'account',
  'person_hold',
  'level_change',
  'pupil_level',
  'level_code',
  'logbook',
  'audience',
  'external_identity',
  'person',
  'subject',
  'school',
  'fact',
  'fact_head',
  'fact_revision',
  'audit',
  'audit_day',
];

/** Empties what the world is made of, for the next one. */
export async function emptied(db: Db): Promise<void> {
  if (onPostgres(db)) await db.raw(`truncate ${TABLES.join(', ')} cascade`);
  else for (const table of TABLES) await db(table).delete();
}

export async function agree(
  db: Db,
  change: { schools: string[]; reference?: string; startsAt?: number; endsAt?: number },
): Promise<void> {
  await recordAgreement(db, {
    reference: 'file-1',
    collectivity: 'Département de la Meuse',
    siren: '225500016',
    academy: ACADEMY,
    state: 'signed',
    startsAt: NOW - 30 * DAY,
    endsAt: NOW + 300 * DAY,
    documentHash: 'ab'.repeat(32),
    by: 'operator',
    at: NOW - 30 * DAY,
    ...change,
  });
}

export function freshFolder(): string {
  return mkdtempSync(join(tmpdir(), 'preau-gar-'));
}

export async function exported(db: Db, change: Partial<Wanted> = {}) {
  const wanted = { ent: ENT, key: KEY, at: NOW, degree: 2, folder: freshFolder(), by: 'operator', ...change } as const;
  return writeExport(db, wanted);
}

export const idOf = async (db: Db, name: CastName) => garIdentifiers(KEY, ENT)(await personOf(db, name));

/** The files of an archive, by name. */
export async function unpacked(archive: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const tar = extract();
  createReadStream(archive).pipe(createGunzip()).pipe(tar);
  for await (const entry of tar) {
    const pieces: Buffer[] = [];
    for await (const piece of entry) pieces.push(piece as Buffer);
    files.set(entry.header.name, Buffer.concat(pieces).toString('utf8'));
  }
  return files;
}

/** An element as plain data: its children by name, each a list. */
export interface Read {
  readonly [field: string]: readonly (string | Read)[];
}

/** The elements of all files, by name, in their order. */
export function elementsIn(files: Iterable<string>): Map<string, Read[]> {
  const found = new Map<string, Read[]>();
  for (const xml of files) {
    const document = XmlDocument.fromString(xml);
    for (const element of childrenOf(document.root)) {
      found.set(element.name, [...(found.get(element.name) ?? []), read(element) as Read]);
    }
    document.dispose();
  }
  return found;
}

function read(element: XmlElement): string | Read {
  const children = childrenOf(element);
  if (children.length === 0) return element.content;
  const fields: Record<string, (string | Read)[]> = {};
  for (const child of children) fields[child.name] = [...(fields[child.name] ?? []), read(child)];
  return fields;
}

function childrenOf(element: XmlElement): XmlElement[] {
  return element.find('*') as XmlElement[];
}
