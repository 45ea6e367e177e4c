// One's own page: the ways to what is held, who may see it, sessions and the log.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';

export interface MeData {
  readonly name: string;
  readonly children: readonly { readonly id: string; readonly name: string }[];
  /** Services that an objection closed to the person, or to a child of theirs, and where it is taken back. */
  readonly closed: readonly {
    readonly service: string;
    readonly day: string;
    readonly child?: string | undefined;
    readonly href?: string | undefined;
  }[];
  /** The pages about the account that are there. */
  readonly links: readonly { readonly to: keyof Page['text']['pages']['data']['me']['links']; readonly href: string }[];
}

const ways = [
  { to: '/me/held', title: 'held', answer: 'heldAnswer' },
  { to: '/me/readers', title: 'readers', answer: 'readersAnswer' },
  { to: '/me/sessions', title: 'sessions', answer: 'sessionsAnswer' },
  { to: '/me/log', title: 'log', answer: 'logAnswer' },
  { to: '/me/publishers', title: 'publishers', answer: 'publishersAnswer' },
] as const;

export function mePage(page: Page, { name, children, closed, links }: MeData): VNode {
  const { me } = page.text.pages.data;
  return (
    <Layout page={page} title={me.title}>
      <p class="towards">{name}</p>
      <h1>{me.heading}</h1>
      <p class="lead">{me.intro}</p>
      <ul class="ways">
        {ways.map(({ to, title, answer }) => (
          <li key={to}>
            <a id={`to-${title}`} href={to}>
              {me[title]}
            </a>
            <span>{me[answer]}</span>
          </li>
        ))}
      </ul>
      {children.length > 0 && (
        <section id="children">
          <h2>{me.children}</h2>
          <ul class="links">
            {children.map((child) => (
              <li key={child.id}>
                <a href={`/me/children/${child.id}`}>{me.child(child.name)}</a>
              </li>
            ))}
          </ul>
        </section>
      )}
      {closed.length > 0 && <Closed page={page} closed={closed} />}
      {links.length > 0 && (
        <section id="account">
          <h2>{me.account}</h2>
          <ul class="links">
            {links.map(({ to, href }) => (
              <li key={to}>
                <a href={href}>{me.links[to]}</a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Layout>
  );
}

function Closed({ page, closed }: { page: Page; closed: MeData['closed'] }): VNode {
  const { closed: text } = page.text.pages.requests;
  return (
    <section id="closed">
      <h2>{text.heading}</h2>
      <ul class="links">
        {closed.map(({ service, day, child, href }) => {
          const line = child === undefined ? text.line([service, day]) : text.child([service, day, child]);
          return <li key={`${service} ${child}`}>{href ? <a href={href}>{line}</a> : line}</li>;
        })}
      </ul>
    </section>
  );
}

/** The way back to one's own page. */
export function Back({ page }: { page: Page }): VNode {
  return (
    <p>
      <a href="/me">{page.text.pages.data.me.back}</a>
    </p>
  );
}
