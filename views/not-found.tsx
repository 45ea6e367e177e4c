// Nothing at this address.
import type { VNode } from 'preact';
import { Layout, type Page } from './layout.tsx';

export function notFoundPage(page: Page, _data: object): VNode {
  const { notFound, error } = page.text.pages;
  return (
    <Layout page={page} title={notFound.title}>
      <h1>{notFound.heading}</h1>
      <p class="lead">{page.text.refusals.not_found}</p>
      <p>
        <a href="/">{error.home}</a>
      </p>
      <p class="code">
        {error.code} <code id="code">not_found</code>
      </p>
    </Layout>
  );
}
