// Services that somebody may object to one by one: those that persons sign in to at schools, and no publisher.
import type Koa from 'koa';
import type { MeData } from '../../../views/data/me.tsx';
import type { Choice } from '../../../views/requests/parts.tsx';
import { fullName } from '../../directory/naming.ts';
import type { Person } from '../../directory/persons.ts';
import { Refusal } from '../../errors.ts';
import { DEFAULT_ZONE } from '../../facts/calendar.ts';
import { localeOf } from '../../http/locale.ts';
import { listModules } from '../../oidc/modules.ts';
import { modulesClosedTo } from '../../privacy/module-objections.ts';
import { targetOf } from '../../privacy/requests/kinds.ts';
import { readRequest } from '../../privacy/requests/records.ts';
import { isTheirs } from '../../privacy/requests/standing.ts';
import type { Db } from '../../storage/storage.ts';
import { dayText } from '../days.ts';
import { serves } from '../family/family.ts';
import type { Moment } from '../pages.ts';

/** The modules that serve any of some schools, as targets of an objection. */
export async function modulesServing(db: Db, schools: readonly string[]): Promise<Choice[]> {
  return (await listModules(db))
    .filter((module) => schools.some((school) => serves(module, school)))
    .map(({ id, name }) => ({ value: `module:${id}`, label: name }))
    .sort((a, b) => a.label.localeCompare(b.label, 'fr'));
}

/** Refuses, with `bad_request`, an objection to a module that does not serve the school. */
export async function requireServed(db: Db, { target, school }: { target: string; school: string }): Promise<void> {
  if (targetOf(target).module === undefined) return;
  if (!(await modulesServing(db, [school])).some(({ value }) => value === target))
    throw new Refusal('bad_request', 'expected `target` to be a module that serves the school');
}

/** The names of modules, by their id; nothing of those that are gone. */
export async function moduleNames(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  return new Map((await listModules(db)).filter(({ id }) => ids.includes(id)).map(({ id, name }) => [id, name]));
}

/** Services that an objection closed to somebody, or to children of theirs; with its address where it is theirs to take back. */
export async function closedServices(
  ctx: Koa.Context,
  db: Db,
  { person, at }: Moment,
  children: readonly Person[],
): Promise<MeData['closed']> {
  const names = new Map(children.map((child) => [child.id, fullName(child)]));
  const closed = await modulesClosedTo(db, [person, ...names.keys()]);
  const services = await moduleNames(
    db,
    closed.map(({ client }) => client),
  );
  const where = { zone: DEFAULT_ZONE, locale: localeOf(ctx) };
  return Promise.all(
    closed.map(async ({ person: about, client, request: id, since }) => {
      const request = await readRequest(db, id);
      const theirs = request !== undefined && (await isTheirs(db, request, { by: person, at }));
      return {
        service: services.get(client) ?? client,
        day: dayText(since, where),
        child: names.get(about),
        ...(theirs && { href: `/me/requests/${id}` }),
      };
    }),
  );
}
