// What the register of processing is told of modules, and of the rules: what is configured, as it stands.

import { keepRegister } from '../privacy/register/entries.ts';
import { composeModule, composeRegister, entryOf, type Served } from '../privacy/register/processing.ts';
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
  const entries = composeRegister({
    modules: modules.map(servedBy),
    readers: policy.logbook.read.allow.map(({ name }) => name),
    absenceReaders: policy.absence.read.allow.map(({ name }) => name),
    decisionMonths,
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
  const entries = new Map(module ? [[entry, composeModule(servedBy(module))]] : []);
  await keepRegister(tx, entries, { at, actor, only: entry });
}

function servedBy({ id, name, purpose, responsible, scopes, schools }: Module): Served {
  const asks = apiScopes.filter((scope) => scopes.includes(scope));
  return { id, name, purpose, responsible, claims: claimsOf(scopes), asks, schools };
}
