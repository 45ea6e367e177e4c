// Pseudonyms: a person is known to each sector under another name, which only Préau can turn back.
import { createHmac } from 'node:crypto';
import type { Statements } from '../storage/statements.ts';

export interface Subjects {
  /** The pseudonym of a person in a sector; always the same. */
  of(sector: string, person: string): Promise<string>;
  /** Whose pseudonym it is; at once when it is remembered. */
  behind(sector: string, subject: string): string | Promise<string | undefined>;
}

/** `key` is 32 bytes: `config.keyFor('subjects')`. */
export function openSubjects(statements: Statements, key: Buffer): Subjects {
  const given = openMemory();
  const persons = openMemory();
  const find = async (sector: string, subject: string): Promise<string | undefined> => {
    const row = await statements.get<{ person: string }>(
      'select person from oidc_subject where sector = ? and subject = ?',
      [sector, subject],
    );
    if (row) persons.put(sector, subject, row.person);
    return row?.person;
  };
  return {
    of: async (sector, person) => {
      const known = given.find(sector, person);
      if (known !== undefined) return known;
      const subject = createHmac('sha256', key).update(`${sector}\n${person}`).digest('base64url');
      await statements.run(
        'insert into oidc_subject (sector, subject, person) values (?, ?, ?) on conflict (sector, subject) do nothing',
        [sector, subject, person],
      );
      given.put(sector, person, subject);
      return subject;
    },
    behind: (sector, subject) => persons.find(sector, subject) ?? find(sector, subject),
  };
}

/** How many pseudonyms a node remembers each way, at least; at most twice as many. */
const REMEMBERED = 50_000;

/** Keeps the newest; a pseudonym that is forgotten is simply made again. Found without making a text of sector and name. */
function openMemory(): {
  find(sector: string, name: string): string | undefined;
  put(sector: string, name: string, value: string): void;
} {
  let [young, old] = [new Map<string, Map<string, string>>(), new Map<string, Map<string, string>>()];
  let count = 0;
  return {
    find: (sector, name) => young.get(sector)?.get(name) ?? old.get(sector)?.get(name),
    put: (sector, name, value) => {
      if (count >= REMEMBERED) {
        [young, old] = [new Map(), young];
        count = 0;
      }
      const names = young.get(sector) ?? new Map<string, string>();
      young.set(sector, names.set(name, value));
      count += 1;
    },
  };
}
