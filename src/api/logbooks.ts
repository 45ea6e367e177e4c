// A module's logbooks: those a person may read or write, each with its reason, and those it registers.
import type Koa from 'koa';
import { z } from 'zod';
import { ruleSentence } from '../../views/text/rules.ts';
import { listLogbooks } from '../directory/logbooks.ts';
import { registerLogbook } from '../directory/registration.ts';
import { childrenClosedTo } from '../directory/restrictions.ts';
import { Refusal } from '../errors.ts';
import { factsAbout } from '../facts/facts.ts';
import { localeOf } from '../http/locale.ts';
import { wordsOf } from '../http/pages.ts';
import { frameOf } from '../http/requests.ts';
import { type ActionOn, list, type Reachable } from '../rights/rights.ts';
import { FOREVER } from '../storage/storage.ts';
import { audience, badMember, readAs, readJson, shortText } from './body.ts';
import { type Api, answerJson, type Caller, callerOf } from './gate.ts';
import { logListing } from './log.ts';
import { sectionOf, toldRule } from './reasons.ts';

/** `GET /api/v1/logbooks?subject=SUB&action=read`: in the schools that the module serves; empty for a stranger. */
export function readable(api: Api): Koa.Middleware {
  return async (ctx) => {
    const caller = await callerOf(ctx, api, 'rights');
    const { subject, action = 'read' } = ctx.query;
    if (typeof subject !== 'string') throw badMember('subject', 'expected `subject` once, in the query');
    const asked = actions.find((name) => name === action);
    if (!asked) throw badMember('action', 'expected `action` to be `read` or `write`');
    const start = performance.now();
    const at = Date.now();
    const person = await caller.personAsked(subject);
    const found = person ? await logbooksOf(ctx, api, caller, { person, action: asked }) : [];
    const { client } = caller;
    const listed = { request: frameOf(ctx).requestId, client, person, action: asked, type: 'logbook' };
    logListing(api, listed, { results: found.length, at, start });
    answerJson(ctx, found);
  };
}

/** What is told of each logbook that is found. */
const actions = ['read', 'write'] as const satisfies readonly ActionOn<'logbook'>[];

type Action = (typeof actions)[number];

const registration = z.object({
  school: shortText(20),
  audience,
  subject: shortText(50).default(''),
  owners: z.array(z.string().max(255)).min(1).max(50),
});

/** `POST /api/v1/logbooks`: registers one for a school that the module serves; 200 when it was there already. */
export function register(api: Api): Koa.Middleware {
  return async (ctx) => {
    const caller = await callerOf(ctx, api, 'logbooks');
    const { owners, ...wanted } = readAs(registration, await readJson(ctx));
    if (!caller.serves(wanted.school))
      throw new Refusal('school_not_served', 'expected a school that the module serves', { member: 'school' });
    const persons = await Promise.all(owners.map((owner, index) => personAt(caller, owner, `owners.${index}`)));
    if (caller.person && !persons.includes(caller.person))
      throw new Refusal('not_allowed', 'expected the token of the module, or of one of the `owners`');
    const { logbook, created, revision } = await registerLogbook(api.db, {
      ...wanted,
      owners: persons,
      client: caller.client,
      by: caller.person,
      at: Date.now(),
    });
    answerJson(
      ctx,
      { id: logbook.id, school: logbook.school, revision: `${logbook.school}:${revision}` },
      created ? 201 : 200,
    );
  };
}

/** The person behind a `sub`; `unknown_person`, naming the member, when there is none. */
export async function personAt(caller: Caller, subject: string, member: string): Promise<string> {
  const person = await caller.personBehind(subject);
  if (!person) throw new Refusal('unknown_person', `expected \`${member}\` to be the \`sub\` of a person`, { member });
  return person;
}

async function logbooksOf(
  ctx: Koa.Context,
  api: Api,
  caller: Caller,
  { person, action }: { person: string; action: Action },
): Promise<object[]> {
  const when = { at: Date.now() };
  const type = 'logbook';
  const allowed = new Map<Action, ReadonlyMap<string, Reachable>>();
  for (const name of actions) {
    const reached = await list(api.rights ?? api.db, { person, action: name, type, when, schools: caller.schools });
    allowed.set(name, new Map(reached.map((one) => [one.id, one])));
  }
  const found = allowed.get(action)!;
  const children = await childrenBehind(api, caller, { person, found: [...found.values()], at: when.at });
  const words = wordsOf(localeOf(ctx)).rules;
  return (await listLogbooks(api.db, [...found.keys()])).map((logbook) => {
    const [best] = found.get(logbook.id)!.reasons;
    const through = children.get(logbook.id);
    const writes = allowed.get('write')!.get(logbook.id);
    return {
      id: logbook.id,
      school: logbook.school,
      school_name: logbook.schoolName,
      audience: logbook.audienceLabel,
      audience_kind: logbook.audienceKind,
      subject: logbook.subjectLabel,
      rule: toldRule(best!.rule),
      reason: ruleSentence(words, { type, action, rule: toldRule(best!.rule) }),
      actions: actions.filter((name) => allowed.get(name)!.has(logbook.id)),
      ...(writes && sectionOf('write', writes.reasons)),
      ...(best!.validUntil < FOREVER && { valid_until: new Date(best!.validUntil).toISOString() }),
      ...(through && { children: through }),
    };
  });
}

/** For each logbook that a parent reads, by authority or by a decision of the head: the `sub` of every child through whom. */
async function childrenBehind(
  api: Api,
  caller: Caller,
  { person, found, at }: { person: string; found: readonly Reachable[]; at: number },
): Promise<Map<string, string[]>> {
  const children = new Map<string, string[]>();
  const throughChild = new Set(found.filter((one) => reasonedBy(one, 'guardian', 'admitted')).map((one) => one.id));
  if (throughChild.size === 0) return children;
  const closed = await childrenClosedTo(api.db, person, at);
  for (const guards of await factsAbout(api.db, 'subject', person, at, ['guards', 'admitted'])) {
    if (!caller.serves(guards.school)) continue;
    if (closed.barred.has(guards.object) || closed.objecting.has(guards.object)) continue;
    if (await api.provider.isClosed(caller.client, guards.object)) continue;
    const theirs = await list(api.rights ?? api.db, {
      person: guards.object,
      action: 'read',
      type: 'logbook',
      when: { at },
    });
    const sub = await api.provider.subjectFor(caller.client, guards.object);
    for (const one of theirs)
      if (one.school === guards.school && throughChild.has(one.id) && reasonedBy(one, 'pupil'))
        children.set(one.id, [...new Set([...(children.get(one.id) ?? []), sub])]);
  }
  return children;
}

function reasonedBy({ reasons }: Reachable, ...rules: readonly ('guardian' | 'admitted' | 'pupil')[]): boolean {
  return reasons.some(({ rule }) => rules.some((one) => one === rule));
}
