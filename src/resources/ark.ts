// The name of a resource: an ARK, which is the same whoever resolves it.

/** The ARK in a text, without the address of whoever resolves it; the text itself when it holds none. */
export function arkOf(text: string): string {
  return /ark:\/[^\s]+$/i.exec(text)?.[0].replace(/^ark/i, 'ark') ?? text;
}
