// Codes against lost factors that were asked for by one person, and wait for the signature of another.
import { type Db, inPieces } from '../../storage/storage.ts';

/** How long such an ask waits, in milliseconds: the person it is for cannot sign in meanwhile. */
export const ASK_WAITS = 3 * 86_400_000;

export interface CodeAsk {
  readonly person: string;
  /** The key of who asked, or `operator`. */
  readonly askedBy: string;
  /** UTC milliseconds. */
  readonly askedAt: number;
  readonly until: number;
}

interface Row {
  readonly person: string;
  readonly asked_by: string;
  readonly asked_at: number;
  readonly expires_at: number;
}

/** Keeps an ask; false when one waits already, which stays whose it is. */
export async function keepAsk(
  tx: Db,
  { person, by, at }: { person: string; by: string; at: number },
): Promise<boolean> {
  const kept = await tx('factor_code_ask')
    .insert({ person, asked_by: by, asked_at: at, expires_at: at + ASK_WAITS })
    .onConflict('person')
    .merge()
    .where('factor_code_ask.expires_at', '<=', at)
    .returning('person');
  return kept.length === 1;
}

/** What waits for a signature, for one person. */
export async function askOf(db: Db, person: string, at: number): Promise<CodeAsk | undefined> {
  const [ask] = await asksAmong(db, [person], at);
  return ask;
}

/** What waits for a signature among several persons. */
export async function asksAmong(db: Db, persons: readonly string[], at: number): Promise<CodeAsk[]> {
  const found: CodeAsk[] = [];
  for (const piece of inPieces(persons)) {
    const rows = (await db('factor_code_ask').whereIn('person', piece).where('expires_at', '>', at)) as Row[];
    for (const { person, asked_by: askedBy, asked_at: askedAt, expires_at: until } of rows)
      found.push({ person, askedBy, askedAt, until });
  }
  return found.sort((one, other) => one.askedAt - other.askedAt);
}

/** Takes an ask back; false when there was none. */
export async function dropAsk(tx: Db, person: string): Promise<boolean> {
  return (await tx('factor_code_ask').where({ person }).delete()) === 1;
}

export async function purgeAsks(db: Db, at: number): Promise<number> {
  return db('factor_code_ask').where('expires_at', '<=', at).delete();
}
