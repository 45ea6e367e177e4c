// "Why can't I?": for the holder, what is missing from the rule that comes nearest, and never a third person's data.
import { dateForms } from '../../views/text/dates.ts';
import { type WhyText, whyWords } from '../../views/text/why.ts';
import { findSchool } from '../directory/schools.ts';
import { dayOf } from '../facts/calendar.ts';
import type { Relation } from '../facts/catalogue.ts';
import { currentFacts, type Fact, revisionAt } from '../facts/facts.ts';
import type { Db } from '../storage/storage.ts';
import { explain, type Missing, rulesLeading } from './explain.ts';
import type { ForbidName } from './policy.ts';
import { familyOf } from './readers.ts';
import {
  type Action,
  type ActionOn,
  instantOf,
  knowledgeIn,
  may,
  type Resource,
  type ResourceType,
  type RuleName,
  type When,
} from './rights.ts';

/** What the person lacks, by what they are in the school of the resource. */
export type Lack =
  | 'absence_not_yours'
  | 'child_not_enrolled'
  | 'function_opens_nothing'
  | 'no_decision'
  | 'no_delegation'
  | 'no_grant'
  | 'no_inspection'
  | 'no_licence'
  | 'no_office'
  | 'no_role_here'
  | 'none'
  | 'not_for_families'
  | 'not_archived'
  | 'not_assigner'
  | 'not_author'
  | 'not_dpo'
  | 'not_enrolled'
  | 'not_head'
  | 'not_in_charge'
  | 'not_in_team'
  | 'not_kept'
  | 'not_opened'
  | 'not_owner'
  | 'not_owner_nor_head'
  | 'not_party'
  | 'not_staff'
  | 'year_over';

/** What an offer must meet before anybody opens it, whoever they are. */
export type Condition = 'subscribed' | 'agreed' | 'cleared';

/** What overrides rights: something that was recorded, and never what, or the person's own choice. */
export type Closed = 'restricted' | 'declined';

export type WhyCode =
  | Closed
  | Lack
  | `${RuleName | Condition}_ended`
  | `${RuleName | Condition}_not_begun`
  | `${Condition}_missing`;

/** A code that does not change, and the sentence in each language. */
export interface WhyNot {
  readonly code: WhyCode;
  readonly fr: string;
  readonly en: string;
}

interface Asked {
  readonly person: string;
  readonly action: Action;
  readonly resource: Resource;
  readonly when?: When | undefined;
  /** Whom it is for: by default the person, who alone is told that something is recorded against them. */
  readonly to?: 'holder' | 'module' | undefined;
}

/**
 * Why a person may not; nothing when they may. Of what does not exist, only that nothing opens it. Of what a restriction
 * closes, a module is told what it would be of somebody of the same standing to whom nothing ever opened it.
 */
export async function whyNot(db: Db, asked: Asked): Promise<WhyNot | undefined> {
  const when = asked.when ?? { at: Date.now() };
  const { allowed, school, forbidden, missing = [], judged } = await explain(db, { ...asked, when });
  if (allowed) return undefined;
  if (school === undefined) return lacking('none');
  if (forbidden && asked.to !== 'module') return closedBy(forbidden);
  const scene = { ...asked, when: judged === undefined ? when : sameReadingAt(when, judged), school };
  const over = asked.resource.type === 'logbook' ? await yearOf(db, scene) : undefined;
  if (over) return lacking(over);
  const condition = await conditionMissing(db, scene, missing);
  return condition ?? (await outOfDates(db, scene, missing)) ?? lacking(await lackOf(db, scene));
}

interface Scene extends Asked {
  readonly when: When;
  readonly school: string;
}

/** Whether it is a judgment, or what a pupil of age has asked for, the school alone says. */
function closedBy(name: ForbidName): WhyNot {
  const code = name === 'declined' ? name : 'restricted';
  return told(code, (words) => words.closed[code]);
}

function lacking(code: Lack): WhyNot {
  return told(code, (words) => words.lacks[code]);
}

function told(code: WhyCode, sentence: (words: WhyText) => string): WhyNot {
  return { code, fr: sentence(whyWords.fr), en: sentence(whyWords.en) };
}

/** The facts of the school about one end, as they are known, whatever their dates. */
async function known(
  db: Db,
  { school, when }: Scene,
  where: { relations: readonly Relation[]; subject?: string; object?: string },
): Promise<Fact[]> {
  const knownAt =
    'decidedAt' in when
      ? when.revision
      : knowledgeIn(when) === 'then'
        ? await revisionAt(db, school, instantOf(when))
        : undefined;
  return currentFacts(db, { school, knownAt, ...where });
}

