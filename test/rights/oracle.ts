// The oracle: who may do what, read off a list of facts as rights.md words it. No path, no SQL: the list is looked through.
import type { Fact } from '../../src/facts/facts.ts';
import type { Action, ForbidName, Resource, ResourceType, RuleName, When } from '../../src/rights/rights.ts';

/** Everything there is to know. */
export interface World {
  /** Every row ever written. */
  readonly facts: readonly Fact[];
  readonly revisions: readonly { readonly school: string; readonly revision: number; readonly at: number }[];
  readonly kinds: ReadonlyMap<string, 'class' | 'group'>;
  /** The school of each resource, by type and key. */
  readonly resources: Readonly<Record<ResourceType, ReadonlyMap<string, string>>>;
}

/** An instant, as known today or as known then. */
export type Moment = Exclude<When, { readonly decidedAt: number }>;

export interface Asked {
  readonly person: string;
  readonly action: Action;
  readonly resource: Resource;
  readonly when: Moment;
}

export interface Answer {
  /** The rules that allow, each with the instant at which its last way ends; none is a deny. */
  readonly reasons: ReadonlyMap<RuleName, number>;
  /** The first restriction that took one away. */
  readonly forbidden?: ForbidName | undefined;
}

/** What holds in a school at an instant. */
export interface Live {
  readonly facts: readonly Fact[];
  readonly kinds: World['kinds'];
}

/** I1: denied, but for a relation or a grant that is live; and a recorded restriction overrides. */
export function decide(live: Live, person: string, action: Action, resource: Resource): Answer {
  const found = new Map<RuleName, number>();
  const objected = new Set<RuleName>();
  const view: View = {
    me: person,
    it: resource.id,
    isClass: (fact) => live.kinds.get(fact.object) === 'class',
    isGroup: (fact) => live.kinds.get(fact.object) === 'group',
    all: (relation) => ofRelation(live.facts, relation),
    allow: (rule, ...way) => {
      const end = Math.min(...way.map((fact) => fact.validTo));
      found.set(rule, Math.max(found.get(rule) ?? 0, end));
    },
    allowThrough: (rule, child, ...way) => {
      const own = view.all('objected').filter((fact) => fact.subject === child && fact.object === person);
      if (own.length === 0) view.allow(rule, ...way);
      else objected.add(rule);
    },
  };
  const columns: Readonly<Record<string, Column>> = table[resource.type];
  const column = Object.hasOwn(columns, action) ? columns[action]! : [];
  for (const cell of column) cell(view);
  return lessWhatIsForbidden(view, found, { objected, type: resource.type });
}

/** The facts of a relation; of each list they are looked for once. */
function ofRelation(facts: readonly Fact[], relation: Fact['relation']): Fact[] {
  const before = sorted.get(facts) ?? new Map<Fact['relation'], Fact[]>();
  sorted.set(facts, before);
  const found = before.get(relation) ?? facts.filter((fact) => fact.relation === relation);
  before.set(relation, found);
  return found;
}

const sorted = new WeakMap<readonly Fact[], Map<Fact['relation'], Fact[]>>();

interface View {
  readonly me: string;
  readonly it: string;
  readonly isClass: (fact: Fact) => boolean;
  readonly isGroup: (fact: Fact) => boolean;
  readonly all: (relation: Fact['relation']) => Fact[];
  readonly allow: (rule: RuleName, ...way: readonly Fact[]) => void;
  /** C16: of one child and not of another, who may have objected (C18: their own objection, and nobody else's). */
  readonly allowThrough: (rule: RuleName, child: string, ...way: readonly Fact[]) => void;
}

/** One cell of the table that is not D: the rows it is for, and its condition. */
type Cell = (view: View) => void;
type Column = readonly Cell[];

/** The facts of a relation from the person to the resource. */
const mine = (view: View, relation: Fact['relation']) =>
  view.all(relation).filter((fact) => fact.subject === view.me && fact.object === view.it);

/** The facts of a relation from the person to a school or an audience, with what ties the resource to it. */
const through = (view: View, tie: Fact['relation'], relation: Fact['relation']) =>
  view
    .all(tie)
    .filter((tied) => tied.subject === view.it)
    .flatMap((tied) =>
      view
        .all(relation)
        .filter((fact) => fact.subject === view.me && fact.object === tied.object)
        .map((fact) => [tied, fact] as const),
    );

const holds = (fact: Fact, name: string, value: string) => fact.properties[name] === value;

// r1, r2, r12: who keeps it; C1, C3 (own entries), C21 (own logbook), C24, C25
const owner: Cell = (view) => {
  for (const owns of mine(view, 'owns')) view.allow('owner', owns);
};

