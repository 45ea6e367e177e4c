// The ids of our requests: made here, not kept anywhere, and known again by what is written in them.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** How long somebody may take to sign in elsewhere, in milliseconds. */
export const ANSWERED_WITHIN = 30 * 60_000;

const SHAPE = /^_([0-9a-z]{1,10})\.([\w-]{22})\.([\w-]{43})$/;

/** An id for one request, that nobody can guess: an NCName, as SAML wants it. `at` is UTC milliseconds. */
export function newRequest(key: Buffer, at: number): string {
  const said = `${at.toString(36)}.${randomBytes(16).toString('base64url')}`;
  return `_${said}.${macOf(key, said)}`;
}

/** When we made a request, UTC milliseconds; nothing for one that is not ours, or too old. */
export function requestedAt(key: Buffer, id: string, at: number): number | undefined {
  const [, time = '', random = '', mac = ''] = SHAPE.exec(id) ?? [];
  if (mac === '') return undefined;
  const expected = Buffer.from(macOf(key, `${time}.${random}`));
  const given = Buffer.from(mac);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const made = Number.parseInt(time, 36);
  return made <= at + 60_000 && made > at - ANSWERED_WITHIN ? made : undefined;
}

/**
 * The request of ours that a response says it answers, before anything else of it is read; nothing where it is none of ours,
 * or too old. Whose response it is, is not known by that.
 */
export function requestNamed(key: Buffer, response: string, at: number): string | undefined {
  const text = Buffer.from(response, 'base64').toString('latin1');
  const [, id = ''] = /\sInResponseTo\s*=\s*["']([\w.-]{1,100})["']/.exec(text) ?? [];
  return requestedAt(key, id, at) === undefined ? undefined : id;
}

function macOf(key: Buffer, said: string): string {
  return createHmac('sha256', key)
    .update(JSON.stringify(['request', said]))
    .digest('base64url');
}