/** A logbook whose year is over is read in the archive, and one whose year is not over is not. */
async function yearOf(db: Db, scene: Scene): Promise<Lack | undefined> {
  const at = instantOf(scene.when);
  const archive = scene.action === 'read_archive';
  const facts = await known(db, scene, {
    relations: [archive ? 'archivedAt' : 'ofSchool'],
    subject: scene.resource.id,
  });
  if (facts.length === 0 || facts.some((fact) => isLive(fact, at))) return undefined;
  if (facts.some(({ validFrom }) => validFrom > at)) return archive ? 'not_archived' : undefined;
  return archive ? 'not_kept' : 'year_over';
}

const conditions: readonly Condition[] = ['cleared', 'agreed', 'subscribed'];

/** Where all that is the person's own holds: what is missing of the school's, or of the resource's. */
async function conditionMissing(db: Db, scene: Scene, missing: readonly Missing[]): Promise<WhyNot | undefined> {
  const at = instantOf(scene.when);
  for (const { lacks, lapsed } of missing) {
    const condition = conditions.find((one) => one === lacks.relation);
    if (!condition) continue;
    const wording = (words: WhyText) => words.conditions[condition];
    if (!lapsed) return told(`${condition}_missing`, (words) => wording(words).missing);
    const { zone } = await findSchool(db, scene.school);
    return lapsed.validTo <= at
      ? said(`${condition}_ended`, dayOf(lapsed.validTo - 1, zone), (words) => wording(words).ended)
      : said(`${condition}_not_begun`, dayOf(lapsed.validFrom, zone), (words) => wording(words).notBegun);
  }
  return undefined;
}

/**
 * What the person, or a child of theirs, held and holds no more, or will hold: told only when it is all that is
 * missing, which is so when the same rule did, or will, lead to them at the edge of its dates. What restricts it then is
 * told to the person alone, of what is to come; a parent let in by a judgment is told as any other.
 */
async function outOfDates(db: Db, scene: Scene, missing: readonly Missing[]): Promise<WhyNot | undefined> {
  const at = instantOf(scene.when);
  const own = missing
    .filter(({ lapsed, matched }) => lapsed && isOwn(lapsed, matched, scene.person))
    .sort((a, b) => Math.min(b.lapsed!.validTo, at) - Math.min(a.lapsed!.validTo, at));
  for (const { rule, lapsed } of own) {
    const { validFrom, validTo } = lapsed!;
    const edge = validTo <= at ? validTo - 1 : validFrom;
    const then = { ...scene, when: sameReadingAt(scene.when, edge) };
    if (!(await rulesLeading(db, then)).includes(rule)) continue;
    const { forbidden } = edge > at && scene.to !== 'module' ? await may(db, then) : {};
    if (forbidden) return closedBy(forbidden);
    const { zone } = await findSchool(db, scene.school);
    const by = familyOf(rule) ?? rule;
    const day = dayOf(edge, zone);
    return validTo <= at
      ? said(`${by}_ended`, day, (words) => words.ended[by] ?? words.endedOtherwise)
      : said(`${by}_not_begun`, day, (words) => words.notBegun);
  }
  return undefined;
}

function sameReadingAt(when: When, at: number): When {
  if ('decidedAt' in when) return { ...when, decidedAt: at };
  return 'enforcedOn' in when ? { enforcedOn: at } : { knownTodayOf: at };
}

/** A fact about the person, or about a child whom they represent. */
function isOwn(fact: Fact, matched: readonly Fact[], person: string): boolean {
  if (fact.subject === person) return true;
  return matched.some(
    ({ relation, subject, object }) =>
      (relation === 'guards' || relation === 'admitted') && subject === person && object === fact.subject,
  );
}

function said(code: WhyCode, day: string, sentence: (words: WhyText) => (day: string) => string): WhyNot {
  return {
    code,
    fr: sentence(whyWords.fr)(dayIn('fr', day)),
    en: sentence(whyWords.en)(dayIn('en', day)),
  };
}

function dayIn(locale: 'fr' | 'en', day: string): string {
  const format = new Intl.DateTimeFormat(dateForms[locale], { dateStyle: 'long', timeZone: 'UTC' });
  return format.format(new Date(`${day}T00:00:00Z`)).replace(/^1 (?=\p{L}+ \d+$)/u, locale === 'fr' ? '1er ' : '1 ');
}

