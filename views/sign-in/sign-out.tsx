// Leaving: the question, the goodbye, and the end of another person's session before one's own begins.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Leaving, type LeavingData } from '../upstream/arrived.tsx';

export interface SignOutData {
  /** Where the provider's form goes, and the secret it carries against forged posts. */
  readonly action: string;
  readonly xsrf: string;
  readonly module?: string | undefined;
  /** Through whom the person had come in. */
  readonly elsewhere?: LeavingData | undefined;
}

export function signOutPage(page: Page, { action, xsrf, module, elsewhere }: SignOutData): VNode {
  const { signOut } = page.text.pages;
  return (
    <Layout page={page} title={signOut.title}>
      {module && <p class="towards">{signOut.from(module)}</p>}
      <h1>{signOut.heading}</h1>
      <p>{signOut.intro}</p>
      <form id="op.logoutForm" method="post" action={action}>
        <input type="hidden" name="xsrf" value={xsrf} />
        <button id="submit" type="submit" class="main" name="logout" value="yes">
          {signOut.submit}
        </button>
      </form>
      <p class="small">{signOut.stayHint}</p>
      {elsewhere && <Leaving page={page} leaving={elsewhere} />}
    </Layout>
  );
}

/** Somebody has signed in where another person's session is still open: it ends first, and the way goes on. */
export function switchPersonPage(page: Page, { action, xsrf }: SignOutData): VNode {
  const { switchPerson } = page.text.pages;
  return (
    <Layout page={page} title={switchPerson.title}>
      <h1>{switchPerson.heading}</h1>
      <p>{switchPerson.intro}</p>
      <form id="op.logoutForm" method="post" action={action}>
        <input type="hidden" name="xsrf" value={xsrf} />
        <input type="hidden" name="logout" value="yes" />
        <button id="submit" type="submit" class="main">
          {switchPerson.submit}
        </button>
      </form>
      <p class="small">{switchPerson.stayHint}</p>
    </Layout>
  );
}

export interface SignedOutData {
  readonly module?: string | undefined;
  /** Through whom the person had come in. */
  readonly elsewhere?: LeavingData | undefined;
}

export function signedOutPage(page: Page, { module, elsewhere }: SignedOutData): VNode {
  const { signedOut } = page.text.pages;
  return (
    <Layout page={page} title={signedOut.title}>
      {module && <p class="towards">{module}</p>}
      <h1>{signedOut.heading}</h1>
      <p class="lead">{signedOut.intro}</p>
      {elsewhere && <Leaving page={page} leaving={elsewhere} main />}
      <p>{signedOut.shared}</p>
      <p>
        <a href="/">{signedOut.home}</a>
      </p>
    </Layout>
  );
}
