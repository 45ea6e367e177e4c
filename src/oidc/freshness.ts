// Whether what is kept in memory is still what is kept in the database.

export interface Freshness {
  /** Reads again what has moved. */
  look(): Promise<void>;
  /** The same, together with all who ask meanwhile: however many they are, the database is asked a few times a second. */
  lookSoon(): Promise<void>;
}

/** How long after a look for those who asked the next one begins, in milliseconds: it makes them wait as long at most. */
const APART = 100;

/** `seen` is the revision of what is in memory now; `reload` reads it again. */
export function openFreshness({
  revision,
  reload,
  seen,
}: {
  revision: () => Promise<number>;
  reload: () => Promise<void>;
  seen: number;
}): Freshness {
  let known = seen;
  let lookedAt = 0;
  let next: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    const now = await revision();
    if (now === known) return;
    await reload();
    known = now;
  };
  const lookInTurn = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, lookedAt + APART - Date.now())));
    lookedAt = Date.now();
    next = undefined; // who asks from here on asks for a look that has not begun
    await look();
  };
  return {
    look,
    lookSoon: () => {
      next ??= lookInTurn();
      return next;
    },
  };
}
