// What is held about a person, by category: what, from where, since when; why, and for how long.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Back } from './me.tsx';

type Words = Page['text']['pages']['data'];

export interface HeldShown {
  readonly what: string;
  readonly from: string;
  /** When, as it is read. */
  readonly when: string;
}

export interface HeldData {
  readonly name: string;
  /** Where the copy is, who may see it, and which publishers do. */
  readonly copy: string;
  readonly readers: string;
  readonly publishers: string;
  /** Whether a legal representative reads for a child. */
  readonly forChild: boolean;
  readonly categories: readonly {
    readonly category: keyof Words['categories'];
    readonly present: readonly HeldShown[];
    readonly past: readonly HeldShown[];
  }[];
}

export function heldPage(page: Page, { name, copy, readers, publishers, forChild, categories }: HeldData): VNode {
  const { held, me } = page.text.pages.data;
  return (
    <Layout page={page} title={forChild ? held.heading(name) : held.title} wide>
      <Back page={page} />
      <h1>{held.heading(name)}</h1>
      <p class="lead">{forChild ? held.child : held.intro}</p>
      <p>
        <a class="button" id="copy" href={copy} download>
          {held.copy}
        </a>
      </p>
      <p>
        <a href={readers}>{me.readers}</a>
      </p>
      <p>
        <a href={publishers}>{forChild ? held.childPublishers : me.publishers}</a>
      </p>
      {categories.length === 0 && <p>{held.none}</p>}
      {categories.map((one) => (
        <Category key={one.category} page={page} one={one} />
      ))}
      <p class="aside">{held.wrong}</p>
    </Layout>
  );
}

function Category({ page, one }: { page: Page; one: HeldData['categories'][number] }): VNode {
  const { held, categories } = page.text.pages.data;
  const { title, purpose, kept } = categories[one.category];
  return (
    <section id={`held-${one.category}`}>
      <h2>{title}</h2>
      <p class="small">
        <strong>{held.purpose}</strong> {purpose}
      </p>
      <p class="small">
        <strong>{held.kept}</strong> {kept}
      </p>
      <Lines lines={one.present} />
      {one.past.length > 0 && (
        <details>
          <summary>{held.past(String(one.past.length))}</summary>
          <Lines lines={one.past} />
        </details>
      )}
    </section>
  );
}

function Lines({ lines }: { lines: readonly HeldShown[] }): VNode | null {
  if (lines.length === 0) return null;
  return (
    <ul class="openings">
      {lines.map(({ what, from, when }) => (
        <li class="opening">
          <p class="what">{what}</p>
          <p class="small">{[from, when].filter(Boolean).join(' · ')}</p>
        </li>
      ))}
    </ul>
  );
}
