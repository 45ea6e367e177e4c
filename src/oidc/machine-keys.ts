// Machine keys: what a module's machines show instead of fetching a token. Several at once, so that one can follow another.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { audit } from '../audit/audit.ts';
import { Refusal } from '../errors.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { findModule, type Module } from './modules.ts';
import { moveRevision } from './revisions.ts';
import { apiScopes } from './scopes.ts';
import { secretHash } from './seal.ts';
import { certificateAuths } from './sheet.ts';

/** A key as it is kept: the secret itself is shown once and never kept. */
export interface MachineKey {
  /** Its public part, which stands in the key. */
  readonly id: string;
  readonly client: string;
  /** Where it is used, in the words of who asked for it. */
  readonly label: string;
  readonly scopes: readonly string[];
  /** UTC milliseconds. */
  readonly addedAt: number;
  /** When it expires or was withdrawn, UTC milliseconds. */
  readonly endsAt: number;
}

/** A key that is good now, with the hash of its secret: for the provider alone. */
export interface KnownKey extends MachineKey {
  readonly secretHash: string;
}

/** How long a key is good for, in days, unless another term is asked for; and at most. */
export const KEY_DAYS = { usual: 365, most: 730 } as const;

/** How many good keys a module has at most: one in use, the next one, and some more machines. */
export const MOST_KEYS = 10;

/** What keys begin with, so that people and scanners recognise one where it should not be. */
const PREFIX = 'preau_';
const KEY = /^preau_([0-9a-f]{16})_([\w-]{43})$/;
const DAY = 24 * 3600_000;

interface Row {
  id: string;
  client: string;
  secret_hash: string;
  label: string;
  scopes: string;
  added_at: number;
  ends_at: number;
}

/**
 * Makes a key for a module, shown this once. `unknown_client`; `key_refused` for a module that never speaks for itself,
 * for scopes it does not hold, a term that is too long, or too many keys.
 */
export async function addMachineKey(
  db: Db,
  asked: { client: string; label: string; scopes: readonly string[]; days?: number | undefined },
  { actor, at }: { actor: string; at: number },
): Promise<{ key: MachineKey; shown: string }> {
  const secret = randomBytes(32).toString('base64url');
  const id = randomBytes(8).toString('hex');
  const { days = KEY_DAYS.usual } = asked;
  const key: MachineKey = {
    id,
    client: asked.client,
    label: asked.label.trim(),
    scopes: asked.scopes,
    addedAt: at,
    endsAt: at + days * DAY,
  };
  const [fault] = faultsIn(await findModule(db, asked.client), key, days);
  if (fault) throw new Refusal('key_refused', fault);
  await inTransaction(db, async (tx) => {
    await moveRevision(tx, 'modules'); // first: two that add at once follow each other
    const good = await readMachineKeys(tx, at, asked.client);
    if (good.length >= MOST_KEYS)
      throw new Refusal('key_refused', `the module has ${MOST_KEYS} keys that are good: withdraw one first`);
    await tx('oidc_machine_key').insert({
      id,
      client: key.client,
      secret_hash: secretHash(secret),
      label: key.label,
      scopes: key.scopes.join(' '),
      added_at: at,
      ends_at: key.endsAt,
    } satisfies Row);
    await audit(tx, { at, event: 'client.key_added', actor, client: key.client, details: { key: id } });
  });
  return { key, shown: `${PREFIX}${id}_${secret}` };
}

/** Every key a module was given, the newest first. `unknown_client` */
export async function listMachineKeys(db: Db, client: string): Promise<MachineKey[]> {
  await findModule(db, client);
  const rows = (await db('oidc_machine_key').where({ client }).orderBy('added_at', 'desc').orderBy('id')) as Row[];
  return rows.map(toKey);
}

/** Withdraws a key at once; `unknown_key` when the module has no such key that is good. */
export async function removeMachineKey(
  db: Db,
  { client, id }: { client: string; id: string },
  { actor, at }: { actor: string; at: number },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const ended = await tx('oidc_machine_key').where({ client, id }).where('ends_at', '>', at).update({ ends_at: at });
    if (ended === 0) throw new Refusal('unknown_key', `the module has no good key \`${id}\``);
    await moveRevision(tx, 'modules');
    await audit(tx, { at, event: 'client.key_removed', actor, client, details: { key: id } });
  });
}

/** The keys that are good at an instant, of one module or of all. */
export async function readMachineKeys(db: Db, at: number, client?: string): Promise<KnownKey[]> {
  const query = db('oidc_machine_key').where('ends_at', '>', at);
  if (client !== undefined) query.where({ client });
  return ((await query) as Row[]).map((row) => ({ ...toKey(row), secretHash: row.secret_hash }));
}

/** Whether what a caller shows is meant to be one of our keys, genuine or not. */
export function looksLikeKey(shown: string): boolean {
  return shown.startsWith(PREFIX);
}

/** The parts of a key; none of what is not written as one. */
export function partsOf(shown: string): { id: string; secret: string } | undefined {
  const [, id, secret] = KEY.exec(shown) ?? [];
  return id !== undefined && secret !== undefined ? { id, secret } : undefined;
}

/** Whether a secret is the one whose hash is kept; the same work when nothing is kept. */
export function provesSecret(secret: string, kept: string | undefined): boolean {
  const given = Buffer.from(secretHash(secret));
  const known = Buffer.from(kept ?? NOTHING);
  return timingSafeEqual(given, known) && kept !== undefined;
}

const NOTHING = secretHash('');

/** Whether a module may speak for itself, and not only for those who signed in at it. */
export function speaksForItself({ grants }: Pick<Module, 'grants'>): boolean {
  return grants.includes('client_credentials');
}

function* faultsIn(module: Module, { label, scopes }: MachineKey, days: number): Generator<string> {
  if ((certificateAuths as readonly string[]).includes(module.auth))
    yield 'expected a module without a certificate: one that has it shows it, and a key could be stolen without it';
  if (!speaksForItself(module))
    yield 'expected a module that speaks for itself: one with the grant `client_credentials`';
  if (label.length === 0 || label.length > 80 || /\p{Cc}/u.test(label))
    yield 'expected a name of 1 to 80 characters on one line: where the key is used';
  if (scopes.length === 0) yield 'expected at least one scope';
  for (const scope of scopes)
    if (!(apiScopes as readonly string[]).includes(scope) || !module.scopes.includes(scope))
      yield `expected scopes of our interfaces that the module holds, got \`${scope}\``;
  if (!Number.isInteger(days) || days < 1 || days > KEY_DAYS.most)
    yield `expected a term of 1 to ${KEY_DAYS.most} days`;
}

function toKey({ id, client, label, scopes, added_at, ends_at }: Row): MachineKey {
  return { id, client, label, scopes: scopes.split(' '), addedAt: added_at, endsAt: ends_at };
}
