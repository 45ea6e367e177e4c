// For whoever gives licences, or is asked to: designations to answer, and the subscriptions of their schools with what is left.
import type { VNode } from 'preact';
import type { ResourceAudience } from '../../src/directory/offers.ts';
import { Act } from '../circles/circles.tsx';
import { Layout, type Page } from '../layout.tsx';
import { Done, Fault, type RefusalCodeOf } from '../parts.tsx';

export type LicencesDone = keyof Page['text']['pages']['licences']['done'];

/** How many there are, of an audience or of all together. */
export interface SeatLine {
  readonly audience: ResourceAudience | 'together';
  readonly total: number | 'all';
  readonly taken: number;
  readonly left: number | 'all';
}

export interface LicencesData {
  readonly token: string;
  /** Days are those of the page's language. */
  readonly asked: readonly {
    readonly id: string;
    readonly by: string;
    readonly school: string;
    readonly answerBefore: string;
  }[];
  readonly held: readonly { readonly id: string; readonly school: string; readonly until: string }[];
  readonly schools: readonly {
    readonly uai: string;
    readonly name: string;
    readonly offers: readonly OfferLine[];
    /** How many free resources there are, and are open there; none said where there are none. */
    readonly free: { readonly open: number; readonly all: number } | undefined;
  }[];
  readonly done?: LicencesDone | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export interface OfferLine {
  readonly id: string;
  readonly name: string;
  readonly until: string;
  /** When it has not begun. */
  readonly from?: string | undefined;
  readonly seats: readonly SeatLine[];
  readonly waiting: number;
}

export function licencesPage(page: Page, data: LicencesData): VNode {
  const { licences } = page.text.pages;
  const { list: words } = licences;
  const { asked, held, schools, fault, done } = data;
  return (
    <Layout page={page} title={fault ? `${licences.notDone} · ${words.title}` : words.title} wide>
      <h1>{words.heading}</h1>
      {fault && <Fault page={page} heading={licences.notDone} code={fault} />}
      {done && !fault && <Done>{licences.done[done]}</Done>}
      {asked.length > 0 && <Asked page={page} data={data} />}
      {schools.length > 0 && <p class="lead">{words.intro}</p>}
      {schools.length + asked.length === 0 && <p class="lead">{words.nothing}</p>}
      {schools.map(({ uai, name, offers, free }) => (
        <section key={uai} class="of-school" id={`school-${uai}`}>
          <h2>{name}</h2>
          {offers.length === 0 && <p>{words.none}</p>}
          {offers.map((offer) => (
            <Offer key={offer.id} page={page} offer={offer} />
          ))}
          {free && (
            <p>
              <a class="free" href={`/licences/free/${uai}`}>
                {page.text.pages.freeResources.link([free.open, free.all])} <span class="aloud">{name}</span>
              </a>
            </p>
          )}
        </section>
      ))}
      {held.length > 0 && (
        <section id="held">
          <h2>{words.held}</h2>
          <ul class="openings">
            {held.map(({ id, school, until }) => (
              <li key={id} class="opening">
                <p class="what">{words.heldUntil([school, until])}</p>
                <div class="acts">
                  <Answer data={data} designation={id} act="renounce" label={words.renounce} about={school} />
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Layout>
  );
}

function Asked({ page, data }: { page: Page; data: LicencesData }): VNode {
  const { list: words } = page.text.pages.licences;
  return (
    <section id="asked">
      <h2>{words.asked}</h2>
      <ul class="openings pending">
        {data.asked.map(({ id, by, school, answerBefore }) => (
          <li key={id} class="opening">
            <p class="what">{words.askedBy([by, school])}</p>
            <p>{words.askedMeans}</p>
            <p class="small">{words.answerBefore(answerBefore)}</p>
            <div class="acts">
              <Answer data={data} designation={id} act="accept" label={words.accept} about={school} main />
              <Answer data={data} designation={id} act="refuse" label={words.refuse} about={school} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What somebody says of a designation of theirs. */
function Answer(props: {
  data: LicencesData;
  designation: string;
  act: 'accept' | 'refuse' | 'renounce';
  label: string;
  about: string;
  main?: boolean;
}): VNode {
  const { data, designation, ...rest } = props;
  return <Act action="/licences" token={data.token} fields={{ designation }} {...rest} />;
}

function Offer({ page, offer }: { page: Page; offer: OfferLine }): VNode {
  const { list: words, seats: seatWords } = page.text.pages.licences;
  const { id, name, from, until, seats, waiting } = offer;
  const days = [from && words.from(from), words.until(until)].filter(Boolean).join(', ');
  return (
    <section class="licences-of" id={`offer-${id}`}>
      <h3>{name}</h3>
      <p class="small">{days}</p>
      <SeatTable page={page} seats={seats} />
      {waiting > 0 && <p class="waits">{seatWords.waiting(waiting)}</p>}
      <p>
        <a class="button" href={`/licences/${id}`}>
          {words.open} <span class="aloud">{name}</span>
        </a>
      </p>
    </section>
  );
}

/** What is given and left, a line for each public. */
export function SeatTable({ page, seats }: { page: Page; seats: readonly SeatLine[] }): VNode {
  const { licences } = page.text.pages;
  const { seats: words } = licences;
  const number = new Intl.NumberFormat(page.locale);
  const text = (count: number | 'all') => (count === 'all' ? words.all : number.format(count));
  const used = (taken: number, total: number | 'all') =>
    total === 'all' ? text(taken) : words.of([text(taken), text(total)]);
  return (
    <table class="seats">
      <caption>{words.caption}</caption>
      <thead>
        <tr>
          <th scope="col">{words.public}</th>
          <th scope="col">{words.taken}</th>
          <th scope="col">{words.left}</th>
        </tr>
      </thead>
      <tbody>
        {seats.map(({ audience, total, taken, left }) => (
          <tr key={audience}>
            <th scope="row">{audience === 'together' ? words.together : licences.publics[audience]}</th>
            <td>{used(taken, total)}</td>
            <td>{text(left)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
