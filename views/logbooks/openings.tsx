// Openings of logbooks as several pages show them: a line, what was just done, and what could not be.
import type { ComponentChildren, VNode } from 'preact';
import type { Page } from '../layout.tsx';
import { Fault, type RefusalCodeOf } from '../parts.tsx';

type Words = Page['text']['pages']['openings'];

export type StandingWord = keyof Words['standing'];
export type DoneWord = keyof Words['done'];

/** An opening, in words; days are already those of the page's language. */
export interface OpeningLine {
  readonly id: string;
  readonly logbook: { readonly id: string; readonly title: string };
  readonly colleague: string;
  /** Who offered it. */
  readonly owner?: string;
  readonly standing: StandingWord;
  /** When it begins, if that is to come. */
  readonly from?: string;
  readonly until: string;
  /** The last day, `YYYY-MM-DD`. */
  readonly lastDay: string;
  /** When it was ended or refused, and by what title. */
  readonly closedOn?: string;
  readonly by?: keyof Words['title'];
  readonly reason?: string;
}

/** One opening, with what can be done about it. */
export function Opening(props: {
  page: Page;
  line: OpeningLine;
  heading: ComponentChildren;
  children?: ComponentChildren;
}): VNode {
  const { page, line, heading, children } = props;
  const { openings } = page.text.pages;
  const closed = ['ended', 'refused', 'lifted', 'expired'].includes(line.standing);
  const days = line.from ? openings.fromTo([line.from, line.until]) : openings.upTo(line.until);
  const standing = [openings.standing[line.standing], line.closedOn && openings.on(line.closedOn)]
    .filter(Boolean)
    .join(' ');
  return (
    <li class={closed ? 'opening closed' : 'opening'} id={`opening-${line.id}`}>
      <p class="what">{heading}</p>
      <p class="small">
        {!line.closedOn && `${days} · `}
        <span class="standing">{[standing, line.by && openings.title[line.by]].filter(Boolean).join(', ')}</span>
        {line.reason && (
          <>
            {' · '}
            <span class="reason">{openings.why(line.reason)}</span>
          </>
        )}
      </p>
      {children && <div class="acts">{children}</div>}
    </li>
  );
}

/** What was just done, or what could not be and what to do next. */
export function Outcome(props: {
  page: Page;
  done?: DoneWord | undefined;
  fault?: RefusalCodeOf | undefined;
}): VNode | null {
  const { page, done, fault } = props;
  const { openings } = page.text.pages;
  if (fault) return <Fault page={page} heading={openings.notDone} code={fault} />;
  if (!done) return null;
  return (
    <output class="done" id="done" tabindex={-1} autofocus>
      {openings.done[done]}
    </output>
  );
}

/** A button that does one thing to one opening. */
export function Act(props: {
  action: string;
  token: string;
  act: string;
  grant: string;
  label: string;
  about: string;
  main?: boolean;
}): VNode {
  const { action, token, act, grant, label, about, main } = props;
  return (
    <form method="post" action={action} class={main ? 'act' : 'act quiet'}>
      <Hidden token={token} act={act} grant={grant} />
      <button type="submit">
        {label} <span class="aloud">{about}</span>
      </button>
    </form>
  );
}

/** The hidden fields of a form about one opening. */
export function Hidden({ token, act, grant }: { token: string; act: string; grant?: string }): VNode {
  return (
    <>
      <input type="hidden" name="token" value={token} />
      <input type="hidden" name="act" value={act} />
      {grant && <input type="hidden" name="grant" value={grant} />}
    </>
  );
}
