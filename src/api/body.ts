// The body of a request: JSON, an object, of at most 256 kB; and the refusal that names what is wrong in it.
import { isUtf8 } from 'node:buffer';
import type Koa from 'koa';
import { z } from 'zod';
import { Refusal } from '../errors.ts';

const MAX_BYTES = 256 * 1024;
const JSON_TYPE = /^\s*application\/json\s*(;|$)/i;

export type Json = Readonly<Record<string, unknown>>;

/**
 * Reads the body; refuses `body_too_large`, `unsupported_media_type` for one that is packed, and `bad_request` for
 * anything that is not a JSON object.
 */
export async function readJson(ctx: Koa.Context): Promise<Json> {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = ctx.req.headers;
  if (type !== 'application/json' && !JSON_TYPE.test(type))
    throw badMember('Content-Type', 'expected the content type `application/json`');
  if (encoding.toLowerCase() !== 'identity')
    throw new Refusal('unsupported_media_type', 'expected a body that is not packed');
  const text = await readText(ctx);
  const value = parse(text);
  if (!isObject(value)) throw badMember('body', 'expected a JSON object as the body');
  if (namesTwice(text, value)) throw badMember('body', 'expected each name once in each object');
  return value;
}

/*
 * A name that comes twice in an object would be one value here and another elsewhere (RFC 7493, 2.3). The parser keeps
 * the last of them: there are then fewer names in what was read than in what was sent.
 */

const [QUOTE, BACKSLASH, SPACE] = ['"', '\\', ' '].map((mark) => mark.charCodeAt(0)) as [number, number, number];

/** Whether a text that is well-formed JSON, and was read as this, names a member twice. */
function namesTwice(text: string, value: object): boolean {
  const names = namesOf(value);
  return namesAtMost(text) !== names && namesIn(text) !== names;
}

/**
 * How many names of members there are at most in a text: as many as colons right after a quote, some of which may be in
 * strings. None of it is known when a colon stands after a space, which a name may have behind it.
 */
function namesAtMost(text: string): number | undefined {
  let count = 0;
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    const before = text.charCodeAt(at - 1);
    if (before === QUOTE) count += 1;
    else if (before <= SPACE) return undefined;
  }
  return count;
}

/** How many there are: as many as colons outside of its strings. */
function namesIn(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === ':') count += 1;
    else if (text[at] === '"') at = endOfString(text, at);
  }
  return count;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at += 1;
  }
}

/** How many there are in what was read. */
function namesOf(value: object): number {
  let count = 0;
  const left: object[] = [value];
  for (let one = left.pop(); one; one = left.pop()) {
    if (Array.isArray(one)) for (const item of one) keepObject(left, item);
    else
      for (const name in one) {
        count += 1;
        keepObject(left, (one as Record<string, unknown>)[name]);
      }
  }
  return count;
}

function keepObject(left: object[], value: unknown): void {
  if (typeof value === 'object' && value !== null) left.push(value);
}

/** A `bad_request` that names the member at fault. */
export function badMember(member: string, message: string): Refusal {
  return new Refusal('bad_request', message, { member });
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that every database can hold. */
export function shortText(length: number): z.ZodString {
  return z
    .string()
    .max(length)
    .regex(/^[^\0]*$/, 'expected no NUL');
}

/** A class or a group, by its code. */
export const audience = z.object({ kind: z.enum(['class', 'group']), code: shortText(100).min(1) });

/** Reads a value by its schema; refuses `bad_request`, naming the first member at fault. */
export function readAs<T>(schema: z.ZodType<T>, value: unknown): T {
  const { data, error } = schema.safeParse(value);
  if (!error) return data as T;
  const [issue] = error.issues;
  const member = issue?.path.join('.') || 'body';
  throw badMember(member, `\`${member}\` is not valid: ${issue?.message.toLowerCase() ?? 'unexpected value'}`);
}

/** The body as text, of at most 256 kB: `body_too_large`, `bad_request`. */
export function readText(ctx: Koa.Context): Promise<string> {
  return new Promise((resolve, reject) => {
    if (ctx.req.destroyed) return reject(badMember('body', 'expected the whole body')); // nothing more will be heard of it
    const pieces: Buffer[] = [];
    let size = 0;
    ctx.req.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size <= MAX_BYTES) pieces.push(piece);
      else if (size - piece.length <= MAX_BYTES) {
        ctx.set('Connection', 'close');
        reject(new Refusal('body_too_large', `expected at most ${MAX_BYTES} bytes`));
      }
    });
    ctx.req.on('end', () => {
      const whole = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
      if (isUtf8(whole)) resolve(whole.toString());
      else reject(badMember('body', 'expected UTF-8'));
    });
    ctx.req.on('error', () => reject(badMember('body', 'expected the whole body')));
    ctx.req.on('aborted', () => reject(badMember('body', 'expected the whole body')));
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badMember('body', 'expected well-formed JSON');
  }
}
