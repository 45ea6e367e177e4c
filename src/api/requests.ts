// Access requests (AuthZEN Access Request and Approval Profile): who was told no asks, on their own behalf, for those who decide.
import type Koa from 'koa';
import { z } from 'zod';
import { askGrant } from '../acts/grants.ts';
import { askInspection } from '../acts/inspections.ts';
import { listAudiences } from '../directory/audiences.ts';
import { findLogbook } from '../directory/logbooks.ts';
import { Refusal, type RefusalCode } from '../errors.ts';
import { readAs, readJson, shortText } from './body.ts';
import { type Api, answerJson, type Caller } from './gate.ts';
import { type Somebody, somebody } from './grants.ts';
import { ENDPOINT, openBinding } from './requestable.ts';
import { cancelTask, findTask, type Task, taskId, taskOfGrant, taskOfInspection, unknownTask } from './tasks.ts';

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const submission = z.object({
  subject: z.object({ type: z.literal('user'), id: z.string().max(255) }),
  resource: z.object({ type: z.literal('logbook'), id: shortText(255).min(1) }),
  action: z.object({ name: z.literal('read') }),
  context: z.object({ motive: shortText(500).optional() }).optional(),
  requested_access: z.object({ requested_from: instant.optional(), requested_until: instant.optional() }).optional(),
  denial: z.object({ binding_token: z.string().max(2_000).optional() }),
  items: z.undefined('expected one request at a time').optional(),
  callback: z.undefined('expected no callback: ask for the task').optional(),
});

type Submission = z.infer<typeof submission>;

/** `POST /access/v1/requests`: asks for what was denied. It opens nothing. */
export function submit(api: Api): Koa.Middleware {
  return async (ctx) => {
    const caller = await somebody(ctx, api);
    const given = readAs(submission, await readJson(ctx));
    const at = Date.now();
    const { template, ...bound } = openBinding(api.config, given.denial.binding_token, at);
    if (bound.client !== caller.client || bound.subject !== given.subject.id || bound.logbook !== given.resource.id)
      throw new Refusal(
        'denial_unbound',
        'expected the subject and the resource of the no, by the module that was told',
      );
    if ((await caller.personBehind(given.subject.id)) !== caller.person)
      throw new Refusal('not_allowed', 'expected the token of the person who asks');
    const task = await asking[template](api, caller, given, at).catch((error) => {
      throw error instanceof Refusal && repeated.includes(error.code)
        ? new Refusal('request_repeated', error.message, error.details)
        : error;
    });
    ctx.set('Location', addressOf(api, task));
    answerJson(ctx, told(api, task), 202);
  };
}

/** What was asked before for the same time, and waits, holds or was refused. */
const repeated: readonly RefusalCode[] = ['grant_exists', 'grant_refused_before', 'inspection_exists'];

/** `GET /access/v1/requests/:id`: what became of it, for who asked. */
export function status(api: Api): Koa.Middleware {
  return async (ctx) => {
    const { task } = await own(ctx, api);
    if (task.status === 'pending') ctx.set('Retry-After', '60');
    answerJson(ctx, told(api, task));
  };
}

/** `POST /access/v1/requests/:id/cancel`: gives up what waits. */
export function cancel(api: Api): Koa.Middleware {
  return async (ctx) => {
    const { task, caller } = await own(ctx, api);
    const at = Date.now();
    await cancelTask(api.db, task, { by: caller.person, at, client: caller.client });
    answerJson(ctx, told(api, await findTask(api.db, taskId(task), at)));
  };
}

const asking = {
  colleague: async (api: Api, { person, client }: Somebody, given: Submission, at: number): Promise<Task> => {
    const { id: logbook } = given.resource;
    const until = given.requested_access?.requested_until;
    return taskOfGrant(await askGrant(api.db, { logbook, until, by: person, client, at }), at);
  },
  /** An inspection names classes and teachers, never one logbook: it is asked for the class or the group of this one. */
  inspection: async (api: Api, { person, client }: Somebody, given: Submission, at: number): Promise<Task> => {
    const { school, audience } = await findLogbook(api.db, given.resource.id);
    const { requested_from: from, requested_until: until } = given.requested_access ?? {};
    const inspection = await askInspection(api.db, {
      school,
      teachers: [],
      audiences: await listAudiences(api.db, [audience]),
      motive: given.context?.motive ?? '',
      from,
      until,
      mostDays: api.config.inspectionDays,
      by: person,
      client,
      at,
    });
    return taskOfInspection(inspection, at);
  },
};

/** The task of an address, if it is the caller's own. */
async function own(ctx: Koa.Context, api: Api): Promise<{ task: Task; caller: Caller & { readonly person: string } }> {
  const caller = await somebody(ctx, api);
  const { id } = (ctx as Koa.Context & { params: { id: string } }).params;
  const task = await findTask(api.db, id, Date.now());
  if (task.person !== caller.person || !caller.serves(task.school)) throw unknownTask(id);
  return { task, caller };
}

function told(api: Api, task: Task): object {
  const { status: now, endsAt, decidedAt } = task;
  const address = addressOf(api, task);
  return {
    task: {
      id: taskId(task),
      status: now,
      status_endpoint: address,
      expires_at: toText(endsAt),
      ...(now === 'pending' && { links: { cancel: `${address}/cancel` } }),
    },
    // whether it holds is what an evaluation says, from the facts: the approval is no key to anything
    ...(now === 'approved' && {
      result: {
        mode: 'reevaluate',
        approval: {
          id: taskId(task),
          ...(decidedAt !== null && { approved_at: toText(decidedAt) }),
          approved_until: toText(endsAt),
        },
      },
    }),
  };
}

function addressOf(api: Api, task: Task): string {
  return `${api.config.issuer}${ENDPOINT}/${taskId(task)}`;
}

function toText(at: number): string {
  return new Date(at).toISOString();
}
