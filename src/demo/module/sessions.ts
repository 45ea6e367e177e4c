// Who is signed in to the module: kept in memory, forgotten when the module stops.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Claims } from './claims.ts';

/** A session of the module. Préau's own session is another one, known here by its `sid` only. */
export interface Session {
  readonly id: string;
  /** Goes with every form of this session. */
  readonly formToken: string;
  readonly person: Claims;
  /** UTC milliseconds. */
  readonly since: number;
}

/** What the module remembers of a sign-in it has sent to Préau, until the person comes back. */
export interface Departure {
  readonly browser: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly returnTo: string;
  readonly at: number;
}

export interface Sessions {
  begin(person: Claims): Session;
  find(id: string | undefined): Session | undefined;
  end(id: string): void;
  /** Ends what a logout token names: one session of Préau by its `sid`, or every session of a person. */
  endNamed(named: { sid?: string | undefined; sub?: string | undefined }): number;
  depart(state: string, departure: Omit<Departure, 'at'>): void;
  /** Gives a departure back once, to the browser it was made in. */
  comeBack(state: string, browser: string | undefined): Departure | undefined;
}

const SESSION_LASTS = 8 * 3_600_000;
const DEPARTURE_LASTS = 3_600_000;
const AT_MOST = 10_000;

/** A random name that cannot be guessed. */
export function unguessable(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether a posted form is one of this session's own. */
export function isOwnForm(session: Session, token: unknown): boolean {
  if (typeof token !== 'string') return false;
  const given = Buffer.from(token);
  const expected = Buffer.from(session.formToken);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

export function openSessions(): Sessions {
  const sessions = new Map<string, Session>();
  const departures = new Map<string, Departure>();
  return {
    begin(person) {
      const session = { id: unguessable(), formToken: unguessable(), person, since: Date.now() };
      keep(sessions, session.id, session);
      return session;
    },
    find(id) {
      const session = id === undefined ? undefined : sessions.get(id);
      if (session && session.since + SESSION_LASTS > Date.now()) return session;
      if (session) sessions.delete(session.id);
      return undefined;
    },
    end(id) {
      sessions.delete(id);
    },
    endNamed({ sid, sub }) {
      const named = [...sessions.values()].filter(
        ({ person }) =>
          (sid === undefined || person.sid === sid) && (sub === undefined || person.sub === sub) && (sid ?? sub),
      );
      for (const { id } of named) sessions.delete(id);
      return named.length;
    },
    depart(state, departure) {
      keep(departures, state, { ...departure, at: Date.now() });
    },
    comeBack(state, browser) {
      const departure = departures.get(state);
      if (!departure || departure.browser !== browser) return undefined;
      departures.delete(state);
      return departure.at + DEPARTURE_LASTS > Date.now() ? departure : undefined;
    },
  };
}

/** A map keeps the order of insertion: the oldest goes first, so that nobody fills the memory. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  if (map.size >= AT_MOST) {
    const oldest = map.keys().next();
    if (!oldest.done) map.delete(oldest.value);
  }
  map.set(key, value);
}
