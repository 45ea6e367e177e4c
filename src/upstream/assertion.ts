// What a provider vouches for, whatever the protocol: who is there, and which records of the directory are theirs.

/** A record of the state's directory, of any degree. */
export interface Reference {
  /** Three digits. */
  readonly academy: string;
  readonly id: string;
}

/** One assertion that was verified. Names and addresses are not read: nobody is recognised by them. */
export interface Assertion {
  /** The id of the provider. */
  readonly provider: string;
  /** What it calls the person, for good. */
  readonly subject: string;
  /** Each once. */
  readonly references: readonly Reference[];
  /** When the person showed who they are there; UTC milliseconds. */
  readonly at: number;
}

/** An assertion, and what makes it count once, for one browser. */
export interface Verified {
  readonly assertion: Assertion;
  /** Its own id, unique for the provider. */
  readonly id: string;
  /** The request that it answers. */
  readonly request: string;
}

/** More than any parent has. */
const MOST = 50;

/** Longest id of a record, as the directory takes it. */
const LONGEST = 60;

/**
 * The records that values name, each once: `{AAF}<academy>|<x>|<id>`, where `academies` gives the number of those that are
 * not called by it. Values of another form are of no use here, and left out.
 */
export function referencesIn(values: readonly string[], academies: Readonly<Record<string, string>>): Reference[] {
  const found = new Map<string, Reference>();
  for (const value of values) {
    const [, name = '', id = ''] = /^\{AAF\}([^|{}]{1,20})\|[^|]{0,60}\|([^|]+)$/.exec(value.trim()) ?? [];
    const academy = academyOf(name, academies);
    if (academy !== undefined && id !== '' && id.length <= LONGEST && !/[\s\p{Cc}]/u.test(id))
      found.set(JSON.stringify([academy, id]), { academy, id });
  }
  return [...found.values()].slice(0, MOST);
}

function academyOf(name: string, academies: Readonly<Record<string, string>>): string | undefined {
  if (Object.hasOwn(academies, name)) return academies[name];
  return /^\d{1,3}$/.test(name) ? name.padStart(3, '0') : undefined;
}
