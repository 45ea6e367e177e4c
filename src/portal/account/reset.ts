// /reset: a lost password. A link is asked for, or a code from the school shown; then a new password is chosen.
import type Koa from 'koa';
import { choosePasswordPage, resetDonePage, resetPage } from '../../../views/account/reset.tsx';
import { askReset, findReset, finishReset } from '../../accounts/resets.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { render } from '../../http/pages.ts';
import { expected, type FormPage, goTo, originOf, type Portal } from '../pages.ts';
import { type Done, interactionOf, isDone, keepStep, keptStep, type Started } from '../sign-in/steps.ts';
import { rememberOwnDevice } from './devices.ts';

interface Shown {
  readonly fault?: RefusalCode;
  readonly identifier?: string;
  readonly code?: string;
}

/** GET and POST /reset */
export function resetStart(portal: Portal): FormPage {
  return {
    show: async (ctx) => showStart(ctx),
    take: async (ctx) => {
      requireFormToken(ctx, 'reset');
      const interaction = interactionOf(field(ctx, 'interaction'));
      const act = field(ctx, 'act');
      try {
        if (act === 'ask') {
          await askReset(portal.db, { ...originOf(ctx, portal), identifier: field(ctx, 'login') });
          return goTo(ctx, `/reset?done=asked${interaction ? `&interaction=${interaction}` : ''}`);
        }
        if (act !== 'code') throw new Refusal('bad_request', 'expected `ask` or `code`');
        const started: Started = { code: field(ctx, 'code'), check: field(ctx, 'check'), interaction };
        await findReset(portal.db, { ...originOf(ctx, portal), ...started });
        keepStep(ctx, portal, { way: 'reset', step: 'started', value: started });
        goTo(ctx, '/reset/password');
      } catch (error) {
        const fault = expected(error, 'reset_invalid', 'too_many_tries');
        showStart(ctx, { fault, identifier: field(ctx, 'login'), code: field(ctx, 'code') });
      }
    },
  };
}

function showStart(ctx: Koa.Context, shown: Shown = {}): void {
  const posted = (ctx.request as { body?: { interaction?: unknown } }).body?.interaction;
  const interaction = interactionOf(posted ?? ctx.query.interaction);
  const data = { token: formToken(ctx, 'reset'), interaction, asked: ctx.query.done === 'asked', ...shown };
  const status = shown.fault === 'too_many_tries' ? 429 : shown.fault ? 422 : 200;
  render(ctx, resetPage, data, { status, repeatable: !interaction });
}

/** GET and POST /reset/password: with the code of a mail in its address, or after the first step. */
export function resetPassword(portal: Portal): FormPage {
  const { db, config, provider } = portal;
  const show = async (ctx: Koa.Context, started: Started, fault?: RefusalCode): Promise<void> => {
    try {
      const { identifier, minimumLength } = await findReset(db, { ...originOf(ctx, portal), ...started });
      const data = { token: formToken(ctx, purposeOf(started)), identifier, minimumLength, fault };
      render(ctx, choosePasswordPage, data, { status: fault ? 422 : 200, repeatable: true });
    } catch (error) {
      showStart(ctx, { fault: expected(error, 'reset_invalid') });
    }
  };
  return {
    show: async (ctx) => {
      const { code } = ctx.query;
      if (typeof code === 'string' && code.length <= 200) {
        // out of the address at once: it would stay in the history of a shared computer
        keepStep(ctx, portal, { way: 'reset', step: 'started', value: { code, check: '' } });
        return goTo(ctx, '/reset/password');
      }
      const started = keptStep<Started>(ctx, portal, { way: 'reset', step: 'started' });
      if (!started) return goTo(ctx, '/reset');
      await show(ctx, started);
    },
    take: async (ctx) => {
      const started = keptStep<Started>(ctx, portal, { way: 'reset', step: 'started' });
      const done = keptStep<Done>(ctx, portal, { way: 'reset', step: 'done' });
      if (!started) return goTo(ctx, done ? '/reset/done' : '/reset');
      requireFormToken(ctx, purposeOf(started));
      const password = field(ctx, 'password', 1000);
      const identifier = field(ctx, 'login');
      try {
        const asked = { ...originOf(ctx, portal), ...started, password, keys: config.keyFor };
        const { person } = await finishReset(db, asked);
        await provider.endSessions(person);
        await rememberOwnDevice(ctx, portal, person);
      } catch (error) {
        if (!(await isDone(ctx, portal, error, { over: 'reset_invalid', identifier, password })))
          return show(ctx, started, expected(error, 'reset_invalid', 'password_too_weak'));
      }
      keepStep(ctx, portal, { way: 'reset', step: 'done', value: { identifier, interaction: started.interaction } });
      goTo(ctx, '/reset/done');
    },
  };
}

/** GET /reset/done: once reset, in the browser where it was done. */
export function resetDone(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  return async (ctx) => {
    const done = keptStep<Done>(ctx, portal, { way: 'reset', step: 'done' });
    if (!done) return goTo(ctx, '/reset');
    render(ctx, resetDonePage, done);
  };
}

/** A form of the second step is for the code it was shown for, and no other. */
function purposeOf({ code }: Started): string {
  return `reset password ${code}`;
}
