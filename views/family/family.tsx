// One's children, each with school, class and services; the records that were joined; what was reported.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Fault, type RefusalCodeOf, Token } from '../parts.tsx';

type Words = Page['text']['pages']['family'];

export type FamilyDone = keyof Words['done'];

export interface FamilyData {
  readonly token: string;
  readonly children: readonly {
    readonly id: string;
    readonly name: string;
    readonly places: readonly {
      readonly school: string;
      readonly classes: string;
      readonly services: readonly { readonly name: string; readonly purpose: string; readonly address?: string }[];
    }[];
  }[];
  readonly records: readonly {
    readonly join: string;
    readonly name: string;
    readonly day: string;
    readonly proof: keyof Words['children']['proof'];
    /** The names of the children that it brings. */
    readonly children: string;
  }[];
  /** What the person has reported; never of whom. */
  readonly reports: readonly { readonly day: string; readonly state: keyof Words['children']['report'] }[];
  /** Whether another record may be joined to this account. */
  readonly joins: boolean;
  /** Who names another account of the person, that is not joined to this one. */
  readonly elsewhere?: string | undefined;
  readonly done?: FamilyDone | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export function familyPage(page: Page, data: FamilyData): VNode {
  const { family } = page.text.pages;
  const { children: words } = family;
  const { children, records, reports, joins, token, done, fault } = data;
  return (
    <Layout page={page} title={fault ? `${family.notDone} · ${words.title}` : words.title} wide>
      <h1>{words.heading}</h1>
      <FamilyOutcome page={page} done={done} fault={fault} />
      <p class="lead">{words.intro}</p>
      {children.length === 0 && <p>{words.none}</p>}
      {children.map((child) => (
        <Child key={child.id} page={page} token={token} child={child} />
      ))}
      {joins && (
        <section id="missing">
          <h2>{words.missing}</h2>
          <p>{words.missingAnswer}</p>
          {data.elsewhere && <p id="elsewhere">{page.text.pages.upstream.account.others(data.elsewhere)}</p>}
          <p>
            <a class="button" href="/family/join">
              {words.missingLink}
            </a>
          </p>
        </section>
      )}
      {records.length > 0 && <Records page={page} token={token} records={records} />}
      {reports.length > 0 && (
        <section id="reports">
          <h2>{words.reports}</h2>
          <ul class="openings">
            {reports.map(({ day, state }) => (
              <li key={day} class="opening">
                <p>{words.report[state]}</p>
                <p class="small">{family.on(day)}</p>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Layout>
  );
}

/** What was just done, or what could not be and what to do next. */
export function FamilyOutcome(props: {
  page: Page;
  done?: FamilyDone | undefined;
  fault?: RefusalCodeOf | undefined;
}): VNode | null {
  const { page, done, fault } = props;
  const { family } = page.text.pages;
  if (fault) return <Fault page={page} heading={family.notDone} code={fault} />;
  if (!done) return null;
  return (
    <output class="done" id="done" tabindex={-1} autofocus>
      {family.done[done]}
    </output>
  );
}

function Child({ page, token, child }: { page: Page; token: string; child: FamilyData['children'][number] }): VNode {
  const { children: words } = page.text.pages.family;
  const { id, name, places } = child;
  return (
    <section class="of-school" id={`child-${id}`}>
      <h2>{name}</h2>
      {places.map(({ school, classes, services }) => (
        <div key={school}>
          <p>{[classes, school].filter(Boolean).join(', ')}</p>
          <h3>{words.services}</h3>
          {services.length === 0 && <p>{words.servicesNone}</p>}
          <ul class="links">
            {services.map((service) => (
              <li key={service.name}>
                {service.address ? <a href={service.address}>{service.name}</a> : <strong>{service.name}</strong>}
                <span class="small"> {service.purpose}</span>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <details>
        <summary>{words.notMine(name)}</summary>
        <p>{words.notMineAnswer}</p>
        <form method="post" action="/family" class="act">
          <Token value={token} />
          <input type="hidden" name="act" value="dispute" />
          <input type="hidden" name="child" value={id} />
          <button type="submit" class="grave">
            {words.notMineSubmit} <span class="aloud">{words.notMine(name)}</span>
          </button>
        </form>
      </details>
    </section>
  );
}

function Records(props: { page: Page; token: string; records: FamilyData['records'] }): VNode {
  const { page, token, records } = props;
  const { children: words, on } = page.text.pages.family;
  return (
    <section id="records">
      <h2>{words.records}</h2>
      <p>{words.recordsIntro}</p>
      <ul class="openings">
        {records.map(({ join, name, day, proof, children }) => (
          <li key={join} class="opening" id={`join-${join}`}>
            <p class="what">{words.record(name)}</p>
            <p class="small">
              {words.proof[proof]} {on(day)}
            </p>
            {children && <p>{words.recordChildren(children)}</p>}
            <div class="acts">
              <details>
                <summary>
                  {words.separate} <span class="aloud">{children || day}</span>
                </summary>
                <p>{words.separateAnswer}</p>
                <form method="post" action="/family" class="act">
                  <Token value={token} />
                  <input type="hidden" name="act" value="separate" />
                  <input type="hidden" name="join" value={join} />
                  <button type="submit">{words.separateSubmit}</button>
                </form>
              </details>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
