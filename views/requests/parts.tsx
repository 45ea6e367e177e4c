// What the pages about requests share: a request as a line, what was done or could not be, labelled choices and texts.
import type { ComponentChildren, VNode } from 'preact';
import type { Page } from '../layout.tsx';
import { Fault, type RefusalCodeOf } from '../parts.tsx';

type Words = Page['text']['pages']['requests'];

export type KindWord = keyof Words['kinds'];
export type TargetWord = keyof Words['targets'];
export type StateWord = keyof Words['states'];
export type IdentityWord = keyof Words['identity'];
export type GroundWord = keyof Words['grounds'];
export type EffectWord = keyof Words['effects'];

/** A request, in words; days are already those of the page's language. */
export interface RequestLine {
  readonly id: string;
  readonly kind: KindWord;
  readonly target: TargetWord;
  /** Of a logbook. */
  readonly logbook?: string | undefined;
  /** The name of a module. */
  readonly module?: string | undefined;
  readonly wanted?: string | undefined;
  readonly state: StateWord;
  readonly received: string;
  readonly due: string;
  readonly late: boolean;
  /** How many days are left, of one that is open and not late. */
  readonly left?: number | undefined;
  readonly signatories: number;
  readonly extended?: string | undefined;
  readonly decided?: string | undefined;
}

/** `Rectification, le nom`. */
export function aboutText(
  page: Page,
  line: Pick<RequestLine, 'kind' | 'target' | 'logbook' | 'module' | 'signatories'>,
): string {
  const { requests: words } = page.text.pages;
  const { kind, target, logbook, module, signatories } = line;
  const named = module === undefined ? words.targets[target] : words.ofModule(module);
  const what = logbook === undefined ? named : words.ofLogbook(logbook);
  const parts = [
    words.names[kind],
    target === 'all' ? '' : what,
    signatories > 1 ? words.collectively(String(signatories)) : '',
  ];
  return parts.filter(Boolean).join(', ');
}

/** Where it stands, as one line. */
export function Standing({ page, line }: { page: Page; line: RequestLine }): VNode {
  const { requests: words } = page.text.pages;
  const { state, kind, received, due, late, left, extended, decided } = line;
  const open = state === 'open';
  const standing = kind === 'exposure' && state === 'accepted' ? words.answered : words.states[state];
  return (
    <p class="small">
      <span class="standing">{standing}</span> · {words.received(received)}
      {open && !late && ` · ${words.due(due)}`}
      {open && !late && left !== undefined && left <= 10 && ` (${words.left(String(left))})`}
      {open && late && (
        <>
          {' · '}
          <strong class="waiting">{words.dueLate(due)}</strong>
        </>
      )}
      {extended && ` · ${words.extended(extended)}`}
      {decided && ` · ${words.decided(decided)}`}
    </p>
  );
}

/** What was just done, or what could not be and what to do next. */
export function Outcome(props: {
  page: Page;
  done?: string | undefined;
  fault?: RefusalCodeOf | undefined;
}): VNode | null {
  const { page, done, fault } = props;
  if (fault) return <Fault page={page} heading={page.text.pages.requests.notDone} code={fault} />;
  if (!done) return null;
  return (
    <output class="done" id="done" tabindex={-1} autofocus>
      {done}
    </output>
  );
}

interface Labelled {
  readonly id: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly faulty?: boolean | undefined;
}

function describing({ id, hint, faulty }: Labelled): string | undefined {
  return [hint && `${id}-hint`, faulty && 'fault'].filter(Boolean).join(' ') || undefined;
}

function Labels({ id, label, hint, children }: Labelled & { children: ComponentChildren }): VNode {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children}
    </div>
  );
}

