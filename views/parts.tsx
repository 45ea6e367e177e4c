// Small parts that several pages are made of.
import type { ComponentChildren, VNode } from 'preact';
import type { Page } from './layout.tsx';

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly type?: 'text' | 'password';
  readonly value?: string;
  readonly autocomplete: string;
  /** Whether what was typed here was refused. */
  readonly faulty?: boolean;
  readonly autofocus?: boolean;
  readonly describedBy?: string;
  readonly maxLength?: number;
  /** Which keyboard a telephone shows. */
  readonly inputmode?: 'numeric';
  /** Whether it may be left empty. */
  readonly optional?: boolean;
}

/** A labelled field, whose hint is read out with it. */
export function Field(props: FieldProps): VNode {
  const described = [props.hint && `${props.id}-hint`, props.describedBy, props.faulty && 'fault'].filter(Boolean);
  const common = {
    id: props.id,
    name: props.id,
    value: props.value,
    autocomplete: props.autocomplete,
    autocapitalize: 'none',
    spellcheck: false,
    maxlength: props.maxLength ?? 200,
    required: !props.optional,
    inputmode: props.inputmode,
    autofocus: props.autofocus,
    'aria-invalid': props.faulty ? 'true' : undefined,
    'aria-describedby': described.length > 0 ? described.join(' ') : undefined,
  } as const;
  return (
    <div class="field">
      <label for={props.id}>{props.label}</label>
      {props.hint && (
        <p class="hint" id={`${props.id}-hint`}>
          {props.hint}
        </p>
      )}
      {props.type === 'password' ? <input type="password" {...common} /> : <input type="text" {...common} />}
    </div>
  );
}

/** What was refused, before the form: read out at once, and the first thing to get the focus. */
export function Fault({ page, heading, code }: { page: Page; heading: string; code: RefusalCodeOf }): VNode {
  return (
    <div class="fault" role="alert" id="fault" tabindex={-1} autofocus>
      <h2>{heading}</h2>
      <p>{page.text.refusals[code]}</p>
      <p class="code">
        {page.text.pages.error.code} <code>{code}</code>
      </p>
    </div>
  );
}

/** What was just done: it gets the focus, so that it is read first after the page has changed. */
export function Done({ children }: { children: ComponentChildren }): VNode {
  return (
    <output class="done" id="done" tabindex={-1} autofocus>
      {children}
    </output>
  );
}

/** What a password must be, under the field that it describes as `rules`. */
export function PasswordRules({ page, minimumLength }: { page: Page; minimumLength: number }): VNode {
  const { activation } = page.text.pages;
  return (
    <ul class="hint" id="rules">
      {activation.passwordRules(minimumLength).map((rule) => (
        <li key={rule}>{rule}</li>
      ))}
      <li>{activation.passwordPaste}</li>
    </ul>
  );
}

/** What stands between a name and what is said of it: French sets a space before it. */
export function colon({ locale }: Page): string {
  return locale === 'fr' ? '\u00a0: ' : ': ';
}

/** The codes that the words know. */
export type RefusalCodeOf = keyof Page['text']['refusals'];

/** The hidden field that shows we gave this form to this browser. */
export function Token({ value }: { value: string }): VNode {
  return <input type="hidden" name="token" value={value} />;
}
