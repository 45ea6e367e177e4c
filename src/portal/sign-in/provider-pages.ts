// The pages the OpenID provider shows by itself: its errors, leaving, goodbye, and one person after another.
import type Koa from 'koa';
import { errorPage } from '../../../views/error.tsx';
import { notFoundPage } from '../../../views/not-found.tsx';
import { signedOutPage, signOutPage, switchPersonPage } from '../../../views/sign-in/sign-out.tsx';
import type { Config } from '../../config.ts';
import { setCookie } from '../../http/cookies.ts';
import { renderHtml } from '../../http/pages.ts';
import { frameOf } from '../../http/requests.ts';
import type { ProviderPages } from '../../oidc/oidc.ts';
import { elsewhereOf } from '../upstream/steps.ts';

/** Whole pages, whose headers are set here and which the provider sends. */
export function providerPages(config: Config): ProviderPages {
  return {
    error: (ctx, { error, description, status }) => {
      const { requestId } = frameOf(ctx);
      if (status === 404 && description.startsWith('unrecognized route')) return renderHtml(ctx, notFoundPage, {});
      if (status >= 500) return renderHtml(ctx, errorPage, { kind: 'unexpected', requestId });
      return renderHtml(ctx, errorPage, { kind: 'provider', told: toldBy(error), error, description, requestId });
    },
    signOut: (ctx, { form, module }) => {
      const action = /action="([^"]+)"/.exec(form)?.[1];
      const xsrf = /name="xsrf" value="([^"]+)"/.exec(form)?.[1];
      if (!action?.startsWith(`${config.issuer}/`) || !xsrf)
        throw new Error('the provider gave a form of another shape');
      const elsewhere = elsewhereOf(ctx, config);
      return renderHtml(ctx, signOutPage, { action, xsrf, module, elsewhere }, { locales: askedFor(ctx) });
    },
    switchPerson: (ctx, { action, xsrf, uiLocales }) =>
      renderHtml(ctx, switchPersonPage, { action, xsrf }, { locales: uiLocales }),
    signedOut: (ctx, { module }) => {
      const elsewhere = elsewhereOf(ctx, config);
      if (elsewhere) setCookie(ctx, 'elsewhere', '', 0);
      return renderHtml(ctx, signedOutPage, { module, elsewhere });
    },
  };
}

/** Whose turn it is: most errors are the module's, some are a page that came too late. */
function toldBy(error: string): 'module' | 'expired' | 'denied' {
  if (error === 'access_denied') return 'denied';
  return /session|expired|interaction/.test(error) ? 'expired' : 'module';
}

function askedFor(ctx: Koa.Context): string[] {
  const asked = ctx.query.ui_locales;
  return typeof asked === 'string' ? asked.split(' ').slice(0, 5) : [];
}
