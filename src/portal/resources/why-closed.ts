// Why a resource is closed to somebody, as far as they have to do with it; of anything else, not even that it exists.
import type { ClosedData } from '../../../views/resources/closed.tsx';
import { mediaCentreOf } from '../../acts/media-centre.ts';
import type { Portal } from '../pages.ts';

/** Its name and the reason: at one school, by UAI, or wherever the person would find it in their media centre. */
export async function whyClosed(
  { db, rights = db }: Portal,
  { person, resource, school }: { person?: string | undefined; resource?: string | undefined; school?: string },
): Promise<Pick<ClosedData, 'resource' | 'why'>> {
  if (person === undefined || resource === undefined) return {};
  const { shelves } = await mediaCentreOf(rights, { db, person, at: Date.now() });
  const known = shelves
    .filter((shelf) => school === undefined || shelf.school.uai === school)
    .flatMap(({ closed }) => closed)
    .find((one) => one.resource.id === resource);
  return known ? { resource: known.resource.name, why: known.why } : {};
}
