// One report for the three questions asked of a head (S2.11): what the register said, what the notice said, who could read, on a day.
import { OPERATOR } from '../../acts/offices.ts';
import { Refusal } from '../../errors.ts';
import { everyFactAbout } from '../../facts/history.ts';
import { type CategoriesAbout, categoriesAbout } from '../../rights/about.ts';
import { type Family, familyOf } from '../../rights/readers.ts';
import { may, type RuleName, type When, who } from '../../rights/rights.ts';
import type { Db } from '../../storage/storage.ts';
import { GENERAL, type NoticeVersion, noticeInForce } from '../notices/texts.ts';
import { minorsOf } from '../reach.ts';
import { holdsOffice, schoolsOf } from '../requests/standing.ts';
import { type RegisterEntry, registerAt } from './entries.ts';

/** What a report is about. */
export interface Reported {
  readonly type: 'logbook' | 'absence' | 'person';
  readonly id: string;
}

/** Who could read by one rule. Families are counted together, and below ten no count is given. */
export interface ReadersBy {
  readonly category: RuleName | Family;
  /** How many persons; none where it would say too much, or where categories alone may be told (C26). */
  readonly count?: number;
  /** Fewer than ten. */
  readonly few?: true;
}

export interface Report {
  readonly object: Reported;
  /** The schools whose data it is. */
  readonly schools: readonly string[];
  readonly at: number;
  /** The entries of the register in force then that speak of it. */
  readonly entries: readonly RegisterEntry[];
  readonly notices: readonly { readonly school: string; readonly notice: NoticeVersion | undefined }[];
  /** Who could read: as it was enforced then, and as it is known today. */
  readonly enforced: readonly ReadersOf[];
  readonly known: readonly ReadersOf[];
}

export interface ReadersOf {
  /** Of what, and why it concerns a person; none for an object that is asked about itself. */
  readonly about?: Omit<CategoriesAbout, 'categories'>;
  readonly readers: readonly ReadersBy[];
}

/** Below this, a count of families would point at somebody. */
const FEW = 10;

/**
 * The report on an object at a past instant: for the person concerned, for whoever keeps the logbook, for those who
 * decide on requests at its school, for its data protection officer, and for the operator. `not_found` for anybody else, and
 * for nothing. Of a person, an office tells of its own schools alone.
 */
export async function reportOn(
  db: Db,
  { object, by, at, now }: { object: Reported; by: string; at: number; now: number },
): Promise<Report> {
  const concerned = await schoolsConcerned(db, object);
  const schools = await schoolsTold(db, object, { by, now, schools: concerned });
  if (schools.length === 0) throw new Refusal('not_found', 'expected something that is the asker’s to report on');
  const isTold = ({ about }: ReadersOf) => about === undefined || schools.includes(about.school);
  const notices: { school: string; notice: NoticeVersion | undefined }[] = [];
  for (const school of schools)
    notices.push({
      school,
      notice: (await noticeInForce(db, { school, at })) ?? (await noticeInForce(db, { school: GENERAL, at })),
    });
  return {
    object,
    schools,
    at,
    entries: (await registerAt(db, at)).filter((entry) => speaksOf(entry, object, schools)),
    notices,
    enforced: (await readersOf(db, object, { enforcedOn: at })).filter(isTold),
    known: (await readersOf(db, object, { knownTodayOf: at })).filter(isTold),
  };
}

async function schoolsConcerned(db: Db, { type, id }: Reported): Promise<string[]> {
  if (type === 'person') return schoolsOf(db, id, 'all');
  const facts = await everyFactAbout(
    db,
    'subject',
    [id],
    type === 'logbook' ? ['ofSchool', 'archivedAt'] : ['absenceAt'],
  );
  return [...new Set(facts.map(({ school }) => school))];
}

interface Asking {
  readonly by: string;
  readonly now: number;
  readonly schools: readonly string[];
}

/** Of which of the schools concerned somebody is told: all when it is theirs, else those where they hold an office. */
async function schoolsTold(db: Db, object: Reported, asking: Asking): Promise<readonly string[]> {
  const { by, now, schools } = asking;
  if (by === OPERATOR || (await isTheirs(db, object, asking))) return schools;
  const held: string[] = [];
  for (const school of schools)
    for (const action of ['decide', 'oversee'] as const)
      if (!held.includes(school) && (await holdsOffice(db, { school, by, at: now }, action))) held.push(school);
  return held;
}

async function isTheirs(db: Db, { type, id }: Reported, { by, now }: Asking): Promise<boolean> {
  if (type === 'person') return id === by || (await minorsOf(db, by, now)).includes(id);
  if (type === 'absence')
    return (await everyFactAbout(db, 'subject', [id], ['absenceOf'])).some(({ object }) => object === by);
  const resource = { type: 'logbook', id } as const;
  return (await may(db, { person: by, action: 'see_readers', resource, when: { at: now } })).allowed;
}

/** What Préau does with such a thing, and the modules that received of it at these schools. */
function speaksOf({ entry, content }: RegisterEntry, { type }: Reported, schools: readonly string[]): boolean {
  if (!entry.startsWith('module:')) return coreOf[type].includes(entry);
  const served = content.schools === 'all' || schools.some((school) => content.schools?.includes(school));
  if (!served || type === 'absence') return false;
  if (content.resources) return type === 'person';
  return type === 'person' ? (content.claims?.length ?? 0) > 0 : (content.asks?.length ?? 0) > 0;
}

const coreOf: Record<Reported['type'], readonly string[]> = {
  logbook: ['logbooks', 'directory', 'security'],
  absence: ['absences', 'security'],
  person: ['directory', 'accounts', 'security', 'notices', 'requests', 'resources', 'mail'],
};

async function readersOf(db: Db, { type, id }: Reported, when: When): Promise<ReadersOf[]> {
  if (type === 'person') {
    const about = await categoriesAbout(db, { person: id, when });
    return about.map(({ categories, ...of }) => ({ about: of, readers: categories.map(toCategory) }));
  }
  return [{ readers: await countsOf(db, { type, id }, when) }];
}

/** Only that somebody was in it (C26). */
function toCategory(rule: RuleName): ReadersBy {
  return { category: familyOf(rule) ?? rule };
}

/** Readers of what is kept now, and of archives: the same question asked of another year. */
async function countsOf(
  db: Db,
  resource: { type: 'logbook' | 'absence'; id: string },
  when: When,
): Promise<ReadersBy[]> {
  const actions = resource.type === 'logbook' ? (['read', 'read_archive'] as const) : (['read', 'read_today'] as const);
  const persons = new Map<ReadersBy['category'], Set<string>>();
  for (const action of actions)
    for (const { person, reasons } of await who(db, { action, resource, when }))
      for (const { rule } of reasons) {
        const category = familyOf(rule) ?? rule;
        persons.set(category, (persons.get(category) ?? new Set()).add(person));
      }
  return [...persons]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([category, { size }]) =>
      isFamily(category) && size < FEW ? { category, few: true } : { category, count: size },
    );
}

function isFamily(category: ReadersBy['category']): category is Family {
  return category === 'pupil' || category === 'guardian';
}

/** `logbook:KEY`, `absence:KEY` or `person:KEY`; nothing for any other text. */
export function reportedOf(text: string): Reported | undefined {
  const [, type, id] = /^(logbook|absence|person):([\w-]{1,64})$/.exec(text) ?? [];
  return type && id ? { type: type as Reported['type'], id } : undefined;
}
