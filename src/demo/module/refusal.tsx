// The pages that say no, or not now: each with its reason and a way on.
import { page } from './layout.tsx';
import type { Decision } from './rights.ts';
import type { Session } from './sessions.ts';

/** Préau refused: the logbook is not read, or not written in. */
export function refusedPage(session: Session, action: 'read' | 'write', decision: Decision, logbook?: string): string {
  const writing = action === 'write';
  return page({
    title: 'Accès refusé',
    session,
    children: (
      <section class="paper cover" id="refusal">
        <h1>{writing ? 'Vous ne pouvez pas écrire dans ce cahier' : 'Ce cahier ne vous est pas ouvert'}</h1>
        <p>
          {writing
            ? 'Seuls les enseignants qui tiennent un cahier de textes y écrivent. Rien n’a été enregistré.'
            : 'Aucune règle ne vous permet de le lire aujourd’hui.'}
        </p>
        <p>
          Décision de Préau&nbsp;: refus <code>{decision.rule ?? 'none'}</code>
          {decision.reason && <> «&nbsp;{decision.reason}&nbsp;»</>}
        </p>
        {writing && logbook && (
          <a class="button" href={`/cahiers/${encodeURIComponent(logbook)}`}>
            Lire ce cahier
          </a>
        )}
        <a class={`button ${writing && logbook ? 'quiet' : ''}`} href="/cahiers">
          Revenir à mes cahiers
        </a>
      </section>
    ),
  });
}

/** Any other page that stops here. */
export function stopPage(told: {
  title: string;
  words: string;
  code?: string | undefined;
  session?: Session | undefined;
  again?: string | undefined;
}): string {
  const { title, words, code, session, again } = told;
  return page({
    title,
    session,
    children: (
      <section class="paper cover">
        <h1>{title}</h1>
        <p>{words}</p>
        {code && (
          <p>
            Référence&nbsp;: <code>{code}</code>
          </p>
        )}
        <a class="button" href={again ?? '/'}>
          {again ? 'Réessayer' : 'Revenir à l’accueil'}
        </a>
      </section>
    ),
  });
}
