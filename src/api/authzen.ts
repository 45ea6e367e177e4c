// AuthZEN 1.0: one question, or a batch of them, and the document that says where to ask.
import type Koa from 'koa';
import { ruleSentence } from '../../views/text/rules.ts';
import { localeOf } from '../http/locale.ts';
import { wordsOf } from '../http/pages.ts';
import { type Decision, isActionOn, may } from '../rights/rights.ts';
import { FOREVER } from '../storage/storage.ts';
import { badMember, isObject, type Json, readJson } from './body.ts';
import { type Api, answerJson, type Caller, callerOf, isAskable, isPlain } from './gate.ts';

/** How many items a batch may hold. */
const MAX_ITEMS = 500;

/** `GET /.well-known/authzen-configuration`: addresses come from the configuration, never from the request. */
export function metadata({ config }: Api): Koa.Middleware {
  return (ctx) => {
    ctx.set('Cache-Control', 'public, max-age=3600');
    ctx.body = {
      policy_decision_point: config.issuer,
      access_evaluation_endpoint: `${config.issuer}/access/v1/evaluation`,
      access_evaluations_endpoint: `${config.issuer}/access/v1/evaluations`,
      search_subject_endpoint: `${config.issuer}/access/v1/search/subject`,
      search_resource_endpoint: `${config.issuer}/access/v1/search/resource`,
      search_action_endpoint: `${config.issuer}/access/v1/search/action`,
    };
  };
}

/** `POST /access/v1/evaluation`: may this subject do this to that resource? */
export function evaluation(api: Api): Koa.Middleware {
  return async (ctx) => {
    const caller = await callerOf(ctx, api, 'rights');
    const body = await readJson(ctx);
    answerJson(ctx, await answerTo(ctx, api, caller, readQuestion(body)));
  };
}

/** `POST /access/v1/evaluations`: many questions, whose common members are given once. */
export function evaluations(api: Api): Koa.Middleware {
  return async (ctx) => {
    const caller = await callerOf(ctx, api, 'rights');
    const body = await readJson(ctx);
    const { evaluations: items = [] } = body;
    if (!Array.isArray(items)) throw badMember('evaluations', 'expected `evaluations` to be an array');
    if (items.length === 0) return answerJson(ctx, await answerTo(ctx, api, caller, readQuestion(body)));
    if (items.length > MAX_ITEMS) throw badMember('evaluations', `expected at most ${MAX_ITEMS} items`);
    const stopsAfter = readSemantic(body);
    const questions = readBatch(body, items);
    const answers: Answer[] = [];
    for (const question of questions) {
      const answer = question ? await answerTo(ctx, api, caller, question) : { decision: false };
      answers.push(answer);
      if (answer.decision === stopsAfter) break;
    }
    answerJson(ctx, { evaluations: answers });
  };
}

/** A question, once read. What else was sent is ignored: stored facts alone decide, at the present instant. */
interface Question {
  readonly subject: { readonly type: string; readonly id: string };
  readonly action: { readonly name: string };
  readonly resource: { readonly type: string; readonly id: string };
  /** Whether the answer is to say why: `context.explain` is `true`. */
  readonly explain: boolean;
}

interface Answer {
  readonly decision: boolean;
  readonly context?: Readonly<Record<string, unknown>>;
}

async function answerTo(ctx: Koa.Context, api: Api, caller: Caller, question: Question): Promise<Answer> {
  const decision = await decide(api, caller, question);
  const allowed = decision?.allowed ?? false;
  return question.explain ? { decision: allowed, context: reasonFor(ctx, question, decision) } : { decision: allowed };
}

/** The decision; none, which denies, for what is unknown here or is not this module's to ask. */
async function decide(api: Api, caller: Caller, question: Question): Promise<Decision | undefined> {
  const { subject, resource } = question;
  const { type, id } = resource;
  const action = question.action.name;
  if (subject.type !== 'user' || !isAskable(type) || !isActionOn(type, action) || !isPlain(id)) return undefined;
  const person = await caller.personAsked(subject.id);
  if (!person) return undefined;
  const decision = await may(api.rights ?? api.db, { person, action, resource: { type, id } });
  return decision.school !== undefined && caller.serves(decision.school) ? decision : undefined;
}

/** The rule, its sentence and its end; of a denial, only that no rule allows. Never a third person's data. */
function reasonFor(ctx: Koa.Context, question: Question, decision: Decision | undefined): Record<string, unknown> {
  const words = wordsOf(localeOf(ctx)).rules;
  if (!decision?.rule) return { rule: 'none', reason: words.none };
  const { rule, validUntil = FOREVER, revision } = decision;
  return {
    rule,
    reason: ruleSentence(words, { type: question.resource.type, action: question.action.name, rule }),
    ...(validUntil < FOREVER && { valid_until: new Date(validUntil).toISOString() }),
    revision,
  };
}

const members = {
  subject: ['type', 'id'],
  action: ['name'],
  resource: ['type', 'id'],
} as const;

type Entity = keyof typeof members;

const entities = Object.keys(members) as Entity[];

/** Reads a single question; refuses what is missing or of another type, by name. */
function readQuestion(body: Json): Question {
  checkTypes(body);
  for (const entity of entities) {
    const value = body[entity];
    if (value === undefined) throw badMember(entity, `expected \`${entity}\``);
    for (const member of members[entity])
      if ((value as Json)[member] === undefined)
        throw badMember(`${entity}.${member}`, `expected \`${entity}.${member}\``);
  }
  return toQuestion(body);
}

/** Refuses members of another type than theirs; what is absent may come from elsewhere. */
function checkTypes(body: Json): void {
  for (const entity of entities) {
    const value = body[entity];
    if (value === undefined) continue;
    if (!isObject(value)) throw badMember(entity, `expected \`${entity}\` to be an object`);
    for (const member of members[entity])
      if (value[member] !== undefined && typeof value[member] !== 'string')
        throw badMember(`${entity}.${member}`, `expected \`${entity}.${member}\` to be a string`);
  }
  if (body.context !== undefined && !isObject(body.context))
    throw badMember('context', 'expected `context` to be an object');
}

/** The questions of a batch, in order; none in the place of an item that cannot be resolved. */
function readBatch(body: Json, items: readonly unknown[]): (Question | undefined)[] {
  checkTypes(body);
  return items.map((item, index) => {
    if (!isObject(item)) throw badMember(`evaluations[${index}]`, `expected \`evaluations[${index}]\` to be an object`);
    const merged: Record<string, unknown> = { context: item.context ?? body.context };
    for (const entity of entities) {
      const value = mergeEntity(entity, item[entity], body[entity]);
      if (!value) return undefined;
      merged[entity] = value;
    }
    return toQuestion(merged);
  });
}

/** A complete entity stands for itself; an incomplete one takes what it lacks, and nothing else, from the default. */
function mergeEntity(entity: Entity, own: unknown, fallback: unknown): Json | undefined {
  if (own !== undefined && !isObject(own)) return undefined;
  const merged: Record<string, unknown> = {};
  for (const member of members[entity]) {
    const given = own?.[member];
    const value = given === undefined ? (fallback as Json | undefined)?.[member] : given;
    if (typeof value !== 'string') return undefined;
    merged[member] = value;
  }
  return merged;
}

function toQuestion(body: Json): Question {
  const { subject, action, resource, context } = body as unknown as Question & { context?: unknown };
  return { subject, action, resource, explain: isObject(context) && context.explain === true };
}

/** The decision after which a batch stops; none when all of it is wanted. */
function readSemantic({ options }: Json): boolean | undefined {
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
