// The catalogue of resources, as the GAR lists what may be distributed: for machines of distributors and of other ENT.
import type { Db } from '../storage/storage.ts';
import { listResources, type Party, type Resource } from './records/resources.ts';

/** A resource of the catalogue. */
export interface Listed {
  readonly resource: Resource;
  /** Who sells it, the publisher unless others are said; one at least. */
  readonly sellers: readonly Party[];
  /** Who hosts it. */
  readonly host: Party;
  /** Whether it may be opened, which it may not be while it is suspended. */
  readonly opens: boolean;
  /** The resources, in the order of their ARKs, that name this one as that of their family. */
  readonly members: readonly string[];
}

/** What was validated, by ARK; not what waits for it, nor what is withdrawn. */
export async function catalogueOf(db: Db): Promise<Listed[]> {
  const all = (await listResources(db)).filter(({ state }) => state === 'validated' || state === 'suspended');
  const members = new Map<string, string[]>();
  for (const { id, details } of all)
    if (details.mereFamille !== undefined)
      members.set(details.mereFamille, [...(members.get(details.mereFamille) ?? []), id]);
  return all.map((resource) => ({
    resource,
    sellers: resource.details.distributeursCom ?? [resource.publisher],
    host: hostOf(resource),
    opens: resource.state === 'validated',
    members: members.get(resource.id) ?? [],
  }));
}

/** Under its own name, or its publisher's where it is the same; else as it is known, by number. */
function hostOf({ publisher, details: { distributeurTech: id, nomDistributeurTech } }: Resource): Listed['host'] {
  return { id, name: nomDistributeurTech ?? (id === publisher.id ? publisher.name : id) };
}
