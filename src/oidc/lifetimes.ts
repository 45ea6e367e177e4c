// How long what the provider gives lives.

const MINUTE = 60;
export const HOUR = 3600;

/** Seconds. A session ends after four hours without use, and in any case twelve hours after signing in; by card, or on a shared workstation, sooner. */
export const lifetimes = {
  sessionIdle: 4 * HOUR,
  sessionAbsolute: 12 * HOUR,
  cardIdle: 10 * MINUTE,
  cardAbsolute: 3 * HOUR,
  sharedIdle: 5 * MINUTE,
  sharedAbsolute: HOUR,
  interaction: 30 * MINUTE,
  code: 60,
  accessToken: 10 * MINUTE,
  apiToken: 5 * MINUTE,
  idToken: HOUR,
} as const;
