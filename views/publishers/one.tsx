// Who could open a resource at a school, today and on a past day in both readings; and the prints of what was sent.

import type { VNode } from 'preact';
import { DayFault, DayField } from '../day-field.tsx';
import { Layout, type Page } from '../layout.tsx';
import { Sent, type SentShown } from './all.tsx';

type Category = keyof Page['text']['pages']['publishers']['one']['categories'];

export interface OpenersShown {
  readonly counts: readonly { readonly category: Category; readonly count: number | 'few' }[];
  readonly staff?: readonly string[] | undefined;
}

export interface OneResourceData {
  readonly name: string;
  readonly school: string;
  /** Where the form asks again: the page without what was asked, and its own fields. */
  readonly action: string;
  readonly resource: string;
  readonly back: string;
  readonly today: OpenersShown;
  readonly past: {
    readonly day: string;
    readonly when?: string;
    readonly enforced?: OpenersShown;
    readonly known?: OpenersShown;
    readonly same?: boolean;
  };
  readonly sent: readonly SentShown[];
  readonly manyOnly: boolean;
  /** By day; an attribute and its print each. Empty where they would point at somebody; none for who knows who works there. */
  readonly prints?: readonly { readonly day: string; readonly prints: readonly string[] }[];
}

export function oneResourcePage(page: Page, data: OneResourceData): VNode {
  const { one } = page.text.pages.publishers;
  const { past } = data;
  return (
    <Layout page={page} title={one.title} wide>
      <p>
        <a href={data.back}>{one.back}</a>
      </p>
      <p class="towards">{data.school}</p>
      <h1>{data.name}</h1>
      <p class="lead">{one.intro}</p>
      <section id="today">
        <h2>{one.today}</h2>
        <OpenersList page={page} openers={data.today} />
        {data.manyOnly && <p class="small">{one.declinesCounted}</p>}
      </section>
      {past.when !== undefined && past.enforced && past.known && (
        <section id="past">
          <h2>{one.on(past.when)}</h2>
          <h3>{one.enforced}</h3>
          <OpenersList page={page} openers={past.enforced} />
          {past.same ? (
            <p id="same">{one.same}</p>
          ) : (
            <>
              <h3>{one.known}</h3>
              <OpenersList page={page} openers={past.known} />
            </>
          )}
        </section>
      )}
      <AskDay page={page} data={data} />
      <section id="sent">
        <h2>{one.sent}</h2>
        <Sent page={page} sent={data.sent} manyOnly={data.manyOnly} />
        {data.prints && data.sent.length > 0 && <Prints page={page} prints={data.prints} />}
      </section>
    </Layout>
  );
}

function OpenersList({ page, openers }: { page: Page; openers: OpenersShown }): VNode {
  const { one } = page.text.pages.publishers;
  if (openers.counts.length === 0) return <p>{one.none}</p>;
  return (
    <>
      <ul>
        {openers.counts.map(({ category, count }) => (
          <li data-category={category}>
            {count === 'few' ? one.few(one.categories[category]) : one.count([one.categories[category], String(count)])}
          </li>
        ))}
      </ul>
      {openers.staff && openers.staff.length > 0 && (
        <details>
          <summary>{one.staff}</summary>
          <ul>
            {openers.staff.map((name) => (
              <li>{name}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function AskDay({ page, data }: { page: Page; data: OneResourceData }): VNode {
  const { one } = page.text.pages.publishers;
  const { past, action, resource } = data;
  const wrong = past.day !== '' && past.when === undefined;
  return (
    <form method="get" action={action} id="past-form">
      {wrong && <DayFault words={one.wrongDay} />}
      <input type="hidden" name="resource" value={resource} />
      <DayField label={one.day} value={past.day} wrong={wrong} />
      <button type="submit">{one.submit}</button>
    </form>
  );
}

function Prints({ page, prints }: { page: Page; prints: NonNullable<OneResourceData['prints']> }): VNode {
  const { one } = page.text.pages.publishers;
  if (prints.length === 0) return <p class="small">{one.printsNone}</p>;
  return (
    <details id="prints">
      <summary>{one.prints}</summary>
      <p class="small">{one.printsIntro}</p>
      <ul class="prints">
        {prints.map(({ day, prints: each }) => (
          <li>
            {day}
            <span class="described">{each.join(' · ')}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
