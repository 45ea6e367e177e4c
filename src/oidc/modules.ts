// Modules: the OIDC clients of Préau, each with a purpose and someone who answers for it.
import { randomBytes } from 'node:crypto';
import { type AuditEvent, audit } from '../audit/audit.ts';
import { listSchools } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { type Db, inTransaction, isUniqueViolation } from '../storage/storage.ts';
import { boundResources } from './bound-resources.ts';
import { dateFaults } from './certificate-faults.ts';
import { marksOf } from './certificate-holders.ts';
import { thumbprintOf } from './certificates.ts';
import { CLAIMS_EDITION } from './claims.ts';
import { faultsIn } from './faults.ts';
import { keepModuleEntry } from './processing.ts';
import { moveRevision } from './revisions.ts';
import { apiScopes } from './scopes.ts';
import { secretHash } from './seal.ts';
import type { Module, ModuleAuth, ModuleGrant, NewModule, Sheet } from './sheet.ts';
import { forgetUnheard } from './unheard.ts';

export type { Module, NewModule } from './sheet.ts';

interface Row {
  id: string;
  sheet: string;
  secret_hash: string | null;
  added_at: number;
}

/**
 * Registers a module. Its secret, when it has one, is made here and shown this once.
 * `client_invalid` lists every fault; `client_exists` when the id is taken; `scope_forbidden` for the absences of staff.
 */
export async function addModule(
  db: Db,
  asked: NewModule,
  { actor, at }: { actor: string; at: number },
): Promise<{ module: Module; secret?: string }> {
  const bound = await boundResources(db, asked.resources ?? []);
  const sheet = { ...withDefaults(asked), ...bound.sheet };
  requireNoForbidden(sheet.scopes);
  const elsewhere = [...(await unknownSchools(db, sheet.schools)), ...bound.faults];
  requireNoFaults([...faultsIn(sheet), ...dateFaults(sheet, at), ...elsewhere]);
  const secret = sheet.auth.startsWith('client_secret') ? randomBytes(32).toString('base64url') : undefined;
  const row: Row = {
    id: sheet.id,
    sheet: JSON.stringify(sheet),
    secret_hash: secret === undefined ? null : secretHash(secret),
    added_at: at,
  };
  await inTransaction(db, async (tx) => {
    await tx('oidc_module').insert(row);
    await moveRevision(tx, 'modules'); // before what is read: two that are added at once follow each other
    requireNoFaults(await sharedMarks(tx, sheet));
    await keepModuleEntry(tx, sheet.id, toModule(row), { at, actor });
    await audit(tx, { at, event: 'client.added', actor, client: sheet.id });
  }).catch((error) => {
    throw isUniqueViolation(error) ? new Refusal('client_exists', `a module has the id \`${sheet.id}\``) : error;
  });
  return { module: toModule(row), ...(secret !== undefined && { secret }) };
}

/** Every module, in the order of their ids. */
export async function listModules(db: Db): Promise<Module[]> {
  return ((await db('oidc_module').orderBy('id')) as Row[]).map(toModule);
}

/** A module by id; `unknown_client` when there is none. */
export async function findModule(db: Db, id: string): Promise<Module> {
  const row = (await db('oidc_module').where({ id }).first()) as Row | undefined;
  if (!row) throw new Refusal('unknown_client', `no module has the id \`${id}\``);
  return toModule(row);
}

/** Removes a module; its grants and tokens end with it. `unknown_client` when there is none. */
export async function removeModule(db: Db, id: string, { actor, at }: { actor: string; at: number }): Promise<void> {
  await inTransaction(db, async (tx) => {
    if ((await tx('oidc_module').where({ id }).delete()) === 0)
      throw new Refusal('unknown_client', `no module has the id \`${id}\``);
    await forgetUnheard(tx, id);
    await moveRevision(tx, 'modules');
    await keepModuleEntry(tx, id, undefined, { at, actor });
    await audit(tx, { at, event: 'client.removed', actor, client: id });
  });
}

/**
 * Lets a module be known by one more certificate of its own, DER in base64, so that it follows one that is about to end.
 * `unknown_client`; `client_invalid` when it is not known by certificates of its own, or the certificate will not do.
 */
export async function addCertificate(
  db: Db,
  { client, certificate }: { client: string; certificate: string },
  { actor, at }: { actor: string; at: number },
): Promise<void> {
  const key = thumbprintOf(Buffer.from(certificate, 'base64'));
  await changeCertificates(db, client, (before) => [...before, certificate], {
    at,
    event: 'client.certificate_added',
    actor,
    client,
    details: { key },
  });
}

/** Takes a certificate from a module, by its thumbprint. `unknown_client`, `unknown_key`; `client_invalid` for its last one. */
export async function removeCertificate(
  db: Db,
  { client, thumbprint }: { client: string; thumbprint: string },
  { actor, at }: { actor: string; at: number },
): Promise<void> {
  const event = { at, event: 'client.certificate_removed', actor, client, details: { key: thumbprint } };
  const without = (before: readonly string[]) =>
    before.filter((text) => thumbprintOf(Buffer.from(text, 'base64')) !== thumbprint);
  await changeCertificates(db, client, without, event);
}

