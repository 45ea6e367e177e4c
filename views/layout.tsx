// What every page shares: the language, the way to the content, the roof, the ground.
import type { ComponentChildren, VNode } from 'preact';
import type { Text } from './text/fr.ts';

/** What every page knows. */
export interface Page {
  readonly locale: 'fr' | 'en';
  readonly text: Text;
  /** Whether this is a demonstration: every page says so. */
  readonly demo: boolean;
  readonly stylesheet: string;
  readonly icon: string;
  /** The script it makes use of, and the word that lets it run. */
  readonly script?: { readonly path: string; readonly nonce: string };
  /** On a shared workstation: where it is, and whether somebody may be signed in. */
  readonly shared?: { readonly place: string; readonly signedIn: boolean };
  /** Where this page may be asked again in the other language. */
  readonly path?: string;
}

interface Props {
  readonly page: Page;
  readonly title: string;
  /** Wider, for pages that are read rather than filled in. */
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

/** The whole document around a page. */
export function Layout({ page, title, wide, children }: Props): VNode {
  const { layout } = page.text.pages;
  return (
    <html lang={page.locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{`${title} · Préau`}</title>
        <link rel="stylesheet" href={page.stylesheet} />
        <link rel="icon" type="image/svg+xml" href={page.icon} />
        {page.script && <script defer src={page.script.path} nonce={page.script.nonce} />}
      </head>
      <body>
        <a class="skip" href="#content">
          {layout.skip}
        </a>
        <header>
          {page.demo && <p class="demo">{layout.demo}</p>}
          <Shared page={page} />
          <div class="top">
            <a class="wordmark" href="/" aria-label={layout.home}>
              <Mark />
              <span>Préau</span>
            </a>
            <OtherLanguage page={page} />
          </div>
        </header>
        <main id="content" class={wide ? 'shelter wide' : 'shelter'} tabindex={-1}>
          <div class="roof" aria-hidden="true" />
          <div class="court">{children}</div>
        </main>
        <footer class="ground">
          <p>
            {layout.footer} <a href="/privacy">{layout.privacy}</a> <a href="/notices">{layout.notices}</a>
          </p>
        </footer>
      </body>
    </html>
  );
}

/** What a shared workstation says on every page, with the way to sign out in sight. */
function Shared({ page }: { page: Page }): VNode | null {
  const { shared } = page;
  if (!shared) return null;
  const { layout } = page.text.pages;
  return (
    <div class="shared" id="shared">
      <p>
        <strong>{layout.shared(shared.place)}</strong> {layout.sharedRule}
      </p>
      {shared.signedIn && (
        <a class="button" id="shared-sign-out" href="/session/end">
          {layout.sharedSignOut}
        </a>
      )}
    </div>
  );
}

/** A roof on its posts, and somebody under it. */
function Mark(): VNode {
  return (
    <svg class="mark" viewBox="0 0 40 32" width="40" height="32" aria-hidden="true" focusable="false">
      <path class="mark-roof" d="M1 12 20 3l19 9v4H1z" />
      <path class="mark-posts" d="M6 16v13M34 16v13" />
      <circle class="mark-person" cx="20" cy="21" r="2.6" />
      <path class="mark-person" d="M14.8 29a5.2 5.2 0 0 1 10.4 0z" />
      <path class="mark-ground" d="M1 30h38" />
    </svg>
  );
}

function OtherLanguage({ page }: { page: Page }): VNode | null {
  if (page.path === undefined) return null;
  const other = page.locale === 'fr' ? 'en' : 'fr';
  return (
    <a
      class="language"
      href={`${page.path}${page.path.includes('?') ? '&' : '?'}lang=${other}`}
      lang={other}
      hreflang={other}
    >
      {page.text.pages.layout.otherLanguage}
    </a>
  );
}
