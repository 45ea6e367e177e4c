// Which categories of users may see data about oneself, by which rule, on any day: for everyone, and never a name (C26).
import type { Relation } from '../facts/catalogue.ts';
import { everyFactAbout, type PastFact, revisionsAt } from '../facts/history.ts';
import { withStatements } from '../storage/statements.ts';
import type { Db } from '../storage/storage.ts';
import { familyOf, type ReadingAction } from './readers.ts';
import { instantOf, knowledgeIn, type Resource, type ResourceType, type RuleName, type When, who } from './rights.ts';

/** What may hold data about somebody: neither a school, nor a resource, which is launched and not read. */
type PersonalType = Exclude<ResourceType, 'school' | 'offer'>;

/** What data are, and why they concern the person: a pupil's class, one's own logbook, one's own absence. */
export interface CategoriesAbout {
  readonly type: PersonalType;
  readonly school: string;
  readonly as: 'pupil' | 'author' | 'absent';
  /** How they are read: logbooks of past years are, in the archive. */
  readonly action: ReadingAction;
  /** The rules that let somebody else read some of it, in the order of the rules' first appearance by name. */
  readonly categories: readonly RuleName[];
}

interface Concern extends Resource {
  readonly type: PersonalType;
  readonly school: string;
  readonly as: CategoriesAbout['as'];
  readonly action: ReadingAction;
}

/**
 * The categories of users who may, or could at that instant, read data about a person: the logbooks and lessons of a
 * pupil's classes and groups, the logbooks that a teacher keeps, their absences; and, in the archive, the logbooks of the
 * classes and groups that the pupil was in, and those that the teacher kept. A category is told only if somebody was in
 * it; oneself does not count.
 */
export async function categoriesAbout(
  db: Db,
  { person, when = { at: Date.now() } }: { person: string; when?: When },
): Promise<CategoriesAbout[]> {
  const found = new Map<string, { about: Omit<CategoriesAbout, 'categories'>; rules: Set<RuleName> }>();
  const concerns = await concernsOf(db, person, when);
  await withStatements(db, async (rights) => {
    for (const { type, id, school, as, action } of concerns) {
      const name = JSON.stringify([school, as, type, action]);
      const entry = found.get(name) ?? { about: { type, school, as, action }, rules: new Set() };
      found.set(name, entry);
      const readers = await who(rights, { action, resource: { type, id }, when, schools: [school] });
      for (const reader of readers)
        if (reader.person !== person) for (const { rule } of reader.reasons) entry.rules.add(categoryOf(rule));
    }
  });
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { about, rules }]) => ({ ...about, categories: [...rules].sort() }));
}

/** Whether a parent reads by a judgment is nobody else's matter. */
function categoryOf(rule: RuleName): RuleName {
  return familyOf(rule) ?? rule;
}

async function concernsOf(db: Db, person: string, when: When): Promise<Concern[]> {
  const isLive = isLiveAt(instantOf(when));
  const begun: Ask = (end, keys, ...relations) => factsBegun(db, when, { end, keys, relations });
  const live: Ask = async (...asked) => (await begun(...asked)).filter(isLive);
  const enrolments = await begun('subject', [person], 'enrolled');
  const classes = enrolments.filter(isLive).map(({ object }) => object);
  return [
    ...(await live('object', classes, 'audience')).map(of('logbook', 'subject', 'pupil')),
    ...(await archivedOf(enrolments, { begun, live })).map(of('logbook', 'subject', 'pupil', 'read_archive')),
    ...(await live('object', classes, 'lessonFor')).map(of('lesson', 'subject', 'pupil')),
    ...(await live('subject', [person], 'owns', 'substitutes')).map(of('logbook', 'object', 'author')),
    ...(await live('subject', [person], 'authored')).map(of('logbook', 'object', 'author', 'read_archive')),
    ...(await live('object', [person], 'absenceOf')).map(of('absence', 'subject', 'absent')),
  ];
}

type Ask = (end: 'subject' | 'object', keys: readonly string[], ...relations: Relation[]) => Promise<PastFact[]>;

/** The logbooks in the archive that were those of a class or a group while a pupil was in it. */
async function archivedOf(
  enrolments: readonly PastFact[],
  { begun, live }: { readonly begun: Ask; readonly live: Ask },
): Promise<PastFact[]> {
  const audiences = await begun(
    'object',
    enrolments.map(({ object }) => object),
    'audience',
  );
  const shared = audiences.filter((one) => enrolments.some((place) => place.object === one.object && meet(place, one)));
  return live(
    'subject',
    shared.map(({ subject }) => subject),
    'archivedAt',
  );
}

function of(
  type: PersonalType,
  end: 'subject' | 'object',
  as: Concern['as'],
  action: ReadingAction = 'read',
): (fact: PastFact) => Concern {
  return (fact) => ({ type, id: fact[end], school: fact.school, as, action });
}

/** What had begun at the instant, over since or not, as it was known. */
async function factsBegun(
  db: Db,
  when: When,
  { end, keys, relations }: { end: 'subject' | 'object'; keys: readonly string[]; relations: readonly Relation[] },
): Promise<PastFact[]> {
  const at = instantOf(when);
  const rows = (await everyFactAbout(db, end, keys, relations)).filter(({ validFrom }) => validFrom <= at);
  const known = await revisionsAt(
    db,
    rows.map(({ school }) => school),
    knowledgeIn(when) === 'then' ? at : Number.MAX_SAFE_INTEGER,
  );
  return rows.filter(({ school, knownFrom, knownTo }) => {
    const revision = known.get(school) ?? 0;
    return knownFrom <= revision && revision < knownTo;
  });
}

function isLiveAt(at: number): (fact: PastFact) => boolean {
  return ({ validFrom, validTo }) => validFrom <= at && at < validTo;
}

function meet(one: PastFact, other: PastFact): boolean {
  return one.validFrom < other.validTo && other.validFrom < one.validTo;
}
