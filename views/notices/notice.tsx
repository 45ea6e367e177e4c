// The information notice as a page: the reader chooses how it is written; what the school adds; which version it is.
import type { VNode } from 'preact';
import type { Level, Section } from '../../src/privacy/notices/document.ts';
import { Layout, type Page } from '../layout.tsx';

/** A link, and whether it is the one that is followed now. */
export interface Choice {
  readonly label: string;
  readonly href: string;
  readonly current: boolean;
}

export interface NoticePageData {
  readonly level: Level;
  readonly levels: readonly Choice[];
  /** The schools of the reader, when there are several. */
  readonly schools: readonly Choice[];
  /** The school it is for; none for the general notice. */
  readonly school?: { readonly uai: string; readonly name: string; readonly degree: 1 | 2 } | undefined;
  readonly sections: readonly Section[];
  readonly own: readonly string[];
  /** How to reach the data protection officer; empty when it is not on record. */
  readonly officer: string;
  /** The day of the board's meeting. */
  readonly board?: string | undefined;
  readonly version: string;
  /** Days as they are read. */
  readonly from: string;
  /** When it ceased to be in force: then it is a past one. */
  readonly until?: string | undefined;
  readonly present: string;
  readonly history: readonly {
    readonly version: string;
    readonly from: string;
    readonly until: string;
    readonly href: string;
  }[];
  /** When the reader was told, in sentences. */
  readonly told: readonly string[];
  /** The services whose notice the reader has seen, in sentences. */
  readonly read: readonly string[];
  /** Whether the page offers to name a school, and whether the one that was named is not known. */
  readonly asksSchool: boolean;
  readonly unknown: boolean;
}

export function noticeTextPage(page: Page, data: NoticePageData): VNode {
  const { notice } = page.text.pages.notices;
  const { level, school, until, version, from } = data;
  return (
    <Layout page={page} title={notice.title} wide>
      <p class="towards">{school?.name ?? notice.general}</p>
      <h1>{level === 'adult' ? notice.heading : notice.headingYoung}</h1>
      {data.unknown && (
        <p class="fault" role="alert">
          {notice.schoolUnknown}
        </p>
      )}
      {until !== undefined && (
        <p class="aside">
          {notice.pastWarning} <a href={data.present}>{notice.toPresent}</a>
        </p>
      )}
      <Choices label={notice.chooseLevel} choices={data.levels} id="levels" />
      {data.schools.length > 1 && <Choices label={notice.chooseSchool} choices={data.schools} id="schools" />}
      <div class={`notice-text ${level}`}>
        {data.sections.map((section) => (
          <Part key={section.key} section={section} />
        ))}
        {school && <OfSchool page={page} data={data} degree={school.degree} />}
      </div>
      <Told page={page} data={data} />
      <p class="small" id="version">
        {until === undefined ? notice.inForce([version, from]) : notice.past([version, from, until])}
      </p>
      <History page={page} history={data.history} />
      {data.asksSchool && <AskSchool page={page} />}
      <Also page={page} school={school?.uai} />
    </Layout>
  );
}

/** A part of a notice, or of the terms: its heading, its paragraphs, its lists. */
export function Part({ section }: { section: Section }): VNode {
  return (
    <section id={section.key}>
      <h2>{section.heading}</h2>
      {section.paragraphs.map((text) => (
        <p key={text}>{text}</p>
      ))}
      {section.lists.map(({ heading, items }) => (
        <>
          <h3>{heading}</h3>
          <ul>
            {items.map((item) => (
              <li key={item}>{item}</li>
            ))}
          </ul>
        </>
      ))}
    </section>
  );
}

/** Links between which one chooses; the one that is followed is said so. */
export function Choices({ label, choices, id }: { label: string; choices: readonly Choice[]; id: string }): VNode {
  return (
    <nav class="chooser" aria-label={label} id={id}>
      <ul>
        {choices.map(({ label: name, href, current }) => (
          <li key={href}>
            <a href={href} aria-current={current ? 'page' : undefined}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function OfSchool({ page, data, degree }: { page: Page; data: NoticePageData; degree: 1 | 2 }): VNode {
  const { notice } = page.text.pages.notices;
  return (
    <>
      {data.own.length > 0 && (
        <section id="own">
          <h2>{notice.own}</h2>
          {data.own.map((text) => (
            <p key={text}>{text}</p>
          ))}
        </section>
      )}
      {data.until === undefined && (
        <section id="officer">
          <h2>{notice.officer}</h2>
          <p>{data.officer || notice.officerNone}</p>
          <h2>{notice.boardHeading}</h2>
          <p>{data.board === undefined ? notice.boardNone : notice.board[degree]([data.board])}</p>
        </section>
      )}
    </>
  );
}

function Told({ page, data }: { page: Page; data: NoticePageData }): VNode {
  const { notice } = page.text.pages.notices;
  const lists = [
    [notice.told, data.told],
    [notice.read, data.read],
  ] as const;
  return (
    <>
      {lists
        .filter(([, lines]) => lines.length > 0)
        .map(([heading, lines]) => (
          <section key={heading}>
            <h2>{heading}</h2>
            <ul>
              {lines.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </section>
        ))}
    </>
  );
}

/** Past versions of a text, each under its own address. */
export function History({ page, history }: { page: Page; history: NoticePageData['history'] }): VNode | null {
  const { notice } = page.text.pages.notices;
  if (history.length === 0) return null;
  return (
    <details id="history">
      <summary>{notice.history}</summary>
      <ul>
        {history.map(({ version, from, until, href }) => (
          <li key={href}>
            <a href={href}>{notice.since([version, from, until])}</a>
          </li>
        ))}
      </ul>
    </details>
  );
}

function AskSchool({ page }: { page: Page }): VNode {
  const { notice } = page.text.pages.notices;
  return (
    <form method="get" action="/notices" id="of-school">
      <div class="field">
        <label for="school">{notice.school}</label>
        <p class="hint" id="school-hint">
          {notice.schoolHint}
        </p>
        <input
          id="school"
          name="school"
          type="text"
          required
          maxlength={8}
          autocomplete="off"
          aria-describedby="school-hint"
        />
      </div>
      <button type="submit">{notice.schoolSubmit}</button>
    </form>
  );
}

function Also({ page, school }: { page: Page; school: string | undefined }): VNode {
  const { notice } = page.text.pages.notices;
  return (
    <section>
      <h2>{notice.also}</h2>
      <ul>
        <li>
          <a href="/terms">{notice.toTerms}</a>
        </li>
        <li>
          <a href={school ? `/charter?school=${school}` : '/charter'}>{notice.toCharter}</a>
        </li>
        <li>
          <a href="https://www.cnil.fr/">{notice.guide}</a>
        </li>
      </ul>
    </section>
  );
}
