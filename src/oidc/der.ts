// DER as far as a revocation list needs it (X.690): elements of definite length inside each other, read to their very end.

export interface Element {
  readonly tag: number;
  readonly content: Buffer;
  /** The element with its tag and its length. */
  readonly whole: Buffer;
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  name: 0x06,
  utcTime: 0x17,
  time: 0x18,
  sequence: 0x30,
  /** The first part of those that may be left out: a version, or the extensions of a list. */
  explicit0: 0xa0,
} as const;

/** The one element that bytes hold. Throws for anything else. */
export function elementIn(bytes: Buffer): Element {
  const [element, ...more] = elementsIn(bytes);
  if (!element || more.length > 0) throw new Error('expected one element of DER');
  return element;
}

/** The elements that stand one behind the other. Throws for what is not whole. */
export function elementsIn(bytes: Buffer): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const element = elementAt(bytes, at);
    elements.push(element);
    at += element.whole.length;
  }
  return elements;
}

/** The elements inside one of a kind. Throws when it is of another. */
export function partsOf(element: Element | undefined, tag: number = tags.sequence): Element[] {
  return elementsIn(contentOf(element, tag));
}

/** What stands in an element of a kind. Throws when it is of another. */
export function contentOf(element: Element | undefined, tag: number): Buffer {
  if (element?.tag !== tag) throw new Error('expected another element of DER');
  return element.content;
}

function elementAt(bytes: Buffer, at: number): Element {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw new Error('expected an element of DER');
  const longer = first < 0x80 ? 0 : first - 0x80;
  if (first === 0x80 || longer > 4 || at + 2 + longer > bytes.length) throw new Error('expected a length of DER');
  const length = longer === 0 ? first : bytes.readUIntBE(at + 2, longer);
  const begin = at + 2 + longer;
  if (begin + length > bytes.length) throw new Error('expected the end of an element of DER');
  return { tag, content: bytes.subarray(begin, begin + length), whole: bytes.subarray(at, begin + length) };
}
