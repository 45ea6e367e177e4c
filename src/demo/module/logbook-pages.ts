// The logbooks: the list, one of them, and writing in it. Préau is asked each time, whatever was shown before.
import type Koa from 'koa';
import { nameOf } from './claims.ts';
import { type Draft, type DraftFaults, faultsOf, readDraft, today } from './entries.ts';
import { logbookPage } from './logbook.tsx';
import { refusedPage } from './refusal.tsx';
import type { Session } from './sessions.ts';
import { shelvesPage } from './shelf.tsx';
import { type Module, sessionOf, sessionOfForm } from './visit.ts';

/** GET /cahiers */
export function showShelves(module: Module): Koa.Middleware {
  return async (ctx) => {
    const session = sessionOf(module, ctx);
    if (!session) return toSignIn(ctx);
    const { sub } = session.person;
    const [logbooks, children] = await Promise.all([module.rights.logbooksOf(sub), module.rights.childrenOf(sub)]);
    ctx.body = shelvesPage({ ...session, person: { ...session.person, children } }, logbooks);
  };
}

/** GET /cahiers/:id */
export function showLogbook(module: Module): Koa.Middleware {
  return async (ctx) => {
    const session = sessionOf(module, ctx);
    if (!session) return toSignIn(ctx);
    await answerLogbook(module, ctx, session, { draft: { day: today(), text: '', homework: '', due: '' }, faults: {} });
  };
}

/** POST /cahiers/:id/seances: the right to write is asked now, not when the form was shown. */
export function addEntry(module: Module): Koa.Middleware {
  const { rights, entries } = module;
  return async (ctx) => {
    const session = sessionOfForm(module, ctx);
    if (!session) return;
    const { sub } = session.person;
    const logbook = idOf(ctx);
    const write = await rights.may(sub, 'write', logbook);
    if (!write.allowed) {
      const read = await rights.may(sub, 'read', logbook);
      ctx.status = 403;
      ctx.body = refusedPage(session, 'write', write, read.allowed ? logbook : undefined);
      return;
    }
    const draft = readDraft(ctx.request.body);
    const faults = faultsOf(draft);
    if (Object.keys(faults).length > 0) {
      ctx.status = 422;
      return answerLogbook(module, ctx, session, { draft, faults });
    }
    const { day, text, homework, due } = draft;
    const added = entries.add({
      logbook,
      author: sub,
      authorName: nameOf(session.person),
      day,
      text,
      homework: homework === '' ? undefined : { text: homework, due },
    });
    ctx.status = 303;
    ctx.redirect(`/cahiers/${encodeURIComponent(logbook)}?inscrite=${added.id}`);
  };
}

async function answerLogbook(
  { rights, entries, issuer }: Module,
  ctx: Koa.Context,
  session: Session,
  form: { draft: Draft; faults: DraftFaults },
): Promise<void> {
  const { sub } = session.person;
  const id = idOf(ctx);
  const [read, write, logbooks] = await Promise.all([
    rights.may(sub, 'read', id),
    rights.may(sub, 'write', id),
    rights.logbooksOf(sub),
  ]);
  const logbook = logbooks.find((one) => one.id === id);
  if (!read.allowed || !logbook) {
    ctx.status = 403;
    ctx.body = refusedPage(session, 'read', read);
    return;
  }
  ctx.body = logbookPage({
    session,
    logbook: { ...logbook, rule: read.rule ?? logbook.rule, reason: read.reason ?? logbook.reason },
    entries: entries.of(id),
    ...(seesReaders.includes(read.rule ?? '') && { readers: `${issuer}/logbooks/${encodeURIComponent(id)}` }),
    write,
    ...form,
    added: entries.of(id).find((entry) => entry.id === ctx.query.inscrite)?.id,
  });
}

/** The rules of those whom Préau shows who may read. */
const seesReaders: readonly string[] = ['owner', 'head', 'deputy', 'direction'];

function toSignIn(ctx: Koa.Context): void {
  ctx.redirect(`/connexion?vers=${encodeURIComponent(ctx.path)}`);
}

function idOf(ctx: Koa.Context): string {
  return String((ctx as Koa.Context & { params: Record<string, string> }).params.id);
}
