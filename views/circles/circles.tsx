// One's circles: invitations to answer, the circles one is in, what one's children ask for, and creating one.
import type { ComponentChildren, VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Fault, type RefusalCodeOf, Token } from '../parts.tsx';

type Words = Page['text']['pages']['circles'];
export type CircleDone = keyof Words['done'];

/** A circle in words; days are already those of the page's language. */
export interface CircleLine {
  readonly id: string;
  readonly name: string;
  readonly purpose: string;
  readonly beyond: boolean;
  readonly until: string;
}

export interface CirclesData {
  readonly token: string;
  readonly waiting: readonly (CircleLine & {
    readonly invitation: string;
    readonly inviter: string;
    readonly members: number;
  })[];
  /** Accepted, and waiting for a legal representative. */
  readonly agreeing: readonly (CircleLine & { readonly invitation: string })[];
  readonly own: readonly CircleLine[];
  readonly asks: readonly (CircleLine & {
    readonly invitation: string;
    readonly child: string;
    readonly inviter: string;
  })[];
  readonly children: readonly (CircleLine & {
    readonly child: string;
    readonly key: string;
    readonly agreed: boolean;
  })[];
  /** Where the person may create one; nowhere, and nothing is offered. */
  readonly schools: readonly { readonly uai: string; readonly name: string }[];
  readonly days: { readonly first: string; readonly last: string };
  readonly typed?: CreateTyped | undefined;
  readonly done?: CircleDone | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export interface CreateTyped {
  readonly name: string;
  readonly purpose: string;
  readonly until: string;
  readonly beyond: boolean;
  readonly schools: readonly string[];
}

export function circlesPage(page: Page, data: CirclesData): VNode {
  const { circles } = page.text.pages;
  const { list: words } = circles;
  const { waiting, own, asks, children, schools, fault, done } = data;
  return (
    <Layout page={page} title={fault ? `${circles.notDone} · ${words.title}` : words.title} wide>
      <h1>{words.heading}</h1>
      <CircleOutcome page={page} done={done} fault={fault} />
      <p class="lead">{words.intro}</p>
      <section id="waiting">
        <h2>{words.waiting}</h2>
        <p>{waiting.length > 0 ? words.waitingIntro : words.waitingNone}</p>
        <ul class="openings pending">
          {waiting.map((line) => (
            <Invitation key={line.invitation} page={page} token={data.token} line={line} />
          ))}
          {data.agreeing.map((line) => (
            <Line key={line.invitation} page={page} line={line} heading={words.agreeing(line.name)}>
              <Act token={data.token} act="refuse" fields={{ invitation: line.invitation }} label={words.giveUp} />
            </Line>
          ))}
        </ul>
      </section>
      {(asks.length > 0 || children.length > 0) && <Children page={page} data={data} />}
      <section id="own">
        <h2>{words.own}</h2>
        {own.length === 0 && <p>{words.ownNone}</p>}
        <ul class="openings">
          {own.map((line) => (
            <Line key={line.id} page={page} line={line} heading={<a href={`/circles/${line.id}`}>{line.name}</a>} />
          ))}
        </ul>
      </section>
      {schools.length > 0 && <Create page={page} data={data} />}
    </Layout>
  );
}

/** What was just done, or what could not be and what to do next. */
export function CircleOutcome(props: {
  page: Page;
  done?: CircleDone | undefined;
  fault?: RefusalCodeOf | undefined;
}): VNode | null {
  const { page, done, fault } = props;
  const { circles } = page.text.pages;
  if (fault) return <Fault page={page} heading={circles.notDone} code={fault} />;
  if (!done) return null;
  return (
    <output class="done" id="done" tabindex={-1} autofocus>
      {circles.done[done]}
    </output>
  );
}

function Line(props: {
  page: Page;
  line: CircleLine;
  heading: ComponentChildren;
  more?: string;
  children?: ComponentChildren;
}): VNode {
  const { page, line, heading, more, children } = props;
  const { circles } = page.text.pages;
  const small = [circles.one.for(line.purpose), line.beyond && circles.beyond, circles.until(line.until)];
  return (
    <li class="opening">
      <p class="what">{heading}</p>
      <p class="small">{small.filter(Boolean).join(' · ')}</p>
      {more && <p class="small">{more}</p>}
      {children && <div class="acts">{children}</div>}
    </li>
  );
}

function Invitation(props: { page: Page; token: string; line: CirclesData['waiting'][number] }): VNode {
  const { page, token, line } = props;
  const { list: words } = page.text.pages.circles;
  const fields = { invitation: line.invitation };
  const common = { token, about: line.name };
  const never = { ...fields, never: 'yes' };
  return (
    <Line
      page={page}
      line={line}
      heading={words.invites([line.inviter, line.name])}
      more={words.members(String(line.members))}
    >
      <Act {...common} act="accept" fields={fields} label={words.accept} main />
      <Act {...common} act="refuse" fields={fields} label={words.refuse} />
      <Act {...common} act="refuse" fields={never} label={words.never} />
    </Line>
  );
}

function Children({ page, data }: { page: Page; data: CirclesData }): VNode {
  const { list: words } = page.text.pages.circles;
  const { token, asks, children } = data;
  return (
    <section id="children">
      <h2>{words.children}</h2>
      {asks.length > 0 && <p>{words.asksIntro}</p>}
      <ul class="openings">
        {asks.map((line) => (
          <Line
            key={line.invitation}
            page={page}
            line={line}
            heading={words.asks([line.child, line.name])}
            more={words.askedBy(line.inviter)}
          >
            <Act token={token} act="agree" fields={{ invitation: line.invitation }} label={words.agree} main />
            <Act token={token} act="disagree" fields={{ invitation: line.invitation }} label={words.disagree} />
          </Line>
        ))}
        {children.map((line) => (
          <Line key={line.key + line.id} page={page} line={line} heading={words.childIn([line.child, line.name])}>
            {line.agreed && (
              <Act
                token={token}
                act="take-back"
                fields={{ circle: line.id, child: line.key }}
                label={words.takeBack}
                about={line.name}
              />
            )}
          </Line>
        ))}
      </ul>
    </section>
  );
}

/** A button that does one thing. */
export function Act(props: {
  action?: string;
  token: string;
  act: string;
  fields: Readonly<Record<string, string>>;
  label: string;
  about?: string;
  main?: boolean;
}): VNode {
  const { action = '/circles', token, act, fields, label, about, main } = props;
  return (
    <form method="post" action={action} class={main ? 'act' : 'act quiet'}>
      <Token value={token} />
      <input type="hidden" name="act" value={act} />
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button type="submit">
        {label} {about && <span class="aloud">{about}</span>}
      </button>
    </form>
  );
}

function Create({ page, data }: { page: Page; data: CirclesData }): VNode {
  const { list: words } = page.text.pages.circles;
  const { schools, days, typed } = data;
  const [first] = schools;
  return (
    <section id="create">
      <h2>{words.create}</h2>
      <p>{words.createIntro}</p>
      <form method="post" action="/circles">
        <Token value={data.token} />
        <input type="hidden" name="act" value="create" />
        <Text id="name" label={words.name} value={typed?.name} most={80} />
        <Text id="purpose" label={words.purpose} hint={words.purposeHint} value={typed?.purpose} most={300} />
        {schools.length === 1 && <input type="hidden" name={`school-${first!.uai}`} value="yes" />}
        {schools.length > 1 && (
          <fieldset>
            <legend>{words.schools}</legend>
            <p class="hint">{words.schoolsHint}</p>
            {schools.map(({ uai, name }) => (
              <label key={uai} class="choice">
                <input type="checkbox" name={`school-${uai}`} value="yes" checked={typed?.schools.includes(uai)} />{' '}
                {name}
              </label>
            ))}
          </fieldset>
        )}
        <div class="field">
          <label for="until">{words.until}</label>
          <p class="hint" id="until-hint">
            {words.untilHint}
          </p>
          <input
            type="date"
            id="until"
            name="until"
            required
            min={days.first}
            max={days.last}
            value={typed?.until ?? days.last}
            aria-describedby="until-hint"
          />
        </div>
        <label class="choice">
          <input type="checkbox" name="beyond" value="yes" checked={typed?.beyond} aria-describedby="beyond-hint" />{' '}
          {words.beyond}
        </label>
        <p class="hint" id="beyond-hint">
          {words.beyondHint}
        </p>
        <button type="submit" id="create-circle">
          {words.submit}
        </button>
      </form>
    </section>
  );
}

/** A field of free text on one line. */
export function Text(props: {
  id: string;
  label: string;
  hint?: string;
  value?: string | undefined;
  most: number;
  optional?: boolean;
}): VNode {
  const { id, label, hint, value, most, optional } = props;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <input
        type="text"
        id={id}
        name={id}
        value={value}
        maxlength={most}
        required={!optional}
        autocomplete="off"
        aria-describedby={hint && `${id}-hint`}
      />
    </div>
  );
}
