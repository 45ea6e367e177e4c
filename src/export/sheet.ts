// What one school gives to the national GAR, drawn from its facts: its people and what they are there, and nothing of families.
import { closedAmong } from '../accounts/records.ts';
import { listPersons, type Person } from '../directory/persons.ts';
import type { School } from '../directory/schools.ts';
import type { SchoolFunction } from '../facts/catalogue.ts';
import { currentFacts, type Fact } from '../facts/facts.ts';
import { functionIn, type GarProfile, profileOf } from '../resources/profiles.ts';
import { type Reader, who } from '../rights/rights.ts';
import type { Db } from '../storage/storage.ts';
import type { Node, Values } from './elements.ts';
import { drawGroups } from './groups.ts';
import { drawLevels } from './levels.ts';
import type { Note } from './problems.ts';

export interface SchoolSheet {
  readonly school: School;
  readonly nodes: readonly Node[];
  /** What is left out or made to fit, for the school to know. */
  readonly notes: readonly Note[];
}

export interface Drawing {
  readonly school: School;
  /** Now, UTC milliseconds. */
  readonly at: number;
  /** What the GAR knows persons by. */
  readonly identify: (persons: readonly string[]) => ReadonlyMap<string, string>;
  /** Which profile each function gives. */
  readonly profiles: Readonly<Record<SchoolFunction, GarProfile | 'none'>>;
}

/** A person as they are at a school: their names, what the GAR knows them by, their profile. */
export interface Somebody {
  readonly person: Person;
  readonly identifier: string;
  readonly profile: GarProfile;
}

/** What a school is drawn from: read in one statement, so that it is all of one instant. */
const drawnFrom = ['attends', 'enrolled', 'post', 'heads', 'deputises', 'teaches', 'leads'] as const;

/** How many assigners the GAR takes of one school. */
export const MOST_ASSIGNERS = 50;

/** Draws the sheet of a school as its facts stand: everything in it is still to be checked. */
export async function drawSheet(db: Db, drawing: Drawing): Promise<SchoolSheet> {
  const { school, at } = drawing;
  const read = await currentFacts(db, { school: school.uai, relations: drawnFrom, endingAfter: at });
  const facts = read.filter(({ validFrom }) => validFrom <= at);
  const wanted = profilesIn(facts, drawing.profiles);
  const readers = await who(db, { action: 'assign', resource: { type: 'school', id: school.uai }, when: { at } });
  const keys = [...new Set([...wanted.profiles.keys(), ...readers.map(({ person }) => person)])];
  const people = await peopleOf(db, keys, drawing);
  const present = new Map<string, Somebody>();
  for (const [key, profile] of wanted.profiles) {
    const one = people.known.get(key);
    if (one) present.set(key, { ...one, profile });
  }
  const groups = await drawGroups(db, { school, facts, present });
  const levels = await drawLevels(db, school, present);
  const assigners = assignersAmong(readers, people.known, school);
  return {
    school,
    nodes: [
      etab(school),
      ...[...present.values()].map((one) => personNode(one, school)),
      ...levels.nodes,
      ...groups.nodes,
      ...assigners.nodes,
    ],
    notes: [
      ...wanted.notes,
      ...people.notes.filter(({ person }) => person && wanted.profiles.has(person)),
      ...levels.notes,
      ...groups.notes,
      ...assigners.notes,
    ],
  };
}

/** The profile of everybody present; a pupil who also works there is a pupil. */
function profilesIn(
  facts: readonly Fact[],
  table: Drawing['profiles'],
): { profiles: ReadonlyMap<string, GarProfile>; notes: Note[] } {
  const profiles = new Map<string, GarProfile>();
  const functions = new Map<string, Set<SchoolFunction>>();
  for (const fact of facts) {
    if (fact.relation === 'attends') profiles.set(fact.subject, 'ELV');
    const held = functionIn(fact);
    if (held) functions.set(fact.subject, (functions.get(fact.subject) ?? new Set()).add(held));
  }
  const notes: Note[] = [];
  for (const [person, held] of functions) {
    if (profiles.has(person)) continue;
    const profile = profileOf(held, table);
    if (profile) profiles.set(person, profile);
    else notes.push({ code: 'no_profile', person });
  }
  return { profiles, notes };
}

