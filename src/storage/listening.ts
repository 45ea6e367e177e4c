// A PostgreSQL connection of its own that hears what other processes notify.
import pg from 'pg';
import type { Statements } from './statements.ts';
import { addressOf, type Db } from './storage.ts';

const ANSWER_WITHIN_MS = 1_500;

export interface Listening extends Pick<Statements, 'all' | 'close'> {
  /** Rejects when the connection is lost; never before. */
  readonly lost: Promise<never>;
}

/** Listens on a channel. Queries on it prove that it still hears. */
export async function openListening(db: Db, channel: string, hear: (message: string) => void): Promise<Listening> {
  const client = new pg.Client({
    connectionString: addressOf(db),
    application_name: 'preau listening',
    connectionTimeoutMillis: ANSWER_WITHIN_MS,
    query_timeout: ANSWER_WITHIN_MS,
    keepAlive: true,
  });
  const lost = new Promise<never>((_, reject) => {
    client.on('error', reject);
    client.on('end', () => reject(new Error('the listening connection has ended')));
  });
  lost.catch(() => undefined);
  client.on('notification', ({ payload }) => hear(payload ?? ''));
  const close = () => client.end().catch(() => undefined);
  try {
    await client.connect();
    await client.query(`listen ${pg.escapeIdentifier(channel)}`);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    lost,
    all: async <T>(sql: string) => (await client.query(sql)).rows as T[],
    close,
  };
}
