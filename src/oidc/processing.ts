// What the register of processing is told of modules, and of the rules: what is configured, as it stands.

import { schoolsExported } from '../export/schools.ts';
import { keepRegister } from '../privacy/register/entries.ts';
import { composeModule, composeRegister, entryOf, type Received, type Served } from '../privacy/register/processing.ts';
import { listResources, releasable } from '../resources/registry.ts';
import { policy } from '../rights/policy.ts';
import type { Db } from '../storage/storage.ts';
import { claimsOf } from './claims.ts';
import { apiScopes } from './scopes.ts';
import type { Module } from './sheet.ts';

/** Makes the register say what is configured now. Saying the same again writes nothing. */
export async function keepProcessing(
  db: Db,
  {
    modules,
    decisionMonths,
    at,
    actor,
  }: { modules: readonly Module[]; decisionMonths: number; at: number; actor: string },
): Promise<number> {
  const received = await receivedBy(db, modules);
  const entries = composeRegister({
    modules: modules.map((module) => servedBy(module, received)),
    readers: policy.logbook.read.allow.map(({ name }) => name),
    absenceReaders: policy.absence.read.allow.map(({ name }) => name),
    decisionMonths,
    exported: [...(await schoolsExported(db))].sort(),
  });
  return keepRegister(db, entries, { at, actor });
}

/** The entry of a module begins with the module, in its transaction, and ends with it. */
export async function keepModuleEntry(
  tx: Db,
  id: string,
  module: Module | undefined,
  { at, actor }: { at: number; actor: string },
): Promise<void> {
  const entry = entryOf(id);
  const received = await receivedBy(tx, module ? [module] : []);
  const entries = new Map(module ? [[entry, composeModule(servedBy(module, received))]] : []);
  await keepRegister(tx, entries, { at, actor, only: entry });
}

/** What each resource that modules open is sent, by its ARK. */
async function receivedBy(db: Db, modules: readonly Module[]): Promise<ReadonlyMap<string, Received>> {
  const found = await listResources(db, { ids: modules.flatMap(({ resources }) => resources) });
  return new Map(found.map((one) => [one.id, { id: one.id, name: one.name, attributes: releasable(one) }]));
}

/** A publisher is sent what its resources declare and were validated for, and nothing that scopes would give. */
function servedBy(module: Module, received: ReadonlyMap<string, Received>): Served {
  const { id, name, purpose, responsible, scopes, schools, resources } = module;
  const asks = apiScopes.filter((scope) => scopes.includes(scope));
  const told = { id, name, purpose, responsible, asks, schools };
  if (resources.length === 0) return { ...told, claims: claimsOf(scopes) };
  return { ...told, claims: [], resources: resources.flatMap((ark) => received.get(ark) ?? []) };
}
