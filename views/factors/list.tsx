// A person's own second factors: what they are called, since when, how to change or remove them, and the codes that are left.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Fault, type RefusalCodeOf, Token } from '../parts.tsx';

export interface FactorLine {
  readonly id: string;
  readonly kind: keyof Page['text']['pages']['factors']['kinds'];
  readonly name: string;
  /** Days as they are read. */
  readonly added: string;
  readonly used?: string | undefined;
}

export interface FactorsData {
  readonly token: string;
  readonly factors: readonly FactorLine[];
  readonly required: boolean;
  readonly codesLeft: number;
  /** A code that removes them, asked for or given by the school; days as they are read. */
  readonly underWay?: { readonly step: 'asked' | 'issued'; readonly since: string; readonly until: string } | undefined;
  readonly done?: keyof Page['text']['pages']['factors']['list']['done'] | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export function factorsPage(page: Page, data: FactorsData): VNode {
  const { token, factors, required, codesLeft, underWay, done, fault } = data;
  const { list, notDone } = page.text.pages.factors;
  return (
    <Layout page={page} title={fault ? `${notDone} · ${list.title}` : list.title} wide>
      <p class="towards">
        <a href="/account">{page.text.pages.account.home.back}</a>
      </p>
      <h1>{list.heading}</h1>
      {fault && <Fault page={page} heading={notDone} code={fault} />}
      {done && (
        <output class="done" id="done" tabindex={-1} autofocus>
          {list.done[done]}
        </output>
      )}
      {underWay && <UnderWay page={page} token={token} underWay={underWay} />}
      <p class="lead">{required ? list.required : list.optional}</p>
      {factors.length === 0 && <p>{list.none}</p>}
      <ul class="openings factors">
        {factors.map((factor) => (
          <Line key={factor.id} page={page} token={token} factor={factor} />
        ))}
      </ul>
      <p>
        <a class="button" id="add" href="/account/factors/add">
          {list.add}
        </a>
      </p>
      {factors.length > 0 && (
        <section>
          <h2>{list.codes}</h2>
          <p id="codes-left">{list.left(codesLeft)}</p>
          <form method="post" action="/account/factors" id="renew">
            <Token value={token} />
            <input type="hidden" name="act" value="renew" />
            <p class="hint" id="renew-hint">
              {list.renewHint}
            </p>
            <button type="submit" aria-describedby="renew-hint">
              {list.renew}
            </button>
          </form>
        </section>
      )}
    </Layout>
  );
}

/** Whoever reads this has lost nothing: they can stop it. */
function UnderWay({
  page,
  token,
  underWay,
}: {
  page: Page;
  token: string;
  underWay: NonNullable<FactorsData['underWay']>;
}): VNode {
  const words = page.text.pages.factors.list.underWay;
  const { step, since, until } = underWay;
  return (
    <section id="under-way">
      <h2>{words.heading}</h2>
      <p>{words[step](since, until)}</p>
      <form method="post" action="/account/factors" id="stop">
        <Token value={token} />
        <input type="hidden" name="act" value="stop" />
        <button type="submit" class="main">
          {words.stop}
        </button>
      </form>
    </section>
  );
}

function Line({ page, token, factor }: { page: Page; token: string; factor: FactorLine }): VNode {
  const { list, kinds } = page.text.pages.factors;
  const { id, kind, name, added, used } = factor;
  return (
    <li id={`factor-${id}`} class="opening">
      <p class="what">{name}</p>
      <p class="small">
        {kinds[kind]}. {list.added(added)}, {used ? list.used(used) : list.unused}.
      </p>
      <div class="acts">
        <details>
          <summary>
            {list.rename} <span class="aloud">{list.about(name)}</span>
          </summary>
          <form method="post" action="/account/factors">
            <Token value={token} />
            <input type="hidden" name="act" value="rename" />
            <input type="hidden" name="factor" value={id} />
            <div class="field">
              <label for={`name-${id}`}>{list.name}</label>
              <input
                id={`name-${id}`}
                name="name"
                type="text"
                maxlength={60}
                required
                value={name}
                autocomplete="off"
              />
            </div>
            <button type="submit">{list.rename}</button>
          </form>
        </details>
        <form method="post" action="/account/factors" class="act quiet">
          <Token value={token} />
          <input type="hidden" name="act" value="remove" />
          <input type="hidden" name="factor" value={id} />
          <button type="submit">
            {list.remove} <span class="aloud">{list.about(name)}</span>
          </button>
        </form>
      </div>
    </li>
  );
}
