// The divisions and groups of a school, who is in them, and what is taught to them.
import { type Audience, listAudiences } from '../directory/audiences.ts';
import type { School } from '../directory/schools.ts';
import { subjectLabels } from '../directory/subjects.ts';
import type { Fact } from '../facts/facts.ts';
import type { Db } from '../storage/storage.ts';
import type { Node } from './elements.ts';
import type { Note } from './problems.ts';
import type { Somebody } from './sheet.ts';

interface Scene {
  readonly school: School;
  readonly facts: readonly Fact[];
  /** Those who are named, by key. */
  readonly present: ReadonlyMap<string, Somebody>;
}

interface Group {
  readonly code: string;
  readonly label: string;
  readonly kind: Audience['kind'];
}

interface Drawn {
  readonly nodes: readonly Node[];
  readonly notes: readonly Note[];
}

/**
 * Draws the file of groups. Classes and groups in which nobody is named, pupil or teacher, are left out: nothing refers
 * to them, since the divisions of a group are those of its members.
 */
export async function drawGroups(db: Db, { school, facts, present }: Scene): Promise<Drawn> {
  const placed = facts.filter(({ relation, subject }) => isPlace(relation) && present.has(subject));
  const audiences = await listAudiences(
    db,
    placed.map(({ object }) => object),
  );
  const { groups, notes } = named(audiences.filter((one) => one.school === school.uai));
  const places = placed.filter(({ object }) => groups.has(object));
  const taught = await drawTeaching(db, { school, facts: places, present }, groups);
  return {
    nodes: [
      ...groupNodes(school.uai, groups, places),
      ...memberNodes(school.uai, groups, places, present),
      ...taught.nodes,
    ],
    notes: [...notes, ...taught.notes],
  };
}

function isPlace(relation: Fact['relation']): boolean {
  return relation === 'enrolled' || relation === 'teaches' || relation === 'leads';
}

/** Groups by the key of their audience. One that bears the code of a division is given another: the GAR tells them apart by code alone. */
function named(audiences: readonly Audience[]): { groups: ReadonlyMap<string, Group>; notes: Note[] } {
  const groups = new Map<string, Group>();
  const notes: Note[] = [];
  const trimmed = audiences.map((one) => ({ ...one, code: one.code.trim(), label: one.label.trim() }));
  const taken = new Set(trimmed.map(({ code }) => code));
  const divisions = new Set(trimmed.filter(({ kind }) => kind === 'class').map(({ code }) => code));
  for (const { id, kind, code: own, label } of trimmed) {
    const code = kind === 'group' && divisions.has(own) ? freeCode(own, taken) : own;
    if (code !== own) notes.push({ code: 'group_renamed', what: `${own} → ${code}` });
    groups.set(id, { code, label: label || own, kind });
  }
  return { groups, notes };
}

/** The same code in every export, as long as the school has the same groups. */
function freeCode(code: string, taken: Set<string>): string {
  let free = `${code} GR`;
  for (let count = 2; taken.has(free); count += 1) free = `${code} GR${count}`;
  taken.add(free);
  return free;
}

function groupNodes(uai: string, groups: ReadonlyMap<string, Group>, places: readonly Fact[]): Node[] {
  const divisions = divisionsByGroup(groups, places);
  return [...groups].map(([id, { code, label, kind }]) => ({
    element: 'GARGroupe',
    school: uai,
    values: {
      GARGroupeCode: code,
      GARStructureUAI: uai,
      GARGroupeLibelle: label,
      GARGroupeStatut: kind === 'class' ? 'DIVISION' : 'GROUPE',
      GARGroupeDivAppartenance: kind === 'group' ? [...(divisions.get(id) ?? [])].sort() : [],
    },
  }));
}

