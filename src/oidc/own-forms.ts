// The forms that oidc-provider makes by itself, unstyled, and that post themselves: replaced by what they are for.
import type Koa from 'koa';
import type Provider from 'oidc-provider';
import type { ProviderPages } from './pages.ts';

interface Passed {
  readonly oidc?: {
    readonly route: string;
    readonly session?: {
      readonly accountId?: string;
      readonly state?: { readonly secret?: string; readonly postLogoutRedirectUri?: string; readonly state?: string };
    };
    readonly entities: { readonly Interaction?: { readonly params?: Record<string, unknown> } };
    urlFor(route: string): string;
  };
}

type Told = NonNullable<Passed['oidc']>;

/** Call it once the provider has answered. */
export function replaceOwnForms(ctx: Koa.Context, { provider, pages }: { provider: Provider; pages: ProviderPages }) {
  const { oidc } = ctx as unknown as Passed;
  if (!oidc?.session) return;
  const nobody = oidc.session.accountId === undefined;
  if (oidc.route === 'end_session' && nobody && ctx.status === 200) leave(ctx, oidc, provider);
  // a double click sends the form twice: the second time there is no session left to end
  if (oidc.route === 'end_session_confirm' && nobody && ctx.status === 400) leave(ctx, oidc, provider);
  if (oidc.route === 'resume' && ctx.status === 200 && endsAnotherSession(ctx, oidc)) ask(ctx, oidc, pages);
}

/** Nobody is signed in: there is nothing to ask, and no session to begin. */
function leave(ctx: Koa.Context, oidc: Told, provider: Provider): void {
  const { postLogoutRedirectUri: registered, state } = oidc.session?.state ?? {};
  const target = new URL(registered ?? oidc.urlFor('end_session_success'));
  if (registered !== undefined && state !== undefined) target.searchParams.set('state', state);
  const name = provider.cookieName('session');
  const cookies = ctx.response.headers['set-cookie'];
  const kept = [cookies ?? []].flat().filter((one) => !one.startsWith(`${name}=`) && !one.startsWith(`${name}.sig=`));
  ctx.remove('Set-Cookie');
  for (const cookie of kept) ctx.append('Set-Cookie', cookie);
  ctx.redirect(target.href);
  ctx.status = 303;
}

/** Somebody signed in over another's session, whose end leads back here. */
function endsAnotherSession(ctx: Koa.Context, { session }: Told): boolean {
  const next = session?.state?.postLogoutRedirectUri;
  return next !== undefined && URL.canParse(next) && new URL(next).pathname === ctx.path;
}

function ask(ctx: Koa.Context, oidc: Told, pages: ProviderPages): void {
  const locales = oidc.entities.Interaction?.params?.ui_locales;
  ctx.type = 'html';
  ctx.body = pages.switchPerson(ctx, {
    action: oidc.urlFor('end_session_confirm'),
    xsrf: oidc.session?.state?.secret ?? '',
    uiLocales: typeof locales === 'string' ? locales.split(' ').slice(0, 5) : [],
  });
}
