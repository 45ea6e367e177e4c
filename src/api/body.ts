// The body of a request: JSON, an object, of at most 256 kB; and the refusal that names what is wrong in it.
import type Koa from 'koa';
import { z } from 'zod';
import { Refusal } from '../errors.ts';

const MAX_BYTES = 256 * 1024;

export type Json = Readonly<Record<string, unknown>>;

/** Reads the body; refuses `body_too_large`, and `bad_request` for anything that is not a JSON object. */
export async function readJson(ctx: Koa.Context): Promise<Json> {
  const [type = ''] = ctx.get('Content-Type').split(';');
  if (type.trim().toLowerCase() !== 'application/json')
    throw badMember('Content-Type', 'expected the content type `application/json`');
  const value = parse(await readText(ctx));
  if (!isObject(value)) throw badMember('body', 'expected a JSON object as the body');
  return value;
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

async function readText(ctx: Koa.Context): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of ctx.req as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > MAX_BYTES) {
      ctx.set('Connection', 'close');
      throw new Refusal('body_too_large', `expected at most ${MAX_BYTES} bytes`);
    }
    pieces.push(piece);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
  } catch {
    throw badMember('body', 'expected UTF-8');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badMember('body', 'expected well-formed JSON');
  }
}
