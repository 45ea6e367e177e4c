// The registry of resources: declared by their publishers, validated datum by datum, suspended, withdrawn.

import { audit } from '../audit/audit.ts';
import { type ResourceAudience, resourceAudiences } from '../directory/offers.ts';
import { Refusal } from '../errors.ts';
import { type Db, inTransaction, isUniqueViolation } from '../storage/storage.ts';
import { arkOf } from './ark.ts';
import { type AttributeName, defaultAttributes, isAttribute } from './attributes.ts';
import { isLine } from './lines.ts';
import { closeResource, deriveForResource } from './offers.ts';
import { endOpenings } from './records/openings.ts';
import {
  findResource,
  lockResource,
  type Party,
  presentations,
  type Resource,
  type ResourceState,
  writeResource,
} from './records/resources.ts';

export { arkOf } from './ark.ts';
export { findResource, listResources, type Resource, releasable } from './records/resources.ts';

/** What a publisher says of a resource; whether it is validated is nothing it says. Free for nobody unless said. */
export type NewResource = Omit<Resource, 'validated' | 'state' | 'asked' | 'free'> & {
  readonly free?: readonly ResourceAudience[] | undefined;
};

interface By {
  /** The key of a person, or `operator`. */
  readonly by: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

/** From where each state can be reached. What is withdrawn stays so. */
const from: Readonly<Record<Exclude<ResourceState, 'declared'>, readonly ResourceState[]>> = {
  validated: ['declared', 'validated', 'suspended'],
  suspended: ['validated'],
  withdrawn: ['declared', 'validated', 'suspended'],
};

/**
 * Records what a publisher says: a new resource, or another word on one. One that names no attribute declares the default
 * ones. What is declared anew waits for a validation, and what was validated goes on meanwhile; what is no longer
 * declared is no longer validated either, and what is no longer free is closed where it was open as such. Publisher and
 * sector never change, for pseudonyms are made of them. Says whether anything changed.
 * Refuses `resource_refused`, naming the `member`, and `resource_move_refused` for one that is withdrawn.
 */
export async function recordResource(db: Db, asked: NewResource & By): Promise<{ changed: boolean }> {
  return recordOnce(db, asked).catch((error) => {
    // somebody else recorded the same new resource a moment before: it is no longer new
    if (isUniqueViolation(error)) return recordOnce(db, asked);
    throw error;
  });
}

function recordOnce(db: Db, { by, at, ...asked }: NewResource & By): Promise<{ changed: boolean }> {
  requireWhole(asked);
  return inTransaction(db, async (tx) => {
    const id = arkOf(asked.id);
    const before = await lockResource(tx, id);
    requireSame(before, asked);
    const declared = asked.declared.length > 0 ? [...new Set(asked.declared)] : defaultAttributes;
    const validated = (before?.validated ?? []).filter((name) => declared.includes(name));
    const free = resourceAudiences.filter((one) => asked.free?.includes(one));
    const mother = asked.details.mereFamille;
    const details = { ...asked.details, ...(mother !== undefined && { mereFamille: arkOf(mother) }) };
    const state = before?.state ?? 'declared';
    const resource: Resource = { ...asked, ...goesOn(before, asked), id, details, declared, validated, free, state };
    if (before && sameAs(before, resource)) return { changed: false };
    await writeResource(tx, resource, { before, at });
    const closed = before?.free.filter((audience) => !free.includes(audience)) ?? [];
    await endOpenings(tx, { resource: id, audiences: closed });
    if (before && before.free.join() !== free.join()) await deriveForResource(tx, { resource: id, at, by });
    await trace(tx, 'recorded', { id, by, at });
    return { changed: true };
  });
}

/** Where a resource opens, and which schools it is told: of what is declared, as much as was validated; the rest waits. */
function goesOn(
  before: Resource | undefined,
  { url, schools }: Pick<Resource, 'url' | 'schools'>,
): Pick<Resource, 'url' | 'schools' | 'asked'> {
  if (!before || before.state === 'declared') return { url, schools, asked: undefined };
  const isMoved = url !== before.url;
  const isWider = schools === 'all' && before.schools === 'click';
  const asked = isMoved || isWider ? { ...(isMoved && { url }), ...(isWider && { schools }) } : undefined;
  return { url: before.url, schools: isWider ? before.schools : schools, asked };
}

/**
 * Validates a resource at the address that it declares, for some of the attributes that it declares, and for the schools
 * that it declares, or that of the click alone: from this instant it is open where it is subscribed to, and is sent that,
 * whatever was validated before. An address or more schools that wait come into force by their name alone, and go on
 * waiting where what was validated before is named. Refuses `unknown_resource`, `resource_refused` for what is not
 * declared, `resource_waits` with the members that must be named, and `resource_move_refused`.
 */
export function validateResource(
  db: Db,
  { id, attributes, url, schools, ...act }: { id: string; attributes: readonly AttributeName[] } & Named & By,
): Promise<void> {
  return move(db, 'validated', { id, ...act }, (before) => {
    if (attributes.some((name) => !before.declared.includes(name)))
      throw bad('attributes', 'expected attributes that are declared');
    return {
      ...before,
      ...settled(before, { url, schools }),
      state: 'validated',
      validated: before.declared.filter((name) => attributes.includes(name)),
    };
  });
}

/** What may be named when a resource is validated, and must be where another waits. */
interface Named {
  readonly url?: string | undefined;
  readonly schools?: Resource['schools'] | undefined;
}

/** Where it opens and which schools it is told, once that was named; what was declared otherwise waits. */
function settled(before: Resource, { url, schools }: Named): Pick<Resource, 'url' | 'schools' | 'asked'> {
  const declared = { url: before.url, schools: before.schools, ...before.asked };
  if (url !== undefined && url !== declared.url && url !== before.url)
    throw bad('url', 'expected the address that is declared, or the one that is validated');
  if (schools === 'all' && declared.schools !== 'all') throw bad('schools', 'expected the schools that are declared');
  const waits = [
    ...(before.asked?.url !== undefined && url === undefined ? ['url'] : []),
    ...(before.asked?.schools !== undefined && schools === undefined ? ['schools'] : []),
  ];
  if (waits.length > 0)
    throw new Refusal('resource_waits', `expected \`${waits.join('` and `')}\` to be named, for another waits`, {
      waits,
    });
  const now = { url: url ?? declared.url, schools: schools ?? declared.schools };
  const isMoved = now.url !== declared.url;
  const isNarrower = now.schools !== declared.schools;
  const rest = { ...(isMoved && { url: declared.url }), ...(isNarrower && { schools: declared.schools }) };
  return { ...now, asked: isMoved || isNarrower ? rest : undefined };
}

/** Closes a validated resource everywhere, until it is validated again. `unknown_resource`, `resource_move_refused`. */
export function suspendResource(db: Db, act: { id: string } & By): Promise<void> {
  return move(db, 'suspended', act, (before) => ({ ...before, state: 'suspended' }));
}

/** Closes a resource for good. `unknown_resource`, `resource_move_refused`. */
export function withdrawResource(db: Db, act: { id: string } & By): Promise<void> {
  return move(db, 'withdrawn', act, (before) => ({ ...before, state: 'withdrawn', validated: [], asked: undefined }));
}

async function move(
  db: Db,
  state: keyof typeof from,
  { id, by, at }: { id: string } & By,
  change: (before: Resource) => Resource,
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const before = await lockResource(tx, id);
    if (!before) return void (await findResource(tx, id));
    if (!from[state].includes(before.state))
      throw new Refusal('resource_move_refused', `what is ${before.state} does not become ${state}`, {
        before: before.state,
        after: state,
      });
    const resource = change(before);
    if (sameAs(before, resource)) return;
    await writeResource(tx, resource, { before, at });
    if (state === 'validated') await deriveForResource(tx, { resource: before.id, at, by });
    else await closeResource(tx, { resource: before.id, at, by });
    const { validated, schools } = resource;
    await trace(tx, state, { id: before.id, by, at, attributes: validated.join(' '), schools });
  });
}

