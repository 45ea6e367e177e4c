// What goes wrong, told to whoever asked: a page for a person, application/problem+json for a module.
import type Koa from 'koa';
import { errorPage } from '../../views/error.tsx';
import { notFoundPage } from '../../views/not-found.tsx';
import { Refusal, type RefusalCode } from '../errors.ts';
import { localeOf } from './locale.ts';
import { render, wordsOf } from './pages.ts';
import { frameOf } from './requests.ts';

/** Turns everything thrown below into an answer, and an empty answer into one that says why. */
export function answerRefusals(): Koa.Middleware {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.status >= 400 && isEmpty(ctx.body)) answer(ctx, refusalFor(ctx.status));
    } catch (error) {
      const refusal = asRefusal(error);
      if (refusal) answer(ctx, refusal);
      else answerUnexpected(ctx, error);
    }
  };
}

/** Whether the answer is for a program rather than a person. */
export function wantsJson(ctx: Koa.Context): boolean {
  if (/^\/(api|access|\.well-known|health)\//.test(ctx.path)) return true;
  // browsers name HTML when they go to a page; what takes anything is a program
  return ctx.accepts('json', 'html') === 'json';
}

function answer(ctx: Koa.Context, refusal: Refusal): void {
  if (refusal.status === 503) ctx.set('Retry-After', '10');
  if (wantsJson(ctx)) answerProblem(ctx, refusal);
  else if (refusal.code === 'not_found') render(ctx, notFoundPage, {}, { status: 404, repeatable: false });
  else {
    const { requestId } = frameOf(ctx);
    render(
      ctx,
      errorPage,
      { kind: 'refusal', code: refusal.code, requestId },
      { status: refusal.status, repeatable: false },
    );
  }
}

/** RFC 9457, with the code a program can rely on. */
function answerProblem(ctx: Koa.Context, refusal: Refusal): void {
  const challenge = challengeOf(refusal);
  if (challenge) ctx.set('WWW-Authenticate', challenge);
  sendProblem(ctx, refusal.status, {
    type: problemTypes[refusal.code] ?? `urn:preau:refusal:${refusal.code}`,
    title: wordsOf(localeOf(ctx)).refusals[refusal.code],
    detail: refusal.message,
    code: refusal.code,
    ...(Object.keys(refusal.details).length > 0 && { details: refusal.details }),
  });
}

/** The types that the AuthZEN Access Request and Approval Profile gives (section 14). */
const problemTypes: Partial<Record<RefusalCode, string>> = {
  denial_unbound: 'urn:openid:authzen:access-request:error:invalid_denial_binding',
  denial_expired: 'urn:openid:authzen:access-request:error:expired_denial',
  request_repeated: 'urn:openid:authzen:access-request:error:duplicate_request',
  request_over: 'urn:openid:authzen:access-request:error:invalid_task_state',
  unknown_request: 'urn:openid:authzen:access-request:error:unknown_task',
};

/** RFC 6750 section 3, RFC 7617: who is not known learns every way to say who she is; who is, what she lacks. */
function challengeOf({ code }: Refusal): string[] | undefined {
  const error = bearerError[code];
  if (error === undefined) return undefined;
  const bearer = `Bearer realm="preau"${error}`;
  return code === 'scope_missing' ? [bearer] : [bearer, 'Basic realm="preau", charset="UTF-8"'];
}

const bearerError: Partial<Record<RefusalCode, string>> = {
  token_missing: '',
  credentials_invalid: '',
  token_invalid: ', error="invalid_token"',
  scope_missing: ', error="insufficient_scope"',
};

function sendProblem(ctx: Koa.Context, status: number, members: Record<string, unknown>): void {
  ctx.status = status;
  ctx.body = JSON.stringify({ ...members, status, request: frameOf(ctx).requestId });
  ctx.type = 'application/problem+json';
}

/** A bug: the person gets a reference, the log gets where it happened. */
function answerUnexpected(ctx: Koa.Context, error: unknown): void {
  const { log, requestId } = frameOf(ctx);
  log.error({ request: requestId, ...describeError(error) }, 'unexpected error');
  if (wantsJson(ctx)) {
    const title = wordsOf(localeOf(ctx)).pages.error.unexpected;
    sendProblem(ctx, 500, { type: 'urn:preau:unexpected', title, code: 'unexpected' });
  } else render(ctx, errorPage, { kind: 'unexpected', requestId }, { status: 500, repeatable: false });
}

/** An expected refusal, whether it is ours, a library's (a body too large) or the database being away. */
function asRefusal(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  const { status, expose, code, name } = error as { status?: number; expose?: boolean; code?: string; name?: string };
  if (expose && status && status < 500) return refusalFor(status);
  if (name === 'KnexTimeoutError' || (code && databaseAway.has(code)))
    return new Refusal('unavailable', 'the database does not answer');
  return undefined;
}

// connection refused or cut, server starting or stopping, too many connections; SQLite locked longer than we wait
const databaseAway = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08006',
  'SQLITE_BUSY',
]);

function refusalFor(status: number): Refusal {
  const code = codes[status] ?? (status >= 500 ? 'unavailable' : 'bad_request');
  return new Refusal(code, codeMessages[code] ?? 'the request is not well formed');
}

const codes: Readonly<Record<number, RefusalCode>> = {
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'body_too_large',
  415: 'unsupported_media_type',
  501: 'method_not_allowed',
};

const codeMessages: Partial<Record<RefusalCode, string>> = {
  not_found: 'there is nothing at this address',
  method_not_allowed: 'this address does not take this method',
  body_too_large: 'the body is too large',
  unsupported_media_type: 'the type of the body is not accepted',
};

/** What may be logged of an error. */
export function describeError(error: unknown): { error: string; code?: string; message: string; stack: string[] } {
  if (!(error instanceof Error)) return { error: typeof error, message: 'something that is not an error', stack: [] };
  const { code } = error as { code?: unknown };
  return {
    error: error.name,
    ...(typeof code === 'string' && { code }),
    message: messageOf(error),
    stack: (error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 8)
      .map((line) => line.trim()),
  };
}

/** knex puts the values of a query in its message: only what follows them is kept. A parser puts there what it was given. */
function messageOf({ name, message }: Error): string {
  if (name === 'SyntaxError') return 'what was read is not well formed';
  const fromQuery = /^\s*(select|insert|update|delete|with|begin|commit|create|alter|drop)\b/i.test(message);
  return fromQuery ? message.slice(message.lastIndexOf(' - ') + 3).slice(0, 200) : message;
}

function isEmpty(body: unknown): boolean {
  return body === undefined || body === null || body === '';
}
