// Codes of last resort: ten, each good once, kept as slow hashes, and shown until their holder says they are kept.
import { sealWith } from '../../storage/seal.ts';
import type { Db } from '../../storage/storage.ts';
import { newCode } from '../activation.ts';
import { hashPassword, verifyPassword } from '../hashing.ts';

const HOW_MANY = 10;

/** Characters of the first group, which finds a code; the twelve others are 55 random bits. */
const SELECTOR = 4;
const LENGTH = 16;

/** How long a sheet can be shown again, in milliseconds: a page that is asked again must not lose it. */
const SHOWN_FOR = 20 * 60_000;

/** Codes that were made and not kept yet. */
export interface Sheet {
  readonly codes: readonly string[];
  readonly rows: readonly { readonly selector: string; readonly secret: string }[];
}

/** Makes a sheet of codes for a person, and the slow work that goes with it: however often they ask, it is one turn of theirs. */
export async function newSheet(person: string): Promise<Sheet> {
  const codes = new Map<string, string>();
  while (codes.size < HOW_MANY) {
    const code = newCode().slice(0, LENGTH + LENGTH / SELECTOR - 1);
    codes.set(plain(code).slice(0, SELECTOR), code);
  }
  const rows = await Promise.all(
    [...codes].map(async ([selector, code]) => ({
      selector,
      secret: await hashPassword(plain(code).slice(SELECTOR), person),
    })),
  );
  return { codes: [...codes.values()], rows };
}

/** Keeps a sheet in place of the one before; it is shown on the way it was made on. */
export async function keepSheet(
  tx: Db,
  sheet: Sheet,
  { person, bound, key, at }: { person: string; bound: string; key: Buffer; at: number },
): Promise<void> {
  await dropCodes(tx, person);
  await tx('recovery_code').insert(sheet.rows.map((row) => ({ person, ...row, made_at: at, used_at: null })));
  const sealed = sealWith(key).close(`recovery ${person}`, sheet.codes);
  await tx('recovery_sheet')
    .insert({ person, bound, sealed, expires_at: at + SHOWN_FOR })
    .onConflict('person')
    .merge();
}

/** The codes of a sheet that its holder has not said to have kept, on the way it was made on. */
export async function sheetToShow(
  db: Db,
  { person, bound, key, at }: { person: string; bound: string; key: Buffer; at: number },
): Promise<readonly string[] | undefined> {
  const row = (await db('recovery_sheet').where({ person, bound }).where('expires_at', '>', at).first('sealed')) as
    | { sealed: Buffer }
    | undefined;
  return row && sealWith(key).openOnce<string[]>(`recovery ${person}`, row.sealed);
}

/** Their holder has kept them: nobody sees them again. */
export async function sheetKept(tx: Db, { person, bound }: { person: string; bound: string }): Promise<void> {
  await tx('recovery_sheet').where({ person, bound }).delete();
}

/** How many codes of a person are left. */
export async function codesLeft(db: Db, person: string): Promise<number> {
  const row = await db('recovery_code').where({ person, used_at: null }).count({ left: '*' }).first();
  return Number(row?.left ?? 0);
}

/** Uses a code up. The same work whether it is known or not. */
export async function takeCode(
  db: Db,
  { person, code, at }: { person: string; code: string; at: number },
): Promise<boolean> {
  const typed = plain(code);
  const selector = typed.length === LENGTH ? typed.slice(0, SELECTOR) : '';
  const row = (await db('recovery_code').where({ person, selector, used_at: null }).first('secret')) as
    | { secret: string }
    | undefined;
  if (!(await verifyPassword(row?.secret, typed.slice(SELECTOR, LENGTH), person))) return false;
  return (await db('recovery_code').where({ person, selector, used_at: null }).update({ used_at: at })) === 1;
}

/** Takes all the codes of a person back. */
export async function dropCodes(tx: Db, person: string): Promise<void> {
  await tx('recovery_code').where({ person }).delete();
  await tx('recovery_sheet').where({ person }).delete();
}

export async function purgeSheets(db: Db, at: number): Promise<number> {
  return db('recovery_sheet').where('expires_at', '<=', at).delete();
}

function plain(code: string): string {
  return code.toUpperCase().replace(/[^A-Z0-9]/g, '');
}
