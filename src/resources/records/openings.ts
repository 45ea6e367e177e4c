// What schools have opened of the resources that are free, audience by audience. Whether it is free still, the registry says.
import { type ResourceAudience, resourceAudiences } from '../../directory/offers.ts';
import type { Db } from '../../storage/storage.ts';

/** A free resource that a school has opened to an audience. */
export interface Opening {
  /** An ARK. */
  readonly resource: string;
  readonly audience: ResourceAudience;
  /** UTC milliseconds. */
  readonly openedAt: number;
}

interface Row {
  school: string;
  resource: string;
  audience: ResourceAudience;
  opened_at: number;
}

/** All that a school has opened, in the order of resources, then audiences. */
export async function openingsAt(db: Db, school: string): Promise<Opening[]> {
  const rows = (await db('free_opening').where({ school }).orderBy('resource')) as Row[];
  const order = ({ audience }: Row) => resourceAudiences.indexOf(audience);
  return rows
    .sort((a, b) => (a.resource === b.resource ? order(a) - order(b) : 0))
    .map(({ resource, audience, opened_at }) => ({ resource, audience, openedAt: opened_at }));
}

/** Makes a resource be open at a school to some audiences, and to no other; says whether that changed anything. */
export async function writeOpenings(
  tx: Db,
  {
    school,
    resource,
    audiences,
    at,
  }: { school: string; resource: string; audiences: readonly ResourceAudience[]; at: number },
): Promise<boolean> {
  const here = { school, resource };
  const before = (await tx('free_opening').where(here).pluck('audience')) as ResourceAudience[];
  const gone = before.filter((audience) => !audiences.includes(audience));
  const fresh = audiences.filter((audience) => !before.includes(audience));
  if (gone.length > 0) await tx('free_opening').where(here).whereIn('audience', gone).delete();
  if (fresh.length > 0)
    await tx('free_opening').insert(fresh.map((audience): Row => ({ ...here, audience, opened_at: at })));
  return gone.length + fresh.length > 0;
}

/** Forgets, at every school, what was opened of a resource to some audiences: should it be free again, that opens nothing. */
export async function endOpenings(
  tx: Db,
  { resource, audiences }: { resource: string; audiences: readonly ResourceAudience[] },
): Promise<void> {
  if (audiences.length > 0)
    await tx('free_opening')
      .where({ resource })
      .whereIn('audience', [...audiences])
      .delete();
}
