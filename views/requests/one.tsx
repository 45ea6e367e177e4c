// One's own request: what was asked, its clock, the answer with its reasons, and what follows.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { colon, type RefusalCodeOf, Token } from '../parts.tsx';
import { aboutText, type EffectWord, type GroundWord, Outcome, type RequestLine, Standing } from './parts.tsx';

export interface OneData {
  readonly token: string;
  readonly line: RequestLine;
  readonly school: string;
  readonly child?: string | undefined;
  readonly words?: string | undefined;
  readonly extensionReason?: string | undefined;
  readonly reason?: string | undefined;
  readonly ground?: GroundWord | undefined;
  /** What followed from an accepted request. */
  readonly effect?: EffectWord | undefined;
  /** Who acts for the person, and where the document that says so is. */
  readonly mandate?: readonly [reference: string, holder: string] | undefined;
  readonly document?: string | undefined;
  /** Where the copy is, of an access that was accepted. */
  readonly copy?: string | undefined;
  /** Whether it may be taken back, and whether that ends an effect. */
  readonly withdrawal?: 'open' | 'honoured' | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export function onePage(page: Page, data: OneData): VNode {
  const { requests: words } = page.text.pages;
  const { one } = words;
  const { token, line, school, child, withdrawal, copy, fault } = data;
  return (
    <Layout page={page} title={fault ? `${words.notDone} · ${one.title}` : one.title} wide>
      <p class="towards">{[school, child].filter(Boolean).join(' · ')}</p>
      <h1>{aboutText(page, line)}</h1>
      <Outcome page={page} fault={fault} />
      <Standing page={page} line={line} />
      {line.wanted && (
        <p>
          {words.wanted}
          {colon(page)}
          <strong>{line.wanted}</strong>
        </p>
      )}
      {data.mandate && (
        <p>
          {one.mandate(data.mandate)} {data.document && <a href={data.document}>{words.school.document}</a>}
        </p>
      )}
      <Answer page={page} data={data} />
      {copy && (
        <p>
          <a class="button" href={copy}>
            {one.copy}
          </a>
          <span class="hint"> {one.copyHint}</span>
        </p>
      )}
      {data.words && (
        <section>
          <h2>{one.saw}</h2>
          <p class="told">{data.words}</p>
        </section>
      )}
      {withdrawal && (
        <form method="post" action={`/me/requests/${line.id}`} class="quiet">
          <Token value={token} />
          {withdrawal === 'honoured' && <p class="hint">{withdrawalHint(page, line)}</p>}
          <button type="submit">{withdrawal === 'honoured' ? one.withdrawObjection : one.withdraw}</button>
        </form>
      )}
      <p>
        <a href="/me/requests">{one.back}</a>
      </p>
    </Layout>
  );
}

/** What follows when an objection that is honoured is taken back. */
function withdrawalHint(page: Page, { target }: RequestLine): string {
  const { one } = page.text.pages.requests;
  if (target === 'module') return one.withdrawModuleHint;
  return target === 'email' ? one.withdrawEmailHint : one.withdrawHint;
}

function Answer({ page, data }: { page: Page; data: OneData }): VNode | null {
  const { requests: words } = page.text.pages;
  const { extensionReason, reason, ground, effect, line } = data;
  if (!extensionReason && !reason) return null;
  return (
    <section id="answer">
      {extensionReason && (
        <>
          <h2>{words.extended(line.extended ?? '')}</h2>
          <p class="told">{extensionReason}</p>
        </>
      )}
      {reason && (
        <>
          <h2>{words.why}</h2>
          <p class="told">{reason}</p>
          {ground && (
            <p>
              {words.ground}
              {colon(page)}
              {words.grounds[ground]}
            </p>
          )}
          {effect && <p>{words.effects[effect]}</p>}
          <p class="hint">{words.complaint}</p>
        </>
      )}
    </section>
  );
}
