// One visit to the module: its session cookie, and what every page needs.
import type Koa from 'koa';
import type { NamedSession } from './back-channel.ts';
import type { Entries } from './entries.ts';
import { stopPage } from './refusal.tsx';
import type { RelyingParty } from './relying-party.ts';
import type { Rights } from './rights.ts';
import { isOwnForm, type Session, type Sessions } from './sessions.ts';

/** The parts the pages work with. */
export interface Module {
  readonly origin: string;
  /** Préau's address. */
  readonly issuer: string;
  readonly party: RelyingParty;
  readonly rights: Rights;
  readonly sessions: Sessions;
  readonly entries: Entries;
  readonly readLogoutToken: (token: unknown) => Promise<NamedSession>;
}

// cookies do not tell ports apart: these names differ from Préau's, which may run on the same host
const SESSION = 'cahier_session';
const DEPARTURE = 'cahier_depart';

/** Who is signed in. */
export function sessionOf({ sessions }: Module, ctx: Koa.Context): Session | undefined {
  return sessions.find(ctx.cookies.get(SESSION));
}

export function keepSession(ctx: Koa.Context, session: Session | undefined): void {
  ctx.cookies.set(SESSION, session?.id ?? null, cookie);
}

/** The name of this browser while it is away at Préau. */
export function departingBrowser(ctx: Koa.Context): string | undefined {
  return ctx.cookies.get(DEPARTURE);
}

export function keepDepartingBrowser(ctx: Koa.Context, browser: string): void {
  ctx.cookies.set(DEPARTURE, browser, { ...cookie, maxAge: 3_600_000 });
}

/** The session behind a posted form that is one of its own; otherwise the answer is given here. */
export function sessionOfForm(module: Module, ctx: Koa.Context): Session | undefined {
  const session = sessionOf(module, ctx);
  if (!session) {
    ctx.status = 401;
    ctx.body = stopPage({
      title: 'Vous n’êtes plus connecté',
      words: 'Rien n’a été enregistré. Connectez-vous, puis recommencez.',
    });
    return undefined;
  }
  if (isOwnForm(session, field(ctx, 'form'))) return session;
  ctx.status = 403;
  ctx.body = stopPage({
    title: 'Ce formulaire n’est plus valable',
    words: 'Il ne vient pas d’une page ouverte pendant cette session. Rien n’a été enregistré.',
    session,
  });
  return undefined;
}

/** A field of a posted form. */
export function field(ctx: Koa.Context, name: string): unknown {
  const body = ctx.request.body;
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
}

const cookie = { httpOnly: true, sameSite: 'lax', signed: false, overwrite: true, path: '/' } as const;
