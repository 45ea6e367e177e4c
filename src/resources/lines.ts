// Texts that go round: from a form or a file, through the database, into the XML and CSV of others.

/** What no XML can hold, nor every database: controls, halves of characters, and what is no character. */
const UNWRITABLE = /[\p{Cc}\p{Cs}\ufffe\uffff]/u;

/** Whether every character of a text may be written anywhere. */
export function isWritable(text: string): boolean {
  return !UNWRITABLE.test(text);
}

/** Whether a text is one line that says something, of so many characters at the most. */
export function isLine(text: string, most: number): boolean {
  return text.trim() !== '' && text.length <= most && isWritable(text);
}
