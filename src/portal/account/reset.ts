// /reset: a lost password. A link is asked for, or a code from the school shown; then a new password is chosen.
import type Koa from 'koa';
import { choosePasswordPage, resetDonePage, resetPage } from '../../../views/account/reset.tsx';
import { authenticate } from '../../accounts/accounts.ts';
import { askReset, findReset, finishReset } from '../../accounts/resets.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { readCookie, seal, setCookie, unseal } from '../../http/cookies.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { render } from '../../http/pages.ts';
import { stepsKeptFor } from '../../http/workstation.ts';
import { expected, type FormPage, goTo, originOf, type Portal } from '../pages.ts';

/** What the first step hands to the second, sealed in the browser; `finishReset` checks it all again. */
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
        keep(ctx, portal, 'started', started);
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
        keep(ctx, portal, 'started', { code, check: '' });
        return goTo(ctx, '/reset/password');
      }
      const started = kept<Started>(ctx, portal, 'started');
      if (!started) return goTo(ctx, '/reset');
      await show(ctx, started);
    },
    take: async (ctx) => {
      const started = kept<Started>(ctx, portal, 'started');
      const done = kept<Done>(ctx, portal, 'done');
      if (!started) return goTo(ctx, done ? '/reset/done' : '/reset');
      requireFormToken(ctx, purposeOf(started));
      const password = field(ctx, 'password', 1000);
      const identifier = field(ctx, 'login');
      try {
        const asked = { ...originOf(ctx, portal), ...started, password, keys: config.keyFor };
        const { person } = await finishReset(db, asked);
        await provider.endSessions(person);
      } catch (error) {
        if (!(await isDone(ctx, portal, error, { identifier, password })))
          return show(ctx, started, expected(error, 'reset_invalid', 'password_too_weak'));
      }
      keep(ctx, portal, 'done', { identifier, interaction: started.interaction });
      goTo(ctx, '/reset/done');
    },
  };
}

/** GET /reset/done: once reset, in the browser where it was done. */
export function resetDone(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  return async (ctx) => {
    const done = kept<Done>(ctx, portal, 'done');
    if (!done) return goTo(ctx, '/reset');
    render(ctx, resetDonePage, done);
  };
}

/** A form sent twice, as a double click does, is refused the second time: whoever holds what it chose has succeeded. */
async function isDone(
  ctx: Koa.Context,
  portal: Portal,
  error: unknown,
  chosen: { identifier: string; password: string },
): Promise<boolean> {
  if (!(error instanceof Refusal) || error.code !== 'reset_invalid') return false;
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
  return `reset password ${code}`;
}

function keep(ctx: Koa.Context, { config }: Portal, step: 'started' | 'done', value: Started | Done): void {
  const seconds = stepsKeptFor(ctx);
  setCookie(ctx, 'reset', seal(config, { step, value }, Date.now() + seconds * 1000), seconds);
}

function kept<T>(ctx: Koa.Context, { config }: Portal, step: 'started' | 'done'): T | undefined {
  const found = unseal<{ step: string; value: T }>(config, readCookie(ctx, 'reset'), Date.now());
  return found?.step === step ? found.value : undefined;
}

/** The identifier of a sign-in to go back to; it opens nothing by itself. */
function interactionOf(given: unknown): string | undefined {
  return typeof given === 'string' && /^[\w-]{10,64}$/.test(given) ? given : undefined;
}
