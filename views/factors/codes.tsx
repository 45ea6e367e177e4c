// Codes of last resort, shown until their holder says they are kept.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Token } from '../parts.tsx';

export interface CodesData {
  readonly action: string;
  readonly token: string;
  readonly module?: string | undefined;
  /** None when they can no longer be shown. */
  readonly codes: readonly string[];
}

export function recoveryCodesPage(page: Page, { action, token, module, codes }: CodesData): VNode {
  const words = page.text.pages.factors.codes;
  return (
    <Layout page={page} title={words.title}>
      {module && <p class="towards">{page.text.pages.login.towards(module)}</p>}
      <h1>{words.heading}</h1>
      {codes.length === 0 ? (
        <p>{words.gone}</p>
      ) : (
        <>
          <p>{words.intro}</p>
          <p>
            <strong>{words.once}</strong>
          </p>
          <ol class="codes" aria-label={words.list}>
            {codes.map((code) => (
              <li key={code}>
                <code>{code}</code>
              </li>
            ))}
          </ol>
        </>
      )}
      <form method="post" action={action} id="codes">
        <Token value={token} />
        <input type="hidden" name="act" value="kept" />
        <button id="submit" type="submit" class="main">
          {codes.length === 0 ? words.goOn : words.kept}
        </button>
      </form>
    </Layout>
  );
}
