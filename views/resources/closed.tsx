// A resource that does not open for somebody: that nothing was sent, and what to do next.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Token } from '../parts.tsx';

export interface ClosedData {
  /** Its name, where it is known to be one that the person has to do with. */
  readonly resource?: string | undefined;
  /** Why, where more can be said than that it is not given. */
  readonly why?: keyof Page['text']['pages']['mediaCentre']['why'] | undefined;
  /** The way back to the publisher, on the way from there. */
  readonly back?: { readonly uid: string; readonly token: string } | undefined;
}

export function closedPage(page: Page, { resource, why, back }: ClosedData): VNode {
  const { closed, title } = page.text.pages.launching;
  const { mediaCentre } = page.text.pages;
  return (
    <Layout page={page} title={title}>
      <h1>{resource === undefined ? closed.heading : closed.named(resource)}</h1>
      <p class="lead" id="why">
        {why === undefined ? closed.why : `${mediaCentre.why[why]} ${closed.nothingSent}`}
      </p>
      <h2>{closed.next}</h2>
      <p>{closed.pupil}</p>
      <p class="small">{closed.parent}</p>
      <div class="choices">
        <p>
          <a class="button" id="resources" href="/resources">
            {closed.resources}
          </a>
        </p>
        {back && (
          <form method="post" action={`/interaction/${back.uid}/cancel`} class="quiet">
            <Token value={back.token} />
            <button id="cancel" type="submit">
              {closed.back}
            </button>
          </form>
        )}
      </div>
    </Layout>
  );
}
