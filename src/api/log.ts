// What is kept of decisions: who was told what, on what was known. Nothing that a caller wrote is kept, but for a motive.
import type { DecisionEntry } from '../audit/decisions.ts';
import { Refusal } from '../errors.ts';
import { isForATime } from '../rights/policy.ts';
import type { RuleName } from '../rights/rights.ts';
import { type Hearing, isExplained, type Outcome, oursIn } from './deciding.ts';
import type { Quest, Yield } from './finding.ts';
import type { Api, Caller } from './gate.ts';
import { LAUNCHED } from './launching.ts';
import type { Asked } from './policy.ts';

/**
 * Logs an evaluation and gives its key. One that rests on a motive is in the log before it is answered: it is refused
 * as `unavailable` when it cannot be.
 */
export function logEvaluation(
  { api, caller, request }: Hearing,
  asked: Asked,
  { outcome, at, start }: { outcome: Outcome; at: number; start: number },
): string | undefined | Promise<string> {
  const { decisions } = api;
  if (!decisions) return undefined;
  const { allowed, person, decision, best, denial, gate = denial, about } = outcome;
  const ours = whatIsAsked(caller, asked);
  const motive = ours?.action === 'read_archive' && allowed ? motiveIn(asked, best?.rule) : undefined;
  const entry: DecisionEntry = {
    kind: 'evaluation',
    at,
    request,
    client: caller.client,
    subject: person,
    action: about?.action ?? ours?.action,
    type: about?.type ?? ours?.type,
    resource: decision?.school === undefined ? undefined : (about?.resource ?? asked.resource.id),
    asked: outcome.asked,
    allowed,
    rule: best?.rule,
    gate,
    revision: decision?.revision,
    latencyUs: Math.round((performance.now() - start) * 1000),
    motive,
    limited: best !== undefined && isForATime(best.rule),
    told: isExplained(caller, asked),
  };
  if (motive === undefined) return decisions.record(entry);
  return decisions.write(entry).catch(() => {
    throw new Refusal('unavailable', 'the archive is not opened while it cannot be logged');
  });
}

/** Logs an item of a batch that cannot be resolved: a no as any other. */
export function logUnresolved({ api, caller, request }: Hearing, at: number): void {
  const { client } = caller;
  api.decisions?.record({ kind: 'evaluation', at, request, client, allowed: false, gate: 'unknown', latencyUs: 0 });
}

/** Logs a search: what was asked, and how much was found. */
export function logSearch(
  { api, caller, request }: Hearing,
  { searched, asked, at }: Quest,
  { found, person, start }: Yield & { start: number },
): void {
  const ours = whatIsAsked(caller, asked);
  api.decisions?.record({
    kind: `${searched}s`,
    at,
    request,
    client: caller.client,
    subject: person,
    action: ours?.action,
    type: ours?.type,
    resource: searched === 'resource' || found.length === 0 ? undefined : asked.resource.id,
    results: found.length,
    latencyUs: Math.round((performance.now() - start) * 1000),
  });
}

/** The words of a question that are ours; of a publisher's, whatever it wrote, the only ones it may use. */
function whatIsAsked({ resources }: Caller, asked: Asked): { type: string; action?: string } | undefined {
  if (!resources) return oursIn(asked);
  return asked.resource.type === LAUNCHED.type ? LAUNCHED : undefined;
}

/** Logs a list of our own interface, which is a search for resources. */
export function logListing(
  { decisions }: Api,
  listed: { request: string; client: string; person: string | undefined; action: string; type: string },
  { results, at, start }: { results: number; at: number; start: number },
): void {
  const { person, ...rest } = listed;
  const latencyUs = Math.round((performance.now() - start) * 1000);
  decisions?.record({ kind: 'resources', at, ...rest, subject: person, results, latencyUs });
}

/** Logs that somebody was told who may read a logbook, which is a search for subjects. */
export function logReaders(
  { decisions }: Api,
  { person, logbook, ...told }: { request: string; client: string; person: string; logbook: string },
  start: number,
): void {
  const latencyUs = Math.round((performance.now() - start) * 1000);
  const asked = { subject: person, action: 'see_readers', type: 'logbook', resource: logbook } as const;
  decisions?.record({ kind: 'subjects', at: Date.now(), ...told, ...asked, latencyUs });
}

/** The motive an answer rests on; none for whom the rule asks for none. */
function motiveIn({ context }: Asked, rule: RuleName | undefined): string | undefined {
  const needless = rule === 'author' || rule === 'inspector';
  return !needless && typeof context?.motive === 'string' ? context.motive.trim() : undefined;
}
