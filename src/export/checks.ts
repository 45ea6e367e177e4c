// Our own checks, harder than the schema: what the sheet of a school must be before anything of it leaves.
import { garProfiles } from '../resources/profiles.ts';
import { type Degree, type ElementName, elementNamed, type Field, keyOf, type Node, type Values } from './elements.ts';
import type { Fault } from './problems.ts';
import type { SchoolSheet } from './sheet.ts';
import { isWritable, listed } from './xml.ts';

/** Every fault of a sheet; none when it may leave. */
export function faultsOf({ school, nodes }: Pick<SchoolSheet, 'school' | 'nodes'>): Fault[] {
  const alone = nodes.flatMap((node) => [
    ...fieldFaults(elementNamed(node.element).fields, node.values, { node, degree: school.degree }),
    ...meaningFaults(node),
    ...placeFaults(node, school.uai),
  ]);
  const misplaced = nodes
    .filter(({ element }) => !elementNamed(element).degrees.includes(school.degree))
    .map((node) => faultIn(node, 'unexpected'));
  return [...alone, ...misplaced, ...repeated(nodes), ...danglingIn(nodes)];
}

interface Spot {
  readonly node: Node;
  readonly degree: Degree;
}

/** What the schema says too: what must stand, how often, how long; and what it lets through, an empty value. */
function fieldFaults(fields: readonly Field[], values: Values, spot: Spot): Fault[] {
  const known = new Set(fields.map(({ name }) => name));
  const strangers = Object.keys(values).filter((name) => !known.has(name) && listed(values[name]).length > 0);
  return [
    ...strangers.map((name) => faultIn(spot.node, 'unexpected', name)),
    ...fields.flatMap((field) => valueFaults(field, listed(values[field.name]), spot)),
  ];
}

function valueFaults(field: Field, values: readonly (string | Values)[], spot: Spot): Fault[] {
  const fault = (code: Fault['code']) => faultIn(spot.node, code, field.name);
  if (values.length > 0 && field.degrees && !field.degrees.includes(spot.degree)) return [fault('unexpected')];
  if (values.length === 0 && field.card.startsWith('1')) return [fault('missing')];
  if (values.length > 1 && !field.card.endsWith('n')) return [fault('twice')];
  return values.flatMap((value) => {
    if (typeof value !== 'string') return fieldFaults(field.inside ?? [], value, spot);
    if (value.trim() === '') return [fault('missing')];
    if (!isWritable(value)) return [fault('unwritable')];
    return [...value].length > (field.max ?? 0) ? [fault('too_long')] : [];
  });
}

/** What the schema takes for any text. */
function meaningFaults(node: Node): Fault[] {
  const { values } = node;
  const uais = [...listed(values.GARStructureUAI), ...listed(values.GARPersonEtab), ...listed(values.GARRespAffEtab)];
  const profiles = listed(values.GARPersonProfils) as readonly Values[];
  const faults = [...uais, ...profiles.map((one) => one.GARStructureUAI)].every((uai) => isUaiLike(uai))
    ? []
    : [faultIn(node, 'bad_uai')];
  if (profiles.some(({ GARPersonProfil }) => !isProfileFor(node.element, GARPersonProfil)))
    faults.push(faultIn(node, 'bad_profile', 'GARPersonProfil'));
  if (node.element === 'GARGroupe' && !isStatusOf(values)) faults.push(faultIn(node, 'bad_status', 'GARGroupeStatut'));
  return faults;
}

function isUaiLike(text: unknown): boolean {
  return typeof text === 'string' && /^\d{7}[A-Z]$/.test(text);
}

/** Case is not told apart: both are met. Pupils are in their own file, and in no other. */
function isProfileFor(element: string, profile: unknown): boolean {
  const name = /^National_([a-z]{3})$/i.exec(String(profile))?.[1]?.toUpperCase();
  if (!garProfiles.some((one) => one === name)) return false;
  return (element === 'GAREleve') === (name === 'ELV');
}

/** A division is of no other division. */
function isStatusOf({ GARGroupeStatut: status, GARGroupeDivAppartenance: divisions }: Values): boolean {
  return status === 'GROUPE' || (status === 'DIVISION' && listed(divisions).length === 0);
}

