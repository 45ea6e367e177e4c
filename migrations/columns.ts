// Column types that mean the same on SQLite and PostgreSQL.
import type { Knex } from 'knex';

/** A key compared and ordered byte by byte on both engines. Not null unless said. */
export function key(db: Knex, table: Knex.CreateTableBuilder, name: string): Knex.ColumnBuilder {
  const postgres = db.client.config.client === 'pg';
  return (postgres ? table.specificType(name, 'text collate "C"') : table.text(name)).notNullable();
}

/** UTC milliseconds, or a count. Not null unless said. */
export function whole(table: Knex.CreateTableBuilder, name: string): Knex.ColumnBuilder {
  return table.bigInteger(name).notNullable();
}
