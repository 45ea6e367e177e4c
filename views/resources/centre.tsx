// The media centre: a shelf per school, a tile per resource, what its publisher receives; and what is closed, with why.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';

type Words = Page['text']['pages']['mediaCentre'];

export interface Tile {
  readonly name: string;
  readonly publisher: string;
  readonly kind: keyof Words['kinds'];
  readonly description?: string | undefined;
  /** Where a click goes. */
  readonly href: string;
  readonly price: keyof Words['prices'];
  readonly as: 'assigned' | 'site';
  /** What the publisher receives, a sentence each. */
  readonly received: readonly string[];
}

export interface CentreData {
  readonly schools: readonly {
    readonly uai: string;
    readonly name: string;
    /** Whether an agreement is in force there. */
    readonly connected: boolean;
    readonly tiles: readonly Tile[];
    readonly closed: readonly { readonly name: string; readonly publisher: string; readonly why: keyof Words['why'] }[];
  }[];
  readonly represents: boolean;
}

export function centrePage(page: Page, { schools, represents }: CentreData): VNode {
  const { mediaCentre: words } = page.text.pages;
  const any = schools.some(({ tiles }) => tiles.length > 0);
  return (
    <Layout page={page} title={words.title} wide>
      <h1>{words.heading}</h1>
      {any && <p class="lead">{words.intro}</p>}
      {schools.length === 0 && !represents && (
        <div id="no-school">
          <p class="lead">{words.noSchool}</p>
          <p>{words.noSchoolAnswer}</p>
        </div>
      )}
      {schools.map((school) => (
        <Shelf key={school.uai} page={page} school={school} />
      ))}
      {any && (
        <p>
          <a id="known" href="/me/publishers">
            {words.known}
          </a>
        </p>
      )}
      {represents && (
        <p id="represents" class="aside">
          {words.represents}
        </p>
      )}
    </Layout>
  );
}

function Shelf({ page, school }: { page: Page; school: CentreData['schools'][number] }): VNode {
  const { mediaCentre: words } = page.text.pages;
  const { uai, name, connected, tiles, closed } = school;
  return (
    <section class="shelf" id={`school-${uai}`}>
      <h2>
        {name} {tiles.length > 0 && <span class="small">{words.count(tiles.length)}</span>}
      </h2>
      {!connected && <NoAgreement page={page} />}
      {connected && tiles.length === 0 && (
        <>
          <p>{words.none}</p>
          <p>{words.noneAnswer}</p>
        </>
      )}
      {tiles.length > 0 && (
        <ul class="tiles">
          {tiles.map((tile) => (
            <TileOf key={tile.href} page={page} tile={tile} />
          ))}
        </ul>
      )}
      {connected && closed.length > 0 && <Closed page={page} closed={closed} />}
    </section>
  );
}

function NoAgreement({ page }: { page: Page }): VNode {
  const { mediaCentre: words } = page.text.pages;
  return (
    <div class="not-yet">
      <p class="what">{words.noAgreement}</p>
      <p>{words.noAgreementAnswer}</p>
    </div>
  );
}

function TileOf({ page, tile }: { page: Page; tile: Tile }): VNode {
  const { mediaCentre: words } = page.text.pages;
  const { name, publisher, kind, description, href, price, as, received } = tile;
  return (
    <li class={`tile tile-${kind}`}>
      <p class="tile-kind">{words.kinds[kind]}</p>
      <h3>
        <a href={href}>{name}</a>
      </h3>
      <p class="small">{words.by(publisher)}</p>
      {description && <p class="tile-about">{description}</p>}
      <p class="small">
        <strong class="tile-price">{words.prices[price]}</strong> · {words[as]}
      </p>
      <details>
        <summary>
          {words.received} <span class="aloud">{words.receivedAloud(name)}</span>
        </summary>
        <ul>
          {received.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
        <p>{words.receivedEnd}</p>
      </details>
    </li>
  );
}

function Closed({ page, closed }: { page: Page; closed: CentreData['schools'][number]['closed'] }): VNode {
  const { mediaCentre: words } = page.text.pages;
  return (
    <>
      <h3>{words.closed}</h3>
      <ul class="links">
        {closed.map(({ name, publisher, why }) => (
          <li key={`${name} ${publisher}`}>
            <strong>{name}</strong> <span class="small">{words.by(publisher)}</span>
            <p>
              {words.why[why]} {why === 'declined' && <a href="/me/publishers">{words.ownPage}</a>}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
