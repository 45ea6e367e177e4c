// Who may read a logbook, in its year or in the archive, as those who may see it are told: staff one by one with every
// reason, families as a count.
import { fullName } from '../directory/naming.ts';
import { listPersons } from '../directory/persons.ts';
import { Refusal } from '../errors.ts';
import { type Db, FOREVER } from '../storage/storage.ts';
import { coalesce, type Held, type Reading, type Span, whoBetween } from './history.ts';
import { may, type Reason, type Resource, type RuleName, type Source, type When, who } from './rights.ts';

/** How a logbook is read: while its year lasts, or in the archive, once it is over and as long as it is kept. */
export type ReadingAction = 'read' | 'read_archive';

const readingActions = ['read', 'read_archive'] as const satisfies readonly ReadingAction[];

/** Pupils, and those who read through a child: never by person, and a parent let in by a judgment is one of them. */
export type Family = 'pupil' | 'guardian';

export interface StaffReader {
  readonly person: string;
  readonly name: string;
  /** Every rule that lets them read, longest first, those of the archive last; no `until` when it has no end. */
  readonly reasons: readonly { readonly action: ReadingAction; readonly rule: RuleName; readonly until?: number }[];
}

export interface FamilyReaders {
  readonly category: Family;
  /** How many persons. */
  readonly count: number;
}

/** Who may read, at one instant. By name, and families in the order of `Family`; a category without anyone is left out. */
export interface Readers {
  readonly staff: readonly StaffReader[];
  readonly families: readonly FamilyReaders[];
}

/** A past instant in both readings, and what has been learnt since. */
export interface PastReaders {
  /** As it was enforced: on what was known then. */
  readonly enforced: Readers;
  /** As it is known today. */
  readonly known: Readers;
  readonly difference: {
    /** Who should have been let in, as is known today, and was not. */
    readonly added: Readers;
    /** Who was let in, and should not have been. */
    readonly removed: Readers;
  };
}

/** Who could read over a period: a member of staff with the intervals of each rule, families as a count. */
export interface ReadersBetween {
  readonly staff: readonly {
    readonly person: string;
    readonly name: string;
    readonly spans: readonly Span[];
    readonly held: readonly By<Held>[];
  }[];
  readonly families: readonly FamilyReaders[];
}

interface Asked {
  /** Who asks; refused with `not_allowed` to whom no rule lets see the readers today. */
  readonly asker: string;
  /** The key of a logbook. */
  readonly logbook: string;
  /** Where rights are asked, when there is something faster than `db`. */
  readonly rights?: Source | undefined;
}

const families: Partial<Record<RuleName, Family>> = { pupil: 'pupil', guardian: 'guardian', admitted: 'guardian' };

/** The category of those whom a rule lets in; none for staff. */
export function familyOf(rule: RuleName): Family | undefined {
  return families[rule];
}

/** Who may read a logbook, for its owner or the head of its school (C25). */
export async function seeReaders(db: Db, { at = Date.now(), ...asked }: Asked & { at?: number }): Promise<Readers> {
  const { logbook, rights = db } = asked;
  await requireSight(db, asked);
  return told(db, await readersOf(rights, logbook, { at }));
}

/** Who could read it at a past instant, as enforced then and as known today, with the difference. */
export async function seeReadersAt(db: Db, { at, ...asked }: Asked & { at: number }): Promise<PastReaders> {
  const { logbook, rights = db } = asked;
  await requireSight(db, asked);
  const enforced = await readersOf(rights, logbook, { enforcedOn: at });
  const known = await readersOf(rights, logbook, { knownTodayOf: at });
  return {
    enforced: await told(db, enforced),
    known: await told(db, known),
    difference: {
      added: await told(db, without(known, enforced)),
      removed: await told(db, without(enforced, known)),
    },
  };
}

/** Who could have read it at any instant of `[from, to)`, by which rule, on which facts. */
export async function seeReadersBetween(
  db: Db,
  { from, to, as, ...asked }: Asked & { from: number; to: number; as: Reading },
): Promise<ReadersBetween> {
  await requireSight(db, asked);
  const readers = await readersBetween(db, asked.logbook, { from, to, reading: as });
  const staff = ofStaff(readers);
  const names = await namesOf(db, staff);
  return {
    staff: byName(
      staff.map(({ person, by }) => ({ person, name: names.get(person) ?? '', spans: coalesce(by), held: by })),
    ),
    families: counted(readers),
  };
}

