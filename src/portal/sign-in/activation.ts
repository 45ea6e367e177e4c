// /activation: the code and the holder's check, then an identifier and a password, then it is done.
import type Koa from 'koa';
import { activatedPage, activationAccountPage, activationPage } from '../../../views/sign-in/activation.tsx';
import { activate, findActivation } from '../../accounts/accounts.ts';
import { normalIdentifier } from '../../accounts/identifiers.ts';
import type { RefusalCode } from '../../errors.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { render } from '../../http/pages.ts';
import { rememberOwnDevice } from '../account/devices.ts';
import { expected, type FormPage, goTo, originOf, type Portal } from '../pages.ts';
import { type Done, interactionOf, isDone, keepStep, keptStep, type Started } from './steps.ts';

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
      if (brought === '')
        return show(ctx, { code: keptStep<string>(ctx, portal, { way: 'activation', step: 'brought' }) ?? '' });
      keepStep(ctx, portal, { way: 'activation', step: 'brought', value: brought });
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
      keepStep(ctx, portal, { way: 'activation', step: 'started', value: started });
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
      const started = keptStep<Started>(ctx, portal, { way: 'activation', step: 'started' });
      if (!started) return goTo(ctx, '/activation');
      await show(ctx, started);
    },
    take: async (ctx) => {
      const started = keptStep<Started>(ctx, portal, { way: 'activation', step: 'started' });
      if (!started) return goTo(ctx, '/activation');
      requireFormToken(ctx, purposeOf(started));
      const chosen = { identifier: field(ctx, 'login'), password: field(ctx, 'password', 1000) };
      const { identifier } = chosen;
      try {
        const { person } = await activate(portal.db, { ...originOf(ctx, portal), ...started, ...chosen });
        await rememberOwnDevice(ctx, portal, person);
      } catch (error) {
        if (!(await isDone(ctx, portal, error, { over: 'activation_invalid', ...chosen })))
          return show(ctx, started, { identifier, fault: expected(error, ...accountFaults) });
      }
      keepStep(ctx, portal, {
        way: 'activation',
        step: 'done',
        value: { identifier: normalIdentifier(identifier), interaction: started.interaction },
      });
      goTo(ctx, '/activation/done');
    },
  };
}

/** GET /activation/done: once activated, in the browser where it was done. */
export function activationDone(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  return async (ctx) => {
    const done = keptStep<Done>(ctx, portal, { way: 'activation', step: 'done' });
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

/** A form of the second step is for the code it was shown for, and no other. */
function purposeOf({ code }: Started): string {
  return `activation account ${code}`;
}
