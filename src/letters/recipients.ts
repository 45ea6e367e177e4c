// Whom letters and cards of a school are for, in the order in which they are handed out: by class, then by name.
import { ascii } from '../accounts/identifiers.ts';
import { type Audience, listAudiences } from '../directory/audiences.ts';
import { listPersons, type Person } from '../directory/persons.ts';
import { Refusal } from '../errors.ts';
import type { Relation } from '../facts/catalogue.ts';
import { currentFacts, type Fact } from '../facts/facts.ts';
import type { Db } from '../storage/storage.ts';

/** Pupils, their families, or the staff of a school; `class` is a code, and a family name picks some of them. Or one person alone, by key. */
export type Addressees =
  | {
      readonly who: 'pupils' | 'families';
      readonly class?: string | undefined;
      readonly familyName?: string | undefined;
    }
  | { readonly who: 'staff'; readonly familyName?: string | undefined }
  | { readonly who: 'person'; readonly person: string };

export interface Recipient {
  readonly person: string;
  /** The label of the class that the letter is handed out in; empty when there is none. */
  readonly className: string;
  /** For a family: the given names of its children at the school. */
  readonly children: readonly string[];
}

/** The relations that make somebody staff of a school. */
const staffRelations = [
  'post',
  'heads',
  'deputises',
  'secretary',
  'administers',
] as const satisfies readonly Relation[];

/**
 * The recipients, each once: a parent of two pupils stands with the first. Refuses with `unknown_class`, and `unknown_person`
 * for somebody who is not of this school.
 */
export async function recipientsOf(
  db: Db,
  { school, to, at }: { school: string; to: Addressees; at: number },
): Promise<Recipient[]> {
  const all = await everyone(db, { school, to, at });
  if (to.who === 'person' || !to.familyName) return all;
  const wanted = foldedName(to.familyName);
  const persons = await byKey(
    db,
    all.map(({ person }) => person),
  );
  return all.filter(({ person }) => foldedName(persons.get(person)?.familyName ?? '') === wanted);
}

async function everyone(
  db: Db,
  { school, to, at }: { school: string; to: Addressees; at: number },
): Promise<Recipient[]> {
  const relations = ['attends', 'enrolled', 'guards', 'barred', ...staffRelations] as const;
  const current = (await currentFacts(db, { school, relations, endingAfter: at })).filter(
    (fact) => fact.validFrom <= at,
  );
  const facts = current.filter((fact) => !isClosed(fact, current));
  const of = (...wanted: readonly Relation[]) => facts.filter(({ relation }) => wanted.includes(relation));
  const classes = await classesOf(db, of('enrolled'));
  if (to.who === 'staff') return staff(db, of(...staffRelations));
  if (to.who === 'person') return alone(db, to.person, { facts, classes });
  if (to.class !== undefined && ![...classes.values()].some(({ code }) => code === to.class))
    throw new Refusal('unknown_class', `no class \`${to.class}\` in school \`${school}\` this year`);
  const pupils = [...new Set(of('attends', 'enrolled').map(({ subject }) => subject))].filter(
    (pupil) => to.class === undefined || classes.get(pupil)?.code === to.class,
  );
  const persons = await byKey(db, pupils);
  const inOrder = pupils
    .flatMap((pupil) => persons.get(pupil) ?? [])
    .map((person) => ({ person, className: classes.get(person.id)?.label ?? '' }))
    .sort((one, other) => compare(one.className, other.className) || byName(one.person, other.person));
  if (to.who === 'pupils')
    return inOrder.map(({ person, className }) => ({ person: person.id, className, children: [] }));
  return families(db, inOrder, of('guards'));
}

/** Whether a decision keeps a guardian from a child, or they said it is none of theirs: no letter tells them where the child is. */
function isClosed({ relation, subject, object }: Fact, facts: readonly Fact[]): boolean {
  if (relation !== 'guards') return false;
  return facts.some((one) => one.relation === 'barred' && one.subject === subject && one.object === object);
}

