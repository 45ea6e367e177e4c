// One request before whoever handles it: what the person writes, who they are, and one answer, theirs, with its reasons.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { colon, type RefusalCodeOf, Token } from '../parts.tsx';
import {
  Area,
  aboutText,
  type Choice,
  type GroundWord,
  type IdentityWord,
  MandateFields,
  Outcome,
  Select,
  Standing,
} from './parts.tsx';
import type { HandledLine } from './school.tsx';

export interface HandledData {
  readonly token: string;
  readonly line: HandledLine;
  readonly school: string;
  readonly child?: string | undefined;
  readonly words?: string | undefined;
  readonly identity: IdentityWord;
  readonly hash?: string | undefined;
  /** Where the document of the mandate is, for whoever may read it. */
  readonly document?: string | undefined;
  /** Whether the reader may add the mandate. */
  readonly lacksMandate: boolean;
  readonly extensionReason?: string | undefined;
  readonly reason?: string | undefined;
  readonly ground?: GroundWord | undefined;
  readonly decidedBy?: readonly [name: string, day: string] | undefined;
  /** How many refusals of the year give reasons close to these. */
  readonly close: number;
  /** Whether the reader answers it; `own` when it concerns them. */
  readonly answering: 'yes' | 'own' | 'no';
  /** Whether it may still be extended. */
  readonly extends: boolean;
  /** Whether the law lets it be accepted: never the erasure of a logbook. */
  readonly acceptable: boolean;
  readonly grounds: readonly GroundWord[];
  /** How an agent may have checked who asks. */
  readonly checks: readonly IdentityWord[];
  /** Persons of the school whom a letter may be from; none when it is attached. */
  readonly candidates?: readonly Choice[] | undefined;
  /** What was searched, of candidates. */
  readonly searched: string;
  readonly report?: string | undefined;
  readonly copy?: string | undefined;
  readonly typed: {
    readonly reason: string;
    readonly ground: string;
    readonly act: string;
    readonly holder: string;
    readonly reference: string;
    /** The key of the document that was sent. */
    readonly document: string;
  };
  /** Of the document that was sent: its type, and its size in kilobytes. */
  readonly kept?: readonly [type: string, size: string] | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export function handledPage(page: Page, data: HandledData): VNode {
  const { requests: words } = page.text.pages;
  const { handled: text, school: list } = words;
  const { line, fault } = data;
  const person = line.attached ? line.person : list.unattached(line.person);
  return (
    <Layout page={page} title={fault ? `${words.notDone} · ${text.title}` : text.title} wide>
      <p class="towards">{data.school}</p>
      <h1>{aboutText(page, line)}</h1>
      <Outcome page={page} fault={fault} />
      <p class="lead">
        {text.of(person)}
        {data.child && `, ${text.about(data.child)}`}
      </p>
      <Standing page={page} line={line} />
      <Asked page={page} data={data} />
      {line.state === 'open' && <Handling page={page} data={data} />}
      {line.state === 'open' && <Answering page={page} data={data} />}
      <Answered page={page} data={data} />
      <p class="acts">
        {data.report && <a href={data.report}>{text.report}</a>}
        {data.copy && <a href={data.copy}>{text.copy}</a>}
        <a href="/school/requests">{text.back}</a>
      </p>
    </Layout>
  );
}

function Asked({ page, data }: { page: Page; data: HandledData }): VNode {
  const { requests: words } = page.text.pages;
  const { handled: text, school: list } = words;
  const { line } = data;
  return (
    <section>
      <h2>{text.words}</h2>
      {line.wanted && (
        <p>
          {words.wanted}
          {colon(page)}
          <strong>{line.wanted}</strong>
        </p>
      )}
      <p class="told">{data.words ?? text.wordsGone}</p>
      {line.mandate && <p>{list.mandate(line.mandate)}</p>}
      {data.hash && (
        <p class="small">
          {text.hash} <code>{data.hash}</code>
          {data.document && (
            <>
              {' · '}
              <a href={data.document}>{list.document}</a>
            </>
          )}
        </p>
      )}
      <p class="small">
        {line.online ? list.online : list.onPaper} · {text.identityHeading}
        {colon(page)}
        {words.identity[data.identity]}
      </p>
    </section>
  );
}

function Hidden({ token, act }: { token: string; act: string }): VNode {
  return (
    <>
      <Token value={token} />
      <input type="hidden" name="act" value={act} />
    </>
  );
}

/** Who asks: attached by an agent, and checked. */
function Handling({ page, data }: { page: Page; data: HandledData }): VNode {
  const { requests: words } = page.text.pages;
  const { handled: text } = words;
  const { token, line, candidates, checks, searched } = data;
  const action = `/school/requests/${line.id}`;
  return (
    <>
      {candidates && (
        <section id="attach">
          <h2>{text.attachHeading}</h2>
          <p>{text.attachIntro}</p>
          {candidates.length > 0 ? (
            <form method="post" action={action}>
              <Hidden token={token} act="attach" />
              <Select id="person" label={text.attachLabel} groups={[{ choices: candidates }]} />
              <button type="submit">{text.attachSubmit}</button>
            </form>
          ) : (
            <p>{text.attachNone}</p>
          )}
          <form method="get" action={action} class="act with-field">
            <label for="name">{text.search}</label>
            <input id="name" name="name" type="text" value={searched} maxlength={200} autocomplete="off" />
            <button type="submit">{text.searchSubmit}</button>
          </form>
        </section>
      )}
      {!line.online && (
        <details>
          <summary>{text.identityHeading}</summary>
          <form method="post" action={action}>
            <Hidden token={token} act="identity" />
            <Select
              id="how"
              label={text.identityLabel}
              groups={[{ choices: checks.map((how) => ({ value: how, label: words.identity[how] })) }]}
              value={data.identity}
            />
            <button type="submit">{text.identitySubmit}</button>
          </form>
        </details>
      )}
      {data.lacksMandate && <AddMandate page={page} data={data} />}
    </>
  );
}

function AddMandate({ page, data }: { page: Page; data: HandledData }): VNode {
  const { handled: text } = page.text.pages.requests;
  const { token, line, typed, kept, fault } = data;
  return (
    <details open={typed.act === 'mandate'}>
      <summary>{text.addMandate}</summary>
      <form method="post" action={`/school/requests/${line.id}`} enctype="multipart/form-data" id="mandate">
        <Hidden token={token} act="mandate" />
        <MandateFields page={page} typed={typed} kept={kept} fault={fault} />
        <Select
          id="to"
          label={text.addMandateTo}
          groups={[
            {
              choices: [
                { value: 'one', label: text.addMandateOne },
                { value: 'envelope', label: text.addMandateEnvelope },
              ],
            },
          ]}
        />
        <button type="submit">{text.addMandate}</button>
      </form>
    </details>
  );
}

function Answering({ page, data }: { page: Page; data: HandledData }): VNode {
  const { requests: words } = page.text.pages;
  const { handled: text } = words;
  const { token, line, answering, acceptable, fault, typed } = data;
  const action = `/school/requests/${line.id}`;
  const reasonOf = (act: string) => (typed.act === act ? typed.reason : '');
  const faulty = (act: string) => typed.act === act && (fault === 'reason_thin' || fault === 'reason_repeated');
  if (answering !== 'yes')
    return (
      <section id="decide">
        <h2>{text.answer}</h2>
        <p class="own">{answering === 'own' ? text.own : text.cannot}</p>
        <Withdraw page={page} data={data} />
      </section>
    );
  return (
    <section id="decide">
      <h2>{text.answer}</h2>
      {!acceptable && <p id="kept">{text.logbookKept}</p>}
      {acceptable && (
        <form method="post" action={action} id="accept">
          <Hidden token={token} act="accept" />
          <Area
            id="accept-reason"
            name="reason"
            label={text.reason}
            hint={text.reasonHint}
            value={reasonOf('accept')}
            rows={3}
            required
            maxLength={2000}
            faulty={faulty('accept')}
          />
          <p class="small" id="accept-effect">
            {acceptHint(page, line)}
          </p>
          <button type="submit" class="main">
            {line.kind === 'exposure' ? text.acceptExposure : text.accept}
          </button>
        </form>
      )}
      <details open={!acceptable || typed.act === 'refuse'}>
        <summary>{text.refuse}</summary>
        <form method="post" action={action} id="refuse">
          <Hidden token={token} act="refuse" />
          <Select
            id="ground"
            label={text.ground}
            required
            groups={[
              { choices: [{ value: '', label: text.groundChoose }] },
              { choices: data.grounds.map((ground) => ({ value: ground, label: words.grounds[ground] })) },
            ]}
            value={typed.ground}
            faulty={fault === 'ground_missing'}
          />
          <Area
            id="refuse-reason"
            name="reason"
            label={text.reason}
            hint={text.reasonHint}
            value={reasonOf('refuse')}
            required
            maxLength={2000}
            faulty={faulty('refuse')}
          />
          <button type="submit">{text.refuse}</button>
        </form>
      </details>
      {data.extends && (
        <details open={typed.act === 'extend'}>
          <summary>{text.extend}</summary>
          <form method="post" action={action} id="extend">
            <Hidden token={token} act="extend" />
            <Area
              id="extend-reason"
              name="reason"
              label={text.reason}
              hint={text.extendHint}
              value={reasonOf('extend')}
              rows={3}
              required
              maxLength={2000}
              faulty={faulty('extend')}
            />
            <button type="submit">{text.extendSubmit}</button>
          </form>
        </details>
      )}
      <Withdraw page={page} data={data} />
    </section>
  );
}

/** What follows when a request is accepted. */
function acceptHint(page: Page, { kind, target }: HandledLine): string {
  const { handled: text } = page.text.pages.requests;
  if (target === 'module') return text.acceptModule;
  return kind === 'objection' && target === 'email' ? text.acceptEmail : text.acceptHint[kind];
}

function Withdraw({ page, data: { token, line } }: { page: Page; data: HandledData }): VNode | null {
  if (line.online) return null;
  return (
    <details>
      <summary>{page.text.pages.requests.handled.withdraw}</summary>
      <form method="post" action={`/school/requests/${line.id}`} class="act">
        <Hidden token={token} act="withdraw" />
        <button type="submit">{page.text.pages.requests.handled.withdraw}</button>
      </form>
    </details>
  );
}

function Answered({ page, data }: { page: Page; data: HandledData }): VNode | null {
  const { requests: words } = page.text.pages;
  const { handled: text } = words;
  const { extensionReason, reason, ground, decidedBy, close } = data;
  if (!extensionReason && !reason) return null;
  return (
    <section id="answered">
      {extensionReason && <p class="told">{extensionReason}</p>}
      {reason && (
        <>
          <h2>{words.why}</h2>
          {decidedBy && <p class="small">{text.decidedBy(decidedBy)}</p>}
          <p class="told">{reason}</p>
          {ground && <p>{words.grounds[ground]}</p>}
          {close > 0 && (
            <p>
              <strong class="waiting">{text.close(String(close))}</strong>
            </p>
          )}
        </>
      )}
    </section>
  );
}
