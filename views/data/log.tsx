// Where one signed in, the consultations of what one keeps, and the incident files one is told of afterwards.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Back } from './me.tsx';

type Words = Page['text']['pages']['data']['log'];

/** What happened on one day, as it is read. */
export interface DayShown<Line> {
  readonly day: string;
  readonly lines: readonly Line[];
}

export interface VisitShown {
  readonly time: string;
  readonly what: keyof Words['what'];
  readonly module?: string;
}

export interface ConsultationShown {
  readonly category: keyof Words['categories'];
  readonly purpose: keyof Words['purposes'];
  readonly title: string;
  readonly module: string;
}

/** Somebody of a category opened one's file. */
export interface OpeningShown {
  readonly category: keyof Page['text']['pages']['fileOpenings']['categories'];
  readonly purpose: keyof Page['text']['pages']['fileOpenings']['purposes'];
  readonly school?: string | undefined;
}

export interface LogData {
  /** How long sign-ins are kept. */
  readonly months: number;
  readonly visits: readonly DayShown<VisitShown>[];
  readonly consultations: readonly DayShown<ConsultationShown>[];
  readonly openings: readonly DayShown<OpeningShown>[];
  readonly incidents: readonly {
    readonly from: string;
    readonly to: string;
    readonly motive: string;
    readonly ended: string;
  }[];
  /** Where a request is made, when there is such a page. */
  readonly requests?: string | undefined;
}

export function logPage(page: Page, data: LogData): VNode {
  const { log } = page.text.pages.data;
  return (
    <Layout page={page} title={log.title} wide>
      <Back page={page} />
      <h1>{log.heading}</h1>
      {data.incidents.length > 0 && <Incidents page={page} incidents={data.incidents} requests={data.requests} />}
      <section id="consultations">
        <h2>{log.consultations}</h2>
        <p>{log.consultationsIntro}</p>
        <p class="small">{log.consultationsSmall}</p>
        {data.consultations.length === 0 && <p>{log.consultationsNone}</p>}
        {data.consultations.map(({ day, lines }) => (
          <div key={day}>
            <h3>{day}</h3>
            <ul>
              {lines.map(({ category, purpose, title, module }) => (
                <li>
                  {log.categories[category]}
                  <span class="described">{log.purposes[purpose](title, module)}</span>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </section>
      <Openings page={page} openings={data.openings} />
      <section id="visits">
        <h2>{log.visits}</h2>
        <p>{log.visitsIntro(String(data.months))}</p>
        {data.visits.length === 0 && <p>{log.visitsNone}</p>}
        {data.visits.map(({ day, lines }) => (
          <div key={day}>
            <h3>{day}</h3>
            <ul>
              {lines.map(({ time, what, module }) => (
                <li>
                  {time} · {log.what[what]}
                  {module && <span class="described">{module}</span>}
                </li>
              ))}
            </ul>
          </div>
        ))}
      </section>
    </Layout>
  );
}

function Openings({ page, openings }: { page: Page; openings: LogData['openings'] }): VNode {
  const { fileOpenings: text } = page.text.pages;
  return (
    <section id="openings">
      <h2>{text.heading}</h2>
      <p>{text.intro}</p>
      {openings.length === 0 && <p>{text.none}</p>}
      {openings.map(({ day, lines }) => (
        <div key={day}>
          <h3>{day}</h3>
          <ul>
            {lines.map(({ category, purpose, school }) => (
              <li key={`${category} ${purpose} ${school}`}>
                {text.purposes[purpose]}
                <span class="described">{[text.categories[category], school].filter(Boolean).join(' · ')}</span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

function Incidents(props: { page: Page; incidents: LogData['incidents']; requests: LogData['requests'] }): VNode {
  const { page, incidents, requests } = props;
  const { log } = page.text.pages.data;
  return (
    <section id="incidents" class="done">
      <h2>{log.incidents}</h2>
      <p>{log.incidentsIntro}</p>
      <ul class="openings">
        {incidents.map(({ from, to, motive, ended }) => (
          <li class="opening">
            <p class="what">{log.incident(from, to)}</p>
            <p>{log.incidentMotive(motive)}</p>
            <p class="small">{log.incidentBy(ended)}</p>
          </li>
        ))}
      </ul>
      <p>
        {log.contest} {requests && <a href={requests}>{log.request}</a>}
      </p>
    </section>
  );
}
