// In which schools a person stands somewhere: where a list has to look.
import { schoolsOf } from '../../facts/snapshots.ts';
import type { Statements } from '../../storage/statements.ts';
import { nodeOf } from './graph.ts';
import type { School, Schools } from './schools.ts';

/** How many persons are remembered; the one that was asked about longest ago is forgotten first. */
const MAX = 20_000;

interface Home {
  readonly schools: School[];
  /** How many changes there had been when this was known. */
  changes: number;
}

/** The schools whose facts name a person, today or once. */
export type FindHomes = (person: string) => readonly School[] | Promise<readonly School[]>;

export function openHomes(statements: Pick<Statements, 'all'>, schools: Schools): FindHomes {
  const homes = new Map<string, Home>();
  const remember = (person: string, home: Home): readonly School[] => {
    homes.delete(person);
    homes.set(person, home);
    if (homes.size > MAX) homes.delete(homes.keys().next().value!);
    return home.schools;
  };
  return (person) => {
    const home = homes.get(person);
    if (home && isCurrent(home, person, schools)) return remember(person, home);
    const { changes } = schools;
    return schoolsOf(statements, person).then((names) =>
      remember(person, { schools: names.map((name) => schools.named(name)), changes }),
    );
  };
}

/** Whether nothing has changed since, or only schools that can be looked at; those that now name the person are added. */
function isCurrent(home: Home, person: string, schools: Schools): boolean {
  if (home.changes === schools.changes) return true;
  const changed = schools.changedSince(home.changes);
  if (!changed) return false;
  const { changes } = schools;
  for (const name of new Set(changed)) {
    const school = schools.named(name);
    if (home.schools.includes(school)) continue;
    const graph = schools.trusted(school);
    if (!graph) return false;
    if (nodeOf(graph, person) >= 0) home.schools.push(school);
  }
  home.changes = changes;
  return true;
}
