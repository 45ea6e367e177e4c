// The holder's own e-mail: given, confirmed by a code sent to it, replaced, or erased.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Fault, Field, type RefusalCodeOf, Token } from '../parts.tsx';

export interface EmailData {
  readonly token: string;
  readonly current?: string | undefined;
  /** An address that a code was sent to, not confirmed yet. */
  readonly waits?: string | undefined;
  readonly typed?: string | undefined;
  /** Whether there is no password to show. */
  readonly withoutPassword?: boolean;
  readonly fault?: RefusalCodeOf | undefined;
}

export function emailPage(page: Page, { token, current, waits, typed, withoutPassword, fault }: EmailData): VNode {
  const { email: words, home } = page.text.pages.account;
  const codeFaulty = fault === 'email_code_invalid';
  return (
    <Layout page={page} title={fault ? `${words.refused} · ${words.title}` : words.title}>
      <p class="towards">
        <a href="/account">{home.back}</a>
      </p>
      <h1>{words.heading}</h1>
      {fault ? <Fault page={page} heading={words.refused} code={fault} /> : <p>{words.intro}</p>}
      {current && (
        <p id="current">
          <strong>{words.current(current)}</strong>
        </p>
      )}
      {waits && (
        <form method="post" action="/account/email" id="confirm-form">
          <p id="waits">{words.waits(waits)}</p>
          <Token value={token} />
          <input type="hidden" name="act" value="confirm" />
          <Field
            id="code"
            label={words.code}
            hint={words.codeHint}
            autocomplete="one-time-code"
            faulty={codeFaulty}
            autofocus={!fault}
          />
          <button id="confirm" type="submit" class="main">
            {words.confirm}
          </button>
        </form>
      )}
      {waits || current ? (
        <details open={fault !== undefined && !codeFaulty}>
          <summary>{words.giveOther}</summary>
          <Give page={page} token={token} typed={typed} withoutPassword={withoutPassword} fault={fault} />
        </details>
      ) : (
        <Give page={page} token={token} typed={typed} withoutPassword={withoutPassword} fault={fault} />
      )}
      {(waits || current) && (
        <form method="post" action="/account/email" class="quiet">
          <Token value={token} />
          <input type="hidden" name="act" value="remove" />
          <button id="remove" type="submit">
            {words.remove}
          </button>
        </form>
      )}
    </Layout>
  );
}

function Give(props: {
  page: Page;
  token: string;
  typed?: string | undefined;
  withoutPassword?: boolean | undefined;
  fault?: RefusalCodeOf | undefined;
}): VNode {
  const { page, token, typed, withoutPassword, fault } = props;
  const { email: words } = page.text.pages.account;
  return (
    <form method="post" action="/account/email" id="give-form">
      <Token value={token} />
      <input type="hidden" name="act" value="give" />
      <Field
        id="email"
        label={words.address}
        hint={words.addressHint}
        autocomplete="email"
        value={typed ?? ''}
        faulty={fault === 'email_invalid'}
        maxLength={254}
      />
      {!withoutPassword && (
        <Field
          id="password"
          type="password"
          label={words.password}
          autocomplete="current-password"
          faulty={fault === 'password_wrong'}
        />
      )}
      <button id="give" type="submit" class="main">
        {words.give}
      </button>
    </form>
  );
}
