// The policy of schools on the wire: modules ask, stored facts alone decide, and no module asks about another's school.
import { openActive } from '../accounts/active.ts';
import { factsByKey } from '../facts/facts.ts';
import { frameOf } from '../http/requests.ts';
import { type WhyNot, whyNot } from '../rights/why.ts';
import { checkContext, decide, type Hearing, isExplained, type Outcome, oursIn } from './deciding.ts';
import { find } from './finding.ts';
import { type Api, anyCallerOf } from './gate.ts';
import { decideLaunch } from './launching.ts';
import { logEvaluation, logUnresolved } from './log.ts';
import { openOffers } from './offers.ts';
import type { Answer, Asked, Policy, Session } from './policy.ts';
import { reasonsOf } from './reasons.ts';
import { ENDPOINT, requestOf } from './requestable.ts';

/** The policy of the schools that modules serve. */
export function schoolPolicy(api: Api): Policy {
  const { db, rights } = api;
  const offers = openOffers(db, rights && 'revisionOf' in rights ? rights : undefined);
  const active = openActive(db);
  return {
    admit: async (ctx) => {
      const caller = await anyCallerOf(ctx, api, 'rights');
      return sessionOf({ api, caller, request: frameOf(ctx).requestId, waits: new Map(), offers, active });
    },
    checkContext,
    metadata: {
      access_request_endpoint: `${api.config.issuer}${ENDPOINT}`,
      capabilities: ['urn:openid:authzen:capability:access-request'],
    },
  };
}

function sessionOf(hearing: Hearing): Session {
  const { client, person } = hearing.caller;
  let at: number | undefined;
  return {
    client,
    person,
    // all of a request is decided on one instant, which is after the last of it has come: a slow caller is not told of before
    evaluate: (asked) => {
      at ??= Date.now();
      return evaluate(hearing, asked, at);
    },
    deny: () => {
      at ??= Date.now();
      logUnresolved(hearing, at);
      return NO;
    },
    find: (searched, asked, at) => find(hearing, { searched, asked, at }),
  };
}

function evaluate(hearing: Hearing, asked: Asked, at: number): Answer | Promise<Answer> {
  const start = performance.now();
  const outcome = hearing.caller.resources ? decideLaunch(hearing, asked, at) : decide(hearing, asked, at);
  return outcome instanceof Promise
    ? outcome.then((made) => answerOf(hearing, asked, { outcome: made, at, start }))
    : answerOf(hearing, asked, { outcome, at, start });
}

interface Answered {
  readonly outcome: Outcome;
  /** When it was asked, UTC milliseconds; and by the clock that only goes forward. */
  readonly at: number;
  readonly start: number;
}

const YES: Answer = { decision: true };
const NO: Answer = { decision: false };

/** The answer, once the log has it, or will. */
function answerOf(hearing: Hearing, asked: Asked, answered: Answered): Answer | Promise<Answer> {
  const { outcome } = answered;
  const { caller } = hearing;
  const logged = logEvaluation(hearing, asked, answered);
  const silent = !isExplained(caller, asked);
  if (silent && !(logged instanceof Promise)) return outcome.allowed ? YES : NO;
  return answerAndSay(hearing, asked, { ...answered, logged, silent });
}

async function answerAndSay(
  hearing: Hearing,
  asked: Asked,
  { outcome, at, logged, silent }: Answered & { logged: ReturnType<typeof logEvaluation>; silent: boolean },
): Promise<Answer> {
  const { api, caller } = hearing;
  const { allowed, decision, best, denial } = outcome;
  const id = await logged;
  if (silent) return { decision: allowed };
  const facts = caller.reasons === 'admin' && best ? await factsByKey(api.db, best.facts) : undefined;
  const { why, request } = await whatLacks(hearing, asked, { outcome, at });
  const reasons = reasonsOf({
    type: asked.resource.type,
    action: asked.action.name,
    decision,
    best,
    denial,
    why,
    facts,
    level: caller.reasons,
    evaluation: id,
  });
  return { decision: allowed, context: { ...reasons, ...(request && { access_request: request }) } };
}

/**
 * Of a no that the rules gave: what the person lacks, and how to ask for it. For modules that are registered for
 * reasons, and those that speak for the person, who alone is told that something is recorded against them: to a module,
 * what a restriction closes looks as what nothing opens.
 */
async function whatLacks(
  hearing: Hearing,
  asked: Asked,
  { outcome, at }: { outcome: Outcome; at: number },
): Promise<{ why?: WhyNot | undefined; request?: object | undefined }> {
  const { api, caller } = hearing;
  const { allowed, decision, denial, person } = outcome;
  const ours = oursIn(asked);
  if (allowed || denial || !decision || !person || !ours?.action) return {};
  if (caller.reasons === 'none' && caller.person === undefined) return {};
  const resource = { type: ours.type, id: asked.resource.id };
  const to = caller.person === undefined ? 'module' : 'holder';
  return {
    why: await whyNot(api.db, { person, action: ours.action, resource, when: { at }, to }),
    request: await requestOf(hearing, asked, { person, at, to }),
  };
}
