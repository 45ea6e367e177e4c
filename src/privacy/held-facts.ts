// The facts about a person as sentences: who stands at the other end is named only where it is theirs to know.
import { englishRelations } from '../../views/text/relations.ts';
import { listAudiences } from '../directory/audiences.ts';
import { listLogbooks } from '../directory/logbooks.ts';
import { fullName } from '../directory/naming.ts';
import { offersOf } from '../directory/offers.ts';
import { listPersons } from '../directory/persons.ts';
import { listSchools } from '../directory/schools.ts';
import { subjectLabels } from '../directory/subjects.ts';
import { catalogue, type Relation } from '../facts/catalogue.ts';
import { type Fact, factsNaming } from '../facts/facts.ts';
import { listResources } from '../resources/registry.ts';
import { type Db, FOREVER } from '../storage/storage.ts';
import type { HeldAsked, HeldCategory, HeldLine } from './held.ts';

type Entry = typeof catalogue;

/** The relations that can end on a person: what they tell of whoever stands at the other end is decided one by one. */
type OnPersons = { [R in Relation]: 'person' extends Entry[R]['object'][number] ? R : never }[Relation];

/**
 * Whether the person at the end of a relation is told who stands at its start. A legal representative who reads for a
 * child is told of nobody but themselves: the other parent is not theirs to read about.
 */
const namesStart: Record<OnPersons, boolean> = {
  guards: true,
  barred: false,
  objected: false,
  admitted: false,
  absenceOf: true,
};

/** Where a relation belongs; what is said of none is service of staff. */
const categories: Partial<Record<Relation, HeldCategory>> = {
  attends: 'schooling',
  enrolled: 'schooling',
  emancipated: 'schooling',
  guards: 'family',
  admitted: 'family',
  objected: 'family',
  barred: 'decisions',
  directs: 'decisions',
  delegated: 'decisions',
  opened: 'decisions',
  inspects: 'decisions',
  granted: 'decisions',
  inquires: 'decisions',
  ticketed: 'decisions',
  territory: 'decisions',
  authority: 'decisions',
  assigned: 'publishers',
  declines: 'publishers',
};

const relations = Object.keys(catalogue) as Relation[];

/** Every fact that names the person and is known today, past ones too: history is held as well. */
export async function factLines(db: Db, asked: HeldAsked): Promise<HeldLine[]> {
  const { person } = asked;
  const all = { relations, endingAfter: 0 };
  const starts = await factsNaming(db, 'subject', [person], all);
  const arrives = (await factsNaming(db, 'object', [person], all)).filter(({ subject }) => subject !== person);
  const labels = await labelsOf(db, [...starts, ...arrives]);
  return [...starts, ...arrives].flatMap((fact) => {
    const what = sentenceOf(fact, asked, labels);
    return what === undefined ? [] : [lineOf(fact, asked, what)];
  });
}

function lineOf(fact: Fact, { person }: HeldAsked, what: string): HeldLine {
  const { relation, source, actor, validFrom, validTo, school } = fact;
  return {
    category: categories[relation] ?? 'service',
    what,
    source: source === 'local' && actor === person ? 'self' : source,
    since: validFrom,
    ...(validTo < FOREVER && { until: validTo }),
    school,
  };
}

/** `Paul Bernard suit les cours de 6e A (Collège Les Tilleuls)`; nothing when it is not the reader's to know. */
function sentenceOf(fact: Fact, asked: HeldAsked, labels: Labels): string | undefined {
  const [start, end] = [fact.subject, fact.object].map((key) => endText(fact, key, asked, labels));
  if (start === undefined || end === undefined) return undefined;
  const { french } = catalogue[fact.relation];
  const said = asked.locale === 'en' ? (englishRelations[fact.relation] ?? french) : french;
  const more = detailsOf(fact, asked, labels);
  return `${start} ${said} ${end}${more ? ` (${more})` : ''}`;
}

/** One end of a fact as it is told. */
function endText(fact: Fact, key: string, { person, reader, words }: HeldAsked, labels: Labels): string | undefined {
  const label = labels.of.get(key) ?? words.lines.something;
  if (key === person || key === reader || !labels.persons.has(key)) return label;
  if (reader !== person) return undefined;
  // whoever stands at the start knows whom it is about
  return fact.subject === person || namesStart[fact.relation as OnPersons] ? label : words.lines.somebody;
}

/** What facts stand on, by key, and which of these are persons. */
interface Labels {
  readonly of: ReadonlyMap<string, string>;
  readonly persons: ReadonlySet<string>;
}

/** What else a fact carries, of what is meant for the person: a function, a subject taught, the reference of a decision. */
function detailsOf({ properties }: Fact, { words }: HeldAsked, labels: Labels): string {
  const { function: held, subject, decision, act, where } = properties;
  const parts = [
    typeof held === 'string' && (words.functions[held] ?? held),
    typeof subject === 'string' && subject !== '' && (labels.of.get(`subject ${subject}`) ?? subject),
    typeof act === 'string' && words.lines.act(act),
    typeof decision === 'string' && words.lines.decision(decision),
    typeof where === 'string' && where,
  ];
  return parts.filter(Boolean).join(', ');
}

/** An offer is told as the resource that it is, at its school. */
async function labelOffers(db: Db, keys: readonly string[], labels: Map<string, string>): Promise<void> {
  const offers = await offersOf(db, { ids: keys });
  const resources = await listResources(db, { ids: offers.map(({ resource }) => resource) });
  const names = new Map(resources.map(({ id, name }) => [id, name]));
  for (const { id, resource, school } of offers)
    labels.set(id, [names.get(resource) ?? resource, labels.get(school)].filter(Boolean).join(', '));
}

async function labelsOf(db: Db, facts: readonly Fact[]): Promise<Labels> {
  const keys = [...new Set(facts.flatMap(({ subject, object, school }) => [subject, object, school]))];
  const schools = await listSchools(db, keys);
  const of = new Map(schools.map(({ uai, name }) => [uai, name]));
  const named = (school: string) => of.get(school) ?? '';
  for (const { id, label, school } of await listAudiences(db, keys)) of.set(id, `${label}, ${named(school)}`);
  for (const { id, subjectLabel, audienceLabel, schoolName } of await listLogbooks(db, keys))
    of.set(id, [subjectLabel, audienceLabel, schoolName].filter(Boolean).join(', '));
  await labelOffers(db, keys, of);
  const codes = facts.flatMap(({ properties }) => (typeof properties.subject === 'string' ? [properties.subject] : []));
  for (const academy of new Set(schools.map((one) => one.academy)))
    for (const [code, label] of await subjectLabels(db, academy, codes)) of.set(`subject ${code}`, label);
  const persons = await listPersons(db, keys);
  for (const one of persons) of.set(one.id, fullName(one));
  return { of, persons: new Set(persons.map(({ id }) => id)) };
}