// r4 by C4: the logbooks taken over, within the dates
const substitute: Cell = (view) => {
  for (const one of mine(view, 'substitutes')) view.allow('substitute', one);
};

// r1, r2, r4 by C2: own authored logbooks until the end of their retention
const author: Cell = (view) => {
  for (const one of mine(view, 'authored')) view.allow('author', one);
};

// r5, r6 by C6: a live grant on this logbook
const colleague: Cell = (view) => {
  for (const one of mine(view, 'granted')) view.allow('colleague', one);
};

// r23, r25, r28 by C27: a written ask about this logbook
const ticket: Cell = (view) => {
  for (const one of mine(view, 'ticketed')) view.allow('ticket', one);
};

// r14 by C19: an approved inspection of this logbook
const inspector: Cell = (view) => {
  for (const one of mine(view, 'inspects')) view.allow('inspector', one);
};

// C24b: whoever was let in may renounce
const beneficiary: Cell = (view) => {
  for (const one of [...mine(view, 'granted'), ...mine(view, 'inspects')]) view.allow('beneficiary', one);
};

// r10, r11: own school only; the tie says which school a resource is of
const head =
  (tie: Fact['relation']): Cell =>
  (view) => {
    for (const way of through(view, tie, 'heads')) view.allow('head', ...way);
  };
const deputy =
  (tie: Fact['relation']): Cell =>
  (view) => {
    for (const way of through(view, tie, 'deputises')) view.allow('deputy', ...way);
  };

// r12 by C9: a decision on record gives it to the function, so both must hold in that school
const direction =
  (tie: Fact['relation']): Cell =>
  (view) => {
    for (const [tied, directs] of through(view, tie, 'directs'))
      for (const [, post] of through(view, tie, 'post'))
        if (post.object === directs.object && holds(post, 'function', 'direction'))
          view.allow('direction', tied, directs, post);
  };

// r11 by C8: a deputy, with a delegation that names the act
const delegate =
  (act: string): Cell =>
  (view) => {
    for (const [tied, delegated] of through(view, 'ofSchool', 'delegated'))
      for (const [, deputises] of through(view, 'ofSchool', 'deputises'))
        if (deputises.object === delegated.object && holds(delegated, 'act', act))
          view.allow('delegate', tied, delegated, deputises);
  };

// r3, r5, r6, r7 by C22: teachers, librarians and CPE of the school may ask; r8, r9, r9b may not
const staff: Cell = (view) => {
  for (const [tied, post] of through(view, 'ofSchool', 'post'))
    if (['teacher', 'librarian', 'school_life'].some((one) => holds(post, 'function', one)))
      view.allow('staff', tied, post);
};

// r13, r14 by C22 and C19: an inspector of the territory may ask
const territory: Cell = (view) => {
  for (const way of through(view, 'ofSchool', 'territory')) view.allow('territory', ...way);
};

// r7, r8 by C7: the head's opening of a class to a named person of school life
const opened: Cell = (view) => {
  for (const way of through(view, 'audience', 'opened')) view.allow('school_life', ...way);
};

// r15, r16, r17 by C15
const pupil =
  (tie: Fact['relation']): Cell =>
  (view) => {
    for (const way of through(view, tie, 'enrolled')) view.allow('pupil', ...way);
  };

/** The pupils of an audience of the resource, with what shows it. */
const pupils = (view: View, tie: Fact['relation']) =>
  view
    .all(tie)
    .filter((tied) => tied.subject === view.it)
    .flatMap((tied) =>
      view
        .all('enrolled')
        .filter((enrolled) => enrolled.object === tied.object)
        .map((enrolled) => [tied, enrolled] as const),
    );

// r19 by C16: legal representatives of a pupil enrolled today, both alike
const guardian =
  (tie: Fact['relation']): Cell =>
  (view) => {
    for (const [tied, enrolled] of pupils(view, tie))
      for (const guards of view.all('guards'))
        if (guards.subject === view.me && guards.object === enrolled.subject)
          view.allowThrough('guardian', enrolled.subject, tied, enrolled, guards);
  };

// r20 by C16b: a documented decision of the head
const admitted: Cell = (view) => {
  for (const [tied, enrolled] of pupils(view, 'audience'))
    for (const one of view.all('admitted'))
      if (one.subject === view.me && one.object === enrolled.subject)
        view.allowThrough('admitted', enrolled.subject, tied, enrolled, one);
};

