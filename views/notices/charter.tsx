// The charters of a person's schools: voted or not binding, never a gate; what they answered is theirs alone to see.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Fault, type RefusalCodeOf, Token } from '../parts.tsx';

export interface CharterData {
  /** Empty for a visitor, who may read and has nothing to answer. */
  readonly token: string;
  readonly signedIn: boolean;
  readonly schools: readonly CharterOfSchool[];
  readonly done?: 'accepted' | 'withdrawn' | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export interface CharterOfSchool {
  readonly uai: string;
  readonly name: string;
  readonly degree: 1 | 2;
  readonly charter?:
    | {
        readonly hash: string;
        readonly paragraphs: readonly string[];
        /** Days as they are read. */
        readonly votedOn?: string | undefined;
        readonly recordedOn: string;
        readonly acceptedOn?: string | undefined;
      }
    | undefined;
}

export function charterPage(page: Page, { token, signedIn, schools, done, fault }: CharterData): VNode {
  const { charter: words, school } = page.text.pages.notices;
  return (
    <Layout page={page} title={words.title} wide>
      <h1>{words.heading}</h1>
      {fault && <Fault page={page} heading={school.notDone} code={fault} />}
      {done && (
        <output class="done" id="done" tabindex={-1} autofocus>
          {words.done[done]}
        </output>
      )}
      <p class="lead">{words.intro}</p>
      {schools.length === 0 && <p>{signedIn ? words.noSchool : words.signedOut}</p>}
      {schools.map((one) => (
        <OfSchool key={one.uai} page={page} token={token} school={one} />
      ))}
    </Layout>
  );
}

function OfSchool({ page, token, school }: { page: Page; token: string; school: CharterOfSchool }): VNode {
  const { charter: words } = page.text.pages.notices;
  const { uai, name, degree, charter } = school;
  return (
    <section class="of-school" id={`charter-${uai}`}>
      <h2>{name}</h2>
      {!charter && <p>{words.none}</p>}
      {charter && (
        <>
          <p class="standing">
            {charter.votedOn === undefined ? words.notVoted : words.voted[degree]([charter.votedOn])}{' '}
            {words.since([charter.recordedOn])}
          </p>
          <div class="notice-text">
            {charter.paragraphs.map((text) => (
              <p key={text}>{text}</p>
            ))}
          </div>
          {token && (
            <form method="post" action="/charter">
              <Token value={token} />
              <input type="hidden" name="school" value={uai} />
              <input type="hidden" name="charter" value={charter.hash} />
              <input type="hidden" name="answer" value={charter.acceptedOn === undefined ? 'accept' : 'withdraw'} />
              <p class="hint">
                {charter.acceptedOn === undefined ? words.acceptHint : words.accepted([charter.acceptedOn])}
              </p>
              <button type="submit">
                {charter.acceptedOn === undefined ? words.accept : words.withdraw} <span class="aloud">{name}</span>
              </button>
            </form>
          )}
        </>
      )}
    </section>
  );
}
