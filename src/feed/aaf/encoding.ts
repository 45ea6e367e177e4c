// The bytes of a file as text: what its declaration says, else UTF-8; wrong bytes are refused, never replaced.
import { Refusal } from '../../errors.ts';

const LABELS: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  'iso-8859-1': 'iso-8859-15',
  'iso-8859-15': 'iso-8859-15',
};

/** Turns the bytes of a file into text, piece by piece. */
export async function* decoded(bytes: AsyncIterable<Buffer>, file: string): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let held = Buffer.alloc(0);
  const decode = (piece: Buffer | undefined): string => {
    try {
      decoder ??= decoderFor(held, file);
      return decoder.decode(piece, { stream: piece !== undefined });
    } catch (error) {
      if (error instanceof Refusal) throw error;
      throw new Refusal('feed_unreadable', `\`${file}\` holds bytes that its encoding does not have`, { file });
    }
  };
  for await (const piece of bytes) {
    if (decoder) {
      yield decode(piece);
      continue;
    }
    held = Buffer.concat([held, piece]);
    if (held.length >= 1024) yield decode(held);
  }
  if (!decoder) yield decode(held);
  yield decode(undefined);
}

function decoderFor(head: Buffer, file: string): TextDecoder {
  const start = head.subarray(0, 200).toString('latin1');
  if (/^(\xfe\xff|\xff\xfe|\0)/.test(start) || start.includes('\0'))
    throw new Refusal('feed_unreadable', `\`${file}\` is neither UTF-8 nor ISO-8859-15`, { file });
  const declared = /^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']+)["']/.exec(start)?.[1];
  const label = declared === undefined ? 'utf-8' : LABELS[declared.toLowerCase()];
  if (label === undefined)
    throw new Refusal('feed_unreadable', `\`${file}\` declares the encoding \`${declared}\``, { file });
  return new TextDecoder(label, { fatal: true });
}
