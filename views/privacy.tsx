// What Préau keeps of a person, what it passes on, which cookies it sets.
import type { VNode } from 'preact';
import { Layout, type Page } from './layout.tsx';

export function privacyPage(page: Page, _data: object): VNode {
  const { privacy } = page.text.pages;
  const sections = [
    [privacy.known, privacy.knownAnswer],
    [privacy.given, privacy.givenAnswer],
    [privacy.trace, privacy.traceAnswer],
    [privacy.cookies, privacy.cookiesAnswer],
    [privacy.rights, privacy.rightsAnswer],
  ] as const;
  return (
    <Layout page={page} title={privacy.title} wide>
      <h1>{privacy.heading}</h1>
      <p class="lead">{privacy.intro}</p>
      {sections.map(([heading, answer]) => (
        <section key={heading}>
          <h2>{heading}</h2>
          <p>{answer}</p>
        </section>
      ))}
    </Layout>
  );
}