/** What somebody is in a school; of several, the first is the one that comes nearest to a right. */
const standings = [
  'direction',
  'deputy',
  'teacher',
  'inspector',
  'school_life',
  'librarian',
  'secretary',
  'guardian',
  'pupil',
  'other',
] as const;

type Standing = (typeof standings)[number];

type Lacks = Partial<Record<Standing, Lack>> & { readonly other: Lack };

const absence: Lacks = { direction: 'no_decision', other: 'absence_not_yours' };

/** For each type and action, what is missing, by standing. */
const lacks: { readonly [Type in ResourceType]: Readonly<Record<ActionOn<Type>, Lacks>> } = {
  logbook: {
    read: {
      direction: 'no_decision',
      teacher: 'not_in_team',
      inspector: 'no_inspection',
      school_life: 'not_opened',
      librarian: 'no_grant',
      guardian: 'child_not_enrolled',
      pupil: 'not_enrolled',
      other: 'function_opens_nothing',
    },
    write: { other: 'not_owner' },
    visa: { deputy: 'no_delegation', other: 'not_head' },
    read_archive: { direction: 'no_decision', inspector: 'no_inspection', other: 'not_author' },
    grant: { other: 'not_owner' },
    request: { other: 'not_staff' },
    validate: { direction: 'no_decision', deputy: 'no_delegation', other: 'not_head' },
    revoke: { direction: 'no_decision', deputy: 'no_delegation', other: 'not_party' },
    see_readers: { direction: 'no_decision', other: 'not_owner_nor_head' },
  },
  absence: {
    read: absence,
    read_today: { school_life: 'not_in_charge', other: 'absence_not_yours' },
    write: { ...absence, secretary: 'no_delegation' },
  },
  lesson: {
    read: {
      direction: 'no_decision',
      teacher: 'not_in_team',
      school_life: 'not_in_charge',
      guardian: 'child_not_enrolled',
      pupil: 'not_enrolled',
      other: 'function_opens_nothing',
    },
  },
  school: {
    activate: { other: 'no_office' },
    inform: { other: 'no_office' },
    file: { other: 'no_office' },
    decide: { other: 'not_head' },
    oversee: { other: 'not_dpo' },
    protect: { other: 'not_head' },
    convene: { other: 'function_opens_nothing' },
    assign: { direction: 'no_decision', other: 'not_assigner' },
  },
  offer: {
    launch: {
      direction: 'no_licence',
      deputy: 'no_licence',
      teacher: 'no_licence',
      school_life: 'no_licence',
      librarian: 'no_licence',
      guardian: 'not_for_families',
      pupil: 'no_licence',
      other: 'function_opens_nothing',
    },
  },
};

async function lackOf(db: Db, scene: Scene): Promise<Lack> {
  const { resource, action, person } = scene;
  const at = instantOf(scene.when);
  const facts = await known(db, scene, {
    relations: [
      'post',
      'heads',
      'deputises',
      'secretary',
      'territory',
      'guards',
      'admitted',
      'attends',
      'enrolled',
      'administers',
      'protects',
    ],
    subject: person,
  });
  const held = new Set(facts.filter((fact) => isLive(fact, at)).map(standingOf));
  if (held.size === 0) return 'no_role_here';
  const table = (lacks[resource.type] as Readonly<Record<string, Lacks>>)[action]!;
  const first = standings.find((standing) => held.has(standing) && table[standing]);
  return (first && table[first]) ?? table.other;
}

const byFunction: Readonly<Record<string, Standing>> = {
  teacher: 'teacher',
  direction: 'direction',
  librarian: 'librarian',
  school_life: 'school_life',
  inspector: 'inspector',
};

const byRelation: Partial<Record<Relation, Standing>> = {
  deputises: 'deputy',
  secretary: 'secretary',
  territory: 'inspector',
  guards: 'guardian',
  admitted: 'guardian',
  attends: 'pupil',
  enrolled: 'pupil',
};

function standingOf({ relation, properties }: Fact): Standing {
  return (relation === 'post' ? byFunction[String(properties.function)] : byRelation[relation]) ?? 'other';
}

function isLive({ validFrom, validTo }: Fact, at: number): boolean {
  return validFrom <= at && at < validTo;
}
