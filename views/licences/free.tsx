// The resources that are free: what a school has opened to whom, to change or to close.
import type { VNode } from 'preact';
import type { ResourceAudience } from '../../src/directory/offers.ts';
import { Act } from '../circles/circles.tsx';
import { Layout, type Page } from '../layout.tsx';
import { Done, Fault, type RefusalCodeOf, Token } from '../parts.tsx';

export interface FreeData {
  readonly token: string;
  readonly uai: string;
  readonly school: string;
  /** Whether an agreement is in force there. */
  readonly connected: boolean;
  /** What is open first. */
  readonly resources: readonly FreeLine[];
  readonly done?: keyof Page['text']['pages']['freeResources']['done'] | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export interface FreeLine {
  /** An ARK. */
  readonly id: string;
  readonly name: string;
  readonly publisher: string;
  readonly description?: string | undefined;
  /** What the publisher receives, a sentence each. */
  readonly received: readonly string[];
  /** For whom it is free. */
  readonly publics: readonly ResourceAudience[];
  /** To whom it is open, and since which day, in the page's language. */
  readonly open: readonly ResourceAudience[];
  readonly since?: string | undefined;
  /** What was chosen, of a form that was refused. */
  readonly typed?: readonly ResourceAudience[] | undefined;
}

export function freePage(page: Page, data: FreeData): VNode {
  const { freeResources: words, licences } = page.text.pages;
  const { school, connected, resources, fault, done } = data;
  const title = words.title(school);
  return (
    <Layout page={page} title={fault ? `${words.notDone} · ${title}` : title} wide>
      <p class="towards">
        <a href="/licences">{licences.one.back}</a>
      </p>
      <h1>{words.heading}</h1>
      {fault && <Fault page={page} heading={words.notDone} code={fault} />}
      {done && !fault && <Done>{words.done[done]}</Done>}
      <p class="small">{school}</p>
      <p class="lead">{words.intro}</p>
      {!connected && <p id="no-agreement">{words.noAgreement}</p>}
      {resources.length === 0 && <p id="none">{words.none}</p>}
      {resources.map((one, place) => (
        <Free key={one.id} page={page} data={data} one={one} place={place} />
      ))}
    </Layout>
  );
}

function Free({ page, data, one, place }: { page: Page; data: FreeData; one: FreeLine; place: number }): VNode {
  const { freeResources: words, licences } = page.text.pages;
  const { id, name, publisher, description, received, open, since } = one;
  const action = `/licences/free/${data.uai}`;
  const named = open.map((audience) => licences.publics[audience]).join(', ');
  return (
    <section class="licences-of" id={`free-${place + 1}`}>
      <h2>{name}</h2>
      <p class="small">{words.by(publisher)}</p>
      {description && <p>{description}</p>}
      <p class="standing">{since ? words.openTo([named, since]) : words.closed}</p>
      <details>
        <summary>
          {words.received} <span class="aloud">{words.of(name)}</span>
        </summary>
        <ul>
          {received.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </details>
      <ToWhom page={page} action={action} token={data.token} one={one} />
      {open.length > 0 && (
        <div class="acts">
          <Act
            action={action}
            token={data.token}
            act="close"
            fields={{ resource: id }}
            label={words.close}
            about={words.of(name)}
          />
        </div>
      )}
    </section>
  );
}

function ToWhom(props: { page: Page; action: string; token: string; one: FreeLine }): VNode {
  const { page, action, token, one } = props;
  const { freeResources: words, licences } = page.text.pages;
  const { id, name, publics, open, typed = open } = one;
  return (
    <form method="post" action={action}>
      <Token value={token} />
      <input type="hidden" name="act" value="open" />
      <input type="hidden" name="resource" value={id} />
      <fieldset>
        <legend>
          {words.whom} <span class="aloud">{words.of(name)}</span>
        </legend>
        {publics.map((audience) => (
          <label key={audience} class="choice">
            <input type="checkbox" name={`to-${audience}`} value="yes" checked={typed.includes(audience)} />{' '}
            {licences.publics[audience]}
          </label>
        ))}
      </fieldset>
      <button type="submit">
        {open.length > 0 ? words.change : words.open} <span class="aloud">{words.of(name)}</span>
      </button>
    </form>
  );
}
