// For whoever looks after a school's accounts: the browsers that are shared workstations, and making this one of them.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Fault, type RefusalCodeOf, Token } from '../parts.tsx';

export interface WorkstationsData {
  readonly token: string;
  readonly schools: readonly {
    readonly uai: string;
    readonly name: string;
    /** Where families may read, as it was recorded. */
    readonly places: readonly string[];
    readonly marked: readonly { readonly id: string; readonly place: string; readonly since: string }[];
  }[];
  readonly typed?: { readonly place: string; readonly school: string } | undefined;
  readonly done?: 'ended' | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export function workstationsPage(page: Page, data: WorkstationsData): VNode {
  const { workstations: words } = page.text.pages;
  const { fault, done, schools } = data;
  return (
    <Layout page={page} title={fault ? `${words.notDone} · ${words.title}` : words.title} wide>
      <h1>{words.heading}</h1>
      {fault && <Fault page={page} heading={words.notDone} code={fault} />}
      {done && !fault && (
        <output class="done" id="done" tabindex={-1} autofocus>
          {words.done[done]}
        </output>
      )}
      <p class="lead">{words.intro}</p>
      {page.shared ? <Here page={page} place={page.shared.place} /> : <Mark page={page} data={data} />}
      {schools.map(({ uai, name, marked }) => (
        <section key={uai} class="of-school" id={`school-${uai}`}>
          <p class="towards">{name}</p>
          <h2>{words.list}</h2>
          {marked.length === 0 && <p>{words.none}</p>}
          <ul class="openings">
            {marked.map(({ id, place, since }) => (
              <li key={id} class="opening">
                <p class="what">{place}</p>
                <p class="small">{words.since(since)}</p>
                <div class="acts">
                  <form method="post" action="/school/workstations" class="act quiet">
                    <Token value={data.token} />
                    <input type="hidden" name="act" value="end" />
                    <input type="hidden" name="school" value={uai} />
                    <input type="hidden" name="id" value={id} />
                    <button type="submit">
                      {words.end} <span class="aloud">{place}</span>
                    </button>
                  </form>
                </div>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </Layout>
  );
}

function Here({ page, place }: { page: Page; place: string }): VNode {
  const { workstations: words } = page.text.pages;
  return (
    <section id="here">
      <h2>{words.here}</h2>
      <p>{words.hereAnswer(place)}</p>
    </section>
  );
}

function Mark({ page, data }: { page: Page; data: WorkstationsData }): VNode {
  const { workstations: words } = page.text.pages;
  const { schools, typed } = data;
  const [first] = schools;
  const places = [...new Set(schools.flatMap((school) => school.places))];
  return (
    <section id="mark">
      <h2>{words.mark}</h2>
      <p>{words.markIntro}</p>
      <form method="post" action="/school/workstations">
        <Token value={data.token} />
        <input type="hidden" name="act" value="mark" />
        {schools.length === 1 && <input type="hidden" name="school" value={first!.uai} />}
        {schools.length > 1 && (
          <div class="field">
            <label for="school">{words.school}</label>
            <select id="school" name="school" required>
              {schools.map(({ uai, name }) => (
                <option key={uai} value={uai} selected={typed?.school === uai}>
                  {name}
                </option>
              ))}
            </select>
          </div>
        )}
        <div class="field">
          <label for="place">{words.place}</label>
          <p class="hint" id="place-hint">
            {words.placeHint}
            {places.length > 0 && ` ${words.known} : ${places.join(' ; ')}.`}
          </p>
          <input
            type="text"
            id="place"
            name="place"
            value={typed?.place ?? places[0]}
            maxlength={200}
            required
            autocomplete="off"
            aria-describedby="place-hint"
          />
        </div>
        <button type="submit" id="mark-browser">
          {words.submit}
        </button>
      </form>
    </section>
  );
}
