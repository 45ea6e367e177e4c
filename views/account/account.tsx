// One's own account: what there is to do with it.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { colon, Done } from '../parts.tsx';

export interface AccountHomeData {
  readonly name: string;
  readonly identifier: string;
  /** Through whom the person signs in besides. */
  readonly providers: readonly string[];
  /** None where one signs in through somebody else alone. */
  readonly hasPassword: boolean;
  /** The address that is confirmed, or the one that waits. */
  readonly email?: { readonly address: string; readonly confirmed: boolean } | undefined;
  readonly done?: keyof Page['text']['pages']['account']['home']['done'] | undefined;
}

export function accountHomePage(page: Page, data: AccountHomeData): VNode {
  const { name, identifier, providers, hasPassword, email, done } = data;
  const words = page.text.pages.account.home;
  const upstream = page.text.pages.upstream.account;
  const kept = email?.confirmed ? words.emailKept(email.address) : email && words.emailWaits(email.address);
  return (
    <Layout page={page} title={words.title}>
      <p class="towards">{name}</p>
      <h1>{words.heading}</h1>
      {done && <Done>{words.done[done]}</Done>}
      <p>
        {words.identifier}
        {colon(page)}
        <strong id="identifier">{identifier}</strong>
      </p>
      {providers.map((provider) => (
        <p key={provider}>{upstream.by(provider)}</p>
      ))}
      {!hasPassword && <p id="no-password">{upstream.none}</p>}
      <ul class="ways">
        <Way
          id="password"
          to="/account/password"
          title={hasPassword ? words.password : upstream.choose}
          answer={hasPassword ? words.passwordAnswer : upstream.chooseAnswer}
        />
        <Way id="email" to="/account/email" title={words.email} answer={kept ?? words.emailNone} />
        <Way id="factors" to="/account/factors" title={words.factors} answer={words.factorsAnswer} />
        <Way id="data" to="/me" title={words.data} answer={words.dataAnswer} />
        <Way id="close" to="/account/close" title={words.close} answer={words.closeAnswer} />
      </ul>
    </Layout>
  );
}

function Way({ id, to, title, answer }: { id: string; to: string; title: string; answer: string }): VNode {
  return (
    <li>
      <a id={`to-${id}`} href={to}>
        {title}
      </a>
      <span>{answer}</span>
    </li>
  );
}