/** A text of several lines. */
export function Area(
  props: Labelled & { name?: string; value?: string; rows?: number; required?: boolean; maxLength: number },
): VNode {
  const { id, name = id, value, rows = 5, required, maxLength } = props;
  return (
    <Labels {...props}>
      <textarea
        id={id}
        name={name}
        rows={rows}
        maxlength={maxLength}
        required={required}
        aria-invalid={props.faulty ? 'true' : undefined}
        aria-describedby={describing(props)}
      >
        {value}
      </textarea>
    </Labels>
  );
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** A list to choose from; in groups when they have a label. */
export function Select(
  props: Labelled & {
    name?: string;
    value?: string | undefined;
    groups: readonly { readonly label?: string; readonly choices: readonly Choice[] }[];
    required?: boolean;
  },
): VNode {
  const { id, name = id, value, groups, required } = props;
  const options = (choices: readonly Choice[]) =>
    choices.map((choice) => (
      <option key={choice.value} value={choice.value} selected={choice.value === value}>
        {choice.label}
      </option>
    ));
  return (
    <Labels {...props}>
      <select
        id={id}
        name={name}
        required={required}
        aria-invalid={props.faulty ? 'true' : undefined}
        aria-describedby={describing(props)}
      >
        {groups.map(({ label, choices }) =>
          label ? (
            <optgroup key={label} label={label}>
              {options(choices)}
            </optgroup>
          ) : (
            options(choices)
          ),
        )}
      </select>
    </Labels>
  );
}

/** A scanned document to choose; what was sent before with the same form is told, and need not be sent again. */
export function DocumentField(
  props: Labelled & {
    /** Its type and its size in kilobytes, in words. */
    readonly kept?: string | undefined;
    /** Its key. */
    readonly document: string;
  },
): VNode {
  const { id, kept, document } = props;
  return (
    <Labels {...props}>
      {kept && (
        <p class="kept" id={`${id}-kept`}>
          {kept}
        </p>
      )}
      <input type="hidden" name="document" value={document} />
      <input
        type="file"
        id={id}
        name={id}
        accept=".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"
        aria-invalid={props.faulty ? 'true' : undefined}
        aria-describedby={[describing(props), kept && `${id}-kept`].filter(Boolean).join(' ') || undefined}
      />
    </Labels>
  );
}

/** The faults that are those of the document of a mandate. */
export function isOfMandate(fault: RefusalCodeOf | undefined): boolean {
  return fault !== undefined && (ofMandate as readonly string[]).includes(fault);
}

const ofMandate = [
  'mandate_incomplete',
  'mandate_unreadable',
  'mandate_other',
  'file_too_large',
] as const satisfies readonly RefusalCodeOf[];

/** Who acts for the persons, and the document that says so. */
export function MandateFields(props: {
  page: Page;
  typed: { readonly holder: string; readonly reference: string; readonly document: string };
  kept?: readonly [type: string, size: string] | undefined;
  fault?: RefusalCodeOf | undefined;
}): VNode {
  const { page, typed, kept, fault } = props;
  const { letters: text } = page.text.pages.requests;
  const faulty = isOfMandate(fault);
  return (
    <>
      <Line id="holder" label={text.mandateHolder} value={typed.holder} faulty={fault === 'mandate_incomplete'} />
      <Line id="reference" label={text.mandateReference} value={typed.reference} />
      <DocumentField
        id="file"
        label={text.mandateFile}
        hint={text.mandateFileHint}
        kept={kept && text.mandateKept(kept)}
        document={typed.document}
        faulty={faulty}
      />
    </>
  );
}

/** A line of text, a day or a count. */
export function Line(
  props: Labelled & {
    name?: string;
    type?: 'text' | 'date' | 'time' | 'number';
    value?: string | undefined;
    required?: boolean;
    maxLength?: number;
    max?: string;
  },
): VNode {
  const { id, name = id, type = 'text', value, required, maxLength = 200, max } = props;
  const common = {
    id,
    name,
    value,
    required,
    autocomplete: 'off',
    'aria-invalid': props.faulty ? 'true' : undefined,
    'aria-describedby': describing(props),
  } as const;
  return (
    <Labels {...props}>
      {type === 'text' && <input type="text" {...common} maxlength={maxLength} />}
      {type === 'number' && <input type="number" {...common} min={1} />}
      {type === 'date' && <input type="date" {...common} max={max} />}
      {type === 'time' && <input type="time" {...common} />}
    </Labels>
  );
}
