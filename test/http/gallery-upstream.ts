// The pages of signing in through a provider of identities with plausible data, for those who look at every page.
import { type Rendering, render, type View } from '../../src/http/pages.ts';
import { accountHomePage } from '../../views/account/account.tsx';
import { closePage } from '../../views/account/close.tsx';
import { emailPage } from '../../views/account/email.tsx';
import { passwordPage } from '../../views/account/password.tsx';
import { loginPage } from '../../views/sign-in/login.tsx';
import { signedOutPage, signOutPage } from '../../views/sign-in/sign-out.tsx';
import { comeInAgainPage } from '../../views/upstream/again.tsx';
import { choosePage, joinedPage, nobodyPage, openPage } from '../../views/upstream/arrived.tsx';

const uid = 'k3jh4kjh3k4jh3k4jhk3jh4';
const token = 'a.b';
const provider = 'ÉduConnect';
const leaving = { provider, signOut: 'https://educonnect.example/logout' };
const module = { name: 'Cahier de textes', purpose: 'Tenir le cahier de textes et le lire à la maison.' };
const college = { person: '01a1', name: 'Paula Bernard', schools: 'Collège Les Tilleuls' };
const ecole = { person: '01a2', name: 'Paula BERNARD', schools: 'École Jules-Verne, Lycée Camus' };

function shown<Data>(view: View<Data>, data: Data, rendering: Rendering = {}) {
  return (ctx: Parameters<typeof render>[0]) => render(ctx, view, data, rendering);
}

export const upstreamGallery = {
  'login-upstream': shown(loginPage, {
    uid,
    token,
    module,
    providers: [
      { id: 'educonnect', label: 'Se connecter avec ÉduConnect' },
      { id: 'agents', label: 'Se connecter avec le guichet des agents de l’académie de La Réunion' },
    ],
  }),
  'upstream-nobody': shown(nobodyPage, { uid, provider, leaving }, { status: 403 }),
  'upstream-choose': shown(choosePage, {
    uid,
    provider,
    token,
    among: [
      { ...college, identifier: 'paula.bernard' },
      { ...ecole, identifier: 'paula.bernard2' },
    ],
  }),
  'upstream-choose-fresh': shown(choosePage, {
    uid,
    provider,
    token,
    among: [college, { ...ecole, name: 'Noé Bernard' }],
  }),
  'upstream-open': shown(openPage, { uid, provider, token, opening: college, joins: [ecole.schools] }),
  'upstream-joined': shown(joinedPage, { uid, provider, records: [ecole] }),
  'account-upstream': shown(accountHomePage, {
    name: 'Paula Bernard',
    identifier: 'paula.bernard',
    providers: [provider],
    hasPassword: false,
  }),
  'account-password-first': shown(passwordPage, { token, identifier: 'paula.bernard', minimumLength: 12, first: true }),
  'account-close-without': shown(closePage, { token, whose: 'sealed', withoutPassword: true }),
  'account-email-without': shown(emailPage, { token, withoutPassword: true }),
  'account-again': shown(comeInAgainPage, { providers: [provider] }),
  'sign-out-upstream': shown(signOutPage, { action: '/session/end/confirm', xsrf: 'x', elsewhere: leaving }),
  'signed-out-upstream': shown(signedOutPage, { elsewhere: leaving }),
};
