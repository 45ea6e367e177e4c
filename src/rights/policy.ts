// The policy in force: every type of resource, what may be done to it, and the rules that decide.
import type { ActionRules } from './path.ts';
import { absenceRules } from './rules/absence.ts';
import { lessonRules } from './rules/lesson.ts';
import { logbookRules } from './rules/logbook.ts';
import { offerRules } from './rules/offer.ts';
import { schoolRules } from './rules/school.ts';

export const policy = {
  logbook: logbookRules,
  absence: absenceRules,
  lesson: lessonRules,
  school: schoolRules,
  offer: offerRules,
} as const satisfies Record<string, Record<string, ActionRules>>;

type Policy = typeof policy;

export type ResourceType = keyof Policy;

/** What may be done to a type of resource. */
export type ActionOn<Type extends ResourceType> = Type extends ResourceType ? keyof Policy[Type] & string : never;

export type Action = ActionOn<ResourceType>;

type RulesOf<Type extends ResourceType> = Type extends ResourceType ? Policy[Type][keyof Policy[Type]] : never;

type AllRules = RulesOf<ResourceType> extends infer One ? (One extends ActionRules ? One : never) : never;

export type RuleName = AllRules['allow'][number]['name'];

export type ForbidName = AllRules['forbid'][number]['name'];

/** A sentence for each rule of each action of each type. */
export type RuleWords = {
  readonly [Type in ResourceType]: {
    readonly [Name in keyof Policy[Type]]: Policy[Type][Name] extends { allow: readonly { name: infer Rule }[] }
      ? { readonly [One in Rule & string]: string }
      : never;
  };
};

/** The rules that go with a place in a school, as long as it is held, or with its resources: all others are somebody's decision, for a time. */
const standing: ReadonlySet<RuleName> = new Set([
  'owner',
  'team',
  'head',
  'deputy',
  'pupil',
  'guardian',
  'author',
  'staff',
  'territory',
  'self',
  'secretariat',
  'director',
  'assigned',
  'site',
]);

/** Whether what a rule allows was given for a time. */
export function isForATime(rule: RuleName): boolean {
  return !standing.has(rule);
}

/** What may be done to a type, in the order in which it is told. */
export function actionsOf<Type extends ResourceType>(type: Type): readonly ActionOn<Type>[] {
  return Object.keys(policy[type]) as ActionOn<Type>[];
}

export function isResourceType(name: string): name is ResourceType {
  return Object.hasOwn(policy, name);
}

/** Whether a type of resource knows an action. */
export function isActionOn<Type extends ResourceType>(type: Type, name: string): name is ActionOn<Type> {
  return Object.hasOwn(policy[type], name);
}

/** The rules of an action; a type that is none, or an action that the type does not know, has none: refused to all. */
export function rulesOf(type: ResourceType, action: Action): ActionRules {
  const rules: Readonly<Record<string, ActionRules>> = isResourceType(type) ? policy[type] : {};
  return Object.hasOwn(rules, action) ? rules[action]! : { allow: [], forbid: [] };
}
