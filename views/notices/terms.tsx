// The terms of use: a text of its own, apart from the notice and from any charter.
import type { VNode } from 'preact';
import type { Section } from '../../src/privacy/notices/document.ts';
import { Layout, type Page } from '../layout.tsx';
import { type Choice, Choices, History, type NoticePageData, Part } from './notice.tsx';

export interface TermsData {
  readonly levels: readonly Choice[];
  readonly sections: readonly Section[];
  readonly version: string;
  readonly from: string;
  readonly until?: string | undefined;
  readonly history: NoticePageData['history'];
}

export function termsPage(page: Page, { levels, sections, version, from, until, history }: TermsData): VNode {
  const { termsPage: words, notice } = page.text.pages.notices;
  return (
    <Layout page={page} title={words.title} wide>
      <h1>{words.heading}</h1>
      {until !== undefined && <p class="aside">{notice.pastWarning}</p>}
      <Choices label={notice.chooseLevel} choices={levels} id="levels" />
      <div class="notice-text">
        {sections.map((section) => (
          <Part key={section.key} section={section} />
        ))}
      </div>
      <p class="small" id="version">
        {until === undefined ? notice.inForce([version, from]) : notice.past([version, from, until])}
      </p>
      <History page={page} history={history} />
      <p>
        <a href="/notices">{words.toNotice}</a>
      </p>
    </Layout>
  );
}
