// What a provider of identities led to: nobody, a choice of accounts, an account to open, or records that were joined.
import type { ComponentChildren, VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Token } from '../parts.tsx';

interface Towards {
  readonly uid: string;
  /** How the provider is called. */
  readonly provider: string;
}

interface Frame extends Towards {
  readonly page: Page;
  readonly heading: string;
  readonly children: ComponentChildren;
}

function Shown({ page, provider, heading, children }: Frame): VNode {
  const { upstream } = page.text.pages;
  return (
    <Layout page={page} title={heading}>
      <p class="towards">{upstream.from(provider)}</p>
      <h1>{heading}</h1>
      {children}
    </Layout>
  );
}

/** How a session over there is ended, where the provider says so. */
export interface LeavingData {
  readonly provider: string;
  readonly signOut?: string | undefined;
}

/** A session that is not ours to end, and how it is ended. */
export function Leaving({ page, leaving, main }: { page: Page; leaving: LeavingData; main?: boolean }): VNode {
  const { upstream } = page.text.pages;
  const { provider, signOut } = leaving;
  return (
    <div id="elsewhere">
      <p>{upstream.left(provider)}</p>
      {signOut && (
        <p>
          <a class={main ? 'button' : undefined} href={signOut} rel="noreferrer">
            {upstream.leave(provider)}
          </a>
        </p>
      )}
    </div>
  );
}

export interface NobodyData extends Towards {
  readonly leaving: LeavingData;
}

export function nobodyPage(page: Page, { uid, provider, leaving }: NobodyData): VNode {
  const { upstream } = page.text.pages;
  const { nobody: words } = upstream;
  return (
    <Shown page={page} uid={uid} provider={provider} heading={words.heading}>
      <p class="lead">{words.told(provider)}</p>
      <ul>
        {words.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ul>
      <p>
        <a class="button" id="otherwise" href={`/interaction/${uid}`}>
          {upstream.otherwise}
        </a>
      </p>
      <p>
        <a href={`/activation?interaction=${uid}`}>{words.activate}</a>
      </p>
      <Leaving page={page} leaving={leaving} />
    </Shown>
  );
}

/** An account, or a record without one. */
export interface Option {
  readonly person: string;
  readonly identifier?: string | undefined;
  readonly name: string;
  readonly schools: string;
}

export interface ChooseData extends Towards {
  readonly token: string;
  readonly among: readonly Option[];
}

export function choosePage(page: Page, { uid, provider, token, among }: ChooseData): VNode {
  const { upstream } = page.text.pages;
  const { choose: words } = upstream;
  const named = ({ identifier, name }: Option) => (identifier ? words.one(identifier) : words.fresh(name));
  return (
    <Shown page={page} uid={uid} provider={provider} heading={words.heading}>
      <p class="lead">{words.intro(provider)}</p>
      <form method="post" action={`/interaction/${uid}/upstream`}>
        <Token value={token} />
        <input type="hidden" name="act" value="choose" />
        {among.map((option) => (
          <p key={option.person}>
            <button type="submit" name="person" value={option.person} class="main">
              {named(option)}
            </button>
            <span class="small"> {option.schools}</span>
          </p>
        ))}
      </form>
      {among.every(({ identifier }) => identifier) && <p>{words.join}</p>}
      <p class="aside">
        <a id="otherwise" href={`/interaction/${uid}`}>
          {upstream.otherwise}
        </a>
      </p>
    </Shown>
  );
}

export interface OpenData extends Towards {
  readonly token: string;
  readonly opening: Option;
  /** The schools of each record that would be joined. */
  readonly joins: readonly string[];
}

export function openPage(page: Page, { uid, provider, token, opening, joins }: OpenData): VNode {
  const { open: words } = page.text.pages.upstream;
  return (
    <Shown page={page} uid={uid} provider={provider} heading={words.heading}>
      <p class="lead">{words.intro(opening.name)}</p>
      <ul id="opened">
        <li>{words.at(opening.schools)}</li>
        {joins.map((schools) => (
          <li key={schools}>{words.join(schools)}</li>
        ))}
        <li>{words.without(provider)}</li>
      </ul>
      <form method="post" action={`/interaction/${uid}/upstream`}>
        <Token value={token} />
        <input type="hidden" name="act" value="open" />
        <input type="hidden" name="person" value={opening.person} />
        <button type="submit" id="submit" class="main">
          {words.submit}
        </button>
      </form>
      <p>{words.nothing}</p>
      <p class="aside">
        <a href="/privacy">{words.privacy}</a>
      </p>
      <p class="aside">
        <a id="later" href={`/interaction/${uid}`}>
          {words.later}
        </a>
      </p>
    </Shown>
  );
}

export interface JoinedData extends Towards {
  readonly records: readonly Option[];
}

export function joinedPage(page: Page, { uid, provider, records }: JoinedData): VNode {
  const { joined: words } = page.text.pages.upstream;
  return (
    <Shown page={page} uid={uid} provider={provider} heading={words.heading}>
      <p class="lead">{words.intro(provider)}</p>
      <ul id="joined">
        {records.map(({ person, name, schools }) => (
          <li key={person}>{words.record([name, schools])}</li>
        ))}
      </ul>
      <p>{words.undo}</p>
      <p>
        <a class="button" id="continue" href={`/interaction/${uid}`}>
          {words.go}
        </a>
      </p>
    </Shown>
  );
}
