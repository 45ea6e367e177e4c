// Pseudonyms: a person is known to each sector under another name, which only Préau can turn back.
import { createHmac } from 'node:crypto';
import type { Statements } from '../storage/statements.ts';

export interface Subjects {
  /** The pseudonym of a person in a sector; always the same. */
  of(sector: string, person: string): Promise<string>;
  /** Whose pseudonym it is; at once when it is remembered. */
  behind(sector: string, subject: string): string | Promise<string | undefined>;
}

/** How many pseudonyms a node remembers each way. */
const REMEMBERED = 50_000;

/** `key` is 32 bytes: `config.keyFor('subjects')`. */
export function openSubjects(statements: Statements, key: Buffer): Subjects {
  const given = new Map<string, string>();
  const persons = new Map<string, string>();
  const find = async (sector: string, subject: string, name: string): Promise<string | undefined> => {
    const row = await statements.get<{ person: string }>(
      'select person from oidc_subject where sector = ? and subject = ?',
      [sector, subject],
    );
    if (row) remember(persons, name, row.person);
    return row?.person;
  };
  return {
    of: async (sector, person) => {
      const name = `${sector}\n${person}`;
      const known = given.get(name);
      if (known !== undefined) return known;
      const subject = createHmac('sha256', key).update(name).digest('base64url');
      await statements.run(
        'insert into oidc_subject (sector, subject, person) values (?, ?, ?) on conflict (sector, subject) do nothing',
        [sector, subject, person],
      );
      remember(given, name, subject);
      return subject;
    },
    behind: (sector, subject) => {
      const name = `${sector}\n${subject}`;
      return persons.get(name) ?? find(sector, subject, name);
    },
  };
}

/** Keeps the newest; a pseudonym that is forgotten is simply made again. */
function remember(names: Map<string, string>, name: string, value: string): void {
  if (names.size >= REMEMBERED) for (const oldest of names.keys()) if (names.delete(oldest)) break;
  names.set(name, value);
}
