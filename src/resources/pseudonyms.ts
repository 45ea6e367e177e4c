// Pseudonyms for publishers (IDO): one person, one publisher, one name, whatever the school and the year.
import { createHmac } from 'node:crypto';
import { audit } from '../audit/audit.ts';
import { holderOf, personsByExternalId, recordsOf } from '../directory/persons.ts';
import { Refusal } from '../errors.ts';
import type { Statements } from '../storage/statements.ts';
import { type Db, inTransaction, onPostgres } from '../storage/storage.ts';
import { arkOf } from './ark.ts';
import { listResources, type Resource } from './records/resources.ts';

/** What pseudonyms of a resource are made for: its publisher, and so all of that one's resources, or itself alone. */
export function sectorOf({ id, sector, publisher }: Pick<Resource, 'id' | 'sector' | 'publisher'>): string {
  return sector === 'resource' ? id : publisher.id;
}

export interface Pseudonyms {
  /** The pseudonym of a person in a sector, 128 hexadecimal digits: what was carried over, else what is made here. */
  of(sector: string, person: string): Promise<string>;
  /** Whose it is; at once when it is remembered. */
  behind(sector: string, pseudonym: string): string | Promise<string | undefined>;
  /** Asks the database again from here on. */
  forget(): void;
}

/** How many pseudonyms a node remembers each way, and how long: two records may be joined, or told apart, meanwhile. */
const REMEMBERED = 50_000;
const REMEMBERED_MS = 60_000;

interface Remembered {
  readonly name: string;
  /** UTC milliseconds. */
  readonly until: number;
}

/** `key` is 32 bytes: `config.keyFor('pseudonyms')`. Without it, nobody makes a pseudonym of a directory's key. */
export function openPseudonyms(db: Db, statements: Statements, key: Buffer, clock = Date.now): Pseudonyms {
  const given = openMemory(clock);
  const persons = openMemory(clock);
  const whose = async (sector: string, value: string): Promise<string | undefined> => {
    const row = await statements.get<{ person: string }>(
      'select person from pseudonym where sector = ? and value = ?',
      [sector, value],
    );
    return row?.person;
  };
  /** The row of a person, or of a record that was joined to them: a directory that tidies up changes nobody's name. */
  const held = async (sector: string, person: string): Promise<string | undefined> => {
    for (const record of await recordsOf(db, person)) {
      const row = await statements.get<{ value: string }>(
        `select value from pseudonym where sector = ? and person = ?
         order by case when carried_at is null then 1 else 0 end, carried_at desc, value limit 1`,
        [sector, record],
      );
      if (row) return row.value;
    }
    return undefined;
  };
  const isElsewhere = async (sector: string, value: string): Promise<boolean> => {
    const sql = 'select sector from pseudonym where value = ? and sector <> ? limit 1';
    return (await statements.get(sql, [value, sector])) !== undefined;
  };
  const make = async (sector: string, person: string): Promise<string> => {
    const own = createHmac('sha256', key).update(sector).digest();
    for (let turn = 0; ; turn += 1) {
      const value = createHmac('sha512', own).update(`${person}\n${turn}`).digest('hex');
      // it may have been carried over to another sector: no two of them know a name in common
      if (await isElsewhere(sector, value)) continue;
      await statements.run(
        'insert into pseudonym (sector, value, person) values (?, ?, ?) on conflict (sector, value) do nothing',
        [sector, value, person],
      );
      // it may have been carried over to somebody else: nobody has it twice
      if ((await whose(sector, value)) === person) return value;
    }
  };
  return {
    of: async (sector, person) => {
      const name = `${sector}\n${person}`;
      const known = given.recall(name);
      if (known !== undefined) return known;
      const value = (await held(sector, person)) ?? (await make(sector, person));
      given.remember(name, value);
      return value;
    },
    behind: (sector, value) => {
      const name = `${sector}\n${value}`;
      const known = persons.recall(name);
      if (known !== undefined) return known;
      if (!PSEUDONYM.test(value)) return Promise.resolve(undefined);
      return whose(sector, value).then(async (record) => {
        const person = record === undefined ? undefined : await holderOf(db, record);
        if (person !== undefined) persons.remember(name, person);
        return person;
      });
    },
    forget: () => {
      given.clear();
      persons.clear();
    },
  };
}

const PSEUDONYM = /^[0-9a-f]{128}$/;

/** Keeps the newest, for a while; what is forgotten is read again. */
function openMemory(clock: () => number) {
  const names = new Map<string, Remembered>();
  return {
    recall: (asked: string): string | undefined => {
      const known = names.get(asked);
      return known !== undefined && known.until > clock() ? known.name : undefined;
    },
    remember: (asked: string, name: string): void => {
      if (names.size >= REMEMBERED) for (const oldest of names.keys()) if (names.delete(oldest)) break;
      names.set(asked, { name, until: clock() + REMEMBERED_MS });
    },
    clear: () => names.clear(),
  };
}

