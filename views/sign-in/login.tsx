// Signing in: for which service, who one is, and the way to a first account.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Fault, Field, type RefusalCodeOf, Token } from '../parts.tsx';

export interface LoginData {
  readonly uid: string;
  readonly module: { readonly name: string; readonly purpose: string };
  readonly token: string;
  /** What was typed before, or what the module suggests. */
  readonly identifier?: string | undefined;
  readonly fault?: RefusalCodeOf | undefined;
  /** Who else may say who one is. */
  readonly providers: readonly { readonly id: string; readonly label: string }[];
}

export function loginPage(page: Page, { uid, module, token, identifier, fault, providers }: LoginData): VNode {
  const { login, upstream } = page.text.pages;
  return (
    <Layout page={page} title={fault ? `${login.failed} · ${login.title}` : login.title}>
      <p class="towards">{login.towards(module.name)}</p>
      <h1>{login.heading}</h1>
      {fault && <Fault page={page} heading={login.failed} code={fault} />}
      <form method="post" action={`/interaction/${uid}`}>
        <Token value={token} />
        <Field
          id="login"
          label={login.login}
          autocomplete={page.shared ? 'off' : 'username'}
          value={identifier ?? ''}
          faulty={fault === 'sign_in_failed'}
          autofocus={!fault && !identifier}
        />
        <Field
          id="password"
          type="password"
          label={login.password}
          autocomplete={page.shared ? 'off' : 'current-password'}
          faulty={fault === 'sign_in_failed'}
          autofocus={!fault && Boolean(identifier)}
        />
        <button id="submit" type="submit" class="main">
          {login.submit}
        </button>
      </form>
      {providers.length > 0 && (
        <section id="upstream">
          <h2>{upstream.heading}</h2>
          {providers.map(({ id, label }) => (
            <p key={id}>
              <a class="button" id={`with-${id}`} href={`/interaction/${uid}/upstream/${id}`}>
                {label}
              </a>
            </p>
          ))}
        </section>
      )}
      {fault === 'sign_in_failed' && (
        <p class="aside" id="sure">
          {login.sure}
        </p>
      )}
      <p class="aside">
        <a id="forgotten" href={`/reset?interaction=${uid}`}>
          {login.forgotten}
        </a>
      </p>
      <p class="aside">
        {login.firstTime} <a href={`/activation?interaction=${uid}`}>{login.activate}</a>
      </p>
      <p class="aside">
        <a href={`/card?interaction=${uid}`}>{page.text.pages.card.link}</a>
      </p>
      <details>
        <summary>{login.why}</summary>
        <p>{module.purpose}</p>
      </details>
      <form method="post" action={`/interaction/${uid}/cancel`} class="quiet">
        <Token value={token} />
        <button id="cancel" type="submit">
          {login.cancel}
        </button>
      </form>
    </Layout>
  );
}
