// What a school does to tell people: numbers, the board's day, letters to hand out, what an opening asks, its own texts.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Fault, type RefusalCodeOf } from '../parts.tsx';
import { type Choice, Choices } from './notice.tsx';

type Category = 'pupil' | 'guardian' | 'staff';
export type Portion = 'none' | 'few' | 'almost_all' | 'all' | { readonly percent: number };

export interface SchoolNoticesData {
  readonly token: string;
  readonly school: { readonly uai: string; readonly name: string };
  /** The schools of whoever informs at several. */
  readonly schools: readonly Choice[];
  readonly share: {
    readonly lines: readonly {
      readonly categories: readonly Category[];
      readonly people: number;
      readonly told: Portion;
    }[];
    readonly all?: { readonly people: number; readonly told: Portion } | undefined;
    readonly late: 'none' | 'few' | number;
    /** Days as they are read. */
    readonly nextDay?: string | undefined;
  };
  readonly boardDay: string;
  readonly boardText?: string | undefined;
  readonly groups: readonly LettersLine[];
  readonly opening: OpeningFields;
  readonly own: string;
  readonly charter: { readonly text: string; readonly votedDay: string };
  readonly done?: DoneNotice | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export type DoneNotice = keyof Page['text']['pages']['notices']['school']['done'];

export interface LettersLine {
  /** The key of a class, `staff`, `none` or `apart`. */
  readonly id: string;
  /** The label of a class; empty for the others. */
  readonly label: string;
  readonly count: number;
  /** Whether some are printed and may be said to be handed out. */
  readonly printed: boolean;
}

export interface OpeningFields {
  readonly convention: string;
  readonly conventionDay: string;
  readonly informedDay: string;
  readonly officer: string;
}

export function schoolNoticesPage(page: Page, data: SchoolNoticesData): VNode {
  const { school: words, notice } = page.text.pages.notices;
  const { done, fault, school } = data;
  return (
    <Layout page={page} title={fault ? `${words.notDone} · ${words.title}` : words.title} wide>
      <p class="towards">{school.name}</p>
      <h1>{words.heading}</h1>
      {fault && <Fault page={page} heading={words.notDone} code={fault} />}
      {done && !fault && (
        <output class="done" id="done" tabindex={-1} autofocus>
          {words.done[done]}
        </output>
      )}
      <p class="lead">{words.intro}</p>
      {data.schools.length > 1 && <Choices label={notice.chooseSchool} choices={data.schools} id="schools" />}
      <ShareTold page={page} share={data.share} />
      <Board page={page} data={data} />
      <Letters page={page} data={data} />
      <OpeningForm page={page} data={data} />
      <Texts page={page} data={data} />
      <p>
        <a href={`/notices?school=${school.uai}`}>{words.toNotice}</a>
      </p>
    </Layout>
  );
}

function ShareTold({ page, share }: { page: Page; share: SchoolNoticesData['share'] }): VNode {
  const { school: words } = page.text.pages.notices;
  const { lines, all, late, nextDay } = share;
  const named = (categories: readonly Category[]) => categories.map((one) => words.categories[one]).join(', ');
  const rows = [
    ...lines.map(({ categories, people, told }) => ({ name: named(categories), people, told })),
    ...(all && lines.length > 1 ? [{ name: words.categories.all, ...all }] : []),
  ];
  return (
    <section id="share">
      <h2>{words.reach}</h2>
      {!all && <p>{words.tooFew}</p>}
      {all && (
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">{words.category}</th>
              <th scope="col">{words.people}</th>
              <th scope="col">{words.share}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, people, told }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{people}</td>
                <td>{portionText(page, told)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <h3>{words.lateHeading}</h3>
      <p id="late">
        {late === 'none' ? words.lateNone : late === 'few' ? words.lateFew : words.late([String(late)])}{' '}
        {nextDay && words.next([nextDay])}
      </p>
    </section>
  );
}

function portionText(page: Page, told: Portion): string {
  const { school: words } = page.text.pages.notices;
  if (typeof told === 'object') return words.percent([String(told.percent)]);
  return { none: words.noneTold, few: words.fewTold, almost_all: words.almostAll, all: words.allTold }[told];
}

function Board({ page, data }: { page: Page; data: SchoolNoticesData }): VNode {
  const { school: words } = page.text.pages.notices;
  return (
    <section id="board">
      <h2>{words.board}</h2>
      <p>{words.boardIntro}</p>
      <p class="standing">{data.boardText === undefined ? words.boardNone : words.boardIs([data.boardText])}</p>
      <form method="post" action="/school/notices" class="with-field">
        <Act data={data} act="board" />
        <label for="board-day">{words.boardDay}</label>
        <input id="board-day" name="day" type="date" required value={data.boardDay} />
        <button type="submit">{words.boardSubmit}</button>
      </form>
    </section>
  );
}

function Letters({ page, data }: { page: Page; data: SchoolNoticesData }): VNode {
  const { school: words } = page.text.pages.notices;
  const nameOf = ({ id, label }: LettersLine) => label || words.groups[id as keyof typeof words.groups];
  return (
    <section id="letters">
      <h2>{words.letters}</h2>
      <p>{words.lettersIntro}</p>
      {data.groups.length === 0 && <p>{words.lettersNone}</p>}
      <ul class="openings">
        {data.groups.map((line) => (
          <li class="opening" key={line.id} id={`letters-${line.id}`}>
            <p class="what">
              {nameOf(line)} · {words.count([String(line.count)])}
            </p>
            <div class="acts">
              <form method="post" action="/school/notices/letters" class="act">
                <Act data={data} act="print" group={line.id} />
                <button type="submit">
                  {words.print} <span class="aloud">{nameOf(line)}</span>
                </button>
              </form>
              {line.printed && (
                <form method="post" action="/school/notices" class="act quiet">
                  <Act data={data} act="handed" group={line.id} />
                  <button type="submit">
                    {words.handed} <span class="aloud">{nameOf(line)}</span>
                  </button>
                </form>
              )}
            </div>
          </li>
        ))}
      </ul>
      {data.groups.some(({ id }) => id === 'apart') && <p class="small">{words.apart}</p>}
    </section>
  );
}

function OpeningForm({ page, data }: { page: Page; data: SchoolNoticesData }): VNode {
  const { school: words } = page.text.pages.notices;
  const { opening } = data;
  const field = (name: keyof OpeningFields, type: 'text' | 'date'): VNode => {
    const common = { id: `opening-${name}`, name, value: opening[name], autocomplete: 'off' } as const;
    return (
      <div class="field">
        <label for={common.id}>{words[name]}</label>
        {type === 'date' ? <input type="date" {...common} /> : <input type="text" maxlength={200} {...common} />}
      </div>
    );
  };
  return (
    <section id="opening">
      <h2>{words.opening}</h2>
      <p>{words.openingIntro}</p>
      <form method="post" action="/school/notices">
        <Act data={data} act="opening" />
        {field('convention', 'text')}
        {field('conventionDay', 'date')}
        {field('informedDay', 'date')}
        {field('officer', 'text')}
        <button type="submit">{words.openingSubmit}</button>
      </form>
    </section>
  );
}

function Texts({ page, data }: { page: Page; data: SchoolNoticesData }): VNode {
  const { school: words } = page.text.pages.notices;
  return (
    <>
      <section id="own">
        <h2>{words.own}</h2>
        <form method="post" action="/school/notices">
          <Act data={data} act="own" />
          <label for="own-text">{words.ownLabel}</label>
          <p class="hint" id="own-hint">
            {words.ownHint}
          </p>
          <textarea id="own-text" name="text" rows={6} maxlength={4000} aria-describedby="own-hint">
            {data.own}
          </textarea>
          <button type="submit">{words.ownSubmit}</button>
        </form>
      </section>
      <section id="charter">
        <h2>{words.charter}</h2>
        <form method="post" action="/school/notices">
          <Act data={data} act="charter" />
          <label for="charter-text">{words.charterLabel}</label>
          <p class="hint" id="charter-hint">
            {words.charterHint}
          </p>
          <textarea id="charter-text" name="text" rows={10} maxlength={6000} required aria-describedby="charter-hint">
            {data.charter.text}
          </textarea>
          <div class="field">
            <label for="charter-voted">{words.charterVoted}</label>
            <p class="hint" id="charter-voted-hint">
              {words.charterVotedHint}
            </p>
            <input
              id="charter-voted"
              name="day"
              type="date"
              value={data.charter.votedDay}
              aria-describedby="charter-voted-hint"
            />
          </div>
          <button type="submit">{words.charterSubmit}</button>
        </form>
      </section>
    </>
  );
}

function Act({ data, act, group }: { data: SchoolNoticesData; act: string; group?: string }): VNode {
  return (
    <>
      <input type="hidden" name="token" value={data.token} />
      <input type="hidden" name="act" value={act} />
      <input type="hidden" name="school" value={data.school.uai} />
      {group !== undefined && <input type="hidden" name="group" value={group} />}
    </>
  );
}
