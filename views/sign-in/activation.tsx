// Opening one's account: the code and who one is, then an identifier and a password, then it is done.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Fault, Field, type RefusalCodeOf, Token } from '../parts.tsx';

export interface ActivationData {
  readonly token: string;
  readonly fault?: RefusalCodeOf | undefined;
  readonly code?: string | undefined;
  /** The sign-in that waits, to go back to. */
  readonly interaction?: string | undefined;
}

export function activationPage(page: Page, { token, fault, code, interaction }: ActivationData): VNode {
  const { activation } = page.text.pages;
  return (
    <Layout page={page} title={fault ? `${activation.refused} · ${activation.title}` : activation.title}>
      <p class="towards">{activation.step(1)}</p>
      <h1>{activation.heading}</h1>
      {fault ? <Fault page={page} heading={activation.refused} code={fault} /> : <p>{activation.intro}</p>}
      <form method="post" action="/activation">
        <Token value={token} />
        {interaction && <input type="hidden" name="interaction" value={interaction} />}
        <Field
          id="code"
          label={activation.code}
          hint={activation.codeHint}
          autocomplete="one-time-code"
          value={code ?? ''}
          faulty={fault === 'activation_invalid'}
          autofocus={!fault}
        />
        <Field
          id="check"
          label={activation.check}
          hint={activation.checkHint}
          autocomplete="off"
          faulty={fault === 'activation_invalid'}
        />
        <button id="submit" type="submit" class="main">
          {activation.next}
        </button>
      </form>
      <details>
        <summary>{activation.noCode}</summary>
        <p>{activation.noCodeAnswer}</p>
      </details>
    </Layout>
  );
}

export interface AccountData {
  readonly token: string;
  readonly identifier: string;
  readonly minimumLength: number;
  readonly fault?: RefusalCodeOf | undefined;
}

export function activationAccountPage(page: Page, { token, identifier, minimumLength, fault }: AccountData): VNode {
  const { activation } = page.text.pages;
  const identifierFaulty = fault === 'identifier_taken' || fault === 'identifier_invalid';
  return (
    <Layout page={page} title={fault ? `${activation.notAccepted} · ${activation.title}` : activation.title}>
      <p class="towards">{activation.step(2)}</p>
      <h1>{activation.chooseHeading}</h1>
      {fault && <Fault page={page} heading={activation.notAccepted} code={fault} />}
      <form method="post" action="/activation/account">
        <Token value={token} />
        <Field
          id="login"
          label={activation.identifier}
          hint={activation.identifierHint}
          autocomplete="username"
          value={identifier}
          faulty={identifierFaulty}
        />
        <Field
          id="password"
          type="password"
          label={activation.password}
          autocomplete="new-password"
          faulty={fault === 'password_too_weak'}
          autofocus={!fault}
          describedBy="rules"
          maxLength={128}
        />
        <ul class="hint" id="rules">
          {activation.passwordRules(minimumLength).map((rule) => (
            <li key={rule}>{rule}</li>
          ))}
          <li>{activation.passwordPaste}</li>
        </ul>
        <button id="submit" type="submit" class="main">
          {activation.submit}
        </button>
      </form>
    </Layout>
  );
}

export interface ActivatedData {
  readonly identifier: string;
  readonly interaction?: string | undefined;
}

export function activatedPage(page: Page, { identifier, interaction }: ActivatedData): VNode {
  const { activation } = page.text.pages;
  return (
    <Layout page={page} title={activation.doneHeading}>
      <h1>{activation.doneHeading}</h1>
      <p>
        {activation.done} <strong id="identifier">{identifier}</strong>.
      </p>
      <p>{activation.doneNext}</p>
      {interaction ? (
        <p>
          <a class="button" id="continue" href={`/interaction/${interaction}`}>
            {activation.doneContinue}
          </a>
        </p>
      ) : (
        <p>{activation.doneHome}</p>
      )}
    </Layout>
  );
}
