// The licences of one subscription at one school: what is left, giving to many or to one, and taking back.
import type { VNode } from 'preact';
import type { ResourceAudience } from '../../src/directory/offers.ts';
import { Act } from '../circles/circles.tsx';
import { Layout, type Page } from '../layout.tsx';
import { Done, Fault, type RefusalCodeOf, Token } from '../parts.tsx';
import { type LicencesDone, type SeatLine, SeatTable } from './licences.tsx';

interface Choice {
  /** A kind and a key: `class:0197…`. */
  readonly value: string;
  readonly label: string;
}

export interface OfferData {
  readonly token: string;
  readonly id: string;
  readonly name: string;
  readonly school: string;
  /** The last day, and the first when it has not begun. */
  readonly until: string;
  readonly from?: string | undefined;
  readonly seats: readonly SeatLine[];
  readonly waiting: number;
  /** Whom the subscription is for. */
  readonly publics: readonly ResourceAudience[];
  readonly classes: readonly Choice[];
  readonly groups: readonly Choice[];
  readonly levels: readonly Choice[];
  readonly given: readonly GivenLine[];
  readonly typed?: { readonly name: string; readonly inClass: string; readonly target: string } | undefined;
  readonly done?: LicencesDone | undefined;
  readonly fault?: RefusalCodeOf | undefined;
  /** How many licences were missing, for how many. */
  readonly missing?: readonly [missing: number, wanted: number] | undefined;
}

export interface GivenLine {
  readonly id: string;
  readonly what: string;
  readonly covers: number;
  readonly since: string;
}

export function offerPage(page: Page, data: OfferData): VNode {
  const { licences } = page.text.pages;
  const { one: words, list, seats: seatWords } = licences;
  const { name, school, from, until, seats, waiting, fault, done, missing } = data;
  const days = [from && list.from(from), list.until(until)].filter(Boolean).join(', ');
  return (
    <Layout page={page} title={fault ? `${licences.notDone} · ${name}` : name} wide>
      <p class="towards">
        <a href="/licences">{words.back}</a>
      </p>
      <h1>{name}</h1>
      {fault && <Fault page={page} heading={licences.notDone} code={fault} />}
      {fault && missing && <p id="missing">{words.missing(missing)}</p>}
      {done && !fault && <Done>{licences.done[done]}</Done>}
      <p class="small">
        {school} · {days}
      </p>
      <SeatTable page={page} seats={seats} />
      {waiting > 0 && <p class="waits">{seatWords.waiting(waiting)}</p>}
      <section id="give">
        <h2>{words.give}</h2>
        <ToMany page={page} data={data} />
        <ToOne page={page} data={data} />
      </section>
      <Given page={page} data={data} />
    </Layout>
  );
}

function ToMany({ page, data }: { page: Page; data: OfferData }): VNode {
  const { one: words, publics } = page.text.pages.licences;
  const { id, classes, groups, levels, typed } = data;
  const audiences = data.publics.map((one) => ({ value: `audience:${one}`, label: words.allOf(publics[one]) }));
  const parts = [
    { label: words.classes, choices: classes },
    { label: words.groups, choices: groups },
    { label: words.levels, choices: levels },
    { label: words.audiences, choices: audiences },
  ];
  return (
    <form method="post" action={`/licences/${id}`} id="to-many">
      <h3>{words.toMany}</h3>
      <p class="hint" id="target-hint">
        {words.toManyHint}
      </p>
      <Token value={data.token} />
      <input type="hidden" name="act" value="give-many" />
      <div class="field">
        <label for="target">{words.target}</label>
        <select id="target" name="target" required aria-describedby="target-hint">
          <option value="">{words.choose}</option>
          {parts
            .filter(({ choices }) => choices.length > 0)
            .map(({ label, choices }) => (
              <optgroup key={label} label={label}>
                {choices.map((choice) => (
                  <option key={choice.value} value={choice.value} selected={typed?.target === choice.value}>
                    {choice.label}
                  </option>
                ))}
              </optgroup>
            ))}
        </select>
      </div>
      <button type="submit">{words.giveAll}</button>
    </form>
  );
}

function ToOne({ page, data }: { page: Page; data: OfferData }): VNode {
  const { one: words, publics } = page.text.pages.licences;
  const { id, typed, fault } = data;
  const faulty = fault === 'licence_target_refused' && typed?.name !== undefined;
  const field = { type: 'text', autocomplete: 'off', maxlength: 150 } as const;
  return (
    <form method="post" action={`/licences/${id}`} id="to-one">
      <h3>{words.toOne}</h3>
      <Token value={data.token} />
      <input type="hidden" name="act" value="give-one" />
      <div class="field">
        <label for="name">{words.name}</label>
        <p class="hint" id="name-hint">
          {words.toOneHint(data.publics.map((one) => publics[one].toLocaleLowerCase(page.locale)).join(', '))}
        </p>
        <input
          {...field}
          id="name"
          name="name"
          required
          value={typed?.name}
          aria-invalid={faulty ? 'true' : undefined}
          aria-describedby={faulty ? 'name-hint fault' : 'name-hint'}
        />
      </div>
      {data.publics.includes('pupil') && (
        <div class="field">
          <label for="class">{words.inClass}</label>
          <p class="hint" id="class-hint">
            {words.inClassHint}
          </p>
          <input {...field} id="class" name="class" value={typed?.inClass} aria-describedby="class-hint" />
        </div>
      )}
      <button type="submit">{words.giveOne}</button>
    </form>
  );
}

function Given({ page, data }: { page: Page; data: OfferData }): VNode {
  const { one: words } = page.text.pages.licences;
  const { id, given } = data;
  return (
    <section id="given">
      <h2>{words.given}</h2>
      {given.length === 0 ? <p>{words.givenNone}</p> : <p class="small">{words.twice}</p>}
      <ul class="openings">
        {given.map((line) => (
          <li key={line.id} class="opening">
            <p class="what">{line.what}</p>
            <p class="small">
              {words.covers(line.covers)} · {words.since(line.since)}
            </p>
            <div class="acts">
              <Act
                action={`/licences/${id}`}
                token={data.token}
                act="take"
                fields={{ assignment: line.id }}
                label={words.take}
                about={line.what}
              />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