// r3 by C5: the team of a class, and what is for that class or for a group that holds a pupil of it
const team: Cell = (view) => {
  const audiences = view.all('audience').filter((fact) => fact.subject === view.it);
  for (const service of view.all('teaches').filter((fact) => fact.subject === view.me)) {
    /** The classes on whose team this service puts the person, with what shows it. */
    const teams: { team: string; shown: Fact[] }[] = [];
    if (view.isClass(service)) teams.push({ team: service.object, shown: [service] });
    if (view.isGroup(service))
      for (const inGroup of view.all('enrolled').filter((fact) => fact.object === service.object))
        for (const inClass of view.all('enrolled').filter(view.isClass))
          if (inClass.subject === inGroup.subject)
            teams.push({ team: inClass.object, shown: [service, inGroup, inClass] });
    for (const { team, shown } of teams)
      for (const audience of audiences) {
        if (audience.object === team) view.allow('team', ...shown, audience);
        if (view.isGroup(audience))
          for (const inGroup of view.all('enrolled').filter((fact) => fact.object === audience.object))
            for (const inClass of view.all('enrolled'))
              if (inClass.subject === inGroup.subject && inClass.object === team)
                view.allow('team', ...shown, audience, inGroup, inClass);
      }
  }
};

// r3, of a lesson: no text widens it beyond those who teach that class or that group
const teaching: Cell = (view) => {
  for (const way of through(view, 'lessonFor', 'teaches')) view.allow('team', ...way);
};

// C10, C12: one's own absences
const self: Cell = (view) => {
  for (const of of view.all('absenceOf')) if (of.subject === view.it && of.object === view.me) view.allow('self', of);
};

// C10: the one who replaces
const replacement: Cell = (view) => {
  for (const covers of mine(view, 'covers')) view.allow('replacement', covers);
};

// C14: one named request, approved, with an end
const inquiry: Cell = (view) => {
  for (const one of mine(view, 'inquires')) view.allow('inquiry', one);
};

// r9
const secretariat =
  (tie: Fact['relation']): Cell =>
  (view) => {
    for (const way of through(view, tie, 'secretary')) view.allow('secretariat', ...way);
  };

// r9 by C13: the secretariat writes for the head, by written delegation
const scribe: Cell = (view) => {
  for (const [tied, secretary] of through(view, 'absenceAt', 'secretary'))
    for (const [, delegated] of through(view, 'absenceAt', 'delegated'))
      if (secretary.object === delegated.object && holds(delegated, 'act', 'absences'))
        view.allow('scribe', tied, secretary, delegated);
};

// r7, r8 by C11: the classes in charge
const inCharge =
  (tie: Fact['relation']): Cell =>
  (view) => {
    for (const way of through(view, tie, 'inCharge')) view.allow('school_life', ...way);
  };

/** What somebody is at the school that is asked about: nothing that they are elsewhere counts. */
const here =
  (rule: RuleName, relation: Fact['relation'], held?: string): Cell =>
  (view) => {
    for (const one of mine(view, relation))
      if (held === undefined || holds(one, 'function', held)) view.allow(rule, one);
  };
const headHere = here('head', 'heads');
const deputyHere = here('deputy', 'deputises');
const directorHere = here('director', 'post', 'direction');
const officeHere = here('secretariat', 'secretary');
const administratorHere = here('administrator', 'administers');
const dpoHere = here('dpo', 'protects');
const staffHere = (['teacher', 'librarian', 'school_life'] as const).map((held) => here('staff', 'post', held));

// C32: named by the head, and accepted
const assignerHere = here('assigner', 'assigns');
// r12 by C9, at the school itself
const directionHere: Cell = (view) => {
  for (const directs of mine(view, 'directs'))
    for (const post of mine(view, 'post'))
      if (holds(post, 'function', 'direction')) view.allow('direction', directs, post);
};

/** I13, C31: a live subscription, a school under an agreement, a validated resource; on record for this very offer. */
const conditionsOf = (view: View): Fact[][] => {
  const of = (relation: Fact['relation']) =>
    view.all(relation).filter((fact) => fact.subject === view.it && fact.object === view.it);
  return of('subscribed').flatMap((one) =>
    of('agreed').flatMap((two) => of('cleared').map((three) => [one, two, three])),
  );
};

// C31: a licence, or one for the whole school
const licensed: Cell = (view) => {
  for (const way of conditionsOf(view)) for (const one of mine(view, 'assigned')) view.allow('assigned', ...way, one);
};

/** Table 3, launch: whom each audience is made of; r9, r9b, r13, r14, r19 to r28 are in none. */
const members: Readonly<Record<string, (fact: Fact) => boolean>> = {
  pupil: ({ relation }) => relation === 'attends',
  teacher: (fact) => fact.relation === 'post' && holds(fact, 'function', 'teacher'),
  librarian: (fact) => fact.relation === 'post' && holds(fact, 'function', 'librarian'),
  staff: (fact) =>
    fact.relation === 'heads' ||
    fact.relation === 'deputises' ||
    (fact.relation === 'post' &&
      ['head', 'deputy', 'direction', 'school_life', 'assistant'].some((one) => holds(fact, 'function', one))),
};

