// AuthZEN 1.0: one question, or a batch of them, and the document that says where to ask.
import type Koa from 'koa';
import type { Config } from '../config.ts';
import { badMember, type Json, readJson } from './body.ts';
import { answerJson } from './gate.ts';
import type { Answer, Asked, Policy, Session } from './policy.ts';
import { readBatch, readQuestion, readSemantic } from './question.ts';

/** How many items a batch may hold. */
const MAX_ITEMS = 500;

/** `GET /.well-known/authzen-configuration`: addresses come from the configuration, never from the request. */
export function metadata({ issuer }: Pick<Config, 'issuer'>, more: Json = {}): Koa.Middleware {
  const document = JSON.stringify({
    policy_decision_point: issuer,
    access_evaluation_endpoint: `${issuer}/access/v1/evaluation`,
    access_evaluations_endpoint: `${issuer}/access/v1/evaluations`,
    search_subject_endpoint: `${issuer}/access/v1/search/subject`,
    search_resource_endpoint: `${issuer}/access/v1/search/resource`,
    search_action_endpoint: `${issuer}/access/v1/search/action`,
    ...more,
  });
  return (ctx) => {
    ctx.set('Cache-Control', 'public, max-age=3600');
    ctx.type = 'application/json';
    ctx.body = document;
  };
}

/** What may come back in a header as it came: visible letters and spaces, and not a page of them. */
const REQUEST_ID = /^[\x20-\x7e]{1,512}$/;

/** The number of a request is any text (10.1.3): it comes back whole, though only what is short and plain is written down. */
export function echoRequestId(ctx: Koa.Context): void {
  const given = ctx.get('X-Request-ID');
  if (REQUEST_ID.test(given)) ctx.set('X-Request-ID', given);
}

/** `POST /access/v1/evaluation`: may this subject do this to that resource? */
export function evaluation(policy: Policy): Koa.Middleware {
  return async (ctx) => {
    const session = await policy.admit(ctx);
    const body = await readJson(ctx);
    answerJson(ctx, await session.evaluate(readQuestion(body, policy.checkContext)));
  };
}

/** `POST /access/v1/evaluations`: many questions, whose common members are given once. */
export function evaluations(policy: Policy): Koa.Middleware {
  return async (ctx) => {
    const session = await policy.admit(ctx);
    const body = await readJson(ctx);
    const { evaluations: items = [] } = body;
    if (!Array.isArray(items)) throw badMember('evaluations', 'expected `evaluations` to be an array');
    if (items.length === 0) return answerJson(ctx, await session.evaluate(readQuestion(body, policy.checkContext)));
    if (items.length > MAX_ITEMS) throw badMember('evaluations', `expected at most ${MAX_ITEMS} items`);
    const stopsAfter = readSemantic(body);
    const questions = readBatch(body, items, policy.checkContext);
    const answers = stopsAfter === undefined ? all(session, questions) : until(stopsAfter, session, questions);
    answerJson(ctx, { evaluations: await answers });
  };
}

/** Every item, asked together, told in order. */
function all(session: Session, questions: readonly (Asked | undefined)[]): Promise<Answer[]> | Answer[] {
  const answers = questions.map((question) => (question ? session.evaluate(question) : session.deny()));
  return answers.every(isAnswer) ? answers : Promise.all(answers);
}

function isAnswer(answer: Answer | Promise<Answer>): answer is Answer {
  return 'decision' in answer;
}

/** One after the other, up to the item that decides: those behind it are not asked, nor logged as if they had been. */
async function until(
  decisive: boolean,
  session: Session,
  questions: readonly (Asked | undefined)[],
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const question of questions) {
    const answer = question ? await session.evaluate(question) : session.deny();
    answers.push(answer);
    if (answer.decision === decisive) break;
  }
  return answers;
}
