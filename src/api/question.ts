// Questions as AuthZEN writes them: what must be there, of which type, and what an item takes from the top.
import { Refusal } from '../errors.ts';
import { badMember, isObject, type Json } from './body.ts';
import type { Asked, Policy, Searched } from './policy.ts';

const members = {
  subject: ['type', 'id'],
  action: ['name'],
  resource: ['type', 'id'],
} as const;

type EntityName = keyof typeof members;

const entities = Object.keys(members) as EntityName[];

type CheckContext = Policy['checkContext'];

/** Reads a single question; refuses what is missing or of another type, by name. */
export function readQuestion(body: Json, checkContext: CheckContext): Asked {
  checkGiven(body.context, checkContext);
  for (const entity of entities) {
    const value = entityIn(body, entity);
    if (!value) throw badMember(entity, `expected \`${entity}\``);
    for (const member of members[entity]) requireText(value, entity, member);
  }
  return body as unknown as Asked;
}

/** The questions of a batch, in order; none in the place of an item that cannot be resolved. */
export function readBatch(
  body: Json,
  items: readonly unknown[],
  checkContext: CheckContext,
): readonly (Asked | undefined)[] {
  const defaults = {
    subject: entityIn(body, 'subject'),
    action: entityIn(body, 'action'),
    resource: entityIn(body, 'resource'),
    context: body.context,
  };
  checkGiven(body.context, checkContext);
  return items.map((item, index) => {
    if (!isObject(item)) throw badMember(`evaluations[${index}]`, `expected \`evaluations[${index}]\` to be an object`);
    return resolve(item, defaults, checkContext);
  });
}

/** Reads a search; the entity that is searched for needs its type only, and its `id` says nothing. */
export function readSearch(body: Json, searched: Searched, checkContext: CheckContext): Asked {
  const read = (entity: EntityName): Json => {
    if (entity === 'action' && searched === 'action') return { name: '' };
    const value = entityIn(body, entity, searched === entity ? ['type'] : members[entity]);
    if (!value) throw badMember(entity, `expected \`${entity}\``);
    const needed = searched === entity ? ['type'] : members[entity];
    for (const member of needed) requireText(value, entity, member);
    return searched === entity ? { ...value, id: '' } : value;
  };
  const asked = { subject: read('subject'), action: read('action'), resource: read('resource'), context: body.context };
  checkGiven(body.context, checkContext);
  return asked as unknown as Asked;
}

/** The decision after which a batch stops; none when all of it is wanted. */
export function readSemantic({ options }: Json): boolean | undefined {
  if (options !== undefined && !isObject(options)) throw badMember('options', 'expected `options` to be an object');
  const { evaluations_semantic: semantic = 'execute_all' } = options ?? {};
  if (semantic === 'execute_all') return undefined;
  if (semantic === 'deny_on_first_deny') return false;
  if (semantic === 'permit_on_first_permit') return true;
  throw badMember(
    'options.evaluations_semantic',
    'expected `execute_all`, `deny_on_first_deny` or `permit_on_first_permit`',
  );
}

/** An entity, whose members are of their types as far as they are there; the rest may come from elsewhere. */
function entityIn(body: Json, entity: EntityName, read: readonly string[] = members[entity]): Json | undefined {
  const value = body[entity];
  if (value === undefined) return undefined;
  if (!isObject(value)) throw badMember(entity, `expected \`${entity}\` to be an object`);
  for (const member of read)
    if (value[member] !== undefined && typeof value[member] !== 'string') throw notText(entity, member);
  if (!hasProperties(value))
    throw badMember(`${entity}.properties`, `expected \`${entity}.properties\` to be an object`);
  return value;
}

/** Whether what is said of an entity, if anything is, can be read at all; whether it is believed is for the policy. */
function hasProperties({ properties }: Json): boolean {
  return properties === undefined || properties === null || isObject(properties);
}

function requireText(value: Json, entity: EntityName, member: string): void {
  if (typeof value[member] !== 'string') throw notText(entity, member);
}

function notText(entity: EntityName, member: string): Refusal {
  return badMember(`${entity}.${member}`, `expected \`${entity}.${member}\` to be a string`);
}

function checkGiven(context: unknown, checkContext: CheckContext): void {
  if (context === undefined) return;
  if (!isObject(context)) throw badMember('context', 'expected `context` to be an object');
  checkContext(context);
}

/** What items take from the top. */
type Defaults = Readonly<Record<EntityName, Json | undefined>> & { readonly context: unknown };

/** An item with what it takes from the top. What is wrong in one item spoils no other: it is denied in its place. */
function resolve(item: Json, defaults: Defaults, checkContext: CheckContext): Asked | undefined {
  const subject = merge(item.subject, defaults.subject, 'subject');
  const action = merge(item.action, defaults.action, 'action');
  const resource = merge(item.resource, defaults.resource, 'resource');
  if (!subject || !action || !resource) return undefined;
  const { context = defaults.context } = item;
  if (context !== defaults.context && !(isObject(context) && passes(context, checkContext))) return undefined;
  return { subject, action, resource, context } as unknown as Asked;
}

function passes(context: Json, checkContext: CheckContext): boolean {
  try {
    checkContext(context);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** A complete entity stands for itself; an incomplete one takes what it lacks, and nothing else, from the default. */
function merge(own: unknown, fallback: Json | undefined, entity: EntityName): Json | undefined {
  const given = own === undefined ? fallback : own;
  if (!isObject(given) || !hasProperties(given)) return undefined;
  if (isWhole(given, entity)) return given;
  const merged: Record<string, unknown> = { ...given };
  for (const member of members[entity]) {
    const value = given[member] === undefined ? fallback?.[member] : given[member];
    if (typeof value !== 'string') return undefined;
    merged[member] = value;
  }
  return merged;
}

/** Whether all of its members are there: asked of every item, so without looking them up by name. */
function isWhole({ type, id, name }: Json, entity: EntityName): boolean {
  return entity === 'action' ? typeof name === 'string' : typeof type === 'string' && typeof id === 'string';
}