/** Those who are to be named; an account that is closed takes its holder away. */
async function peopleOf(
  db: Db,
  keys: readonly string[],
  { identify }: Drawing,
): Promise<{ known: ReadonlyMap<string, Omit<Somebody, 'profile'>>; notes: Note[] }> {
  const closed = await closedAmong(db, keys);
  const persons = (await listPersons(db, keys)).filter(({ id }) => !closed.has(id));
  const identifiers = identify(persons.map(({ id }) => id));
  const known = persons.map((person) => [person.id, { person, identifier: identifiers.get(person.id) ?? '' }] as const);
  return { known: new Map(known), notes: [...closed].map((person) => ({ code: 'account_closed', person })) };
}

function etab({ uai, name }: School): Node {
  return { element: 'GAREtab', school: uai, values: { GARStructureUAI: uai, GARStructureNomCourant: name.trim() } };
}

function personNode({ person, identifier, profile }: Somebody, { uai, degree }: School): Node {
  const mail = profile !== 'ELV' && degree === 2 ? addressOf(person) : undefined;
  const civility = profile === 'ELV' ? {} : civilityOf(person);
  return {
    element: profile === 'ELV' ? 'GAREleve' : 'GAREnseignant',
    school: uai,
    values: {
      GARPersonIdentifiant: identifier,
      GARPersonProfils: [{ GARStructureUAI: uai, GARPersonProfil: `National_${profile}` }],
      ...namesOf(person),
      // all first names, or else the usual one: the directory keeps no other
      GARPersonAutresPrenoms: [person.givenName.trim()],
      ...civility,
      GARPersonEtab: [uai],
      GARPersonMail: mail && [mail],
    },
  };
}

function namesOf({ familyName, givenName }: Person): Values {
  return { GARPersonNom: familyName.trim(), GARPersonPrenom: givenName.trim() };
}

function civilityOf({ civility }: Person): Values {
  return civility === null ? {} : { GARPersonCivilite: civility };
}

/** The address that the state gives; one that is no address is left out. */
function addressOf({ email }: Person): string | undefined {
  const address = email?.trim() ?? '';
  return /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/.test(address) && address.length <= 255 ? address : undefined;
}

/** Whoever may give licences at the school, its head first: without an address the GAR does not take them. */
function assignersAmong(
  readers: readonly Reader[],
  known: ReadonlyMap<string, Omit<Somebody, 'profile'>>,
  { uai }: School,
): { nodes: Node[]; notes: Note[] } {
  const headsFirst = [...readers].sort(
    (a, b) => Number(isHead(b)) - Number(isHead(a)) || (a.person < b.person ? -1 : 1),
  );
  const nodes: Node[] = [];
  const notes: Note[] = [];
  for (const { person: key } of headsFirst) {
    const one = known.get(key);
    if (!one) continue;
    const mail = addressOf(one.person);
    if (mail === undefined) notes.push({ code: 'assigner_without_mail', person: key });
    else if (nodes.length === MOST_ASSIGNERS) notes.push({ code: 'too_many_assigners', person: key });
    else
      nodes.push({
        element: 'GARRespAff',
        school: uai,
        values: {
          GARPersonIdentifiant: one.identifier,
          ...namesOf(one.person),
          ...civilityOf(one.person),
          GARPersonMail: [mail],
          GARRespAffEtab: [uai],
        },
      });
  }
  return { nodes, notes: nodes.length === 0 ? [...notes, { code: 'no_assigner' }] : notes };
}

function isHead({ reasons }: Reader): boolean {
  return reasons.some(({ rule }) => rule === 'head');
}
