// What did not work, in plain words, and what to do next; the code is for whoever helps.
import type { VNode } from 'preact';
import { Layout, type Page } from './layout.tsx';
import type { RefusalCodeOf } from './parts.tsx';

export type ErrorData =
  | { readonly kind: 'refusal'; readonly code: RefusalCodeOf; readonly requestId: string }
  | { readonly kind: 'unexpected'; readonly requestId: string }
  /** What the OpenID provider refused: `error` is its OAuth code, `description` what it says to those who build modules. */
  | {
      readonly kind: 'provider';
      readonly told: 'module' | 'expired' | 'denied';
      readonly error: string;
      readonly description: string;
      readonly requestId: string;
    };

/** The address of the page itself, with its query, as the browser knows it. */
const HERE = '';

export function errorPage(page: Page, data: ErrorData): VNode {
  const { error } = page.text.pages;
  const { what, next } = wordsFor(page, data);
  const closed = data.kind === 'refusal' && data.code === 'not_signed_in';
  const title = closed ? error.closed : error.title;
  return (
    <Layout page={page} title={title}>
      <h1>{title}</h1>
      <p class="lead">{what}</p>
      {next && (
        <>
          <h2>{error.next}</h2>
          <p>{next}</p>
        </>
      )}
      {closed && (
        <p>
          <a class="button" id="again" href={HERE}>
            {error.again}
          </a>
        </p>
      )}
      <p>
        <a href="/">{error.home}</a>
      </p>
      <dl class="codes">
        {data.kind !== 'unexpected' && (
          <>
            <dt>{error.code}</dt>
            <dd>
              <code id="code">{data.kind === 'refusal' ? data.code : data.error}</code>
              {data.kind === 'provider' && (
                <span class="described" lang="en">
                  {data.description}
                </span>
              )}
            </dd>
          </>
        )}
        <dt>{error.reference}</dt>
        <dd>
          <code id="reference">{data.requestId}</code>
        </dd>
      </dl>
      <p class="small">{error.referenceHint}</p>
    </Layout>
  );
}

function wordsFor(page: Page, data: ErrorData): { what: string; next?: string } {
  const { error } = page.text.pages;
  if (data.kind === 'refusal' && data.code === 'not_signed_in')
    return { what: page.text.refusals.not_signed_in, next: error.closedNext };
  if (data.kind === 'refusal') return { what: page.text.refusals[data.code] };
  if (data.kind === 'unexpected') return { what: error.unexpected, next: error.unexpectedNext };
  if (data.told === 'expired') return { what: error.expired, next: error.expiredNext };
  if (data.told === 'denied') return { what: error.denied, next: error.expiredNext };
  return { what: error.fromModule, next: error.fromModuleNext };
}
