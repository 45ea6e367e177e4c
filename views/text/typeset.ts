// Typography for words written plainly in the text files: curly apostrophes, French spaces that do not break, « 1er mars ».

/** Sets every string of a text, however deep; functions are set when they speak. */
export function typeset<T>(words: T): T {
  if (typeof words === 'string') return set(words) as T;
  if (typeof words === 'function')
    return ((...given: unknown[]) => typeset((words as unknown as (...all: unknown[]) => unknown)(...given))) as T;
  if (Array.isArray(words)) return words.map((word: unknown) => typeset(word)) as T;
  if (typeof words === 'object' && words !== null)
    return Object.fromEntries(Object.entries(words).map(([key, word]) => [key, typeset(word)])) as T;
  return words;
}

const FIRST_OF_MONTH =
  /(?<!\S)1 (?=(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)(?!\p{L}))/gu;

function set(text: string): string {
  return text
    .replaceAll("'", '’')
    .replace(/ ([?!:;»])/g, '\u00a0$1')
    .replaceAll('« ', '«\u00a0')
    .replace(FIRST_OF_MONTH, '1er ');
}
