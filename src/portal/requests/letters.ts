// GET and POST /school/requests/letters: an agent records an envelope of letters, then says who wrote each.
import type Koa from 'koa';
import { type EnvelopeTyped, lettersPage, writersPage } from '../../../views/requests/letters.tsx';
import { type Choice, isOfMandate } from '../../../views/requests/parts.tsx';
import { listSchools } from '../../directory/schools.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { DEFAULT_ZONE, dayOf } from '../../facts/calendar.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { type Locale, localeOf } from '../../http/locale.ts';
import { render, wordsOf } from '../../http/pages.ts';
import { fileIn, uploadBody } from '../../http/uploads.ts';
import { type Envelope, fileLetters, requireEnvelope } from '../../privacy/requests/filing.ts';
import { checksByAgent, type IdentityCheck, kinds, type RequestKind, targets } from '../../privacy/requests/kinds.ts';
import { DOCUMENT_SIZE, documentTypes, findDocument, keepDocument } from '../../privacy/requests/mandates.ts';
import { candidatesFor, type Known, peopleOf } from '../../privacy/requests/matching.ts';
import { schoolsWhere } from '../../privacy/requests/standing.ts';
import { type Db, newKey } from '../../storage/storage.ts';
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';
import { modulesServing, requireServed } from './modules.ts';
import { handledSchools } from './school.ts';

/** What the page itself can say of letters that were not recorded. */
const faults = [
  'people_missing',
  'mandate_incomplete',
  'mandate_unreadable',
  'file_too_large',
  'dates_refused',
  'request_words_missing',
  'correction_missing',
  'request_open',
  'unknown_person',
] as const satisfies readonly RefusalCode[];

/** What letters may ask: what could be read is asked by its own page, or by one letter as any other. */
const wishes = kinds.map((kind) => ({
  kind,
  targets: targets[kind].filter((target) => target !== 'logbook' && target !== 'module'),
}));

export function requestLetters(portal: Portal): FormPage {
  const { db } = portal;
  const first = async (
    ctx: Koa.Context,
    moment: Moment,
    given: { typed?: EnvelopeTyped; fault?: RefusalCode } = {},
  ) => {
    const { typed, fault } = given;
    const schools = await listSchools(db, await schoolsWhere(db, moment.person, 'file', moment.at));
    if (schools.length === 0) throw new Refusal('not_allowed', 'expected somebody who records letters');
    const today = dayOf(moment.at, schools[0]?.zone ?? DEFAULT_ZONE);
    const data = {
      token: formToken(ctx, purposeOf(moment)),
      schools: schools.map(({ uai, name }) => ({ value: uai, label: name })),
      wishes,
      modules: await modulesServing(
        db,
        schools.map(({ uai }) => uai),
      ),
      checks: checksByAgent,
      ...(await withKept(db, moment, typed ?? { ...nothing, received: today, school: String(ctx.query.school ?? '') })),
      today,
      fault,
    };
    render(ctx, lettersPage, data, { status: fault ? 422 : 200, repeatable: true });
  };
  const second = async (
    ctx: Koa.Context,
    moment: Moment,
    typed: EnvelopeTyped,
    given: { batch?: string; fault?: RefusalCode } = {},
  ) => {
    const people = await peopleOf(db, typed.school);
    const locale = localeOf(ctx);
    const writers = linesIn(typed.people).map((name, index) => {
      const candidates = candidatesFor(name, people).map((one) => choiceOf(one, locale));
      return { name, candidates, chosen: field(ctx, `writer-${index}`) };
    });
    const { batch = newKey(), fault } = given;
    const data = { token: formToken(ctx, purposeOf(moment)), typed, batch, writers, fault };
    render(ctx, writersPage, data, { status: fault ? 422 : 200 });
  };
  return {
    show: async (ctx) => first(ctx, await signedIn(ctx, portal)),
    take: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      requireFormToken(ctx, purposeOf(moment));
      let typed = typedIn(ctx);
      const files = field(ctx, 'act') === 'file';
      const batch = field(ctx, 'batch');
      try {
        typed = { ...typed, document: await documentIn(ctx, db, moment, typed.document) };
        const envelope = envelopeOf(ctx, moment, typed, files ? batch : newKey());
        await requireServed(db, envelope);
        if (!files) {
          await requireEnvelope(db, envelope);
          return await second(ctx, moment, typed);
        }
        await fileLetters(db, envelope);
        goTo(ctx, '/school/requests?done=filed');
      } catch (error) {
        const fault = expected(error, ...faults);
        // a document is sent with the first step alone
        const stays = files && !isOfMandate(fault);
        await (stays ? second(ctx, moment, typed, { batch, fault }) : first(ctx, moment, { typed, fault }));
      }
    },
  };
}

