// What an assertion leads to: somebody to let in, a choice, an account to open, or nobody.
import type { Origin } from '../accounts/accounts.ts';
import { Refusal } from '../errors.ts';
import { type Join, joinByUpstream, mayJoinUpstream } from '../families/families.ts';
import { mayBeTwin } from '../families/twins.ts';
import type { Db } from '../storage/storage.ts';
import type { Assertion } from './assertion.ts';
import { type Holder, holdersOf } from './holders.ts';
import { linkOf } from './links.ts';
import type { Population } from './sheet.ts';

/**
 * - `nobody`: no record of ours is named, or none that may be let in; why is told to nobody.
 * - `enter`: an account that signs in; `join` are records of the same parent that come to it, `others` accounts that do not.
 * - `choose`: several accounts, and no way to tell which; or several records that cannot be one person's.
 * - `open`: nobody has an account yet; `join` come with it.
 */
export type Arrival =
  | { readonly kind: 'nobody' }
  | {
      readonly kind: 'enter';
      readonly person: string;
      readonly join: readonly string[];
      readonly others: readonly string[];
    }
  | { readonly kind: 'choose'; readonly among: readonly string[] }
  | { readonly kind: 'open'; readonly person: string; readonly join: readonly string[] };

interface Arriving {
  readonly assertion: Assertion;
  readonly population: Population;
  /** What names of upstream are hashed under. */
  readonly key: Buffer;
  /** Whom the person chose, where a choice was offered. */
  readonly chosen?: string | undefined;
  readonly at: number;
}

/** Where an assertion leads now. It changes nothing. */
export async function arrivalOf(db: Db, { assertion, population, key, chosen, at }: Arriving): Promise<Arrival> {
  const holders = await holdersOf(db, { references: assertion.references, population, at });
  const live = holders.filter(({ stands }) => stands === 'live');
  const fresh = holders.filter(({ stands }) => stands === 'fresh');
  const [first, ...rest] = live;
  if (first && rest.length === 0)
    return { kind: 'enter', person: first.person, join: await joining(db, first, { fresh, at }), others: [] };
  if (first) {
    const linked = (await linkOf(db, key, assertion))?.person;
    const person = live.find((one) => one.person === (chosen ?? linked))?.person;
    if (person === undefined) return { kind: 'choose', among: live.map((one) => one.person) };
    // several accounts: joining them asks for the password of each
    return { kind: 'enter', person, join: [], others: live.map((one) => one.person).filter((one) => one !== person) };
  }
  return openingOf(db, { fresh, chosen, at });
}

/** Joins to a person what an assertion names beside them; what came first elsewhere, or may not be, is left as it is. */
export async function joinAll(
  db: Db,
  {
    survivor,
    records,
    provider,
    from,
  }: { survivor: string; records: readonly string[]; provider: string; from: Origin },
): Promise<Join[]> {
  const joined: Join[] = [];
  for (const record of records) {
    try {
      joined.push((await joinByUpstream(db, { ...from, survivor, record, provider })).join);
    } catch (error) {
      if (!(error instanceof Refusal) || !/^join_/.test(error.code)) throw error;
    }
  }
  return joined;
}

/** Each account that may be opened, with what would come to it. */
async function openingOf(
  db: Db,
  { fresh, chosen, at }: { fresh: readonly Holder[]; chosen: string | undefined; at: number },
): Promise<Arrival> {
  const openings: { person: string; join: string[] }[] = [];
  const placed = new Set<string>();
  for (const holder of fresh) {
    if (placed.has(holder.person)) continue;
    const left = fresh.filter(({ person }) => !placed.has(person));
    const join = await joining(db, holder, { fresh: left, at });
    for (const person of [holder.person, ...join]) placed.add(person);
    openings.push({ person: holder.person, join });
  }
  const [first, ...more] = openings;
  if (!first) return { kind: 'nobody' };
  const opening = more.length === 0 ? first : openings.find(({ person }) => person === chosen);
  return opening ? { kind: 'open', ...opening } : { kind: 'choose', among: openings.map(({ person }) => person) };
}

/** The records without an account that are the same parent's. */
async function joining(
  db: Db,
  { person: survivor, kind }: Holder,
  { fresh, at }: { fresh: readonly Holder[]; at: number },
): Promise<string[]> {
  if (kind !== 'guardian') return [];
  const found: string[] = [];
  for (const { person: record, kind: other } of fresh) {
    if (record === survivor || other !== 'guardian') continue;
    const asked = { survivor, record, at };
    if ((await mayBeTwin(db, asked)) && (await mayJoinUpstream(db, asked))) found.push(record);
  }
  return found;
}