/** What of a list lets somebody read, and how. */
type By<One> = One & { readonly action: ReadingAction };

interface ReaderBy<One> {
  readonly person: string;
  readonly by: readonly By<One>[];
}

function readersOf(rights: Source, logbook: string, when: When): Promise<ReaderBy<Reason>[]> {
  return inBothWays(
    logbook,
    async (asked) => (await who(rights, { ...asked, when })).map(({ person, reasons }) => ({ person, by: reasons })),
    (one, other) => one.validUntil === other.validUntil,
  );
}

function readersBetween(
  db: Db,
  logbook: string,
  period: Span & { readonly reading: Reading },
): Promise<ReaderBy<Held>[]> {
  return inBothWays(
    logbook,
    async (asked) => (await whoBetween(db, { ...asked, ...period })).map(({ person, held }) => ({ person, by: held })),
    (one, other) => one.from === other.from && one.to === other.to,
  );
}

/** Who reads, and by what: what lets somebody do both, by one rule and for as long, is told once, as reading. */
async function inBothWays<One extends { readonly rule: RuleName }>(
  logbook: string,
  ask: (asked: {
    readonly action: ReadingAction;
    readonly resource: Resource;
  }) => Promise<readonly { readonly person: string; readonly by: readonly One[] }[]>,
  lastsAsLong: (one: One, other: One) => boolean,
): Promise<ReaderBy<One>[]> {
  const found = new Map<string, readonly By<One>[]>();
  for (const action of readingActions)
    for (const { person, by } of await ask({ action, resource: { type: 'logbook', id: logbook } })) {
      const before = found.get(person) ?? [];
      const more = by.filter((one) => !before.some((other) => other.rule === one.rule && lastsAsLong(one, other)));
      found.set(person, [...before, ...more.map((one) => ({ ...one, action }))]);
    }
  return [...found].map(([person, by]) => ({ person, by }));
}

async function requireSight(db: Db, { asker, logbook, rights = db }: Asked): Promise<void> {
  const resource = { type: 'logbook', id: logbook } as const;
  const { allowed } = await may(rights, { person: asker, action: 'see_readers', resource });
  if (!allowed) throw new Refusal('not_allowed', 'expected the owner of the logbook, or who directs its school');
}

async function told(db: Db, readers: readonly ReaderBy<Reason>[]): Promise<Readers> {
  const staff = ofStaff(readers);
  const names = await namesOf(db, staff);
  return {
    staff: byName(
      staff.map(({ person, by }) => ({
        person,
        name: names.get(person) ?? '',
        reasons: by.map(({ action, rule, validUntil }) => ({
          action,
          rule,
          ...(validUntil < FOREVER && { until: validUntil }),
        })),
      })),
    ),
    families: counted(readers),
  };
}

/** Those who read as staff, by what they do. */
function ofStaff<One extends { readonly rule: RuleName }>(readers: readonly ReaderBy<One>[]): ReaderBy<One>[] {
  return readers
    .map(({ person, by }) => ({ person, by: by.filter(({ rule }) => !familyOf(rule)) }))
    .filter(({ by }) => by.length > 0);
}

/** How many persons there are of each category; somebody who reads as staff too counts in both. */
function counted(readers: readonly ReaderBy<{ readonly rule: RuleName }>[]): FamilyReaders[] {
  return (['pupil', 'guardian'] as const)
    .map((category) => ({
      category,
      count: readers.filter(({ by }) => by.some(({ rule }) => familyOf(rule) === category)).length,
    }))
    .filter(({ count }) => count > 0);
}

/** Those whom one answer lets in, and the other does not. */
function without<One>(readers: readonly ReaderBy<One>[], others: readonly ReaderBy<One>[]): ReaderBy<One>[] {
  const theirs = new Set(others.map(({ person }) => person));
  return readers.filter(({ person }) => !theirs.has(person));
}

async function namesOf(db: Db, readers: readonly { readonly person: string }[]): Promise<Map<string, string>> {
  const persons = await listPersons(
    db,
    readers.map(({ person }) => person),
  );
  return new Map(persons.map((person) => [person.id, fullName(person)]));
}

function byName<One extends { readonly name: string; readonly person: string }>(staff: readonly One[]): One[] {
  return [...staff].sort((a, b) => a.name.localeCompare(b.name, 'fr') || (a.person < b.person ? -1 : 1));
}
