// The pages of someone who is not signed in: the way in, the way out, and what went wrong on the way.
import { page } from './layout.tsx';

/** The first page. */
export function homePage(told: { goodbye: boolean }): string {
  return page({
    title: told.goodbye ? 'Vous êtes déconnecté' : 'Accueil',
    children: (
      <div class="stack">
        {told.goodbye && (
          <p class="note" role="status">
            Vous êtes déconnecté de ce module et de Préau.
          </p>
        )}
        <section class="paper cover">
          <h1>Le cahier de textes de la classe</h1>
          <p>
            Ce qui a été fait en cours, et le travail à faire. Les enseignants y écrivent ; les élèves, leurs
            responsables légaux et la direction le lisent.
          </p>
          <a class="button" id="sign-in" href="/connexion">
            Se connecter avec Préau
          </a>
        </section>
      </div>
    ),
  });
}

/** Signing in did not come to its end. `error` is the OAuth code, when Préau gave one. */
export function signInFailedPage(told: { error?: string | undefined }): string {
  const cancelled = told.error === 'access_denied';
  return page({
    title: 'Connexion interrompue',
    children: (
      <section class="paper cover">
        <h1>{cancelled ? 'Vous avez renoncé à vous connecter' : 'La connexion n’a pas abouti'}</h1>
        <p>
          {cancelled
            ? 'Rien n’a été transmis à ce module.'
            : 'Elle a peut-être duré trop longtemps, ou commencé dans un autre navigateur. Il suffit de recommencer.'}
        </p>
        {told.error && (
          <p>
            Code : <code>{told.error}</code>
          </p>
        )}
        <a class="button" href="/connexion">
          Recommencer
        </a>
      </section>
    ),
  });
}
