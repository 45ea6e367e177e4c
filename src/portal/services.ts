// The services that somebody signs in to where they learn or work: what the front page lists. Publishers are none.
import type { ServiceShown } from '../../views/home.tsx';
import { listSchools } from '../directory/schools.ts';
import { factsAbout } from '../facts/facts.ts';
import { listModules } from '../oidc/modules.ts';
import { modulesClosedTo } from '../privacy/module-objections.ts';
import type { Db } from '../storage/storage.ts';
import { serves, serviceOf } from './family/family.ts';
import type { Moment } from './pages.ts';

/** What makes somebody of a school; families find the services of each child on a page of their own. */
const places = ['attends', 'post', 'heads', 'deputises', 'secretary', 'administers', 'protects'] as const;

/** By name; with the schools that a service is open from, where the person is of several. */
export async function servicesOf(db: Db, { person, at }: Moment): Promise<ServiceShown[]> {
  const uais = [...new Set((await factsAbout(db, 'subject', person, at, [...places])).map(({ school }) => school))];
  if (uais.length === 0) return [];
  const schools = await listSchools(db, uais);
  const closed = new Set((await modulesClosedTo(db, [person])).map(({ client }) => client));
  const shown = (await listModules(db)).flatMap((module): ServiceShown[] => {
    const open = schools.filter(({ uai }) => serves(module, uai));
    if (open.length === 0 || closed.has(module.id)) return [];
    const from = uais.length > 1 ? open.map(({ name }) => name).sort((a, b) => a.localeCompare(b, 'fr')) : [];
    return [{ ...serviceOf(module), schools: from }];
  });
  return shown.sort((one, other) => one.name.localeCompare(other.name, 'fr'));
}
