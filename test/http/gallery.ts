// Every page with plausible data, by name: to be looked at, walked by axe and searched for what must not be there.
import Router from '@koa/router';
import { serveAsset } from '../../src/http/assets.ts';
import { type Rendering, render, type View } from '../../src/http/pages.ts';
import { activatedPage, activationAccountPage, activationPage } from '../../views/activation.tsx';
import { errorPage } from '../../views/error.tsx';
import { homePage } from '../../views/home.tsx';
import { loginPage } from '../../views/login.tsx';
import { notFoundPage } from '../../views/not-found.tsx';
import { noticePage } from '../../views/notice.tsx';
import { privacyPage } from '../../views/privacy.tsx';
import { signedOutPage, signOutPage, switchPersonPage } from '../../views/sign-out.tsx';

const uid = 'k3jh4kjh3k4jh3k4jhk3jh4';
const token = 'a.b';
const requestId = '4e5cf0a2-6a55-4e0e-9b0c-1f4ad1f2a7a1';
const module = {
  name: 'Cahier de textes',
  purpose: 'Tenir le cahier de textes des classes et des groupes, et le lire à la maison.',
  responsible: 'Le collège Les Tilleuls, avec le département',
  schools: ['Collège Les Tilleuls', 'École Jules-Verne', 'Lycée Camus'],
};

function shown<Data>(view: View<Data>, data: Data, rendering: Rendering = {}) {
  return (ctx: Parameters<typeof render>[0]) => render(ctx, view, data, rendering);
}

export const gallery = {
  home: shown(homePage, {}),
  'home-signed-in': shown(homePage, { person: { name: 'Paula Bernard', since: Date.parse('2026-11-12T08:05:00Z') } }),
  privacy: shown(privacyPage, {}),
  login: shown(loginPage, { uid, token, module }),
  'login-refused': shown(
    loginPage,
    { uid, token, module, identifier: 'paula.bernard', fault: 'sign_in_failed' },
    { status: 422 },
  ),
  notice: shown(noticePage, {
    uid,
    token,
    module,
    person: 'Paula Bernard',
    claims: ['name', 'roles', 'schools', 'children', 'classes'],
  }),
  activation: shown(activationPage, { token }),
  'activation-refused': shown(
    activationPage,
    { token, code: 'ACDE-FGHJ', fault: 'activation_invalid' },
    { status: 422 },
  ),
  'activation-account': shown(activationAccountPage, { token, identifier: 'paula.bernard', minimumLength: 12 }),
  'activation-account-refused': shown(
    activationAccountPage,
    { token, identifier: 'paula.bernard', minimumLength: 15, fault: 'password_too_weak' },
    { status: 422 },
  ),
  activated: shown(activatedPage, { identifier: 'paula.bernard', interaction: uid }),
  'activated-alone': shown(activatedPage, { identifier: 'paula.bernard' }),
  refusal: shown(errorPage, { kind: 'refusal', code: 'form_expired', requestId }, { status: 403 }),
  unexpected: shown(errorPage, { kind: 'unexpected', requestId }, { status: 500 }),
  'provider-error': shown(
    errorPage,
    {
      kind: 'provider',
      told: 'module',
      error: 'invalid_redirect_uri',
      description: "redirect_uri did not match any of the client's registered redirect_uris",
      requestId,
    },
    { status: 400 },
  ),
  'not-found': shown(notFoundPage, {}, { status: 404 }),
  'sign-out': shown(signOutPage, { action: '/session/end/confirm', xsrf: 'abc', module: 'Cahier de textes' }),
  'switch-person': shown(switchPersonPage, { action: '/session/end/confirm', xsrf: 'abc' }),
  'signed-out': shown(signedOutPage, { module: 'Cahier de textes' }),
} as const;

export type GalleryName = keyof typeof gallery;

/** `/gallery/:name`, and the assets. */
export function galleryRoutes(): Router {
  const router = new Router();
  router.get('/assets/:name', serveAsset);
  router.get('/gallery/:name', (ctx) => gallery[ctx.params.name as GalleryName](ctx));
  return router;
}
