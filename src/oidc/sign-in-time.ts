// When somebody signed in, as a publisher that asks for it is told: to the minute, so that two publishers cannot compare seconds.
import type { KoaContextWithOIDC } from 'oidc-provider';

const MINUTE = 60;

/**
 * The instant that is told, in seconds: the minute of the sign-in, and never later than it, so that nobody seems to have
 * signed in more lately. Where that would say more than `maxAge` allows, which is what was asked, it is told as it is.
 */
export function signInTold(signedIn: number, { maxAge, now }: { maxAge?: number | undefined; now: number }): number {
  const minute = signedIn - (signedIn % MINUTE);
  if (maxAge === undefined) return minute;
  return Math.min(signedIn, Math.max(minute, now - maxAge + MINUTE));
}

/** Keeps with what is asked what will be told: the code and the tokens no longer know how old a sign-in may be. */
export function noteSignIn({ oidc }: KoaContextWithOIDC, now = Math.floor(Date.now() / 1000)): void {
  const asked = oidc.claims?.id_token?.auth_time;
  const signedIn = oidc.session?.loginTs;
  if (!asked || signedIn === undefined) return;
  // whoever is made to sign in does so for one publisher alone: no other is told that instant
  const fresh = oidc.prompts.has('login');
  const maxAge = oidc.params?.max_age === undefined ? undefined : Number(oidc.params.max_age);
  asked.value = String(fresh ? signedIn : signInTold(signedIn, { maxAge, now }));
}

/**
 * How somebody signed in, and when, is the same for two publishers of one session, who could compare: it is told to those
 * alone who ask for it, by `acr_values` and `max_age`.
 */
export function keepSignIn(given: object): void {
  const told = given as {
    claims?: { id_token?: { auth_time?: { value?: string } | null } };
    authTime?: number | undefined;
    acr?: unknown;
    amr?: unknown;
  };
  const asked = told.claims?.id_token ?? {};
  if (!asked.auth_time) told.authTime = undefined;
  else if (told.authTime !== undefined)
    told.authTime = Number(asked.auth_time.value ?? signInTold(told.authTime, { now: 0 }));
  if (!('acr' in asked)) Object.assign(told, { acr: undefined, amr: undefined });
}
