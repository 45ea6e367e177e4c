// Signing keys: made at first start, kept sealed, published before they sign and until what they signed has ended.
import { generateKeyPair as generate } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint } from 'jose';
import { audit } from '../audit/audit.ts';
import { type Db, inTransaction, isUniqueViolation } from '../storage/storage.ts';
import { moveRevision } from './revisions.ts';
import type { Seal } from './seal.ts';

const generateKeyPair = promisify(generate);

/** The algorithms we sign with; the first is the default. */
export const signingAlgs = ['ES256', 'RS256'] as const;
export type SigningAlg = (typeof signingAlgs)[number];

/** How long a key is published before it signs: modules keep our keys ten minutes, and more than one node serves them. */
export const PUBLISHED_AHEAD = 15 * 60_000;

/** How long a key stays published after it signed last: the longest life of what it signs, and a margin. */
export const PUBLISHED_AFTER = 2 * 3_600_000;

const NEVER = Number.MAX_SAFE_INTEGER;

export interface SigningKey {
  readonly kid: string;
  readonly alg: SigningAlg;
  /** The private key as a JWK with `kid`, `alg` and `use`. */
  readonly jwk: Record<string, unknown>;
}

/** Where a key is in its life, for a screen. */
export interface KeyLife {
  readonly kid: string;
  readonly alg: SigningAlg;
  readonly state: 'announced' | 'signing' | 'outgoing' | 'withdrawn';
  readonly publishedAt: number;
  readonly signsFrom: number;
}

interface Row {
  alg: SigningAlg;
  generation: number;
  kid: string;
  public_jwk: string;
  sealed_jwk: Buffer;
  published_at: number;
  signs_from: number;
  withdrawn_at: number;
}

/** Makes the first key of each algorithm where there is none. Two nodes that start at once end with the same keys. */
export async function ensureKeys(db: Db, seal: Seal, at: number): Promise<void> {
  for (const alg of signingAlgs) {
    if (await db('oidc_key').where({ alg }).first('kid')) continue;
    const row = await newKeyRow(seal, { alg, generation: 1, at, signsFrom: at });
    await inTransaction(db, async (tx) => {
      await tx('oidc_key').insert(row);
      await moveRevision(tx, 'keys');
      await audit(tx, { at, event: 'keys.created', actor: 'system', details: { alg, kid: row.kid } });
    }).catch((error) => {
      if (!isUniqueViolation(error)) throw error;
    });
  }
}

/**
 * Announces a new key of each algorithm, which signs from `signsFrom` on. `compromised`: those before it are
 * withdrawn at once, and everything they signed with them.
 */
export async function rotateKeys(
  db: Db,
  seal: Seal,
  change: { at: number; signsFrom: number; compromised: boolean; actor: string },
): Promise<KeyLife[]> {
  const { at, signsFrom, compromised, actor } = change;
  await inTransaction(db, async (tx) => {
    for (const alg of signingAlgs) {
      const last = (await tx('oidc_key').where({ alg }).max({ generation: 'generation' }).first()) ?? {};
      const generation = Number(last.generation ?? 0) + 1;
      if (compromised) await tx('oidc_key').where({ alg, withdrawn_at: NEVER }).update({ withdrawn_at: at });
      const row = await newKeyRow(seal, { alg, generation, at, signsFrom });
      await tx('oidc_key').insert(row);
      await audit(tx, { at, event: 'keys.rotated', actor, details: { alg, kid: row.kid, signsFrom, compromised } });
    }
    await moveRevision(tx, 'keys');
  });
  return listKeys(db, at);
}

/** The life of every key, the newest of each algorithm first. */
export async function listKeys(db: Db, at: number): Promise<KeyLife[]> {
  const rows = await readRows(db);
  return rows.map((row) => ({
    kid: row.kid,
    alg: row.alg,
    state: stateOf(row, rows, at),
    publishedAt: row.published_at,
    signsFrom: row.signs_from,
  }));
}

/** The keys to publish at an instant, each algorithm's signing key before the others: the order oidc-provider signs by. */
export async function publishedKeys(db: Db, seal: Seal, at: number): Promise<SigningKey[]> {
  const rows = await readRows(db);
  const rank = { signing: 0, announced: 1, outgoing: 2, withdrawn: 3 };
  return rows
    .map((row) => ({ row, state: stateOf(row, rows, at) }))
    .filter(({ state }) => state !== 'withdrawn')
    .sort((a, b) => rank[a.state] - rank[b.state])
    .map(({ row: { kid, alg, sealed_jwk } }) => ({ kid, alg, jwk: seal.open(kid, sealed_jwk) }));
}

function stateOf(row: Row, rows: readonly Row[], at: number): KeyLife['state'] {
  if (row.withdrawn_at <= at) return 'withdrawn';
  if (row.signs_from > at) return 'announced';
  const successors = rows.filter(
    (other) => other.alg === row.alg && other.generation > row.generation && other.signs_from <= at,
  );
  if (successors.length === 0) return 'signing';
  const replacedAt = Math.min(...successors.map((other) => other.signs_from));
  return replacedAt + PUBLISHED_AFTER > at ? 'outgoing' : 'withdrawn';
}

async function readRows(db: Db): Promise<Row[]> {
  const rows = (await db('oidc_key').orderBy('generation', 'desc')) as Row[];
  return rows.sort((a, b) => signingAlgs.indexOf(a.alg) - signingAlgs.indexOf(b.alg));
}

async function newKeyRow(
  seal: Seal,
  { alg, generation, at, signsFrom }: { alg: SigningAlg; generation: number; at: number; signsFrom: number },
): Promise<Row> {
  const { publicKey, privateKey } =
    alg === 'ES256'
      ? await generateKeyPair('ec', { namedCurve: 'P-256' })
      : await generateKeyPair('rsa', { modulusLength: 2048 });
  const open = publicKey.export({ format: 'jwk' });
  const kid = await calculateJwkThumbprint(open as Parameters<typeof calculateJwkThumbprint>[0]);
  const marks = { kid, alg, use: 'sig' };
  return {
    alg,
    generation,
    kid,
    public_jwk: JSON.stringify({ ...open, ...marks }),
    sealed_jwk: seal.close(kid, { ...privateKey.export({ format: 'jwk' }), ...marks }),
    published_at: at,
    signs_from: signsFrom,
    withdrawn_at: NEVER,
  };
}
