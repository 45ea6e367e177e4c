// The pages of someone who is not signed in: the way in, the way out, and what went wrong on the way.
import { page } from './layout.tsx';

/** The first page. */
export function homePage(told: { goodbye: boolean }): string {
  return page({
    title: told.goodbye ? 'Vous êtes déconnecté' : 'Accueil',
    children: (
      <div class="stack">
        {told.goodbye && <output class="note">Vous êtes déconnecté de ce module et de Préau.</output>}
        <section class="paper cover">
          <h1>Le cahier de textes de la classe</h1>
          <p>
            Ce qui a été fait en cours, et le travail à faire. Les enseignants y écrivent&nbsp;; les élèves, leurs
            responsables légaux et la direction le lisent.
          </p>
          <a class="button" id="sign-in" href="/connexion">
            Se connecter avec Préau
          </a>
        </section>
        <WhoDoesWhat />
      </div>
    ),
  });
}

function WhoDoesWhat() {
  return (
    <section class="school" aria-labelledby="qui">
      <h2 id="qui">Qui écrit, qui lit</h2>
      <ul class="who">
        <li class="paper">
          <strong>L’enseignant</strong>
          Il écrit dans les cahiers qu’il tient, et lit ceux de l’équipe de ses classes.
        </li>
        <li class="paper">
          <strong>Le chef d’établissement et son adjoint</strong>
          Ils lisent tous les cahiers de l’établissement. Ils n’y écrivent pas.
        </li>
        <li class="paper">
          <strong>L’élève</strong>
          Il lit ceux de sa classe et de ses groupes.
        </li>
        <li class="paper">
          <strong>Le responsable légal</strong>
          Il lit ceux de chacun de ses enfants, de l’école au lycée, avec une seule connexion.
        </li>
      </ul>
      <p class="why">
        Pour essayer, les comptes de démonstration sont affichés dans le terminal. Quand un code à six chiffres est
        demandé, il est sur <a href="/telephone">leur téléphone</a>.
      </p>
    </section>
  );
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
            Code&nbsp;: <code>{told.error}</code>
          </p>
        )}
        <a class="button" href="/connexion">
          Recommencer
        </a>
      </section>
    ),
  });
}
