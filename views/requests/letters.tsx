// Letters recorded by an agent: what came in the envelope, then who of the directory wrote each.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { type RefusalCodeOf, Token } from '../parts.tsx';
import {
  Area,
  type Choice,
  type IdentityWord,
  isOfMandate,
  type KindWord,
  Line,
  MandateFields,
  Outcome,
  Select,
  type TargetWord,
} from './parts.tsx';

/** What the first step asks, as it was typed. */
export interface EnvelopeTyped {
  readonly school: string;
  readonly received: string;
  readonly wish: string;
  readonly wanted: string;
  readonly words: string;
  readonly people: string;
  readonly identity: string;
  readonly holder: string;
  readonly reference: string;
  /** The key of the document that was sent. */
  readonly document: string;
}

export interface LettersData {
  readonly token: string;
  readonly schools: readonly Choice[];
  /** What may be asked, as `kind target`. */
  readonly wishes: readonly { readonly kind: KindWord; readonly targets: readonly TargetWord[] }[];
  /** Services that may be objected to alone. */
  readonly modules: readonly Choice[];
  readonly checks: readonly IdentityWord[];
  readonly typed: EnvelopeTyped;
  /** Of the document that was sent: its type, and its size in kilobytes. */
  readonly kept?: readonly [type: string, size: string] | undefined;
  /** The last day that may have been the day of receipt. */
  readonly today: string;
  readonly fault?: RefusalCodeOf | undefined;
}

export function lettersPage(page: Page, data: LettersData): VNode {
  const { requests: words } = page.text.pages;
  const { letters: text } = words;
  const { token, schools, wishes, modules, checks, typed, kept, today, fault } = data;
  return (
    <Layout page={page} title={fault ? `${words.notDone} · ${text.title}` : text.title} wide>
      <p class="towards">{text.step(1)}</p>
      <h1>{text.heading}</h1>
      <Outcome page={page} fault={fault} />
      <p class="lead">{text.intro}</p>
      <form method="post" action="/school/requests/letters" enctype="multipart/form-data">
        <Token value={token} />
        <input type="hidden" name="act" value="name" />
        <Select id="school" label={text.school} groups={[{ choices: schools }]} value={typed.school} />
        <Line
          id="received"
          label={text.received}
          hint={text.receivedHint}
          type="date"
          value={typed.received}
          max={today}
          required
          faulty={fault === 'dates_refused'}
        />
        <Select
          id="wish"
          label={text.kind}
          value={typed.wish}
          groups={wishes.map(({ kind, targets }) => ({
            label: words.names[kind],
            choices: [
              ...targets.map((target) => ({
                value: `${kind} ${target}`,
                label: `${words.names[kind]}, ${words.targets[target]}`,
              })),
              ...(kind === 'objection' ? modules : []).map(({ value, label }) => ({
                value: `${kind} ${value}`,
                label: `${words.names[kind]}, ${words.ofModule(label)}`,
              })),
            ],
          }))}
        />
        <Line id="wanted" label={text.wanted} value={typed.wanted} faulty={fault === 'correction_missing'} />
        <Area
          id="words"
          label={text.words}
          hint={text.wordsHint}
          value={typed.words}
          maxLength={3000}
          faulty={fault === 'request_words_missing'}
        />
        <Area
          id="people"
          label={text.people}
          hint={text.peopleHint}
          value={typed.people}
          rows={8}
          required
          maxLength={6000}
          faulty={fault === 'people_missing'}
        />
        <Select
          id="identity"
          label={text.identity}
          groups={[{ choices: checks.map((how) => ({ value: how, label: words.identity[how] })) }]}
          value={typed.identity}
        />
        <details open={typed.holder !== '' || typed.document !== '' || isOfMandate(fault)}>
          <summary>{text.mandate}</summary>
          <MandateFields page={page} typed={typed} kept={kept} fault={fault} />
        </details>
        <button type="submit" class="main">
          {text.next}
        </button>
      </form>
      <p>
        <a href="/school/requests">{words.handled.back}</a>
      </p>
    </Layout>
  );
}

export interface WritersData {
  readonly token: string;
  readonly typed: EnvelopeTyped;
  /** A key of this form: posted twice, it is one envelope. */
  readonly batch: string;
  readonly writers: readonly {
    readonly name: string;
    readonly candidates: readonly Choice[];
    readonly chosen: string;
  }[];
  readonly fault?: RefusalCodeOf | undefined;
}

export function writersPage(page: Page, { token, typed, batch, writers, fault }: WritersData): VNode {
  const { requests: words } = page.text.pages;
  const { letters: text } = words;
  const { people: _, ...carried } = typed;
  return (
    <Layout page={page} title={fault ? `${words.notDone} · ${text.confirmHeading}` : text.confirmHeading} wide>
      <p class="towards">{text.step(2)}</p>
      <h1>{text.confirmHeading}</h1>
      <Outcome page={page} fault={fault} />
      <p class="lead">{text.confirmIntro}</p>
      <form method="post" action="/school/requests/letters">
        <Token value={token} />
        <input type="hidden" name="act" value="file" />
        <input type="hidden" name="batch" value={batch} />
        {Object.entries(carried).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <input type="hidden" name="people" value={writers.map(({ name }) => name).join('\n')} />
        {writers.map(({ name, candidates, chosen }, index) => (
          <Select
            key={name}
            id={`writer-${index}`}
            label={name}
            value={chosen}
            groups={[{ choices: [{ value: '', label: text.nobody }, ...candidates] }]}
          />
        ))}
        <button type="submit" class="main">
          {text.submit(String(writers.length))}
        </button>
      </form>
      <p>
        <a href="/school/requests/letters">{text.change}</a>
      </p>
    </Layout>
  );
}
