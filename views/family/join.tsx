// Joining another record to this account: by the code of a letter, or by the credentials of both accounts.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Fault, Field, type RefusalCodeOf, Token } from '../parts.tsx';

export interface JoinData {
  readonly token: string;
  readonly fault?: RefusalCodeOf | undefined;
  /** Which of the two was tried. */
  readonly way?: 'code' | 'account' | undefined;
  readonly code?: string | undefined;
  readonly login?: string | undefined;
}

export function joinPage(page: Page, { token, fault, way, code, login }: JoinData): VNode {
  const { join: words, notDone } = page.text.pages.family;
  const faulty = (which: JoinData['way']) => fault !== undefined && way === which;
  return (
    <Layout page={page} title={fault ? `${notDone} · ${words.title}` : words.title}>
      <p class="towards">
        <a href="/family">{words.back}</a>
      </p>
      <h1>{words.heading}</h1>
      {fault && <Fault page={page} heading={notDone} code={fault} />}
      <p>{words.intro}</p>
      <p class="small">{words.work}</p>
      <section id="by-code">
        <h2>{words.byCode}</h2>
        <form method="post" action="/family/join">
          <Token value={token} />
          <input type="hidden" name="way" value="code" />
          <Field
            id="code"
            label={words.code}
            hint={words.codeHint}
            autocomplete="one-time-code"
            value={code ?? ''}
            faulty={faulty('code')}
          />
          <Field id="check" label={words.check} hint={words.checkHint} autocomplete="off" faulty={faulty('code')} />
          <button type="submit" class="main" id="submit-code">
            {words.byCodeSubmit}
          </button>
        </form>
      </section>
      <section id="by-account">
        <h2>{words.byAccount}</h2>
        <p>{words.byAccountIntro}</p>
        <form method="post" action="/family/join">
          <Token value={token} />
          <input type="hidden" name="way" value="account" />
          <Field
            id="password"
            type="password"
            label={words.password}
            autocomplete="current-password"
            faulty={faulty('account')}
          />
          <Field
            id="other-login"
            label={words.otherLogin}
            autocomplete="off"
            value={login ?? ''}
            faulty={faulty('account')}
          />
          <Field
            id="other-password"
            type="password"
            label={words.otherPassword}
            autocomplete="off"
            faulty={faulty('account')}
          />
          <div class="field">
            <label for="factor">{words.factor}</label>
            <input
              id="factor"
              name="factor"
              type="text"
              autocomplete="one-time-code"
              maxlength={60}
              spellcheck={false}
            />
          </div>
          <button type="submit" class="main" id="submit-account">
            {words.byAccountSubmit}
          </button>
        </form>
      </section>
    </Layout>
  );
}