/** The divisions that the pupils of each group come from. */
function divisionsByGroup(groups: ReadonlyMap<string, Group>, places: readonly Fact[]): Map<string, Set<string>> {
  const enrolled = places.filter(({ relation }) => relation === 'enrolled');
  const ofPupil = new Map<string, string[]>();
  for (const { subject, object } of enrolled)
    if (groups.get(object)!.kind === 'class')
      ofPupil.set(subject, [...(ofPupil.get(subject) ?? []), groups.get(object)!.code]);
  const found = new Map<string, Set<string>>();
  for (const { subject, object } of enrolled) {
    if (groups.get(object)!.kind === 'class') continue;
    const divisions = found.get(object) ?? new Set();
    for (const code of ofPupil.get(subject) ?? []) divisions.add(code);
    found.set(object, divisions);
  }
  return found;
}

/** Who is in each, pupil or teacher, once. */
function memberNodes(
  uai: string,
  groups: ReadonlyMap<string, Group>,
  places: readonly Fact[],
  present: Scene['present'],
): Node[] {
  const pairs = new Map(places.map((fact) => [JSON.stringify([fact.subject, fact.object]), fact]));
  return [...pairs.values()].map(({ subject, object }) => ({
    element: 'GARPersonGroupe',
    school: uai,
    values: {
      GARStructureUAI: uai,
      GARPersonIdentifiant: present.get(subject)!.identifier,
      GARGroupeCode: groups.get(object)!.code,
    },
  }));
}

/** Second degree: the subjects that each teacher teaches to each class and group, and what they are called. */
async function drawTeaching(
  db: Db,
  { school, facts, present }: Scene,
  groups: ReadonlyMap<string, Group>,
): Promise<Drawn> {
  const taught = facts.filter(({ relation, properties }) => relation === 'teaches' && subjectOf(properties) !== '');
  if (school.degree === 1 || taught.length === 0) return { nodes: [], notes: [] };
  const codes = [...new Set(taught.map(({ properties }) => subjectOf(properties)))].sort();
  const labels = await subjectLabels(db, school.academy, codes);
  const services = new Map<string, { fact: Fact; subjects: Set<string> }>();
  for (const fact of taught) {
    const pair = JSON.stringify([fact.subject, fact.object]);
    const service = services.get(pair) ?? { fact, subjects: new Set() };
    services.set(pair, { fact, subjects: service.subjects.add(nationalCode(subjectOf(fact.properties))) });
  }
  const nodes = [...services.values()].map(
    ({ fact: { subject, object }, subjects }): Node => ({
      element: groups.get(object)!.kind === 'class' ? 'GAREnsClasseMatiere' : 'GAREnsGroupeMatiere',
      school: school.uai,
      values: {
        GARStructureUAI: school.uai,
        GARPersonIdentifiant: present.get(subject)!.identifier,
        GARGroupeCode: groups.get(object)!.code,
        GARMatiereCode: [...subjects].sort(),
      },
    }),
  );
  return {
    nodes: [...subjectNodes(school.uai, codes, labels), ...nodes],
    notes: codes.filter((code) => !labels.has(code)).map((what) => ({ code: 'subject_unknown', what })),
  };
}

function subjectOf({ subject = '' }: Fact['properties']): string {
  return String(subject).trim();
}

/** Two academy codes of one national subject are one subject. */
function subjectNodes(uai: string, codes: readonly string[], labels: ReadonlyMap<string, string>): Node[] {
  const found = new Map<string, string>();
  for (const code of codes) {
    const national = nationalCode(code);
    const label = labels.get(code)?.trim();
    if (!found.has(national) || label) found.set(national, label || `MATIERE ${national}`);
  }
  return [...found].map(([code, label]) => ({
    element: 'GARMatiere',
    school: uai,
    values: { GARStructureUAI: uai, GARMatiereCode: code, GARMatiereLibelle: label },
  }));
}

/** The code without what an academy writes before it; one of another form is left as it is. */
export function nationalCode(code: string): string {
  return /^(?:.*-)?(\d{2}[A-Z0-9]{4})$/.exec(code.toUpperCase())?.[1] ?? code.toUpperCase();
}