/** A form that may carry the document of a mandate: read only from those who handle requests. */
export function mandateBody({ db, ...portal }: Portal): Koa.Middleware[] {
  const onlyHandlers: Koa.Middleware = async (ctx, next) => {
    if ((await handledSchools(db, await signedIn(ctx, { db, ...portal }))).size === 0)
      throw new Refusal('not_allowed', 'expected somebody who handles requests');
    await next();
  };
  return [onlyHandlers, ...uploadBody({ fileSize: DOCUMENT_SIZE })];
}

/** The key of the document that a form brings, which is kept at once; else of the one that was sent before. */
export async function documentIn(
  ctx: Koa.Context,
  db: Db,
  { person: by, at }: Moment,
  before: string,
): Promise<string> {
  const content = fileIn(ctx, 'file');
  return content ? (await keepDocument(db, { content, by, at })).id : before;
}

/**
 * What was typed in a form that comes back, with the type of the document that was sent, and its size in kilobytes. One
 * that is gone is to be sent again.
 */
export async function withKept<Typed extends { readonly document: string }>(
  db: Db,
  { person: by }: Moment,
  typed: Typed,
): Promise<{ typed: Typed; kept?: readonly [type: string, size: string] }> {
  const found = typed.document === '' ? undefined : await findDocument(db, { id: typed.document, by });
  if (!found) return { typed: { ...typed, document: '' } };
  const [name = ''] = Object.entries(documentTypes).find(([, one]) => one === found.type) ?? [];
  return { typed, kept: [name.toUpperCase(), String(Math.ceil(found.size / 1_000))] };
}

function purposeOf({ person }: Moment): string {
  return `letters ${person}`;
}

const nothing: EnvelopeTyped = {
  school: '',
  received: '',
  wish: 'objection all',
  wanted: '',
  words: '',
  people: '',
  identity: 'known',
  holder: '',
  reference: '',
  document: '',
};

function typedIn(ctx: Koa.Context): EnvelopeTyped {
  return {
    school: field(ctx, 'school'),
    received: field(ctx, 'received'),
    wish: field(ctx, 'wish'),
    wanted: field(ctx, 'wanted'),
    words: field(ctx, 'words', 8_000),
    people: field(ctx, 'people', 12_000),
    identity: field(ctx, 'identity'),
    holder: field(ctx, 'holder'),
    reference: field(ctx, 'reference'),
    document: field(ctx, 'document'),
  };
}

function linesIn(people: string): string[] {
  return people
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function envelopeOf(ctx: Koa.Context, { person: by, at }: Moment, typed: EnvelopeTyped, batch: string): Envelope {
  const { school, received, wish, wanted, words, people, identity, holder, reference, document } = typed;
  const [kind = '', target = ''] = wish.split(' ');
  const acts = holder !== '' || reference !== '' || document !== '';
  return {
    school,
    by,
    at,
    kind: kind as RequestKind,
    target,
    wanted,
    words,
    received,
    identity: identity as IdentityCheck,
    batch,
    ...(acts && { mandate: { holder, reference, document } }),
    letters: linesIn(people).map((name, index) => {
      const about = field(ctx, `writer-${index}`);
      return { name, ...(about !== '' && { about }) };
    }),
  };
}

/** Somebody of the directory, with what tells homonyms apart. */
export function choiceOf({ person, name, as }: Known, locale: Locale): Choice {
  const { functions, relative } = wordsOf(locale).pages.requests.matching;
  const roles = as.map((role) => {
    if (typeof role !== 'string') return role.class;
    return role === 'relative' ? relative : functions[role];
  });
  return { value: person, label: [name, ...roles].join(', ') };
}
