// The attributes that a publisher may receive: one line each, with how it is built from the facts of one school.
import { type Audience, listAudiences } from '../directory/audiences.ts';
import { shortLevelsOf } from '../directory/level-codes.ts';
import { findPerson, type Person } from '../directory/persons.ts';
import { findSchool } from '../directory/schools.ts';
import { subjectLabels } from '../directory/subjects.ts';
import { type Fact, factsAbout } from '../facts/facts.ts';
import type { Db } from '../storage/storage.ts';
import { functionIn, profileOf } from './profiles.ts';

/** One value, several, or something with members; nothing where the person has none. */
type Value = string | readonly string[] | readonly { readonly code: string; readonly label: string }[] | undefined;

interface Attribute {
  /** Whom it is said of; of anybody else it is not drawn. */
  readonly of: 'all' | 'staff' | 'pupils';
  /** The claims that carry it, by name. */
  readonly how: (portrait: Portrait) => Promise<Readonly<Record<string, Value>>>;
}

/**
 * Every attribute, under the name that publishers know it by. A line here asks for a sentence in the notice
 * (views/text). All are about the school of the click alone.
 */
export const attributes = {
  /** The pseudonym: 128 hexadecimal digits, the same as `sub`. */
  IDO: { of: 'all', how: async (one) => ({ IDO: one.visit.pseudonym }) },
  /** A list, as publishers are used to: of the one school that the person came from, but for a resource of several. */
  UAI: { of: 'all', how: async (one) => ({ UAI: one.visit.schools }) },
  /** `National_elv`, `National_ens`, `National_doc`… */
  PRO: { of: 'all', how: async (one) => ({ PRO: profileIn(await one.facts()) }) },
  PRE: { of: 'all', how: async (one) => ({ PRE: (await one.person()).givenName || undefined }) },
  NOM: { of: 'all', how: async (one) => ({ NOM: (await one.person()).familyName || undefined }) },
  /** `M.` or `Mme`: how staff are addressed. Of a pupil it would say the sex alone, and is not kept. */
  CIV: { of: 'staff', how: async (one) => ({ CIV: (await one.person()).civility ?? undefined }) },
  /** The address that the state's export gives of staff; of pupils there is none, and what a holder adds is theirs. */
  P_MEL: { of: 'staff', how: async (one) => ({ P_MEL: (await one.person()).email ?? undefined }) },
  /** The subjects taught: `code##label`, and `{ code, label }` under `subjects`. */
  P_MAT: { of: 'all', how: subjects },
  /** The classes: `code##label`, and `{ code, label }` under `divisions`. */
  DIV: { of: 'all', how: async (one) => both('DIV', 'divisions', await one.audiences('class')) },
  /** The teaching groups: `code##label`, and `{ code, label }` under `teaching_groups`. */
  GRO: { of: 'all', how: async (one) => both('GRO', 'teaching_groups', await one.audiences('group')) },
  /** The level in the national statistics (MEFSTAT4): a list, as publishers are used to, of one. */
  P_MS4: { of: 'pupils', how: level },
} as const satisfies Record<string, Attribute>;

export type AttributeName = keyof typeof attributes;

export const attributeNames = Object.keys(attributes) as AttributeName[];

/** What a resource declares that names nothing: the pseudonym, the school of the click, the profile. */
export const defaultAttributes: readonly AttributeName[] = ['IDO', 'UAI', 'PRO'];

/** The claims that carry attributes, all of them. */
export const attributeClaims: readonly string[] = [...attributeNames, 'subjects', 'divisions', 'teaching_groups'];

export function isAttribute(name: string): name is AttributeName {
  return Object.hasOwn(attributes, name);
}

/** Who opens a resource, and from where. */
export interface Visit {
  readonly person: string;
  /** The person's pseudonym for the publisher. */
  readonly pseudonym: string;
  /** The UAI of the school of the click: classes, groups and functions are those there. */
  readonly school: string;
  /** The UAI that are told: that one alone, or it and the others from which a resource of several schools is open. */
  readonly schools: readonly string[];
  /** Now, UTC milliseconds. */
  readonly at: number;
}

