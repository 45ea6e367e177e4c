// Changing one's password: the one of now, then the new one.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Fault, Field, PasswordRules, type RefusalCodeOf, Token } from '../parts.tsx';

export interface PasswordData {
  readonly token: string;
  readonly identifier: string;
  readonly minimumLength: number;
  /** Whether it is the first one: there is none to show. */
  readonly first?: boolean;
  readonly fault?: RefusalCodeOf | undefined;
}

export function passwordPage(page: Page, { token, identifier, minimumLength, first, fault }: PasswordData): VNode {
  const { password: words, home } = page.text.pages.account;
  const upstream = page.text.pages.upstream.account;
  const title = first ? upstream.choose : words.title;
  return (
    <Layout page={page} title={fault ? `${words.refused} · ${title}` : title}>
      <p class="towards">
        <a href="/account">{home.back}</a>
      </p>
      <h1>{first ? upstream.choose : words.heading}</h1>
      {fault && <Fault page={page} heading={words.refused} code={fault} />}
      {first && (
        <p>
          {upstream.firstIntro} <strong>{identifier}</strong>
        </p>
      )}
      <form method="post" action="/account/password">
        <Token value={token} />
        <input type="hidden" name="login" value={identifier} autocomplete="username" />
        {!first && (
          <Field
            id="old"
            type="password"
            label={words.old}
            autocomplete="current-password"
            faulty={fault === 'password_wrong'}
            autofocus={!fault}
          />
        )}
        <Field
          id="password"
          type="password"
          label={words.fresh}
          autocomplete="new-password"
          faulty={fault === 'password_too_weak'}
          describedBy="rules"
          maxLength={128}
        />
        <PasswordRules page={page} minimumLength={minimumLength} />
        <button id="submit" type="submit" class="main">
          {first ? upstream.choose : words.submit}
        </button>
      </form>
      {!first && (
        <p class="aside">
          <a href="/reset">{words.lost}</a>
        </p>
      )}
    </Layout>
  );
}
