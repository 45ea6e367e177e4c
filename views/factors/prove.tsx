// Proving who one is a second time: a code, a passkey, and what to do when neither is at hand.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Fault, Field, type RefusalCodeOf, Token } from '../parts.tsx';

export interface ProveData {
  /** Where the forms post to. */
  readonly action: string;
  readonly token: string;
  /** The module one is on the way to; none on a page of our own. */
  readonly module?: string | undefined;
  /** Whether somebody else said who is there, and no password was typed. */
  readonly upstream?: boolean;
  /** What the person holds; nobody who holds nothing is asked for more than the password. */
  readonly ways: { readonly totp: boolean; readonly recovery: boolean; readonly school: boolean };
  /** What the browser is asked for a passkey: JSON. */
  readonly passkey?: string | undefined;
  /** Where to give up: an address that takes a post. */
  readonly cancel?: string | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export function provePage(page: Page, data: ProveData): VNode {
  const { prove, factors } = { prove: page.text.pages.factors.prove, factors: data.ways };
  const { module, fault, passkey } = data;
  const onPassword = !factors.totp && passkey === undefined && !factors.recovery;
  return (
    <Layout page={page} title={fault ? `${prove.refused} · ${prove.title}` : prove.title}>
      {module && <p class="towards">{page.text.pages.login.towards(module)}</p>}
      <h1>{prove.heading}</h1>
      {fault ? (
        <Fault page={page} heading={prove.refused} code={fault} />
      ) : (
        <p>{!module ? prove.introPage : data.upstream ? page.text.pages.upstream.prove : prove.intro}</p>
      )}
      {onPassword && <Password page={page} data={data} />}
      {factors.totp && <Code page={page} data={data} />}
      {passkey && <Passkey page={page} data={data} options={passkey} />}
      {(factors.recovery || factors.school) && <Lost page={page} data={data} />}
      {data.cancel && (
        <form method="post" action={data.cancel} class="quiet">
          <Token value={data.token} />
          <button id="cancel" type="submit">
            {page.text.pages.login.cancel}
          </button>
        </form>
      )}
    </Layout>
  );
}

interface PartProps {
  readonly page: Page;
  readonly data: ProveData;
}

function Start({ data, act }: { data: ProveData; act: string }): VNode {
  return (
    <>
      <Token value={data.token} />
      <input type="hidden" name="act" value={act} />
    </>
  );
}

function Code({ page, data }: PartProps): VNode {
  const { prove } = page.text.pages.factors;
  return (
    <form method="post" action={data.action} id="factor">
      <Start data={data} act="totp" />
      <Field
        id="code"
        label={prove.code}
        hint={prove.codeHint}
        autocomplete="one-time-code"
        inputmode="numeric"
        maxLength={12}
        faulty={data.fault === 'factor_refused'}
        autofocus={!data.fault}
      />
      <button id="submit" type="submit" class="main">
        {prove.submit}
      </button>
    </form>
  );
}

function Password({ page, data }: PartProps): VNode {
  const { prove } = page.text.pages.factors;
  return (
    <form method="post" action={data.action} id="factor">
      <Start data={data} act="password" />
      <Field
        id="password"
        type="password"
        label={prove.password}
        autocomplete="current-password"
        faulty={data.fault === 'password_wrong'}
        autofocus={!data.fault}
        maxLength={1000}
      />
      <button id="submit" type="submit" class="main">
        {prove.submitPassword}
      </button>
    </form>
  );
}

function Passkey({ page, data, options }: PartProps & { options: string }): VNode {
  const { prove } = page.text.pages.factors;
  return (
    <form
      method="post"
      action={data.action}
      id={data.ways.totp ? 'passkey' : 'factor'}
      class="passkey"
      data-passkey="prove"
      data-options={options}
      hidden
    >
      <Start data={data} act="passkey" />
      <input type="hidden" name="answer" value="" />
      <p class="hint">{prove.passkeyHint}</p>
      <p class="passkey-failed" role="alert" tabindex={-1} hidden>
        {prove.passkeyFailed}
      </p>
      <button type="submit" class="main">
        {prove.passkey}
      </button>
    </form>
  );
}

/** Open at once where nothing else is on the page without a script. */
function Lost({ page, data }: PartProps): VNode {
  const { prove } = page.text.pages.factors;
  return (
    <details id="lost" open={!data.ways.totp}>
      <summary>{prove.lost}</summary>
      {data.ways.recovery && (
        <form method="post" action={data.action} id="by-recovery">
          <Start data={data} act="recovery" />
          <Field id="recovery" label={prove.recovery} hint={prove.recoveryHint} autocomplete="off" maxLength={60} />
          <button type="submit">{prove.submitRecovery}</button>
        </form>
      )}
      {data.ways.school && (
        <form method="post" action={data.action} id="by-school">
          <Start data={data} act="school" />
          <Field id="school" label={prove.school} hint={prove.schoolHint} autocomplete="off" maxLength={60} />
          <button type="submit">{prove.submitSchool}</button>
        </form>
      )}
    </details>
  );
}
