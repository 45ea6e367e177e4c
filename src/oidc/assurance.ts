// How sure we are of who signs in: the values of `acr` that we announce, and when a second factor is due on the way to a module.
import type { KoaContextWithOIDC } from 'oidc-provider';

/**
 * The profiles of REFEDS, which federations of research and education share: a password as we ask for it, and a password
 * with a second factor. https://refeds.org/profile/sfa, https://refeds.org/profile/mfa
 */
export const acr = {
  password: 'https://refeds.org/profile/sfa',
  factor: 'https://refeds.org/profile/mfa',
  /** A class card: less than a password, and for pupils of primary school alone. */
  card: 'urn:preau:acr:class-card',
  /** What a provider of identities vouches for: how it asked, we do not know. */
  upstream: 'urn:preau:acr:upstream',
} as const;

/** The method of a class card, which RFC 8176 has no name for. */
export const CARD = 'card';

/** The method of a provider that vouches for its people, which RFC 8176 has no name for. */
export const UPSTREAM = 'fed';

/** What methods (`amr`, RFC 8176) amount to. */
export function acrOf(amr: readonly string[]): string {
  if (amr.includes(CARD)) return acr.card;
  if (amr.includes('mfa')) return acr.factor;
  return amr.includes(UPSTREAM) ? acr.upstream : acr.password;
}

/** What the accounts room answers about second factors. */
export interface Factors {
  /** Whether a person must hold one, whatever is opened. */
  mustHold(person: string): Promise<boolean>;
  holds(person: string): Promise<boolean>;
}

/**
 * What is due of whoever is signed in before they enter: to prove the factor they hold, to add one, or nothing.
 * Adding asks for the password again: an open session alone must not choose what proves its person.
 */
export async function factorDue(ctx: KoaContextWithOIDC, factors: Factors): Promise<'prove' | 'add' | undefined> {
  const { session } = ctx.oidc;
  const person = session?.accountId;
  if (person === undefined || session?.acr === acr.factor) return undefined;
  if (!asksForFactor(ctx.oidc.params?.acr_values) && !(await factors.mustHold(person))) return undefined;
  return (await factors.holds(person)) ? 'prove' : 'add';
}

/** Whether a module asks for a second factor: it names that profile, and not the weaker one as good enough. */
export function asksForFactor(acrValues: unknown): boolean {
  const asked = typeof acrValues === 'string' ? acrValues.split(' ') : [];
  return asked.includes(acr.factor) && !asked.includes(acr.password);
}
