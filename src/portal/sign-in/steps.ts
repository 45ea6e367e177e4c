// Ways of several steps that end with a password: what a step hands to the next, sealed in the browser, and the way back.
import type Koa from 'koa';
import { authenticate } from '../../accounts/accounts.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { readCookie, seal, setCookie, unseal } from '../../http/cookies.ts';
import { stepsKeptFor } from '../../http/workstation.ts';
import { expected, originOf, type Portal } from '../pages.ts';

/** What the first step hands to the second; whoever takes it checks the code and the holder again. */
export interface Started {
  readonly code: string;
  readonly check: string;
  readonly interaction?: string | undefined;
}

/** What the last page may say. */
export interface Done {
  readonly identifier: string;
  readonly interaction?: string | undefined;
}

type Way = 'activation' | 'reset';
type Step = 'brought' | 'started' | 'done';

/** Keeps what a step hands on; the one before is forgotten. */
export function keepStep(
  ctx: Koa.Context,
  { config }: Portal,
  { way, step, value }: { way: Way; step: Step; value: string | Started | Done },
): void {
  const seconds = stepsKeptFor(ctx);
  setCookie(ctx, way, seal(config, { step, value }, Date.now() + seconds * 1000), seconds);
}

/** What a step has handed on in this browser, while it is kept. */
export function keptStep<T>(
  ctx: Koa.Context,
  { config }: Portal,
  { way, step }: { way: Way; step: Step },
): T | undefined {
  const found = unseal<{ step: string; value: T }>(config, readCookie(ctx, way), Date.now());
  return found?.step === step ? found.value : undefined;
}

/**
 * Whether a refusal is that of a form sent twice, as a double click does: its code says that nothing is left to do, and
 * whoever signs in with what was chosen has succeeded.
 */
export async function isDone(
  ctx: Koa.Context,
  portal: Portal,
  error: unknown,
  { over, ...chosen }: { over: RefusalCode; identifier: string; password: string },
): Promise<boolean> {
  if (!(error instanceof Refusal) || error.code !== over) return false;
  return authenticate(portal.db, { ...originOf(ctx, portal), ...chosen }).then(
    () => true,
    (refused: unknown) => {
      expected(refused, 'sign_in_failed');
      return false;
    },
  );
}

/** The identifier of a sign-in to go back to; it opens nothing by itself. */
export function interactionOf(given: unknown): string | undefined {
  return typeof given === 'string' && /^[\w-]{10,64}$/.test(given) ? given : undefined;
}
