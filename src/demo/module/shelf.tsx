// « Mes cahiers »: every logbook a person may read, by school (or by child), each with the rule that opens it.
import { type Claims, nameOf, rolesInFrench } from './claims.ts';
import { page } from './layout.tsx';
import type { ReadableLogbook } from './rights.ts';
import type { Session } from './sessions.ts';
import { sentence } from './words.ts';

interface Shelf {
  readonly key: string;
  readonly title: string;
  readonly under?: string | undefined;
  readonly logbooks: readonly ReadableLogbook[];
}

/** The list of a person's logbooks. */
export function shelvesPage(session: Session, logbooks: readonly ReadableLogbook[]): string {
  const { person } = session;
  const shelves = [...shelvesOfChildren(person, logbooks), ...shelvesOfSchools(logbooks)];
  return page({
    title: 'Mes cahiers',
    session,
    children: (
      <>
        <section class="paper cover">
          <h1>Mes cahiers</h1>
          <p>{nameOf(person)}</p>
          {rolesInFrench(person).map((line) => (
            <p key={line}>{line}</p>
          ))}
        </section>
        {shelves.length === 0 ? <NoLogbook /> : shelves.map((shelf) => <ShelfSection key={shelf.key} shelf={shelf} />)}
        <WhatIsKnown person={person} />
      </>
    ),
  });
}

/** How a logbook is called: its subject, or the whole of a class. */
export function titleOf({ subject }: Pick<ReadableLogbook, 'subject'>): string {
  if (subject === '') return 'Toutes les matières';
  // exports write in capitals: « ANGLAIS LV1 » reads better as « Anglais LV1 »
  if (subject !== subject.toLocaleUpperCase('fr')) return subject;
  const words = subject.split(' ').map((word) => (/\d/.test(word) ? word : word.toLocaleLowerCase('fr')));
  const title = words.join(' ');
  return title.charAt(0).toLocaleUpperCase('fr') + title.slice(1);
}

function shelvesOfChildren({ children }: Claims, logbooks: readonly ReadableLogbook[]): Shelf[] {
  return children.map((child) => {
    const own = logbooks.filter((logbook) => logbook.children?.includes(child.sub));
    const school = own[0]?.school_name;
    return {
      key: child.sub,
      title: child.given_name,
      under: [school, child.classes.join(', ')].filter(Boolean).join(', '),
      logbooks: own,
    };
  });
}

/** What a person reads otherwise than as a guardian. */
function shelvesOfSchools(logbooks: readonly ReadableLogbook[]): Shelf[] {
  const own = logbooks.filter((logbook) => !logbook.children || logbook.children.length === 0);
  return grouped(own, (logbook) => logbook.school).map(([school, of]) => ({
    key: school,
    title: of[0]?.school_name ?? school,
    logbooks: of,
  }));
}

/** In the order in which the groups first appear. */
function grouped<T>(all: readonly T[], by: (one: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(by(one), [...(groups.get(by(one)) ?? []), one]);
  return [...groups];
}

function ShelfSection({ shelf }: { shelf: Shelf }) {
  const { key, title, under, logbooks } = shelf;
  const sheets = grouped(logbooks, (logbook) => logbook.audience);
  const many = `${logbooks.length} ${logbooks.length > 1 ? 'cahiers' : 'cahier'}`;
  return (
    <section class="school" aria-labelledby={`de-${key}`}>
      <h2 id={`de-${key}`}>
        {title} <small>{[under, many].filter(Boolean).join(' · ')}</small>
      </h2>
      {logbooks.length === 0 ? (
        <p class="why">Aucun cahier n’est ouvert pour l’instant.</p>
      ) : (
        <div class={sheets.length === 1 ? 'sheets one' : 'sheets'}>
          {sheets.map(([audience, of]) => (
            <Sheet key={audience} audience={audience} logbooks={of} />
          ))}
        </div>
      )}
    </section>
  );
}

function Sheet({ audience, logbooks }: { audience: string; logbooks: readonly ReadableLogbook[] }) {
  return (
    <section class="paper sheet">
      <h3>{audience}</h3>
      <ul>
        {logbooks.map((logbook) => (
          <li key={logbook.id}>
            <div class="line">
              <a class="title" href={`/cahiers/${encodeURIComponent(logbook.id)}`}>
                {titleOf(logbook)}
                <span class="said">, {audience}</span>
              </a>
              <Actions actions={logbook.actions} />
            </div>
            <p class="why">
              {sentence(logbook) ?? logbook.reason} <code>{logbook.rule}</code>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Actions({ actions }: { actions: readonly string[] }) {
  return actions.includes('write') ? <span class="tag writes">Lire et écrire</span> : <span class="tag">Lire</span>;
}

function NoLogbook() {
  return (
    <section class="paper empty school" id="none">
      <h2>Aucun cahier ne vous est ouvert</h2>
      <p>
        Aucune règle ne vous permet aujourd’hui de lire un cahier de textes. Ceux qui les lisent&nbsp;: l’enseignant qui
        le tient, l’équipe de la classe, le chef d’établissement et son adjoint, les élèves et leurs responsables
        légaux.
      </p>
    </section>
  );
}

/** Everything the module was told, in words: nobody has to guess. */
function WhatIsKnown({ person }: { person: Claims }) {
  const labels = (audiences: Claims['classes']) => audiences.map(({ label }) => label).join(', ');
  const rows = [
    ['Nom', person.name],
    ['Établissements', person.schools.map(({ name }) => name).join(', ')],
    ['Qualités', rolesInFrench(person).join(' ; ')],
    ['Classes', labels(person.classes)],
    ['Groupes', labels(person.groups)],
    ['Enfants', person.children.map(({ given_name }) => given_name).join(', ')],
  ].filter(([, value]) => value);
  return (
    <details class="paper known">
      <summary>Ce que Préau a transmis à ce module</summary>
      <dl>
        {rows.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
      <p>Ces informations servent à l’affichage. Les droits, eux, sont demandés à Préau à chaque page.</p>
    </details>
  );
}
