// The pages of a publisher: its resource in small, and beside it everything that Préau sent, nothing hidden.
import type { ComponentChildren } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { Received } from './party.ts';
import type { Visit } from './visits.ts';
import { attributes, wished } from './words.ts';

/** Who the publisher is, and what its resource is. */
export interface Identity {
  /** The ARK. */
  readonly resource: string;
  readonly name: string;
  readonly publisher: string;
  readonly about: string;
  /** What it declared that it needs. */
  readonly declared: readonly string[];
  readonly look: 'atlas' | 'lexique' | 'herbier';
}

/** The front of the resource, for whoever is not inside. */
export function outsidePage(who: Identity, { left }: { left: boolean }): string {
  return page(who, {
    title: 'Accueil',
    children: (
      <section class="card">
        <h1>{who.name}</h1>
        {left && <output class="note">Vous avez quitté la ressource. Votre session Préau reste ouverte.</output>}
        <p>{who.about}</p>
        <p>Il n’y a ici ni inscription ni mot de passe&nbsp;: c’est Préau qui dit si la ressource vous est ouverte.</p>
        <a class="button" id="enter" href="/entrer">
          Entrer avec Préau
        </a>
      </section>
    ),
  });
}

/** The resource, and what was received to open it. */
export function insidePage(who: Identity, { received, formToken }: Visit): string {
  const sent = attributesIn(received);
  return page(who, {
    title: who.name,
    leave: formToken,
    children: (
      <>
        <section class="card">
          <h1>{who.name}</h1>
          <Sample look={who.look} given={sent.PRE} />
        </section>
        <section class="card" id="received" aria-labelledby="received-title">
          <h2 id="received-title">Tout ce que nous avons reçu de vous</h2>
          <p>Préau nous a transmis ceci, et rien d’autre. Nous ne pouvons rien lui demander de plus.</p>
          <Attributes sent={sent} />
        </section>
        <NotReceived who={who} sent={sent} />
        <Raw received={received} />
      </>
    ),
  });
}

/** Every page that stops here. */
export function stopPage(who: Identity, { title, words }: { title: string; words: string }): string {
  return page(who, {
    title,
    children: (
      <section class="card" id="stop">
        <h1>{title}</h1>
        <p>{words}</p>
        <a class="button" href="/">
          Revenir à l’accueil de la ressource
        </a>
      </section>
    ),
  });
}

/** What protocols need is told apart: it says nothing of the person. */
const protocol = new Set([
  'iss',
  'aud',
  'exp',
  'iat',
  'nbf',
  'nonce',
  'jti',
  'sid',
  'at_hash',
  'auth_time',
  'acr',
  'amr',
  'sub',
  'azp',
]);

function attributesIn({ idToken, userinfo }: Received): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries({ ...idToken, ...userinfo }).filter(([name]) => !protocol.has(name)));
}

function Attributes({ sent }: { sent: Readonly<Record<string, unknown>> }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Attribut</th>
          <th scope="col">Ce que c’est</th>
          <th scope="col">Valeur reçue</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(sent).map(([name, value]) => (
          <tr key={name} id={`sent-${name}`}>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td data-label="Ce que c’est">{attributes[name] ?? ''}</td>
            <td data-label="Valeur reçue">
              <code class="value">{written(value)}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function NotReceived({ who, sent }: { who: Identity; sent: Readonly<Record<string, unknown>> }) {
  const refused = who.declared.filter((name) => !(name in sent));
  const unknown = wished.filter(([, attribute]) => attribute === undefined || !(attribute in sent));
  return (
    <section class="card" id="not-received">
      <h2>Ce que nous ne savons pas</h2>
      {refused.length > 0 && (
        <p id="refused">
          Nous avions aussi demandé <code>{refused.join(', ')}</code>&nbsp;: cela ne nous a pas été validé, et ne nous
          est jamais transmis.
        </p>
      )}
      <ul class="plain">
        {unknown.map(([what]) => (
          <li key={what}>{what}</li>
        ))}
      </ul>
    </section>
  );
}

function Raw({ received }: { received: Received }) {
  return (
    <section class="card">
      <details>
        <summary>Les réponses brutes, octet pour octet</summary>
        <h3>Jeton d’identité</h3>
        <pre id="id-token" tabindex={0}>
          {JSON.stringify(received.idToken, null, 2)}
        </pre>
        <h3>Réponse de userinfo</h3>
        <pre id="userinfo" tabindex={0}>
          {JSON.stringify(received.userinfo, null, 2)}
        </pre>
      </details>
    </section>
  );
}

function written(value: unknown): string {
  const texts = [value].flat().map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  return texts.join('\n');
}

/** A page of the resource, so that there is something to open. */
function Sample({ look, given }: { look: Identity['look']; given: unknown }) {
  if (look === 'atlas')
    return (
      <div class="sample">
        <svg viewBox="0 0 320 150" role="img" aria-label="Carte d’une île inventée, avec son fleuve et sa capitale">
          <rect class="sea" width="320" height="150" rx="8" />
          <path class="land" d="M40 96c8-38 44-62 92-60s70-18 104 4 62 44 42 70-70 22-118 24S34 126 40 96z" />
          <path class="river" d="M128 40c6 26 38 30 44 50s-8 26-4 42" />
          <circle class="town" cx="150" cy="76" r="5" />
        </svg>
        <p>Leçon du jour&nbsp;: lire une échelle. Sur cette carte, deux centimètres font cent kilomètres.</p>
      </div>
    );
  if (look === 'herbier')
    return (
      <div class="sample">
        <p class="word">Le plantain lancéolé</p>
        <p>
          Cinq nervures, droites comme des rails&nbsp;: c’est la feuille que l’on trouve entre les pavés de la cour.
        </p>
      </div>
    );
  return (
    <div class="sample">
      <p class="word" lang="la">
        schola, scholae, f.
      </p>
      <p>
        {typeof given === 'string' ? `Bonjour ${given}. ` : ''}Le mot du jour vient du grec <i lang="el-Latn">skholê</i>
        &nbsp;: le loisir, le temps libre.
      </p>
    </div>
  );
}

function page(who: Identity, props: { title: string; leave?: string; children: ComponentChildren }): string {
  const { title, leave, children } = props;
  const whole = title === who.name ? title : `${title} · ${who.name}`;
  return `<!doctype html>${renderToString(
    <html lang="fr" class={who.look}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{whole}</title>
        <link rel="stylesheet" href="/style.css" />
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
      </head>
      <body>
        <a class="skip" href="#contenu">
          Aller au contenu
        </a>
        <header>
          <p class="banner">Démonstration&nbsp;: éditeur et ressource inventés</p>
          <div class="wide top">
            <span class="brand">{who.publisher}</span>
            {leave && (
              <form method="post" action="/quitter">
                <input type="hidden" name="form" value={leave} />
                <button id="leave" type="submit">
                  Quitter la ressource
                </button>
              </form>
            )}
          </div>
        </header>
        <main id="contenu" tabindex={-1} class="wide">
          {children}
        </main>
        <footer class="wide">
          Une application indépendante de Préau&nbsp;: elle ne connaît que ce que vous lisez ici.
        </footer>
      </body>
    </html>,
  )}`;
}
