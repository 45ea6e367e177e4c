// Coming in again: what is asked of somebody whose account has no password to show.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';

export function comeInAgainPage(page: Page, { providers }: { readonly providers: readonly string[] }): VNode {
  const { again: words } = page.text.pages.upstream;
  return (
    <Layout page={page} title={words.title}>
      <h1>{words.heading}</h1>
      <p class="lead">{words.intro(providers.join(', '))}</p>
      <p>
        <a class="button" id="sign-out" href="/session/end">
          {words.leave}
        </a>
      </p>
    </Layout>
  );
}
