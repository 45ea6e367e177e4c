// What a resource declares otherwise than it was validated waits beside it; what each is sent is what it declared, and no more. No two publishers know a pseudonym in common.
import type { Knex } from 'knex';
import { key } from './columns.ts';

/** What every resource was sent until now, declared or not; from now on, what one declares that names nothing. */
const USUAL = ['IDO', 'UAI', 'PRO'];

export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('resource', (table) => {
    table.text('asked_url'); // declared, and not validated yet; none where nothing waits
    key(db, table, 'asked_schools').nullable(); // all, where only `click` is validated
  });
  const rows: { id: string; state: string; declared: string; validated: string }[] = await db('resource').select(
    'id',
    'state',
    'declared',
    'validated',
  );
  for (const { id, state, ...row } of rows) {
    const [named, before] = [JSON.parse(row.declared), JSON.parse(row.validated)] as [string[], string[]];
    const declared = named.length > 0 ? named : USUAL;
    // whoever validated it let it have these, as far as it declared them
    const usual = state === 'validated' || state === 'suspended' ? USUAL : [];
    const validated = declared.filter((name) => before.includes(name) || usual.includes(name));
    await db('resource')
      .where({ id })
      .update({ declared: JSON.stringify(declared), validated: JSON.stringify(validated) });
  }
  await db.schema.alterTable('pseudonym', (table) => void table.index(['value']));
}
