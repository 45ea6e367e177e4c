// The rules as a whole, for people: as French sentences with what each stands on, and as a diagram.
import { fr } from '../../views/text/fr.ts';
import { actionTitles, entityWords, policyWords, resourceWords, typeTitles } from '../../views/text/policy.ts';
import { catalogue, type EntityType, isReflexive, type RelationEntry } from '../facts/catalogue.ts';
import type { Path, Property, Step } from '../facts/paths.ts';
import type { Rules } from './document.ts';
import type { Forbid, Rule } from './path.ts';

/** Every rule under its type and its action: its sentence, and the facts that it stands on. */
export function rulesInFrench(rules: Rules): string[] {
  return Object.entries(rules).flatMap(([type, actions]) => [
    titleOf(typeTitles, type),
    ...Object.entries(actions).flatMap(([action, { allow, forbid }]) => [
      `  ${titleOf(actionTitles, action)}`,
      ...allow.flatMap((rule) => [`    ${rule.name} : ${sentenceOf(type, action, rule)}`, ...waysOf(type, rule)]),
      ...forbid.flatMap((rule) => [
        `    ${policyWords.restriction} ${rule.name} (${defeated(rule)}) : ${titleOf(fr.forbids, rule.name)}`,
        ...waysOf(type, rule),
      ]),
    ]),
  ]);
}

/** A Mermaid flowchart: from each type of resource along the facts to the persons, and the rules that stand there. */
export function rulesAsDiagram(rules: Rules): string[] {
  const types = Object.entries(rules).map(([type, actions], place) => {
    const drawing = openDrawing(`t${place}`, type);
    for (const [action, { allow, forbid }] of Object.entries(actions)) {
      for (const { name, paths } of allow) for (const path of paths) drawing.rule(path, name, action);
      for (const { name, paths } of forbid) for (const path of paths) drawing.forbid(path, name, action);
    }
    return [
      `  subgraph ${type}["${titleOf(typeTitles, type)}"]`,
      ...drawing.lines().map((line) => `    ${line}`),
      '  end',
    ];
  });
  return ['flowchart LR', ...types.flat()];
}

/** One way per line: the clauses of its facts, from the resource to the person. */
function waysOf(type: string, { paths }: Rule): string[] {
  return paths.map((path) => `      ${clausesOf(type, path).join(' ; ')}`);
}

function clausesOf(type: string, path: Path): string[] {
  let here = titleOf(resourceWords, type);
  return path.map((step, place) => {
    const mark = `[${place + 1}]`;
    if (isReflexive(step.relation)) return `${here} ${catalogue[step.relation].french}`;
    const next = place === path.length - 1 ? policyWords.thePerson : `${endOf(step, 'one')} ${mark}`;
    const clause = clauseOf(step, here, next);
    here = mark;
    return clause;
  });
}

function clauseOf({ relation, way, property, alongside }: Step, here: string, next: string): string {
  const [subject, object] = way === 'in' ? [next, here] : [here, next];
  const beside = alongside ? `, ${catalogue[alongside.relation].french} ${object}${carrying(alongside.property)}` : '';
  return contracted(`${subject} ${catalogue[relation].french} ${object}${carrying(property)}${beside}`);
}

function contracted(text: string): string {
  return text.replaceAll(' de le ', ' du ').replaceAll(' à le ', ' au ').replaceAll(' de un', ' d’un');
}

function carrying(property: Property | undefined): string {
  return property ? ` (${property.join(' ')})` : '';
}

/** What a step comes to. */
function endOf({ relation, way, only }: Step, form: 'bare' | 'one'): string {
  const { subject, object }: RelationEntry = catalogue[relation];
  const ends: readonly EntityType[] = only ? [only] : way === 'in' ? [subject] : object;
  return ends.map((end) => entityWords[end][form]).join(policyWords.or);
}

function sentenceOf(type: string, action: string, { name }: Rule): string {
  const words: Readonly<Record<string, unknown>> = fr.rules;
  const found = [type, action, name].reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    words,
  );
  return typeof found === 'string' ? found : name;
}

function defeated({ defeats, through }: Forbid): string {
  if (defeats === 'all') return policyWords.closes;
  return (through ? policyWords.closesThrough : policyWords.closesSome)(defeats.join(', '));
}

/** The word of a key; the key itself for what a past version knew and this one does not. */
function titleOf(words: Readonly<Record<string, string>>, key: string): string {
  return Object.hasOwn(words, key) ? words[key]! : key;
}

/** The paths of a type as a tree: those that begin alike share their beginning, and the rules hang at the ends. */
function openDrawing(prefix: string, type: string) {
  const nodes = new Map<string, string>([['[]', `${prefix}n0`]]);
  const lines = [`${prefix}n0(["${titleOf(resourceWords, type)}"])`];
  const ends = new Map<string, { from: string; name: string; kind: 'rule' | 'forbid'; actions: Set<string> }>();
  const walk = (path: Path): string => {
    let here = nodes.get('[]')!;
    path.forEach((step, place) => {
      const key = JSON.stringify(path.slice(0, place + 1));
      const before = nodes.get(key);
      const node = before ?? `${prefix}n${nodes.size}`;
      if (!before) {
        nodes.set(key, node);
        const label = `${step.way === 'in' ? '◂ ' : ''}${catalogue[step.relation].french}${carrying(step.property)}${
          step.alongside ? ` + ${catalogue[step.alongside.relation].french}${carrying(step.alongside.property)}` : ''
        }`;
        lines.push(`${here} -- "${label}" --> ${node}["${endOf(step, 'bare')}"]`);
      }
      here = node;
    });
    return here;
  };
  const hang = (kind: 'rule' | 'forbid') => (path: Path, name: string, action: string) => {
    const from = walk(path);
    const key = JSON.stringify([from, kind, name]);
    const end = ends.get(key) ?? { from, name, kind, actions: new Set<string>() };
    end.actions.add(titleOf(actionTitles, action));
    ends.set(key, end);
  };
  return {
    rule: hang('rule'),
    forbid: hang('forbid'),
    lines: (): string[] => [
      ...lines,
      ...[...ends.values()].map(({ from, name, kind, actions }, place) => {
        const label = `"${name}<br/>${[...actions].join(', ')}"`;
        const node = `${prefix}r${place}`;
        return kind === 'rule' ? `${from} --> ${node}(${label})` : `${from} -.-x ${node}{{${label}}}`;
      }),
    ],
  };
}
