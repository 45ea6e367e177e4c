// Statistics of schools, month by month: counts by profile and by resource, the small ones joined.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';

type Words = Page['text']['pages']['statistics'];

export interface Count<Name extends string> {
  /** Several are told as one. */
  readonly names: readonly Name[];
  readonly count: number;
}

type ByProfile = readonly Count<keyof Words['profiles']>[];

export interface StatisticsData {
  readonly schools: readonly {
    readonly uai: string;
    readonly name: string;
    /** The newest first. */
    readonly months: readonly {
      readonly month: string;
      /** `novembre 2026` */
      readonly title: string;
      readonly now: boolean;
      readonly accounts: ByProfile;
      readonly connections: ByProfile;
      readonly openings: ByProfile;
      /** By the names of resources, for each number of `openings`. */
      readonly resources: readonly {
        readonly by: readonly (keyof Words['profiles'])[];
        readonly cells: readonly Count<string>[];
      }[];
    }[];
  }[];
}

type Month = StatisticsData['schools'][number]['months'][number];

export function statisticsPage(page: Page, { schools }: StatisticsData): VNode {
  const { statistics: words } = page.text.pages;
  return (
    <Layout page={page} title={words.title} wide>
      <h1>{words.heading}</h1>
      <p class="lead">{words.intro}</p>
      <p>{words.merged}</p>
      {schools.map(({ uai, name, months }) => (
        <section key={uai} class="of-school" id={`school-${uai}`}>
          <h2>{name}</h2>
          {months.length === 0 && <p>{words.none}</p>}
          {months.map((month, place) => (
            <MonthOf key={month.month} page={page} month={month} open={place < 2} />
          ))}
        </section>
      ))}
    </Layout>
  );
}

function MonthOf({ page, month, open }: { page: Page; month: Month; open: boolean }): VNode {
  const { statistics: words } = page.text.pages;
  const { title, now, accounts, connections, openings, resources } = month;
  const list = new Intl.ListFormat(page.locale);
  const named = ({ names, count }: Month['accounts'][number]) => ({
    names: names.map((name) => words.profiles[name]),
    count,
  });
  return (
    <details class="month" open={open}>
      <summary>
        {title} {now && <span class="small">({words.now})</span>}
      </summary>
      <div class="counts">
        <Counts page={page} title={words.accounts} hint={words.accountsHint} rows={accounts.map(named)} />
        <Counts page={page} title={words.connections} hint={words.connectionsHint} rows={connections.map(named)} />
        {now ? (
          <Unsaid title={words.openings} why={words.whenOver} />
        ) : (
          <Counts page={page} title={words.openings} rows={openings.map(named)} />
        )}
        {!now && resources.length === 0 && <Counts page={page} title={words.resources} of={words.resource} rows={[]} />}
        {resources.map(({ by, cells }) => {
          const whose = list.format(by.map((name) => words.profiles[name]));
          return (
            <Counts
              key={whose}
              page={page}
              title={words.resources}
              hint={`(${whose})`}
              of={words.resource}
              rows={cells}
            />
          );
        })}
      </div>
    </details>
  );
}

function Counts(props: {
  key?: string;
  page: Page;
  title: string;
  hint?: string;
  of?: string;
  rows: readonly Count<string>[];
}): VNode {
  const { page, title, hint, rows } = props;
  const { statistics: words } = page.text.pages;
  const [list, number] = [new Intl.ListFormat(page.locale), new Intl.NumberFormat(page.locale)];
  if (rows.length === 0) return <Unsaid title={title} {...(hint !== undefined && { hint })} why={words.tooFew} />;
  return (
    <table>
      <caption>
        {title}
        {hint && <span class="small"> {hint}</span>}
      </caption>
      <thead class="aloud">
        <tr>
          <th scope="col">{props.of ?? words.profile}</th>
          <th scope="col">{words.count}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ names, count }) => (
          <tr key={names.join(' ')}>
            <th scope="row">{list.format(names)}</th>
            <td>{number.format(count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What is counted, and why its number is not said. */
function Unsaid({ title, hint, why }: { title: string; hint?: string; why: string }): VNode {
  return (
    <div>
      <h3>{title}</h3>
      {hint && <p class="small">{hint}</p>}
      <p class="small">{why}</p>
    </div>
  );
}
