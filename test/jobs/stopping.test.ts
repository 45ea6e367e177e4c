// Work that is told to stop: it ends with the piece under way, and does the rest another time.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobsOf } from '../../src/app/jobs.ts';
import { demoConfig } from '../../src/config.ts';
import { inPieces } from '../../src/storage/storage.ts';
import { engines, type TestDatabase } from '../databases.ts';

const NOW = Date.UTC(2026, 10, 3, 8);
const jobs = jobsOf(demoConfig({ secret: randomBytes(40).toString('base64url'), database: 'nowhere' }, {}));

describe.each(engines)('a job that is told to stop on $name', ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
    const person = { id: 'somebody', given_name: 'Zoé', family_name: 'Petit', created_at: 0, updated_at: 0 };
    await database.db('person').insert(person);
  });
  afterAll(() => database.close());

  const run = (name: string, stop: AbortSignal) => jobs.find((job) => job.name === name)?.run(database.db, NOW, stop);
  const left = async (table: string) => Number((await database.db(table).count({ n: '*' }))[0]?.n);

  it.each([
    ['mails.purge', 'mail', 500, toMail],
    ['throttle.purge', 'throttle', 1_000, toCount],
    ['releases.purge', 'release', 1_000, toRelease],
  ] as const)('%s leaves what is left of %s', async (name, table, atOnce, toRow) => {
    const rows = Array.from({ length: atOnce + 7 }, (_, n) => toRow(String(n)));
    for (const piece of inPieces(rows)) await database.db(table).insert(piece);
    await run(name, AbortSignal.abort());
    expect(await left(table)).toBe(7);
    await run(name, new AbortController().signal);
    expect(await left(table)).toBe(0);
  });
});

function toMail(id: string) {
  const times = { queued_at: 0, due_at: 0, expires_at: 0, settled_at: 1, tries: 1 };
  return { id, person: 'somebody', template: 'notice', data: '{}', state: 'sent', claimed_by: '', ...times };
}

function toCount(scope: string) {
  return { scope, kind: 'pair', tries: 1, failures: 0, admitted: 1, until: 0, expires_at: 1 };
}

function toRelease(digest: string) {
  const where = { person: 'somebody', client: 'publisher', resource: 'ark', school: '0900001A' };
  return { day: '2020-01-01', ...where, digest, names: 'IDO', hashes: '{}', times: 1, first_at: 0, last_at: 0 };
}
