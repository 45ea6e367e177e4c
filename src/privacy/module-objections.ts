// Objections to one module that were accepted: it receives nothing of the person, until the objection is taken back.
import { holdersOf } from '../directory/persons.ts';
import { type Db, inPieces } from '../storage/storage.ts';

const TABLE = 'module_objection';

export interface ModuleObjection {
  readonly person: string;
  /** The module. */
  readonly client: string;
  /** The request that was accepted. */
  readonly request: string;
  /** UTC milliseconds. */
  readonly since: number;
}

/** Closes a module to a person, in the transaction of the decision. Deliveries change nothing of it. */
export async function closeModule(tx: Db, { person, client, request, since }: ModuleObjection): Promise<void> {
  await tx(TABLE).insert({ person, client, request, since, until: null }).onConflict('request').ignore();
}

/** Ends what a request closed; how many modules that opens. */
export async function openModuleAgain(tx: Db, request: string, at: number): Promise<number> {
  return tx(TABLE).where({ request, until: null }).update({ until: at });
}

/** The requests whose objection to a module is honoured today. */
export async function liveModuleRequests(db: Db): Promise<string[]> {
  return ((await db(TABLE).whereNull('until').select('request')) as { request: string }[]).map((row) => row.request);
}

/** The modules that are closed to some persons, those that are closed to a record of theirs among them. */
export async function modulesClosedTo(db: Db, persons: readonly string[]): Promise<ModuleObjection[]> {
  const asked = new Set(persons);
  return (await everyModuleObjection(db)).filter(({ person }) => asked.has(person));
}

/** Lets go of what was taken back before an instant. */
export async function purgeModuleObjections(tx: Db, before: number): Promise<number> {
  return tx(TABLE).where('until', '<', before).delete();
}

/**
 * Every objection that is honoured today; one to what a record was given, that was joined to another since, is said of
 * both. They are few: each was decided by somebody, for somebody.
 */
export async function everyModuleObjection(db: Db): Promise<ModuleObjection[]> {
  const rows = (await db(TABLE)
    .whereNull('until')
    .orderBy(['since', 'request'])
    .select('person', 'client', 'request', 'since')) as ModuleObjection[];
  if (rows.length === 0) return [];
  const holders = new Map<string, string>();
  for (const piece of inPieces([...new Set(rows.map(({ person }) => person))]))
    for (const [record, holder] of await holdersOf(db, piece)) holders.set(record, holder);
  return rows.flatMap((row) => {
    const one = { ...row, since: Number(row.since) };
    const holder = holders.get(row.person);
    return holder === undefined || holder === row.person ? [one] : [one, { ...one, person: holder }];
  });
}

/** Who objected to which module, in memory: asked whenever a module asks about somebody. */
export interface ModuleObjections {
  /** Whether a module is closed to a person. A promise when what is in memory is too old to tell. */
  has(person: string, client: string): boolean | Promise<boolean>;
  /** Reads them again. */
  look(): Promise<readonly ModuleObjection[]>;
}

/** Beyond that, in milliseconds, memory is not believed. */
const BELIEVED_MS = 2_000;

/** Opens on what is closed now; whoever opens it looks again a few times a second. */
export async function openModuleObjections(
  db: Db,
  { clock = Date.now }: { clock?: () => number } = {},
): Promise<ModuleObjections> {
  let closed: ReadonlySet<string> = new Set();
  let readAt = 0;
  const look = async (): Promise<readonly ModuleObjection[]> => {
    const at = clock();
    const found = await everyModuleObjection(db);
    closed = new Set(found.map(({ person, client }) => nameOf(person, client)));
    readAt = at;
    return found;
  };
  let asked: Promise<unknown> | undefined;
  /** One look for all who ask on a memory too old: each by itself would make the next look later still. */
  const lookOnce = (): Promise<unknown> => {
    asked ??= look().finally(() => {
      asked = undefined;
    });
    return asked;
  };
  await look();
  return {
    has: (person, client) => {
      if (closed.size > 0 && closed.has(nameOf(person, client))) return true;
      if (clock() - readAt < BELIEVED_MS) return false;
      return lookOnce().then(() => closed.has(nameOf(person, client)));
    },
    look,
  };
}

function nameOf(person: string, client: string): string {
  return `${person} ${client}`;
}
