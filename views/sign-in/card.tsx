// The page of a class card, for a child of six: few words, large fields, one thing to do.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Field, type RefusalCodeOf, Token } from '../parts.tsx';

export interface CardData {
  readonly token: string;
  readonly identifier: string;
  readonly interaction?: string | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export function cardPage(page: Page, { token, identifier, interaction, fault }: CardData): VNode {
  const { card } = page.text.pages;
  const known = identifier !== '';
  return (
    <Layout page={page} title={fault ? `${card.failed} · ${card.title}` : card.title}>
      <h1>{card.heading}</h1>
      {fault && (
        <div class="fault" role="alert" id="fault" tabindex={-1} autofocus>
          <h2>{card.failed}</h2>
          <p>{fault === 'too_many_tries' ? page.text.refusals[fault] : card.failedHelp}</p>
        </div>
      )}
      <p class="lead">{card.intro}</p>
      <form method="post" action="/card" class="card">
        <Token value={token} />
        {interaction && <input type="hidden" name="interaction" value={interaction} />}
        <Field
          id="login"
          label={card.identifier}
          autocomplete="off"
          value={identifier}
          maxLength={64}
          faulty={fault === 'sign_in_failed'}
          autofocus={!fault && !known}
        />
        <div class="words">
          {card.word.map((label, index) => (
            <Field
              key={label}
              id={`word${index + 1}`}
              label={label}
              autocomplete="off"
              maxLength={40}
              faulty={fault === 'sign_in_failed'}
              autofocus={!fault && known && index === 0}
            />
          ))}
        </div>
        <button id="submit" type="submit" class="main">
          {card.submit}
        </button>
      </form>
      <p class="aside">{card.grown}</p>
    </Layout>
  );
}

export interface CardPlacesData {
  readonly name: string;
  readonly places: readonly { readonly name: string; readonly address: string }[];
}

export function cardPlacesPage(page: Page, { name, places }: CardPlacesData): VNode {
  const { card } = page.text.pages;
  return (
    <Layout page={page} title={card.title}>
      <h1>{card.hello(name)}</h1>
      <p class="lead">{places.length > 0 ? card.where : card.nowhere}</p>
      {places.map((place) => (
        <p key={place.name}>
          <a class="button" href={place.address}>
            {place.name}
          </a>
        </p>
      ))}
      <p class="aside">
        <a href="/card">{card.notMe}</a>
      </p>
    </Layout>
  );
}
