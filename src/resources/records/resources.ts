// Resources as they are registered: what each is, what its publisher declared it needs, and what was validated of that.
import type { ResourceAudience } from '../../directory/offers.ts';
import { Refusal } from '../../errors.ts';
import { type Db, inPieces, onPostgres } from '../../storage/storage.ts';
import { arkOf } from '../ark.ts';
import { type AttributeName, defaultAttributes } from '../attributes.ts';

/** `declared` waits for a validation; `suspended` may be validated again; `withdrawn` stays so. */
export const resourceStates = ['declared', 'validated', 'suspended', 'withdrawn'] as const;

export type ResourceState = (typeof resourceStates)[number];

/** How media centres sort: textbooks, multimedia, tools to produce with. */
export const presentations = ['MAN', 'MUL', 'PRO'] as const;

/** An entry of a ScoLOMFR vocabulary. */
export interface Term {
  readonly uri: string;
  readonly nom: string;
}

export interface Details {
  readonly description?: string | undefined;
  /** The address of an image. */
  readonly thumbnail?: string | undefined;
  /** ScoLOMFR voc-010, voc-005, voc-022, voc-015. */
  readonly typePedagogique: readonly Term[];
  readonly typologieDocument: readonly Term[];
  readonly niveauEducatif: readonly Term[];
  readonly domaineEnseignement: readonly Term[];
  /** SIREN_ISNI. */
  readonly distributeurTech: string;
  readonly validateurTech: string;
  /** What the catalogue says besides: who hosts it by name, who sells it, and the resource that its family goes by. */
  readonly nomDistributeurTech?: string | undefined;
  readonly distributeursCom?: readonly Party[] | undefined;
  /** An ARK. */
  readonly mereFamille?: string | undefined;
}

/** A publisher or a distributor; `id` is a SIREN_ISNI. */
export interface Party {
  readonly id: string;
  readonly name: string;
}

interface Asked {
  readonly url?: string;
  readonly schools?: Resource['schools'];
}

export interface Resource {
  /** An ARK, `ark:/NAAN/name`: see `arkOf`. */
  readonly id: string;
  readonly name: string;
  readonly publisher: Party;
  /** Where a person is sent who opens it: as it was validated, once it was. */
  readonly url: string;
  readonly presentation: (typeof presentations)[number];
  /** At least one. */
  readonly declared: readonly AttributeName[];
  /** Never more than what is declared. */
  readonly validated: readonly AttributeName[];
  readonly state: ResourceState;
  /** What pseudonyms are made for: all resources of the publisher, or this one. */
  readonly sector: 'publisher' | 'resource';
  /** The schools that are told, as it was validated: the one of the click, or all of the person's where it can be opened. */
  readonly schools: 'click' | 'all';
  /** What is declared of these two otherwise than it was validated, and waits for a validation; nothing else. */
  readonly asked?: Asked | undefined;
  /** For whom nobody pays: a school may open it to these without a subscription. */
  readonly free: readonly ResourceAudience[];
  readonly details: Details;
}

interface Row {
  id: string;
  name: string;
  publisher: string;
  publisher_name: string;
  url: string;
  presentation: Resource['presentation'];
  declared: string;
  validated: string;
  state: ResourceState;
  sector: Resource['sector'];
  schools: Resource['schools'];
  asked_url: string | null;
  asked_schools: Resource['schools'] | null;
  free: string;
  details: string;
  recorded_at: number;
  changed_at: number;
}

/** What a resource is sent: what was declared and validated, and nothing else but the pseudonym, which `sub` is. */
export function releasable({ declared, validated }: Pick<Resource, 'declared' | 'validated'>): AttributeName[] {
  const both = declared.filter((name) => validated.includes(name));
  const first = defaultAttributes.filter((name) => name === 'IDO' || both.includes(name));
  return [...first, ...both.filter((name) => !first.includes(name))];
}

/** By its ARK, however that is written; `unknown_resource` when there is none. */
export async function findResource(db: Db, id: string): Promise<Resource> {
  const row = (await db('resource')
    .where({ id: arkOf(id) })
    .first()) as Row | undefined;
  if (!row) throw new Refusal('unknown_resource', 'expected the ARK of a resource that is registered');
  return toResource(row);
}

/** Resources in the order of their ARKs: all, those of a publisher, free for somebody, or of a list; what is not there is left out. */
export async function listResources(
  db: Db,
  { ids, publisher, free = false }: { ids?: readonly string[]; publisher?: string; free?: boolean } = {},
): Promise<Resource[]> {
  const query = () => {
    const all = db('resource').orderBy('id');
    if (free) all.whereNot({ free: '[]' });
    return publisher === undefined ? all : all.where({ publisher });
  };
  if (!ids) return ((await query()) as Row[]).map(toResource);
  const rows: Row[] = [];
  for (const piece of inPieces([...new Set(ids.map(arkOf))].sort()))
    rows.push(...((await query().whereIn('id', piece)) as Row[]));
  return rows.map(toResource);
}

/** As it stands, held until the end of the transaction. */
export async function lockResource(tx: Db, id: string): Promise<Resource | undefined> {
  await tx('resource').where({ id }).update({ id });
  return (await listResources(tx, { ids: [id] }))[0];
}

/**
 * Keeps resources from being changed until the end of the transaction: an offer that is made meanwhile is one that whoever
 * changes them next will find. To be called before any school is locked.
 */
export async function keepResources(tx: Db, ids: readonly string[]): Promise<void> {
  if (!onPostgres(tx)) return; // transactions follow each other there
  for (const piece of inPieces([...new Set(ids.map(arkOf))].sort()))
    await tx('resource').whereIn('id', piece).orderBy('id').forShare().select('id');
}

/** Writes a resource, new or instead of what was. */
export async function writeResource(
  tx: Db,
  resource: Resource,
  { before, at }: { before: Resource | undefined; at: number },
): Promise<void> {
  const { id, name, publisher, url, presentation, declared, validated, state, sector, schools, asked, free, details } =
    resource;
  const said = {
    name,
    publisher: publisher.id,
    publisher_name: publisher.name,
    url,
    presentation,
    declared: JSON.stringify(declared),
    validated: JSON.stringify(validated),
    state,
    sector,
    schools,
    asked_url: asked?.url ?? null,
    asked_schools: asked?.schools ?? null,
    free: JSON.stringify(free),
    details: JSON.stringify(details),
    changed_at: at,
  };
  if (before) await tx('resource').where({ id }).update(said);
  else await tx('resource').insert({ id, ...said, recorded_at: at });
}

function toResource(row: Row): Resource {
  return {
    id: row.id,
    name: row.name,
    publisher: { id: row.publisher, name: row.publisher_name },
    url: row.url,
    presentation: row.presentation,
    declared: JSON.parse(row.declared) as AttributeName[],
    validated: JSON.parse(row.validated) as AttributeName[],
    state: row.state,
    sector: row.sector,
    schools: row.schools,
    asked: askedIn(row),
    free: JSON.parse(row.free) as ResourceAudience[],
    details: JSON.parse(row.details) as Details,
  };
}

/** The members that wait, and none where nothing does. */
function askedIn({ asked_url: url, asked_schools: schools }: Row): Asked | undefined {
  if (url === null && schools === null) return undefined;
  return { ...(url !== null && { url }), ...(schools !== null && { schools }) };
}
