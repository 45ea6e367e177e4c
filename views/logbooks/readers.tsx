// Who may read a logbook, today or at a past moment, in its year or in the archive: staff by reason, families as a count.

import type { VNode } from 'preact';
import { DayFault, DayField } from '../day-field.tsx';
import type { Page } from '../layout.tsx';

/** Who reads by one rule. */
interface ByRule<Rule> {
  readonly rule: Rule;
  /** Why, as a sentence. */
  readonly why: string;
  readonly people: readonly { readonly name: string; readonly until?: string }[];
}

/** Who may read, at one instant: staff by reason, families as a count. */
export interface ReadersShown {
  readonly staff: readonly ByRule<keyof Page['text']['pages']['openings']['readers']>[];
  /** Once the year of the logbook is over. */
  readonly archive: readonly ByRule<keyof Page['text']['pages']['openings']['archiveReaders']>[];
  readonly families: readonly { readonly category: 'pupil' | 'guardian'; readonly count: number }[];
  /** The end of those who have none of their own. */
  readonly until: string;
}

export interface PastShown {
  /** What was asked, as typed. */
  readonly day: string;
  readonly time: string;
  /** The instant as it is read; none when it is no past instant. */
  readonly when?: string;
  readonly enforced?: ReadersShown;
  readonly known?: ReadersShown;
  readonly added?: ReadersShown;
  readonly removed?: ReadersShown;
}

/** Who may read today. */
export function Today({ page, readers }: { page: Page; readers: ReadersShown }): VNode {
  const { logbook: words } = page.text.pages.openings;
  return (
    <section id="readers">
      <h2>{words.readers}</h2>
      <p>{words.readersIntro}</p>
      <Readers page={page} readers={readers} />
    </section>
  );
}

function Readers({ page, readers }: { page: Page; readers: ReadersShown }): VNode {
  const { logbook: words, readers: names, archiveReaders } = page.text.pages.openings;
  const { staff, archive, families, until } = readers;
  return (
    <div class="readers">
      {staff.length > 0 && (
        <div>
          <h3>{words.staff}</h3>
          <p class="small">{words.untilEnd(until)}</p>
          <Staff page={page} lines={staff.map((line) => ({ ...line, name: names[line.rule] }))} />
        </div>
      )}
      {archive.length > 0 && (
        <div class="archive">
          <h3>{words.archive}</h3>
          <p class="small">{words.archiveUntil(until)}</p>
          <Staff page={page} lines={archive.map((line) => ({ ...line, name: archiveReaders[line.rule] }))} />
        </div>
      )}
      {families.length > 0 && (
        <div class="families">
          <h3>{words.families}</h3>
          <ul>
            {families.map(({ category, count }) => (
              <li key={category}>
                {category === 'pupil' ? words.pupils(String(count)) : words.guardians(String(count))}
              </li>
            ))}
          </ul>
          <p class="small">{words.familiesHint}</p>
        </div>
      )}
    </div>
  );
}

function Staff({ page, lines }: { page: Page; lines: readonly (ByRule<string> & { readonly name: string })[] }): VNode {
  const { logbook: words } = page.text.pages.openings;
  return (
    <dl>
      {lines.map(({ rule, name: heading, why, people }) => (
        <div key={rule} data-rule={rule}>
          <dt>
            {heading}
            <span class="small">{why}</span>
          </dt>
          <dd>
            <ul>
              {people.map(({ name, until }) => (
                <li key={name}>
                  {name}
                  {until && <span class="small"> {words.until(until)}</span>}
                </li>
              ))}
            </ul>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Who could read at a past moment, in both readings. */
export function Past({ page, id, past }: { page: Page; id: string; past: PastShown }): VNode {
  const { logbook: words } = page.text.pages.openings;
  const { when = '', enforced, known, added, removed } = past;
  const same = isEmpty(added) && isEmpty(removed);
  return (
    <section id="past">
      <h2>{words.pastTitle(when)}</h2>
      <p>
        <a href={`/logbooks/${id}`}>{words.today}</a>
      </p>
      <h3>{words.enforced}</h3>
      {enforced && !isEmpty(enforced) ? <Readers page={page} readers={enforced} /> : <p>{words.noLogbook}</p>}
      {same && <p id="same">{words.same}</p>}
      {!same && known && (
        <>
          <h3>{words.known}</h3>
          {isEmpty(known) ? <p>{words.noLogbook}</p> : <Readers page={page} readers={known} />}
          <Difference page={page} heading={words.added} readers={added} />
          <Difference page={page} heading={words.removed} readers={removed} />
        </>
      )}
    </section>
  );
}

function Difference(props: { page: Page; heading: string; readers: ReadersShown | undefined }): VNode | null {
  const { page, heading, readers } = props;
  if (!readers || isEmpty(readers)) return null;
  return (
    <div class="difference">
      <h3>{heading}</h3>
      <Readers page={page} readers={readers} />
    </div>
  );
}

function isEmpty(readers: ReadersShown | undefined): boolean {
  return !readers || readers.staff.length + readers.archive.length + readers.families.length === 0;
}

/** The form that asks for a past moment. */
export function AskPast({ page, id, past }: { page: Page; id: string; past: PastShown }): VNode {
  const { logbook: words } = page.text.pages.openings;
  const wrong = past.day !== '' && !past.when;
  return (
    <section id="ask-past">
      <h2>{words.pastHeading}</h2>
      <p>{words.pastIntro}</p>
      <form method="get" action={`/logbooks/${id}`} id="past-form">
        {wrong && <DayFault words={words.wrongDay} />}
        <div class="pair">
          <DayField label={words.day} value={past.day} wrong={wrong} />
          <div class="field">
            <label for="time">{words.time}</label>
            <input id="time" name="time" type="time" required value={past.time} />
          </div>
        </div>
        <button type="submit">{words.pastSubmit}</button>
      </form>
    </section>
  );
}
