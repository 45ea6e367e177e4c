// Adding a second factor: a drawing to scan and the first code, or a passkey.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Fault, Field, type RefusalCodeOf, Token } from '../parts.tsx';

export interface AddData {
  /** Where the forms post to. */
  readonly action: string;
  readonly token: string;
  /** The module one is on the way to; none on a page of our own. */
  readonly module?: string | undefined;
  /** Why it is asked: by the person's post, by the module, or by nobody. */
  readonly why: 'required' | 'asked' | 'wished';
  /** The secret in base32 and, as SVG, what an application scans. */
  readonly application: { readonly secret: string; readonly picture: string };
  /** What the browser is asked to make a passkey: JSON. */
  readonly passkey: string;
  readonly name?: string | undefined;
  readonly cancel?: string | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export function addFactorPage(page: Page, data: AddData): VNode {
  const { add, notDone } = page.text.pages.factors;
  const { module, why, fault, cancel, token } = data;
  return (
    <Layout page={page} title={fault ? `${notDone} · ${add.title}` : add.title} wide>
      {module && <p class="towards">{page.text.pages.login.towards(module)}</p>}
      {!module && !cancel && (
        <p class="towards">
          <a href="/account/factors">{page.text.pages.factors.list.title}</a>
        </p>
      )}
      <h1>{add.heading}</h1>
      {fault && <Fault page={page} heading={notDone} code={fault} />}
      {why !== 'wished' && <p class="lead">{add[why]}</p>}
      <p>{add.intro}</p>
      <Application page={page} data={data} />
      <MakePasskey page={page} data={data} />
      {why === 'wished' && module && (
        <form method="post" action={data.action} class="quiet">
          <Token value={token} />
          <input type="hidden" name="act" value="later" />
          <button id="later" type="submit">
            {add.later}
          </button>
        </form>
      )}
      {cancel && (
        <form method="post" action={cancel} class="quiet">
          <Token value={token} />
          <button id="cancel" type="submit">
            {page.text.pages.login.cancel}
          </button>
        </form>
      )}
    </Layout>
  );
}

function Application({ page, data }: { page: Page; data: AddData }): VNode {
  const { add } = page.text.pages.factors;
  return (
    <section>
      <h2>{add.application}</h2>
      <ol class="steps">
        {add.applicationHow.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <div class="scan">
        {/* drawn by ourselves from what is written beside it */}
        <div
          class="qr"
          role="img"
          aria-label={add.picture}
          dangerouslySetInnerHTML={{ __html: data.application.picture }}
        />
        <p>
          {add.secret}
          <br />
          <code id="secret">{data.application.secret}</code>
        </p>
      </div>
      <form method="post" action={data.action} id="add-application">
        <Token value={data.token} />
        <input type="hidden" name="act" value="add-totp" />
        <Field
          id="code"
          label={add.code}
          autocomplete="one-time-code"
          inputmode="numeric"
          maxLength={12}
          faulty={data.fault === 'factor_refused'}
        />
        <Field
          id="name"
          label={add.name}
          hint={add.nameHint}
          autocomplete="off"
          optional
          maxLength={60}
          value={data.name ?? ''}
        />
        <button id="submit" type="submit" class="main">
          {add.submit}
        </button>
      </form>
    </section>
  );
}

function MakePasskey({ page, data }: { page: Page; data: AddData }): VNode {
  const { add } = page.text.pages.factors;
  return (
    <form
      method="post"
      action={data.action}
      id="add-passkey"
      class="passkey"
      data-passkey="make"
      data-options={data.passkey}
      hidden
    >
      <h2>{add.passkey}</h2>
      <p>{add.passkeyIntro}</p>
      <Token value={data.token} />
      <input type="hidden" name="act" value="add-passkey" />
      <input type="hidden" name="answer" value="" />
      <p class="passkey-failed" role="alert" tabindex={-1} hidden>
        {add.passkeyFailed}
      </p>
      <button type="submit">{add.submitPasskey}</button>
    </form>
  );
}