/** The claims that attributes make about a person, from the facts as they stand; what the person has none of is left out. */
export async function buildAttributes(
  db: Db,
  visit: Visit,
  names: readonly AttributeName[],
): Promise<Record<string, unknown>> {
  const portrait = portraitOf(db, visit);
  const built: Record<string, unknown> = {};
  for (const name of attributeNames) {
    if (!names.includes(name) || !(await isOf(attributes[name].of, portrait))) continue;
    const carried: Readonly<Record<string, Value>> = await attributes[name].how(portrait);
    for (const [claim, value] of Object.entries(carried))
      if (value !== undefined && value.length > 0) built[claim] = value;
  }
  return built;
}

/** The attributes that claims carry. */
export function attributesIn(claims: Readonly<Record<string, unknown>>): AttributeName[] {
  return attributeNames.filter((name) => name in claims);
}

/** What attributes are drawn from; each part is read once, and only when an attribute asks. */
interface Portrait {
  readonly db: Db;
  readonly visit: Visit;
  person(): Promise<Person>;
  /** The live facts about the person at the school: never as anybody's parent. */
  facts(): Promise<readonly Fact[]>;
  audiences(kind: Audience['kind']): Promise<readonly Audience[]>;
}

const drawnFrom = ['attends', 'enrolled', 'post', 'heads', 'deputises', 'teaches', 'leads'] as const;

function portraitOf(db: Db, visit: Visit): Portrait {
  const facts = once(async () => {
    const about = await factsAbout(db, 'subject', visit.person, visit.at, drawnFrom);
    return about.filter(({ school }) => school === visit.school);
  });
  return {
    db,
    visit,
    person: once(() => findPerson(db, visit.person)),
    facts,
    audiences: async (kind) => {
      const told = (await facts()).filter(({ relation }) => /^(enrolled|teaches|leads)$/.test(relation));
      const keys = told.map(({ object }) => object);
      return (await listAudiences(db, keys)).filter((one) => one.kind === kind);
    },
  };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read();
    return reading;
  };
}

/** What the state calls a person at a school, as publishers write it; nothing for parents and inspectors. */
export function profileIn(facts: readonly Fact[]): string | undefined {
  if (facts.some(({ relation }) => relation === 'attends')) return 'National_elv';
  const profile = profileOf(facts.flatMap((fact) => functionIn(fact) ?? []));
  return profile && `National_${profile.toLowerCase()}`;
}

/** Staff is whoever works at the school, and is no pupil there. */
async function isOf(of: Attribute['of'], { facts }: Portrait): Promise<boolean> {
  if (of === 'all') return true;
  const held = await facts();
  const attends = held.some(({ relation }) => relation === 'attends');
  return of === 'pupils' ? attends : !attends && held.some(({ relation }) => relation === 'post');
}

async function level({ db, visit: { school, person } }: Portrait): Promise<{ P_MS4: Value }> {
  const code = (await shortLevelsOf(db, { school, person })).get(person);
  return { P_MS4: code === undefined ? undefined : [code] };
}

async function subjects({ db, visit, facts }: Portrait): Promise<Readonly<Record<string, Value>>> {
  const taught = (await facts()).filter(({ relation }) => relation === 'teaches');
  const codes = [...new Set(taught.map(({ properties }) => String(properties.subject ?? '')))].filter(Boolean).sort();
  if (codes.length === 0) return {};
  const { academy } = await findSchool(db, visit.school);
  const labels = await subjectLabels(db, academy, codes);
  const list = codes.map((code) => ({ code, label: labels.get(code) ?? code }));
  return both('P_MAT', 'subjects', list);
}

/** The same list twice: as text with `##` between, for connectors that are used to it, and with members. */
function both(
  text: string,
  members: string,
  list: readonly { readonly code: string; readonly label: string }[],
): Readonly<Record<string, Value>> {
  const told = list.map(({ code, label }) => ({ code, label }));
  return { [text]: told.map(({ code, label }) => `${code}##${label}`), [members]: told };
}
