// Certificates that the service depends on, those to renew first, with whose they are and until when.
import type { VNode } from 'preact';
import type { CertificateLife } from '../../src/oidc/expiry.ts';
import { Layout, type Page } from '../layout.tsx';

export interface CertificateShown extends Pick<CertificateLife, 'kind' | 'subject' | 'state' | 'thumbprint'> {
  /** The service whose it is, by its name; none for Préau's own, and for authorities. */
  readonly service: string | undefined;
  /** The day it ends, as it is read. */
  readonly day: string;
}

export interface CertificatesData {
  readonly toRenew: readonly CertificateShown[];
  readonly others: readonly CertificateShown[];
}

export function certificatesPage(page: Page, { toRenew, others }: CertificatesData): VNode {
  const { certificates: words } = page.text.pages;
  return (
    <Layout page={page} title={words.title}>
      <h1>{words.heading}</h1>
      <p class="lead">{words.intro}</p>
      {toRenew.length + others.length === 0 ? (
        <p>{words.none}</p>
      ) : (
        <section id="to-renew">
          <h2>{words.toRenew}</h2>
          <p>{toRenew.length > 0 ? words.whatToDo : words.nothingToRenew}</p>
          <List page={page} shown={toRenew} />
        </section>
      )}
      {others.length > 0 && (
        <section id="others">
          <h2>{words.others}</h2>
          <List page={page} shown={others} />
        </section>
      )}
    </Layout>
  );
}

function List({ page, shown }: { page: Page; shown: readonly CertificateShown[] }): VNode | null {
  const { certificates: words } = page.text.pages;
  if (shown.length === 0) return null;
  return (
    <ul class="openings">
      {shown.map(({ kind, service, subject, state, day, thumbprint }) => (
        <li key={`${kind} ${thumbprint}`} class="opening">
          <p class="what">
            {service === undefined ? words.kinds[kind] : service}
            {' · '}
            {words.states[state](day)}
          </p>
          <p class="small">{service === undefined ? subject : `${words.kinds[kind]} · ${subject}`}</p>
        </li>
      ))}
    </ul>
  );
}
