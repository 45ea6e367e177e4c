// Revisions as they are told and asked for: `school:number`.
import { Refusal } from '../errors.ts';

export interface Revision {
  readonly school: string;
  readonly number: number;
}

/** Writes a revision. */
export function revisionText(school: string, number: number): string {
  return `${school}:${number}`;
}

/** Reads `school:number`; `bad_request` for anything else. */
export function parseRevision(text: string): Revision {
  const [, school, digits] = /^([^\s\0]{1,255}):(0|[1-9]\d{0,14})$/.exec(text) ?? [];
  if (school === undefined || digits === undefined)
    throw new Refusal('bad_request', 'expected a revision such as `0900001A:12`, as an answer or a change gave it');
  return { school, number: Number(digits) };
}
