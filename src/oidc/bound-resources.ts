// The resources that are bound to a publisher's module when it is registered.
import { sectorOf } from '../resources/pseudonyms.ts';
import { arkOf, listResources } from '../resources/registry.ts';
import type { Db } from '../storage/storage.ts';
import type { Sheet } from './sheet.ts';

/**
 * What a publisher's module opens: resources that are registered, and that know persons by the same pseudonyms; these
 * are then what the module knows them by.
 */
export async function boundResources(
  db: Db,
  asked: readonly string[],
): Promise<{ sheet: Partial<Pick<Sheet, 'resources' | 'sector'>>; faults: readonly string[] }> {
  if (asked.length === 0) return { sheet: {}, faults: [] };
  const ids = [...new Set(asked.map(arkOf))];
  const known = await listResources(db, { ids });
  const unknown = ids.filter((id) => !known.some((resource) => resource.id === id));
  const sectors = [...new Set(known.map(sectorOf))];
  const faults = [
    ...unknown.map((id) => `resources: no resource is registered as \`${id}\``),
    ...(sectors.length > 1
      ? ['resources: expected one publisher, and one module for each resource with pseudonyms of its own']
      : []),
  ];
  return { sheet: { resources: ids, ...(sectors[0] !== undefined && { sector: sectors[0] }) }, faults };
}