/** What a publisher called a person elsewhere: in another ENT, or in a directory that was left. */
export interface Carried {
  /** The publisher, SIREN_ISNI, or an ARK for a resource with pseudonyms of its own. */
  readonly sector: string;
  readonly academy: string;
  /** ENTPersonJointure. */
  readonly externalId: string;
  readonly pseudonym: string;
}

export interface CarryReport {
  readonly read: number;
  readonly carried: number;
  readonly unchanged: number;
  /** Lines counted from 1, the line of names. */
  readonly refused: readonly { readonly line: number; readonly why: CarryFault }[];
}

/**
 * `elsewhere`: it is a pseudonym of another sector, so that two publishers would know somebody by one name, or two
 * resources of one publisher, which have pseudonyms of their own so that nobody joins what each knows.
 */
export type CarryFault = 'malformed' | 'unknown_sector' | 'unknown_person' | 'taken' | 'elsewhere';

/** Of a lock on PostgreSQL: files are taken over one after the other, so that none misses what the other brings. */
const CARRYING = 71_120_037;

/** The columns of the file, in any order. */
const columns = ['secteur', 'academie', 'identifiant', 'pseudonyme'] as const;

/**
 * Takes over pseudonyms that publishers know already, from a CSV file (`;`): a line that is wrong is told, the others
 * are taken. A sector is that of a registered resource, and no two sectors have a pseudonym in common. From then on such a
 * person is known by that name, and what was sent before still leads to them. Saying the same again changes nothing.
 * `bad_argument` without the columns.
 */
export async function carryPseudonyms(
  db: Db,
  text: string,
  { by, at }: { by: string; at: number },
): Promise<CarryReport> {
  const [names = '', ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const places = columns.map((column) => names.split(';').map(plain).indexOf(column));
  if (places.includes(-1)) throw new Refusal('bad_argument', `expected the columns ${columns.join(', ')}`);
  const report = { read: 0, carried: 0, unchanged: 0, refused: [] as CarryReport['refused'][number][] };
  return inTransaction(db, async (tx) => {
    if (onPostgres(tx)) await tx.raw('select pg_advisory_xact_lock(?)', [CARRYING]);
    const sectors = new Set((await listResources(tx)).map(sectorOf));
    for (const [index, line] of lines.entries()) {
      if (line.trim() === '') continue;
      report.read += 1;
      const outcome = await carry(tx, readLine(line, places), { sectors, at });
      if (outcome === 'carried' || outcome === 'unchanged') report[outcome] += 1;
      else report.refused.push({ line: index + 2, why: outcome });
    }
    const { carried, refused } = report;
    if (carried > 0)
      await audit(tx, { at, event: 'pseudonyms.carried', actor: by, details: { carried, refused: refused.length } });
    return report;
  });
}

function plain(text: string): string {
  return text.trim().toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
}

function readLine(line: string, places: readonly number[]): Carried {
  const cells = line.split(';').map((cell) => cell.trim());
  const [sector = '', academy = '', externalId = '', pseudonym = ''] = places.map((place) => cells[place] ?? '');
  return { sector: arkOf(sector), academy, externalId, pseudonym: pseudonym.toLowerCase() };
}

async function carry(
  tx: Db,
  { sector, academy, externalId, pseudonym }: Carried,
  { sectors, at }: { sectors: ReadonlySet<string>; at: number },
): Promise<'carried' | 'unchanged' | CarryFault> {
  if (!PSEUDONYM.test(pseudonym) || !SECTOR.test(sector)) return 'malformed';
  if (!sectors.has(sector)) return 'unknown_sector';
  const person = (await personsByExternalId(tx, academy, [externalId])).get(externalId);
  if (person === undefined) return 'unknown_person';
  const before = (await tx('pseudonym').where({ sector, value: pseudonym }).first('person', 'carried_at')) as
    | { person: string; carried_at: number | null }
    | undefined;
  if (before && before.person !== person) return 'taken';
  if (before && before.carried_at !== null) return 'unchanged';
  if (await tx('pseudonym').where({ value: pseudonym }).whereNot({ sector }).first('sector')) return 'elsewhere';
  await tx('pseudonym')
    .insert({ sector, value: pseudonym, person, carried_at: at })
    .onConflict(['sector', 'value'])
    .merge(['carried_at']);
  return 'carried';
}

const SECTOR = /^(\d{9}_\d{16}|ark:\/\S{1,1000})$/;

/** The names by which publishers know a person, and since when those brought from elsewhere are theirs. */
export async function pseudonymsOf(
  db: Db,
  person: string,
): Promise<{ readonly sector: string; readonly value: string; readonly carriedAt: number | undefined }[]> {
  const rows = (await db('pseudonym').where({ person }).orderBy(['sector', 'value'])) as {
    sector: string;
    value: string;
    carried_at: number | null;
  }[];
  return rows.map(({ sector, value, carried_at }) => ({ sector, value, carriedAt: carried_at ?? undefined }));
}
