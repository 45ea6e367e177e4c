// The oracle: who may do what, read off a list of facts as rights.md words it. No index, no path, no SQL.
import type { Fact } from '../../src/facts/facts.ts';
import type { Action, RuleName, When } from '../../src/rights/rights.ts';

/** Everything there is to know. */
export interface World {
  /** Every row ever written. */
  readonly facts: readonly Fact[];
  readonly revisions: readonly { readonly school: string; readonly revision: number; readonly at: number }[];
  readonly kinds: ReadonlyMap<string, 'class' | 'group'>;
  readonly logbooks: ReadonlyMap<string, { readonly school: string }>;
}

export interface Asked {
  readonly person: string;
  readonly action: Action;
  readonly logbook: string;
  readonly when: When;
}

/** The rules that allow, each with the instant at which its last way ends; none is a deny. */
export function oracle(world: World, { person, action, logbook, when }: Asked): Map<RuleName, number> {
  const school = world.logbooks.get(logbook)!.school;
  const facts = liveFacts(world, school, when);
  const found = new Map<RuleName, number>();
  const allow = (rule: RuleName, ...way: readonly Fact[]) => {
    const end = Math.min(...way.map((fact) => fact.validTo));
    found.set(rule, Math.max(found.get(rule) ?? 0, end));
  };
  const all = (relation: Fact['relation']) => facts.filter((fact) => fact.relation === relation);

  // r1, r2: who keeps it; C1, C3: and only they write
  for (const owns of all('owns')) if (owns.subject === person && owns.object === logbook) allow('owner', owns);
  if (action === 'write') return found;

  const audiences = all('audience').filter((fact) => fact.subject === logbook);
  const ofSchool = all('ofSchool').filter((fact) => fact.subject === logbook);

  // r10, r11: own school; r12 by C9: a decision on record that gives it to the function
  for (const of of ofSchool) {
    for (const heads of all('heads'))
      if (heads.subject === person && heads.object === of.object) allow('head', of, heads);
    for (const second of all('deputises'))
      if (second.subject === person && second.object === of.object) allow('deputy', of, second);
    for (const decision of all('directs'))
      for (const post of all('post'))
        if (decision.subject === person && decision.object === of.object)
          if (post.subject === person && post.object === of.object && post.properties.function === 'direction')
            allow('direction', of, decision, post);
  }

  for (const audience of audiences)
    for (const enrolled of all('enrolled').filter((fact) => fact.object === audience.object)) {
      // r15, r16 by C15
      if (enrolled.subject === person) allow('pupil', audience, enrolled);
      // r19 by C16
      for (const guards of all('guards'))
        if (guards.subject === person && guards.object === enrolled.subject)
          allow('guardian', audience, enrolled, guards);
    }

  // r3 by C5: the team of a class, and the logbooks of that class or of a group that holds a pupil of it
  const isClass = (fact: Fact) => world.kinds.get(fact.object) === 'class';
  const isGroup = (fact: Fact) => world.kinds.get(fact.object) === 'group';
  for (const service of all('teaches').filter((fact) => fact.subject === person)) {
    /** The classes on whose team this service puts the person, with what shows it. */
    const teams: { team: string; shown: Fact[] }[] = [];
    if (isClass(service)) teams.push({ team: service.object, shown: [service] });
    if (isGroup(service))
      for (const inGroup of all('enrolled').filter((fact) => fact.object === service.object))
        for (const inClass of all('enrolled').filter(isClass))
          if (inClass.subject === inGroup.subject)
            teams.push({ team: inClass.object, shown: [service, inGroup, inClass] });
    for (const { team, shown } of teams)
      for (const audience of audiences) {
        if (audience.object === team) allow('team', ...shown, audience);
        if (isGroup(audience))
          for (const inGroup of all('enrolled').filter((fact) => fact.object === audience.object))
            for (const inClass of all('enrolled'))
              if (inClass.subject === inGroup.subject && inClass.object === team)
                allow('team', ...shown, audience, inGroup, inClass);
      }
  }
  return found;
}

/** The facts of a school that hold at the instant, as known today or as known then. */
function liveFacts({ facts, revisions }: World, school: string, when: When): Fact[] {
  const at = 'at' in when ? when.at : 'enforcedOn' in when ? when.enforcedOn : when.knownTodayOf;
  const revisionsOf = revisions.filter((one) => one.school === school);
  const counted = 'enforcedOn' in when ? revisionsOf.filter((one) => one.at <= at) : revisionsOf;
  const known = Math.max(0, ...counted.map((one) => one.revision));
  return facts.filter(
    (fact) =>
      fact.school === school &&
      fact.validFrom <= at &&
      at < fact.validTo &&
      fact.knownFrom <= known &&
      known < fact.knownTo,
  );
}
