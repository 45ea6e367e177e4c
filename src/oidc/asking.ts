// What is asked of a browser on the way to a module: who, a second factor, from which school, and the notice.
import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { factorDue } from './assurance.ts';
import type { Parts } from './configuration.ts';

/** What a module is told of a closed door, whoever closed it: that somebody objected to it is nothing it learns. */
const CLOSED = 'the module is not open to the person';

/**
 * The questions on the way to a module: who are you, can you prove it twice, from which school do you open a resource
 * if you may at all, and have you read what is received.
 */
export function policyOf({ noticeDue, noticeTold, launchAhead, factors }: Parts): interactionPolicy.DefaultPolicy {
  const { Check, Prompt, base } = interactionPolicy;
  const policy = base();
  policy.remove('consent');
  policy
    .get('login')
    ?.checks.add(
      new Check('account_inactive', 'the account that was signed in is not active', (ctx) =>
        ctx.oidc.session?.accountId !== undefined && !ctx.oidc.account ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
    );
  policy
    .get('login')
    ?.checks.add(
      new Check('factor_missing', 'a second factor is asked for, and none is held yet', async (ctx) =>
        (await factorDue(ctx, factors)) === 'add' ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
    );
  policy
    .get('login')
    ?.checks.add(
      new Check('raised_too_late', 'a second factor makes no sign-in recent', 'login_required', (ctx) =>
        isRaisedTooLate(ctx) ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
    );
  policy.add(
    new Prompt(
      { name: 'factor', requestable: false },
      new Check('factor_due', 'a second factor is asked for', 'interaction_required', async (ctx) =>
        (await factorDue(ctx, factors)) === 'prove' ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
    ),
  );
  policy.add(
    new Prompt(
      { name: 'launch', requestable: false },
      async (ctx) => ({ launch: await launchAhead(ctx) }),
      new Check('not_launchable', CLOSED, 'access_denied', async (ctx) =>
        (await launchAhead(ctx))?.kind === 'closed' ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
      new Check('objected', CLOSED, 'access_denied', async (ctx) =>
        (await launchAhead(ctx))?.kind === 'objected' ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
      new Check('school_due', 'the resource is open from several schools', 'interaction_required', async (ctx) =>
        (await launchAhead(ctx))?.kind === 'choose' ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
    ),
  );
  policy.add(
    new Prompt(
      { name: 'notice', requestable: false },
      noticeTold,
      new Check('notice_due', 'the information notice has not been read', 'interaction_required', async (ctx) =>
        (await noticeDue(ctx)) ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
    ),
  );
  return policy;
}

/**
 * Whether a session that was just raised by a factor has become older meanwhile than the module takes (`max_age`): it
 * keeps its age, and what oidc-provider goes by is only that somebody has just signed in.
 */
function isRaisedTooLate({ oidc: { params, session, result } }: KoaContextWithOIDC): boolean {
  const login = result?.login as { readonly epoch?: number } | undefined;
  const raised = login !== undefined && login.epoch === undefined;
  return raised && params?.max_age !== undefined && session?.past(Number(params.max_age)) === true;
}
