// Every migration in order. Forward only; frozen once released. Names never change.
import type { Knex } from 'knex';
import { up as spine } from './0001_spine.ts';

export interface Migration {
  readonly name: string;
  readonly up: (db: Knex) => Promise<void>;
}

export const migrationList = [{ name: '0001_spine', up: spine }] as const satisfies readonly Migration[];
