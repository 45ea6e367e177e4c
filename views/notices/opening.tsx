// What a school has on record to open its digital workspace, and what is missing: for all its staff to see.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';

export interface OpeningData {
  readonly schools: readonly SchoolOpening[];
}

/** What is not there is missing. Days are as they are read. */
export interface SchoolOpening {
  readonly uai: string;
  readonly name: string;
  readonly degree: 1 | 2;
  readonly convention?: { readonly reference: string; readonly day: string } | undefined;
  readonly informed?: string | undefined;
  readonly board?: string | undefined;
  readonly notice?: { readonly version: string; readonly from: string } | undefined;
  readonly officer?: string | undefined;
  readonly charter?: { readonly votedOn?: string | undefined } | undefined;
  /** Whether who reads may record what is missing. */
  readonly records: boolean;
}

export function openingPage(page: Page, { schools }: OpeningData): VNode {
  const { opening: words } = page.text.pages.notices;
  return (
    <Layout page={page} title={words.title} wide>
      <h1>{words.heading}</h1>
      <p class="lead">{words.intro}</p>
      {schools.map((school) => (
        <section key={school.uai} class="of-school" id={`opening-${school.uai}`}>
          <h2>{school.name}</h2>
          <dl>
            {linesOf(page, school).map(([name, told]) => (
              <>
                <dt>{name}</dt>
                <dd class={told === undefined ? 'waiting' : undefined}>{told ?? words.missing}</dd>
              </>
            ))}
          </dl>
          <p class="acts">
            {school.records && <a href={`/school/notices?school=${school.uai}`}>{words.record}</a>}
            <a href={`/notices?school=${school.uai}`}>{page.text.pages.notices.school.toNotice}</a>
          </p>
        </section>
      ))}
      {schools.some(({ records }) => !records) && <p>{words.next}</p>}
    </Layout>
  );
}

function linesOf(page: Page, school: SchoolOpening): [string, string | undefined][] {
  const { opening: words, charter } = page.text.pages.notices;
  const { convention, notice, charter: text, degree } = school;
  return [
    [words.convention, convention && words.conventionIs([convention.reference, convention.day])],
    [words.informed, school.informed],
    [words.board, school.board],
    [words.notice, notice && words.noticeIs([notice.version, notice.from])],
    [words.officer, school.officer],
    [words.charter, text && (text.votedOn === undefined ? charter.notVoted : charter.voted[degree]([text.votedOn]))],
  ];
}
