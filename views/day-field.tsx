// The field for a day that is asked about, and what is said of one that cannot be.
import type { VNode } from 'preact';

export function DayFault({ words }: { words: string }): VNode {
  return (
    <p class="fault" role="alert" id="past-fault">
      {words}
    </p>
  );
}

/** `wrong` points to the fault, which stands before it. */
export function DayField({ label, value, wrong }: { label: string; value: string; wrong: boolean }): VNode {
  return (
    <div class="field">
      <label for="day">{label}</label>
      <input
        id="day"
        name="day"
        type="date"
        required
        value={value}
        aria-invalid={wrong ? 'true' : undefined}
        aria-describedby={wrong ? 'past-fault' : undefined}
      />
    </div>
  );
}
