// Notices: who has read what a module receives about them. Once per module and version; nobody is asked to agree.
import { audit } from '../audit/audit.ts';
import { rowsOf, type Source } from '../storage/statements.ts';
import { type Db, inTransaction } from '../storage/storage.ts';

export interface Notice {
  readonly person: string;
  readonly client: string;
  readonly version: number;
}

/** How many notices of one second are told apart by what they say. */
const PER_SECOND = 2 ** 20;

/** The version of a notice that is told apart by what it says, besides the second (since 1970) from which it stands. */
export function versionSaying(second: number, said: number): number {
  return second * PER_SECOND + (said % PER_SECOND);
}

/** The instant from which a version of a notice stands, UTC milliseconds. */
export function standsSince(version: number): number {
  return (version < PER_SECOND * PER_SECOND ? version : Math.floor(version / PER_SECOND)) * 1000;
}

/** Whether a person has yet to read this version of a module's notice. */
export async function noticeDue(source: Source, { person, client, version }: Notice): Promise<boolean> {
  const sql = 'select at from notice_acknowledgement where person = ? and client = ? and version = ?';
  return (await rowsOf(source, sql, [person, client, version])).length === 0;
}

/** Keeps that a person has read this version of a module's notice; a second time changes nothing. */
export async function acknowledgeNotice(db: Db, notice: Notice & { at: number }): Promise<void> {
  const { person, client, version, at } = notice;
  await inTransaction(db, async (tx) => {
    const written = await tx('notice_acknowledgement')
      .insert({ person, client, version, at })
      .onConflict(['person', 'client', 'version'])
      .ignore()
      .returning('person');
    if (written.length === 0) return;
    await audit(tx, { at, event: 'notice.acknowledged', actor: person, subject: person, client, details: { version } });
  });
}

/** The notices that a person has read, the newest first. */
export async function acknowledgedBy(db: Db, person: string): Promise<(Notice & { readonly at: number })[]> {
  const order = [
    { column: 'at', order: 'desc' },
    { column: 'client', order: 'asc' },
  ];
  return (await db('notice_acknowledgement').where({ person }).orderBy(order)) as (Notice & { at: number })[];
}
