// /activation: the code and the holder's check, then an identifier and a password, then it is done.
import type Koa from 'koa';
import { activatedPage, activationAccountPage, activationPage } from '../../../views/sign-in/activation.tsx';
import { activate, authenticate, findActivation } from '../../accounts/accounts.ts';
import { normalIdentifier } from '../../accounts/identifiers.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { readCookie, seal, setCookie, unseal } from '../../http/cookies.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { render } from '../../http/pages.ts';
import { stepsKeptFor } from '../../http/workstation.ts';
import { expected, type FormPage, goTo, originOf, type Portal } from '../pages.ts';

/** What the first step hands to the second, sealed in the browser; `activate` checks the code and the holder again. */
interface Started {
  readonly code: string;
  readonly check: string;
  readonly interaction?: string | undefined;
}

/** What the last page may say. */
interface Done {
  readonly identifier: string;
  readonly interaction?: string | undefined;
}

/** GET and POST /activation */
export function activationStart(portal: Portal): FormPage {
  const show = (ctx: Koa.Context, given: { fault?: RefusalCode; code?: string } = {}, status = 200): void => {
    const interaction = interactionOf(ctx.method === 'POST' ? field(ctx, 'interaction') : ctx.query.interaction);
    const token = formToken(ctx, 'activation');
    render(ctx, activationPage, { token, interaction, ...given }, { status, repeatable: !interaction });
  };
  return {
    show: async (ctx) => {
      // the square of a letter brings its code, never what its holder knows; out of the address and its history at once
      const brought = codeIn(ctx.query.code);
      if (brought === '') return show(ctx, { code: kept<string>(ctx, portal, 'brought') ?? '' });
      keep(ctx, portal, 'brought', brought);
      goTo(ctx, '/activation');
    },
    take: async (ctx) => {
      requireFormToken(ctx, 'activation');
      const started: Started = {
        code: field(ctx, 'code'),
        check: field(ctx, 'check'),
        interaction: interactionOf(field(ctx, 'interaction')),
      };
      try {
        await findActivation(portal.db, { ...originOf(ctx, portal), ...started });
      } catch (error) {
        return show(ctx, { fault: expected(error, ...startFaults), code: started.code }, 422);
      }
      keep(ctx, portal, 'started', started);
      goTo(ctx, '/activation/account');
    },
  };
}

/** GET and POST /activation/account: nothing to do here without the first step. */
export function activationAccount(portal: Portal): FormPage {
  const show = async (ctx: Koa.Context, started: Started, given: { identifier?: string; fault?: RefusalCode } = {}) => {
    const found = await findActivation(portal.db, { ...originOf(ctx, portal), ...started });
    const identifier = given.identifier ?? found.proposedIdentifier;
    const token = formToken(ctx, purposeOf(started));
    const data = { token, ...given, identifier, minimumLength: found.minimumLength };
    render(ctx, activationAccountPage, data, { status: given.fault ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => {
      const started = kept<Started>(ctx, portal, 'started');
      if (!started) return goTo(ctx, '/activation');
      await show(ctx, started);
    },
    take: async (ctx) => {
      const started = kept<Started>(ctx, portal, 'started');
      if (!started) return goTo(ctx, '/activation');
      requireFormToken(ctx, purposeOf(started));
      const chosen = { identifier: field(ctx, 'login'), password: field(ctx, 'password', 1000) };
      const { identifier } = chosen;
      try {
        await activate(portal.db, { ...originOf(ctx, portal), ...started, ...chosen });
      } catch (error) {
        if (!(await isDone(ctx, portal, error, chosen)))
          return show(ctx, started, { identifier, fault: expected(error, ...accountFaults) });
      }
      keep(ctx, portal, 'done', { identifier: normalIdentifier(identifier), interaction: started.interaction });
      goTo(ctx, '/activation/done');
    },
  };
}

/** GET /activation/done: once activated, in the browser where it was done. */
export function activationDone(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  return async (ctx) => {
    const done = kept<Done>(ctx, portal, 'done');
    if (!done) return goTo(ctx, '/activation');
    render(ctx, activatedPage, done);
  };
}

/** A code as letters carry it, in groups; anything else is not written into the page. */
function codeIn(given: unknown): string {
  return typeof given === 'string' && /^[A-Z0-9]{4}(-[A-Z0-9]{4}){0,9}$/.test(given) ? given : '';
}

const startFaults = ['activation_invalid', 'too_many_tries', 'account_exists'] as const;
const accountFaults = ['password_too_weak', 'identifier_taken', 'identifier_invalid'] as const;

/** A form sent twice, as a double click does, is refused the second time: whoever holds what it chose has succeeded. */
async function isDone(
  ctx: Koa.Context,
  portal: Portal,
  error: unknown,
  chosen: { identifier: string; password: string },
): Promise<boolean> {
  if (!(error instanceof Refusal) || error.code !== 'activation_invalid') return false;
  return authenticate(portal.db, { ...originOf(ctx, portal), ...chosen }).then(
    () => true,
    (refused: unknown) => {
      expected(refused, 'sign_in_failed');
      return false;
    },
  );
}

/** A form of the second step is for the code it was shown for, and no other. */
function purposeOf({ code }: Started): string {
  return `activation account ${code}`;
}

function keep(
  ctx: Koa.Context,
  { config }: Portal,
  step: 'brought' | 'started' | 'done',
  value: string | Started | Done,
): void {
  const seconds = stepsKeptFor(ctx);
  setCookie(ctx, 'activation', seal(config, { step, value }, Date.now() + seconds * 1000), seconds);
}

function kept<T>(ctx: Koa.Context, { config }: Portal, step: 'brought' | 'started' | 'done'): T | undefined {
  const found = unseal<{ step: string; value: T }>(config, readCookie(ctx, 'activation'), Date.now());
  return found?.step === step ? found.value : undefined;
}

/** The identifier of a sign-in to go back to; it opens nothing by itself. */
function interactionOf(given: unknown): string | undefined {
  return typeof given === 'string' && /^[\w-]{10,64}$/.test(given) ? given : undefined;
}
