// One's own requests: where each stands, and a form for a new one, with what that kind asks and nothing more.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { type RefusalCodeOf, Token } from '../parts.tsx';
import {
  Area,
  aboutText,
  type Choice,
  type KindWord,
  Line,
  Outcome,
  type RequestLine,
  Select,
  Standing,
  type TargetWord,
} from './parts.tsx';

export interface MineData {
  readonly token: string;
  readonly requests: readonly (RequestLine & { readonly school: string; readonly child?: string | undefined })[];
  /** The kinds that may be asked, and the one whose form is shown. */
  readonly kinds: readonly KindWord[];
  readonly form?: MineForm | undefined;
  readonly done?: keyof Page['text']['pages']['requests']['me']['done'] | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export interface MineForm {
  readonly kind: KindWord;
  readonly schools: readonly Choice[];
  /** The children one asks for, oneself first. */
  readonly persons: readonly Choice[];
  readonly targets: readonly TargetWord[];
  /** Logbooks one keeps, as targets. */
  readonly logbooks: readonly Choice[];
  /** Services one may object to alone, as targets. */
  readonly modules: readonly Choice[];
  readonly typed: {
    readonly school: string;
    readonly about: string;
    readonly target: string;
    readonly wanted: string;
    readonly words: string;
    readonly signatories: string;
  };
}

export function minePage(page: Page, { token, requests, kinds, form, done, fault }: MineData): VNode {
  const { requests: words } = page.text.pages;
  const { me } = words;
  return (
    <Layout page={page} title={fault ? `${words.notDone} · ${me.title}` : me.title} wide>
      <h1>{me.heading}</h1>
      <Outcome page={page} done={done && me.done[done]} fault={fault} />
      <p class="lead">{me.intro}</p>
      {form && <NewRequest page={page} token={token} form={form} fault={fault} />}
      {!form && (
        <section>
          <h2>{me.new}</h2>
          <ul class="links">
            {kinds.map((kind) => (
              <li key={kind}>
                <a href={`/me/requests?kind=${kind}`}>{words.kinds[kind]}</a>
              </li>
            ))}
          </ul>
          {kinds.length === 0 && <p>{me.noSchool}</p>}
          <p class="hint">{me.paper}</p>
          <p class="acts">
            <a href="/report">{words.register.report}</a>
            <a href="/processing">{words.register.processing}</a>
          </p>
        </section>
      )}
      <section>
        <h2>{me.mine}</h2>
        {requests.length === 0 && <p>{me.none}</p>}
        <ul class="openings">
          {requests.map((line) => (
            <li class={line.state === 'open' ? 'opening' : 'opening closed'} key={line.id} id={`request-${line.id}`}>
              <p class="what">
                <a href={`/me/requests/${line.id}`}>{aboutText(page, line)}</a>
              </p>
              <p class="small">{[line.school, line.child].filter(Boolean).join(' · ')}</p>
              <Standing page={page} line={line} />
            </li>
          ))}
        </ul>
      </section>
    </Layout>
  );
}

function NewRequest(props: { page: Page; token: string; form: MineForm; fault: RefusalCodeOf | undefined }): VNode {
  const { page, token, form, fault } = props;
  const { requests: words } = page.text.pages;
  const { me } = words;
  const { kind, schools, persons, targets, logbooks, modules, typed } = form;
  const choices = targets.map((target) => ({ value: target, label: words.targets[target] }));
  const groups = [
    { choices },
    ...(logbooks.length > 0 ? [{ label: me.groups.logbooks, choices: logbooks }] : []),
    ...(modules.length > 0 ? [{ label: me.groups.modules, choices: modules }] : []),
  ];
  const several = choices.length + logbooks.length + modules.length > 1;
  return (
    <section>
      <h2>{words.kinds[kind]}</h2>
      <form method="post" action={`/me/requests?kind=${kind}`}>
        <Token value={token} />
        <input type="hidden" name="kind" value={kind} />
        {persons.length > 1 ? (
          <Select id="about" label={me.about} groups={[{ choices: persons }]} value={typed.about} />
        ) : (
          <input type="hidden" name="about" value={typed.about} />
        )}
        {schools.length > 1 ? (
          <Select id="school" label={me.school} groups={[{ choices: schools }]} value={typed.school} />
        ) : (
          <input type="hidden" name="school" value={schools[0]?.value ?? ''} />
        )}
        {several ? (
          <Select id="target" label={me.target} groups={groups} value={typed.target} />
        ) : (
          <input type="hidden" name="target" value={targets[0] ?? ''} />
        )}
        {logbooks.length > 0 && <p class="hint">{me.logbookWarning}</p>}
        {kind === 'rectification' && (
          <Line id="wanted" label={me.wanted} value={typed.wanted} required faulty={fault === 'correction_missing'} />
        )}
        {kind === 'exposure' && (
          <Line
            id="signatories"
            label={me.signatories}
            hint={me.signatoriesHint}
            type="number"
            value={typed.signatories}
            required
          />
        )}
        <Area
          id="words"
          label={kind === 'objection' || kind === 'exposure' ? me.words : me.wordsFree}
          hint={kind === 'objection' || kind === 'exposure' ? me.wordsHint[kind] : undefined}
          value={typed.words}
          required={kind === 'objection' || kind === 'exposure'}
          maxLength={3000}
          faulty={fault === 'request_words_missing'}
        />
        <button type="submit" class="main">
          {me.submit}
        </button>
      </form>
      <p>
        <a href="/me/requests">{page.text.pages.requests.one.back}</a>
      </p>
    </section>
  );
}
