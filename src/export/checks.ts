// Our own checks, harder than the schema: what the sheet of a school must be before anything of it leaves.
import { garProfiles } from '../resources/profiles.ts';
import { type Degree, elementNamed, type Field, keyOf, type Node, type Values } from './elements.ts';
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

/** Persons, groups and subjects that are named and not there: the schema has no word for it. */
function danglingIn(nodes: readonly Node[]): Fault[] {
  const held = (element: Node['element'], field: string) =>
    new Set(nodes.filter((node) => node.element === element).flatMap(({ values }) => listed(values[field])));
  const persons = new Set([
    ...held('GAREleve', 'GARPersonIdentifiant'),
    ...held('GAREnseignant', 'GARPersonIdentifiant'),
  ]);
  const teachers = held('GAREnseignant', 'GARPersonIdentifiant');
  const groups = held('GARGroupe', 'GARGroupeCode');
  const subjects = held('GARMatiere', 'GARMatiereCode');
  const divisions = new Set(
    nodes
      .filter(({ element, values }) => element === 'GARGroupe' && values.GARGroupeStatut === 'DIVISION')
      .map(({ values }) => values.GARGroupeCode),
  );
  return nodes.flatMap((node) => {
    const { element, values } = node;
    const among = element === 'GARPersonGroupe' ? persons : teachers;
    const faults: Fault[] = [];
    if (element === 'GARGroupe') {
      if (!listed(values.GARGroupeDivAppartenance).every((code) => divisions.has(code as string)))
        faults.push(faultIn(node, 'unknown_group', 'GARGroupeDivAppartenance'));
    } else if (values.GARGroupeCode !== undefined) {
      if (!among.has(values.GARPersonIdentifiant as string)) faults.push(faultIn(node, 'unknown_person'));
      if (!groups.has(values.GARGroupeCode as string)) faults.push(faultIn(node, 'unknown_group'));
      if (element !== 'GARPersonGroupe' && !listed(values.GARMatiereCode).every((code) => subjects.has(code)))
        faults.push(faultIn(node, 'unknown_subject'));
    }
    return faults;
  });
}

function faultIn({ element, values }: Node, code: Fault['code'], field?: string): Fault {
  const what = values.GARPersonIdentifiant ?? values.GARGroupeCode ?? values.GARMatiereCode;
  return { code, element, ...(field !== undefined && { field }), ...(typeof what === 'string' && { what }) };
}
