// The publishers that know a person, or could: what each was sent, when it asked, and the choice not to be known to it.
import type { VNode } from 'preact';
import { Back } from '../data/me.tsx';
import { Layout, type Page } from '../layout.tsx';

export interface PublisherShown {
  /** SIREN_ISNI. */
  readonly id: string;
  readonly name: string;
  /** `day`: of the first sending that is kept; `kept` for who reads for a child. */
  readonly known: { readonly day: string } | 'kept' | 'before' | 'no';
  /** What was sent, in sentences; else what would be. */
  readonly sent: readonly string[];
  readonly would: readonly string[];
  readonly resources: readonly { readonly name: string; readonly open: boolean }[];
  /** None for who reads for a child. */
  readonly days: readonly { readonly day: string; readonly what: 'sent' | 'asked'; readonly resource: string }[];
  readonly declined?: {
    readonly day: string;
    readonly by: 'self' | 'representative' | 'both';
    readonly mayAccept: boolean;
  };
}

export interface MyPublishersData {
  readonly name: string;
  /** Where the forms go. */
  readonly action: string;
  readonly token: string;
  readonly forChild: boolean;
  readonly publishers: readonly PublisherShown[];
  readonly done?: keyof Page['text']['pages']['publishers']['mine']['done'] | undefined;
}

export function myPublishersPage(page: Page, data: MyPublishersData): VNode {
  const { mine } = page.text.pages.publishers;
  const { name, forChild, publishers, done } = data;
  return (
    <Layout page={page} title={forChild ? mine.heading(name) : mine.title} wide>
      <Back page={page} />
      <h1>{mine.heading(name)}</h1>
      {done && (
        <output class="done" id="done" tabindex={-1} autofocus>
          {mine.done[done]}
        </output>
      )}
      <p class="lead">{forChild ? mine.introChild : mine.intro}</p>
      {forChild && <p>{mine.child}</p>}
      {publishers.length === 0 && <p id="none">{mine.none}</p>}
      {publishers.map((one) => (
        <Publisher key={one.id} page={page} one={one} data={data} />
      ))}
    </Layout>
  );
}

function Publisher({ page, one, data }: { page: Page; one: PublisherShown; data: MyPublishersData }): VNode {
  const { mine } = page.text.pages.publishers;
  const standings = { no: mine.unknown, before: mine.knowsBefore, kept: mine.knowsKept } as const;
  const known = typeof one.known === 'string' ? standings[one.known] : mine.knows(one.known.day);
  return (
    <section id={`publisher-${one.id}`}>
      <h2>{one.name}</h2>
      <p class="standing">{known}</p>
      <Sentences title={mine.sent} lines={one.sent} name="sent" />
      {one.declined === undefined && <Sentences title={mine.would} lines={one.would} name="would" />}
      {one.resources.length > 0 && (
        <>
          <h3>{mine.resources}</h3>
          <ul>
            {one.resources.map(({ name, open }) => (
              <li>
                {name} <span class="described">{open ? mine.open : mine.closed}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {one.days.length > 0 && <Days page={page} days={one.days} />}
      <Choice page={page} one={one} data={data} />
    </section>
  );
}

function Sentences({ title, lines, name }: { title: string; lines: readonly string[]; name: string }): VNode | null {
  if (lines.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class={name}>
        {lines.map((line) => (
          <li>{line}</li>
        ))}
      </ul>
    </>
  );
}

function Days({ page, days }: { page: Page; days: PublisherShown['days'] }): VNode {
  const { mine } = page.text.pages.publishers;
  return (
    <details class="days">
      <summary>{mine.days(String(days.length))}</summary>
      <p class="small">{mine.daysIntro}</p>
      <ul>
        {days.map(({ day, what, resource }) => (
          <li>
            {day} <span class="described">{what === 'sent' ? mine.daySent(resource) : mine.dayAsked(resource)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Choice({ page, one, data }: { page: Page; one: PublisherShown; data: MyPublishersData }): VNode {
  const { mine } = page.text.pages.publishers;
  const { declined } = one;
  if (!declined)
    return (
      <details class="choice">
        <summary>
          {mine.decline}
          <span class="aloud"> {mine.about(one.name)}</span>
        </summary>
        <p>{mine.declineExplained}</p>
        <Act
          page={page}
          one={one}
          data={data}
          act="decline"
          label={data.forChild ? mine.declineSubmitChild : mine.declineSubmit}
        />
        <p>
          <a href="/me/requests">{mine.request}</a>
        </p>
      </details>
    );
  const { day, by } = declined;
  const said = { self: mine.declinedByPupil, representative: mine.declinedByOther, both: mine.declined } as const;
  return (
    <div class="choice">
      <p class="declined">{declined.mayAccept ? mine.declined(day) : said[by](day)}</p>
      {by === 'both' && <p>{mine.declinedByBoth}</p>}
      {declined.mayAccept && <Act page={page} one={one} data={data} act="accept" label={mine.accept} />}
    </div>
  );
}

function Act(props: {
  page: Page;
  one: PublisherShown;
  data: MyPublishersData;
  act: 'decline' | 'accept';
  label: string;
}): VNode {
  const { page, one, data, act, label } = props;
  return (
    <form method="post" action={data.action} class="quiet">
      <input type="hidden" name="token" value={data.token} />
      <input type="hidden" name="publisher" value={one.id} />
      <button type="submit" name="act" value={act}>
        {label}
        <span class="aloud"> {page.text.pages.publishers.mine.about(one.name)}</span>
      </button>
    </form>
  );
}
