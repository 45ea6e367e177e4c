// A module that the person objected to: it does not open, nothing was sent, and how to come back on it.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Token } from '../parts.tsx';

export interface ObjectedData {
  readonly module: string;
  /** The day of the answer. */
  readonly day?: string | undefined;
  /** The way back to the module, which learns that the person did not go on. */
  readonly back: { readonly uid: string; readonly token: string };
}

export function objectedPage(page: Page, { module, day, back }: ObjectedData): VNode {
  const { objected } = page.text.pages.requests;
  return (
    <Layout page={page} title={objected.title}>
      <h1>{objected.heading(module)}</h1>
      <p class="lead" id="why">
        {day === undefined ? objected.why : objected.whySince(day)}
      </p>
      <h2>{objected.next}</h2>
      <p>{objected.undo}</p>
      <p class="small">{objected.parent}</p>
      <div class="choices">
        <p>
          <a class="button" id="requests" href="/me/requests">
            {objected.requests}
          </a>
        </p>
        <form method="post" action={`/interaction/${back.uid}/cancel`} class="quiet">
          <Token value={back.token} />
          <button id="cancel" type="submit">
            {objected.back}
          </button>
        </form>
      </div>
    </Layout>
  );
}