/** The classes of a school that somebody attends, by label. */
export async function classesIn(
  db: Db,
  { school, at }: { school: string; at: number },
): Promise<{ code: string; label: string }[]> {
  const enrolled = (await currentFacts(db, { school, relations: ['enrolled'], endingAfter: at })).filter(
    (fact) => fact.validFrom <= at,
  );
  const found = new Map([...(await classesOf(db, enrolled)).values()].map(({ code, label }) => [code, label]));
  return [...found].map(([code, label]) => ({ code, label })).sort((a, b) => compare(a.label, b.label));
}

/** `families:6A`: an audience as it is kept and traced. */
export function audienceText(to: Addressees): string {
  if (to.who === 'person') return 'person';
  const place = 'class' in to && to.class !== undefined ? `${to.who}:${to.class}` : to.who;
  return to.familyName ? `${place}:named` : place; // never the name itself
}

/** The class of each pupil; of two, the first by label. */
async function classesOf(db: Db, enrolled: readonly Fact[]): Promise<Map<string, Audience>> {
  const audiences = new Map(
    (
      await listAudiences(
        db,
        enrolled.map(({ object }) => object),
      )
    ).map((one) => [one.id, one]),
  );
  const found = new Map<string, Audience>();
  for (const { subject, object } of enrolled) {
    const audience = audiences.get(object);
    const before = found.get(subject);
    if (audience?.kind === 'class' && (!before || compare(audience.label, before.label) < 0))
      found.set(subject, audience);
  }
  return found;
}

async function staff(db: Db, facts: readonly Fact[]): Promise<Recipient[]> {
  const persons = await byKey(db, [...new Set(facts.map(({ subject }) => subject))]);
  return [...persons.values()].sort(byName).map(({ id }) => ({ person: id, className: '', children: [] }));
}

async function alone(
  db: Db,
  person: string,
  { facts, classes }: { facts: readonly Fact[]; classes: Map<string, Audience> },
): Promise<Recipient[]> {
  const theirs = facts.filter(({ subject }) => subject === person);
  if (theirs.length === 0) throw new Refusal('unknown_person', 'expected a person of this school');
  const children = await byKey(
    db,
    theirs.filter(({ relation }) => relation === 'guards').map(({ object }) => object),
  );
  const names = [...children.values()].sort(byName).map(({ givenName }) => givenName);
  return [{ person, className: classes.get(person)?.label ?? '', children: names }];
}

async function families(
  db: Db,
  pupils: readonly { person: Person; className: string }[],
  guards: readonly Fact[],
): Promise<Recipient[]> {
  const parents = await byKey(db, [...new Set(guards.map(({ subject }) => subject))]);
  const found = new Map<string, { person: string; className: string; children: string[] }>();
  for (const { person: pupil, className } of pupils) {
    const theirs = guards
      .filter(({ object }) => object === pupil.id)
      .flatMap(({ subject }) => parents.get(subject) ?? []);
    for (const parent of theirs.sort(byName)) {
      const before = found.get(parent.id);
      if (before) before.children.push(pupil.givenName);
      else found.set(parent.id, { person: parent.id, className, children: [pupil.givenName] });
    }
  }
  return [...found.values()];
}

async function byKey(db: Db, keys: readonly string[]): Promise<Map<string, Person>> {
  return new Map((await listPersons(db, keys)).map((person) => [person.id, person]));
}

function byName(one: Person, other: Person): number {
  return (
    compare(one.familyName, other.familyName) || compare(one.givenName, other.givenName) || (one.id < other.id ? -1 : 1)
  );
}

/** Whatever its accents, capitals, spaces and hyphens. */
function foldedName(name: string): string {
  return ascii(name).replace(/[^\p{L}\p{N}]/gu, '');
}

const collator = new Intl.Collator('fr', { numeric: true });

function compare(one: string, other: string): number {
  return collator.compare(one, other);
}