/** A sheet speaks of its own school. */
function placeFaults(node: Node, uai: string): Fault[] {
  const said = [node.values.GARStructureUAI, node.values.GARPersonEtab, node.values.GARRespAffEtab].flatMap(listed);
  const strange = node.school !== uai || said.some((one) => one !== uai);
  return strange ? [faultIn(node, 'other_school')] : [];
}

function repeated(nodes: readonly Node[]): Fault[] {
  const seen = new Set<string>();
  return nodes.flatMap((node) => {
    const key = `${node.element} ${keyOf(node)}`;
    if (seen.has(key)) return [faultIn(node, 'twice')];
    seen.add(key);
    return [];
  });
}

/** What is named and not there: the schema has no word for it. */
function danglingIn(nodes: readonly Node[]): Fault[] {
  const there = namesIn(nodes);
  return nodes.flatMap((node) =>
    referencesOf(node)
      .filter(({ values, among }) => !values.every((one) => there(among).has(one)))
      .map(({ code, field }) => faultIn(node, code, field)),
  );
}

/** What nodes may refer to; divisions and groups are told apart. */
type Named = 'pupil' | 'person' | 'teacher' | 'division' | 'group' | 'any group' | 'subject' | 'level';

function namesIn(nodes: readonly Node[]): (what: Named) => ReadonlySet<unknown> {
  const held = (field: string, ...which: readonly ((node: Node) => boolean)[]) =>
    new Set<unknown>(nodes.filter((node) => which.some((is) => is(node))).map(({ values }) => values[field]));
  const is = (name: ElementName) => (node: Node) => node.element === name;
  const ofStatus = (status: string) => (node: Node) =>
    node.element === 'GARGroupe' && node.values.GARGroupeStatut === status;
  const found: Record<Named, ReadonlySet<unknown>> = {
    pupil: held('GARPersonIdentifiant', is('GAREleve')),
    person: held('GARPersonIdentifiant', is('GAREleve'), is('GAREnseignant')),
    teacher: held('GARPersonIdentifiant', is('GAREnseignant')),
    division: held('GARGroupeCode', ofStatus('DIVISION')),
    group: held('GARGroupeCode', ofStatus('GROUPE')),
    'any group': held('GARGroupeCode', is('GARGroupe')),
    subject: held('GARMatiereCode', is('GARMatiere')),
    level: held('GARMEFCode', is('GARMEF')),
  };
  return (what) => found[what];
}

interface Reference {
  readonly values: readonly unknown[];
  readonly among: Named;
  readonly code: Fault['code'];
  readonly field: string;
}

function referencesOf({ element, values }: Node): Reference[] {
  const to = (field: string, among: Named, code: Fault['code']): Reference => ({
    values: listed(values[field]),
    among,
    code,
    field,
  });
  const teaching = (among: 'division' | 'group') => [
    to('GARPersonIdentifiant', 'teacher', 'unknown_person'),
    to('GARGroupeCode', among, 'unknown_group'),
    to('GARMatiereCode', 'subject', 'unknown_subject'),
  ];
  switch (element) {
    case 'GARGroupe':
      return [to('GARGroupeDivAppartenance', 'division', 'unknown_group')];
    case 'GARPersonGroupe':
      return [
        to('GARPersonIdentifiant', 'person', 'unknown_person'),
        to('GARGroupeCode', 'any group', 'unknown_group'),
      ];
    case 'GARPersonMEF':
      return [to('GARPersonIdentifiant', 'pupil', 'unknown_person'), to('GARMEFCode', 'level', 'unknown_level')];
    case 'GARPersonMEFSTAT4':
      return [to('GARPersonIdentifiant', 'pupil', 'unknown_person')];
    case 'GAREnsClasseMatiere':
      return teaching('division');
    case 'GAREnsGroupeMatiere':
      return teaching('group');
    default:
      return [];
  }
}

function faultIn({ element, values }: Node, code: Fault['code'], field?: string): Fault {
  const what = values.GARPersonIdentifiant ?? values.GARGroupeCode ?? values.GARMatiereCode;
  return { code, element, ...(field !== undefined && { field }), ...(typeof what === 'string' && { what }) };
}
