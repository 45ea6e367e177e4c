// Statistics of a school, month by month, as its head and its data protection officer may read them: no cell under ten persons.
import { dayOf } from '../facts/calendar.ts';
import { type UsageLine, type UsageProfile, usageOf, usageProfiles } from '../resources/usage.ts';
import type { Db } from '../storage/storage.ts';
import { type Cell, mergeSmall } from './cells.ts';

/** A month of a school. What is not there was too little to be told. */
export interface MonthTold {
  /** `YYYY-MM` */
  readonly month: string;
  readonly school: string;
  /** Whether the month is over. What was opened is told then only: watched while licences move, it would tell of one person. */
  readonly over: boolean;
  /** Accounts that can sign in, as they stood at the end of the month, or last. */
  readonly accounts: readonly Cell<UsageProfile>[];
  /** Sign-ins. */
  readonly connections: readonly Cell<UsageProfile>[];
  /** Resources that were opened, by who opened them. */
  readonly openings: readonly Cell<UsageProfile>[];
  /**
   * The same by resource, an ARK each: the parts of each number of `openings`, and of no two of them. Were a resource
   * counted over several profiles, what one profile alone may open would be had by subtraction.
   */
  readonly resources: readonly { readonly by: readonly UsageProfile[]; readonly cells: readonly Cell<string>[] }[];
}

/** The months of schools as told at an instant, the newest first, then by UAI; `from` and `to` are the first and the last, `YYYY-MM`. */
export async function statisticsOf(
  db: Db,
  { at, ...asked }: { schools: readonly string[]; from: string; to: string; at: number },
): Promise<MonthTold[]> {
  const months = new Map<string, UsageLine[]>();
  for (const line of await usageOf(db, asked)) {
    const name = `${line.month} ${line.school}`;
    months.set(name, [...(months.get(name) ?? []), line]);
  }
  return [...months.values()]
    .map((lines) => toldOf(lines, dayOf(at).slice(0, 7)))
    .sort((a, b) => (a.month === b.month ? (a.school < b.school ? -1 : 1) : a.month < b.month ? 1 : -1));
}

function toldOf(lines: readonly UsageLine[], present: string): MonthTold {
  const { month = '', school = '' } = lines[0] ?? {};
  const accounts = byProfile(lines, 'accounts');
  const byAccount = { persons: accounts, are: 'apart' } as const;
  const over = month < present;
  // where one teacher alone has something to open, what teachers opened is what that one did
  const openings = over
    ? mergeSmall(withoutGuardians(byProfile(lines, 'openings')), { persons: byProfile(lines, 'reach'), are: 'apart' })
    : [];
  return {
    month,
    school,
    over,
    accounts: mergeSmall(accounts),
    connections: mergeSmall(byProfile(lines, 'connections'), byAccount),
    openings,
    // a resource that one teacher alone may open would tell what that teacher does
    resources: openings.map(({ names: by }) => {
      const theirs = lines.filter(({ profile }) => by.includes(profile));
      const persons = byResource(theirs, 'reach');
      return { by, cells: mergeSmall(byResource(theirs, 'openings'), { persons, are: 'alike' }) };
    }),
  };
}

/** A representative opens no resource, ever: there is nothing to join with the others. */
function withoutGuardians({ guardian, ...others }: Record<UsageProfile, number>): Record<UsageProfile, number> {
  return (guardian === 0 ? others : { guardian, ...others }) as Record<UsageProfile, number>;
}

function byProfile(lines: readonly UsageLine[], measure: UsageLine['measure']): Record<UsageProfile, number> {
  // whom several resources are open to is one person: those who may open anything at all have a line of their own
  const those = lines.filter((line) => line.measure === measure && (measure !== 'reach' || line.resource === ''));
  const sum = (profile: UsageProfile) =>
    those.reduce((all, line) => all + (line.profile === profile ? line.count : 0), 0);
  return Object.fromEntries(usageProfiles.map((profile) => [profile, sum(profile)])) as Record<UsageProfile, number>;
}

/** Every resource that somebody may open, opened or not: one that is left out would tell that nobody did. */
function byResource(lines: readonly UsageLine[], measure: 'openings' | 'reach'): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { resource, measure: of, count } of lines)
    if (resource !== '') sums[resource] = (sums[resource] ?? 0) + (of === measure ? count : 0);
  return sums;
}