async function changeCertificates(
  db: Db,
  id: string,
  change: (before: readonly string[]) => string[],
  event: AuditEvent,
): Promise<void> {
  await inTransaction(db, async (tx) => {
    await moveRevision(tx, 'modules');
    const { addedAt: _added, noticeVersion: _version, ...sheet } = await findModule(tx, id);
    const before = sheet.certificates ?? [];
    const certificates = change(before);
    if (certificates.length === before.length)
      throw new Refusal('unknown_key', 'the module has no certificate with this thumbprint');
    const changed = { ...sheet, certificates };
    const added = { ...sheet, certificates: certificates.filter((text) => !before.includes(text)) };
    requireNoFaults([...faultsIn(changed), ...dateFaults(added, event.at), ...(await sharedMarks(tx, changed))]);
    await tx('oidc_module')
      .where({ id })
      .update({ sheet: JSON.stringify(changed) });
    await audit(tx, event);
  });
}

/** A module with the hash of its secret: for the provider alone. */
export interface KnownModule extends Module {
  readonly secretHash: string | undefined;
}

/** One module, or every one, for the provider's memory. */
export async function readModules(db: Db, id?: string): Promise<KnownModule[]> {
  const query = db('oidc_module').orderBy('id');
  if (id !== undefined) query.where({ id });
  return ((await query) as Row[]).map((row) => ({ ...toModule(row), secretHash: row.secret_hash ?? undefined }));
}

/** Absences of staff are never given to a module, whatever its scope is called (I6): refused by name, before anything else. */
function requireNoForbidden(scopes: readonly string[]): void {
  const forbidden = scopes.find((scope) => ABOUT_ABSENCES.test(scope));
  if (forbidden !== undefined)
    throw new Refusal('scope_forbidden', `no module receives absences of staff: \`${forbidden}\``, {
      scope: forbidden,
    });
}

const ABOUT_ABSENCES = /absen/i;

function requireNoFaults(faults: readonly string[]): void {
  if (faults.length > 0)
    throw new Refusal('client_invalid', `the module has ${faults.length} fault(s):\n  - ${faults.join('\n  - ')}`, {
      faults,
    });
}

/** Two modules are never known by the same certificate: neither would be known by it. */
async function sharedMarks(tx: Db, sheet: Sheet): Promise<string[]> {
  const marks = new Set(marksOf(sheet));
  if (marks.size === 0) return [];
  const others = (await listModules(tx)).filter(({ id }) => id !== sheet.id);
  return others.some((other) => marksOf(other).some((mark) => marks.has(mark)))
    ? ['certificates: expected one by which no other module is known']
    : [];
}

function withDefaults(asked: NewModule): Sheet {
  const redirectUris = asked.redirectUris ?? [];
  const auth = asked.auth ?? 'client_secret_basic';
  const [first = ''] = redirectUris;
  return {
    id: asked.id,
    name: asked.name?.trim() ?? '',
    purpose: asked.purpose?.trim() ?? '',
    responsible: asked.responsible?.trim() ?? '',
    redirectUris,
    postLogoutRedirectUris: asked.postLogoutRedirectUris ?? [],
    backchannelLogoutUri: asked.backchannelLogoutUri,
    scopes: asked.scopes,
    schools: asked.schools,
    auth,
    grants: asked.grants ?? usualGrants(asked, auth),
    signing: asked.signing ?? 'ES256',
    jwks: asked.jwks,
    jwksUri: asked.jwksUri,
    certificateSubject: asked.certificateSubject,
    certificates: asked.certificates,
    subject: asked.subject ?? 'pairwise',
    sector: asked.sector ?? ((URL.canParse(first) && new URL(first).hostname) || asked.id),
    reasons: asked.reasons ?? 'none',
    distributor: asked.distributor,
    ent: asked.ent,
    resources: asked.resources ?? [],
    attributes: asked.attributes,
  };
}

function usualGrants({ redirectUris = [], scopes }: NewModule, auth: ModuleAuth): ModuleGrant[] {
  const byItself = auth !== 'none' && apiScopes.some((scope) => scopes.includes(scope));
  return [
    ...(redirectUris.length > 0 ? (['authorization_code', 'refresh_token'] as const) : []),
    ...(byItself ? (['client_credentials'] as const) : []),
  ];
}

async function unknownSchools(db: Db, schools: Sheet['schools']): Promise<string[]> {
  if (schools === 'all') return [];
  const known = new Set((await listSchools(db, schools)).map((school) => school.uai));
  return schools.filter((uai) => !known.has(uai)).map((uai) => `schools: no school has the UAI \`${uai}\``);
}

function toModule(row: Row): Module {
  const sheet: Sheet = { reasons: 'none', resources: [], ...JSON.parse(row.sheet) };
  return { ...sheet, addedAt: row.added_at, noticeVersion: Math.floor(row.added_at / 1000) + CLAIMS_EDITION };
}
