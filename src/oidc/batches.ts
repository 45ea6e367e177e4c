// How what has ended is removed here: a few rows at a time, and not the moment that it ends.

export const BATCH = 500;

/** A row that has just ended is still told apart from one that never was. */
export const TOLERANCE = 60_000;
