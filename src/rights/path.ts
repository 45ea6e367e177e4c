// The language of rules: a rule is a union of paths from a resource to a person, typed by the catalogue.
import type { catalogue, EntityType, Relation } from '../facts/catalogue.ts';
import type { Path as Steps } from '../facts/paths.ts';

type Entry = typeof catalogue;
type SubjectOf<R extends Relation> = Entry[R]['subject'];
type ObjectOf<R extends Relation> = Entry[R]['object'][number];

/** The relations that can be followed from a type to those who stand before it: all its possible types must fit. */
type Into<At extends EntityType> = {
  [R in Relation]: [At] extends [ObjectOf<R>] ? R : never;
}[Relation];

/** The relations that leave from a type. */
type OutOf<At extends EntityType> = {
  [R in Relation]: [At] extends [SubjectOf<R>] ? R : never;
}[Relation];

/** The relations between a subject's type and an object's; none when no step has been made yet. */
type Between<Subject extends EntityType, Object extends EntityType> = [Object] extends [never]
  ? never
  : Into<Object> & OutOf<Subject>;

/** What a fact must carry to count: letters, digits and `_` only. */
type Property = readonly [name: string, value: string];

/** A path that has come to a type. Every step gives a new path; a step that the catalogue does not know is not a path. */
export interface Path<At extends EntityType, Before extends EntityType = never> {
  readonly steps: Steps;
  /** For the compiler alone: where the path has come to. */
  readonly endsOn?: At;
  /** To those who are related to where the path stands. */
  in<R extends Into<At>>(relation: R, property?: Property): Path<SubjectOf<R>, At>;
  /** To what the path's end is related to; `only` keeps one of the types that the relation leaves open. */
  out<R extends OutOf<At>, Only extends ObjectOf<R> = ObjectOf<R>>(relation: R, only?: Only): Path<Only, never>;
  /** The step just made counts only while a second fact, with this property, holds between the same two. */
  alongside<R extends Between<At, Before>>(relation: R, property: Property): Path<At>;
}

/** Begins a path at a resource. */
export function from<At extends EntityType>(_type: At): Path<At> {
  return build([]);
}

function build<At extends EntityType, Before extends EntityType>(steps: Steps): Path<At, Before> {
  return {
    steps,
    in: (relation, property) => build([...steps, { relation, way: 'in', ...(property && { property }) }]),
    out: (relation, only) => build([...steps, { relation, way: 'out', ...(only && { only }) }]),
    alongside: (relation, property) =>
      build([...steps.slice(0, -1), { ...steps.at(-1)!, alongside: { relation, property } }]),
  };
}

/** Why a person may do something to a resource: any of its paths leads from the one to the other. Plain data. */
export interface Rule<Name extends string = string> {
  readonly name: Name;
  readonly paths: readonly Steps[];
}

/** Names a rule; each of its paths must end on a person. */
export function rule<Name extends string>(
  name: Name,
  ...paths: readonly Pick<Path<'person'>, 'steps' | 'endsOn'>[]
): Rule<Name> {
  return { name, paths: paths.map((path) => path.steps) };
}

/** What overrides rights: where one of its paths leads to a person, the rules that it defeats do not speak. Plain data. */
export interface Forbid<Name extends string = string> extends Rule<Name> {
  readonly defeats: 'all' | readonly string[];
  /** It closes ways one by one: only those that go through where its own last step sets out from. */
  readonly through?: true;
}

/** Names a forbid, and the rules that it defeats. */
export function forbid<Name extends string>(
  name: Name,
  defeats: Forbid['defeats'],
  ...paths: Parameters<typeof rule>[1][]
): Forbid<Name> {
  return { ...rule(name, ...paths), defeats };
}

/** The same of one that closes ways one by one: of the rules that it defeats, those through the one who is before its last step. */
export function forbidThrough<Name extends string>(
  name: Name,
  defeats: readonly string[],
  path: Parameters<typeof rule>[1],
): Forbid<Name> {
  return { ...forbid(name, defeats, path), through: true };
}

/** What decides one action: any rule allows, unless a forbid defeats it. */
export interface ActionRules {
  readonly allow: readonly Rule[];
  readonly forbid: readonly Forbid[];
}
