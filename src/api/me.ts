// What is held about whoever a token speaks for, at the schools that the module serves: what one's own page tells of them.
import type Koa from 'koa';
import { Refusal } from '../errors.ts';
import { localeOf } from '../http/locale.ts';
import { wordsOf } from '../http/pages.ts';
import { consultationsOf } from '../privacy/consultations.ts';
import { type HeldAsked, type HeldLine, heldAbout } from '../privacy/held.ts';
import { type Api, answerJson, type Caller, callerOf } from './gate.ts';

/** Long enough for all that is kept. */
const YEAR = 367 * 86_400_000;

/**
 * `GET /api/v1/me`: `{ "held": [{ category, what, from, since?, until?, school, purpose, kept }] }`. What belongs to no school
 * that the module serves (the account, what a person has at other schools, sign-ins) is on the person's own page alone.
 */
export function heldForMe(api: Api): Koa.Middleware {
  return async (ctx) => {
    const { person, serves } = await oneself(ctx, api);
    const locale = localeOf(ctx);
    const asked: HeldAsked = { person, reader: person, at: Date.now(), locale, words: wordsOf(locale).pages.data };
    const lines = await heldAbout(api.db, asked);
    const theirs = lines.filter(({ school }) => school !== undefined && serves(school));
    answerJson(ctx, { held: theirs.map((line) => told(line, asked)) });
  };
}

/** `GET /api/v1/me/consultations`: `[{ day, category, action, school, logbook }]`, of what was read through this module (C28). */
export function consultationsForMe(api: Api): Koa.Middleware {
  return async (ctx) => {
    const { person, serves, client } = await oneself(ctx, api);
    const at = Date.now();
    const found = await consultationsOf(api.db, { person, from: at - YEAR, to: at + 1 });
    const theirs = found.filter((one) => one.client === client && serves(one.school));
    answerJson(
      ctx,
      theirs.map(({ day, category, action, school, logbook }) => ({ day, category, action, school, logbook })),
    );
  };
}

async function oneself(ctx: Koa.Context, api: Api): Promise<Caller & { readonly person: string }> {
  const caller = await callerOf(ctx, api, 'own_data');
  const { person } = caller;
  if (person === undefined) throw new Refusal('token_invalid', 'expected a token that speaks for a person');
  return { ...caller, person };
}

function told({ category, what, source, since, until, school }: HeldLine, { words }: HeldAsked): object {
  const { purpose, kept } = words.categories[category];
  return {
    category,
    what,
    from: source,
    ...(since !== undefined && { since: new Date(since).toISOString() }),
    ...(until !== undefined && { until: new Date(until).toISOString() }),
    school,
    purpose,
    kept,
  };
}
