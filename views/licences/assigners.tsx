// For the head: who gives the licences of the school, naming somebody, and ending it.
import type { VNode } from 'preact';
import type { Standing } from '../../src/acts/assigners.ts';
import { Act } from '../circles/circles.tsx';
import { Layout, type Page } from '../layout.tsx';
import { Done, Fault, type RefusalCodeOf, Token } from '../parts.tsx';
import type { LicencesDone } from './licences.tsx';

export interface AssignersData {
  readonly token: string;
  readonly schools: readonly AssignersOf[];
  /** The first and the last day that may be chosen, `YYYY-MM-DD`. */
  readonly typed?: { readonly school: string; readonly person: string; readonly until: string } | undefined;
  readonly done?: LicencesDone | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export interface AssignersOf {
  readonly uai: string;
  readonly name: string;
  readonly days: { readonly first: string; readonly last: string };
  /** Days are those of the page's language. */
  readonly named: readonly NamedLine[];
  readonly past: readonly NamedLine[];
  readonly candidates: readonly { readonly key: string; readonly name: string }[];
}

export interface NamedLine {
  readonly id: string;
  readonly name: string;
  readonly standing: Standing;
  readonly since: string;
  readonly until: string;
}

export function assignersPage(page: Page, data: AssignersData): VNode {
  const { licences } = page.text.pages;
  const { assigners: words } = licences;
  const { schools, fault, done } = data;
  return (
    <Layout page={page} title={fault ? `${licences.notDone} · ${words.title}` : words.title} wide>
      <h1>{words.heading}</h1>
      {fault && <Fault page={page} heading={licences.notDone} code={fault} />}
      {done && !fault && <Done>{licences.done[done]}</Done>}
      <p class="lead">{words.intro}</p>
      <p>
        <a class="button" href="/licences">
          {words.own}
        </a>
      </p>
      {schools.map((school) => (
        <section key={school.uai} class="of-school" id={`school-${school.uai}`}>
          <p class="towards">{school.name}</p>
          <h2>{words.named}</h2>
          {school.named.length === 0 && <p>{words.namedNone}</p>}
          <ul class="openings">
            {school.named.map((line) => (
              <Named key={line.id} page={page} token={data.token} line={line} />
            ))}
          </ul>
          <Name page={page} data={data} school={school} />
          {school.past.length > 0 && (
            <details>
              <summary>{words.past}</summary>
              <ul class="openings">
                {school.past.map((line) => (
                  <Named key={line.id} page={page} token={data.token} line={line} />
                ))}
              </ul>
            </details>
          )}
        </section>
      ))}
    </Layout>
  );
}

function Named({ page, token, line }: { page: Page; token: string; line: NamedLine }): VNode {
  const { assigners: words } = page.text.pages.licences;
  const { id, name, standing, since, until } = line;
  const open = standing === 'waiting' || standing === 'live';
  const small = [words.standing[standing], words.since(since), open && words.until(until)].filter(Boolean);
  return (
    <li class="opening">
      <p class="what">{name}</p>
      <p class="small">{small.join(' · ')}</p>
      {open && (
        <div class="acts">
          <Act
            action="/school/assigners"
            token={token}
            act="end"
            fields={{ designation: id }}
            label={standing === 'live' ? words.end : words.withdraw}
            about={name}
          />
        </div>
      )}
    </li>
  );
}

function Name({ page, data, school }: { page: Page; data: AssignersData; school: AssignersOf }): VNode {
  const { assigners: words } = page.text.pages.licences;
  const { uai, days, candidates } = school;
  const typed = data.typed?.school === uai ? data.typed : undefined;
  if (candidates.length === 0) return <p class="small">{words.nobody}</p>;
  return (
    <form method="post" action="/school/assigners">
      <h3>{words.name}</h3>
      <Token value={data.token} />
      <input type="hidden" name="act" value="name" />
      <input type="hidden" name="school" value={uai} />
      <div class="field">
        <label for={`person-${uai}`}>{words.person}</label>
        <p class="hint" id={`person-hint-${uai}`}>
          {words.personHint}
        </p>
        <select id={`person-${uai}`} name="person" required aria-describedby={`person-hint-${uai}`}>
          <option value="">{words.choose}</option>
          {candidates.map(({ key, name }) => (
            <option key={key} value={key} selected={typed?.person === key}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for={`until-${uai}`}>{words.day}</label>
        <p class="hint" id={`until-hint-${uai}`}>
          {words.dayHint}
        </p>
        <input
          type="date"
          id={`until-${uai}`}
          name="until"
          required
          min={days.first}
          max={days.last}
          value={typed?.until ?? days.last}
          aria-describedby={`until-hint-${uai}`}
        />
      </div>
      <button type="submit">{words.submit}</button>
    </form>
  );
}