const wholeSchool: Cell = (view) => {
  for (const way of conditionsOf(view))
    for (const opened of view.all('openTo').filter((fact) => fact.object === view.it))
      for (const relation of ['attends', 'post', 'heads', 'deputises'] as const)
        for (const place of view.all(relation))
          if (place.subject === view.me && place.object === opened.subject)
            if (members[String(opened.properties.audience)]?.(place)) view.allow('site', ...way, opened, place);
};

/** The tables, and what is done at a school (r9 to r12, r23, r28): the cells of each column that are not D. */
const table: Readonly<Record<ResourceType, Readonly<Record<string, Column>>>> = {
  logbook: {
    read: [
      owner,
      substitute,
      team,
      colleague,
      inspector,
      head('ofSchool'),
      deputy('ofSchool'),
      direction('ofSchool'),
      opened,
      pupil('audience'),
      guardian('audience'),
      admitted,
    ],
    write: [owner, substitute],
    visa: [head('ofSchool'), delegate('visa')],
    read_archive: [author, head('archivedAt'), deputy('archivedAt'), direction('archivedAt'), inspector],
    grant: [owner],
    request: [staff, territory],
    validate: [head('ofSchool'), delegate('validate'), direction('ofSchool')],
    revoke: [owner, head('ofSchool'), delegate('revoke'), direction('ofSchool'), beneficiary],
    // I12: for as long as it is kept
    see_readers: [
      owner,
      author,
      ...(['ofSchool', 'archivedAt'] as const).flatMap((tie) => [head(tie), deputy(tie), direction(tie)]),
      ticket,
    ],
  },
  absence: {
    read: [
      self,
      replacement,
      secretariat('absenceAt'),
      head('absenceAt'),
      deputy('absenceAt'),
      direction('absenceAt'),
      inquiry,
    ],
    read_today: [inCharge('watched')],
    write: [self, scribe, head('absenceAt'), deputy('absenceAt'), direction('absenceAt')],
  },
  // C17 for the class and its families; for staff, what C10, C11 and r9 to r12 let them know anyway
  lesson: {
    read: [
      teaching,
      head('lessonAt'),
      deputy('lessonAt'),
      direction('lessonAt'),
      inCharge('lessonFor'),
      secretariat('lessonAt'),
      pupil('lessonFor'),
      guardian('lessonFor'),
    ],
  },
  school: {
    activate: [headHere, deputyHere, directorHere, officeHere, administratorHere],
    inform: [headHere, deputyHere, directorHere, officeHere],
    file: [headHere, deputyHere, directorHere, officeHere, dpoHere],
    decide: [headHere, directorHere],
    oversee: [dpoHere],
    protect: [headHere, directorHere, administratorHere],
    // table 3, C33: r1 to r7, r9 to r14, r23, r25
    convene: [
      ...staffHere,
      headHere,
      deputyHere,
      directorHere,
      officeHere,
      administratorHere,
      here('territory', 'territory'),
      here('authority', 'authority'),
    ],
    assign: [headHere, directionHere, assignerHere],
  },
  offer: { launch: [licensed, wholeSchool] },
};

/** I1: a restriction on a pair (person, child) or (person, object) overrides any allow; an objection left some out. */
function lessWhatIsForbidden(
  view: View,
  found: ReadonlyMap<RuleName, number>,
  { objected, type }: { objected: ReadonlySet<RuleName>; type: ResourceType },
): Answer {
  // an absence is about no child, nor is what is done at a school, and no restriction names one
  if (type === 'absence' || type === 'school') return { reasons: found };
  // who does not want to be known to a publisher is not
  if (type === 'offer')
    return mine(view, 'declines').length > 0 && found.size > 0
      ? { reasons: new Map(), forbidden: 'declined' }
      : { reasons: found };
  const tie = type === 'logbook' ? 'audience' : 'lessonFor';
  const concerned = new Set(pupils(view, tie).map(([, enrolled]) => enrolled.subject));
  const barred = view
    .all('barred')
    .some(
      (one) => one.subject === view.me && ((type === 'logbook' && one.object === view.it) || concerned.has(one.object)),
    );
  if (barred && found.size + objected.size > 0) return { reasons: new Map(), forbidden: 'barred' };
  const lost = [...objected].some((rule) => !found.has(rule));
  return { reasons: found, ...(lost && { forbidden: 'objection' }) };
}

/** The facts of a school that hold at the instant, as known today or as known then. */
export function liveFacts({ facts, revisions }: World, school: string, when: Moment): Fact[] {
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
