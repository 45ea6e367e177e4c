// For those in charge of a school: what each publisher declared, what was validated, what was really sent.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';

type Words = Page['text']['pages']['publishers']['all'];

export interface SentShown {
  readonly attributes: string;
  /** None where fewer than ten persons are behind. */
  readonly many?: { readonly persons: number; readonly first: string; readonly last: string } | undefined;
}

export interface ResourceShown {
  readonly id: string;
  readonly name: string;
  readonly state: keyof Words['states'];
  /** What its publisher declares otherwise than it was validated: another address than `from`, the sending of all schools. */
  readonly waits?: { readonly from: string; readonly url?: string | undefined; readonly schools: boolean };
  /** The names of attributes, and what each is, in a sentence. */
  readonly declared: readonly AttributeShown[];
  readonly validated: readonly AttributeShown[];
  readonly sent: readonly SentShown[];
  /** Whether what was sent about fewer than ten persons is left out. */
  readonly manyOnly: boolean;
  /** The services that open it. */
  readonly clients: readonly string[];
  /** Who can open it. */
  readonly href: string;
}

export interface AttributeShown {
  readonly name: string;
  readonly what: string;
}

export interface PublishersData {
  readonly schools: readonly {
    readonly uai: string;
    readonly name: string;
    readonly publishers: readonly {
      readonly id: string;
      readonly name: string;
      readonly declines: number | 'few' | 'none';
      readonly resources: readonly ResourceShown[];
    }[];
  }[];
}

export function publishersPage(page: Page, { schools }: PublishersData): VNode {
  const { all } = page.text.pages.publishers;
  return (
    <Layout page={page} title={all.title} wide>
      <h1>{all.heading}</h1>
      <p class="lead">{all.intro}</p>
      {schools.map(({ uai, name, publishers }) => (
        <section key={uai} id={`school-${uai}`}>
          <h2>{name}</h2>
          {publishers.length === 0 && <p>{all.none}</p>}
          {publishers.map((one) => (
            <section key={one.id} id={`publisher-${uai}-${one.id}`}>
              <h3>{one.name}</h3>
              {one.declines !== 'none' && (
                <p class="small">{one.declines === 'few' ? all.declinesFew : all.declines(String(one.declines))}</p>
              )}
              <ul class="openings">
                {one.resources.map((resource) => (
                  <Resource key={resource.id} page={page} resource={resource} />
                ))}
              </ul>
            </section>
          ))}
        </section>
      ))}
    </Layout>
  );
}

function Resource({ page, resource }: { page: Page; resource: ResourceShown }): VNode {
  const { all } = page.text.pages.publishers;
  const { name, id, state, waits, declared, validated, sent, manyOnly, clients, href } = resource;
  return (
    <li class="opening" data-resource={id}>
      <p class="what">{name}</p>
      <p class="small">
        {id} · {all.states[state]}
      </p>
      {waits?.url !== undefined && <p class="small waits">{all.waitsUrl([waits.url, waits.from])}</p>}
      {waits?.schools && <p class="small waits">{all.waitsSchools}</p>}
      <p class="small">{clients.length > 0 ? all.client(clients.join(', ')) : all.noClient}</p>
      <dl class="released">
        <dt>{all.columns.declared}</dt>
        <dd>
          <Attributes attributes={declared} nothing={all.nothing} />
        </dd>
        <dt>{all.columns.validated}</dt>
        <dd>
          <Attributes attributes={validated} nothing={all.nothing} />
        </dd>
        <dt>{all.columns.sent}</dt>
        <dd>
          <Sent page={page} sent={sent} manyOnly={manyOnly} />
        </dd>
      </dl>
      <p>
        <a href={href}>
          {all.more}
          <span class="aloud"> {name}</span>
        </a>
      </p>
    </li>
  );
}

function Attributes({ attributes, nothing }: { attributes: readonly AttributeShown[]; nothing: string }): VNode {
  if (attributes.length === 0) return <span>{nothing}</span>;
  return (
    <ul class="attributes">
      {attributes.map(({ name, what }) => (
        <li>
          <code>{name}</code> {what}
        </li>
      ))}
    </ul>
  );
}

/** What really left, and of how many persons. */
export function Sent(props: { page: Page; sent: readonly SentShown[]; manyOnly: boolean }): VNode {
  const { page, sent, manyOnly } = props;
  const { all } = page.text.pages.publishers;
  if (sent.length === 0) return <span>{manyOnly ? all.sentToNoMany : all.neverSent}</span>;
  return (
    <ul class="attributes">
      {sent.map(({ attributes, many }) => (
        <li>
          <code>{attributes}</code> {many ? all.sentTo([String(many.persons), many.first, many.last]) : all.sentFew}
        </li>
      ))}
    </ul>
  );
}
