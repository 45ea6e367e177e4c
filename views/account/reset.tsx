// A lost password: a link by mail or a code from the school, a new password, and it is done.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Done, Fault, Field, PasswordRules, type RefusalCodeOf, Token } from '../parts.tsx';

export interface ResetData {
  readonly token: string;
  /** The sign-in that waits, to go back to. */
  readonly interaction?: string | undefined;
  readonly asked: boolean;
  readonly identifier?: string | undefined;
  readonly code?: string | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export function resetPage(page: Page, data: ResetData): VNode {
  const { reset: words } = page.text.pages.account;
  const { token, interaction, asked, identifier, code, fault } = data;
  const codeFaulty = fault === 'reset_invalid';
  const hidden = interaction && <input type="hidden" name="interaction" value={interaction} />;
  return (
    <Layout page={page} title={fault ? `${words.refused} · ${words.title}` : words.title}>
      <h1>{words.heading}</h1>
      {fault && <Fault page={page} heading={words.refused} code={fault} />}
      {asked && <Done>{words.asked}</Done>}
      <section>
        <h2>{words.byMail}</h2>
        <p>{words.byMailIntro}</p>
        <form method="post" action="/reset" id="by-mail">
          <Token value={token} />
          {hidden}
          <input type="hidden" name="act" value="ask" />
          <Field id="login" label={words.identifier} autocomplete="username" value={identifier ?? ''} />
          <button id="ask" type="submit" class="main">
            {words.ask}
          </button>
        </form>
      </section>
      <section>
        <h2>{words.byCode}</h2>
        <p>{words.byCodeIntro}</p>
        <form method="post" action="/reset" id="by-code">
          <Token value={token} />
          {hidden}
          <input type="hidden" name="act" value="code" />
          <Field
            id="code"
            label={words.code}
            hint={words.codeHint}
            autocomplete="one-time-code"
            value={code ?? ''}
            faulty={codeFaulty}
          />
          <Field id="check" label={words.check} hint={words.checkHint} autocomplete="off" faulty={codeFaulty} />
          <button id="next" type="submit" class="main">
            {words.next}
          </button>
        </form>
      </section>
      <p class="aside">
        {words.first} :{' '}
        <a href={`/activation${interaction ? `?interaction=${interaction}` : ''}`}>{words.firstAnswer}</a>
      </p>
    </Layout>
  );
}

export interface ChooseData {
  readonly token: string;
  readonly identifier: string;
  readonly minimumLength: number;
  readonly fault?: RefusalCodeOf | undefined;
}

export function choosePasswordPage(page: Page, { token, identifier, minimumLength, fault }: ChooseData): VNode {
  const { choose: words } = page.text.pages.account;
  return (
    <Layout page={page} title={fault ? `${words.refused} · ${words.title}` : words.title}>
      <h1>{words.heading}</h1>
      {fault && <Fault page={page} heading={words.refused} code={fault} />}
      <p>
        {words.identifier} <strong id="identifier">{identifier}</strong>.
      </p>
      <form method="post" action="/reset/password">
        <Token value={token} />
        <input type="hidden" name="login" value={identifier} autocomplete="username" />
        <Field
          id="password"
          type="password"
          label={words.password}
          autocomplete="new-password"
          faulty={fault === 'password_too_weak'}
          autofocus={!fault}
          describedBy="rules"
          maxLength={128}
        />
        <PasswordRules page={page} minimumLength={minimumLength} />
        <button id="submit" type="submit" class="main">
          {words.submit}
        </button>
      </form>
    </Layout>
  );
}

export interface ResetDoneData {
  readonly identifier: string;
  readonly interaction?: string | undefined;
}

export function resetDonePage(page: Page, { identifier, interaction }: ResetDoneData): VNode {
  const { choose: words } = page.text.pages.account;
  return (
    <Layout page={page} title={words.doneTitle}>
      <h1>{words.doneTitle}</h1>
      <p>
        {words.identifier} <strong id="identifier">{identifier}</strong>.
      </p>
      <p>{words.done}</p>
      {interaction ? (
        <p>
          <a class="button" id="continue" href={`/interaction/${interaction}`}>
            {words.doneContinue}
          </a>
        </p>
      ) : (
        <p>{words.doneHome}</p>
      )}
    </Layout>
  );
}
