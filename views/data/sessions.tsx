// The sessions of a person: when and how each was opened, which services it entered; each ended at will.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Token } from '../parts.tsx';
import { Back } from './me.tsx';

export interface SessionShown {
  readonly key: string;
  readonly current: boolean;
  /** When it was opened, as it is read. */
  readonly when: string;
  readonly proofs: string;
  readonly modules: readonly { readonly name: string; readonly when: string }[];
}

export interface SessionsData {
  readonly token: string;
  readonly sessions: readonly SessionShown[];
  readonly done?: 'ended' | 'others' | undefined;
}

export function sessionsPage(page: Page, { token, sessions, done }: SessionsData): VNode {
  const { sessions: words } = page.text.pages.data;
  return (
    <Layout page={page} title={words.title}>
      <Back page={page} />
      <h1>{words.heading}</h1>
      {done && (
        <output class="done" id="done" tabindex={-1} autofocus>
          {words.done[done]}
        </output>
      )}
      <p class="lead">{words.intro}</p>
      <ul class="openings" id="sessions">
        {sessions.map((session) => (
          <Session key={session.key} page={page} token={token} session={session} />
        ))}
      </ul>
      {sessions.length > 1 && (
        <form method="post" action="/me/sessions" id="end-others">
          <Token value={token} />
          <input type="hidden" name="act" value="others" />
          <p class="hint">{words.othersHint}</p>
          <button type="submit">{words.others}</button>
        </form>
      )}
    </Layout>
  );
}

function Session({ page, token, session }: { page: Page; token: string; session: SessionShown }): VNode {
  const { sessions: words } = page.text.pages.data;
  const { key, current, when, proofs, modules } = session;
  return (
    <li class="opening" data-current={current ? 'yes' : 'no'}>
      <p class="what">{words.since(when)}</p>
      {current && (
        <p class="small">
          <strong>{words.current}</strong>
        </p>
      )}
      {proofs && <p class="small">{words.proofs(proofs)}</p>}
      {modules.length === 0 ? (
        <p class="small">{words.modulesNone}</p>
      ) : (
        <>
          <p class="small">{words.modules}</p>
          <ul class="small">
            {modules.map((module) => (
              <li>{words.module(module.name, module.when)}</li>
            ))}
          </ul>
        </>
      )}
      {current ? (
        <p>
          <a href="/session/end">{words.leave}</a>
        </p>
      ) : (
        <form method="post" action="/me/sessions" class="act">
          <Token value={token} />
          <input type="hidden" name="act" value="end" />
          <input type="hidden" name="session" value={key} />
          <button type="submit">
            {words.end} <span class="aloud">{words.endAbout(when)}</span>
          </button>
        </form>
      )}
    </li>
  );
}
