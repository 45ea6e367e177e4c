// The rules as a document: canonical JSON, whose hash is their version; and back, by a strict reading.
import { hash } from 'node:crypto';
import { z } from 'zod';
import { catalogue, type EntityType, type Relation, type RelationEntry } from '../facts/catalogue.ts';
import type { ActionRules, Rule } from './path.ts';
import { isResourceType, policy } from './policy.ts';

/** Rules by type of resource, then by action. */
export type Rules = Readonly<Record<string, Readonly<Record<string, ActionRules>>>>;

const FORMAT = 1;

/** Writes rules as their document: the same rules give the same text, whatever the order in which members were written. */
export function documentOf(rules: Rules): string {
  return JSON.stringify(sorted({ format: FORMAT, rules }));
}

/** The version that a document is: its hash. */
export function versionOf(document: string): string {
  return hash('sha256', document, 'hex');
}

/** What this process runs. */
export const presentDocument = documentOf(policy);
export const presentVersion = versionOf(presentDocument);

/**
 * Reads a document back. Throws unless it is exactly what `documentOf` writes for rules that this version can follow:
 * known types and relations, and paths that lead from their resource to a person.
 */
export function readDocument(document: string): Rules {
  const { rules } = documentShape.parse(JSON.parse(document));
  for (const [type, actions] of Object.entries(rules)) {
    if (!isResourceType(type)) throw new Error(`no such type of resource: ${type}`);
    for (const { allow, forbid } of Object.values(actions))
      for (const rule of [...allow, ...forbid]) requireWays(type, rule);
  }
  if (documentOf(rules) !== document) throw new Error('the document is not canonical');
  return rules;
}

const word = z.string().regex(/^\w{1,64}$/);

const property = z.tuple([word, word]);

const relation = z.enum(Object.keys(catalogue) as [Relation, ...Relation[]]);

// what was not written is not there: a reading that adds or drops a member would not give the same document
const step = z.strictObject({
  relation,
  way: z.enum(['in', 'out']),
  only: z.enum(['class', 'group']).exactOptional(),
  property: property.exactOptional(),
  alongside: z.strictObject({ relation, property }).exactOptional(),
});

const rule = z.strictObject({ name: word, paths: z.array(z.array(step).min(1).max(16)).min(1) });

const actionRules = z.strictObject({
  allow: z.array(rule),
  forbid: z.array(
    rule.extend({ defeats: z.union([z.literal('all'), z.array(word)]), through: z.literal(true).exactOptional() }),
  ),
});

const documentShape = z.strictObject({
  format: z.literal(FORMAT),
  rules: z.record(word, z.record(word, actionRules)),
});

/** Follows every path by the catalogue, from its resource: it must come to a person. */
function requireWays(type: string, { name, paths }: Rule): void {
  for (const path of paths) {
    let at: readonly EntityType[] = [type as EntityType];
    for (const step of path) {
      const { subject, object }: RelationEntry = catalogue[step.relation];
      const from: readonly EntityType[] = step.way === 'in' ? object : [subject];
      const to: readonly EntityType[] = step.way === 'in' ? [subject] : object;
      if (!at.every((one) => from.includes(one))) throw new Error(`rule ${name}: no ${step.relation} from ${at}`);
      if (step.only && !to.includes(step.only))
        throw new Error(`rule ${name}: no ${step.only} behind ${step.relation}`);
      at = step.only ? [step.only] : to;
    }
    if (at.join() !== 'person') throw new Error(`rule ${name}: a path ends on ${at}`);
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, sorted(member)]),
  );
}
