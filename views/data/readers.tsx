// Which categories of users may see data about a person, by which rule: today, and on a past day in both readings.

import type { VNode } from 'preact';
import { DayFault, DayField } from '../day-field.tsx';
import { Layout, type Page } from '../layout.tsx';
import { Back } from './me.tsx';

/** What data are, where, and the rules that open them to somebody. */
export interface AboutShown {
  readonly as: string;
  /** A type of resource, or `archive` for logbooks of past years. */
  readonly what: string;
  readonly school: string;
  readonly rules: readonly string[];
}

export interface DataReadersData {
  readonly name: string;
  /** Where the form asks again. */
  readonly action: string;
  readonly today: readonly AboutShown[];
  /** What was asked, as typed; with what was found when it is a past day. */
  readonly past: {
    readonly day: string;
    readonly when?: string;
    readonly enforced?: readonly AboutShown[];
    readonly known?: readonly AboutShown[];
    readonly same?: boolean;
  };
}

export function dataReadersPage(page: Page, { name, action, today, past }: DataReadersData): VNode {
  const { readers } = page.text.pages.data;
  return (
    <Layout page={page} title={readers.heading(name)} wide>
      <Back page={page} />
      <h1>{readers.heading(name)}</h1>
      <p class="lead">{readers.intro}</p>
      <section id="today">
        <h2>{readers.today}</h2>
        <Abouts page={page} abouts={today} />
      </section>
      {past.when !== undefined && (
        <section id="past">
          <h2>{readers.on(past.when)}</h2>
          <h3>{readers.enforced}</h3>
          <Abouts page={page} abouts={past.enforced ?? []} />
          {past.same ? (
            <p id="same">{readers.same}</p>
          ) : (
            <>
              <h3>{readers.known}</h3>
              <Abouts page={page} abouts={past.known ?? []} />
            </>
          )}
        </section>
      )}
      <AskDay page={page} action={action} past={past} />
      <p class="aside">{readers.basis}</p>
    </Layout>
  );
}

function Abouts({ page, abouts }: { page: Page; abouts: readonly AboutShown[] }): VNode {
  const { readers } = page.text.pages.data;
  const told = abouts.filter(({ rules }) => rules.length > 0);
  if (told.length === 0) return <p>{readers.none}</p>;
  return (
    <ul class="openings">
      {told.map(({ as, what, school, rules }) => (
        <li class="opening" data-about={`${as} ${what}`}>
          <p class="what">{readers.as[as]?.[what]}</p>
          <p class="small">{school}</p>
          <ul>
            {rules.map((rule) => (
              <li>{rule}</li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

function AskDay({ page, action, past }: { page: Page; action: string; past: DataReadersData['past'] }): VNode {
  const { readers } = page.text.pages.data;
  const wrong = past.day !== '' && past.when === undefined;
  return (
    <section id="ask-past">
      <h2>{readers.past}</h2>
      <p>{readers.pastIntro}</p>
      <form method="get" action={action} id="past-form">
        {wrong && <DayFault words={readers.wrongDay} />}
        <DayField label={readers.day} value={past.day} wrong={wrong} />
        <button type="submit">{readers.submit}</button>
      </form>
    </section>
  );
}
