// The notice: what a service receives about a person, why, and who answers for it. It informs; it does not fake a consent.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Token } from '../parts.tsx';

export interface NoticeData {
  readonly uid: string;
  readonly token: string;
  readonly person: string;
  readonly module: {
    readonly name: string;
    readonly purpose: string;
    readonly responsible: string;
    /** Names of the schools it serves, or all of them. */
    readonly schools: readonly string[] | 'all';
  };
  readonly claims: readonly (keyof Page['text']['claims'])[];
  /** Of a publisher: the resource, and the attributes that it is sent, instead of claims. */
  readonly publisher?:
    | {
        readonly resource: { readonly name: string };
        readonly attributes: readonly (keyof Page['text']['attributes'])[];
        /** Whether it is told the school of the click, or all from which it may be opened. */
        readonly schools: 'click' | 'all';
      }
    | undefined;
}

export function noticePage(page: Page, { uid, token, person, module, claims, publisher }: NoticeData): VNode {
  const { notice } = page.text.pages;
  const schools = module.schools === 'all' ? notice.allSchools : notice.someSchools(module.schools);
  return (
    <Layout page={page} title={notice.title} wide>
      <p class="towards">{notice.signedInAs(person)}</p>
      <h1>{publisher ? page.text.pages.launching.received(publisher.resource.name) : notice.heading(module.name)}</h1>
      <ul class="received">
        {publisher?.attributes.map((name) => (
          <li key={name}>
            {name === 'UAI' && publisher.schools === 'all'
              ? page.text.pages.launching.severalSchools
              : page.text.attributes[name]}
          </li>
        ))}
        {worthTelling(claims).map((claim) => (
          <li key={claim}>{page.text.claims[claim]}</li>
        ))}
        {!publisher && <li>{notice.identifier}</li>}
      </ul>
      <dl>
        <dt>{notice.why}</dt>
        <dd>{module.purpose}</dd>
        <dt>{notice.who}</dt>
        <dd>{module.responsible}</dd>
        <dt>{notice.schools}</dt>
        <dd>{schools}</dd>
      </dl>
      <p class="small">
        {notice.basis}{' '}
        {publisher && (
          <a id="decline" href="/me/publishers">
            {page.text.pages.launching.decline}
          </a>
        )}
      </p>
      <p class="small">{notice.intro}</p>
      <p class="small">
        <a id="whole-notice" href="/notices">
          {notice.whole}
        </a>
      </p>
      <div class="choices">
        <form method="post" action={`/interaction/${uid}`}>
          <Token value={token} />
          <button id="submit" type="submit" class="main">
            {notice.accept}
          </button>
        </form>
        <form method="post" action={`/interaction/${uid}/cancel`} class="quiet">
          <Token value={token} />
          <button id="cancel" type="submit">
            {notice.refuse}
          </button>
        </form>
        <a href="/session/end">{notice.notMe}</a>
      </div>
    </Layout>
  );
}

/** The sentence of the full name says the two others. */
function worthTelling(claims: NoticeData['claims']): NoticeData['claims'] {
  if (!claims.includes('name')) return claims;
  return claims.filter((claim) => claim !== 'given_name' && claim !== 'family_name');
}
