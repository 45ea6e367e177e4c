// Letters and class cards: what to issue and to whom, what was issued lately, and one run ready to be printed.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Choices } from '../notices/notice.tsx';
import { colon, Fault, type RefusalCodeOf, Token } from '../parts.tsx';

export interface RunShown {
  readonly id: string;
  readonly kind: 'activation' | 'reset' | 'cards';
  /** Whom it was for: a word of `whos`, and a class. */
  readonly who: 'families' | 'pupils' | 'staff' | 'person';
  readonly class?: string | undefined;
  readonly day: string;
  readonly by: string;
  readonly sheets: number;
  readonly mailed: number;
  readonly stopped: boolean;
  readonly printable: boolean;
}

export interface LettersData {
  readonly token: string;
  /** The key that makes the same form twice issue once. */
  readonly run: string;
  readonly school: { readonly uai: string; readonly name: string; readonly cards: boolean };
  readonly others: readonly { readonly uai: string; readonly name: string }[];
  readonly classes: readonly { readonly code: string; readonly label: string }[];
  readonly runs: readonly RunShown[];
  readonly given?: Readonly<Record<string, string>> | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

const kinds = ['activation', 'reset', 'cards'] as const;
const whos = ['families', 'pupils', 'staff'] as const;
const hows = ['letter', 'mail'] as const;

export function lettersPage(page: Page, data: LettersData): VNode {
  const { letters: words } = page.text.pages;
  const { school, others, fault, runs } = data;
  return (
    <Layout page={page} title={fault ? `${words.refused} · ${words.title}` : words.title}>
      <p class="towards">{school.name}</p>
      <h1>{words.heading}</h1>
      {fault && <Fault page={page} heading={words.refused} code={fault} />}
      <p class="lead">{words.intro}</p>
      {others.length > 0 && (
        <Choices
          label={words.school}
          id="schools"
          choices={[school, ...others].map(({ uai, name }) => ({
            label: name,
            href: `/school/letters?school=${uai}`,
            current: uai === school.uai,
          }))}
        />
      )}
      <IssueForm page={page} {...data} />
      <h2>{words.runs}</h2>
      {runs.length === 0 && <p>{words.none}</p>}
      <ul class="lines">
        {runs.map((run) => (
          <li key={run.id}>
            <a href={`/school/letters/${run.id}`}>
              {words.kinds[run.kind]}
              {run.who !== 'person' && `, ${words.whos[run.who].toLowerCase()}`}
              {run.class && `, ${run.class}`}
            </a>
            <p class="hint">
              {run.day}, {words.byWhom(run.by)}
              {colon(page)}
              {run.kind === 'cards' ? words.cards(run.sheets) : words.sheets(run.sheets)}
              {run.mailed > 0 && `, ${words.mailed(run.mailed)}`}. {!run.printable && words.gone}
            </p>
          </li>
        ))}
      </ul>
    </Layout>
  );
}

function IssueForm({ page, token, run, school, classes, given = {} }: LettersData & { page: Page }): VNode {
  const { letters: words } = page.text.pages;
  return (
    <form method="post" action={`/school/letters?school=${school.uai}`}>
      <Token value={token} />
      <input type="hidden" name="run" value={run} />
      <fieldset>
        <legend>{words.what}</legend>
        {kinds
          .filter((kind) => kind !== 'cards' || school.cards)
          .map((kind) => (
            <p class="choice" key={kind}>
              <input
                type="radio"
                name="kind"
                id={`kind-${kind}`}
                value={kind}
                checked={(given.kind || 'activation') === kind}
                aria-describedby={`kind-${kind}-hint`}
              />
              <label for={`kind-${kind}`}>{words.kinds[kind]}</label>
              <span class="hint" id={`kind-${kind}-hint`}>
                {words.kindHints[kind]}
              </span>
            </p>
          ))}
      </fieldset>
      <div class="field">
        <label for="who">{words.who}</label>
        <select id="who" name="who">
          {whos.map((who) => (
            <option key={who} value={who} selected={given.who === who}>
              {words.whos[who]}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="class">{words.class}</label>
        <select id="class" name="class">
          <option value="">{words.allClasses}</option>
          {classes.map(({ code, label }) => (
            <option key={code} value={code} selected={given.class === code}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="name">{words.name}</label>
        <p class="hint" id="name-hint">
          {words.nameHint}
        </p>
        <input
          type="text"
          id="name"
          name="name"
          autocomplete="off"
          maxlength={100}
          value={given.name ?? ''}
          aria-describedby="name-hint"
        />
      </div>
      <fieldset>
        <legend>{words.how}</legend>
        {hows.map((how) => (
          <p class="choice" key={how}>
            <input type="radio" name="by" id={`by-${how}`} value={how} checked={(given.by || 'letter') === how} />
            <label for={`by-${how}`}>{words.hows[how]}</label>
          </p>
        ))}
      </fieldset>
      <p class="choice">
        <input type="checkbox" id="again" name="again" value="yes" checked={given.again === 'yes'} />
        <label for="again">{words.again}</label>
      </p>
      <button id="submit" type="submit" class="main">
        {words.submit}
      </button>
    </form>
  );
}

export interface RunData {
  readonly run: RunShown;
  readonly school: { readonly uai: string; readonly name: string };
  /** `13 novembre 2026 à 09:00` */
  readonly until: string;
}

export function letterRunPage(page: Page, { run, school, until }: RunData): VNode {
  const { letters: words } = page.text.pages;
  return (
    <Layout page={page} title={words.run.title}>
      <p class="towards">{school.name}</p>
      <h1>{words.run.heading}</h1>
      <p class="lead" id="count">
        {words.kinds[run.kind]}
        {colon(page)}
        {run.kind === 'cards' ? words.cards(run.sheets) : words.sheets(run.sheets)}
        {run.mailed > 0 && `, ${words.mailed(run.mailed)}`}.
      </p>
      {run.stopped && <p>{words.stopped}</p>}
      {run.printable && run.sheets > 0 && (
        <>
          <p>
            <a class="button" id="print" href={`/school/letters/${run.id}/sheets.pdf`}>
              {words.print}
            </a>
          </p>
          <p>{run.kind === 'cards' ? words.run.handCards : words.run.hand}</p>
          <p>{words.run.until(until)}</p>
        </>
      )}
      {run.printable && run.sheets === 0 && <p>{words.run.onlyMail}</p>}
      {!run.printable && <p>{words.run.over}</p>}
      <p class="aside">
        <a href={`/school/letters?school=${school.uai}`}>{words.run.back}</a>
      </p>
    </Layout>
  );
}
