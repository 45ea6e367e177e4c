// Who is inside a publisher's resource: known by a pseudonym, kept in memory, forgotten when the demo stops.
import { unguessable } from '../module/sessions.ts';
import type { Departed, Received } from './party.ts';

export interface Visit {
  readonly id: string;
  /** Goes with the form that leaves. */
  readonly formToken: string;
  readonly received: Received;
}

export interface Visits {
  begin(received: Received): Visit;
  find(id: string | undefined): Visit | undefined;
  end(id: string): void;
  /** Ends what a logout token names. */
  endNamed(named: { sid?: string | undefined; sub?: string | undefined }): void;
  depart(state: string, browser: string, departed: Departed): void;
  /** Gives a departure back once, to the browser it was made in. */
  comeBack(state: string, browser: string | undefined): Departed | undefined;
}

const AT_MOST = 1_000;

export function openVisits(): Visits {
  const visits = new Map<string, Visit>();
  const departures = new Map<string, Departed & { browser: string }>();
  return {
    begin: (received) => {
      const visit = { id: unguessable(), formToken: unguessable(), received };
      keep(visits, visit.id, visit);
      return visit;
    },
    find: (id) => (id === undefined ? undefined : visits.get(id)),
    end: (id) => {
      visits.delete(id);
    },
    endNamed: ({ sid, sub }) => {
      if (sid === undefined && sub === undefined) return;
      for (const { id, received } of [...visits.values()])
        if ((sid === undefined || received.sid === sid) && (sub === undefined || received.sub === sub))
          visits.delete(id);
    },
    depart: (state, browser, departed) => keep(departures, state, { ...departed, browser }),
    comeBack: (state, browser) => {
      const departed = departures.get(state);
      if (!departed || departed.browser !== browser) return undefined;
      departures.delete(state);
      return departed;
    },
  };
}

/** The oldest goes first, so that nobody fills the memory. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  const [oldest] = map.keys();
  if (map.size >= AT_MOST && oldest !== undefined) map.delete(oldest);
  map.set(key, value);
}
