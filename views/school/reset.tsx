// Resetting all the pupils of a school: what it does, how many it concerns, and a box to tick first.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Done, Fault, type RefusalCodeOf, Token } from '../parts.tsx';

export interface PupilsResetData {
  readonly token: string;
  readonly schools: readonly {
    readonly uai: string;
    readonly name: string;
    /** Counts of accounts, told exactly from ten on. */
    readonly active: number;
    readonly waiting: number;
    readonly done: boolean;
  }[];
  readonly fault?: RefusalCodeOf | undefined;
}

export function pupilsResetPage(page: Page, { token, schools, fault }: PupilsResetData): VNode {
  const { pupils: words } = page.text.pages.account;
  const count = (many: number): string => (many === 0 ? words.none : many < 10 ? words.few : String(many));
  return (
    <Layout page={page} title={fault ? `${words.refused} · ${words.title}` : words.title}>
      <h1>{words.heading}</h1>
      {fault && <Fault page={page} heading={words.refused} code={fault} />}
      <p class="lead">{words.intro}</p>
      <ul>
        {words.effects.map((effect) => (
          <li key={effect}>{effect}</li>
        ))}
      </ul>
      {schools.map(({ uai, name, active, waiting, done }) => (
        <section key={uai} id={`school-${uai}`}>
          <h2>{name}</h2>
          {done && <Done>{words.done}</Done>}
          <dl>
            <dt>{words.active}</dt>
            <dd>{count(active)}</dd>
            <dt>{words.waiting}</dt>
            <dd>{count(waiting)}</dd>
          </dl>
          <form method="post" action="/school/reset" id={`reset-${uai}`}>
            <Token value={token} />
            <input type="hidden" name="school" value={uai} />
            <p class="tick">
              <input type="checkbox" id={`confirm-${uai}`} name="confirm" value="yes" required />
              <label for={`confirm-${uai}`}>{words.confirm}</label>
            </p>
            <button type="submit" class="main grave">
              {words.submit}
            </button>
          </form>
        </section>
      ))}
    </Layout>
  );
}
