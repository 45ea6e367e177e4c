// The UAI: seven digits and a letter that follows from them.

const LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ';

/** The whole UAI of seven digits: their remainder by 23 names the letter. */
export function uaiOf(digits: string): string {
  return `${digits}${LETTERS[Number(digits) % 23]}`;
}

/** Whether a text is a UAI whose letter is the right one. */
export function isUai(text: string): boolean {
  return /^\d{7}[A-Z]$/.test(text) && uaiOf(text.slice(0, 7)) === text;
}