function requireSame(before: Resource | undefined, asked: NewResource): void {
  if (!before) return;
  if (before.state === 'withdrawn')
    throw new Refusal('resource_move_refused', 'what is withdrawn stays so', { before: before.state });
  if (before.publisher.id !== asked.publisher.id) throw bad('publisher', 'expected the same publisher as before');
  if (before.sector !== asked.sector) throw bad('sector', 'expected the same sector as before');
}

function requireWhole(asked: NewResource): void {
  const { id, name, publisher, url, presentation, declared, sector, schools, free = [], details } = asked;
  const lists = [
    details.typePedagogique,
    details.typologieDocument,
    details.niveauEducatif,
    details.domaineEnseignement,
  ] as const;
  const { nomDistributeurTech, distributeursCom: sellers, mereFamille } = details;
  const members: readonly (readonly [member: string, good: boolean])[] = [
    ['id', isArk(id)],
    ['name', isLine(name, 255)],
    ['publisher', isParty(publisher)],
    ['url', isAddress(url)],
    ['presentation', presentations.includes(presentation)],
    ['declared', declared.every(isAttribute)],
    ['sector', sector === 'publisher' || sector === 'resource'],
    ['schools', schools === 'click' || schools === 'all'],
    ['free', free.every((one) => resourceAudiences.includes(one))],
    ['description', details.description === undefined || isLine(details.description, 2000)],
    ['thumbnail', details.thumbnail === undefined || isAddress(details.thumbnail)],
    ['terms', lists.flat().every(({ uri, nom }) => isAddress(uri) && isLine(nom, 255))],
    ['distributeurTech', isPartyId(details.distributeurTech)],
    ['validateurTech', isPartyId(details.validateurTech)],
    ['nomDistributeurTech', nomDistributeurTech === undefined || isLine(nomDistributeurTech, 255)],
    ['distributeursCom', sellers === undefined || (sellers.length > 0 && sellers.every(isParty))],
    ['mereFamille', mereFamille === undefined || (isArk(mereFamille) && arkOf(mereFamille) !== arkOf(id))],
  ];
  const wrong = members.find(([, good]) => !good)?.[0];
  if (wrong) throw bad(wrong, `expected \`${wrong}\` to be whole`);
}

function isArk(text: string): boolean {
  return isLine(text, 1024) && /^ark:\/\d{5,9}\/[^\s/][^\s]*$/.test(arkOf(text));
}

function isParty({ id, name }: Party): boolean {
  return isPartyId(id) && isLine(name, 255);
}

/** SIREN_ISNI, zeros for who has no ISNI. */
function isPartyId(text: string): boolean {
  return /^\d{9}_\d{16}$/.test(text);
}

function isAddress(text: string): boolean {
  return text.length <= 1024 && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function sameAs(before: Resource, after: Resource): boolean {
  return canonical(before) === canonical(after);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member) =>
    member && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

function bad(member: string, message: string): Refusal {
  return new Refusal('resource_refused', message, { member });
}

async function trace(
  tx: Db,
  what: string,
  { id, by, at, ...more }: { id: string; attributes?: string; schools?: Resource['schools'] } & By,
): Promise<void> {
  const details = { resource: id, ...more };
  await audit(tx, { at, event: `resource.${what}`, actor: by, details });
}
