// One logbook: its entries by day, why the person reads it, and a form only for those who write in it.
import type { ComponentChildren } from 'preact';
import { type Draft, type DraftFaults, type Entry, inWords } from './entries.ts';
import { page } from './layout.tsx';
import type { Decision, ReadableLogbook } from './rights.ts';
import type { Session } from './sessions.ts';
import { titleOf } from './shelf.tsx';
import { because } from './words.ts';

export interface LogbookPage {
  readonly session: Session;
  readonly logbook: ReadableLogbook;
  readonly entries: readonly Entry[];
  /** Where Préau shows who may read it, for those who may see that. */
  readonly readers?: string;
  readonly write: Decision;
  readonly draft: Draft;
  readonly faults: DraftFaults;
  /** The entry that has just been added. */
  readonly added?: string | undefined;
}

export function logbookPage(told: LogbookPage): string {
  const { session, logbook, entries, write, faults, added } = told;
  const faulty = Object.keys(faults).length > 0;
  return page({
    title: `${faulty ? 'À corriger\u00a0: ' : ''}${titleOf(logbook)}, ${logbook.audience}`,
    session,
    children: (
      <>
        <p class="crumb">
          <span aria-hidden="true">←</span> <a href="/cahiers">Mes cahiers</a>
        </p>
        <section class="paper cover">
          <h1>{titleOf(logbook)}</h1>
          <p>
            {logbook.audience}, {logbook.school_name}
          </p>
        </section>
        {added && <output class="note">La séance est inscrite au cahier.</output>}
        {faulty && (
          <p class="note bad" role="alert">
            La séance n’est pas inscrite&nbsp;: {Object.values(faults).length > 1 ? 'des points sont' : 'un point est'}{' '}
            à corriger.
          </p>
        )}
        <div class="book">
          <aside>
            <WhyReading logbook={logbook} readers={told.readers} />
            {write.allowed ? <WriteForm {...told} /> : <WhyNotWriting write={write} />}
          </aside>
          <section class="lessons" aria-labelledby="seances">
            <h2 id="seances" class="said">
              Séances
            </h2>
            <Lessons entries={entries} added={added} />
          </section>
        </div>
      </>
    ),
  });
}

function WhyReading({ logbook, readers }: { logbook: ReadableLogbook; readers: string | undefined }) {
  const reason = because(logbook);
  return (
    <section class="paper card right" id="why">
      {reason && (
        <p>
          <strong>Vous lisez ce cahier</strong> parce que {reason}.
        </p>
      )}
      <p class="why">
        Règle <code>{logbook.rule}</code>, vérifiée par Préau à l’instant&nbsp;: «&nbsp;{logbook.reason}&nbsp;»
      </p>
      {readers && (
        <p>
          <a id="readers" href={readers}>
            Qui peut lire ce cahier
          </a>
        </p>
      )}
    </section>
  );
}

function WhyNotWriting({ write }: { write: Decision }) {
  return (
    <section class="paper card right no" id="read-only">
      <p>
        <strong>Vous n’y écrivez pas.</strong> Seuls les enseignants qui tiennent ce cahier y écrivent.
      </p>
      <p class="why">
        Décision de Préau&nbsp;: refus <code>{write.rule ?? 'none'}</code>
      </p>
    </section>
  );
}

function Lessons({ entries, added }: { entries: readonly Entry[]; added?: string | undefined }) {
  if (entries.length === 0) return <p class="paper empty">Aucune séance n’est encore inscrite dans ce cahier.</p>;
  const days = [...new Set(entries.map(({ day }) => day))];
  return (
    <>
      {days.map((day) => (
        <section class="day" key={day}>
          <h3>
            <time datetime={day}>{inWords(day)}</time>
          </h3>
          {entries
            .filter((entry) => entry.day === day)
            .map((entry) => (
              <Lesson key={entry.id} entry={entry} fresh={entry.id === added} />
            ))}
        </section>
      ))}
    </>
  );
}

function Lesson({ entry, fresh }: { entry: Entry; fresh: boolean }) {
  const { id, text, homework, authorName } = entry;
  return (
    <article class={`paper entry ${fresh ? 'new' : ''}`} id={`seance-${id}`}>
      <p class="text">{text}</p>
      {homework && (
        <div class="todo">
          <strong>
            À faire pour le <time datetime={homework.due}>{inWords(homework.due)}</time>
          </strong>
          {homework.text}
        </div>
      )}
      <p class="by">{authorName}</p>
    </article>
  );
}

function WriteForm({ session, logbook, draft, faults }: LogbookPage) {
  return (
    <form
      class="paper card write"
      id="write"
      method="post"
      action={`/cahiers/${encodeURIComponent(logbook.id)}/seances`}
      novalidate
    >
      <h2>Inscrire une séance</h2>
      <input type="hidden" name="form" value={session.formToken} />
      <Field name="day" label="Date de la séance" fault={faults.day}>
        <input id="day" name="day" type="date" required value={draft.day} {...faultProps('day', faults.day)} />
      </Field>
      <Field name="text" label="Ce qui a été fait" fault={faults.text}>
        <textarea
          id="text"
          name="text"
          required
          maxlength={4000}
          value={draft.text}
          {...faultProps('text', faults.text)}
        />
      </Field>
      <Field name="homework" label="Travail à faire" hint="facultatif" fault={faults.homework}>
        <textarea
          id="homework"
          name="homework"
          class="short"
          maxlength={4000}
          value={draft.homework}
          {...faultProps('homework', faults.homework)}
        />
      </Field>
      <Field name="due" label="Pour le" hint="si un travail est donné" fault={faults.due}>
        <input id="due" name="due" type="date" value={draft.due} {...faultProps('due', faults.due)} />
      </Field>
      <button class="button" type="submit">
        Inscrire au cahier
      </button>
    </form>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly fault?: string | undefined;
  readonly children: ComponentChildren;
}

function Field({ name, label, hint, fault, children }: FieldProps) {
  return (
    <div class="field">
      <label for={name}>
        {label} {hint && <span class="hint">({hint})</span>}
      </label>
      {children}
      {fault && (
        <p class="fault" id={`${name}-fault`}>
          {fault}
        </p>
      )}
    </div>
  );
}

function faultProps(name: string, fault: string | undefined) {
  return fault ? { 'aria-invalid': true, 'aria-describedby': `${name}-fault` } : {};
}
