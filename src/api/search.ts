// AuthZEN 1.0 searches: who may do this to that, to which ones may she, and what may she do to it.
import type Koa from 'koa';
import { type Action, actionsOf, isActionOn, list, may, type ResourceType, who } from '../rights/rights.ts';
import { badMember, isObject, type Json, readJson } from './body.ts';
import { type Api, answerJson, type Caller, callerOf, isAskable, isPlain } from './gate.ts';
import { askedBy, type Found, pageOf, placeOf, readPage } from './paging.ts';

/** What is searched for: the entity whose `id`, or which itself, the question leaves out. */
export type Searched = 'subject' | 'resource' | 'action';

/**
 * `POST /access/v1/search/subject`, `resource` or `action`: everything for which an evaluation would answer `true` to
 * the same caller, by stored facts alone, at the present instant. What is unknown finds nothing.
 */
export function search(api: Api, searched: Searched): Koa.Middleware {
  const key = api.config.keyFor('paging');
  return async (ctx) => {
    const caller = await callerOf(ctx, api, 'rights');
    const body = await readJson(ctx);
    const question = readQuestion(body, searched);
    const page = readPage(body);
    const at = Date.now();
    const asked = askedBy(caller, [searched, whatIsAsked(body, searched)]);
    const place = placeOf(key, page, asked, at);
    const found = await find[searched](api, caller, question, at);
    answerJson(ctx, pageOf(key, found, { place, page, asked, at }));
  };
}

/** A question, once read; what is searched for is not in it, save its type. */
interface Question {
  readonly subject: { readonly type: string; readonly id: string };
  readonly action?: { readonly name: string };
  readonly resource: { readonly type: string; readonly id: string };
}

const find: Record<Searched, (api: Api, caller: Caller, question: Question, at: number) => Promise<Found[]>> = {
  subject: findSubjects,
  resource: findResources,
  action: findActions,
};

/** In the order of their pseudonyms: that of our keys would let two modules find out who is who. */
async function findSubjects(api: Api, caller: Caller, question: Question, at: number): Promise<Found[]> {
  const asked = oursIn(question);
  const { id } = question.resource;
  if (!asked?.action || !isPlain(id)) return [];
  const { type, action } = asked;
  const readers = await who(sourceOf(api), { action, resource: { type, id }, when: { at }, schools: caller.schools });
  const persons = readers.map((one) => one.person).filter((one) => !caller.person || one === caller.person);
  const subs = await Promise.all(persons.map((person) => api.provider.subjectFor(caller.client, person)));
  return subs.map((id) => ({ key: id, entity: { type: 'user', id } }));
}

async function findResources(api: Api, caller: Caller, question: Question, at: number): Promise<Found[]> {
  const asked = oursIn(question);
  const person = asked?.action && (await caller.personAsked(question.subject.id));
  if (!asked?.action || !person) return [];
  const { type, action } = asked;
  const reached = await list(sourceOf(api), { person, action, type, when: { at }, schools: caller.schools });
  return reached.map(({ id }) => ({ key: id, entity: { type, id } }));
}

/** In the order in which actions are told everywhere: the key is the place in it. */
async function findActions(api: Api, caller: Caller, question: Question, at: number): Promise<Found[]> {
  const type = oursIn(question)?.type;
  const { id } = question.resource;
  const person = type && isPlain(id) ? await caller.personAsked(question.subject.id) : undefined;
  if (!type || !person) return [];
  const found: Found[] = [];
  for (const [place, name] of actionsOf(type).entries()) {
    const { allowed, school } = await may(sourceOf(api), {
      person,
      action: name,
      resource: { type, id },
      when: { at },
    });
    if (allowed && school !== undefined && caller.serves(school))
      found.push({ key: String(place).padStart(4, '0'), entity: { name } });
  }
  return found;
}

/** What of a question is ours to answer: nothing of another type; no action when the type does not know it. */
function oursIn({
  subject,
  action,
  resource: { type },
}: Question): { type: ResourceType; action?: Action } | undefined {
  if (subject.type !== 'user' || !isAskable(type)) return undefined;
  const name = action?.name ?? '';
  return isActionOn(type, name) ? { type, action: name } : { type };
}

function sourceOf(api: Api) {
  return api.rights ?? api.db;
}

const members: Record<Searched, readonly (readonly [entity: keyof Question, member: string])[]> = {
  subject: [
    ['subject', 'type'],
    ['action', 'name'],
    ['resource', 'type'],
    ['resource', 'id'],
  ],
  resource: [
    ['subject', 'type'],
    ['subject', 'id'],
    ['action', 'name'],
    ['resource', 'type'],
  ],
  action: [
    ['subject', 'type'],
    ['subject', 'id'],
    ['resource', 'type'],
    ['resource', 'id'],
  ],
};

/** Refuses what is missing or of another type, by name; what is not needed is ignored. */
function readQuestion(body: Json, searched: Searched): Question {
  for (const [entity, member] of members[searched]) {
    const value = body[entity];
    if (value === undefined) throw badMember(entity, `expected \`${entity}\``);
    if (!isObject(value)) throw badMember(entity, `expected \`${entity}\` to be an object`);
    if (typeof value[member] !== 'string')
      throw badMember(`${entity}.${member}`, `expected \`${entity}.${member}\` to be a string`);
  }
  if (body.context !== undefined && !isObject(body.context))
    throw badMember('context', 'expected `context` to be an object');
  return body as unknown as Question;
}

/** What must be the same on every page: all that is asked, even what changes no answer, but for what is ignored. */
function whatIsAsked(body: Json, searched: Searched): object {
  const { subject, action, resource, context } = body;
  const asked: Record<string, unknown> = { subject, action, resource, context };
  if (searched === 'action') asked.action = undefined;
  else asked[searched] = { ...(body[searched] as Json), id: undefined };
  return asked;
}
