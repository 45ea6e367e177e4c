// Closing one's account: what happens, the password, and the goodbye.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Fault, Field, type RefusalCodeOf, Token } from '../parts.tsx';

export interface CloseData {
  readonly token: string;
  /** Sealed: whose account the form is about, once the session is gone. */
  readonly whose: string;
  /** Whether there is no password to show. */
  readonly withoutPassword?: boolean;
  readonly fault?: RefusalCodeOf | undefined;
}

export function closePage(page: Page, { token, whose, withoutPassword, fault }: CloseData): VNode {
  const { close: words, home } = page.text.pages.account;
  return (
    <Layout page={page} title={fault ? `${words.refused} · ${words.title}` : words.title}>
      <p class="towards">
        <a href="/account">{home.back}</a>
      </p>
      <h1>{words.heading}</h1>
      {fault && <Fault page={page} heading={words.refused} code={fault} />}
      <p>{words.intro}</p>
      <ul>
        {words.effects.map((effect) => (
          <li key={effect}>{effect}</li>
        ))}
      </ul>
      <form method="post" action="/account/close">
        <Token value={token} />
        <input type="hidden" name="whose" value={whose} />
        {!withoutPassword && (
          <Field
            id="password"
            type="password"
            label={words.password}
            autocomplete="current-password"
            faulty={fault === 'password_wrong'}
          />
        )}
        <button id="submit" type="submit" class="main grave">
          {words.submit}
        </button>
      </form>
      <p>
        <a href="/account">{words.keep}</a>
      </p>
    </Layout>
  );
}

export function closedPage(page: Page): VNode {
  const { close: words } = page.text.pages.account;
  return (
    <Layout page={page} title={words.closedTitle}>
      <h1>{words.closedTitle}</h1>
      <p>{words.closed}</p>
    </Layout>
  );
}
