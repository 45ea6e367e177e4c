// The frame of every page of the module: the demo banner, who is signed in, the way out.
import type { ComponentChildren } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { nameOf } from './claims.ts';
import type { Session } from './sessions.ts';

export const MODULE_NAME = 'Cahier de textes (démonstration)';

interface FrameProps {
  readonly title: string;
  readonly session?: Session | undefined;
  readonly children: ComponentChildren;
}

/** A whole HTML document. */
export function page(props: FrameProps): string {
  return `<!doctype html>${renderToString(<Frame {...props} />)}`;
}

function Frame({ title, session, children }: FrameProps) {
  return (
    <html lang="fr">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · ${MODULE_NAME}`}</title>
        <link rel="stylesheet" href="/style.css" />
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
      </head>
      <body>
        <a class="skip" href="#contenu">
          Aller au contenu
        </a>
        <header class="top">
          <p class="banner">Démonstration&nbsp;: données inventées</p>
          <div class="wide">
            <a class="brand" href="/">
              <Notebook /> Cahier de textes
            </a>
            {session && <SignedIn session={session} />}
          </div>
        </header>
        <main id="contenu" tabindex={-1}>
          <div class="wide">{children}</div>
        </main>
        <footer>
          <div class="wide">
            Un module indépendant de Préau&nbsp;: il ne connaît que ce que Préau lui transmet à la connexion, et lui
            demande à chaque page qui peut lire et qui peut écrire.
          </div>
        </footer>
      </body>
    </html>
  );
}

function SignedIn({ session }: { session: Session }) {
  return (
    <form method="post" action="/deconnexion">
      <input type="hidden" name="form" value={session.formToken} />
      <span class="me">{nameOf(session.person)}</span>
      <button class="button quiet" id="sign-out" type="submit">
        Se déconnecter
      </button>
    </form>
  );
}

function Notebook() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect x="4" y="3" width="24" height="26" rx="3" fill="#2743a6" />
      <rect x="9" y="3" width="19" height="26" rx="2" fill="#fff" stroke="#2743a6" stroke-width="1.5" />
      <path d="M15 10h9M15 15h9M15 20h9" stroke="#aebbe6" stroke-width="1.5" />
      <path d="M12 3.500v25" stroke="#d4526a" stroke-width="1.200" />
    </svg>
  );
}
